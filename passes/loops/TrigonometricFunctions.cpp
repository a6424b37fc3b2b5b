//===- TrigonometricFunctions.cpp - sin, cos, tan and their inverses ------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Polynomials of S. Moshier's Cephes library (single precision). The argument
// is reduced by multiples of pi/2 in four parts, the first three of eight bits:
// exact, and so accurate, for |x| up to 100,000.
//
//===----------------------------------------------------------------------===//

#include "passes/loops/MathFamilies.h"

using namespace megcc;
using namespace mlir;

namespace {

/// The sine and cosine of x, up to sign: of the remainder r in [-pi/4, pi/4],
/// and the quadrant that it was taken from.
struct Reduced {
  Value sine, cosine, quadrant;
};

Reduced reduce(MathBuilder &b, Value x) {
  auto [n, quadrant] = b.nearest(b.mul(x, b.number(0x1.45f306dc9c883p-1)));
  Value r = x;
  for (double part : {0x1.92p0, 0x1.fap-12, 0x1.54p-20, 0x1.10b4611a62633p-30})
    r = b.fma(n, b.number(-part), r);
  // Far outside, r is not a remainder; keep the polynomials within [-1, 1].
  r = b.atMost(b.atLeast(r, -0x1.921fb6p-1), 0x1.921fb6p-1);
  Value square = b.mul(r, r);
  Value sine = b.polynomial(
      square, {-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1});
  sine = b.fma(b.mul(sine, square), r, r);
  Value cosine =
      b.polynomial(square, {2.443315711809948e-5, -1.388731625493765e-3,
                            4.166664568298827e-2});
  cosine = b.fma(b.mul(cosine, square), square,
                 b.fma(square, b.number(-0.5), b.number(1)));
  return {sine, cosine, quadrant};
}

/// The sine of the angle that is `turns` quadrants beyond the reduced one.
Value sineOf(MathBuilder &b, const Reduced &reduced, int64_t turns) {
  Value quadrant = b.addI(reduced.quadrant, b.integer(turns));
  auto bitIsSet = [&](int64_t bit) -> Value {
    return b.builder.create<arith::CmpIOp>(b.loc, arith::CmpIPredicate::ne,
                                           b.andI(quadrant, b.integer(bit)),
                                           b.integer(0));
  };
  Value value = b.select(bitIsSet(1), reduced.cosine, reduced.sine);
  return b.select(bitIsSet(2), b.neg(value), value);
}

/// NaN where x is infinite or a NaN: x - x is.
Value unlessInfinite(MathBuilder &b, Value x, Value result) {
  return b.select(b.less(b.abs(x), b.infinity()), result, b.sub(x, x));
}

/// asin of a in [0, 1/2], times 2 and taken from pi/2 above it by the caller.
Value asinOfSmall(MathBuilder &b, Value a, Value square) {
  Value p =
      b.polynomial(square, {4.2163199048e-2, 2.4181311049e-2, 4.5470025998e-2,
                            7.4953002686e-2, 1.6666752422e-1});
  return b.fma(b.mul(p, square), a, a);
}

} // namespace

Value math_functions::sin(MathBuilder &b, ValueRange arguments) {
  Value x = arguments[0];
  return unlessInfinite(b, x, sineOf(b, reduce(b, x), 0));
}

Value math_functions::cos(MathBuilder &b, ValueRange arguments) {
  Value x = arguments[0];
  return unlessInfinite(b, x, sineOf(b, reduce(b, x), 1));
}

Value math_functions::tan(MathBuilder &b, ValueRange arguments) {
  Value x = arguments[0];
  Reduced reduced = reduce(b, x);
  Value tangent = b.div(sineOf(b, reduced, 0), sineOf(b, reduced, 1));
  return unlessInfinite(b, x, tangent);
}

Value math_functions::asin(MathBuilder &b, ValueRange arguments) {
  // Above 1/2: pi/2 - 2 asin(sqrt((1 - a) / 2)).
  Value x = arguments[0], a = b.abs(x), half = b.number(0.5);
  Value isLarge = b.greater(a, half);
  Value square =
      b.select(isLarge, b.mul(half, b.sub(b.number(1), a)), b.mul(a, a));
  Value root = b.select(isLarge, b.function<math::SqrtOp>(square), a);
  Value small = asinOfSmall(b, root, square);
  Value large = b.sub(b.number(0x1.921fb54442d18p0), b.add(small, small));
  return b.withSignOf(b.select(isLarge, large, small), x);
}

Value math_functions::acos(MathBuilder &b, ValueRange arguments) {
  // Above 1/2: 2 asin(sqrt((1 - a) / 2)); below -1/2: pi minus that.
  Value x = arguments[0], a = b.abs(x), half = b.number(0.5);
  Value isLarge = b.greater(a, half);
  Value square =
      b.select(isLarge, b.mul(half, b.sub(b.number(1), a)), b.mul(a, a));
  Value root = b.select(isLarge, b.function<math::SqrtOp>(square), x);
  Value small = asinOfSmall(b, root, square);
  Value twice = b.add(small, small);
  Value large = b.select(b.less(x, b.number(0)),
                         b.sub(b.number(0x1.921fb54442d18p1), twice), twice);
  return b.select(isLarge, large, b.sub(b.number(0x1.921fb54442d18p0), small));
}

Value math_functions::atan(MathBuilder &b, ValueRange arguments) {
  // Above tan(3 pi/8): pi/2 + atan(-1/a); above tan(pi/8):
  // pi/4 + atan((a - 1) / (a + 1)).
  Value x = arguments[0], a = b.abs(x), one = b.number(1);
  Value isLarge = b.greater(a, b.number(2.414213562373095));
  Value isMiddle = b.greater(a, b.number(0.4142135623730950));
  Value middle = b.div(b.sub(a, one), b.add(a, one));
  Value large = b.div(b.number(-1), a);
  Value t = b.select(isLarge, large, b.select(isMiddle, middle, a));
  Value base =
      b.select(isLarge, b.number(0x1.921fb54442d18p0),
               b.select(isMiddle, b.number(0x1.921fb54442d18p-1), b.number(0)));
  Value square = b.mul(t, t);
  Value p = b.polynomial(square, {8.05374449538e-2, -1.38776856032e-1,
                                  1.99777106478e-1, -3.33329491539e-1});
  Value result = b.add(base, b.fma(b.mul(p, square), t, t));
  return b.withSignOf(result, x);
}

Value math_functions::atan2(MathBuilder &b, ValueRange arguments) {
  // Of the magnitudes first; then the quadrant that the signs say.
  Value y = arguments[0], x = arguments[1], zero = b.number(0);
  Value rise = b.abs(y), run = b.abs(x), one = b.number(1);
  Value angle = b.function<math::AtanOp>(b.div(rise, run));
  angle = b.select(b.equal(rise, zero), zero, angle);
  Value isDiagonal = b.equal(rise, run);
  Value diagonal =
      b.select(b.equal(rise, zero), zero, b.number(0x1.921fb54442d18p-1));
  angle = b.select(isDiagonal, diagonal, angle);
  Value isLeft = b.less(b.withSignOf(one, x), zero);
  Value turned = b.sub(b.number(0x1.921fb54442d18p1), angle);
  angle = b.select(isLeft, turned, angle);
  angle = b.withSignOf(angle, y);
  return b.select(b.isNan(x), x, b.select(b.isNan(y), y, angle));
}
