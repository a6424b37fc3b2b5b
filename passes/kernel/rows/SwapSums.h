//===- SwapSums.h - Which summand comes first -------------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Of two contractions that are added, as at the end of a block with a shortcut,
// the second adds to what the first left:
//
//     kernel.gemm "conv" ins(%a, ...) outs(%p) epilogue { acc + bias }
//     kernel.gemm "conv" ins(%x, ..., %p) outs(%q)
//       epilogue { relu((acc + bias) + p) }
//
// Row by row %x has to wait for %p, which may be several rows behind. The other
// way round %p waits, which is shorter where the stride is larger than one:
//
//     kernel.gemm "conv" ins(%x, ...) outs(%p) epilogue { acc + bias }
//     kernel.gemm "conv" ins(%a, ..., %p) outs(%q)
//       epilogue { relu((acc + bias) + p) }
//
// A sum of two is the same to the bit.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_KERNEL_ROWS_SWAPSUMS_H
#define MEGCC_PASSES_KERNEL_ROWS_SWAPSUMS_H

#include "passes/kernel/Buffers.h"

namespace megcc::kernel {

/// Two contractions, and those that take their place once they are swapped.
struct SwappedSum {
  GemmOp first, second;
  GemmOp newFirst, newSecond;
  /// The result as the first sees it, if it saw another shape.
  AliasOp result;

  /// Swaps them.
  void apply();
  /// Takes it back.
  void undo();
};

/// The sums of @main that may be swapped.
llvm::SmallVector<SwappedSum> findSums(mlir::func::FuncOp main);

} // namespace megcc::kernel

#endif // MEGCC_PASSES_KERNEL_ROWS_SWAPSUMS_H
