//===- GemmLanes.cpp - Products with one lane of a register ---------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/GemmLanes.h"
#include "codegen/kernels/GemmPrefetch.h"
#include "lib/Target/DotProducts.h"
#include "lib/Target/Intrinsics.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

bool megcc::isContiguousAlongDepth(GemmOp op, int64_t lanes) {
  AffineMap map = op.getLhsMap();
  auto type = cast<MemRefType>(op.getLhs().getType());
  SmallVector<int64_t> strides;
  int64_t offset;
  if (map.getNumResults() == 0 || op.getDepth().empty() ||
      failed(getStridesAndOffset(type, strides, offset)) || strides.back() != 1)
    return false;
  MLIRContext *context = op.getContext();
  AffineExpr last = getAffineDimExpr(map.getNumDims() - 1, context);
  auto indexAt = [&](int64_t lane) {
    AffineMap at = map.replace(last, last * lanes + lane, map.getNumDims(),
                               map.getNumSymbols());
    return simplifyAffineMap(at);
  };
  AffineMap first = indexAt(0);
  for (int64_t lane = 1; lane < lanes; ++lane)
    for (auto [i, pair] : llvm::enumerate(
             llvm::zip(first.getResults(), indexAt(lane).getResults()))) {
      auto [from, to] = pair;
      int64_t distance = i + 1 == first.getNumResults() ? lane : 0;
      if (simplifyAffineExpr(to - from, map.getNumDims(), 0) !=
          getAffineConstantExpr(distance, context))
        return false;
    }
  return true;
}

bool megcc::hasLaneProducts(const Target &target) {
  return target.architecture == Architecture::AArch64 && target.fma;
}

/// Whether rows hold elements as products take them.
static bool hasLanes(GemmOp op, const Target &target) {
  auto type = cast<MemRefType>(op.getLhs().getType());
  return hasLaneProducts(target) && op.getLanes() > 1 &&
         getDepthGroup(op) == 1 &&
         type.getElementType() == op.getAccumulatorType() &&
         !op.getDepth().empty();
}

bool megcc::multipliesByLane(GemmOp op, const Target &target) {
  int64_t lanes = op.getLanes();
  auto elementOf = [](Value buffer) {
    return cast<MemRefType>(buffer.getType()).getElementType();
  };
  Type lhs = elementOf(op.getLhs()), sum = op.getAccumulatorType();
  auto vectorOf = [&](Type element) {
    return VectorType::get({lanes}, element);
  };
  bool takes =
      getDepthGroup(op) == 1
          ? lhs == sum ||
                !lookupConversion(target, vectorOf(lhs), vectorOf(sum)).empty()
          : findDotProduct(target, {lhs}, {elementOf(op.getRhs())}, sum).byLane;
  return hasLaneProducts(target) && lanes > 1 && takes && !op.getDiagonal() &&
         !op.getDepth().empty() && op.getDepth().back() % lanes == 0 &&
         isContiguousAlongDepth(op, lanes);
}

/// How `map` moves with dimension `dim`: by so many along its last result and
/// not otherwise; 0 if it does not move so.
static int64_t getLastFactor(AffineMap map, unsigned dim) {
  MLIRContext *context = map.getContext();
  AffineExpr variable = getAffineDimExpr(dim, context);
  AffineMap next = simplifyAffineMap(
      map.replace(variable, variable + 1, map.getNumDims(), 0));
  int64_t factor = 0;
  for (auto [i, from] : llvm::enumerate(simplifyAffineMap(map).getResults())) {
    auto moved = dyn_cast<AffineConstantExpr>(
        simplifyAffineExpr(next.getResult(i) - from, map.getNumDims(), 0));
    bool isLast = i + 1 == map.getNumResults();
    if (!moved || (!isLast && moved.getValue() != 0))
      return 0;
    factor = moved.getValue();
  }
  return factor;
}

bool megcc::canShareWindows(const Target &target, int64_t taps) {
  // The loop over them is unrolled.
  constexpr int64_t mostTaps = 8;
  return hasLaneProducts(target) && taps > 1 && taps <= mostTaps;
}

LaneRun megcc::findLaneRun(GemmOp op, const Target &target) {
  SmallVector<int64_t> strides;
  int64_t offset;
  if (!hasLanes(op, target) || op.getDiagonal() ||
      multipliesByLane(op, target) ||
      failed(getStridesAndOffset(cast<MemRefType>(op.getLhs().getType()),
                                 strides, offset)) ||
      strides.empty() || strides.back() != 1)
    return {};
  AffineMap map = op.getLhsMap();
  unsigned row = op.getOuter().size() + op.getRows().size() - 1;
  LaneRun run{getLastFactor(map, row), getLastFactor(map, map.getNumDims() - 1),
              op.getDepth().back()};
  bool shares = run.stride > 0 && run.step > 0 &&
                canShareWindows(target, run.taps) &&
                run.stride <= run.step * (run.taps - 1) + 1;
  return shares ? run : LaneRun();
}

bool megcc::loadsRhsTogether(GemmOp op, int64_t count, const Target &target) {
  int64_t lanes = op.getLanes();
  auto type = cast<MemRefType>(op.getRhs().getType());
  AffineMap map = op.getRhsMap();
  unsigned results = map.getNumResults();
  // The lanes of a vector, and before them the steps, one after the other.
  return type.getElementType() == op.getAccumulatorType() &&
         type.getLayout().isIdentity() && results >= 2 &&
         type.getShape().back() == lanes &&
         map.getResult(results - 1) ==
             getAffineConstantExpr(0, op.getContext()) &&
         map.getResult(results - 2) ==
             getAffineDimExpr(map.getNumDims() - 1, op.getContext()) &&
         bool(lookupTuple(
             target, VectorType::get({lanes * count}, type.getElementType())));
}

bool megcc::isRhsInOrder(GemmOp op, int64_t vectors, const Target &target) {
  int64_t lanes = op.getLanes(), offset;
  auto type = cast<MemRefType>(op.getRhs().getType());
  SmallVector<int64_t> strides;
  if (!hasLanes(op, target) || op.getDepth().back() % lanes != 0 ||
      type.getElementType() != op.getAccumulatorType() ||
      failed(getStridesAndOffset(type, strides, offset)))
    return false;
  // Where vector v of block `block` at step s of `depth` begins.
  AffineMap map = op.getRhsMap();
  MLIRContext *context = op.getContext();
  AffineExpr block = getAffineDimExpr(op.getOuter().size(), context),
             depth = getAffineDimExpr(map.getNumDims() - 1, context);
  auto placeOf = [&](int64_t v, int64_t s) {
    DenseMap<AffineExpr, AffineExpr> at{{block, block * vectors + v},
                                        {depth, depth * lanes + s}};
    AffineExpr place = getAffineConstantExpr(0, context);
    for (auto [index, stride] : llvm::zip_equal(map.getResults(), strides))
      place = place + simplifyAffineExpr(index.replace(at), map.getNumDims(),
                                         map.getNumSymbols()) *
                          stride;
    return place;
  };
  AffineExpr first = placeOf(0, 0);
  for (int64_t s = 0; s < lanes; ++s)
    for (int64_t v = 0; v < vectors; ++v)
      if (simplifyAffineExpr(placeOf(v, s) - first, map.getNumDims(), 0) !=
          getAffineConstantExpr((s * vectors + v) * lanes, context))
        return false;
  return true;
}
