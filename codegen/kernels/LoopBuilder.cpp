//===- LoopBuilder.cpp - Building the loops of a kernel -------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/LoopBuilder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace megcc;

Type megcc::vectorOrScalar(Type element, int64_t lanes) {
  return lanes == 1 ? element : VectorType::get({lanes}, element);
}

int64_t megcc::lanesOf(Type type) {
  auto vector = dyn_cast<VectorType>(type);
  return vector ? vector.getNumElements() : 1;
}

//===----------------------------------------------------------------------===//
// Control
//===----------------------------------------------------------------------===//

void LoopBuilder::forEach(int64_t extent, function_ref<void(AffineExpr)> body) {
  forEach(extent, ValueRange(), [&](AffineExpr variable, ValueRange) {
    body(variable);
    return Values();
  });
}

LoopBuilder::Values
LoopBuilder::forEach(int64_t extent, ValueRange carried,
                     function_ref<Values(AffineExpr, ValueRange)> body) {
  if (extent <= 0)
    return carried;
  if (extent == 1)
    return body(space.constant(0), carried);

  Value low = builder.create<arith::ConstantIndexOp>(loc, 0);
  Value high = builder.create<arith::ConstantIndexOp>(loc, extent);
  Value step = builder.create<arith::ConstantIndexOp>(loc, 1);
  auto loop = builder.create<scf::ForOp>(loc, low, high, step, carried);
  AffineExpr variable = space.addVariable(extent);
  variables.push_back(loop.getInductionVar());

  OpBuilder::InsertionGuard guard(builder);
  // Without carried values the builder has already added an empty terminator.
  if (carried.empty())
    builder.setInsertionPoint(loop.getBody()->getTerminator());
  else
    builder.setInsertionPointToEnd(loop.getBody());
  Values next = body(variable, loop.getRegionIterArgs());
  if (!carried.empty())
    builder.create<scf::YieldOp>(loc, next);
  return loop.getResults();
}

LoopBuilder::Values
LoopBuilder::forEach(ArrayRef<int64_t> extents, ValueRange carried,
                     function_ref<Values(Exprs, ValueRange)> body) {
  SmallVector<AffineExpr> point;
  std::function<Values(ValueRange)> nest = [&](ValueRange current) -> Values {
    if (point.size() == extents.size())
      return body(point, current);
    return forEach(extents[point.size()], current,
                   [&](AffineExpr variable, ValueRange inner) {
                     point.push_back(variable);
                     Values next = nest(inner);
                     point.pop_back();
                     return next;
                   });
  };
  return nest(carried);
}

LoopBuilder::Values LoopBuilder::branch(Value condition, ValueRange otherwise,
                                        function_ref<Values()> body) {
  bool hasResults = !otherwise.empty();
  auto branch = builder.create<scf::IfOp>(loc, otherwise.getTypes(), condition,
                                          /*withElseRegion=*/hasResults);
  OpBuilder::InsertionGuard guard(builder);
  if (!hasResults) {
    builder.setInsertionPointToStart(branch.thenBlock());
    body();
    return {};
  }
  builder.setInsertionPointToEnd(branch.thenBlock());
  builder.create<scf::YieldOp>(loc, body());
  builder.setInsertionPointToEnd(branch.elseBlock());
  builder.create<scf::YieldOp>(loc, otherwise);
  return branch.getResults();
}

void LoopBuilder::choose(Value condition, function_ref<void()> body,
                         function_ref<void()> otherwise) {
  auto branch = builder.create<scf::IfOp>(loc, TypeRange(), condition,
                                          /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(branch.thenBlock());
  body();
  builder.setInsertionPointToStart(branch.elseBlock());
  otherwise();
}

AffineExpr LoopBuilder::bind(Value value, int64_t extent) {
  variables.push_back(value);
  return space.addVariable(extent);
}

AffineExpr LoopBuilder::bind(Value value, int64_t begin, int64_t end) {
  if (end - begin == 1)
    return space.constant(begin);
  if (begin != 0)
    value =
        builder.create<arith::SubIOp>(loc, value, index(space.constant(begin)));
  return bind(value, end - begin) + begin;
}

void LoopBuilder::ifLast(AffineExpr variable, int64_t extent,
                         function_ref<void()> body) {
  if (extent == 1)
    return body();
  Value last = builder.create<arith::ConstantIndexOp>(loc, extent - 1);
  branch(builder.create<arith::CmpIOp>(loc, arith::CmpIPredicate::eq,
                                       index(variable), last),
         {}, [&] {
           body();
           return Values();
         });
}

Value LoopBuilder::inRange(AffineExpr expr, int64_t extent, bool &never) {
  expr = space.simplify(expr);
  Interval range = space.bounds(expr);
  never = range.high < 0 || range.low >= extent;
  if (never || range.within(0, extent - 1))
    return Value();
  Value value = index(expr), condition;
  auto require = [&](arith::CmpIPredicate predicate, int64_t bound) {
    Value compared = builder.create<arith::CmpIOp>(
        loc, predicate, value,
        builder.create<arith::ConstantIndexOp>(loc, bound));
    condition = condition
                    ? builder.create<arith::AndIOp>(loc, condition, compared)
                    : compared;
  };
  if (range.low < 0)
    require(arith::CmpIPredicate::sge, 0);
  if (range.high >= extent)
    require(arith::CmpIPredicate::slt, extent);
  return condition;
}

//===----------------------------------------------------------------------===//
// Indices
//===----------------------------------------------------------------------===//

Value LoopBuilder::index(AffineExpr expr) {
  LinearForm form = space.linearize(expr);
  auto number = [&](int64_t value) -> Value {
    return builder.create<arith::ConstantIndexOp>(loc, value);
  };
  auto scaled = [&](AffineExpr atom, int64_t factor) -> Value {
    Value value = this->atom(atom);
    return factor == 1
               ? value
               : builder.create<arith::MulIOp>(loc, value, number(factor));
  };

  // Start from something positive, so that no value is negated.
  auto *first =
      llvm::find_if(form.terms, [](auto &term) { return term.second > 0; });
  Value sum;
  if (first != form.terms.end()) {
    sum = scaled(first->first, first->second);
    form.terms.erase(first);
  } else {
    sum = number(std::exchange(form.constant, 0));
  }
  for (auto [atom, factor] : form.terms)
    if (factor > 0)
      sum = builder.create<arith::AddIOp>(loc, sum, scaled(atom, factor));
    else
      sum = builder.create<arith::SubIOp>(loc, sum, scaled(atom, -factor));
  if (form.constant > 0)
    return builder.create<arith::AddIOp>(loc, sum, number(form.constant));
  if (form.constant < 0)
    return builder.create<arith::SubIOp>(loc, sum, number(-form.constant));
  return sum;
}

Value LoopBuilder::atom(AffineExpr expr) {
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return variables[dim.getPosition()];
  return divideOrModulo(cast<AffineBinaryOpExpr>(expr));
}

/// Truncating division is floor division for what is not negative; a numerator
/// that may be is raised by whole multiples of the divisor first.
Value LoopBuilder::divideOrModulo(AffineBinaryOpExpr expr) {
  int64_t divisor = cast<AffineConstantExpr>(expr.getRHS()).getValue();
  int64_t low = space.bounds(expr.getLHS()).low;
  int64_t raise = low < 0 ? llvm::divideCeil(-low, divisor) : 0;
  Value numerator = index(expr.getLHS() + raise * divisor);
  Value by = builder.create<arith::ConstantIndexOp>(loc, divisor);
  if (expr.getKind() == AffineExprKind::Mod)
    return builder.create<arith::RemSIOp>(loc, numerator, by);
  Value quotient = builder.create<arith::DivSIOp>(loc, numerator, by);
  if (raise == 0)
    return quotient;
  return builder.create<arith::SubIOp>(
      loc, quotient, builder.create<arith::ConstantIndexOp>(loc, raise));
}

//===----------------------------------------------------------------------===//
// Memory and arithmetic
//===----------------------------------------------------------------------===//

Value LoopBuilder::load(Value buffer, Exprs at, int64_t lanes) {
  Values indices;
  for (AffineExpr expr : at)
    indices.push_back(index(expr));
  if (lanes == 1)
    return builder.create<memref::LoadOp>(loc, buffer, indices);
  Type element = cast<MemRefType>(buffer.getType()).getElementType();
  return builder.create<vector::LoadOp>(loc, VectorType::get({lanes}, element),
                                        buffer, indices);
}

void LoopBuilder::store(Value value, Value buffer, Exprs at) {
  Values indices;
  for (AffineExpr expr : at)
    indices.push_back(index(expr));
  if (isa<VectorType>(value.getType()))
    builder.create<vector::StoreOp>(loc, value, buffer, indices);
  else
    builder.create<memref::StoreOp>(loc, value, buffer, indices);
}

void LoopBuilder::prefetch(Value buffer, Exprs at) {
  Values indices;
  for (AffineExpr expr : at)
    indices.push_back(index(expr));
  builder.create<memref::PrefetchOp>(loc, buffer, indices, /*isWrite=*/false,
                                     /*localityHint=*/3, /*isDataCache=*/true);
}

Value LoopBuilder::constant(TypedAttr value) {
  return builder.create<arith::ConstantOp>(loc, value);
}

Value LoopBuilder::zero(Type type) {
  return constant(builder.getZeroAttr(type));
}

Value LoopBuilder::broadcast(Value value, int64_t lanes) {
  if (lanes == 1 || isa<VectorType>(value.getType()))
    return value;
  auto type = VectorType::get({lanes}, value.getType());
  Attribute attr;
  if (matchPattern(value, m_Constant(&attr)))
    return constant(DenseElementsAttr::get(type, attr));
  return builder.create<vector::BroadcastOp>(loc, type, value);
}

Value LoopBuilder::multiplyAdd(Value a, Value b, Value acc, bool fused) {
  if (!isa<FloatType>(getElementTypeOrSelf(acc.getType())))
    return builder.create<arith::AddIOp>(
        loc, acc, builder.create<arith::MulIOp>(loc, a, b));
  if (fused)
    return builder.create<math::FmaOp>(loc, a, b, acc);
  return builder.create<arith::AddFOp>(
      loc, acc, builder.create<arith::MulFOp>(loc, a, b));
}
