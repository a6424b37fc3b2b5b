//===- SplitWindows.h - Windows row by row ----------------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A window of three rows that moves by two keeps three rows of what it reads.
// If each row of the window is a kernel of its own, a row is used up in the
// turn in which it is made, and what is kept instead are the sums so far, of
// which there are half as many and which are half as long:
//
//     kernel.nest "depthwise_conv" extents [1, 2, 56, 56, 8, 3, 3] ins(%x, %w,
//       %bias ...) outs(%y ...)
//
// becomes
//
//     kernel.nest "depthwise_conv" extents [1, 2, 56, 56, 8, 3] ins(%x, %w ...)
//       outs(%y ...)
//     kernel.nest "depthwise_conv" extents [1, 2, 56, 56, 8, 3] ins(%x, %w, %y
//       ...) outs(%y ...) {resumes}
//     kernel.nest "depthwise_conv" extents [1, 2, 56, 56, 8, 3] ins(%x, %w,
//       %bias, %y ...) outs(%y ...) {resumes}
//
// Terms are added in the order in which one nest would have added them. Of a
// contraction the outermost dimension of the depth becomes kernels, if it is
// the rows of a window.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_KERNEL_ROWS_SPLITWINDOWS_H
#define MEGCC_PASSES_KERNEL_ROWS_SPLITWINDOWS_H

#include "megcc/Target.h"
#include "passes/kernel/rows/RowForm.h"

namespace megcc::kernel {

/// A kernel, which is out of its block, and those in its place: one for each
/// row of the window.
struct SplitWindow {
  KernelOpInterface whole;
  llvm::SmallVector<KernelOpInterface> parts;

  /// Takes it back.
  void undo();
};

/// Splits the windows of @main of which the sums so far take less than the rows
/// that they read.
llvm::SmallVector<SplitWindow> splitWindows(mlir::func::FuncOp main,
                                            const RowTable &rows,
                                            const Target &target);

} // namespace megcc::kernel

#endif // MEGCC_PASSES_KERNEL_ROWS_SPLITWINDOWS_H
