//===- Scalars.cpp - Short forms for building scalar code -----------------===//

#include "passes/select/Scalars.h"

using namespace mlir;
using namespace megcc;

Value Scalars::constant(Type type, double value) const {
  TypedAttr attr = isa<FloatType>(type)
                       ? TypedAttr(builder.getFloatAttr(type, value))
                       : TypedAttr(builder.getIntegerAttr(
                             type, static_cast<int64_t>(value)));
  return builder.create<arith::ConstantOp>(loc, attr);
}

Value Scalars::index(int64_t value) const {
  return builder.create<arith::ConstantIndexOp>(loc, value);
}

static bool isFloat(Value value) { return isa<FloatType>(value.getType()); }

Value Scalars::add(Value a, Value b) const {
  if (isFloat(a))
    return builder.create<arith::AddFOp>(loc, a, b);
  return builder.create<arith::AddIOp>(loc, a, b);
}

Value Scalars::sub(Value a, Value b) const {
  if (isFloat(a))
    return builder.create<arith::SubFOp>(loc, a, b);
  return builder.create<arith::SubIOp>(loc, a, b);
}

Value Scalars::mul(Value a, Value b) const {
  if (isFloat(a))
    return builder.create<arith::MulFOp>(loc, a, b);
  return builder.create<arith::MulIOp>(loc, a, b);
}

Value Scalars::div(Value a, Value b) const {
  if (isFloat(a))
    return builder.create<arith::DivFOp>(loc, a, b);
  return builder.create<arith::DivSIOp>(loc, a, b);
}

Value Scalars::max(Value a, Value b) const {
  if (isFloat(a))
    return builder.create<arith::MaximumFOp>(loc, a, b);
  return builder.create<arith::MaxSIOp>(loc, a, b);
}

Value Scalars::min(Value a, Value b) const {
  if (isFloat(a))
    return builder.create<arith::MinimumFOp>(loc, a, b);
  return builder.create<arith::MinSIOp>(loc, a, b);
}

Value Scalars::less(Value a, Value b) const {
  if (isFloat(a))
    return builder.create<arith::CmpFOp>(loc, arith::CmpFPredicate::OLT, a, b);
  return builder.create<arith::CmpIOp>(loc, arith::CmpIPredicate::slt, a, b);
}

Value Scalars::select(Value condition, Value yes, Value no) const {
  return builder.create<arith::SelectOp>(loc, condition, yes, no);
}

Value Scalars::convertFloat(Value value, Type type) const {
  if (value.getType() == type || !isa<FloatType>(type))
    return value;
  if (value.getType().getIntOrFloatBitWidth() < type.getIntOrFloatBitWidth())
    return builder.create<arith::ExtFOp>(loc, type, value);
  return builder.create<arith::TruncFOp>(loc, type, value);
}

Value Scalars::widen(Value value, Type from, Type type) const {
  if (value.getType() == type)
    return value;
  if (isa<FloatType>(type))
    return convertFloat(value, type);
  if (from.isUnsignedInteger() || from.isInteger(1))
    return builder.create<arith::ExtUIOp>(loc, type, value);
  return builder.create<arith::ExtSIOp>(loc, type, value);
}

Value Scalars::multiplyAdd(Value a, Value b, Value acc, Type typeA,
                           Type typeB) const {
  Type type = acc.getType();
  a = widen(a, typeA, type);
  b = widen(b, typeB, type);
  if (isa<FloatType>(type))
    return builder.create<math::FmaOp>(loc, a, b, acc);
  return add(acc, mul(a, b));
}

Value Scalars::boundedIndex(Value integer, int64_t extent) const {
  Value position =
      builder.create<arith::IndexCastOp>(loc, builder.getIndexType(), integer);
  Value zero = index(0);
  Value fromEnd = add(position, index(extent));
  position = select(less(position, zero), fromEnd, position);
  return max(min(position, index(extent - 1)), zero);
}

Value Scalars::load(Value buffer, ValueRange index) const {
  return builder.create<memref::LoadOp>(loc, buffer, index);
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
