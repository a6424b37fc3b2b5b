//===- Verification.h - What verifiers of kernels share --------*- C++ -*--===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_DIALECTS_KERNEL_VERIFICATION_H
#define MEGCC_DIALECTS_KERNEL_VERIFICATION_H

#include "mlir/IR/AffineMap.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Operation.h"

namespace megcc::kernel {

inline mlir::MemRefType bufferType(mlir::Value value) {
  return mlir::cast<mlir::MemRefType>(value.getType());
}

/// Whether the last dimension is walked in the same steps under both types.
bool hasSameLastStride(mlir::MemRefType a, mlir::MemRefType b);

/// Checks that `map` takes `dims` dimensions to an index of `buffer`.
mlir::LogicalResult verifyMap(mlir::Operation *op, mlir::AffineMap map,
                              unsigned dims, mlir::Value buffer,
                              const llvm::Twine &what);

} // namespace megcc::kernel

#endif // MEGCC_DIALECTS_KERNEL_VERIFICATION_H
