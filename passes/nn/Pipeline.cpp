//===- Pipeline.cpp - The passes on the nn level in their order -----------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/nn/Passes.h"

#include "mlir/Transforms/Passes.h"

using namespace mlir;

/// Folders, canonicalisations, common subexpressions, dead code.
static void addCleanup(OpPassManager &pm) {
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

void megcc::nn::buildNNPipeline(OpPassManager &pm, llvm::StringRef target,
                                const PipelineOptions &options) {
  OpPassManager &function = pm.nest<func::FuncOp>();

  // Front ends leave shape arithmetic; folding it makes parameters of patterns
  // below constant.
  function.addPass(createFoldConstants());
  addCleanup(function);

  // While each is in one piece.
  function.addPass(createRecognizeOps());

  // Scales go into weights while they still follow their contraction, and while
  // transposed convolutions are one operator.
  function.addPass(createFoldBatchNorm());

  // What is left of the rarer operators becomes common ones, whose weights and
  // scales are computed here and whose pads are merged below.
  function.addPass(createDecomposeOps());
  function.addPass(createFoldConstants());

  // Before pads: a transpose may stand between a pad and its convolution.
  function.addPass(createSinkTransposes());
  function.addPass(createFoldPad());

  // Transposed constants, and products that now follow a contraction.
  function.addPass(createFoldConstants());
  function.addPass(createFoldBatchNorm());
  addCleanup(function);

  // When all weights have their values, which are then rounded once.
  if (options.precision != "f32") {
    function.addPass(createStoreHalf({options.precision}));
    function.addPass(createFoldConstants());
    addCleanup(function);
  }

  // Before fusion, so that a region has one layout throughout.
  AssignLayoutsOptions layouts;
  layouts.targetName = target.str();
  layouts.blocked = options.blocked;
  function.addPass(createAssignLayouts(layouts));
  if (options.separateResizes)
    function.addPass(createSeparateResizes({target.str()}));
  addCleanup(function);

  // Last, as no pattern above looks into regions.
  // What a group reads is all alive at one time, and can't be made one after
  // the other.
  FuseEpiloguesOptions fuse;
  fuse.maxTensors = options.saveMemory ? 2 : 0;
  function.addPass(createFuseEpilogues(fuse));

  // What could not follow an operator may precede the next.
  if (options.prologues)
    function.addPass(createFusePrologues());
  addCleanup(function);
}
