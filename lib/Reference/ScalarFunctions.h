//===- ScalarFunctions.h - Meaning of arith and math operations -*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The functions that the scalar interpreter applies to each lane, on the wide
// forms of values: floats as double, integers as int64_t.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_REFERENCE_SCALARFUNCTIONS_H
#define MEGCC_LIB_REFERENCE_SCALARFUNCTIONS_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/Support/MathExtras.h"

namespace megcc {

//===----------------------------------------------------------------------===//
// Floats
//===----------------------------------------------------------------------===//

/// Operations of one float type, found by name; null for others. Their results
/// are to be rounded to the type.
using FloatUnary = double (*)(double);
using FloatBinary = double (*)(double, double);
FloatUnary findFloatUnary(llvm::StringRef name);
FloatBinary findFloatBinary(llvm::StringRef name);

bool compareFloats(mlir::arith::CmpFPredicate predicate, double a, double b);

/// a * b + c rounded to odd: a last bit of 1 stands for anything inexact, so
/// that rounding to a narrower type afterwards is right. The product of two
/// numbers of up to 24 bits is exact in double; the error of the sum is that
/// of Knuth's TwoSum.
double fmaRoundedToOdd(double a, double b, double c);

/// Float to integer of `width` bits: towards zero, then saturated; NaN is 0.
int64_t convertToInt(double value, unsigned width, bool isSigned);

//===----------------------------------------------------------------------===//
// Integers
//===----------------------------------------------------------------------===//

/// An integer operation on 64 bits; `a` and `b` are sign-extended for the
/// table of signed operations, zero-extended for that of unsigned ones, and the
/// result is wrapped to the type. Division by zero, which has no meaning in
/// arith, gives 0, and a shift by the width or more what infinitely many single
/// shifts would give.
using IntBinary = int64_t (*)(int64_t, int64_t);
IntBinary findSignedBinary(llvm::StringRef name);
IntBinary findUnsignedBinary(llvm::StringRef name);

bool compareInts(mlir::arith::CmpIPredicate predicate, int64_t a, int64_t b,
                 unsigned width);

inline int64_t wrapping(uint64_t value) { return static_cast<int64_t>(value); }

/// Index computes as 64 bits.
inline unsigned getWidth(mlir::Type type) {
  return type.isIndex() ? 64 : type.getIntOrFloatBitWidth();
}

inline int64_t signExtend(int64_t value, unsigned width) {
  return llvm::SignExtend64(static_cast<uint64_t>(value), width);
}

inline int64_t zeroExtend(int64_t value, unsigned width) {
  return static_cast<int64_t>(static_cast<uint64_t>(value) &
                              llvm::maskTrailingOnes<uint64_t>(width));
}

/// The form in which lanes hold integers: sign-extended, but i1 as 0 or 1.
inline int64_t wrap(int64_t value, mlir::Type type) {
  unsigned width = getWidth(type);
  return width == 1 ? value & 1 : signExtend(value, width);
}

} // namespace megcc

#endif // MEGCC_LIB_REFERENCE_SCALARFUNCTIONS_H
