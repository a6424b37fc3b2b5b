//===- PlanArena.cpp - Give every buffer of @main a place in the arena ----===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Before:
//
//   func.func @main(%x: memref<256xf32>, %y: memref<256xf32>) {
//     %a = memref.alloc() : memref<256xf32>
//     %b = memref.alloc() : memref<256xf32>
//     %c = memref.alloc() : memref<256xf32>
//     kernel.nest "exp" ... ins(%x ...) outs(%a ...)
//     kernel.nest "exp" ... ins(%a ...) outs(%b ...)
//     kernel.nest "exp" ... ins(%b ...) outs(%c ...)
//     kernel.nest "exp" ... ins(%c ...) outs(%y ...)
//
// After: %c takes the place of %a, which is dead when %c is first written.
//
//   module attributes {kernel.arena_bytes = 2048,
//                      kernel.arena_lower_bound = 2048}
//   func.func @main(%x: memref<256xf32>, %y: memref<256xf32>,
//                   %arena: memref<2048xi8> {kernel.arena}) {
//     %a = kernel.view %arena[0] : memref<2048xi8> to memref<256xf32>
//     %b = kernel.view %arena[1024] : memref<2048xi8> to memref<256xf32>
//     %c = kernel.view %arena[0] : memref<2048xi8> to memref<256xf32>
//     kernel.nest "exp" ... {kernel.live_bytes = 1024 : i64}
//     ...
//
// A buffer that nothing uses vanishes. How the offsets are found:
// ArenaPlanner.h.
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/ArenaPlanner.h"
#include "passes/kernel/Buffers.h"
#include "passes/kernel/Passes.h"

namespace megcc::kernel {
#define GEN_PASS_DEF_PLANARENA
#include "passes/kernel/Passes.h.inc"
} // namespace megcc::kernel

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

namespace {

struct PlanArena : kernel::impl::PlanArenaBase<PlanArena> {
  using PlanArenaBase::PlanArenaBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    FailureOr<func::FuncOp> main = getMain(module);
    if (failed(main))
      return signalPassFailure();

    SmallVector<Lifetime> lifetimes = getLifetimes(*main);
    std::vector<ArenaBuffer> buffers;
    for (const Lifetime &lifetime : lifetimes) {
      auto type = cast<MemRefType>(lifetime.buffer.getType());
      buffers.push_back({getSpanBytes(type), lifetime.first, lifetime.last});
    }
    ArenaPlan plan = planArena(buffers, {alignment, effort});
    recordLiveBytes(*main, buffers);
    rewriteAllocations(*main, lifetimes, plan);

    Builder builder(&getContext());
    module->setAttr(kArenaBytesAttr, builder.getI64IntegerAttr(plan.bytes));
    module->setAttr(kArenaLowerBoundAttr,
                    builder.getI64IntegerAttr(plan.lowerBound));
    if (printPlan)
      main->emitRemark() << buffers.size() << " buffers in an arena of "
                         << plan.bytes << " bytes, lower bound "
                         << plan.lowerBound << ", by " << plan.method;
  }

  /// Says at each kernel how much of the arena is in use.
  void recordLiveBytes(func::FuncOp main, ArrayRef<ArenaBuffer> buffers) {
    Builder builder(&getContext());
    for (auto [step, op] : llvm::enumerate(main.getBody().front())) {
      if (!isa<KernelOpInterface>(op))
        continue;
      int64_t live = 0;
      for (const ArenaBuffer &buffer : buffers)
        if (buffer.first <= int64_t(step) && int64_t(step) <= buffer.last)
          live += buffer.bytes;
      op.setAttr(kLiveBytesAttr, builder.getI64IntegerAttr(live));
    }
  }

  void rewriteAllocations(func::FuncOp main, ArrayRef<Lifetime> lifetimes,
                          const ArenaPlan &plan) {
    OpBuilder builder(&getContext());
    auto arenaType = MemRefType::get({plan.bytes}, builder.getI8Type());
    unsigned index = main.getNumArguments();
    main.insertArgument(index, arenaType,
                        builder.getDictionaryAttr(builder.getNamedAttr(
                            kArenaAttr, builder.getUnitAttr())),
                        main.getLoc());
    Value arena = main.getArgument(index);

    for (auto [lifetime, offset] : llvm::zip(lifetimes, plan.offsets)) {
      Operation *alloc = lifetime.buffer.getDefiningOp();
      builder.setInsertionPoint(alloc);
      auto view = builder.create<ViewOp>(
          alloc->getLoc(), lifetime.buffer.getType(), arena, offset,
          /*weight=*/FlatSymbolRefAttr());
      alloc->replaceAllUsesWith(view);
      alloc->erase();
    }
    eraseUnusedBuffers(main);
  }
};

} // namespace
