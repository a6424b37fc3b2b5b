//===- Gemm.cpp - Loops of kernel.gemm ------------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   for outer
//     for group of rows whose part of the lhs fits the second cache
//       lhs = prologue(...), if there is one
//       for block of tile_vectors vectors
//         for row of the group, in tiles of tile_rows
//           acc[rows][vectors] = 0, or what another kernel left
//           for depth
//             b[v] = rhs[block + v, depth]
//             for r: a = lhs[row + r, depth]
//               acc[r][v] = fma(a, b[v], acc[r][v])
//           out[row + r, block + v] = epilogue(acc[r][v])
//
// Tiles at the end of rows and of columns are smaller copies of the same code,
// present only where needed, and a tile may take several whole indices of the
// last row dimension but one. GemmPrefetch says what each loop fetches ahead,
// GemmDepth what a tile does along the depth.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/Gemm.h"
#include "codegen/kernels/Epilogue.h"
#include "codegen/kernels/GemmDepth.h"
#include "codegen/kernels/GemmGroups.h"
#include "codegen/kernels/GemmMatrix.h"
#include "codegen/kernels/GemmPrefetch.h"
#include "codegen/kernels/GemmPrologue.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

namespace {

using Values = LoopBuilder::Values;
using Exprs = SmallVector<AffineExpr>;

class GemmExpander {
public:
  GemmExpander(GemmOp op, LoopBuilder &loops, const Target &target)
      : op(op), target(target), loops(loops), lanes(op.getLanes()),
        accumulator(op.getAccumulatorType()),
        epilogue(op.getEpilogue().front(), op.getEpilogueInputs(),
                 op.getEpilogueMaps(), op.getOutput(), op.getOutMap(),
                 op.getOuter().size() + op.getRows().size(), lanes, target),
        prefetch(op, loops, target), depth(op, loops, target, prefetch),
        matrix(findChosenMatrixTiles(op, target)) {
    if (matrix)
      stack = loops.builder.create<memref::AllocaOp>(
          op.getLoc(),
          MemRefType::get({static_cast<int64_t>(op.getTileRows()),
                           static_cast<int64_t>(op.getTileVectors()) * lanes},
                          accumulator));
    else if (lanes > 1 &&
             (!epilogue.isVectorizable() || op.getColumns() % lanes != 0))
      stack = loops.builder.create<memref::AllocaOp>(
          op.getLoc(),
          MemRefType::get({static_cast<int64_t>(op.getTileRows()), lanes},
                          accumulator));
  }

  void expand() {
    int64_t groups = chooseGemmGroups(op, target);
    Exprs given;
    if (op.getIndex())
      given.push_back(loops.bind(op.getIndex(), 0, op.getOuter()[0]));
    loops.forEach(op.getOuter().drop_front(given.size()), {},
                  [&](ArrayRef<AffineExpr> index, ValueRange) {
                    at.outer = given;
                    at.outer.append(index.begin(), index.end());
                    if (op.getRows().size() == 1)
                      expandTiles(groups);
                    else
                      expandRows(groups);
                    return Values();
                  });
  }

private:
  //===--------------------------------------------------------------------===//
  // Tiles
  //===--------------------------------------------------------------------===//

  /// One row dimension: groups are of tiles; what is left over joins the last.
  /// A prologue's are of equal rows, and something may be left over in each.
  void expandTiles(int64_t groups) {
    int64_t extent = op.getRows().back(), size = op.getTileRows();
    int64_t tiles = extent / size / groups, groupRows = tiles * size;
    int64_t rest = extent % size;
    if (op.hasPrologue()) {
      groupRows = extent / groups;
      tiles = groupRows / size;
      rest = groupRows % size;
    }
    loops.forEach(groups, [&](AffineExpr group) {
      makeLhs(group, groups);
      forEachVectorBlock([&] {
        bool restInEach = op.hasPrologue() || groups == 1;
        beginRuns(loops.space.constant(0), 1, tiles, restInEach ? rest : 0);
        loops.forEach(tiles, [&](AffineExpr tile) {
          at.tile = tile;
          expandTile({group * groupRows + tile * size}, size);
        });
        beginRest();
        if (rest && restInEach)
          expandTile({group * groupRows + tiles * size}, rest);
        else if (rest)
          loops.ifLast(group, groups, [&] {
            expandTile({loops.space.constant(extent - rest)}, rest);
          });
      });
    });
  }

  /// With a prologue: the rows of the lhs that a group takes.
  void makeLhs(AffineExpr group, int64_t groups) {
    if (!op.hasPrologue())
      return;
    AffineExpr block = loops.space.constant(0);
    for (auto [index, extent] : llvm::zip_equal(at.outer, op.getOuter()))
      block = block * extent + index;
    buildGemmPrologue(op, loops.index(block * groups + group),
                      ShapedType::getNumElements(op.getOuter()) * groups,
                      loops.builder, target);
  }

  /// Several row dimensions: groups are of indices of the first.
  void expandRows(int64_t groups) {
    SmallVector<int64_t> leading(op.getRows().drop_back());
    leading.front() /= groups;
    loops.forEach(groups, [&](AffineExpr group) {
      makeLhs(group, groups);
      forEachVectorBlock([&] {
        SmallVector<int64_t> around(leading);
        // What the tiles are cut from: the last dimension, or it and the one
        // before as a whole.
        int64_t cut = op.getRows().back(), size = op.getTileRows();
        bool spans = size > cut;
        if (spans)
          cut *= around.pop_back_val();
        int64_t tiles = cut / size, rest = cut % size;
        loops.forEach(around, {}, [&](ArrayRef<AffineExpr> index, ValueRange) {
          AffineExpr line = loops.space.constant(0);
          for (auto [variable, count] : llvm::zip_equal(index, around))
            line = line * count + variable;
          auto tileAt = [&](AffineExpr begin, int64_t rows) {
            Exprs row(index);
            if (spans)
              row.push_back(begin.floorDiv(op.getRows().back()));
            row.push_back(spans ? loops.space.constant(0) : begin);
            row.front() = group * leading.front() + row.front();
            expandTile(row, rows);
          };
          beginRuns(line, ShapedType::getNumElements(around), tiles, rest);
          loops.forEach(tiles, [&](AffineExpr tile) {
            at.tile = tile;
            tileAt(tile * size, size);
          });
          beginRest();
          if (rest)
            tileAt(loops.space.constant(cut - rest), rest);
          return Values();
        });
      });
    });
  }

  /// Of `runs` equal runs of a block's tiles this is number `run`.
  void beginRuns(AffineExpr run, int64_t runs, int64_t tiles, int64_t rest) {
    at.run = run;
    at.runs = runs;
    at.tiles = tiles;
    at.rest = rest;
    at.isRest = false;
  }

  /// What follows is the run's last tile, if it counts one.
  void beginRest() {
    at.isRest = true;
    if (!at.rest)
      at.tiles = 0;
  }

  /// The block with the last, partly filled vector is not in the loop.
  void forEachVectorBlock(function_ref<void()> body) {
    int64_t vectors = op.getVectors(), size = op.getTileVectors();
    int64_t columns = op.getColumns();
    auto block = [&](AffineExpr begin, int64_t blockSize, bool isLast) {
      at.firstVector = begin;
      at.tileVectors = blockSize;
      at.lastLanes = isLast && columns % lanes ? columns % lanes : lanes;
      body();
    };
    int64_t inLoop = vectors / size;
    if (columns % lanes != 0 && vectors % size == 0)
      --inLoop;
    loops.forEach(inLoop, [&](AffineExpr index) {
      block(index * size, size, /*isLast=*/false);
    });
    if (int64_t rest = vectors - inLoop * size)
      block(loops.space.constant(vectors - rest), rest, /*isLast=*/true);
  }

  /// `size` rows from `first` on.
  void expandTile(ArrayRef<AffineExpr> first, int64_t size) {
    at.rows.assign(first.begin(), first.end());
    at.tileRows = size;
    at.nextRows = getNextRows();
    prefetch.beforeTile(at);
    if (matrix)
      return expandMatrixTile();

    Values begin;
    for (int64_t i = 0; op.getResumes() && i < size * at.tileVectors; ++i)
      begin.push_back(epilogue.loadLast(
          loops, joinIndex(at.outer, getRow(i / at.tileVectors),
                           {at.firstVector + i % at.tileVectors})));
    Values acc = depth.sum(at, begin);
    for (int64_t v = 0; v < at.tileVectors; ++v) {
      int64_t count = v + 1 == at.tileVectors ? at.lastLanes : lanes;
      Values column;
      for (int64_t r = 0; r < at.tileRows; ++r)
        column.push_back(acc[r * at.tileVectors + v]);
      if (lanes > 1 && (!epilogue.isVectorizable() || count != lanes)) {
        AffineExpr first = loops.space.constant(0);
        for (auto [r, sum] : llvm::enumerate(column))
          loops.store(sum, stack, {loops.space.constant(r), first});
        storeByLane(first, v, count);
      } else
        for (int64_t r = 0; r < at.tileRows; ++r)
          storeVector(column[r], r, v);
    }
  }

  /// The same through the stack, where the target's own tiles do the sums.
  void expandMatrixTile() {
    buildMatrixTile(op, *matrix, at, stack, loops);
    int64_t whole = at.tileVectors - (at.lastLanes != lanes);
    if (!epilogue.isVectorizable())
      whole = 0;
    if (whole)
      loops.forEach(at.tileRows, [&](AffineExpr r) {
        Exprs row = getTileRow(op, at.rows, r);
        for (int64_t v = 0; v < whole; ++v)
          epilogue.storeVector(
              loops,
              loops.load(stack, {r, loops.space.constant(v * lanes)}, lanes),
              joinIndex(at.outer, row, {at.firstVector + v}));
      });
    for (int64_t v = whole; v < at.tileVectors; ++v)
      storeByLane(loops.space.constant(v * lanes), v,
                  v + 1 == at.tileVectors ? at.lastLanes : lanes);
  }

  /// The rows behind this tile, or below where it fills the last dimension;
  /// none where nothing follows.
  Exprs getNextRows() {
    Exprs next(at.rows);
    int64_t extent = op.getRows().back();
    if (extent > at.tileRows)
      next.back() = next.back() + at.tileRows;
    else if (next.size() > 1)
      next[next.size() - 2] = next[next.size() - 2] + at.tileRows / extent;
    else
      next.clear();
    return next;
  }

  /// The r-th row of the tile.
  Exprs getRow(int64_t r) {
    return getTileRow(op, at.rows, loops.space.constant(r));
  }

  //===--------------------------------------------------------------------===//
  // Epilogue
  //===--------------------------------------------------------------------===//

  void storeVector(Value acc, int64_t r, int64_t v) {
    epilogue.storeVector(loops, acc,
                         joinIndex(at.outer, getRow(r), {at.firstVector + v}));
  }

  /// From column `first` of the stack on, one element after the other: for a
  /// last vector of which only `count` lanes exist, and for an epilogue without
  /// vectors.
  void storeByLane(AffineExpr first, int64_t v, int64_t count) {
    loops.forEach(
        {at.tileRows, count}, {}, [&](ArrayRef<AffineExpr> index, ValueRange) {
          Exprs row = getTileRow(op, at.rows, index[0]);
          epilogue.storeLane(
              loops, loops.load(stack, {index[0], first + index[1]}),
              joinIndex(at.outer, row, {at.firstVector + v}), index[1]);
          return Values();
        });
  }

  GemmOp op;
  const Target &target;
  LoopBuilder &loops;
  int64_t lanes;
  Type accumulator;
  Epilogue epilogue;
  Value stack;
  GemmPrefetch prefetch;
  GemmDepth depth;
  std::optional<MatrixPlan> matrix;
  /// The current tile.
  GemmPosition at;
};

} // namespace

void megcc::buildGemm(GemmOp op, LoopBuilder &loops, const Target &target) {
  GemmExpander(op, loops, target).expand();
}
