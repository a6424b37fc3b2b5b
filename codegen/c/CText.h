//===- CText.h - Types, literals and names as C text ------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The words of the C language: what a type is called, how a number is written
// so that it reads back as the same number, what may be a name.
//
//===----------------------------------------------------------------------===//
#ifndef MEGCC_CODEGEN_C_CTEXT_H
#define MEGCC_CODEGEN_C_CTEXT_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/StringSet.h"
#include <string>

namespace megcc {

/// `float`, `int8_t`, `bool`, ...: the C type of a scalar value. Signless
/// integers are signed in C. `index` takes `indexBits`.
std::string cScalarType(mlir::Type type, unsigned indexBits);

/// `f32`, `i8`, `u8`, ...: how an element type is called inside a name.
std::string cTypeTag(mlir::Type type, unsigned indexBits, bool isUnsigned);

/// The shortest decimal literal that reads back as `value`, with the suffix of
/// its type; `value` is finite. f32 and f64 only.
std::string cFloatLiteral(const llvm::APFloat &value);

/// A literal of the signed C type of the value's width.
std::string cIntLiteral(const llvm::APInt &value);

/// `wanted` made a C identifier: other characters become underscores, and a
/// leading digit, a keyword or a name of the C library gets one appended.
std::string cIdentifier(llvm::StringRef wanted);

/// Names of one scope. Every name is given once, until it is released.
class CNames {
public:
  /// A name close to `wanted` that is not yet taken.
  std::string take(llvm::StringRef wanted);
  /// The first name of a series - v1, v2, ... - that is not yet taken.
  std::string number(llvm::StringRef series);
  void release(llvm::StringRef name) { taken.erase(name); }

private:
  llvm::StringSet<> taken;
  llvm::StringMap<unsigned> counters;
};

} // namespace megcc

#endif // MEGCC_CODEGEN_C_CTEXT_H
