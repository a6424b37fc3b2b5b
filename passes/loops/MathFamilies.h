//===- MathFamilies.h - The functions behind the table ----------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Defined in ExponentialFunctions.cpp, TrigonometricFunctions.cpp and
// RoundingFunctions.cpp; reached through MathFunctions.h.
//
//===----------------------------------------------------------------------===//
#ifndef MEGCC_PASSES_LOOPS_MATHFAMILIES_H
#define MEGCC_PASSES_LOOPS_MATHFAMILIES_H

#include "passes/loops/MathBuilder.h"

namespace megcc::math_functions {

#define MEGCC_MATH_FUNCTION(NAME)                                              \
  mlir::Value NAME(MathBuilder &b, mlir::ValueRange arguments)

MEGCC_MATH_FUNCTION(exp);
MEGCC_MATH_FUNCTION(exp2);
MEGCC_MATH_FUNCTION(expm1);
MEGCC_MATH_FUNCTION(log);
MEGCC_MATH_FUNCTION(log2);
MEGCC_MATH_FUNCTION(log10);
MEGCC_MATH_FUNCTION(log1p);
MEGCC_MATH_FUNCTION(pow);
MEGCC_MATH_FUNCTION(sinh);
MEGCC_MATH_FUNCTION(cosh);
MEGCC_MATH_FUNCTION(tanh);
MEGCC_MATH_FUNCTION(asinh);
MEGCC_MATH_FUNCTION(acosh);
MEGCC_MATH_FUNCTION(atanh);
MEGCC_MATH_FUNCTION(sin);
MEGCC_MATH_FUNCTION(cos);
MEGCC_MATH_FUNCTION(tan);
MEGCC_MATH_FUNCTION(asin);
MEGCC_MATH_FUNCTION(acos);
MEGCC_MATH_FUNCTION(atan);
MEGCC_MATH_FUNCTION(atan2);
MEGCC_MATH_FUNCTION(erf);
MEGCC_MATH_FUNCTION(cbrt);
MEGCC_MATH_FUNCTION(sqrt);
MEGCC_MATH_FUNCTION(floor);
MEGCC_MATH_FUNCTION(ceil);
MEGCC_MATH_FUNCTION(trunc);
MEGCC_MATH_FUNCTION(round);
MEGCC_MATH_FUNCTION(roundeven);
MEGCC_MATH_FUNCTION(fmod);

#undef MEGCC_MATH_FUNCTION

} // namespace megcc::math_functions

#endif // MEGCC_PASSES_LOOPS_MATHFAMILIES_H
