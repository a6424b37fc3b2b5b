//===- RoundingFunctions.cpp - Rounding, remainders and roots -------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "passes/loops/MathFamilies.h"

using namespace megcc;
using namespace mlir;

/// The nearest integer to a number that is not negative: adding 2^mantissaBits
/// leaves no bit below the ones. Larger numbers are integers already.
static Value roundMagnitude(MathBuilder &b, Value a) {
  Value shifter = b.number(b.isDouble ? 0x1p52 : 0x1p23);
  Value rounded = b.sub(b.add(a, shifter), shifter);
  return b.select(b.less(a, shifter), rounded, a);
}

/// The largest integer that is not above a number that is not negative.
static Value floorMagnitude(MathBuilder &b, Value a) {
  Value rounded = roundMagnitude(b, a);
  return b.select(b.greater(rounded, a), b.sub(rounded, b.number(1)), rounded);
}

Value math_functions::roundeven(MathBuilder &b, ValueRange arguments) {
  Value x = arguments[0];
  return b.withSignOf(roundMagnitude(b, b.abs(x)), x);
}

Value math_functions::round(MathBuilder &b, ValueRange arguments) {
  // Halves, which were rounded to even, go away from zero.
  Value x = arguments[0], a = b.abs(x);
  Value rounded = roundMagnitude(b, a);
  Value isHalf = b.equal(b.sub(a, rounded), b.number(0.5));
  rounded = b.select(isHalf, b.add(rounded, b.number(1)), rounded);
  return b.withSignOf(rounded, x);
}

Value math_functions::trunc(MathBuilder &b, ValueRange arguments) {
  Value x = arguments[0];
  return b.withSignOf(floorMagnitude(b, b.abs(x)), x);
}

Value math_functions::floor(MathBuilder &b, ValueRange arguments) {
  Value x = arguments[0];
  Value rounded = b.withSignOf(roundMagnitude(b, b.abs(x)), x);
  return b.select(b.greater(rounded, x), b.sub(rounded, b.number(1)), rounded);
}

Value math_functions::ceil(MathBuilder &b, ValueRange arguments) {
  Value x = arguments[0];
  Value rounded = b.withSignOf(roundMagnitude(b, b.abs(x)), x);
  Value above =
      b.select(b.less(rounded, x), b.add(rounded, b.number(1)), rounded);
  return b.withSignOf(above, x); // ceil(-0.5) is -0
}

Value math_functions::fmod(MathBuilder &b, ValueRange arguments) {
  // Long division of the magnitudes, which is exact: the divisor is doubled
  // while it fits, then taken off wherever it fits on the way back.
  Value x = arguments[0], y = b.abs(arguments[1]), a = b.abs(x);
  Value zero = b.number(0), one = b.number(1), half = b.number(0.5);
  Value hasRest = b.both(b.less(a, b.infinity()), b.greater(y, zero));
  Value isReduced = b.less(y, b.infinity());
  Value divides = b.both(hasRest, isReduced);
  Value divisor = b.select(divides, y, one);
  Value rest = b.select(divides, a, zero);

  auto loop = [&](ValueRange initial, auto condition, auto body) {
    return b.builder.create<scf::WhileOp>(
        b.loc, initial.getTypes(), initial,
        [&](OpBuilder &, Location, ValueRange carried) {
          b.builder.create<scf::ConditionOp>(b.loc, condition(carried),
                                             carried);
        },
        [&](OpBuilder &, Location, ValueRange carried) {
          b.builder.create<scf::YieldOp>(b.loc, body(carried));
        });
  };
  Value most = b.mul(rest, half);
  auto doubled = loop(
      {divisor}, [&](ValueRange c) { return b.lessEqual(c[0], most); },
      [&](ValueRange c) { return SmallVector<Value>{b.add(c[0], c[0])}; });
  auto reduced = loop(
      {doubled.getResult(0), rest},
      [&](ValueRange c) { return b.greaterEqual(c[0], divisor); },
      [&](ValueRange c) {
        Value fits = b.greaterEqual(c[1], c[0]);
        Value next = b.select(fits, b.sub(c[1], c[0]), c[1]);
        return SmallVector<Value>{b.mul(c[0], half), next};
      });
  Value result = b.select(isReduced, reduced.getResult(1), a);
  result = b.select(hasRest, result, b.nan());
  result = b.select(b.isNan(y), y, result);
  return b.withSignOf(result, x);
}

Value math_functions::cbrt(MathBuilder &b, ValueRange arguments) {
  // A third of the exponent, then Newton's steps on t^3 = a.
  Value x = arguments[0], a = b.abs(x);
  Value isSmall = b.less(a, b.number(b.isDouble ? 0x1p-1000 : 0x1p-100));
  Value lifted =
      b.select(isSmall, b.mul(a, b.number(b.isDouble ? 0x1p90 : 0x1p60)), a);
  Value third =
      b.builder.create<arith::DivSIOp>(b.loc, b.bits(lifted), b.integer(3));
  Value guess = b.integer(b.isDouble ? 0x2a9f7893782da1ce : 0x2a5137a0);
  Value t = b.fromBits(b.addI(third, guess));
  for (int step = 0; step < (b.isDouble ? 5 : 4); ++step) {
    Value error = b.sub(b.div(lifted, b.mul(t, t)), t);
    t = b.fma(error, b.number(1.0 / 3), t);
  }
  t = b.select(isSmall, b.mul(t, b.number(b.isDouble ? 0x1p-30 : 0x1p-20)), t);
  // Zero, infinity and NaN are their own roots.
  Value isRegular = b.less(b.mul(a, b.number(0)), b.number(1));
  t = b.select(isRegular, t, a);
  t = b.select(b.equal(a, b.number(0)), a, t);
  return b.withSignOf(t, x);
}

Value math_functions::sqrt(MathBuilder &b, ValueRange arguments) {
  // Digit by digit in integers, so that the result is rounded correctly; as in
  // fdlibm's e_sqrt.c. For targets without a square root instruction.
  Value x = arguments[0];
  Value isSmall = b.less(x, b.number(b.isDouble ? 0x1p-1000 : 0x1p-100));
  Value lifted =
      b.select(isSmall, b.mul(x, b.number(b.isDouble ? 0x1p100 : 0x1p60)), x);
  int64_t one = int64_t(1) << b.mantissaBits();
  Value pattern = b.bits(lifted);
  Value exponent =
      b.subI(b.shiftRight(pattern, b.mantissaBits()), b.integer(b.bias()));
  Value mantissa = b.orI(b.andI(pattern, b.integer(one - 1)), b.integer(one));
  Value isOdd = b.andI(exponent, b.integer(1));
  mantissa = b.builder.create<arith::ShLIOp>(b.loc, mantissa,
                                             b.addI(isOdd, b.integer(1)));

  auto index = [&](int64_t value) -> Value {
    return b.builder.create<arith::ConstantIndexOp>(b.loc, value);
  };
  // Carried: what is left of the mantissa, twice the root so far, the root so
  // far, the digit to try.
  Value zero = b.integer(0);
  auto loop = b.builder.create<scf::ForOp>(
      b.loc, index(0), index(b.mantissaBits() + 2), index(1),
      ValueRange{mantissa, zero, zero, b.integer(2 * one)},
      [&](OpBuilder &, Location loc, Value, ValueRange carried) {
        Value rest = carried[0], twice = carried[1], root = carried[2],
              digit = carried[3];
        Value trial = b.addI(twice, digit);
        Value fits = b.builder.create<arith::CmpIOp>(
            loc, arith::CmpIPredicate::sle, trial, rest);
        rest = b.select(fits, b.subI(rest, trial), rest);
        twice = b.select(fits, b.addI(trial, digit), twice);
        root = b.select(fits, b.addI(root, digit), root);
        b.builder.create<scf::YieldOp>(loc, ValueRange{b.addI(rest, rest),
                                                       twice, root,
                                                       b.shiftRight(digit, 1)});
      });
  // The last digit is the half that rounds.
  Value root = loop.getResult(2);
  Value rounded = b.shiftRight(b.addI(root, b.andI(root, b.integer(1))), 1);
  Value halfExponent = b.shiftLeft(b.shiftRight(exponent, 1), b.mantissaBits());
  Value bias = b.integer((b.bias() - 1) << b.mantissaBits());
  Value result = b.fromBits(b.addI(b.addI(rounded, bias), halfExponent));
  result = b.select(
      isSmall, b.mul(result, b.number(b.isDouble ? 0x1p-50 : 0x1p-30)), result);
  // Zero, infinity and NaN are their own roots; below zero there is none.
  Value isRegular = b.greater(x, b.number(0));
  isRegular = b.both(isRegular, b.less(x, b.infinity()));
  Value special = b.select(b.less(x, b.number(0)), b.nan(), x);
  return b.select(isRegular, result, special);
}
