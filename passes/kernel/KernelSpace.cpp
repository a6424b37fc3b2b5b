//===- KernelSpace.cpp - The dimensions of a kernel -----------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/KernelSpace.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

bool KernelSpace::collectDims() {
  if (auto nest = dyn_cast<NestOp>(op.getOperation())) {
    llvm::append_range(extents, nest.getExtents());
    parallel = nest.getParallelRank();
    return !nest.getIndex();
  }
  auto gemm = dyn_cast<kernel::GemmOp>(op.getOperation());
  if (!gemm || gemm.getIndex() || gemm.hasPrologue())
    return false;
  llvm::append_range(extents, gemm.getOuter());
  llvm::append_range(extents, gemm.getRows());
  parallel = extents.size();
  extents.push_back(gemm.getVectors());
  llvm::append_range(extents, gemm.getDepth());
  return true;
}

SmallVector<unsigned> KernelSpace::getMapDims(unsigned operand) const {
  SmallVector<unsigned> dims;
  auto add = [&](unsigned begin, unsigned end) {
    for (unsigned dim = begin; dim < end; ++dim)
      dims.push_back(dim);
  };
  auto gemm = dyn_cast<kernel::GemmOp>(op.getOperation());
  if (!gemm) {
    add(0, extents.size());
    return dims;
  }
  add(0, operand == 1 ? gemm.getOuter().size() : parallel);
  if (operand != 0)
    add(parallel, parallel + 1);
  if (operand <= 1)
    add(parallel + 1, extents.size());
  return dims;
}
