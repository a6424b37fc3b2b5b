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
// A buffer that nothing uses vanishes. An argument with kernel.in_arena becomes
// a view too and is left without a use; kernel.arena_offset says where it lies.
//
// Parts of a buffer may have lifetimes of their own: the halves of a concat are
// alive from when each is written. How the offsets are found:
// ArenaPlanner.h.
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/ArenaPlanner.h"
#include "passes/kernel/Buffers.h"
#include "passes/kernel/Passes.h"

#include <map>

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
    SmallVector<Lifetime> numbers = getLifetimes(*main, isStackNumber);
    std::vector<ArenaBuffer> buffers = getBytes(lifetimes);
    ArenaPlan plan = planArena(buffers, {alignment, effort});
    std::vector<std::string> makers;
    for (const Lifetime &lifetime : lifetimes)
      makers.push_back(getMaker(lifetime.buffer));
    recordLiveBytes(*main, lifetimes, makers);
    recordBuffers(*main, lifetimes, makers, plan);
    OpBuilder atStart = OpBuilder::atBlockBegin(&main->getBody().front());
    if (!numbers.empty()) {
      constexpr int64_t alignment = 16;
      ArenaPlan stack = planArena(getBytes(numbers), {alignment, effort});
      Value base = atStart.create<memref::AllocaOp>(
          main->getLoc(), MemRefType::get({stack.bytes}, atStart.getI8Type()),
          atStart.getI64IntegerAttr(alignment));
      rewriteAllocations(*main, numbers, stack, base);
    }
    rewriteAllocations(*main, lifetimes, plan, addArena(*main, plan.bytes));
    eraseUnusedBuffers(*main);

    Builder builder(&getContext());
    module->setAttr(kArenaBytesAttr, builder.getI64IntegerAttr(plan.bytes));
    module->setAttr(kArenaLowerBoundAttr,
                    builder.getI64IntegerAttr(plan.lowerBound));
    if (printPlan)
      main->emitRemark() << buffers.size() << " buffers in an arena of "
                         << plan.bytes << " bytes, lower bound "
                         << plan.lowerBound << ", by " << plan.method;
  }

  /// The names of a location's nodes.
  static std::string getNodes(Location loc) {
    std::string text;
    loc->walk([&](Location part) {
      if (auto name = dyn_cast<NameLoc>(part)) {
        if (!text.empty())
          text += " + ";
        text += name.getName().str();
        return WalkResult::skip();
      }
      return WalkResult::advance();
    });
    return text.empty() ? "an unnamed operator" : text;
  }

  /// Who uses `buffer` first: the operator that makes it.
  static std::string getMaker(Value buffer) {
    Operation *first = nullptr;
    SmallVector<Value> aliases{buffer};
    for (size_t i = 0; i < aliases.size(); ++i)
      for (Operation *user : aliases[i].getUsers()) {
        if (auto alias = dyn_cast<AliasOp>(user))
          aliases.push_back(alias);
        else if (!first || user->isBeforeInBlock(first))
          first = user;
      }
    std::string nodes = first ? getNodes(first->getLoc()) : "nothing";
    return isa<BlockArgument>(buffer) ? "input or output, at " + nodes : nodes;
  }

  static std::vector<ArenaBuffer> getBytes(ArrayRef<Lifetime> lifetimes) {
    std::vector<ArenaBuffer> buffers;
    for (const Lifetime &lifetime : lifetimes)
      buffers.push_back(lifetime.bytes);
    return buffers;
  }

  /// Says at each kernel how much of the arena is in use, and where it is most.
  void recordLiveBytes(func::FuncOp main, ArrayRef<Lifetime> lifetimes,
                       ArrayRef<std::string> makers) {
    Builder builder(&getContext());
    std::map<int64_t, int64_t> change;
    for (const Lifetime &lifetime : lifetimes)
      for (const ArenaPart &part : getParts(lifetime.bytes)) {
        change[part.first] += part.bytes;
        change[part.last + 1] -= part.bytes;
      }
    int64_t live = 0, most = -1, peak = -1;
    Operation *busiest = nullptr;
    auto next = change.begin();
    for (auto [i, op] : llvm::enumerate(main.getBody().front())) {
      int64_t step = i;
      for (; next != change.end() && next->first <= step; ++next)
        live += next->second;
      if (!isa<KernelOpInterface>(op))
        continue;
      op.setAttr(kLiveBytesAttr, builder.getI64IntegerAttr(live));
      if (live <= most)
        continue;
      most = live;
      peak = step;
      busiest = &op;
    }
    if (!busiest)
      return;
    SmallVector<Attribute> tensors, sizes;
    for (auto [lifetime, maker] : llvm::zip(lifetimes, makers)) {
      int64_t bytes = getLiveBytes({lifetime.bytes}, 1, peak, peak);
      if (bytes == 0)
        continue;
      tensors.push_back(builder.getStringAttr(maker));
      sizes.push_back(builder.getI64IntegerAttr(bytes));
    }
    getOperation()->setAttr(
        kPeakAttr,
        builder.getDictionaryAttr(
            {builder.getNamedAttr("bytes", builder.getArrayAttr(sizes)),
             builder.getNamedAttr(
                 "layer", builder.getStringAttr(getNodes(busiest->getLoc()))),
             builder.getNamedAttr("tensors", builder.getArrayAttr(tensors))}));
  }

  /// Says where the buffers lie and when they are alive.
  void recordBuffers(func::FuncOp main, ArrayRef<Lifetime> lifetimes,
                     ArrayRef<std::string> makers, const ArenaPlan &plan) {
    // Kernels before each operator, and before the end.
    SmallVector<int64_t> kernelsBefore{0};
    for (Operation &op : main.getBody().front())
      kernelsBefore.push_back(kernelsBefore.back() +
                              isa<KernelOpInterface>(op));
    auto count = [&](int64_t step) {
      return kernelsBefore[std::clamp<int64_t>(step, 0,
                                               kernelsBefore.size() - 1)];
    };
    Builder builder(&getContext());
    SmallVector<Attribute> buffers;
    for (auto [lifetime, maker, offset] :
         llvm::zip(lifetimes, makers, plan.offsets)) {
      SmallVector<int64_t> parts;
      for (const ArenaPart &part : getParts(lifetime.bytes))
        parts.append({offset + part.offset, part.bytes, count(part.first),
                      count(part.last + 1) - 1});
      buffers.push_back(builder.getDictionaryAttr(
          {builder.getNamedAttr(
               "bytes", builder.getI64IntegerAttr(lifetime.bytes.bytes)),
           builder.getNamedAttr("name", builder.getStringAttr(maker)),
           builder.getNamedAttr("offset", builder.getI64IntegerAttr(offset)),
           builder.getNamedAttr("parts",
                                builder.getDenseI64ArrayAttr(parts))}));
    }
    getOperation()->setAttr(kBuffersAttr, builder.getArrayAttr(buffers));
  }

  static Value addArena(func::FuncOp main, int64_t bytes) {
    Builder builder(main.getContext());
    unsigned index = main.getNumArguments();
    main.insertArgument(index, MemRefType::get({bytes}, builder.getI8Type()),
                        builder.getDictionaryAttr(builder.getNamedAttr(
                            kArenaAttr, builder.getUnitAttr())),
                        main.getLoc());
    return main.getArgument(index);
  }

  /// Makes the buffers views of `base`.
  void rewriteAllocations(func::FuncOp main, ArrayRef<Lifetime> lifetimes,
                          const ArenaPlan &plan, Value base) {
    OpBuilder builder(&getContext());
    for (auto [lifetime, offset] : llvm::zip(lifetimes, plan.offsets)) {
      Operation *alloc = lifetime.buffer.getDefiningOp();
      if (alloc)
        builder.setInsertionPoint(alloc);
      else
        builder.setInsertionPointToStart(&main.getBody().front());
      auto view = builder.create<ViewOp>(
          lifetime.buffer.getLoc(), lifetime.buffer.getType(), base, offset,
          /*weight=*/FlatSymbolRefAttr());
      Value buffer = lifetime.buffer;
      buffer.replaceAllUsesWith(view);
      if (alloc) {
        alloc->erase();
        continue;
      }
      unsigned port = cast<BlockArgument>(lifetime.buffer).getArgNumber();
      view->setAttr(kPortAttr, builder.getI64IntegerAttr(port));
      main.setArgAttr(port, kArenaOffsetAttr,
                      builder.getI64IntegerAttr(offset));
    }
  }
};

} // namespace
