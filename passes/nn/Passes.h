//===- Passes.h - Passes on the nn level ------------------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What each pass does is in Passes.td; how the IR looks before and after it, in
// the file of its name. The order in which they run is buildNNPipeline's.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_NN_PASSES_H
#define MEGCC_PASSES_NN_PASSES_H

#include "dialects/NN/NN.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"

namespace megcc::nn {

#define GEN_PASS_DECL
#include "passes/nn/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "passes/nn/Passes.h.inc"

struct PipelineOptions {
  /// Of what contractions multiply: f32, bf16 or f16.
  std::string precision = "f32";
  /// Whether no fusion makes many tensors be alive at one time.
  bool saveMemory = false;
  /// Whether elementwise operators may run inside the contraction that reads
  /// them.
  bool prologues = true;
  /// Whether interpolations may go through one dimension after the other, with
  /// a tensor between.
  bool separateResizes = true;
  /// The nodes that keep blocks of channels, as their algorithm needs them.
  std::vector<std::string> blocked;
};

/// All passes on the nn level, in their order, for the target of that name.
void buildNNPipeline(mlir::OpPassManager &pm, llvm::StringRef target,
                     const PipelineOptions &options = {});

} // namespace megcc::nn

#endif // MEGCC_PASSES_NN_PASSES_H
