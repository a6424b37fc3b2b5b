//===- Planning.h - Trying plans out ----------------------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the passes that choose among plans share: what a plan really needs is
// known only once the passes after it have run, so they run on a copy.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_KERNEL_MEMORY_PLANNING_H
#define MEGCC_PASSES_KERNEL_MEMORY_PLANNING_H

#include "mlir/Pass/PassManager.h"
#include "passes/kernel/Buffers.h"
#include "passes/kernel/memory/StepGraph.h"

#include <optional>

namespace megcc::kernel {

/// On a module in which nothing is computed again, though rows would be planned
/// for that: such a plan was made before, and need not be as small once more.
constexpr llvm::StringLiteral kNothingAgainAttr = "kernel.nothing_again";

/// What is done after the kernels of @main have their sequence.
struct LaterPlanning {
  /// Buffers share bytes.
  bool alias = true;
  /// Kernels take turns, to bring arena and the caller's buffers down to so
  /// many bytes.
  std::optional<int64_t> rowsBudget;
  /// Not all that rows can do is tried.
  bool estimates = false;
};

/// The passes that do it.
void buildPlanningPipeline(mlir::OpPassManager &pm, const LaterPlanning &later);

/// The order that the graph has.
std::vector<unsigned> getGivenOrder(const StepGraph &graph);

/// The largest sum of live bytes if the kernels of @main run in `sequence`.
mlir::FailureOr<int64_t> getPlannedBytes(mlir::func::FuncOp main,
                                         const std::vector<unsigned> &sequence,
                                         const LaterPlanning &later);

/// The names of a location's nodes; of very many the first and the last.
std::string getNodeNames(mlir::Location loc);

/// Adds a line to what the module says was done to need less memory.
void addDecision(mlir::ModuleOp module, llvm::StringRef decision);

} // namespace megcc::kernel

#endif // MEGCC_PASSES_KERNEL_MEMORY_PLANNING_H
