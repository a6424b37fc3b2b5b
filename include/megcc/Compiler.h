//===- Compiler.h - megcc as a library --------------------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_COMPILER_H
#define MEGCC_COMPILER_H

#include "megcc/Target.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace megcc {

/// The levels of the compiler, in order; the words of --stop-after.
enum class Level {
  NN,     ///< optimised operators on tensors
  Kernel, ///< planned kernels on buffers
  Loops,  ///< loops, proven to stay inside their buffers
  C       ///< what the C printer accepts
};

/// What may be done to need less memory; the words of --plan.
struct PlanTechniques {
  /// Operators run in the order that needs least.
  bool order = true;
  /// Buffers share bytes: results in place of inputs, parts of a concat where
  /// the concat has them, padding in the buffer that it pads.
  bool alias = true;
  /// Kernels take turns, with a few rows of what is between them: if a budget
  /// asks for it, or if it is named.
  bool rows = true;
  /// Layers run patch by patch, with halos computed again: if a budget asks for
  /// it, or if it is named.
  bool patches = true;
  /// Tensors are dropped and computed again, where a budget asks for it.
  bool recompute = true;
};

/// A memory of the device.
struct MemoryRegion {
  std::string name; ///< a C identifier
  int64_t bytes;
};

/// How far layers that run patch by patch are to bring memory down.
struct PatchAim {
  /// Estimated bytes of tensors at once; 0 for as few as can be.
  int64_t bytes = 0;
  /// Percent by which the fewest may be exceeded to compute less.
  unsigned slack = 0;
};

/// What the user may decide about how a model is computed.
struct CompileOptions {
  /// Kernels for which little code counts as much as few cycles.
  bool small = false;
  /// What convolutions and matrix products of f32 multiply: f32, or rounded to
  /// bf16 or f16. Sums stay f32.
  std::string precision = "f32";
  /// Only algorithms whose rounding errors are those of plain sums.
  bool exact = false;
  /// NODE=ALGORITHM for single convolutions: winograd2, winograd4, winograd6 or
  /// gemm.
  std::vector<std::string> algorithms;
  /// Where not 0, kernels run in parts of at least so many operations, for
  /// threads to share.
  int64_t partWork = 0;
  /// Inputs and outputs lie in the arena; their bytes are used again once they
  /// are dead.
  bool ioInArena = false;
  PlanTechniques plan;
  /// The memories that the arena may consist of, the fastest first; nothing if
  /// it is one of any size.
  std::vector<MemoryRegion> regions;
  /// Kernels run row by row, as far as that brings the arena and the caller's
  /// buffers down to so many bytes; not at all if there is no number.
  std::optional<int64_t> rowsBudget;
  /// Whether layers may run patch by patch, and how those of one plan do.
  bool mayPatch = false;
  std::optional<PatchAim> patches;
  /// Kernels with rows in common may become one that takes slices of them.
  bool chains = true;
  /// Bytes that the arena and the caller's inputs and outputs may take; 0 for
  /// as many as it takes without computing anything twice.
  int64_t memoryBudget = 0;
  /// Where not 0, how long the searches for a plan may take; otherwise they are
  /// bounded in steps, so that a plan is the same on every machine.
  double planSeconds = 0;
  /// The module is to say what no plan can do without.
  bool boundsMemory = false;
  /// The module is to say all that a certificate needs.
  bool certificate = false;
};

/// Registers every dialect and kernel family of megcc.
void registerDialects(mlir::DialectRegistry &registry);

/// Registers every pass of the pipeline, so that options can name it.
void registerPasses();

/// A context with all of megcc's dialects; single-threaded, so that memory and
/// output do not depend on the machine.
std::unique_ptr<mlir::MLIRContext> createContext();

/// All passes from an imported model to `level`, for `target`.
void buildPipeline(mlir::OpPassManager &pm, const Target &target, Level level,
                   const CompileOptions &options = {});

/// The passes that take a planned module (Level::Kernel) on to `level`.
void buildLowering(mlir::OpPassManager &pm, const Target &target, Level level,
                   const CompileOptions &options = {});

/// Runs the pipeline on an imported `module` in place. `configure`, where
/// given, sees the pass manager first (printing, timing). Errors go to the
/// context's diagnostic handlers.
mlir::LogicalResult compileModule(
    mlir::ModuleOp module, const Target &target, Level level,
    const CompileOptions &options = {},
    llvm::function_ref<mlir::LogicalResult(mlir::PassManager &)> configure =
        nullptr);

/// The two parts of the way to Level::Kernel: which kernels run when, and where
/// everything lies. Chains are part of the second.
mlir::LogicalResult planModule(
    mlir::ModuleOp module, const Target &target, const CompileOptions &options,
    llvm::function_ref<mlir::LogicalResult(mlir::PassManager &)> configure =
        nullptr);
mlir::LogicalResult placeModule(
    mlir::ModuleOp module, const Target &target, const CompileOptions &options,
    llvm::function_ref<mlir::LogicalResult(mlir::PassManager &)> configure =
        nullptr);

/// The same for a planned module and the rest of the pipeline.
mlir::LogicalResult lowerModule(
    mlir::ModuleOp module, const Target &target, Level level,
    const CompileOptions &options = {},
    llvm::function_ref<mlir::LogicalResult(mlir::PassManager &)> configure =
        nullptr);

} // namespace megcc

#endif // MEGCC_COMPILER_H
