//===- CText.cpp - Types, literals and names as C text --------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/c/CText.h"
#include "llvm/ADT/StringExtras.h"
#include <charconv>

using namespace megcc;
using llvm::StringRef;

std::string megcc::cScalarType(mlir::Type type, unsigned indexBits) {
  if (type.isF32())
    return "float";
  if (type.isF64())
    return "double";
  if (type.isF16() || type.isBF16())
    return "uint16_t";
  if (type.isIndex())
    return "int" + std::to_string(indexBits) + "_t";
  if (type.isInteger(1))
    return "bool";
  return "int" + std::to_string(type.getIntOrFloatBitWidth()) + "_t";
}

std::string megcc::cTypeTag(mlir::Type type, unsigned indexBits,
                            bool isUnsigned) {
  if (type.isF16() || type.isBF16())
    return "u16";
  if (llvm::isa<mlir::FloatType>(type))
    return "f" + std::to_string(type.getIntOrFloatBitWidth());
  unsigned bits = type.isIndex() ? indexBits : type.getIntOrFloatBitWidth();
  return (isUnsigned ? "u" : "i") + std::to_string(bits);
}

std::string megcc::cFloatLiteral(const llvm::APFloat &value) {
  char text[40];
  bool isSingle = &value.getSemantics() == &llvm::APFloat::IEEEsingle();
  auto end = isSingle
                 ? std::to_chars(text, std::end(text), value.convertToFloat())
                 : std::to_chars(text, std::end(text), value.convertToDouble());
  std::string literal(text, end.ptr);
  if (literal.find_first_of(".e") == std::string::npos)
    literal += ".0";
  return isSingle ? literal + "f" : literal;
}

std::string megcc::cIntLiteral(const llvm::APInt &value) {
  unsigned bits = value.getBitWidth();
  if (bits == 1)
    return value.isZero() ? "false" : "true";
  if (bits >= 32 && value.isMinSignedValue())
    return "INT" + std::to_string(bits) + "_MIN";
  std::string digits = llvm::toString(value, 10, /*Signed=*/true);
  return value.isSignedIntN(32) ? digits : "INT64_C(" + digits + ")";
}

/// Words that a generated function or variable must not be called: keywords of
/// C and C++, and what the headers that we include declare or define.
static bool isReserved(StringRef name) {
  static const llvm::StringSet<> words = {"auto",
                                          "break",
                                          "case",
                                          "char",
                                          "const",
                                          "continue",
                                          "default",
                                          "do",
                                          "double",
                                          "else",
                                          "enum",
                                          "extern",
                                          "float",
                                          "for",
                                          "goto",
                                          "if",
                                          "inline",
                                          "int",
                                          "long",
                                          "register",
                                          "restrict",
                                          "return",
                                          "short",
                                          "signed",
                                          "sizeof",
                                          "static",
                                          "struct",
                                          "switch",
                                          "typedef",
                                          "union",
                                          "unsigned",
                                          "void",
                                          "volatile",
                                          "while",
                                          "bool",
                                          "true",
                                          "false",
                                          "asm",
                                          "typeof",
                                          "alignas",
                                          "alignof",
                                          "constexpr",
                                          "nullptr",
                                          "thread_local",
                                          "and",
                                          "and_eq",
                                          "bitand",
                                          "bitor",
                                          "catch",
                                          "class",
                                          "compl",
                                          "const_cast",
                                          "decltype",
                                          "delete",
                                          "dynamic_cast",
                                          "explicit",
                                          "export",
                                          "friend",
                                          "mutable",
                                          "namespace",
                                          "new",
                                          "noexcept",
                                          "not",
                                          "not_eq",
                                          "operator",
                                          "or",
                                          "or_eq",
                                          "private",
                                          "protected",
                                          "public",
                                          "reinterpret_cast",
                                          "static_assert",
                                          "static_cast",
                                          "template",
                                          "this",
                                          "throw",
                                          "try",
                                          "typeid",
                                          "typename",
                                          "using",
                                          "virtual",
                                          "wchar_t",
                                          "xor",
                                          "xor_eq",
                                          "NULL",
                                          "main",
                                          "linux",
                                          "unix",
                                          "i386"};
  // Names of the form int8_t and all of <string.h> and <math.h>, whose
  // functions gcc knows even where they are not declared.
  static const llvm::StringSet<> library = {
      "abs",    "acos",   "acosh",  "asin",   "asinh",  "atan",   "atan2",
      "atanh",  "cbrt",   "ceil",   "cos",    "cosh",   "div",    "erf",
      "erfc",   "exit",   "exp",    "exp2",   "expm1",  "fabs",   "floor",
      "fma",    "fmax",   "fmin",   "fmod",   "gamma",  "hypot",  "index",
      "j0",     "j1",     "jn",     "labs",   "ldexp",  "log",    "log10",
      "log1p",  "log2",   "logb",   "modf",   "pow",    "round",  "signbit",
      "sin",    "sinh",   "sqrt",   "tan",    "tanh",   "trunc",  "y0",
      "y1",     "yn",     "free",   "malloc", "memcpy", "memset", "memmove",
      "memcmp", "strlen", "printf", "puts",   "rindex"};
  return words.contains(name) || library.contains(name) || name.ends_with("_t");
}

std::string megcc::cIdentifier(StringRef wanted) {
  std::string name;
  for (char c : wanted)
    name += llvm::isAlnum(c) ? c : '_';
  if (name.empty() || llvm::isDigit(name.front()))
    name.insert(0, "n");
  // Names that begin with an underscore belong to the implementation.
  if (name.front() == '_')
    name.insert(0, "n");
  return isReserved(name) ? name + "_" : name;
}

std::string CNames::take(StringRef wanted) {
  std::string base = cIdentifier(wanted), name = base;
  for (unsigned n = 1; !taken.insert(name).second; ++n)
    name = base + (llvm::isDigit(base.back()) ? "_" : "") + std::to_string(n);
  return name;
}

std::string CNames::number(StringRef series) {
  std::string name;
  do
    name = (series + llvm::Twine(++counters[series])).str();
  while (!taken.insert(name).second);
  return name;
}
