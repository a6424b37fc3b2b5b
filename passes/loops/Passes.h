//===- Passes.h - Passes of the loop level ----------------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef MEGCC_PASSES_LOOPS_PASSES_H
#define MEGCC_PASSES_LOOPS_PASSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"

namespace megcc::loops {

#define GEN_PASS_DECL
#include "passes/loops/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "passes/loops/Passes.h.inc"

/// Adds what takes expanded kernels to what the C printer accepts, in order.
void buildLoopsToC(mlir::OpPassManager &passes, llvm::StringRef targetName);

/// Makes that pipeline known as `--loops-to-c=target=NAME`.
void registerLoopPipelines();

} // namespace megcc::loops

#endif // MEGCC_PASSES_LOOPS_PASSES_H
