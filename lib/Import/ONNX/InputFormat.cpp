//===- InputFormat.cpp - The words of --input -----------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Import/ONNX/ONNX.h"

#include "llvm/ADT/StringExtras.h"

#include <cmath>

using namespace megcc;
using llvm::StringRef;

std::optional<InputFormat> megcc::parseInputFormat(StringRef text,
                                                   std::string &error) {
  // Names of inputs may hold an '='; the format never does before its first.
  auto fail = [&](const llvm::Twine &found) {
    error = ("found " + found +
             ", expected NAME=WORD,... of u8, i8, f32, nhwc, nchw, "
             "streamed, mean=NUMBER,... and std=NUMBER,...")
                .str();
    return std::nullopt;
  };
  InputFormat format;
  auto [name, words] = text.split('=');
  if (name.empty() || words.empty())
    return fail("'" + text + "'");
  format.name = name.str();

  std::vector<double> *numbers = nullptr;
  llvm::SmallVector<StringRef> parts;
  words.split(parts, ',');
  for (StringRef word : parts) {
    if (word == "streamed") {
      format.streamed = true;
      numbers = nullptr;
      continue;
    }
    format.converts = true;
    if (word.consume_front("mean="))
      numbers = &format.mean;
    else if (word.consume_front("std="))
      numbers = &format.std;
    else if (word == "u8" || word == "i8" || word == "f32") {
      format.element = word == "u8"   ? InputFormat::Element::U8
                       : word == "i8" ? InputFormat::Element::I8
                                      : InputFormat::Element::F32;
      numbers = nullptr;
      continue;
    } else if (word == "nhwc" || word == "nchw") {
      format.layout = word == "nhwc" ? InputFormat::Layout::NHWC
                                     : InputFormat::Layout::NCHW;
      numbers = nullptr;
      continue;
    }
    double number;
    if (!numbers || word.getAsDouble(number) || !std::isfinite(number) ||
        (numbers == &format.std && number == 0))
      return fail("'" + word + "'");
    numbers->push_back(number);
  }
  return format;
}
