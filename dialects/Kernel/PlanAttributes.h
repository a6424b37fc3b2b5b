//===- PlanAttributes.h - What planning writes for packages -----*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Names of attributes that memory planning puts on @main and the module and
// that the package's description is made from.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_DIALECTS_KERNEL_PLANATTRIBUTES_H
#define MEGCC_DIALECTS_KERNEL_PLANATTRIBUTES_H

#include "llvm/ADT/StringRef.h"

namespace megcc::kernel {

/// How many arguments of @main, the first, are inputs; outputs follow (i64).
constexpr llvm::StringLiteral kInputsAttr = "kernel.inputs";
/// An input or output of @main that lies in the arena (unit), and where (i64,
/// bytes); the number of the argument whose place a view is (i64).
constexpr llvm::StringLiteral kInArenaAttr = "kernel.in_arena";
constexpr llvm::StringLiteral kArenaOffsetAttr = "kernel.arena_offset";
constexpr llvm::StringLiteral kPortAttr = "kernel.port";
/// An input of @main that the caller hands over row by row (unit).
constexpr llvm::StringLiteral kStreamedAttr = "kernel.streamed";
/// A kernel of a stream, or its call, that asks the caller for a row of the
/// input that it reads: the number of that argument of @main (i64).
constexpr llvm::StringLiteral kInputRowsAttr = "kernel.input_rows";
/// A kernel of a stream or its call (array): for each operand that is a ring,
/// the map to the row that is meant, to how many places there are and to the
/// operand's dimension that is the place; unit for others. The operand's own
/// map says only where the row lies, as affine maps simplify.
constexpr llvm::StringLiteral kRingRowsAttr = "kernel.ring_rows";
/// @main: what is a single number lies on its caller's stack (unit).
constexpr llvm::StringLiteral kStackNumbersAttr = "kernel.stack_numbers";
/// The module (array of dictionaries): the memories that the arena consists of,
/// each with `name`, `base`, where it begins in the arena, `bytes`, how much of
/// it is in use, and `capacity`. Nothing where there is but one.
constexpr llvm::StringLiteral kRegionsAttr = "kernel.regions";
/// The module (dictionary): `layer`, the operator that runs where most of the
/// arena is in use; `tensors` and `bytes`, what is alive there.
constexpr llvm::StringLiteral kPeakAttr = "kernel.peak";
/// The module (dictionary): `bytes` that no plan can do without, and `layer`,
/// which needs them.
constexpr llvm::StringLiteral kPlanBoundAttr = "kernel.plan_bound";
/// A memref.alloca that one kernel alone uses and that moves into its function:
/// each thread has one (unit).
constexpr llvm::StringLiteral kPrivateAttr = "kernel.private";
/// What a kernel keeps on the stack at most for a slice or a block of rows.
constexpr int64_t kMostPrivateBytes = 64 * 1024;
/// A kernel that ran before and runs again to save memory (unit).
constexpr llvm::StringLiteral kRepeatedAttr = "kernel.repeated";
/// A kernel or its call (location): the operator whose result it leaves, where
/// that is not the one that it is made of; an unknown one for none.
constexpr llvm::StringLiteral kResultOfAttr = "kernel.result_of";
/// The module (dictionary): with what options its operators were chosen, where
/// these are not the usual ones. `saves_memory` (unit): with a budget;
/// `takes_turns` (unit): for rows; `algorithms` (array of strings): with these;
/// `patches` (array<i64>): as patches of such an aim and slack, with inputs and
/// outputs in the arena or not, `io_in_arena` (unit).
constexpr llvm::StringLiteral kGraphAttr = "kernel.graph";
/// The module (i64): multiply-accumulates that patches do again in their halos.
constexpr llvm::StringLiteral kHaloMacsAttr = "kernel.halo_macs";
/// The module (array of strings): what was done to need less memory.
constexpr llvm::StringLiteral kDecisionsAttr = "kernel.decisions";
/// A unit of a module: with a smaller budget its rows would be planned as they
/// are.
constexpr llvm::StringLiteral kSmallestRowsAttr = "kernel.smallest_rows";
/// A unit of a module: its kernels run in another order than the model's.
constexpr llvm::StringLiteral kReorderedAttr = "kernel.reordered";

/// The module (string): how layouts were chosen, where vectors ask for it.
constexpr llvm::StringLiteral kLayoutsAttr = "kernel.layouts";

/// An argument of an outlined kernel (array<i64>): from and to which of its
/// bytes it is read, and written, at most. Absent where it is not.
constexpr llvm::StringLiteral kBytesReadAttr = "kernel.bytes_read";
constexpr llvm::StringLiteral kBytesWrittenAttr = "kernel.bytes_written";
/// A view (i64): which buffer it is, where that matters.
constexpr llvm::StringLiteral kBufferAttr = "kernel.buffer";
/// A call in a stream (array of dictionaries): what it touches in each firing.
constexpr llvm::StringLiteral kRowAccessesAttr = "kernel.row_accesses";

} // namespace megcc::kernel

#endif // MEGCC_DIALECTS_KERNEL_PLANATTRIBUTES_H
