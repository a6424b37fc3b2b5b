//===- ExpandKernels.cpp - Replace each kernel by its loops ---------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Before:
//   func.func private @relu_f32_64(%x: memref<64xf32>, %y: memref<64xf32>) {
//     kernel.nest "relu" extents [64] ins(%x : ...) outs(%y : ...) ...
//
// After, for a target with vectors of 16 floats:
//   func.func private @relu_f32_64(%x: memref<64xf32>, %y: memref<64xf32>) {
//     scf.for %i = %c0 to %c4 step %c1 {
//       %0 = arith.muli %i, %c16
//       %1 = vector.load %x[%0]
//       %2 = arith.maximumf %1, %zero
//       vector.store %2, %y[%0]
//
//===----------------------------------------------------------------------===//

#include "dialects/Kernel/Kernel.h"
#include "megcc/Target.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Transforms/CSE.h"
#include "mlir/Transforms/LoopInvariantCodeMotionUtils.h"
#include "passes/kernel/Passes.h"

namespace megcc::kernel {
#define GEN_PASS_DEF_EXPANDKERNELS
#include "passes/kernel/Passes.h.inc"
} // namespace megcc::kernel

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

namespace {

struct ExpandKernels : kernel::impl::ExpandKernelsBase<ExpandKernels> {
  using ExpandKernelsBase::ExpandKernelsBase;

  void runOnOperation() override {
    llvm::Expected<Target> target = lookupTarget(targetName);
    if (!target) {
      getOperation().emitError(llvm::toString(target.takeError()));
      return signalPassFailure();
    }

    SmallVector<KernelFamilyInterface> families;
    // A chain expands what it consists of.
    getOperation().walk([&](KernelFamilyInterface family) {
      if (!isa<ChainOp>(family->getParentOp()))
        families.push_back(family);
    });
    for (KernelFamilyInterface family : families) {
      OpBuilder builder(family);
      if (failed(family.expand(builder, *target)))
        return signalPassFailure();
      family->erase();
    }
    if (families.empty())
      return;

    // Inner loops first, so that what leaves one may leave the next.
    getOperation().walk(
        [](LoopLikeOpInterface loop) { moveLoopInvariantCode(loop); });
    IRRewriter rewriter(&getContext());
    DominanceInfo dominance(getOperation());
    eliminateCommonSubExpressions(rewriter, dominance, getOperation());
  }
};

} // namespace
