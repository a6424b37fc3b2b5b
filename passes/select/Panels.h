//===- Panels.h - Interleaves the panels of packed weights ------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Weights are packed in panels of one vector, which any tile can read. Where
// cores start few instructions at a time, a tile of several vectors reads as
// many panels better from one stream: at each index of the depth the vectors of
// a block of panels lie side by side.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_SELECT_PANELS_H
#define MEGCC_PASSES_SELECT_PANELS_H

#include "dialects/Kernel/Kernel.h"
#include "megcc/Target.h"

namespace megcc {

/// Whether tiles of `op` that divide its vectors could read such blocks.
bool canInterleavePanels(kernel::GemmOp op, const Target &target);

/// Packs the rhs of `op` in blocks of so many panels as its tile has vectors.
void interleavePanels(kernel::GemmOp op, mlir::OpBuilder &builder);

/// The constant `weights` with dimension `dim`, of vectors, cut in blocks of
/// `panels`, of which the vectors lie before the last dimension.
mlir::Value interleavePanels(kernel::ConstantOp weights, unsigned dim,
                             int64_t panels, mlir::OpBuilder &builder);

} // namespace megcc

#endif // MEGCC_PASSES_SELECT_PANELS_H
