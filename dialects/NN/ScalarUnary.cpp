//===- ScalarUnary.cpp - Scalar bodies of functions of one operand --------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/NN/NN.h"
#include "lib/Support/ScalarBuilder.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::nn;

/// A function that the math dialect has.
template <typename MathOp>
static Value buildMath(OpBuilder &builder, Location loc, Value x) {
  ScalarBuilder scalar(builder, loc);
  return scalar.inF32(x, [&](Value x) { return scalar.make<MathOp>(x); });
}

#define MATH_FUNCTION(NNOp, MathOp)                                            \
  Value NNOp::buildScalar(OpBuilder &builder, Location loc,                    \
                          ValueRange scalars) {                                \
    return buildMath<math::MathOp>(builder, loc, scalars[0]);                  \
  }
MATH_FUNCTION(ExpOp, ExpOp)
MATH_FUNCTION(LogOp, LogOp)
MATH_FUNCTION(SqrtOp, SqrtOp)
MATH_FUNCTION(CeilOp, CeilOp)
MATH_FUNCTION(FloorOp, FloorOp)
MATH_FUNCTION(RoundOp, RoundEvenOp)
MATH_FUNCTION(SinOp, SinOp)
MATH_FUNCTION(CosOp, CosOp)
MATH_FUNCTION(TanOp, TanOp)
MATH_FUNCTION(AsinOp, AsinOp)
MATH_FUNCTION(AcosOp, AcosOp)
MATH_FUNCTION(AtanOp, AtanOp)
MATH_FUNCTION(SinhOp, SinhOp)
MATH_FUNCTION(CoshOp, CoshOp)
MATH_FUNCTION(AsinhOp, AsinhOp)
MATH_FUNCTION(AcoshOp, AcoshOp)
MATH_FUNCTION(AtanhOp, AtanhOp)
MATH_FUNCTION(ErfOp, ErfOp)
MATH_FUNCTION(TanhOp, TanhOp)
#undef MATH_FUNCTION

Value AbsOp::buildScalar(OpBuilder &builder, Location loc, ValueRange scalars) {
  Type element = getType().getElementType();
  if (isa<FloatType>(element))
    return builder.create<math::AbsFOp>(loc, scalars[0]);
  if (isUnsignedElement(element))
    return scalars[0];
  return builder.create<math::AbsIOp>(loc, scalars[0]);
}

Value NegOp::buildScalar(OpBuilder &builder, Location loc, ValueRange scalars) {
  Value x = scalars[0];
  if (isa<FloatType>(x.getType()))
    return builder.create<arith::NegFOp>(loc, x);
  ScalarBuilder scalar(builder, loc);
  return scalar.sub(scalar.constant(x.getType(), 0), x);
}

Value SignOp::buildScalar(OpBuilder &builder, Location loc,
                          ValueRange scalars) {
  ScalarBuilder scalar(builder, loc);
  Value x = scalars[0];
  bool isUnsigned = isUnsignedElement(getType().getElementType());
  Value zero = scalar.constant(x.getType(), 0);
  Value sign = scalar.select(scalar.less(zero, x, isUnsigned),
                             scalar.constant(x.getType(), 1), x);
  if (isUnsigned)
    return sign;
  return scalar.select(scalar.less(x, zero), scalar.constant(x.getType(), -1),
                       sign);
}

Value ReciprocalOp::buildScalar(OpBuilder &builder, Location loc,
                                ValueRange scalars) {
  ScalarBuilder scalar(builder, loc);
  Value x = scalars[0];
  return scalar.div(scalar.constant(x.getType(), 1), x);
}

Value NotOp::buildScalar(OpBuilder &builder, Location loc, ValueRange scalars) {
  ScalarBuilder scalar(builder, loc);
  Value x = scalars[0];
  Value ones = scalar.constant(x.getType(), 1, /*isUnsigned=*/true);
  return scalar.make<arith::XOrIOp>(x, ones);
}

Value BitwiseNotOp::buildScalar(OpBuilder &builder, Location loc,
                                ValueRange scalars) {
  ScalarBuilder scalar(builder, loc);
  Value x = scalars[0];
  return scalar.make<arith::XOrIOp>(x, scalar.constant(x.getType(), -1));
}

Value IsNaNOp::buildScalar(OpBuilder &builder, Location loc,
                           ValueRange scalars) {
  Value x = scalars[0];
  return builder.create<arith::CmpFOp>(loc, arith::CmpFPredicate::UNO, x, x);
}

Value IsInfOp::buildScalar(OpBuilder &builder, Location loc,
                           ValueRange scalars) {
  ScalarBuilder scalar(builder, loc);
  Value x = scalars[0];
  double infinity = std::numeric_limits<double>::infinity();
  Value isNegative, isPositive;
  if (getDetectNegative())
    isNegative = scalar.equal(x, scalar.constant(x.getType(), -infinity));
  if (getDetectPositive())
    isPositive = scalar.equal(x, scalar.constant(x.getType(), infinity));
  if (isNegative && isPositive)
    return scalar.make<arith::OrIOp>(isNegative, isPositive);
  if (isNegative || isPositive)
    return isNegative ? isNegative : isPositive;
  return scalar.constant(builder.getI1Type(), 0);
}
