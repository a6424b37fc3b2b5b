//===- ExponentialFunctions.cpp - exp, log and what is made of them -------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// exp: x = n ln 2 + r with r in [0, ln 2]; e^r by a minimax polynomial, times
// 2^n; results below the least normal number are zero. Its relatives reduce to
// |r| <= ln 2 / 2 and use the Taylor series. log: x = m 2^e with m in [sqrt
// 1/2, sqrt 2); log m = 2 atanh((m-1) / (m+1)) by its series. Both keep n ln 2
// in two parts, of which the first is exact.
//
//===----------------------------------------------------------------------===//

#include "passes/loops/MathFamilies.h"

using namespace megcc;
using namespace mlir;

namespace {

/// ln 2 in two parts; the first has enough trailing zeros that its product with
/// an exponent is exact.
struct Ln2 {
  explicit Ln2(MathBuilder &b)
      : high(b.number(b.isDouble ? 0x1.62e42fee00000p-1 : 0x1.63p-1)),
        low(b.number(b.isDouble ? 0x1.a39ef35793c76p-33
                                : -0x1.bd0105c610ca8p-13)) {}
  Value high, low;
};

/// e^r - 1, where |r| <= ln 2 / 2.
Value expm1OfSmall(MathBuilder &b, Value r) {
  // 1/n!, down to 1/2!: the next term is below half a unit in the last place.
  SmallVector<double> coefficients;
  double factorial = 1;
  for (int n = 2; n <= (b.isDouble ? 13 : 7); ++n)
    coefficients.insert(coefficients.begin(), 1 / (factorial *= n));
  return b.fma(b.polynomial(r, coefficients), b.mul(r, r), r);
}

/// x - n ln 2.
Value subtractLn2(MathBuilder &b, Value x, Value n) {
  Ln2 ln2(b);
  Value r = b.fma(n, b.neg(ln2.high), x);
  return b.fma(n, b.neg(ln2.low), r);
}

/// x = n ln 2 + r; returns n and e^r - 1.
std::pair<Value, Value> reduceExp(MathBuilder &b, Value x) {
  auto [rounded, n] = b.nearest(b.mul(x, b.number(0x1.71547652b82fep0)));
  return {n, expm1OfSmall(b, subtractLn2(b, x, rounded))};
}

/// value * 2^n for n from twice the smallest to twice the largest exponent, in
/// two steps: results may be subnormal or infinite.
Value scale(MathBuilder &b, Value value, Value n) {
  Value half = b.shiftRight(n, 1);
  value = b.mul(value, b.powerOfTwo(half));
  return b.mul(value, b.powerOfTwo(b.subI(n, half)));
}

/// x = m 2^e with m in [sqrt 1/2, sqrt 2), for positive finite x; returns e as
/// a float, and log m.
std::pair<Value, Value> splitLog(MathBuilder &b, Value x) {
  // Subnormal numbers are made normal first.
  Value isSmall = b.less(x, b.number(b.isDouble ? 0x1p-1022 : 0x1p-126));
  double lift = b.mantissaBits() + 1;
  Value lifted = b.mul(x, b.number(std::ldexp(1.0, int(lift))));
  Value pattern = b.bits(b.select(isSmall, lifted, x));
  Value rootOfHalf = b.integer(b.isDouble ? 0x3fe6a09e667f3bcd : 0x3f3504f3);
  Value exponent = b.shiftRight(b.subI(pattern, rootOfHalf), b.mantissaBits());
  Value m =
      b.fromBits(b.subI(pattern, b.shiftLeft(exponent, b.mantissaBits())));
  Value e = b.toFloat(exponent);
  e = b.select(isSmall, b.sub(e, b.number(lift)), e);

  Value f = b.sub(m, b.number(1));
  Value s = b.div(f, b.add(f, b.number(2)));
  SmallVector<double> coefficients; // 2/(2k+1), down to 2/3
  for (int k = 1; k <= (b.isDouble ? 10 : 4); ++k)
    coefficients.insert(coefficients.begin(), 2.0 / (2 * k + 1));
  Value square = b.mul(s, s);
  // 2 s = f - s f: exact where it matters, near one.
  Value tail = b.sub(b.mul(square, b.polynomial(square, coefficients)), f);
  return {e, b.fma(s, tail, f)};
}

/// What log of `x` is where x is not positive and finite, else `result`.
Value logOfSpecial(MathBuilder &b, Value x, Value result) {
  result = b.select(b.equal(x, b.infinity()), x, result);
  result = b.select(b.equal(x, b.number(0)), b.infinity(true), result);
  result = b.select(b.less(x, b.number(0)), b.nan(), result);
  return b.select(b.isNan(x), x, result);
}

/// log in base `base`, given 1/ln(base).
Value logInBase(MathBuilder &b, Value x, double perE) {
  return b.mul(b.function<math::LogOp>(x), b.number(perE));
}

} // namespace

Value math_functions::exp(MathBuilder &b, ValueRange arguments) {
  // Beyond these bounds the result is infinite or zero: their n gives the
  // patterns of these numbers below.
  Value x = b.atLeast(arguments[0], b.isDouble ? -709 : -88);
  x = b.atMost(x, b.isDouble ? 710 : 89);
  // With n = floor(x / ln 2), but for rounding, all normal results are products
  // of a power of two and a number that are normal too. See `nearest`.
  Value shifter = b.number(b.isDouble ? 0x1.8p52 : 0x1.8p23);
  Value quotient = b.fma(x, b.number(0x1.71547652b82fep0), b.number(-0.5));
  Value sum = b.add(quotient, shifter);
  Value r = subtractLn2(b, x, b.sub(sum, shifter));
  // (e^r - 1 - r) / r^2; the relative error of e^r is below 3e-9 and 5e-18.
  SmallVector<double> coefficients{0.001912485995, 0.007868428097,
                                   0.04185498156, 0.166631914, 0.5000022851};
  if (b.isDouble)
    coefficients = {3.5068395095483514644e-8, 2.5710683982094113303e-7,
                    2.7745916260177121591e-6, 2.4789632388132183828e-5,
                    1.9841760605773825999e-4, 1.3888875762285985086e-3,
                    8.3333335568617715361e-3, 4.1666666643820411274e-2,
                    0.16666666666790529403,   0.49999999999997380428};
  Value q = b.fma(b.polynomial(r, coefficients), b.mul(r, r), r);
  // The lowest bits of the sum are n.
  Value exponent = b.shiftLeft(b.bits(sum), b.mantissaBits());
  Value power =
      b.fromBits(b.addI(exponent, b.integer(b.bias() << b.mantissaBits())));
  return b.mul(b.add(q, b.number(1)), power);
}

Value math_functions::exp2(MathBuilder &b, ValueRange arguments) {
  Value x = b.atLeast(arguments[0], b.isDouble ? -1076 : -151);
  x = b.atMost(x, b.isDouble ? 1025 : 129);
  auto [rounded, n] = b.nearest(x);
  Value r = b.mul(b.sub(x, rounded), b.number(0x1.62e42fefa39efp-1));
  return scale(b, b.add(expm1OfSmall(b, r), b.number(1)), n);
}

Value math_functions::expm1(MathBuilder &b, ValueRange arguments) {
  // Below the lower bound the result is -1.
  Value x = b.atLeast(arguments[0], -50);
  x = b.atMost(x, b.isDouble ? 710 : 89);
  auto [n, q] = reduceExp(b, x);
  // 2^n q + (2^n - 1), halved so that n may be the largest exponent plus one.
  Value half = b.powerOfTwo(b.subI(n, b.integer(1)));
  Value result = b.fma(half, q, b.sub(half, b.number(0.5)));
  return b.add(result, result);
}

Value math_functions::log(MathBuilder &b, ValueRange arguments) {
  Value x = arguments[0];
  auto [e, logM] = splitLog(b, x);
  Ln2 ln2(b);
  Value result = b.fma(e, ln2.high, b.fma(e, ln2.low, logM));
  return logOfSpecial(b, x, result);
}

Value math_functions::log2(MathBuilder &b, ValueRange arguments) {
  Value x = arguments[0];
  auto [e, logM] = splitLog(b, x);
  Value result = b.fma(logM, b.number(0x1.71547652b82fep0), e);
  return logOfSpecial(b, x, result);
}

Value math_functions::log10(MathBuilder &b, ValueRange arguments) {
  return logInBase(b, arguments[0], 0x1.bcb7b1526e50ep-2);
}

Value math_functions::log1p(MathBuilder &b, ValueRange arguments) {
  // log(1 + x) loses the bits of x that 1 + x rounds away; x / ((1 + x) - 1)
  // gives them back.
  Value x = arguments[0], one = b.number(1);
  Value sum = b.add(x, one);
  Value kept = b.sub(sum, one);
  Value result = b.mul(b.function<math::LogOp>(sum), b.div(x, kept));
  result = b.select(b.equal(sum, one), x, result);
  return b.select(b.equal(x, b.infinity()), x, result);
}

Value math_functions::pow(MathBuilder &b, ValueRange arguments) {
  // 2^(y log2 |x|). With log2 |x| = e + l, y e is exact in two parts, so that
  // the error does not grow with the exponent of x.
  Value x = arguments[0], y = arguments[1], one = b.number(1);
  Value magnitude = b.abs(x);
  auto [e, logM] = splitLog(b, magnitude);
  Value l = b.mul(logM, b.number(0x1.71547652b82fep0));
  // Beyond the limit every power but that of 1 is 0 or infinite.
  double limit = b.isDouble ? 0x1p70 : 0x1p40;
  Value bounded = b.atMost(b.atLeast(y, -limit), limit);
  Value high = b.fromBits(b.andI(
      b.bits(bounded), b.integer(b.isDouble ? -(1LL << 27) : -(1 << 12))));
  Value low = b.mul(b.sub(bounded, high), e);
  high = b.mul(high, e);
  low = b.fma(bounded, l, low);
  double most = b.isDouble ? 1100 : 160;
  Value estimate = b.atMost(b.atLeast(b.add(high, low), -most), most);
  auto [rounded, n] = b.nearest(estimate);
  Value r = b.add(b.sub(high, rounded), low);
  r = b.atMost(b.atLeast(r, -0.5), 0.5);
  r = b.mul(r, b.number(0x1.62e42fefa39efp-1));
  Value result = scale(b, b.add(expm1OfSmall(b, r), one), n);

  // Where the magnitude is 0 or infinite, only the sign of y matters.
  Value zero = b.number(0), infinity = b.infinity();
  Value isUp = b.greater(y, zero);
  result = b.select(b.equal(magnitude, zero), b.select(isUp, zero, infinity),
                    result);
  result = b.select(b.equal(magnitude, infinity),
                    b.select(isUp, infinity, zero), result);
  // A negative base has a power where y is an integer, and a negative one where
  // y is odd.
  Value isInteger = b.equal(b.function<math::FloorOp>(y), y);
  Value halfY = b.mul(y, b.number(0.5));
  Value isEven = b.equal(b.function<math::FloorOp>(halfY), halfY);
  Value isNegative = b.less(b.withSignOf(one, x), zero);
  Value ofNegative = b.select(isEven, result, b.neg(result));
  ofNegative = b.select(isInteger, ofNegative, result);
  result = b.select(isNegative, ofNegative, result);
  Value noPower = b.select(isInteger, result, b.nan());
  Value isFinite = b.less(magnitude, infinity);
  result =
      b.select(b.less(x, zero), b.select(isFinite, noPower, result), result);
  result = b.select(b.isNan(x), x, b.select(b.isNan(y), y, result));
  result = b.select(b.equal(y, zero), one, result);
  return b.select(b.equal(x, one), one, result);
}

Value math_functions::tanh(MathBuilder &b, ValueRange arguments) {
  // (e^2x - 1) / (e^2x + 1), of the magnitude; 1 beyond the bound.
  Value x = arguments[0];
  Value magnitude = b.atMost(b.abs(x), 20);
  Value t = b.function<math::ExpM1Op>(b.add(magnitude, magnitude));
  return b.withSignOf(b.div(t, b.add(t, b.number(2))), x);
}

Value math_functions::sinh(MathBuilder &b, ValueRange arguments) {
  // With t = e^|x| - 1: (t + t / (t + 1)) / 2. Where e^|x| overflows, from half
  // the argument.
  Value x = arguments[0], magnitude = b.abs(x), half = b.number(0.5);
  Value t = b.function<math::ExpM1Op>(magnitude);
  Value result = b.mul(half, b.add(t, b.div(t, b.add(t, b.number(1)))));
  Value root = b.function<math::ExpOp>(b.mul(half, magnitude));
  Value isLarge = b.greater(magnitude, b.number(30));
  result = b.select(isLarge, b.mul(b.mul(half, root), root), result);
  return b.withSignOf(result, x);
}

Value math_functions::cosh(MathBuilder &b, ValueRange arguments) {
  Value half = b.number(0.5);
  Value root = b.function<math::ExpOp>(b.mul(half, b.abs(arguments[0])));
  Value inverse = b.div(b.number(1), root);
  return b.fma(b.mul(half, root), root, b.mul(b.mul(half, inverse), inverse));
}

Value math_functions::asinh(MathBuilder &b, ValueRange arguments) {
  // log1p(a + a^2 / (1 + sqrt(1 + a^2))); where a^2 may overflow, log 2a.
  Value x = arguments[0], a = b.abs(x), one = b.number(1);
  Value isLarge = b.greater(a, b.number(0x1p30));
  Value bounded = b.select(isLarge, one, a);
  Value square = b.mul(bounded, bounded);
  Value root = b.function<math::SqrtOp>(b.add(square, one));
  Value small = b.function<math::Log1pOp>(
      b.add(bounded, b.div(square, b.add(root, one))));
  Value large =
      b.add(b.function<math::LogOp>(a), b.number(0x1.62e42fefa39efp-1));
  Value result = b.withSignOf(b.select(isLarge, large, small), x);
  return b.select(b.isNan(x), x, result);
}

Value math_functions::acosh(MathBuilder &b, ValueRange arguments) {
  // With t = x - 1: log1p(t + sqrt(2t + t^2)); where t^2 may overflow, log 2x.
  Value x = arguments[0], one = b.number(1);
  Value isLarge = b.greater(x, b.number(0x1p30));
  Value t = b.sub(b.select(isLarge, one, x), one);
  Value root = b.function<math::SqrtOp>(b.fma(t, t, b.add(t, t)));
  Value small = b.function<math::Log1pOp>(b.add(t, root));
  Value large =
      b.add(b.function<math::LogOp>(x), b.number(0x1.62e42fefa39efp-1));
  Value result = b.select(isLarge, large, small);
  return b.select(b.less(x, one), b.nan(), result);
}

Value math_functions::atanh(MathBuilder &b, ValueRange arguments) {
  // log1p(2a / (1 - a)) / 2, of the magnitude.
  Value x = arguments[0], a = b.abs(x);
  Value ratio = b.div(b.add(a, a), b.sub(b.number(1), a));
  Value result = b.mul(b.number(0.5), b.function<math::Log1pOp>(ratio));
  return b.withSignOf(result, x);
}

Value math_functions::erf(MathBuilder &b, ValueRange arguments) {
  // Minimax polynomials: of x where it is small, of log(1 - erf x) elsewhere.
  Value x = arguments[0];
  Value t = b.atMost(b.abs(x), 4.5), square = b.mul(x, x);
  Value exponent = b.polynomial(
      t, {-1.72853470e-5, 3.83197126e-4, -3.88396438e-3, 2.42546219e-2,
          -1.06777877e-1, -6.34846687e-1, -1.28717512e-1});
  exponent = b.fma(exponent, t, b.neg(t));
  Value large = b.sub(b.number(1), b.function<math::ExpOp>(exponent));
  Value small =
      b.polynomial(square, {-5.96761703e-4, 4.99119423e-3, -2.67681349e-2,
                            1.12819925e-1, -3.76125336e-1, 1.28379166e-1});
  small = b.fma(small, x, x);
  Value isLarge = b.greater(t, b.number(0.927734375));
  return b.select(isLarge, b.withSignOf(large, x), small);
}
