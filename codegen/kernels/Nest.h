//===- Nest.h - The loops of kernel.nest inside others ----------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_KERNELS_NEST_H
#define MEGCC_CODEGEN_KERNELS_NEST_H

#include "dialects/Kernel/Kernel.h"
#include "megcc/Target.h"

namespace megcc {

/// Builds the loops of `op` at the builder's insertion point: for families of
/// which a nest is one step.
void buildNest(kernel::NestOp op, mlir::OpBuilder &builder,
               const Target &target);

} // namespace megcc

#endif // MEGCC_CODEGEN_KERNELS_NEST_H
