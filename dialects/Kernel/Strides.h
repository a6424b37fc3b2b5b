//===- Strides.h - Strides of buffers ---------------------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// mlir::getStridesAndOffset builds affine expressions to answer. Planning asks
// millions of times, about types whose strides are there to be read.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_DIALECTS_KERNEL_STRIDES_H
#define MEGCC_DIALECTS_KERNEL_STRIDES_H

#include "mlir/IR/BuiltinTypes.h"

namespace megcc::kernel {

/// As mlir::getStridesAndOffset.
mlir::LogicalResult getStrides(mlir::MemRefType type,
                               llvm::SmallVectorImpl<int64_t> &strides,
                               int64_t &offset);

} // namespace megcc::kernel

#endif // MEGCC_DIALECTS_KERNEL_STRIDES_H
