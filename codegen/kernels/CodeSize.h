//===- CodeSize.h - Kernels of little code ----------------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// With --optimize size the module says so in `kernel.small`, and families
// weigh instructions as much as cycles: fewer kinds of tiles, less unrolled, no
// fetching ahead. What is computed stays the same.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_KERNELS_CODESIZE_H
#define MEGCC_CODEGEN_KERNELS_CODESIZE_H

#include "mlir/IR/BuiltinOps.h"

namespace megcc {

constexpr llvm::StringLiteral kSmallAttr = "kernel.small";

/// Whether the code of the module around `op` should be small.
inline bool prefersSmallCode(mlir::Operation *op) {
  auto module = llvm::dyn_cast<mlir::ModuleOp>(op);
  if (!module)
    module = op->getParentOfType<mlir::ModuleOp>();
  return module && module->hasAttr(kSmallAttr);
}

} // namespace megcc

#endif // MEGCC_CODEGEN_KERNELS_CODESIZE_H
