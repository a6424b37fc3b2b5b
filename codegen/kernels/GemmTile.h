//===- GemmTile.h - The register tile of a contraction ----------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_KERNELS_GEMMTILE_H
#define MEGCC_CODEGEN_KERNELS_GEMMTILE_H

#include "megcc/Target.h"

#include <cstdint>

namespace megcc {

/// Rows by vectors of accumulators that stay in registers for the whole depth.
struct GemmTile {
  int64_t rows, vectors;
};

/// The tile with which a kernel.gemm of `rows` (the extent of its last row
/// dimension), `vectors` column vectors and `depth` (the product of its depth
/// dimensions) takes the fewest estimated cycles on `target`.
GemmTile chooseGemmTile(int64_t rows, int64_t vectors, int64_t depth,
                        const Target &target);

/// The estimate behind it, in cycles; comparable between shapes and layouts.
double estimateGemmCycles(int64_t rows, int64_t vectors, int64_t depth,
                          GemmTile tile, const Target &target);

} // namespace megcc

#endif // MEGCC_CODEGEN_KERNELS_GEMMTILE_H
