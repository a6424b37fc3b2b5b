//===- GemmLanes.h - Products with one lane of a register -------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// AArch64's FMLA (by element) multiplies a vector by one lane of another
// register (Arm Architecture Reference Manual, C7.2). A row of a contraction
// then loads as many elements of the depth as there are lanes at once.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_KERNELS_GEMMLANES_H
#define MEGCC_CODEGEN_KERNELS_GEMMLANES_H

#include "dialects/Kernel/Kernel.h"
#include "megcc/Target.h"

namespace megcc {

/// Whether the target has such instructions.
bool hasLaneProducts(const Target &target);

/// Whether `op` uses them: its rows' elements lie side by side along the depth.
bool multipliesByLane(kernel::GemmOp op, const Target &target);

/// Whether a row's elements at `lanes` neighbouring indices of the last depth
/// dimension, from a multiple of `lanes` on, lie side by side.
bool isContiguousAlongDepth(kernel::GemmOp op, int64_t lanes);

} // namespace megcc

#endif // MEGCC_CODEGEN_KERNELS_GEMMLANES_H
