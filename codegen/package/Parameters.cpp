//===- Parameters.cpp - A node's attributes as C arguments ----------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/package/Parameters.h"
#include "codegen/c/CText.h"
#include "codegen/package/Text.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace megcc {

std::string parameterDeclaration(NamedAttribute parameter) {
  std::string name = publicName("attribute_" + parameter.getName().str());
  auto array = [&](const char *type, int64_t size) {
    return std::string("const ") + type + " " + name + "[" +
           std::to_string(size) + "]";
  };
  return llvm::TypeSwitch<Attribute, std::string>(parameter.getValue())
      .Case([&](FloatAttr) { return "float " + name; })
      .Case([&](IntegerAttr) { return "int64_t " + name; })
      .Case([&](StringAttr) { return "const char *" + name; })
      .Case(
          [&](DenseI64ArrayAttr list) { return array("int64_t", list.size()); })
      .Case(
          [&](DenseF32ArrayAttr list) { return array("float", list.size()); });
}

/// A number that C has no literal for is computed.
static std::string floatText(const llvm::APFloat &value) {
  if (value.isNaN())
    return "(0.0f / 0.0f)";
  if (value.isInfinity())
    return value.isNegative() ? "(-1.0f / 0.0f)" : "(1.0f / 0.0f)";
  return cFloatLiteral(value);
}

static std::string integerText(int64_t value) {
  return cIntLiteral(llvm::APInt(64, static_cast<uint64_t>(value)));
}

template <typename List, typename Print>
static std::string arrayText(const char *type, const List &list, Print print) {
  return std::string("(const ") + type + "[]){" +
         llvm::join(llvm::map_range(list, print), ", ") + "}";
}

std::string parameterValue(Attribute value) {
  return llvm::TypeSwitch<Attribute, std::string>(value)
      .Case([](FloatAttr number) { return floatText(number.getValue()); })
      .Case([](IntegerAttr number) { return integerText(number.getInt()); })
      .Case([](StringAttr text) { return stringLiteral(text.getValue()); })
      .Case([](DenseI64ArrayAttr list) {
        return arrayText("int64_t", list.asArrayRef(), integerText);
      })
      .Case([](DenseF32ArrayAttr list) {
        return arrayText("float", list.asArrayRef(), [](float number) {
          return floatText(llvm::APFloat(number));
        });
      });
}

} // namespace megcc
