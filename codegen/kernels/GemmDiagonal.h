//===- GemmDiagonal.h - Narrow groups side by side in a vector --*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where a vector of columns holds several narrow groups, as in a convolution of
// 32 groups of four channels, each lane needs another element of the lhs. These
// lie side by side: a row loads a vector, and for each element of a group one
// shuffle repeats it over the group's lanes,
//
//   x        a0 a1 a2 a3 b0 b1 b2 b3 ...
//   step 0   a0 a0 a0 a0 b0 b0 b0 b0 ...   times w[0]
//   step 1   a1 a1 a1 a1 b1 b1 b1 b1 ...   times w[1]
//
// instead of multiplying a matrix that is zero outside of its diagonal. Windows
// of neighbouring rows overlap: what is shuffled once serves several taps.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_KERNELS_GEMMDIAGONAL_H
#define MEGCC_CODEGEN_KERNELS_GEMMDIAGONAL_H

#include "codegen/kernels/GemmPrefetch.h"
#include "codegen/kernels/GemmTile.h"

namespace megcc {

/// How the rows of an `op` with a diagonal share what they load.
DiagonalPlan planDiagonal(kernel::GemmOp op);

/// Depth dimensions that one step takes as a whole, the last ones: that of a
/// group's elements, and before it the taps that share loads.
unsigned countDiagonalDims(kernel::GemmOp op);

/// Adds to the sums `acc` of the tile at `at` the products of one step, `depth`
/// being the index of the dimensions before those that it takes. `widen` gives
/// what is loaded the type of sums.
LoopBuilder::Values
stepByDiagonal(kernel::GemmOp op, const GemmPosition &at,
               llvm::ArrayRef<mlir::AffineExpr> depth, mlir::ValueRange acc,
               LoopBuilder &loops, bool fma,
               llvm::function_ref<mlir::Value(mlir::Value)> widen);

} // namespace megcc

#endif // MEGCC_CODEGEN_KERNELS_GEMMDIAGONAL_H
