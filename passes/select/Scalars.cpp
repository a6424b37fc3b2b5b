//===- Scalars.cpp - The scalar code of kernels ---------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/select/Scalars.h"

using namespace mlir;
using namespace megcc;

Value Scalars::index(int64_t value) const {
  return make<arith::ConstantIndexOp>(value);
}

Value Scalars::convertFloat(Value value, Type type) const {
  return isa<FloatType>(type) ? toFloat(value, type) : value;
}

Value Scalars::extend(Value value, Type from, Type type) const {
  if (auto integer = dyn_cast<IntegerType>(type))
    return resizeInt(value, integer, isUnsignedElement(from));
  return toFloat(value, type);
}

Value Scalars::multiplyAdd(Value a, Value b, Value acc, Type typeA,
                           Type typeB) const {
  Type type = acc.getType();
  a = extend(a, typeA, type);
  b = extend(b, typeB, type);
  if (isa<FloatType>(type))
    return make<math::FmaOp>(a, b, acc);
  return add(acc, mul(a, b));
}

Value Scalars::boundedIndex(Value integer, int64_t extent) const {
  Value position = make<arith::IndexCastOp>(builder.getIndexType(), integer);
  Value zero = index(0);
  Value fromEnd = add(position, index(extent));
  position = select(less(position, zero), fromEnd, position);
  return max(min(position, index(extent - 1)), zero);
}

Value Scalars::load(Value buffer, ValueRange index) const {
  return make<memref::LoadOp>(buffer, index);
}

Type megcc::accumulatorType(Type type) {
  if (type.isF16() || type.isBF16())
    return Float32Type::get(type.getContext());
  return type;
}

static TypedAttr extremeValue(Type type, bool lowest) {
  if (auto floating = dyn_cast<FloatType>(type))
    return FloatAttr::get(
        type, APFloat::getInf(floating.getFloatSemantics(), lowest));
  unsigned width = type.getIntOrFloatBitWidth();
  Type signless = IntegerType::get(type.getContext(), width);
  bool isUnsigned = type.isUnsignedInteger() || width == 1;
  APInt value = lowest ? (isUnsigned ? APInt::getMinValue(width)
                                     : APInt::getSignedMinValue(width))
                       : (isUnsigned ? APInt::getMaxValue(width)
                                     : APInt::getSignedMaxValue(width));
  return IntegerAttr::get(signless, value);
}

TypedAttr megcc::lowestValue(Type type) { return extremeValue(type, true); }
TypedAttr megcc::highestValue(Type type) { return extremeValue(type, false); }
