//===- GemmDepth.cpp - What a register tile does along the depth ----------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/GemmDepth.h"
#include "codegen/kernels/GemmDiagonal.h"
#include "codegen/kernels/ScalarRegion.h"
#include "dialects/ISA/ISA.h"
#include "lib/Support/LoopHints.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

using Values = LoopBuilder::Values;
using Exprs = SmallVector<AffineExpr>;

static Type getElement(Value buffer) {
  return cast<MemRefType>(buffer.getType()).getElementType();
}

GemmDepth::GemmDepth(GemmOp op, LoopBuilder &loops, const Target &target,
                     GemmPrefetch &prefetch)
    : op(op), loops(loops), target(target), prefetch(prefetch),
      lanes(op.getLanes()), group(getDepthGroup(op)),
      accumulator(op.getAccumulatorType()) {
  if (group > 1)
    dot = findDotProduct(target, {getElement(op.getLhs()), op.getLhsUnsigned()},
                         {getElement(op.getRhs()), op.getRhsUnsigned()},
                         accumulator);
  if (multipliesByLane(op, target))
    together = lanes;
  run = findLaneRun(op, target);
  collectLoops();
  prefetch.setDepthLoops(depthLoops);
}

Values GemmDepth::sum(const GemmPosition &position, const Values &begin) {
  at = position;
  Value zero = loops.zero(vectorOrScalar(accumulator, lanes));
  int64_t sums = at.tileRows * at.tileVectors;
  Values acc(begin.empty() ? Values(sums, zero) : begin);
  if (dot.shiftsLhs)
    acc.append(at.tileVectors, zero);
  acc = accumulate({}, acc);
  auto loop = acc.front().getDefiningOp<scf::ForOp>();
  if (loop && fillsRegisters(sums))
    loop->setAttr(kFullAttr, loops.builder.getUnitAttr());
  if (dot.shiftsLhs)
    for (int64_t i = 0; i < sums; ++i)
      acc[i] = loops.builder.create<arith::SubIOp>(
          loops.loc, acc[i], acc[sums + i % at.tileVectors]);
  acc.resize(sums);
  return acc;
}

/// Whether so many sums, with what a step loads, leave too few registers for
/// what the epilogue reads in each tile. Compilers that move loads ahead find
/// more of them free.
bool GemmDepth::fillsRegisters(int64_t sums) const {
  int64_t loaded = at.tileVectors + 1, epilogue = at.tileVectors + 2;
  return lanes > 1 && !target.hoistsLoads &&
         sums + loaded + epilogue >
             static_cast<int64_t>(target.vectorRegisters);
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

/// One loop per depth dimension, two where a map takes quotient and
/// remainder of it, a blocked layout's channels, or where there are many
/// lines to prefetch.
void GemmDepth::collectLoops() {
  unsigned lhsFirst = op.getOuter().size() + op.getRows().size();
  unsigned rhsFirst = op.getOuter().size() + 1;
  for (auto [i, extent] : llvm::enumerate(op.getDepth())) {
    int64_t unit = getDepthUnit(op, i);
    int64_t split =
        std::max(getDimensionSplit(op.getLhsMap(), lhsFirst + i, 0, extent),
                 getDimensionSplit(op.getRhsMap(), rhsFirst + i, 0, extent));
    if (split <= unit)
      split = prefetch.getDepthSplit(lhsFirst + i, extent);
    if (split % unit != 0)
      split = unit;
    if (i + 1 == op.getDepth().size() && split % together != 0)
      split = together;
    if (i + 1 == op.getDepth().size() && run.taps)
      split = run.taps;
    depthLoops.push_back(extent / split);
    depthLoops.push_back(split / unit);
  }
}

Exprs GemmDepth::getDepth(Index index) const {
  Exprs depth;
  for (unsigned i = 0; i < index.size(); i += 2)
    depth.push_back((index[i] * depthLoops[i + 1] + index[i + 1]) *
                    getDepthUnit(op, i / 2));
  return depth;
}

/// The loops over the depth inside those of `index`.
Values GemmDepth::accumulate(Exprs index, ValueRange acc) {
  prefetch.beforeDepthLoop(at, index);
  if (op.getDiagonal() &&
      index.size() == depthLoops.size() - 2 * countDiagonalDims(op))
    return stepByDiagonal(
        op, at, getDepth(index), acc, loops, target.fma,
        [&](Value value) { return widen(value, /*isUnsigned=*/false); });
  if (index.size() == depthLoops.size())
    return step(getDepth(index), acc);
  bool isLast = index.size() + 1 == depthLoops.size();
  if (isLast && canStepByRun())
    return stepByRun(index, acc);
  int64_t steps = isLast && together > 1 ? together / group : int64_t(1);
  Values sums = loops.forEach(depthLoops[index.size()] / steps, acc,
                              [&](AffineExpr variable, ValueRange current) {
                                Exprs inner =
                                    joinIndex(index, {variable * steps}, {});
                                return steps == 1 ? accumulate(inner, current)
                                                  : stepByLane(inner, current);
                              });
  auto loop = sums.front().getDefiningOp<scf::ForOp>();
  if (target.hoistsLoads && loop &&
      loop.getBody()->getOps<scf::ForOp>().empty())
    loop->setAttr(kRolledAttr, loops.builder.getUnitAttr());
  return sums;
}

//===----------------------------------------------------------------------===//
// Elements and groups
//===----------------------------------------------------------------------===//

/// `count` elements of the tile's r-th row.
Value GemmDepth::loadRow(int64_t r, Index depth, int64_t count) {
  Exprs row = getTileRow(op, at.rows, loops.space.constant(r));
  return loops.load(
      op.getLhs(),
      loops.space.apply(op.getLhsMap(), joinIndex(at.outer, row, depth)),
      count);
}

/// The tile's vectors of the rhs at one index, or group, of the depth.
Values GemmDepth::loadRhs(Index depth) {
  Values rhs;
  for (int64_t v = 0; v < at.tileVectors; ++v) {
    Exprs point = joinIndex(at.outer, {at.firstVector + v}, depth);
    Value vector = loops.load(
        op.getRhs(), loops.space.apply(op.getRhsMap(), point), lanes * group);
    rhs.push_back(group > 1 ? vector : widen(vector, op.getRhsUnsigned()));
  }
  return rhs;
}

/// `value` in the accumulator's type.
Value GemmDepth::widen(Value value, bool isUnsigned) {
  Type type = vectorOrScalar(accumulator, lanesOf(value.getType()));
  OpBuilder &builder = loops.builder;
  if (value.getType() == type)
    return value;
  if (isa<FloatType>(accumulator))
    return builder.create<arith::ExtFOp>(loops.loc, type, value);
  if (isUnsigned)
    return builder.create<arith::ExtUIOp>(loops.loc, type, value);
  return builder.create<arith::ExtSIOp>(loops.loc, type, value);
}

/// Vector number `vector` of several in a row.
Value GemmDepth::takeVector(Value all, int64_t vector) {
  return loops.builder.create<vector::ExtractStridedSliceOp>(
      loops.loc, all, ArrayRef<int64_t>(vector * lanes), ArrayRef(lanes),
      ArrayRef<int64_t>(1));
}

/// The sums after one more element of the depth.
Values GemmDepth::step(Index depth, ValueRange acc) {
  if (dot.byLane)
    return stepByPart(depth, acc);
  if (group > 1)
    return stepByGroup(depth, acc);
  Values next, rhs = loadRhs(depth);
  for (int64_t r = 0; r < at.tileRows; ++r) {
    Value lhs = loops.broadcast(
        widen(loadRow(r, depth, 1), op.getLhsUnsigned()), lanes);
    for (int64_t v = 0; v < at.tileVectors; ++v)
      next.push_back(loops.multiplyAdd(lhs, rhs[v], acc[r * at.tileVectors + v],
                                       target.fma));
  }
  return next;
}

/// The sums after one more group of elements along the depth, each product of
/// which is one instruction.
Values GemmDepth::stepByGroup(Index depth, ValueRange acc) {
  Values next, rhs = loadRhs(depth);
  auto wide = VectorType::get({lanes * group}, getElement(op.getLhs()));
  auto multiplyAdd = [&](Value lhs, Value rhs, Value sum) -> Value {
    return loops.builder.create<instructions::DotOp>(
        loops.loc, sum.getType(), lhs, rhs, sum,
        op.getLhsUnsigned() || dot.shiftsLhs, op.getRhsUnsigned());
  };
  Value shift;
  if (dot.shiftsLhs)
    shift = loops.constant(
        DenseElementsAttr::get(wide, loops.builder.getI8IntegerAttr(-128)));
  for (int64_t r = 0; r < at.tileRows; ++r) {
    Value lhs = loops.builder.create<instructions::RepeatOp>(
        loops.loc, wide, loadRow(r, depth, group));
    // Adding 128 to a signed byte is flipping its sign.
    if (shift)
      lhs = loops.builder.create<arith::XOrIOp>(loops.loc, lhs, shift);
    for (int64_t v = 0; v < at.tileVectors; ++v)
      next.push_back(multiplyAdd(lhs, rhs[v], acc[r * at.tileVectors + v]));
  }
  if (shift)
    for (int64_t v = 0; v < at.tileVectors; ++v)
      next.push_back(
          multiplyAdd(shift, rhs[v], acc[at.tileRows * at.tileVectors + v]));
  return next;
}

/// The sums after one more group, packed for products by lane, of which a
/// row's elements do not lie side by side.
Values GemmDepth::stepByPart(Index depth, ValueRange acc) {
  Values next(acc), rhs = loadRhs(depth);
  Exprs element(depth);
  for (int64_t part = 0; part < group; ++part) {
    element.back() = depth.back() + part;
    for (int64_t r = 0; r < at.tileRows; ++r) {
      Value lhs = loops.broadcast(
          widen(loadRow(r, element, 1), /*isUnsigned=*/false), lanes);
      for (int64_t v = 0; v < at.tileVectors; ++v) {
        Value column = takeVector(rhs[v], part);
        Value &sum = next[r * at.tileVectors + v];
        sum = loops.multiplyAdd(lhs, widen(column, /*isUnsigned=*/false), sum,
                                target.fma);
      }
    }
  }
  return next;
}

//===----------------------------------------------------------------------===//
// Lanes
//===----------------------------------------------------------------------===//

/// The tile's vectors of the rhs at `count` indices of the depth.
SmallVector<Values> GemmDepth::loadRhsSteps(Exprs index, int64_t count) {
  AffineExpr first = index.back();
  SmallVector<Values> rhs(count);
  if (!loadsRhsTogether(op, count, target)) {
    for (auto [step, vectors] : llvm::enumerate(rhs)) {
      index.back() = first + static_cast<int64_t>(step);
      vectors = loadRhs(getDepth(index));
    }
    return rhs;
  }
  for (int64_t v = 0; v < at.tileVectors; ++v) {
    Exprs point = joinIndex(at.outer, {at.firstVector + v}, getDepth(index));
    Value all = loops.load(
        op.getRhs(), loops.space.apply(op.getRhsMap(), point), lanes * count);
    for (auto [step, vectors] : llvm::enumerate(rhs))
      vectors.push_back(takeVector(all, step));
  }
  return rhs;
}

/// Adds to row `r` of `sums` the products of lane `lane` of `lhs` and part
/// `part` of each vector of the rhs.
void GemmDepth::addProducts(Values &sums, int64_t r, Value lhs, int64_t lane,
                            ValueRange rhs, int64_t part) {
  Value factor;
  if (group == 1)
    factor = loops.builder.create<vector::ShuffleOp>(
        loops.loc, lhs, lhs, SmallVector<int64_t>(lanes, lane));
  for (int64_t v = 0; v < at.tileVectors; ++v) {
    Value &sum = sums[r * at.tileVectors + v];
    if (factor)
      sum = loops.multiplyAdd(factor, rhs[v], sum, target.fma);
    else
      sum = loops.builder.create<instructions::LaneFmaOp>(
          loops.loc, sum.getType(), lhs, lane, rhs[v], part, sum);
  }
}

/// Whether panels are in blocks of the tile's vectors.
bool GemmDepth::readsInOrder() {
  return at.tileVectors > 1 && isRhsInOrder(op, at.tileVectors, target);
}

/// The vectors of the rhs at `steps` indices of the depth, which follow each
/// other in memory: in few loads, marked as a walk.
SmallVector<Values> GemmDepth::loadInOrder(Index depth, int64_t steps) {
  int64_t all = steps * at.tileVectors;
  int64_t loads = llvm::divideCeil(all, kMostInTuple);
  SmallVector<Values> rhs(steps);
  for (int64_t i = 0; i < loads; ++i) {
    int64_t first = all * i / loads, count = all * (i + 1) / loads - first;
    Exprs point = joinIndex(at.outer, {at.firstVector + first}, depth);
    Value loaded = loops.load(
        op.getRhs(), loops.space.apply(op.getRhsMap(), point), count * lanes);
    loaded.getDefiningOp()->setAttr(kWalkAttr, loops.builder.getUnitAttr());
    for (int64_t v = 0; v < count; ++v)
      rhs[(first + v) / at.tileVectors].push_back(
          count == 1 ? loaded : takeVector(loaded, v));
  }
  return rhs;
}

/// The same as stepByLane where the rhs lies in the order in which it is
/// needed: rows wait in registers, and vectors of the rhs come step by step.
Values GemmDepth::stepInOrder(const Exprs &index, ValueRange acc) {
  Values next(acc), lhs;
  for (int64_t r = 0; r < at.tileRows; ++r)
    lhs.push_back(loadRow(r, getDepth(index), together));
  int64_t steps = getStepsPerLoad(at.tileVectors);
  for (int64_t first = 0; first < together; first += steps) {
    Exprs begin(index);
    begin.back() = begin.back() + first;
    for (auto [step, rhs] :
         llvm::enumerate(loadInOrder(getDepth(begin), steps)))
      for (int64_t r = 0; r < at.tileRows; ++r)
        addProducts(next, r, lhs[r], first + static_cast<int64_t>(step), rhs);
  }
  return next;
}

/// The sums after `together` more elements of the depth, of which each row
/// loads one vector. A few rows at a time, so that not all of these wait in
/// registers.
Values GemmDepth::stepByLane(const Exprs &index, ValueRange acc) {
  if (readsInOrder())
    return stepInOrder(index, acc);
  Values next(acc);
  SmallVector<Values> rhs = loadRhsSteps(index, together / group);
  for (int64_t begin = 0; begin < at.tileRows; begin += together) {
    int64_t end = std::min(begin + together, at.tileRows);
    Values lhs;
    for (int64_t r = begin; r < end; ++r) {
      Value vector = loadRow(r, getDepth(index), together);
      lhs.push_back(group > 1 ? vector : widen(vector, op.getLhsUnsigned()));
    }
    for (int64_t lane = 0; lane < together; ++lane)
      for (int64_t r = begin; r < end; ++r)
        addProducts(next, r, lhs[r - begin], lane, rhs[lane / group],
                    lane % group);
  }
  return next;
}

/// Whether this tile's rows lie in one run of elements, at least a vector.
bool GemmDepth::canStepByRun() {
  return run.taps && at.tileRows <= op.getRows().back() &&
         run.length(at.tileRows) >= lanes;
}

/// The sums after all taps of the last dimension of the depth, for which the
/// rows load their run.
Values GemmDepth::stepByRun(Exprs index, ValueRange acc) {
  index.push_back(loops.space.constant(0));
  Exprs point = joinIndex(at.outer, at.rows, getDepth(index));
  Exprs begin = loops.space.apply(op.getLhsMap(), point);
  int64_t length = run.length(at.tileRows);
  int64_t vectors = llvm::divideCeil(length, lanes);
  auto firstOf = [&](int64_t vector) {
    return std::min(vector * lanes, length - lanes);
  };
  Values lhs, next(acc);
  for (int64_t i = 0; i < vectors; ++i) {
    Exprs place(begin);
    place.back() = loops.space.simplify(place.back() + firstOf(i));
    lhs.push_back(loops.load(op.getLhs(), place, lanes));
  }
  for (int64_t first = 0; first < run.taps; first += lanes) {
    index.back() = loops.space.constant(first);
    int64_t count = std::min(lanes, run.taps - first);
    for (auto [i, rhs] : llvm::enumerate(loadRhsSteps(index, count)))
      for (int64_t r = 0; r < at.tileRows; ++r) {
        int64_t element =
            r * run.stride + (first + static_cast<int64_t>(i)) * run.step;
        int64_t from = element / lanes;
        addProducts(next, r, lhs[from], element - firstOf(from), rhs);
      }
  }
  return next;
}
