//===- GemmGroups.h - Rows that stay near -----------------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_KERNELS_GEMMGROUPS_H
#define MEGCC_CODEGEN_KERNELS_GEMMGROUPS_H

#include "dialects/Kernel/Kernel.h"
#include "megcc/Target.h"

namespace megcc {

/// How often the rows of `op` are cut into groups (Goto & van de Geijn 2008).
int64_t chooseGemmGroups(kernel::GemmOp op, const Target &target);

} // namespace megcc

#endif // MEGCC_CODEGEN_KERNELS_GEMMGROUPS_H
