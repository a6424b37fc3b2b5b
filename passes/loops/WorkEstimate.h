//===- WorkEstimate.h - How much work loops are -----------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Counts the operations that code executes, from its loops' constant bounds. It
// sees what families of all kinds really expanded to - vectors, borders,
// unrolled taps - and so serves to balance work between threads, where numbers
// of multiply-accumulates would not: most kernels that move data have none.
//
//===----------------------------------------------------------------------===//
#ifndef MEGCC_PASSES_LOOPS_WORKESTIMATE_H
#define MEGCC_PASSES_LOOPS_WORKESTIMATE_H

#include "mlir/IR/Operation.h"

namespace megcc {

/// Operations of one run of `op`; a core does about two a cycle. A division
/// counts as several, a transcendental function as many.
double estimateWork(mlir::Operation *op);
double estimateWork(mlir::Block &block);

} // namespace megcc

#endif // MEGCC_PASSES_LOOPS_WORKESTIMATE_H
