//===- GemmDiagonal.cpp - Narrow groups side by side in a vector ----------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/GemmDiagonal.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <map>

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

using Values = LoopBuilder::Values;

/// A step of more taps is code that no cache of instructions likes.
static constexpr int64_t kMostTaps = 8;

/// How far a step of `dim` moves along each result of `map`; nothing where that
/// depends on the place.
static std::optional<SmallVector<int64_t>> getShift(AffineMap map,
                                                    unsigned dim) {
  AffineExpr variable = getAffineDimExpr(dim, map.getContext());
  AffineMap next = map.replace(variable, variable + 1, map.getNumDims(), 0);
  SmallVector<int64_t> shift;
  for (auto [from, to] : llvm::zip_equal(map.getResults(), next.getResults())) {
    auto moved = dyn_cast<AffineConstantExpr>(
        simplifyAffineExpr(to - from, map.getNumDims(), 0));
    if (!moved)
      return std::nullopt;
    shift.push_back(moved.getValue());
  }
  return shift;
}

/// How far neighbouring rows are apart, and neighbours along the last depth
/// dimension but one; nothing unless both move along the same result alone.
static std::optional<std::pair<int64_t, int64_t>> getSteps(GemmOp op) {
  if (op.getDepth().size() < 2)
    return std::nullopt;
  AffineMap map = op.getLhsMap();
  unsigned row = op.getOuter().size() + op.getRows().size() - 1;
  auto rows = getShift(map, row), taps = getShift(map, map.getNumDims() - 2);
  if (!rows || !taps)
    return std::nullopt;
  std::optional<unsigned> moved;
  for (auto [i, pair] : llvm::enumerate(llvm::zip_equal(*rows, *taps))) {
    auto [byRow, byTap] = pair;
    if (byRow == 0 && byTap == 0)
      continue;
    if (moved || byRow <= 0 || byTap <= 0)
      return std::nullopt;
    moved = i;
  }
  if (!moved)
    return std::nullopt;
  return std::pair((*rows)[*moved], (*taps)[*moved]);
}

DiagonalPlan megcc::planDiagonal(GemmOp op) {
  DiagonalPlan plan;
  plan.width = *op.getDiagonal();
  unsigned dims = op.getDepth().size();
  int64_t taps = dims > 1 ? op.getDepth()[dims - 2] : 1;
  auto steps = getSteps(op);
  if (!steps || taps > kMostTaps)
    return plan;
  plan.taps = taps;
  plan.stride =
      steps->first % steps->second == 0 ? steps->first / steps->second : taps;
  return plan;
}

unsigned megcc::countDiagonalDims(GemmOp op) {
  return planDiagonal(op).taps > 1 ? 2 : 1;
}

Values megcc::stepByDiagonal(GemmOp op, const GemmPosition &at,
                             ArrayRef<AffineExpr> depth, ValueRange acc,
                             LoopBuilder &loops, bool fma,
                             llvm::function_ref<Value(Value)> widen) {
  DiagonalPlan plan = planDiagonal(op);
  int64_t lanes = op.getLanes();
  auto pointAt = [&](ArrayRef<AffineExpr> before, int64_t tap,
                     int64_t element) {
    SmallVector<AffineExpr> point(at.outer);
    llvm::append_range(point, before);
    llvm::append_range(point, depth);
    if (plan.taps > 1)
      point.push_back(loops.space.constant(tap));
    point.push_back(loops.space.constant(element));
    return point;
  };
  auto load = [&](Value buffer, AffineMap map, ArrayRef<AffineExpr> point) {
    return widen(loops.load(buffer, loops.space.apply(map, point), lanes));
  };

  // Which row and tap need the same vector. Each sum takes its taps in order,
  // whatever the tile.
  bool shares = plan.stride < plan.taps && at.tileRows <= op.getRows().back();
  std::map<int64_t, SmallVector<std::pair<int64_t, int64_t>>> users;
  for (int64_t r = 0; r < at.tileRows; ++r)
    for (int64_t tap = 0; tap < plan.taps; ++tap)
      users[shares ? r * plan.stride + tap : r * plan.taps + tap].push_back(
          {r, tap});

  Values sums(acc);
  for (int64_t element = 0; element < plan.width; ++element) {
    SmallVector<int64_t> mask;
    for (int64_t lane = 0; lane < lanes; ++lane)
      mask.push_back(lane / plan.width * plan.width + element);
    SmallVector<Values> rhs(plan.taps);
    for (auto [tap, vectors] : llvm::enumerate(rhs))
      for (int64_t v = 0; v < at.tileVectors; ++v)
        vectors.push_back(load(op.getRhs(), op.getRhsMap(),
                               pointAt({at.firstVector + v}, tap, element)));
    for (const auto &[place, rowsAndTaps] : users) {
      auto [row, tap] = rowsAndTaps.front();
      Value lhs = load(
          op.getLhs(), op.getLhsMap(),
          pointAt(getTileRow(op, at.rows, loops.space.constant(row)), tap, 0));
      Value spread = loops.builder.create<vector::ShuffleOp>(
          loops.loc, lhs, lhs, ArrayRef<int64_t>(mask));
      for (auto [r, t] : rowsAndTaps)
        for (int64_t v = 0; v < at.tileVectors; ++v) {
          Value &sum = sums[r * at.tileVectors + v];
          sum = loops.multiplyAdd(spread, rhs[t][v], sum, fma);
        }
    }
  }
  return sums;
}
