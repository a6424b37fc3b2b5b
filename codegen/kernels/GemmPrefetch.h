//===- GemmPrefetch.h - What a contraction fetches ahead --------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A tile's rows lie in lines far apart, one per block of channels, and a panel
// of weights is new with each block of columns: no processor guesses either in
// time. While a tile is computed, prefetches bring
//
//   - the elements of the lhs that the next tile needs, at the same depth;
//   - a share of the next block's panel, so that all tiles of a block, the last
//     and smaller one too, hide its way from memory and not the first alone;
//   - what the epilogue is going to read;
//   - where the depth goes across channels that lie planes apart, as in a
//     network's first layer, what the tile a row below reads: an image that a
//     camera has just written is in no cache.
//
// None is needed for correctness; addresses may lie behind a buffer's end.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_KERNELS_GEMMPREFETCH_H
#define MEGCC_CODEGEN_KERNELS_GEMMPREFETCH_H

#include "codegen/kernels/LoopBuilder.h"
#include "dialects/Kernel/Kernel.h"
#include "megcc/Target.h"

#include <map>

namespace megcc {

/// A register tile's place in the iteration space.
struct GemmPosition {
  llvm::SmallVector<mlir::AffineExpr> outer, rows;
  mlir::AffineExpr firstVector;
  int64_t tileRows = 0, tileVectors = 0;
  /// Lanes of its last vector that exist.
  int64_t lastLanes = 0;
  /// A block's tiles come in equal runs, one per line of rows: `tiles` of equal
  /// size and, where `rest` is not 0, one of `rest` rows. Which tile this is;
  /// `tiles` is 0 for one that no run counts.
  mlir::AffineExpr run, tile;
  int64_t runs = 1, tiles = 0, rest = 0;
  bool isRest = false;
  /// The first row of the tile after it.
  llvm::SmallVector<mlir::AffineExpr> nextRows;
};

/// How many neighbours along the last depth dimension the rhs keeps together:
/// its map takes that dimension divided by so many, and an instruction
/// multiplies as many at once. 1 where it keeps single elements.
int64_t getDepthGroup(kernel::GemmOp op);
/// What the loop over depth dimension `i` steps by.
int64_t getDepthUnit(kernel::GemmOp op, unsigned i);

/// The r-th row of a tile that begins at `first`: behind the end of the last
/// dimension come those of the next index of the dimension before it.
llvm::SmallVector<mlir::AffineExpr>
getTileRow(kernel::GemmOp op, LoopBuilder::Exprs first, mlir::AffineExpr r);

/// A point in an iteration space whose dimensions come in three parts.
inline llvm::SmallVector<mlir::AffineExpr>
joinIndex(llvm::ArrayRef<mlir::AffineExpr> a,
          llvm::ArrayRef<mlir::AffineExpr> b,
          llvm::ArrayRef<mlir::AffineExpr> c) {
  llvm::SmallVector<mlir::AffineExpr> all(a);
  all.append(b.begin(), b.end());
  all.append(c.begin(), c.end());
  return all;
}

class GemmPrefetch {
public:
  GemmPrefetch(kernel::GemmOp op, LoopBuilder &loops, const Target &target)
      : op(op), loops(loops), target(target) {}

  /// A divisor by which the loop over the depth that is dimension `dim` of the
  /// lhs should be split in two, so that the inner one reads one line; 1 if it
  /// should not.
  int64_t getDepthSplit(unsigned dim, int64_t extent);
  /// The extents of the loops over the depth, two for each of its dimensions:
  /// multiples of the second's extent, and what is between.
  void setDepthLoops(llvm::ArrayRef<int64_t> extents);

  /// To be called where a tile begins.
  void beforeTile(const GemmPosition &at);
  /// To be called before depth loop number `index.size()`, `index` being the
  /// variables of the loops around it, and inside all of them.
  void beforeDepthLoop(const GemmPosition &at, LoopBuilder::Exprs index);

private:
  void fetchLhs(const GemmPosition &at, LoopBuilder::Exprs index);
  void fetchBelow(const GemmPosition &at);
  std::map<int64_t, llvm::SmallVector<int64_t>> collectLines(int64_t tileRows,
                                                             int64_t down);
  int64_t getOffset(mlir::Value buffer, mlir::AffineMap map,
                    llvm::ArrayRef<int64_t> point);
  void fetchRhs(const GemmPosition &at, LoopBuilder::Exprs index);
  bool streamsPanel(const GemmPosition &at);
  unsigned getRhsLevel(const GemmPosition &at);
  int64_t countPanelLines(const GemmPosition &at);
  int64_t countTiles(const GemmPosition &at);
  int64_t countRounds(unsigned level);
  /// How far apart two neighbours in `dim` of `map` lie in `buffer`, in
  /// elements.
  int64_t getStride(mlir::Value buffer, mlir::AffineMap map, unsigned dim,
                    int64_t distance = 1);
  int64_t lineElements(mlir::Value buffer);
  /// Whether `buffer` neither stays in the nearest cache anyway nor has
  /// positions that an index can't go beyond.
  bool isWorthwhile(mlir::Value buffer);
  bool staysNear();
  bool isTap(unsigned loop);
  bool isPackedPanel();

  kernel::GemmOp op;
  LoopBuilder &loops;
  const Target &target;
  llvm::SmallVector<int64_t> depthLoops;
  /// The loops inside this level read one line of each row.
  unsigned lineLevel = 0;
  /// Before which loop the lhs is fetched: outside the loops over taps, of
  /// which the last reads what no tile has read.
  unsigned lhsLevel = 0;
  bool fetchesLhs = false, fetchesRhs = false, fetchesBelow = false;
};

} // namespace megcc

#endif // MEGCC_CODEGEN_KERNELS_GEMMPREFETCH_H
