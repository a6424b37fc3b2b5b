//===- RowChoice.h - Kernels as rows need them least ------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What kernels there are is not given either: first parts of a concat may have
// buffers of their own (DetachParts.h), windows may be split by their rows
// (SplitWindows.h), and of two summands either may come first (SwapSums.h). A
// change stays where the plan needs less with it. Some pay only together: a
// shortcut that waits for the other branch keeps rows which a split window
// would not keep. So all sums are swapped in a copy of @main as well, before
// its windows are split.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_KERNEL_ROWS_ROWCHOICE_H
#define MEGCC_PASSES_KERNEL_ROWS_ROWCHOICE_H

#include "passes/kernel/rows/RowModel.h"

namespace megcc::kernel {

struct RowChoiceOptions {
  /// Bytes below which nothing further is tried.
  int64_t budget;
  bool splitsWindows;
  /// Whether a quick look is enough.
  bool estimates;
  const Target &target;
};

/// Which kernels of @main take turns.
struct RowChoice {
  std::unique_ptr<RowModel> model;
  RowPlan plan;
};

/// Changes the kernels of @main so that their plan needs least, as far as it is
/// above the budget.
RowChoice chooseRows(mlir::func::FuncOp main, const RowChoiceOptions &options);

} // namespace megcc::kernel

#endif // MEGCC_PASSES_KERNEL_ROWS_ROWCHOICE_H
