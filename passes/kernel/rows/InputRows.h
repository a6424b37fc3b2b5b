//===- InputRows.h - Inputs that come row by row ----------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A streamed input is nowhere as a whole: its caller is asked for one row after
// another. To the planner of rows that is a kernel that copies it:
//
//     kernel.nest "copy" extents [1, 3, 224, 224] ins(%input ...) outs(%a ...)
//       {kernel.input_rows = 0}
//
// which may run in a stream alone, with %a a ring there. What it becomes is a
// call of the caller's function with the row's number and its place in the
// ring.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_KERNEL_ROWS_INPUTROWS_H
#define MEGCC_PASSES_KERNEL_ROWS_INPUTROWS_H

#include "passes/kernel/rows/RowForm.h"

namespace megcc::kernel {

/// Puts such a copy of each streamed input before its first reader, and lets
/// all readers have the copy. Fails, with a message, if there are none.
mlir::LogicalResult askForInputRows(mlir::func::FuncOp main);

/// Says why `copy`, which no stream has, cannot run row by row: `isByRows`
/// tells of a kernel of @main whether it can.
void explainWholeInput(KernelOpInterface copy,
                       llvm::function_ref<bool(KernelOpInterface)> isByRows);

} // namespace megcc::kernel

#endif // MEGCC_PASSES_KERNEL_ROWS_INPUTROWS_H
