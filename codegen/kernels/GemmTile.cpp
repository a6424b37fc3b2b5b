//===- GemmTile.cpp - The register tile of a contraction ------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The model is that of Low et al. 2016, "Analytical modeling is enough for
// high-performance BLIS", reduced to what differs between tiles of one shape:
// a step of the depth loads `vectors` vectors and `rows` elements and does
// rows * vectors multiply-adds, of which the target says how many a core starts
// in a cycle and how long it waits for a sum that it needs again. A panel that
// does not fit a cache comes from the next one at that one's rate.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/GemmTile.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cmath>
#include <vector>

using namespace megcc;
using llvm::ArrayRef;

namespace {
/// Two at best; a tile that needs as many in each cycle does not get them.
constexpr double kLoadsPerCycle = 1.75;
/// Bytes that a cycle brings from the second cache, and from behind it.
constexpr double kL2BytesPerCycle = 24;
constexpr double kMemoryBytesPerCycle = 16;
/// So many streams processors fetch ahead by themselves; what more cost, as
/// they also fall into one set of the nearest cache where they are powers of
/// two apart.
constexpr double kStreams = 4;
constexpr double kCostOfStreams = 1.15;
/// A tile whose sums are only just far enough apart never catches up after a
/// delay: cycles to spare.
constexpr double kLatencyMargin = 1;
/// A matrix tile's product takes a cycle for each of its rows, and as many
/// until its sums may be added to; a load takes half a cycle a row. What a
/// register tile costs besides: its shape and the first products.
constexpr double kMatrixLatency = 52;
constexpr double kMatrixRowsLoaded = 2;
constexpr double kCyclesPerMatrixTile = 100;
constexpr int64_t kMatrixRows = 16, kMatrixSide = 2;
/// Operations of all kinds that a core starts in a cycle.
constexpr double kOperationsPerCycle = 6;
/// For each instruction of a step beside its multiply-adds, where few start in
/// a cycle. Those of a loop: its end, and the addresses of panels.
constexpr double kCyclesPerExtra = 0.06;
constexpr double kExtraPerLoop = 5;
constexpr double kExtraPerWalk = 3;
/// Multiply-adds of a step that takes several taps and all elements of a group.
constexpr int64_t kMostUnrolled = 448;
/// Per accumulator: zeroing, epilogue and store.
constexpr double kCyclesPerAccumulator = 2;
/// Per tile: entering and leaving the depth loop.
constexpr double kCyclesPerTile = 16;
/// Instructions: per kernel, per tile, for each accumulator's zero, sum,
/// epilogue and store, for each element or vector that a step loads.
constexpr double kCodePerGemm = 100;
constexpr double kCodePerTile = 30;
constexpr double kCodePerAccumulator = 6;
constexpr double kCodePerLoad = 3;
} // namespace

/// Bytes of `vectors` vectors of the rhs; whatever the element type is, as
/// many as of 32 bits.
static double vectorBytes(double vectors, const Target &target) {
  return vectors * std::max(32u, target.vectorBits) / 8;
}

/// Cycles to bring one step of a panel of the rhs near.
static double estimateFetch(double vectors, double depth,
                            const Target &target) {
  double step = vectorBytes(vectors, target), panel = step * depth;
  if (panel <= target.l1Bytes / 2)
    return 0;
  // The rest of the cache holds what passes by.
  return step / (panel <= target.l2Bytes * 3 / 4 ? kL2BytesPerCycle
                                                 : kMemoryBytesPerCycle);
}

/// The same where one row reads each panel once, all of which no cache holds.
static double estimateStreams(double vectors, const Target &target) {
  return vectorBytes(vectors, target) / kMemoryBytesPerCycle *
         (vectors > kStreams ? kCostOfStreams : 1);
}

/// Vectors that a step of the depth loads for `rows` rows.
static double countLhsLoads(double rows, const GemmShape &shape,
                            const Target &target) {
  double lanes = target.vectorBits / 32;
  if (shape.run.taps)
    return std::ceil(shape.run.length(rows) / lanes) / shape.run.taps;
  // A tile of several lines has windows that share nothing.
  if (shape.diagonal.width)
    return rows > shape.rows.back()
               ? rows
               : double(shape.diagonal.loads(rows)) / shape.diagonal.taps;
  return shape.byLane ? rows / lanes : rows;
}

bool megcc::readsInterleaved(const GemmShape &shape, int64_t vectors) {
  return shape.byLane && shape.interleaves &&
         canFillBlocks(shape.vectors, vectors);
}

/// Cycles of a tile of exactly `rows` by `vectors`, of which a step waits
/// `fetch` for the rhs; panels of it are in blocks of `block`, if any.
static double estimateTile(double rows, double vectors, const GemmShape &shape,
                           double block, double fetch, const Target &target) {
  double depth = shape.depth, multiplyAdds = rows * vectors;
  double lhsLoads = countLhsLoads(rows, shape, target);
  double loads = lhsLoads + vectors;
  // Without a fused instruction a multiply-add is two; what groups load is
  // spread over them by an operation more.
  double operations = multiplyAdds * (target.fma ? 1 : 2);
  if (shape.diagonal.width)
    operations += lhsLoads;
  double step =
      std::max({operations / target.multiplyAddPorts, loads / kLoadsPerCycle,
                target.multiplyAddLatency + kLatencyMargin,
                (operations + loads + 2) / kOperationsPerCycle, fetch});
  // Cores that multiply by lanes start few instructions at a time: what is
  // beside the multiply-adds has a price, if they hide it or not.
  if (shape.byLane || shape.run.taps) {
    double together = shape.byLane ? kMostInTuple : shape.run.taps;
    double rhsLoads = vectors * std::ceil(together / kMostInTuple);
    double extra = kExtraPerLoop;
    if (block > 0) {
      // What is left over of the vectors takes some of a block, step by step.
      double steps = vectors == block ? getStepsPerLoad(block) : 0;
      rhsLoads = steps ? std::ceil(together / steps) *
                             std::ceil(steps * vectors / kMostInTuple)
                       : together * vectors;
      extra = kExtraPerWalk;
    }
    step += kCyclesPerExtra * (lhsLoads + (rhsLoads + extra) / together);
  }
  return depth * step + multiplyAdds * kCyclesPerAccumulator + kCyclesPerTile;
}

/// The same of matrix tiles.
static double estimateMatrixTile(double rows, double vectors,
                                 const GemmShape &shape, double fetch) {
  double loads = (rows + vectors * kMatrixRows) / kMatrixRowsLoaded;
  // `fetch` is of one group; a tile has several.
  double step = std::max({rows * vectors, loads, kMatrixLatency,
                          fetch * shape.depth / shape.matrixSteps});
  return shape.matrixSteps * step +
         rows * vectors * (1 + kCyclesPerAccumulator) + kCyclesPerMatrixTile;
}

/// How many tiles of equal size cover the rows, and of how many rows the one
/// at the end is.
static void countTiles(ArrayRef<int64_t> rows, int64_t size, double &lines,
                       int64_t &tiles, int64_t &rest) {
  int64_t extent = rows.back();
  bool spans = size > extent;
  lines = 1;
  for (int64_t i = 0, e = rows.size() - (spans ? 2 : 1); i < e; ++i)
    lines *= rows[i];
  if (spans)
    extent *= rows[rows.size() - 2];
  tiles = extent / size;
  rest = extent % size;
}

double megcc::estimateGemmCycles(const GemmShape &shape, GemmTile tile,
                                 const Target &target) {
  double lines;
  int64_t rowTiles, restRows;
  countTiles(shape.rows, tile.rows, lines, rowTiles, restRows);
  int64_t blocks = shape.vectors / tile.vectors;
  int64_t restVectors = shape.vectors % tile.vectors;
  // A panel that no second tile reads comes from afar whatever its size.
  bool isReused = lines * (rowTiles + (restRows != 0)) > 1;
  bool streams =
      !shape.byLane && lines * (rowTiles * tile.rows + restRows) == 1 &&
      vectorBytes(shape.vectors, target) * shape.depth > target.l2Bytes;
  int64_t block =
      readsInterleaved(shape, tile.vectors) ? tile.vectors : int64_t(0);
  auto estimate = [&](int64_t rows, int64_t vectors) {
    double fetch = isReused  ? estimateFetch(vectors, shape.depth, target)
                   : streams ? estimateStreams(vectors, target)
                             : 0;
    return tile.matrix
               ? estimateMatrixTile(rows, vectors, shape, fetch)
               : estimateTile(rows, vectors, shape, block, fetch, target);
  };
  double cycles = rowTiles * blocks * estimate(tile.rows, tile.vectors);
  if (restRows)
    cycles += blocks * estimate(restRows, tile.vectors);
  if (restVectors)
    cycles += rowTiles * estimate(tile.rows, restVectors);
  if (restRows && restVectors)
    cycles += estimate(restRows, restVectors);
  return lines * cycles;
}

/// Instructions of all tiles that a shape takes: those at the ends of rows and
/// of vectors are smaller copies of the one inside.
static double estimateCode(const GemmShape &shape, GemmTile tile) {
  double lines;
  int64_t rowTiles, restRows;
  countTiles(shape.rows, tile.rows, lines, rowTiles, restRows);
  double code = kCodePerGemm;
  for (int64_t rows : {tile.rows, restRows})
    for (int64_t vectors : {tile.vectors, shape.vectors % tile.vectors})
      if (rows && vectors)
        code += kCodePerTile + rows * vectors * kCodePerAccumulator +
                (rows + vectors) * kCodePerLoad;
  return code;
}

bool megcc::isWholeTile(const GemmShape &shape, GemmTile tile) {
  int64_t extent = shape.rows.back();
  if (shape.diagonal.width &&
      tile.rows * shape.diagonal.taps * shape.diagonal.width > kMostUnrolled)
    return false;
  if (tile.matrix &&
      (shape.matrixSteps == 0 || tile.vectors > kMatrixSide ||
       tile.rows > kMatrixSide * kMatrixRows ||
       (tile.rows > extent &&
        (extent > kMatrixRows || tile.rows > kMatrixSide * extent))))
    return false;
  return tile.rows <= extent ||
         (shape.rows.size() > 1 && tile.rows % extent == 0);
}

/// Beside the accumulators: vectors of the rhs, and of the lhs one broadcast
/// element, or all of them where the C compiler loads them first. Where rows
/// take lanes, the rhs of several steps is there at once.
static int64_t countRegisters(const GemmShape &shape, GemmTile tile,
                              const Target &target) {
  int64_t sums = tile.rows * tile.vectors;
  int64_t lhs = target.hoistsLoads ? tile.rows : 1, ahead = 1;
  if (shape.diagonal.width) {
    lhs = 1;
    ahead = shape.diagonal.taps;
  } else if (shape.run.taps) {
    lhs = llvm::divideCeil(shape.run.length(tile.rows), target.vectorBits / 32);
    ahead = std::min(kMostInTuple, shape.run.taps);
  } else if (shape.byLane) {
    ahead = kMostInTuple;
  }
  if (readsInterleaved(shape, tile.vectors)) {
    // Registers of a tuple lie side by side; two of them need room for that.
    int64_t loaded = getStepsPerLoad(tile.vectors) * tile.vectors;
    int64_t room = loaded > kMostInTuple ? kMostInTuple : 0;
    return sums + lhs + loaded + room;
  }
  return sums + ahead * tile.vectors + lhs;
}

llvm::SmallVector<GemmTile> megcc::rankGemmTiles(const GemmShape &shape,
                                                 const Target &target,
                                                 unsigned most) {
  auto estimate = [&](GemmTile tile) {
    double cycles = estimateGemmCycles(shape, tile, target);
    return shape.small ? cycles * estimateCode(shape, tile) : cycles;
  };
  std::vector<std::pair<double, GemmTile>> tiles;
  int64_t registers = target.vectorRegisters, extent = shape.rows.back();
  int64_t rows = extent;
  if (shape.rows.size() > 1)
    rows *= shape.rows[shape.rows.size() - 2];
  for (int64_t v = 1; v <= std::min(shape.vectors, registers); ++v)
    for (int64_t r = 1;
         r <= rows && countRegisters(shape, {r, v}, target) <= registers; ++r)
      if (isWholeTile(shape, {r, v}))
        tiles.push_back({estimate({r, v}), {r, v}});
  for (int64_t v = 1; v <= std::min(shape.vectors, kMatrixSide); ++v)
    for (int64_t r = 1; r <= std::min(rows, kMatrixSide * kMatrixRows); ++r)
      if (isWholeTile(shape, {r, v, /*matrix=*/true}))
        tiles.push_back({estimate({r, v, /*matrix=*/true}), {r, v, true}});
  if (tiles.empty())
    tiles.push_back({estimate({1, 1}), {1, 1}});
  // Of equals the larger tile: it loads less for the same sums.
  std::reverse(tiles.begin(), tiles.end());
  std::stable_sort(
      tiles.begin(), tiles.end(),
      [](const auto &a, const auto &b) { return a.first < b.first; });
  // The best of each width, then whatever is best: tiles that differ by a row
  // cost about the same, and there is nothing to choose between.
  llvm::SmallVector<GemmTile> best;
  auto has = [&](auto isSame) { return llvm::any_of(best, isSame); };
  for (bool anyWidth : {false, true})
    for (const auto &entry : tiles) {
      const GemmTile &tile = entry.second;
      bool isKnown = has([&](const GemmTile &other) {
        return other.matrix == tile.matrix && other.vectors == tile.vectors &&
               (!anyWidth || other.rows == tile.rows);
      });
      if (!isKnown && best.size() < most)
        best.push_back(tile);
    }
  return best;
}

GemmTile megcc::chooseGemmTile(const GemmShape &shape, const Target &target) {
  return rankGemmTiles(shape, target, 1).front();
}
