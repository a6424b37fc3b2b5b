//===- FindPlan.h - The cheapest plan that meets a budget -------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a technique saves is known only once all of planning has run, so plans
// are tried out: first those that compute nothing twice, then all others, of
// which the one with the fewest extra multiply-accumulates is taken.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_DRIVER_FINDPLAN_H
#define MEGCC_LIB_DRIVER_FINDPLAN_H

#include "megcc/Compiler.h"

namespace megcc {

/// The arena and the caller's buffers of a planned module.
int64_t getBufferBytes(mlir::ModuleOp module);

/// The multiply-accumulates of a planned module, down to Level::Kernel or
/// below, and those among them that are not the model's.
struct PlannedMacs {
  int64_t all = 0, extra = 0;
};
PlannedMacs getPlannedMacs(mlir::ModuleOp module);

/// `imported` compiled down to `level` with what costs least of what meets
/// `choices.memoryBudget`, `context` bytes of which are taken already. If
/// nothing meets it, with what needs least; without a budget with what the
/// user named. `configure` as for compileModule.
mlir::FailureOr<mlir::OwningOpRef<mlir::ModuleOp>> findPlan(
    mlir::ModuleOp imported, const Target &target, Level level,
    const CompileOptions &choices, int64_t context,
    llvm::function_ref<mlir::LogicalResult(mlir::PassManager &)> configure =
        nullptr);

} // namespace megcc

#endif // MEGCC_LIB_DRIVER_FINDPLAN_H
