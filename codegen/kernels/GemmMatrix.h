//===- GemmMatrix.h - Contractions on matrix tiles --------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where the target multiplies tiles (lib/Target/MatrixTiles.h), a register tile
// of a contraction is up to 2 x 2 of them: rows of the lhs are read as they
// lie, groups of the packed rhs are a tile's rows already. The sums pass
// through the stack to the epilogue.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_KERNELS_GEMMMATRIX_H
#define MEGCC_CODEGEN_KERNELS_GEMMMATRIX_H

#include "codegen/kernels/GemmPrefetch.h"
#include "codegen/kernels/LoopBuilder.h"
#include "dialects/Kernel/Kernel.h"
#include "lib/Target/MatrixTiles.h"

namespace megcc {

/// On a kernel.gemm of which selection has chosen that it uses matrix tiles. It
/// has no prefix: those that have tell about a layer, and move to its call.
constexpr llvm::StringLiteral kMatrixTilesAttr = "matrix_tiles";

/// How a kernel.gemm meets tiles.
struct MatrixPlan {
  MatrixTiles tiles;
  /// Elements of its last depth dimension that a tile takes.
  int64_t depth;
  /// Along which dimension of the lhs, and how far apart, its rows lie; along
  /// which dimension of the rhs its groups.
  unsigned lhsDim, rhsDim;
  int64_t lhsStep;
};

/// Nothing where `op` can't use tiles: rows are not evenly far apart, or too
/// few elements of the depth side by side.
std::optional<MatrixPlan> planMatrixTiles(kernel::GemmOp op,
                                          const Target &target);

/// The rows of each tile for `size` rows of `op`, of which a tile is never of
/// two lines; none if they are too many.
llvm::SmallVector<int64_t> getMatrixRows(kernel::GemmOp op, int64_t size);

/// The plan of an `op` that does.
std::optional<MatrixPlan> findChosenMatrixTiles(kernel::GemmOp op,
                                                const Target &target);

/// Sums the register tile at `at` into the matrix `sums`.
void buildMatrixTile(kernel::GemmOp op, const MatrixPlan &plan,
                     const GemmPosition &at, mlir::Value sums,
                     LoopBuilder &loops);

} // namespace megcc

#endif // MEGCC_CODEGEN_KERNELS_GEMMMATRIX_H
