//===- GemmPrologue.h - What precedes a contraction -------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_KERNELS_GEMMPROLOGUE_H
#define MEGCC_CODEGEN_KERNELS_GEMMPROLOGUE_H

#include "dialects/Kernel/Kernel.h"
#include "megcc/Target.h"
#include "mlir/IR/Builders.h"

namespace megcc {

/// The loops that make block number `index` of `count` of the lhs of `op`,
/// which has a prologue.
void buildGemmPrologue(kernel::GemmOp op, mlir::Value index, int64_t count,
                       mlir::OpBuilder &builder, const Target &target);

} // namespace megcc

#endif // MEGCC_CODEGEN_KERNELS_GEMMPROLOGUE_H
