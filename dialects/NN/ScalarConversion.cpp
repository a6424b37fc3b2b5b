//===- ScalarConversion.cpp - Scalar bodies of type conversions -----------===//
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

Value CastOp::buildScalar(OpBuilder &builder, Location loc,
                          ValueRange scalars) {
  ScalarBuilder scalar(builder, loc);
  Value x = scalars[0];
  Type from = getX().getType().getElementType();
  Type to = getType().getElementType();
  if (from == to)
    return x;
  if (to.isInteger(1)) {
    Value zero = scalar.constant(x.getType(), 0);
    if (isa<FloatType>(from))
      return scalar.make<arith::CmpFOp>(arith::CmpFPredicate::UNE, x, zero);
    return scalar.make<arith::CmpIOp>(arith::CmpIPredicate::ne, x, zero);
  }
  if (isa<FloatType>(to)) {
    if (isa<IntegerType>(from))
      x = scalar.intToFloat(x, to, isUnsignedElement(from));
    return scalar.toFloat(x, to);
  }
  auto target = cast<IntegerType>(getScalarType(to));
  if (isa<FloatType>(from))
    return scalar.floatToInt(x, target, isUnsignedElement(to));
  return scalar.resizeInt(x, target, isUnsignedElement(from));
}

Value QuantizeOp::buildScalar(OpBuilder &builder, Location loc,
                              ValueRange scalars) {
  ScalarBuilder scalar(builder, loc);
  Type element = getType().getElementType();
  bool isUnsigned = isUnsignedElement(element);
  Value x = scalar.widen(scalars[0]), scale = scalar.widen(scalars[1]);
  Type wide = x.getType();
  Value zeroPoint =
      scalar.toFloat(scalar.intToFloat(scalars[2], wide, isUnsigned), wide);
  Value rounded = scalar.make<math::RoundEvenOp>(scalar.div(x, scale));
  Value shifted = scalar.add(rounded, zeroPoint);

  // NaN becomes the lower bound: maxnumf takes the operand that is a number.
  unsigned width = element.getIntOrFloatBitWidth();
  double low = isUnsigned ? 0 : -std::ldexp(1.0, width - 1);
  double high = std::ldexp(1.0, isUnsigned ? width : width - 1) - 1;
  Value bounded =
      scalar.make<arith::MaxNumFOp>(shifted, scalar.constant(wide, low));
  bounded = scalar.make<arith::MinNumFOp>(bounded, scalar.constant(wide, high));
  Value integer = scalar.make<arith::FPToSIOp>(builder.getI32Type(), bounded);
  return scalar.resizeInt(integer, cast<IntegerType>(getScalarType(element)),
                          isUnsigned);
}

Value DequantizeOp::buildScalar(OpBuilder &builder, Location loc,
                                ValueRange scalars) {
  ScalarBuilder scalar(builder, loc);
  bool isUnsigned = isUnsignedElement(getX().getType().getElementType());
  IntegerType i32 = builder.getI32Type();
  Value x = scalar.resizeInt(scalars[0], i32, isUnsigned);
  Value zeroPoint = scalar.resizeInt(scalars[2], i32, isUnsigned);
  Type type = scalars[1].getType();
  Value steps =
      scalar.intToFloat(scalar.sub(x, zeroPoint), type, /*isUnsigned=*/false);
  return scalar.toFloat(scalar.mul(steps, scalar.widen(scalars[1])), type);
}
