//===- GemmMatrix.cpp - Contractions on matrix tiles ----------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/GemmMatrix.h"
#include "codegen/kernels/GemmLanes.h"
#include "dialects/ISA/ISA.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

/// Tiles of fewer elements along the depth are not worth their loads.
static constexpr int64_t kLeastDepth = 8;

/// Which result of `map` grows, and by how much, where its dimension `dim` goes
/// from any multiple of `unit` on by `by`; nothing if that is not one result
/// alone, or depends on the point.
static std::optional<std::pair<unsigned, int64_t>>
getMove(AffineMap map, unsigned dim, int64_t unit, int64_t by) {
  AffineExpr at = getAffineDimExpr(dim, map.getContext());
  auto shifted = [&](int64_t offset) {
    return map.replace(at, at * unit + offset, map.getNumDims(),
                       map.getNumSymbols());
  };
  std::optional<std::pair<unsigned, int64_t>> move;
  for (auto [i, pair] : llvm::enumerate(
           llvm::zip(shifted(0).getResults(), shifted(by).getResults()))) {
    auto [from, to] = pair;
    auto distance = dyn_cast<AffineConstantExpr>(
        simplifyAffineExpr(to - from, map.getNumDims(), map.getNumSymbols()));
    if (!distance || (distance.getValue() != 0 && move))
      return std::nullopt;
    if (distance.getValue() != 0)
      move = {unsigned(i), distance.getValue()};
  }
  return move;
}

std::optional<MatrixPlan> megcc::planMatrixTiles(GemmOp op,
                                                 const Target &target) {
  auto elementOf = [](Value buffer) {
    return cast<MemRefType>(buffer.getType()).getElementType();
  };
  Type element = elementOf(op.getLhs());
  MatrixPlan plan;
  plan.tiles = findMatrixTiles(target, element, op.getAccumulatorType());
  int64_t group = plan.tiles.group;
  if (!plan.tiles || element != elementOf(op.getRhs()) ||
      getDepthGroup(op) != group || op.getDepth().empty() ||
      int64_t(op.getLanes()) != plan.tiles.columns)
    return std::nullopt;
  int64_t extent = op.getDepth().back();
  plan.depth = std::min(plan.tiles.depth, extent);
  while (plan.depth >= kLeastDepth &&
         (extent % plan.depth != 0 || plan.depth % group != 0))
    --plan.depth;
  if (plan.depth < kLeastDepth || !isContiguousAlongDepth(op, plan.depth))
    return std::nullopt;

  AffineMap lhs = op.getLhsMap(), rhs = op.getRhsMap();
  auto row = getMove(lhs, op.getOuter().size() + op.getRows().size() - 1,
                     /*unit=*/1, /*by=*/1);
  if (!row || row->second < 1 || row->first + 1 == lhs.getNumResults())
    return std::nullopt;
  std::tie(plan.lhsDim, plan.lhsStep) = *row;
  for (int64_t by = group; by < plan.depth; by += group) {
    auto move = getMove(rhs, rhs.getNumDims() - 1, plan.depth, by);
    if (!move || move->second != by / group ||
        move->first + 1 == rhs.getNumResults())
      return std::nullopt;
    plan.rhsDim = move->first;
  }
  return plan;
}

SmallVector<int64_t> megcc::getMatrixRows(GemmOp op, int64_t size) {
  int64_t extent = op.getRows().back(), most = 16, side = 2;
  bool spans = int64_t(op.getTileRows()) > extent;
  int64_t tiles = spans ? size / extent : llvm::divideCeil(size, most);
  if (tiles > side || (spans && extent > most))
    return {};
  SmallVector<int64_t> rows;
  for (int64_t begin = 0; begin < size; begin += rows.back())
    rows.push_back(
        spans ? extent
              : std::min(size - begin, int64_t(llvm::divideCeil(size, tiles))));
  return rows;
}

std::optional<MatrixPlan> megcc::findChosenMatrixTiles(GemmOp op,
                                                       const Target &target) {
  if (!op->hasAttr(kMatrixTilesAttr) || int64_t(op.getTileVectors()) > 2 ||
      getMatrixRows(op, op.getTileRows()).empty())
    return std::nullopt;
  return planMatrixTiles(op, target);
}

void megcc::buildMatrixTile(GemmOp op, const MatrixPlan &plan,
                            const GemmPosition &at, Value sums,
                            LoopBuilder &loops) {
  OpBuilder &builder = loops.builder;
  SmallVector<int64_t> rows = getMatrixRows(op, at.tileRows);
  Value zero = loops.index(loops.space.constant(0));
  auto tile = builder.create<instructions::TileSumsOp>(
      loops.loc, sums, ValueRange{zero, zero}, rows, at.tileVectors,
      plan.depth);
  OpBuilder::InsertionGuard guard(builder);
  builder.createBlock(&tile.getBody());

  auto load = [&](int64_t number, Value buffer, AffineMap map,
                  ArrayRef<AffineExpr> point, int64_t count, unsigned dim,
                  int64_t step, int64_t columns) {
    SmallVector<Value> indices;
    for (AffineExpr index : loops.space.apply(map, point))
      indices.push_back(loops.index(index));
    builder.create<instructions::TileLoadOp>(loops.loc, number, buffer, indices,
                                             count, dim, step, columns);
  };
  const MatrixTiles &tiles = plan.tiles;
  SmallVector<int64_t> extents(op.getDepth());
  extents.back() /= plan.depth;
  loops.forEach(extents, {}, [&](ArrayRef<AffineExpr> index, ValueRange) {
    SmallVector<AffineExpr> depth(index);
    depth.back() = depth.back() * plan.depth;
    for (int64_t v = 0; v < at.tileVectors; ++v) {
      SmallVector<AffineExpr> point(at.outer);
      point.push_back(at.firstVector + v);
      llvm::append_range(point, depth);
      load(tiles.getRhs(v), op.getRhs(), op.getRhsMap(), point,
           plan.depth / tiles.group, plan.rhsDim, 1,
           tiles.columns * tiles.group);
    }
    int64_t begin = 0;
    for (auto [i, count] : llvm::enumerate(rows)) {
      SmallVector<AffineExpr> point(at.outer);
      llvm::append_range(point,
                         getTileRow(op, at.rows, loops.space.constant(begin)));
      llvm::append_range(point, depth);
      load(tiles.getLhs(i), op.getLhs(), op.getLhsMap(), point, count,
           plan.lhsDim, plan.lhsStep, plan.depth);
      begin += count;
    }
    Type element = cast<MemRefType>(op.getLhs().getType()).getElementType();
    for (int64_t i = 0, e = rows.size(); i < e; ++i)
      for (int64_t v = 0; v < at.tileVectors; ++v)
        builder.create<instructions::TileDotOp>(
            loops.loc, tiles.getSum(i, v, at.tileVectors), tiles.getLhs(i),
            tiles.getRhs(v), element);
    return LoopBuilder::Values();
  });
}
