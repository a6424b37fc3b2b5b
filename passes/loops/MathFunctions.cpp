//===- MathFunctions.cpp - exp, log, tanh, ... by arithmetic --------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/loops/MathFunctions.h"
#include "passes/loops/MathFamilies.h"

using namespace megcc;
using namespace mlir;

static constexpr MathFunction functions[] = {
    {"math.exp", "exp", math_functions::exp, true},
    {"math.exp2", "exp2", math_functions::exp2, true},
    {"math.expm1", "expm1", math_functions::expm1, true},
    {"math.log", "log", math_functions::log, true},
    {"math.log2", "log2", math_functions::log2, true},
    {"math.log10", "log10", math_functions::log10, true},
    {"math.log1p", "log1p", math_functions::log1p, true},
    {"math.powf", "pow", math_functions::pow, true},
    {"math.sinh", "sinh", math_functions::sinh, true},
    {"math.cosh", "cosh", math_functions::cosh, true},
    {"math.tanh", "tanh", math_functions::tanh, true},
    {"math.asinh", "asinh", math_functions::asinh, true},
    {"math.acosh", "acosh", math_functions::acosh, true},
    {"math.atanh", "atanh", math_functions::atanh, true},
    {"math.sin", "sin", math_functions::sin, false},
    {"math.cos", "cos", math_functions::cos, false},
    {"math.tan", "tan", math_functions::tan, false},
    {"math.asin", "asin", math_functions::asin, false},
    {"math.acos", "acos", math_functions::acos, false},
    {"math.atan", "atan", math_functions::atan, false},
    {"math.atan2", "atan2", math_functions::atan2, false},
    {"math.erf", "erf", math_functions::erf, false},
    {"math.cbrt", "cbrt", math_functions::cbrt, true},
    {"math.sqrt", "sqrt", math_functions::sqrt, true},
    {"math.floor", "floor", math_functions::floor, true},
    {"math.ceil", "ceil", math_functions::ceil, true},
    {"math.trunc", "trunc", math_functions::trunc, true},
    {"math.round", "round", math_functions::round, true},
    {"math.roundeven", "roundeven", math_functions::roundeven, true},
    {"arith.remf", "fmod", math_functions::fmod, true, true},
};

const MathFunction *megcc::lookupMathFunction(llvm::StringRef operation) {
  for (const MathFunction &function : functions)
    if (function.operation == operation)
      return &function;
  return nullptr;
}
