//===- ScalarActivation.cpp - Scalar bodies of activation functions -------===//
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

namespace {
/// A function of one float x, computed in f32 or wider.
class FloatFunction {
public:
  FloatFunction(OpBuilder &builder, Location loc, ValueRange scalars)
      : scalar(builder, loc), half(scalars[0].getType()),
        x(scalar.widen(scalars[0])) {}

  Value constant(double value) { return scalar.constant(x.getType(), value); }

  /// max(0, min(1, value))
  Value toUnitInterval(Value value) {
    return scalar.max(constant(0), scalar.min(constant(1), value));
  }

  /// The result in the type in which x came.
  Value finish(Value value) { return scalar.toFloat(value, half); }

  ScalarBuilder scalar;
  Type half;
  Value x;
};
} // namespace

Value ReluOp::buildScalar(OpBuilder &builder, Location loc,
                          ValueRange scalars) {
  ScalarBuilder scalar(builder, loc);
  Value x = scalars[0];
  if (isUnsignedElement(getType().getElementType()))
    return x;
  return scalar.max(x, scalar.constant(x.getType(), 0));
}

Value SigmoidOp::buildScalar(OpBuilder &builder, Location loc,
                             ValueRange scalars) {
  FloatFunction f(builder, loc, scalars);
  ScalarBuilder &scalar = f.scalar;
  Value decay = scalar.exp(scalar.make<arith::NegFOp>(f.x));
  return f.finish(scalar.div(f.constant(1), scalar.add(f.constant(1), decay)));
}

Value SoftplusOp::buildScalar(OpBuilder &builder, Location loc,
                              ValueRange scalars) {
  FloatFunction f(builder, loc, scalars);
  return f.finish(f.scalar.softplus(f.x));
}

Value SoftsignOp::buildScalar(OpBuilder &builder, Location loc,
                              ValueRange scalars) {
  FloatFunction f(builder, loc, scalars);
  ScalarBuilder &scalar = f.scalar;
  Value magnitude = scalar.make<math::AbsFOp>(f.x);
  return f.finish(scalar.div(f.x, scalar.add(f.constant(1), magnitude)));
}

Value HardSwishOp::buildScalar(OpBuilder &builder, Location loc,
                               ValueRange scalars) {
  FloatFunction f(builder, loc, scalars);
  ScalarBuilder &scalar = f.scalar;
  Value line =
      scalar.add(scalar.mul(f.x, f.constant(1.0 / 6)), f.constant(0.5));
  return f.finish(scalar.mul(f.x, f.toUnitInterval(line)));
}

Value MishOp::buildScalar(OpBuilder &builder, Location loc,
                          ValueRange scalars) {
  FloatFunction f(builder, loc, scalars);
  ScalarBuilder &scalar = f.scalar;
  return f.finish(scalar.mul(f.x, scalar.tanh(scalar.softplus(f.x))));
}

Value GeluOp::buildScalar(OpBuilder &builder, Location loc,
                          ValueRange scalars) {
  FloatFunction f(builder, loc, scalars);
  ScalarBuilder &scalar = f.scalar;
  Value inner;
  if (getApproximate() == GeluKind::erf) {
    inner =
        scalar.make<math::ErfOp>(scalar.mul(f.x, f.constant(std::sqrt(0.5))));
  } else {
    // sqrt(2 / pi)
    Value scale = f.constant(0.79788456080286535588);
    Value square = scalar.mul(f.x, f.x);
    Value cubic =
        scalar.add(f.constant(1), scalar.mul(f.constant(0.044715), square));
    inner = scalar.tanh(scalar.mul(scalar.mul(scale, f.x), cubic));
  }
  Value halfX = scalar.mul(f.x, f.constant(0.5));
  return f.finish(scalar.mul(halfX, scalar.add(f.constant(1), inner)));
}

Value LeakyReluOp::buildScalar(OpBuilder &builder, Location loc,
                               ValueRange scalars) {
  FloatFunction f(builder, loc, scalars);
  ScalarBuilder &scalar = f.scalar;
  return f.finish(scalar.select(scalar.less(f.x, f.constant(0)),
                                scalar.mul(f.constant(getAlpha()), f.x), f.x));
}

Value EluOp::buildScalar(OpBuilder &builder, Location loc, ValueRange scalars) {
  FloatFunction f(builder, loc, scalars);
  ScalarBuilder &scalar = f.scalar;
  Value curve =
      scalar.mul(f.constant(getAlpha()), scalar.make<math::ExpM1Op>(f.x));
  return f.finish(scalar.select(scalar.less(f.x, f.constant(0)), curve, f.x));
}

Value SeluOp::buildScalar(OpBuilder &builder, Location loc,
                          ValueRange scalars) {
  FloatFunction f(builder, loc, scalars);
  ScalarBuilder &scalar = f.scalar;
  Value curve = scalar.mul(f.constant(getGamma() * getAlpha()),
                           scalar.make<math::ExpM1Op>(f.x));
  Value line = scalar.mul(f.constant(getGamma()), f.x);
  return f.finish(
      scalar.select(scalar.lessEqual(f.x, f.constant(0)), curve, line));
}

Value HardSigmoidOp::buildScalar(OpBuilder &builder, Location loc,
                                 ValueRange scalars) {
  FloatFunction f(builder, loc, scalars);
  ScalarBuilder &scalar = f.scalar;
  Value line = scalar.add(scalar.mul(f.constant(getAlpha()), f.x),
                          f.constant(getBeta()));
  return f.finish(f.toUnitInterval(line));
}

Value ThresholdedReluOp::buildScalar(OpBuilder &builder, Location loc,
                                     ValueRange scalars) {
  FloatFunction f(builder, loc, scalars);
  ScalarBuilder &scalar = f.scalar;
  return f.finish(scalar.select(scalar.less(f.constant(getAlpha()), f.x), f.x,
                                f.constant(0)));
}

Value ShrinkOp::buildScalar(OpBuilder &builder, Location loc,
                            ValueRange scalars) {
  FloatFunction f(builder, loc, scalars);
  ScalarBuilder &scalar = f.scalar;
  Value isLow = scalar.less(f.x, f.constant(-getLambd()));
  Value isHigh = scalar.less(f.constant(getLambd()), f.x);
  Value high = scalar.select(isHigh, scalar.sub(f.x, f.constant(getBias())),
                             f.constant(0));
  return f.finish(
      scalar.select(isLow, scalar.add(f.x, f.constant(getBias())), high));
}

Value ClampOp::buildScalar(OpBuilder &builder, Location loc,
                           ValueRange scalars) {
  ScalarBuilder scalar(builder, loc);
  Value x = scalars[0];
  Type type = x.getType();
  bool isUnsigned = isUnsignedElement(getType().getElementType());
  double low = getMin(), high = getMax();
  if (isa<IntegerType>(type)) {
    low = std::ceil(low);
    high = std::floor(high);
  }
  if (!std::isinf(low) || low > 0)
    x = scalar.max(x, scalar.constant(type, low, isUnsigned), isUnsigned);
  if (!std::isinf(high) || high < 0)
    x = scalar.min(x, scalar.constant(type, high, isUnsigned), isUnsigned);
  return x;
}
