//===- ScalarMath.cpp - Arithmetic on values, written as such -------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/ScalarMath.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace megcc {

Scalar Scalar::same(double number) const {
  Type type = getType();
  TypedAttr attr;
  if (isFloat())
    attr = loops->builder.getFloatAttr(type, number);
  else
    attr = loops->builder.getIntegerAttr(type, static_cast<int64_t>(number));
  return {*loops, loops->constant(attr)};
}

template <typename FloatOp, typename IntOp>
Scalar Scalar::binary(Scalar a, Scalar b) {
  OpBuilder &builder = a.loops->builder;
  Location loc = a.loops->loc;
  if (a.isFloat())
    return {*a.loops, builder.create<FloatOp>(loc, a.value, b.value)};
  return {*a.loops, builder.create<IntOp>(loc, a.value, b.value)};
}

Scalar operator+(Scalar a, Scalar b) {
  return Scalar::binary<arith::AddFOp, arith::AddIOp>(a, b);
}
Scalar operator-(Scalar a, Scalar b) {
  return Scalar::binary<arith::SubFOp, arith::SubIOp>(a, b);
}
Scalar operator*(Scalar a, Scalar b) {
  return Scalar::binary<arith::MulFOp, arith::MulIOp>(a, b);
}
Scalar operator/(Scalar a, Scalar b) {
  return Scalar::binary<arith::DivFOp, arith::DivSIOp>(a, b);
}
Scalar operator&(Scalar a, Scalar b) {
  return {*a.loops, a.loops->builder.create<arith::AndIOp>(a.loops->loc, a, b)};
}
Scalar operator|(Scalar a, Scalar b) {
  return {*a.loops, a.loops->builder.create<arith::OrIOp>(a.loops->loc, a, b)};
}

Scalar operator-(Scalar a) {
  if (!a.isFloat())
    return a.same(0) - a;
  return {*a.loops,
          a.loops->builder.create<arith::NegFOp>(a.loops->loc, a.value)};
}

static Value compare(OpBuilder &builder, Location loc, Value a, Value b,
                     arith::CmpFPredicate ofFloats,
                     arith::CmpIPredicate ofInts) {
  if (isa<FloatType>(a.getType()))
    return builder.create<arith::CmpFOp>(loc, ofFloats, a, b);
  return builder.create<arith::CmpIOp>(loc, ofInts, a, b);
}

Scalar less(Scalar a, Scalar b, bool isUnsigned) {
  return {*a.loops, compare(a.loops->builder, a.loops->loc, a, b,
                            arith::CmpFPredicate::OLT,
                            isUnsigned ? arith::CmpIPredicate::ult
                                       : arith::CmpIPredicate::slt)};
}
Scalar lessOrEqual(Scalar a, Scalar b, bool isUnsigned) {
  return {*a.loops, compare(a.loops->builder, a.loops->loc, a, b,
                            arith::CmpFPredicate::OLE,
                            isUnsigned ? arith::CmpIPredicate::ule
                                       : arith::CmpIPredicate::sle)};
}
Scalar operator<(Scalar a, Scalar b) { return less(a, b, false); }
Scalar operator<=(Scalar a, Scalar b) { return lessOrEqual(a, b, false); }
Scalar equal(Scalar a, Scalar b) {
  return {*a.loops,
          compare(a.loops->builder, a.loops->loc, a, b,
                  arith::CmpFPredicate::OEQ, arith::CmpIPredicate::eq)};
}

Scalar select(Scalar condition, Scalar a, Scalar b) {
  return {*a.loops, a.loops->builder.create<arith::SelectOp>(a.loops->loc,
                                                             condition, a, b)};
}

Scalar min(Scalar a, Scalar b) {
  return a.isFloat() ? select(a < b, a, b)
                     : Scalar(*a.loops, a.loops->builder.create<arith::MinSIOp>(
                                            a.loops->loc, a, b));
}
Scalar max(Scalar a, Scalar b) {
  return a.isFloat() ? select(a > b, a, b)
                     : Scalar(*a.loops, a.loops->builder.create<arith::MaxSIOp>(
                                            a.loops->loc, a, b));
}

Scalar floor(Scalar a) {
  return {*a.loops,
          a.loops->builder.create<math::FloorOp>(a.loops->loc, a.value)};
}
Scalar ceil(Scalar a) {
  return {*a.loops,
          a.loops->builder.create<math::CeilOp>(a.loops->loc, a.value)};
}
Scalar round(Scalar a) {
  return {*a.loops,
          a.loops->builder.create<math::RoundEvenOp>(a.loops->loc, a.value)};
}
Scalar abs(Scalar a) {
  return {*a.loops,
          a.loops->builder.create<math::AbsFOp>(a.loops->loc, a.value)};
}

Scalar toIndex(Scalar a) {
  OpBuilder &builder = a.loops->builder;
  Location loc = a.loops->loc;
  if (a.getType().isIndex())
    return a;
  Value integer = a;
  if (a.isFloat())
    integer = builder.create<arith::FPToSIOp>(loc, builder.getI32Type(), a);
  return {*a.loops, builder.create<arith::IndexCastOp>(
                        loc, builder.getIndexType(), integer)};
}

Scalar convert(Scalar a, Type type) {
  OpBuilder &builder = a.loops->builder;
  Location loc = a.loops->loc;
  if (a.getType() == type)
    return a;
  auto to = dyn_cast<FloatType>(type);
  if (a.isFloat() && to) {
    if (a.getType().getIntOrFloatBitWidth() < to.getWidth())
      return {*a.loops, builder.create<arith::ExtFOp>(loc, type, a.value)};
    return {*a.loops, builder.create<arith::TruncFOp>(loc, type, a.value)};
  }
  Value integer = a;
  if (a.getType().isIndex()) {
    Type wide = to ? builder.getI32Type() : type;
    integer = builder.create<arith::IndexCastOp>(loc, wide, a);
  }
  if (to)
    integer = builder.create<arith::SIToFPOp>(loc, type, integer);
  return {*a.loops, integer};
}

Scalar loadAt(LoopBuilder &loops, Value buffer, ValueRange at) {
  return {loops, loops.builder.create<memref::LoadOp>(loops.loc, buffer, at)};
}

void storeAt(LoopBuilder &loops, Value value, Value buffer, ValueRange at) {
  loops.builder.create<memref::StoreOp>(loops.loc, value, buffer, at);
}

Scalar toIndexWithin(Scalar a, int64_t extent) {
  double last = extent - 1;
  Scalar moved = clamp(a, 0, last);
  return a.isFloat() ? clamp(toIndex(moved), 0, last) : toIndex(moved);
}

Scalar normalizeIndex(Scalar index, int64_t extent) {
  Scalar counted = select(index < 0, index + double(extent), index);
  return toIndexWithin(counted, extent);
}

} // namespace megcc
