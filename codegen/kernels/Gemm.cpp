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
//           acc[rows][vectors] = 0
//           for depth
//             b[v] = rhs[block + v, depth]
//             for r: a = lhs[row + r, depth]
//               acc[r][v] = fma(a, b[v], acc[r][v])
//           out[row + r, block + v] = epilogue(acc[r][v])
//
// Tiles at the end of rows and of columns are smaller copies of the same code,
// present only where needed, and a tile may take several whole indices of the
// last row dimension but one. GemmPrefetch says what each loop fetches ahead.
// The depth loop is not unrolled: the tile takes all registers already, which a
// C compiler that moves loads ahead is told. Where instructions multiply by one
// lane of a register, as NEON's do, a step takes as many elements of the depth
// as there are lanes, and one load a row for all of them; or it takes all taps
// of a window's line, and the rows share what they load. Halves are multiplied
// as they are, or widened when they are loaded.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/Gemm.h"
#include "codegen/kernels/Epilogue.h"
#include "codegen/kernels/GemmGroups.h"
#include "codegen/kernels/GemmLanes.h"
#include "codegen/kernels/GemmMatrix.h"
#include "codegen/kernels/GemmPrefetch.h"
#include "codegen/kernels/GemmPrologue.h"
#include "dialects/ISA/ISA.h"
#include "lib/Support/LoopHints.h"
#include "lib/Target/DotProducts.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

namespace {

using Values = LoopBuilder::Values;
using Exprs = SmallVector<AffineExpr>;

Type getElement(Value buffer) {
  return cast<MemRefType>(buffer.getType()).getElementType();
}

class GemmExpander {
public:
  GemmExpander(GemmOp op, LoopBuilder &loops, const Target &target)
      : op(op), target(target), loops(loops), lanes(op.getLanes()),
        group(getDepthGroup(op)), accumulator(op.getAccumulatorType()),
        epilogue(op.getEpilogue().front(), op.getEpilogueInputs(),
                 op.getEpilogueMaps(), op.getOutput(), op.getOutMap(),
                 op.getOuter().size() + op.getRows().size(), lanes, target),
        prefetch(op, loops, target), matrix(findChosenMatrixTiles(op, target)) {
    if (group > 1)
      dot = findDotProduct(
          target, {getElement(op.getLhs()), op.getLhsUnsigned()},
          {getElement(op.getRhs()), op.getRhsUnsigned()}, accumulator);
    if (multipliesByLane(op, target))
      together = lanes;
    run = findLaneRun(op, target);
    collectDepthLoops();
    prefetch.setDepthLoops(depthLoops);
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
        at.tiles = tiles;
        loops.forEach(tiles, [&](AffineExpr tile) {
          at.tile = tile;
          expandTile({group * groupRows + tile * size}, size);
        });
        at.tiles = 0;
        if (rest && op.hasPrologue())
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
          at.tiles = ShapedType::getNumElements(around) * tiles;
          loops.forEach(tiles, [&](AffineExpr tile) {
            at.tile = line * tiles + tile;
            tileAt(tile * size, size);
          });
          at.tiles = 0;
          if (rest)
            tileAt(loops.space.constant(cut - rest), rest);
          return Values();
        });
      });
    });
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

    Value zero = loops.zero(vectorOrScalar(accumulator, lanes));
    int64_t sums = at.tileRows * at.tileVectors;
    Values acc = accumulate(
        {}, Values(sums + (dot.shiftsLhs ? at.tileVectors : 0), zero));
    auto loop = acc.front().getDefiningOp<scf::ForOp>();
    if (loop && fillsRegisters(sums))
      loop->setAttr(kFullAttr, loops.builder.getUnitAttr());
    if (dot.shiftsLhs)
      for (int64_t i = 0; i < sums; ++i)
        acc[i] = loops.builder.create<arith::SubIOp>(
            loops.loc, acc[i], acc[sums + i % at.tileVectors]);
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

  /// Whether so many sums, with what a step loads, leave too few registers for
  /// what the epilogue reads in each tile. Compilers that move loads ahead find
  /// more of them free.
  bool fillsRegisters(int64_t sums) {
    int64_t loaded = at.tileVectors + 1, epilogue = at.tileVectors + 2;
    return lanes > 1 && !target.hoistsLoads &&
           sums + loaded + epilogue >
               static_cast<int64_t>(target.vectorRegisters);
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
              concat(at.outer, row, {at.firstVector + v}));
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

  //===--------------------------------------------------------------------===//
  // Depth
  //===--------------------------------------------------------------------===//

  /// One loop per depth dimension, two where a map takes quotient and
  /// remainder of it, a blocked layout's channels, or where there are many
  /// lines to prefetch.
  void collectDepthLoops() {
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

  Exprs getDepth(ArrayRef<AffineExpr> index) const {
    Exprs depth;
    for (unsigned i = 0; i < index.size(); i += 2)
      depth.push_back((index[i] * depthLoops[i + 1] + index[i + 1]) *
                      getDepthUnit(op, i / 2));
    return depth;
  }

  /// The loops over the depth inside those of `index`.
  Values accumulate(Exprs index, ValueRange acc) {
    prefetch.beforeDepthLoop(at, index);
    if (index.size() == depthLoops.size())
      return step(getDepth(index), acc);
    bool isLast = index.size() + 1 == depthLoops.size();
    if (isLast && canStepByRun())
      return stepByRun(index, acc);
    int64_t steps = isLast && together > 1 ? together / group : int64_t(1);
    Values sums =
        loops.forEach(depthLoops[index.size()] / steps, acc,
                      [&](AffineExpr variable, ValueRange current) {
                        Exprs inner = concat(index, {variable * steps}, {});
                        return steps == 1 ? accumulate(inner, current)
                                          : stepByLane(inner, current);
                      });
    auto loop = sums.front().getDefiningOp<scf::ForOp>();
    if (target.hoistsLoads && loop &&
        loop.getBody()->getOps<scf::ForOp>().empty())
      loop->setAttr(kRolledAttr, loops.builder.getUnitAttr());
    return sums;
  }

  /// The sums after one more group of elements along the depth, each product of
  /// which is one instruction.
  Values stepByGroup(ArrayRef<AffineExpr> depth, ValueRange acc) {
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
      Exprs point = concat(at.outer, getRow(r), depth);
      Value lhs = loops.builder.create<instructions::RepeatOp>(
          loops.loc, wide,
          loops.load(op.getLhs(), loops.space.apply(op.getLhsMap(), point),
                     group));
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

  /// The tile's vectors of the rhs at one index, or group, of the depth.
  Values loadRhs(ArrayRef<AffineExpr> depth) {
    Values rhs;
    for (int64_t v = 0; v < at.tileVectors; ++v) {
      Exprs point = concat(at.outer, {at.firstVector + v}, depth);
      Value vector = loops.load(
          op.getRhs(), loops.space.apply(op.getRhsMap(), point), lanes * group);
      rhs.push_back(group > 1 ? vector : widen(vector, op.getRhsUnsigned()));
    }
    return rhs;
  }

  /// The tile's vectors of the rhs at `count` indices of the depth.
  SmallVector<Values> loadRhsSteps(Exprs index, int64_t count) {
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
      Exprs point = concat(at.outer, {at.firstVector + v}, getDepth(index));
      Value all = loops.load(
          op.getRhs(), loops.space.apply(op.getRhsMap(), point), lanes * count);
      for (auto [step, vectors] : llvm::enumerate(rhs))
        vectors.push_back(loops.builder.create<vector::ExtractStridedSliceOp>(
            loops.loc, all, ArrayRef<int64_t>(int64_t(step) * lanes),
            ArrayRef<int64_t>(lanes), ArrayRef<int64_t>(1)));
    }
    return rhs;
  }

  /// Adds to row `r` of `sums` the products of lane `lane` of `lhs` and part
  /// `part` of each vector of the rhs.
  void addProducts(Values &sums, int64_t r, Value lhs, int64_t lane,
                   ValueRange rhs, int64_t part = 0) {
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

  /// The sums after `together` more elements of the depth, of which each row
  /// loads one vector. A few rows at a time, so that not all of these wait in
  /// registers.
  Values stepByLane(const Exprs &index, ValueRange acc) {
    Values next(acc);
    SmallVector<Values> rhs = loadRhsSteps(index, together / group);
    for (int64_t begin = 0; begin < at.tileRows; begin += together) {
      int64_t end = std::min(begin + together, at.tileRows);
      Values lhs;
      for (int64_t r = begin; r < end; ++r) {
        Exprs point = concat(at.outer, getRow(r), getDepth(index));
        Value vector = loops.load(
            op.getLhs(), loops.space.apply(op.getLhsMap(), point), together);
        lhs.push_back(group > 1 ? vector : widen(vector, op.getLhsUnsigned()));
      }
      for (int64_t lane = 0; lane < together; ++lane)
        for (int64_t r = begin; r < end; ++r)
          addProducts(next, r, lhs[r - begin], lane, rhs[lane / group],
                      lane % group);
    }
    return next;
  }

  /// The sums after one more group, packed for products by lane, of which a
  /// row's elements do not lie side by side.
  Values stepByPart(ArrayRef<AffineExpr> depth, ValueRange acc) {
    Values next(acc), rhs = loadRhs(depth);
    Exprs element(depth);
    for (int64_t part = 0; part < group; ++part) {
      element.back() = depth.back() + part;
      for (int64_t r = 0; r < at.tileRows; ++r) {
        Exprs point = concat(at.outer, getRow(r), element);
        Value lhs =
            loops.load(op.getLhs(), loops.space.apply(op.getLhsMap(), point));
        lhs = loops.broadcast(widen(lhs, /*isUnsigned=*/false), lanes);
        for (int64_t v = 0; v < at.tileVectors; ++v) {
          Value column = loops.builder.create<vector::ExtractStridedSliceOp>(
              loops.loc, rhs[v], ArrayRef(part * lanes), ArrayRef(lanes),
              ArrayRef<int64_t>(1));
          Value &sum = next[r * at.tileVectors + v];
          sum = loops.multiplyAdd(lhs, widen(column, /*isUnsigned=*/false), sum,
                                  target.fma);
        }
      }
    }
    return next;
  }

  /// Whether this tile's rows lie in one run of elements, at least a vector.
  bool canStepByRun() {
    return run.taps && at.tileRows <= op.getRows().back() &&
           run.length(at.tileRows) >= lanes;
  }

  /// The sums after all taps of the last dimension of the depth, for which the
  /// rows load their run.
  Values stepByRun(Exprs index, ValueRange acc) {
    index.push_back(loops.space.constant(0));
    Exprs point = concat(at.outer, getRow(0), getDepth(index));
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

  /// The sums after one more element of the depth.
  Values step(ArrayRef<AffineExpr> depth, ValueRange acc) {
    if (dot.byLane)
      return stepByPart(depth, acc);
    if (group > 1)
      return stepByGroup(depth, acc);
    Values next, rhs = loadRhs(depth);
    for (int64_t r = 0; r < at.tileRows; ++r) {
      Exprs point = concat(at.outer, getRow(r), depth);
      Value lhs =
          loops.load(op.getLhs(), loops.space.apply(op.getLhsMap(), point));
      lhs = loops.broadcast(widen(lhs, op.getLhsUnsigned()), lanes);
      for (int64_t v = 0; v < at.tileVectors; ++v)
        next.push_back(loops.multiplyAdd(
            lhs, rhs[v], acc[r * at.tileVectors + v], target.fma));
    }
    return next;
  }

  /// `value` in the accumulator's type.
  Value widen(Value value, bool isUnsigned) {
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

  static Exprs concat(ArrayRef<AffineExpr> a, ArrayRef<AffineExpr> b,
                      ArrayRef<AffineExpr> c) {
    Exprs all(a);
    all.append(b.begin(), b.end());
    all.append(c.begin(), c.end());
    return all;
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
                         concat(at.outer, getRow(r), {at.firstVector + v}));
  }

  /// From column `first` of the stack on, one element after the other: for a
  /// last vector of which only `count` lanes exist, and for an epilogue without
  /// vectors.
  void storeByLane(AffineExpr first, int64_t v, int64_t count) {
    loops.forEach({at.tileRows, count}, {},
                  [&](ArrayRef<AffineExpr> index, ValueRange) {
                    Exprs row = getTileRow(op, at.rows, index[0]);
                    epilogue.storeLane(
                        loops, loops.load(stack, {index[0], first + index[1]}),
                        concat(at.outer, row, {at.firstVector + v}), index[1]);
                    return Values();
                  });
  }

  GemmOp op;
  const Target &target;
  LoopBuilder &loops;
  int64_t lanes;
  /// Elements along the depth that one instruction multiplies.
  int64_t group;
  /// Elements along the depth that a row's vector holds, 1 if it loads single
  /// ones.
  int64_t together = 1;
  /// The instruction that multiplies groups. Where it makes the lhs unsigned,
  /// sums behind the tile's take off what that adds.
  DotProduct dot;
  /// What the rows of a tile load together, if they do.
  LaneRun run;
  Type accumulator;
  Epilogue epilogue;
  Value stack;
  /// Two loops per depth dimension.
  SmallVector<int64_t> depthLoops;
  GemmPrefetch prefetch;
  std::optional<MatrixPlan> matrix;
  /// The current tile.
  GemmPosition at;
};

} // namespace

void megcc::buildGemm(GemmOp op, LoopBuilder &loops, const Target &target) {
  GemmExpander(op, loops, target).expand();
}
