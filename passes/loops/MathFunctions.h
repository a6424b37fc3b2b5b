//===- MathFunctions.h - exp, log, tanh, ... by arithmetic ------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The bodies of the functions that LowerMath defines. Each is written once over
// MathBuilder, for scalars and vectors, f32 and f64, with and without fused
// multiply-add. Those that vectors use have no branches.
//
// test/loops/math-accuracy.test compares all of them with libm. In f32 the
// relative error is below 3e-7, that of powers below 1e-7 (1 + |y log x|), and
// that of sin, cos and tan holds for |x| <= 100,000.
//
//===----------------------------------------------------------------------===//
#ifndef MEGCC_PASSES_LOOPS_MATHFUNCTIONS_H
#define MEGCC_PASSES_LOOPS_MATHFUNCTIONS_H

#include "passes/loops/MathBuilder.h"

namespace megcc {

/// How to compute one operation. `arguments` are of the builder's type.
struct MathFunction {
  /// The operation, and what its C function is called before `_f32`.
  llvm::StringRef operation, name;
  mlir::Value (*build)(MathBuilder &b, mlir::ValueRange arguments);
  /// Whether `build` has the precision of f64; if not, f64 goes through f32.
  bool hasDouble;
  /// Whether the body loops as often as its argument says, so that vectors are
  /// computed lane by lane.
  bool isScalar = false;
};

/// The function for an operation, or null.
const MathFunction *lookupMathFunction(llvm::StringRef operation);

} // namespace megcc

#endif // MEGCC_PASSES_LOOPS_MATHFUNCTIONS_H
