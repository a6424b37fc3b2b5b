//===- CompileOptions.cpp - The options of megcc compile ------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Driver/CompileOptions.h"
#include "codegen/package/Text.h"
#include "passes/select/Algorithm.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace megcc {

ModelOptions::ModelOptions(cl::SubCommand &subcommand)
    : inputShapes("input-shape", cl::value_desc("NAME=1x3x224x224"),
                  cl::sub(subcommand),
                  cl::desc("Shape of an input; repeatable")),
      dims("dim", cl::value_desc("SYMBOL=N"), cl::sub(subcommand),
           cl::desc("Value of a symbolic dimension; repeatable")),
      inputs("input", cl::value_desc("NAME=u8,nhwc,mean=..,std=.."),
             cl::sub(subcommand),
             cl::desc("Form in which the program holds an input: u8, i8 or "
                      "f32, nchw or nhwc, to become (x - mean) / std; "
                      "repeatable")),
      customOperators("custom-op", cl::value_desc("DOMAIN::NAME=FUNCTION"),
                      cl::sub(subcommand),
                      cl::desc("C function that the program supplies for an "
                               "operator; repeatable")) {}

static Error wrong(StringRef option, StringRef found, StringRef expected) {
  return createStringError("--" + option + ": found '" + found +
                           "', expected " + expected);
}

/// "1x3x224x224", or empty for a scalar.
static bool parseShape(StringRef text, std::vector<int64_t> &shape) {
  if (text.empty())
    return true;
  for (StringRef part : split(text, 'x')) {
    int64_t extent;
    if (part.getAsInteger(10, extent) || extent < 0)
      return false;
    shape.push_back(extent);
  }
  return true;
}

Expected<ImportOptions> ModelOptions::parse() const {
  ImportOptions options;
  // Names of inputs may contain '=' themselves: the last one counts.
  for (StringRef text : inputShapes) {
    auto [name, shape] = text.rsplit('=');
    std::vector<int64_t> extents;
    if (name.empty() || name.size() == text.size() ||
        !parseShape(shape, extents))
      return wrong("input-shape", text, "NAME=1x3x224x224");
    options.inputShapes[name.str()] = std::move(extents);
  }
  for (StringRef text : dims) {
    auto [symbol, value] = text.rsplit('=');
    int64_t extent;
    if (symbol.empty() || value.getAsInteger(10, extent) || extent < 0)
      return wrong("dim", text, "SYMBOL=N");
    options.dims[symbol.str()] = extent;
  }
  for (StringRef text : inputs) {
    std::string reason;
    std::optional<InputFormat> format = parseInputFormat(text, reason);
    if (!format)
      return createStringError("--input " + text + ": " + reason);
    options.inputs.push_back(std::move(*format));
  }
  for (StringRef text : customOperators) {
    auto [name, function] = text.rsplit('=');
    if (name.empty() || !isPublicName(function) || name.size() == text.size())
      return wrong("custom-op", text,
                   "DOMAIN::NAME=FUNCTION, where FUNCTION is a C identifier");
    options.customOperators[name.str()] = function.str();
  }
  return options;
}

ChoiceOptions::ChoiceOptions(cl::SubCommand &subcommand)
    : exact("exact", cl::sub(subcommand),
            cl::desc("Take no algorithm whose rounding errors exceed those of "
                     "plain sums")),
      algorithms("algorithm", cl::value_desc("NODE=winograd4"),
                 cl::sub(subcommand),
                 cl::desc("How a convolution is computed: winograd2, "
                          "winograd4, winograd6 or gemm; repeatable")) {}

Expected<CompileOptions> ChoiceOptions::parse() const {
  CompileOptions options;
  options.exact = exact;
  options.algorithms.assign(algorithms.begin(), algorithms.end());
  if (auto rules = AlgorithmRules::parse(exact, options.algorithms); !rules)
    return rules.takeError();
  return options;
}

FutureOptions::FutureOptions(cl::SubCommand &subcommand) {
  auto add = [&](StringRef name, cl::ValueExpected value) {
    options.push_back(std::make_unique<cl::opt<std::string>>(
        name, cl::sub(subcommand), cl::Hidden, value, cl::ZeroOrMore));
  };
  for (StringRef name : {"memory-budget", "optimize", "precision", "io",
                         "memory", "plan", "runner"})
    add(name, cl::ValueRequired);
  for (StringRef name : {"memory-curve", "tune", "certificate"})
    add(name, cl::ValueDisallowed);
}

Error FutureOptions::check() const {
  for (const auto &option : options) {
    if (option->getNumOccurrences() == 0)
      continue;
    // What this version does anyway may be asked for.
    std::pair<StringRef, StringRef> given(option->ArgStr, option->getValue());
    if (given == std::pair<StringRef, StringRef>("precision", "f32") ||
        given == std::pair<StringRef, StringRef>("io", "caller") ||
        given == std::pair<StringRef, StringRef>("optimize", "speed"))
      continue;
    StringRef value = given.second;
    return createStringError("--" + given.first +
                             (value.empty() ? "" : "=" + value.str()) +
                             " is not part of this version of megcc");
  }
  return Error::success();
}

} // namespace megcc
