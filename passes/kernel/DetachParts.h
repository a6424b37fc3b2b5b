//===- DetachParts.h - First parts in buffers of their own ------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A buffer that is put together from parts, as for a concat, can be a ring of
// rows only if one loop makes all of its parts. Often the first one is the
// result of another loop:
//
//     kernel.nest "average_pool" ... outs(%first of %all)
//     kernel.gemm ... ins(%first) outs(%b)        a loop of rows could begin
//     kernel.gemm ... ins(%b) outs(%second of %all)
//
// becomes, for as long as that is worth a copy,
//
//     kernel.nest "average_pool" ... outs(%x)
//     kernel.nest "copy" ins(%x) outs(%first of %all)
//     ...
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_KERNEL_DETACHPARTS_H
#define MEGCC_PASSES_KERNEL_DETACHPARTS_H

#include "passes/kernel/Buffers.h"

namespace megcc::kernel {

/// A part that has a buffer of its own until the next one is about to be made.
struct DetachedPart {
  NestOp copy;
  /// Those who use the buffer, and what they used before.
  llvm::SmallVector<std::pair<mlir::OpOperand *, mlir::Value>> users;

  /// Takes it back.
  void undo();
};

/// Detaches the part of each buffer of @main that is written first, where
/// others are written later.
llvm::SmallVector<DetachedPart> detachFirstParts(mlir::func::FuncOp main);

} // namespace megcc::kernel

#endif // MEGCC_PASSES_KERNEL_DETACHPARTS_H
