//===- Passes.cpp - The pipeline of the loop level ------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/loops/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace megcc;
using namespace mlir;

void loops::buildLoopsToC(OpPassManager &passes, llvm::StringRef targetName) {
  // Before anything is rewritten: what is proven is what the families built.
  passes.addNestedPass<func::FuncOp>(createProveBounds());
  passes.addPass(createLowerReductions());
  passes.addPass(createLowerMath({targetName.str()}));
  // After the functions of mathematics, which f16 computes in f32 as well.
  passes.addPass(createWidenHalf({targetName.str()}));
  passes.addPass(createDefineArithmetic({targetName.str()}));
  passes.addNestedPass<func::FuncOp>(createCSEPass());
  passes.addPass(createLegalizeForC());
}

namespace {
struct LoopsToCOptions : PassPipelineOptions<LoopsToCOptions> {
  Option<std::string> target{*this, "target", llvm::cl::desc("The target"),
                             llvm::cl::init("native")};
};
} // namespace

void loops::registerLoopPipelines() {
  PassPipelineRegistration<LoopsToCOptions>(
      "loops-to-c", "Everything between expanded kernels and the C printer",
      [](OpPassManager &passes, const LoopsToCOptions &options) {
        buildLoopsToC(passes, options.target);
      });
}
