//===- GemmTile.h - The register tile of a contraction ----------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_KERNELS_GEMMTILE_H
#define MEGCC_CODEGEN_KERNELS_GEMMTILE_H

#include "megcc/Target.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>

namespace megcc {

/// Rows by vectors of accumulators that stay in registers for the whole depth.
struct GemmTile {
  int64_t rows, vectors;
  /// Whether the target's matrix tiles hold them (GemmMatrix.h).
  bool matrix = false;
};

/// Where the elements that a row reads along the last dimension of the depth
/// lie side by side, and overlap those of the next row: a first layer's
/// windows.
struct LaneRun {
  int64_t stride = 0; ///< from one row's first element to the next one's
  int64_t step = 0;   ///< from one element of a row to the next one
  int64_t taps = 0;   ///< elements of a row; 0 if there is no such run
  /// Elements from the first of the first row to the last of the last.
  int64_t length(int64_t rows) const {
    return stride * (rows - 1) + step * (taps - 1) + 1;
  }
};

/// Registers that one instruction loads at most.
constexpr int64_t kMostInTuple = 4;

/// Of how many steps of the depth one instruction loads a tile's vectors of
/// interleaved panels.
inline int64_t getStepsPerLoad(int64_t vectors) {
  return vectors == 1 ? kMostInTuple : vectors == 2 ? 2 : 1;
}

/// Whether panels are packed in blocks of so many: a last block that is not
/// full must cost hardly any memory.
inline bool canFillBlocks(int64_t vectors, int64_t block) {
  constexpr int64_t leastUsed = 64;
  int64_t unused = (block - vectors % block) % block;
  return block > 1 && unused * leastUsed <= vectors;
}

/// How the rows of a tile share what they load where the columns of a vector
/// are narrow groups (GemmDiagonal.h).
struct DiagonalPlan {
  int64_t width = 0; ///< of a group; 0 if there are none
  /// Of the window's taps along the rows, which a step takes together: their
  /// number, and how many of the rows' loads they share.
  int64_t taps = 1;
  int64_t stride = 1; ///< in taps, from one row to the next one
  /// Vectors that `rows` rows load for all these taps.
  int64_t loads(int64_t rows) const {
    return stride < taps ? stride * (rows - 1) + taps : rows * taps;
  }
};

/// What the choice of a tile depends on.
struct GemmShape {
  /// The extents of the row dimensions.
  llvm::ArrayRef<int64_t> rows;
  int64_t vectors;
  /// The product of the depth dimensions.
  int64_t depth;
  /// Whether instructions count as much as cycles.
  bool small = false;
  /// Whether a row loads a vector for several steps of the depth (GemmLanes.h).
  bool byLane = false;
  /// Whether panels of the rhs can be interleaved by the tile's vectors.
  bool interleaves = false;
  /// How many matrix tiles follow each other along the depth; 0 where the
  /// contraction has none.
  int64_t matrixSteps = 0;
  /// Whether the rows of a tile load their elements together.
  LaneRun run = {};
  /// Whether the columns of a vector are narrow groups; the depth is then that
  /// of one.
  DiagonalPlan diagonal = {};
};

/// Whether a tile of so many vectors reads interleaved panels.
bool readsInterleaved(const GemmShape &shape, int64_t vectors);

/// The tile with which a kernel.gemm takes the fewest estimated cycles on
/// `target`: rows of the last dimension, or whole ones of several indices of
/// the dimension before it.
GemmTile chooseGemmTile(const GemmShape &shape, const Target &target);

/// Whether `tile` takes a part of the last row dimension, or whole ones; of
/// matrix tiles, whether the contraction has such.
bool isWholeTile(const GemmShape &shape, GemmTile tile);

/// The `most` best tiles by that estimate, the best first.
llvm::SmallVector<GemmTile> rankGemmTiles(const GemmShape &shape,
                                          const Target &target, unsigned most);

/// The estimate behind it, in cycles; comparable between shapes and layouts.
double estimateGemmCycles(const GemmShape &shape, GemmTile tile,
                          const Target &target);

} // namespace megcc

#endif // MEGCC_CODEGEN_KERNELS_GEMMTILE_H
