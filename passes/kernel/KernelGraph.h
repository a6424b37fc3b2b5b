//===- KernelGraph.h - @main as a graph of steps and buffers ----*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From kernels as `select` leaves them to the StepGraph that searches work on,
// and back. Buffers are cut where their users' bytes begin and end, so that
// each part of a concat has a life of its own. A copy makes no bytes: source
// and destination count as one buffer, as they will be once copies are elided.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_KERNEL_KERNELGRAPH_H
#define MEGCC_PASSES_KERNEL_KERNELGRAPH_H

#include "passes/kernel/Buffers.h"
#include "passes/kernel/memory/StepGraph.h"

namespace megcc::kernel {

struct KernelGraph {
  explicit KernelGraph(mlir::func::FuncOp main);

  /// Brings the kernels of @main into this sequence. A kernel that runs again
  /// is a clone, marked, with output buffers of its own, which those after it
  /// read.
  void apply(const std::vector<unsigned> &sequence);

  mlir::func::FuncOp main;
  StepGraph steps;
  /// One for each step.
  llvm::SmallVector<KernelOpInterface> kernels;
};

} // namespace megcc::kernel

#endif // MEGCC_PASSES_KERNEL_KERNELGRAPH_H
