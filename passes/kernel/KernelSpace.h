//===- KernelSpace.h - The dimensions of a kernel --------------*- C++ -*--===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_KERNEL_KERNELSPACE_H
#define MEGCC_PASSES_KERNEL_KERNELSPACE_H

#include "dialects/Kernel/Kernel.h"

namespace megcc::kernel {

/// Dimensions of a kernel have one number here whichever map speaks of them: a
/// nest's own; a gemm's outer ones, rows, the vector, depth.
struct KernelSpace {
  explicit KernelSpace(KernelOpInterface op) : op(op) {}

  /// Fills in what follows `op`; false for other kernels, for those that are
  /// given an index, and for a gemm with a prologue.
  bool collectDims();

  /// The numbers of the dimensions of operand `operand`'s map.
  llvm::SmallVector<unsigned> getMapDims(unsigned operand) const;

  mutable KernelOpInterface op;
  llvm::SmallVector<int64_t> extents;
  /// How many dimensions, the first, are not reduced, a gemm's vectors aside.
  unsigned parallel = 0;
};

} // namespace megcc::kernel

#endif // MEGCC_PASSES_KERNEL_KERNELSPACE_H
