//===- Passes.h - Emission as a pass ----------------------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_PACKAGE_PASSES_H
#define MEGCC_CODEGEN_PACKAGE_PASSES_H

#include "codegen/package/Package.h"
#include "mlir/Pass/Pass.h"

namespace megcc {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "codegen/package/Passes.h.inc"
} // namespace megcc

#endif // MEGCC_CODEGEN_PACKAGE_PASSES_H
