//===- ScalarFunctions.cpp - Meaning of arith and math operations ---------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Reference/ScalarFunctions.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>

using namespace mlir;
using namespace megcc;

//===----------------------------------------------------------------------===//
// Float arithmetic
//===----------------------------------------------------------------------===//

static double maximum(double a, double b) {
  if (std::isnan(a) || std::isnan(b))
    return std::numeric_limits<double>::quiet_NaN();
  if (a == b)
    return std::signbit(a) ? b : a;
  return std::max(a, b);
}

static double minimum(double a, double b) { return -maximum(-a, -b); }

/// Half to even, whatever rounding mode the process is in.
static double roundEven(double a) { return a - std::remainder(a, 1.0); }

double megcc::fmaRoundedToOdd(double a, double b, double c) {
  double product = a * b;
  double sum = product + c;
  double part = sum - product;
  double error = (product - (sum - part)) + (c - part);
  if (error == 0 || !std::isfinite(sum))
    return sum;
  uint64_t bits = llvm::bit_cast<uint64_t>(sum);
  if (bits & 1)
    return sum;
  bool awayFromZero = (error > 0) == (sum > 0);
  return llvm::bit_cast<double>(awayFromZero ? bits + 1 : bits - 1);
}

FloatUnary megcc::findFloatUnary(StringRef name) {
  static const llvm::StringMap<FloatUnary> table = {
      {"arith.negf", [](double a) { return -a; }},
      {"math.absf", [](double a) { return std::fabs(a); }},
      {"math.acos", [](double a) { return std::acos(a); }},
      {"math.acosh", [](double a) { return std::acosh(a); }},
      {"math.asin", [](double a) { return std::asin(a); }},
      {"math.asinh", [](double a) { return std::asinh(a); }},
      {"math.atan", [](double a) { return std::atan(a); }},
      {"math.atanh", [](double a) { return std::atanh(a); }},
      {"math.cbrt", [](double a) { return std::cbrt(a); }},
      {"math.ceil", [](double a) { return std::ceil(a); }},
      {"math.cos", [](double a) { return std::cos(a); }},
      {"math.cosh", [](double a) { return std::cosh(a); }},
      {"math.erf", [](double a) { return std::erf(a); }},
      {"math.exp", [](double a) { return std::exp(a); }},
      {"math.exp2", [](double a) { return std::exp2(a); }},
      {"math.expm1", [](double a) { return std::expm1(a); }},
      {"math.floor", [](double a) { return std::floor(a); }},
      {"math.log", [](double a) { return std::log(a); }},
      {"math.log10", [](double a) { return std::log10(a); }},
      {"math.log1p", [](double a) { return std::log1p(a); }},
      {"math.log2", [](double a) { return std::log2(a); }},
      {"math.round", [](double a) { return std::round(a); }},
      {"math.roundeven", roundEven},
      {"math.rsqrt", [](double a) { return 1 / std::sqrt(a); }},
      {"math.sin", [](double a) { return std::sin(a); }},
      {"math.sinh", [](double a) { return std::sinh(a); }},
      {"math.sqrt", [](double a) { return std::sqrt(a); }},
      {"math.tan", [](double a) { return std::tan(a); }},
      {"math.tanh", [](double a) { return std::tanh(a); }},
      {"math.trunc", [](double a) { return std::trunc(a); }},
  };
  return table.lookup(name);
}

FloatBinary megcc::findFloatBinary(StringRef name) {
  static const llvm::StringMap<FloatBinary> table = {
      {"arith.addf", [](double a, double b) { return a + b; }},
      {"arith.subf", [](double a, double b) { return a - b; }},
      {"arith.mulf", [](double a, double b) { return a * b; }},
      {"arith.divf", [](double a, double b) { return a / b; }},
      {"arith.remf", [](double a, double b) { return std::fmod(a, b); }},
      {"arith.maximumf", maximum},
      {"arith.minimumf", minimum},
      {"arith.maxnumf", [](double a, double b) { return std::fmax(a, b); }},
      {"arith.minnumf", [](double a, double b) { return std::fmin(a, b); }},
      {"math.atan2", [](double a, double b) { return std::atan2(a, b); }},
      {"math.copysign", [](double a, double b) { return std::copysign(a, b); }},
      {"math.powf", [](double a, double b) { return std::pow(a, b); }},
  };
  return table.lookup(name);
}

bool megcc::compareFloats(arith::CmpFPredicate predicate, double a, double b) {
  using P = arith::CmpFPredicate;
  bool unordered = std::isnan(a) || std::isnan(b);
  switch (predicate) {
  case P::AlwaysFalse:
    return false;
  case P::AlwaysTrue:
    return true;
  case P::ORD:
    return !unordered;
  case P::UNO:
    return unordered;
  case P::OEQ:
    return a == b;
  case P::UEQ:
    return unordered || a == b;
  case P::ONE:
    return !unordered && a != b;
  case P::UNE:
    return a != b;
  case P::OLT:
    return a < b;
  case P::ULT:
    return unordered || a < b;
  case P::OLE:
    return a <= b;
  case P::ULE:
    return unordered || a <= b;
  case P::OGT:
    return a > b;
  case P::UGT:
    return unordered || a > b;
  case P::OGE:
    return a >= b;
  case P::UGE:
    return unordered || a >= b;
  }
  llvm_unreachable("covered switch");
}

//===----------------------------------------------------------------------===//
// Integer arithmetic
//===----------------------------------------------------------------------===//

static int64_t power(int64_t base, int64_t exponent) {
  if (exponent < 0)
    return base == 1 ? 1 : base == -1 ? (exponent % 2 ? -1 : 1) : 0;
  uint64_t result = 1, factor = base;
  for (; exponent; exponent >>= 1, factor *= factor)
    if (exponent & 1)
      result *= factor;
  return wrapping(result);
}

IntBinary megcc::findSignedBinary(StringRef name) {
  using I = int64_t;
  using U = uint64_t;
  static const llvm::StringMap<IntBinary> table = {
      {"arith.addi", [](I a, I b) { return wrapping(U(a) + U(b)); }},
      {"arith.subi", [](I a, I b) { return wrapping(U(a) - U(b)); }},
      {"arith.muli", [](I a, I b) { return wrapping(U(a) * U(b)); }},
      {"arith.andi", [](I a, I b) { return a & b; }},
      {"arith.ori", [](I a, I b) { return a | b; }},
      {"arith.xori", [](I a, I b) { return a ^ b; }},
      {"arith.maxsi", [](I a, I b) { return std::max(a, b); }},
      {"arith.minsi", [](I a, I b) { return std::min(a, b); }},
      // Minus one is set apart: the smallest number divided by it overflows.
      {"arith.divsi",
       [](I a, I b) { return b == 0    ? 0
                             : b == -1 ? wrapping(-U(a))
                                       : a / b; }},
      {"arith.remsi", [](I a, I b) { return b == 0 || b == -1 ? 0 : a % b; }},
      {"arith.floordivsi",
       [](I a, I b) {
         if (b == 0)
           return I(0);
         if (b == -1)
           return wrapping(-U(a));
         return a / b - (a % b != 0 && (a < 0) != (b < 0));
       }},
      {"arith.ceildivsi",
       [](I a, I b) {
         if (b == 0)
           return I(0);
         if (b == -1)
           return wrapping(-U(a));
         return a / b + (a % b != 0 && (a < 0) == (b < 0));
       }},
      {"arith.shrsi", [](I a, I b) { return a >> (U(b) > 63 ? 63 : b); }},
      {"math.ipowi", power},
  };
  return table.lookup(name);
}

IntBinary megcc::findUnsignedBinary(StringRef name) {
  using I = int64_t;
  using U = uint64_t;
  static const llvm::StringMap<IntBinary> table = {
      {"arith.divui",
       [](I a, I b) { return b == 0 ? 0 : wrapping(U(a) / U(b)); }},
      {"arith.remui",
       [](I a, I b) { return b == 0 ? 0 : wrapping(U(a) % U(b)); }},
      {"arith.ceildivui",
       [](I a, I b) {
         return b == 0 ? 0 : wrapping(U(a) / U(b) + (U(a) % U(b) != 0));
       }},
      {"arith.maxui", [](I a, I b) { return wrapping(std::max(U(a), U(b))); }},
      {"arith.minui", [](I a, I b) { return wrapping(std::min(U(a), U(b))); }},
      {"arith.shrui",
       [](I a, I b) { return U(b) > 63 ? 0 : wrapping(U(a) >> b); }},
      {"arith.shli",
       [](I a, I b) { return U(b) > 63 ? 0 : wrapping(U(a) << b); }},
  };
  return table.lookup(name);
}

bool megcc::compareInts(arith::CmpIPredicate predicate, int64_t a, int64_t b,
                        unsigned width) {
  using P = arith::CmpIPredicate;
  int64_t sa = signExtend(a, width), sb = signExtend(b, width);
  uint64_t ua = zeroExtend(a, width), ub = zeroExtend(b, width);
  switch (predicate) {
  case P::eq:
    return ua == ub;
  case P::ne:
    return ua != ub;
  case P::slt:
    return sa < sb;
  case P::sle:
    return sa <= sb;
  case P::sgt:
    return sa > sb;
  case P::sge:
    return sa >= sb;
  case P::ult:
    return ua < ub;
  case P::ule:
    return ua <= ub;
  case P::ugt:
    return ua > ub;
  case P::uge:
    return ua >= ub;
  }
  llvm_unreachable("covered switch");
}

int64_t megcc::convertToInt(double value, unsigned width, bool isSigned) {
  if (std::isnan(value))
    return 0;
  double limit = std::ldexp(1.0, isSigned ? width - 1 : width);
  double low = isSigned ? -limit : 0;
  value = std::trunc(value);
  if (value <= low)
    return isSigned ? signExtend(int64_t(1) << (width - 1), width) : 0;
  if (value >= limit)
    return zeroExtend(-1, isSigned ? width - 1 : width);
  return isSigned ? static_cast<int64_t>(value)
                  : wrapping(static_cast<uint64_t>(value));
}
