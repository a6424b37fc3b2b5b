//===- Gemm.h - The loops of kernel.gemm inside others ----------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_KERNELS_GEMM_H
#define MEGCC_CODEGEN_KERNELS_GEMM_H

#include "codegen/kernels/LoopBuilder.h"
#include "dialects/Kernel/Kernel.h"
#include "megcc/Target.h"

namespace megcc {

/// Builds the loops of `op` at the insertion point of `loops`: for families of
/// which a contraction is one step.
void buildGemm(kernel::GemmOp op, LoopBuilder &loops, const Target &target);

} // namespace megcc

#endif // MEGCC_CODEGEN_KERNELS_GEMM_H
