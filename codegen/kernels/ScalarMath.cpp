//===- ScalarMath.cpp - Arithmetic on values, written as such -------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/ScalarMath.h"
#include "lib/Support/ScalarBuilder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace megcc {

static ScalarBuilder builderOf(LoopBuilder &loops) {
  return {loops.builder, loops.loc};
}

Scalar Scalar::same(double number) const {
  return {*loops, builderOf(*loops).constant(getType(), number)};
}

/// The result of a function of ScalarBuilder.
template <typename... Args, typename... Params>
Scalar Scalar::make(Value (ScalarBuilder::*function)(Params...) const, Scalar a,
                    Args... args) {
  return {*a.loops, (builderOf(*a.loops).*function)(a, args...)};
}

template <typename Op, typename... Args>
Scalar Scalar::create(Scalar a, Args... args) {
  return {*a.loops, builderOf(*a.loops).make<Op>(a.value, args...)};
}

Scalar operator+(Scalar a, Scalar b) {
  return Scalar::make(&ScalarBuilder::add, a, b);
}
Scalar operator-(Scalar a, Scalar b) {
  return Scalar::make(&ScalarBuilder::sub, a, b);
}
Scalar operator*(Scalar a, Scalar b) {
  return Scalar::make(&ScalarBuilder::mul, a, b);
}
Scalar operator/(Scalar a, Scalar b) {
  return Scalar::make(&ScalarBuilder::div, a, b);
}
Scalar operator-(Scalar a) {
  return a.isFloat() ? Scalar::create<arith::NegFOp>(a) : a.same(0) - a;
}
Scalar operator&(Scalar a, Scalar b) {
  return Scalar::create<arith::AndIOp>(a, b.value);
}
Scalar operator|(Scalar a, Scalar b) {
  return Scalar::create<arith::OrIOp>(a, b.value);
}

Scalar less(Scalar a, Scalar b, bool isUnsigned) {
  return Scalar::make(&ScalarBuilder::less, a, b, isUnsigned);
}
Scalar lessOrEqual(Scalar a, Scalar b, bool isUnsigned) {
  return Scalar::make(&ScalarBuilder::lessEqual, a, b, isUnsigned);
}
Scalar operator<(Scalar a, Scalar b) { return less(a, b, false); }
Scalar operator<=(Scalar a, Scalar b) { return lessOrEqual(a, b, false); }
Scalar equal(Scalar a, Scalar b) {
  return Scalar::make(&ScalarBuilder::equal, a, b);
}
Scalar select(Scalar condition, Scalar a, Scalar b) {
  return Scalar::make(&ScalarBuilder::select, condition, a, b);
}

Scalar min(Scalar a, Scalar b) {
  return a.isFloat() ? select(a < b, a, b)
                     : Scalar::make(&ScalarBuilder::min, a, b, false);
}
Scalar max(Scalar a, Scalar b) {
  return a.isFloat() ? select(a > b, a, b)
                     : Scalar::make(&ScalarBuilder::max, a, b, false);
}

Scalar floor(Scalar a) { return Scalar::create<math::FloorOp>(a); }
Scalar ceil(Scalar a) { return Scalar::create<math::CeilOp>(a); }
Scalar round(Scalar a) { return Scalar::create<math::RoundEvenOp>(a); }
Scalar abs(Scalar a) { return Scalar::create<math::AbsFOp>(a); }

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
  LoopBuilder &loops = *a.loops;
  ScalarBuilder build = builderOf(loops);
  if (a.getType() == type)
    return a;
  if (a.isFloat())
    return {loops, isa<FloatType>(type) ? build.toFloat(a, type) : a.value};
  bool isToFloat = isa<FloatType>(type);
  Value integer = a;
  if (a.getType().isIndex())
    integer = build.make<arith::IndexCastOp>(
        isToFloat ? loops.builder.getI32Type() : type, a);
  return {loops,
          isToFloat ? build.make<arith::SIToFPOp>(type, integer) : integer};
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
