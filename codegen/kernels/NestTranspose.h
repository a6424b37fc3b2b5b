//===- NestTranspose.h - Copies that turn lanes around ----------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A nest that only copies, of which one dimension has neighbours in the input
// and another in the output, as of a transpose or between layouts. Squares of
// both go through registers:
//
//   a0 a1 a2 a3       a0 b0 a1 b1       a0 b0 c0 d0
//   b0 b1 b2 b3  -->  c0 d0 c1 d1  -->  a1 b1 c1 d1
//   c0 c1 c2 c3       a2 b2 a3 b3       a2 b2 c2 d2
//   d0 d1 d2 d3       c2 d2 c3 d3       a3 b3 c3 d3
//
// where every step interleaves row i with row i + n/2: log2 n steps of n
// instructions that all processors have, if for their own width only.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_KERNELS_NESTTRANSPOSE_H
#define MEGCC_CODEGEN_KERNELS_NESTTRANSPOSE_H

#include "dialects/Kernel/Kernel.h"
#include "megcc/Target.h"

#include <optional>

namespace megcc {

/// How a nest is such a copy.
struct TransposePlan {
  /// The dimension whose neighbours lie side by side in the input, and that
  /// whose do in the output.
  int64_t inputDim, outputDim;
  /// Elements along the side of the largest square.
  int64_t side;
};

/// Nothing if `op` is none, or too small, or had better be little code.
std::optional<TransposePlan> planTranspose(kernel::NestOp op,
                                           const Target &target);

void buildTranspose(kernel::NestOp op, const TransposePlan &plan,
                    mlir::OpBuilder &builder, const Target &target);

} // namespace megcc

#endif // MEGCC_CODEGEN_KERNELS_NESTTRANSPOSE_H
