//===- GemmLanes.h - Products with one lane of a register -------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// AArch64's FMLA (by element) multiplies a vector by one lane of another
// register (Arm Architecture Reference Manual, C7.2). A row of a contraction
// then loads as many elements of the depth as there are lanes at once. Where
// they are not a multiple of the lanes, as in the windows of a first layer on
// planes, neighbouring rows overlap and load what they read together.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_KERNELS_GEMMLANES_H
#define MEGCC_CODEGEN_KERNELS_GEMMLANES_H

#include "codegen/kernels/GemmTile.h"
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

/// Whether rows whose windows overlap, of so many taps along the last dimension
/// of the depth, would share what they load.
bool canShareWindows(const Target &target, int64_t taps);

/// Otherwise: whether the rows of a tile share what they read along the last
/// dimension of the depth. All of it is loaded at once, and each product takes
/// the lane that its element is in.
LaneRun findLaneRun(kernel::GemmOp op, const Target &target);

/// Whether one instruction loads the vectors of the rhs at `count` neighbouring
/// indices of the depth.
bool loadsRhsTogether(kernel::GemmOp op, int64_t count, const Target &target);

/// Whether a tile of `vectors` vectors reads the rhs in the order in which it
/// lies in memory: panels are interleaved by as many (passes/select/Panels.h).
bool isRhsInOrder(kernel::GemmOp op, int64_t vectors, const Target &target);

} // namespace megcc

#endif // MEGCC_CODEGEN_KERNELS_GEMMLANES_H
