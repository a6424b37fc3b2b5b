//===- ScalarBuilder.cpp - Scalar arithmetic on any element type ----------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Support/ScalarBuilder.h"
#include "llvm/ADT/APSInt.h"

using namespace mlir;
using namespace megcc;

static bool isFloat(Value value) { return isa<FloatType>(value.getType()); }

Value ScalarBuilder::constant(Type type, double value, bool isUnsigned) const {
  if (auto floatType = dyn_cast<FloatType>(type))
    return make<arith::ConstantOp>(builder.getFloatAttr(floatType, value));
  unsigned width = type.isIndex() ? IndexType::kInternalStorageBitWidth
                                  : type.getIntOrFloatBitWidth();
  llvm::APSInt integer(width, isUnsigned);
  bool isExact;
  llvm::APFloat(value).convertToInteger(integer, llvm::APFloat::rmTowardZero,
                                        &isExact);
  return make<arith::ConstantOp>(builder.getIntegerAttr(type, integer));
}

Value ScalarBuilder::add(Value a, Value b) const {
  return isFloat(a) ? make<arith::AddFOp>(a, b) : make<arith::AddIOp>(a, b);
}

Value ScalarBuilder::sub(Value a, Value b) const {
  return isFloat(a) ? make<arith::SubFOp>(a, b) : make<arith::SubIOp>(a, b);
}

Value ScalarBuilder::mul(Value a, Value b) const {
  return isFloat(a) ? make<arith::MulFOp>(a, b) : make<arith::MulIOp>(a, b);
}

Value ScalarBuilder::div(Value a, Value b) const {
  return isFloat(a) ? make<arith::DivFOp>(a, b) : make<arith::DivSIOp>(a, b);
}

Value ScalarBuilder::max(Value a, Value b, bool isUnsigned) const {
  if (isFloat(a))
    return make<arith::MaximumFOp>(a, b);
  return isUnsigned ? make<arith::MaxUIOp>(a, b) : make<arith::MaxSIOp>(a, b);
}

Value ScalarBuilder::min(Value a, Value b, bool isUnsigned) const {
  if (isFloat(a))
    return make<arith::MinimumFOp>(a, b);
  return isUnsigned ? make<arith::MinUIOp>(a, b) : make<arith::MinSIOp>(a, b);
}

Value ScalarBuilder::less(Value a, Value b, bool isUnsigned) const {
  if (isFloat(a))
    return make<arith::CmpFOp>(arith::CmpFPredicate::OLT, a, b);
  return make<arith::CmpIOp>(
      isUnsigned ? arith::CmpIPredicate::ult : arith::CmpIPredicate::slt, a, b);
}

Value ScalarBuilder::lessEqual(Value a, Value b, bool isUnsigned) const {
  if (isFloat(a))
    return make<arith::CmpFOp>(arith::CmpFPredicate::OLE, a, b);
  return make<arith::CmpIOp>(
      isUnsigned ? arith::CmpIPredicate::ule : arith::CmpIPredicate::sle, a, b);
}

Value ScalarBuilder::equal(Value a, Value b) const {
  if (isFloat(a))
    return make<arith::CmpFOp>(arith::CmpFPredicate::OEQ, a, b);
  return make<arith::CmpIOp>(arith::CmpIPredicate::eq, a, b);
}

Value ScalarBuilder::softplus(Value x) const {
  Value zero = constant(x.getType(), 0);
  Value tail = exp(sub(zero, make<math::AbsFOp>(x)));
  return add(max(x, zero), make<math::Log1pOp>(tail));
}

//===----------------------------------------------------------------------===//
// Conversions
//===----------------------------------------------------------------------===//

Value ScalarBuilder::widen(Value value) const {
  if (value.getType().getIntOrFloatBitWidth() > 16)
    return value;
  return make<arith::ExtFOp>(builder.getF32Type(), value);
}

Value ScalarBuilder::toFloat(Value value, Type type) const {
  Type from = value.getType();
  if (from == type)
    return value;
  unsigned width = type.getIntOrFloatBitWidth();
  if (width > from.getIntOrFloatBitWidth())
    return make<arith::ExtFOp>(type, value);
  // From one half type to the other the way is through f32.
  if (width == from.getIntOrFloatBitWidth())
    value = widen(value);
  return make<arith::TruncFOp>(type, value);
}

Value ScalarBuilder::intToFloat(Value value, Type type, bool isUnsigned) const {
  Type wide = type.isF64() ? type : builder.getF32Type();
  return isUnsigned ? make<arith::UIToFPOp>(wide, value)
                    : make<arith::SIToFPOp>(wide, value);
}

Value ScalarBuilder::floatToInt(Value value, IntegerType type,
                                bool isUnsigned) const {
  // The bounds are powers of two, hence exact in f32.
  value = widen(value);
  unsigned width = type.getWidth();
  double past = std::ldexp(1.0, isUnsigned ? width : width - 1);
  Value low = constant(value.getType(), isUnsigned ? 0 : -past);
  Value high = constant(value.getType(), past);
  Value isBelow = less(value, low);
  Value isAbove = lessEqual(high, value);
  Value isInside =
      make<arith::AndIOp>(lessEqual(low, value), less(value, high));
  Value zero = constant(value.getType(), 0);
  Value inside = select(isInside, value, zero);
  Value integer = isUnsigned ? make<arith::FPToUIOp>(type, inside)
                             : make<arith::FPToSIOp>(type, inside);
  integer = select(isAbove, constant(type, past, isUnsigned), integer);
  return isUnsigned ? integer : select(isBelow, constant(type, -past), integer);
}

Value ScalarBuilder::resizeInt(Value value, IntegerType type,
                               bool isUnsigned) const {
  unsigned width = value.getType().getIntOrFloatBitWidth();
  if (type.getWidth() == width)
    return value;
  if (type.getWidth() < width)
    return make<arith::TruncIOp>(type, value);
  return isUnsigned ? make<arith::ExtUIOp>(type, value)
                    : make<arith::ExtSIOp>(type, value);
}
