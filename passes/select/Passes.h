//===- Passes.h - From nn to kernel -----------------------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_SELECT_PASSES_H
#define MEGCC_PASSES_SELECT_PASSES_H

#include "mlir/Pass/Pass.h"
#include <memory>
#include <string>

namespace megcc {
#define GEN_PASS_DECL
#include "passes/select/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "passes/select/Passes.h.inc"
} // namespace megcc

#endif // MEGCC_PASSES_SELECT_PASSES_H
