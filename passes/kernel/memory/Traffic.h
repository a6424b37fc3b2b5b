//===- Traffic.h - How often the bytes of a buffer are used -----*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_KERNEL_MEMORY_TRAFFIC_H
#define MEGCC_PASSES_KERNEL_MEMORY_TRAFFIC_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace megcc::kernel {

/// Bytes that one run loads from and stores to each buffer and constant of
/// `main`, as if no register kept any: what contractions multiply counts once
/// for each product, all else once for each of its bytes.
llvm::DenseMap<mlir::Value, double> getTraffic(mlir::func::FuncOp main);

} // namespace megcc::kernel

#endif // MEGCC_PASSES_KERNEL_MEMORY_TRAFFIC_H
