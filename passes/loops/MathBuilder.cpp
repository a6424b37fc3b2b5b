//===- MathBuilder.cpp - Arithmetic on a float type, written shortly ------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/loops/MathBuilder.h"

using namespace megcc;
using namespace mlir;

Value MathBuilder::constant(Type ofType, Attribute value) {
  if (auto vector = dyn_cast<VectorType>(ofType))
    value = DenseElementsAttr::get(vector, value);
  return builder.create<arith::ConstantOp>(loc, cast<TypedAttr>(value));
}

Value MathBuilder::number(double value) {
  return constant(type,
                  builder.getFloatAttr(getElementTypeOrSelf(type), value));
}

Value MathBuilder::infinity(bool negative) {
  auto element = cast<FloatType>(getElementTypeOrSelf(type));
  return constant(
      type,
      builder.getFloatAttr(
          element, APFloat::getInf(element.getFloatSemantics(), negative)));
}

Value MathBuilder::nan() {
  auto element = cast<FloatType>(getElementTypeOrSelf(type));
  return constant(
      type, builder.getFloatAttr(element,
                                 APFloat::getNaN(element.getFloatSemantics())));
}

Value MathBuilder::integer(int64_t value) {
  return constant(intType,
                  builder.getIntegerAttr(getElementTypeOrSelf(intType), value));
}

Value MathBuilder::fma(Value a, Value b, Value c) {
  return hasFma ? builder.create<math::FmaOp>(loc, a, b, c).getResult()
                : add(mul(a, b), c);
}

Value MathBuilder::polynomial(Value x, ArrayRef<double> coefficients) {
  Value sum = number(coefficients.front());
  for (double coefficient : coefficients.drop_front())
    sum = fma(sum, x, number(coefficient));
  return sum;
}

std::pair<Value, Value> MathBuilder::nearest(Value a) {
  // Added to this, a number keeps no bit below its ones, and its ones are the
  // lowest bits of the sum. Unlike a conversion this is defined for a NaN too.
  Value shifter = number(isDouble ? 0x1.8p52 : 0x1.8p23);
  Value sum = add(a, shifter);
  return {sub(sum, shifter), subI(bits(sum), bits(shifter))};
}

Value MathBuilder::powerOfTwo(Value n) {
  return fromBits(shiftLeft(addI(n, integer(bias())), mantissaBits()));
}
