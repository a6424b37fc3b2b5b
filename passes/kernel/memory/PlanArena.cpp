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
// With several memories, `regions=fast=1024,slow=4096`, the arena is a space of
// addresses in which they follow each other, and `kernel.regions` says where
// each begins. Weights that are used often become views of it too
// (RegionPlanner.h).
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/Buffers.h"
#include "passes/kernel/Passes.h"
#include "passes/kernel/Slices.h"
#include "passes/kernel/memory/ArenaPlanner.h"
#include "passes/kernel/memory/Planning.h"
#include "passes/kernel/memory/RegionPlanner.h"
#include "passes/kernel/memory/Traffic.h"

#include <array>
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

    SmallVector<Lifetime> lifetimes = getLifetimes(*main, alignment);
    SmallVector<Lifetime> numbers = getNumberLifetimes(*main);
    ArenaPlan plan;
    if (regions.empty())
      plan = planArena(getBytes(lifetimes), {alignment, effort});
    else if (failed(planInRegions(*main, lifetimes, plan)))
      return signalPassFailure();
    recordLiveBytes(*main, lifetimes);
    recordBuffers(*main, lifetimes, plan);
    if (!numbers.empty()) {
      constexpr int64_t alignment = 16;
      ArenaPlan stack = planArena(getBytes(numbers), {alignment, effort});
      OpBuilder atStart = OpBuilder::atBlockBegin(&main->getBody().front());
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
      main->emitRemark() << lifetimes.size() << " buffers in an arena of "
                         << plan.bytes << " bytes, lower bound "
                         << plan.lowerBound << ", by " << plan.method;
  }

  /// Divides what is alive among the memories; weights that get a place join
  /// `lifetimes`.
  LogicalResult planInRegions(func::FuncOp main,
                              SmallVectorImpl<Lifetime> &lifetimes,
                              ArenaPlan &plan) {
    std::vector<int64_t> capacities;
    for (StringRef region : regions) {
      int64_t capacity;
      if (region.split('=').second.getAsInteger(10, capacity))
        return main.emitError("regions: found '")
               << region << "', expected NAME=BYTES";
      capacities.push_back(capacity);
    }
    size_t buffers = lifetimes.size();
    appendWeights(main, lifetimes);
    llvm::DenseMap<Value, double> traffic = getTraffic(main);
    std::vector<RegionItem> items;
    for (const Lifetime &lifetime : lifetimes) {
      RegionItem &item = items.emplace_back();
      item.buffer = lifetime.bytes;
      item.isOptional = items.size() > buffers;
      item.traffic = traffic.lookup(lifetime.buffer);
      for (auto [member, offset] : lifetime.members)
        item.traffic += traffic.lookup(member);
    }
    RegionPlan found = planRegions(items, capacities, {alignment, effort});
    plan = {{}, found.totalBytes, found.lowerBound, "regions"};
    SmallVector<Lifetime> placed;
    for (auto [lifetime, offset] : llvm::zip(lifetimes, found.offsets)) {
      if (!offset)
        continue;
      placed.push_back(std::move(lifetime));
      plan.offsets.push_back(*offset);
    }
    lifetimes = std::move(placed);
    recordRegions(found, capacities);
    return success();
  }

  /// All weights, each with the views of it.
  static void appendWeights(func::FuncOp main,
                            SmallVectorImpl<Lifetime> &lifetimes) {
    int64_t endStep = Timeline(main).endStep;
    llvm::MapVector<Attribute, Lifetime> weights;
    for (auto view : main.getBody().getOps<ViewOp>()) {
      if (!view.getWeight())
        continue;
      Lifetime &lifetime = weights[view.getWeightAttr()];
      if (lifetime.buffer) {
        lifetime.members.emplace_back(view, 0);
        continue;
      }
      lifetime.buffer = view;
      lifetime.bytes = {getSpanBytes(cast<MemRefType>(view.getType())),
                        /*first=*/-1, endStep};
    }
    for (auto &[name, lifetime] : weights)
      lifetimes.push_back(std::move(lifetime));
  }

  void recordRegions(const RegionPlan &plan, ArrayRef<int64_t> capacities) {
    Builder builder(&getContext());
    auto number = [&](StringRef name, int64_t value) {
      return builder.getNamedAttr(name, builder.getI64IntegerAttr(value));
    };
    SmallVector<Attribute> attributes;
    for (size_t i = 0; i < capacities.size(); ++i) {
      StringRef name = StringRef(regions[i]).split('=').first;
      attributes.push_back(builder.getDictionaryAttr(
          {number("base", plan.bases[i]), number("bytes", plan.bytes[i]),
           number("capacity", capacities[i]),
           builder.getNamedAttr("name", builder.getStringAttr(name))}));
    }
    getOperation()->setAttr(kRegionsAttr, builder.getArrayAttr(attributes));
  }

  /// Who uses `buffer` first: the operator that makes it.
  static std::string getMaker(Value buffer, func::FuncOp main) {
    // In @main or, of the first stream, in its body.
    auto isBefore = [&](Operation *a, Operation *b) {
      for (Block *block = &main.getBody().front();;) {
        Operation *x = block->findAncestorOpInBlock(*a);
        Operation *y = block->findAncestorOpInBlock(*b);
        if (x != y)
          return x->isBeforeInBlock(y);
        if (x == a || x == b || x->getNumRegions() == 0)
          return false;
        block = &x->getRegion(0).front();
      }
    };
    Operation *first = nullptr;
    SmallVector<Value> aliases{buffer};
    for (size_t i = 0; i < aliases.size(); ++i)
      for (Operation *user : aliases[i].getUsers()) {
        if (auto alias = dyn_cast<AliasOp>(user))
          aliases.push_back(alias);
        else if (!first || isBefore(user, first))
          first = user;
      }
    std::string nodes = first ? getNodeNames(first->getLoc()) : "nothing";
    return isa<BlockArgument>(buffer) ? "input or output, at " + nodes : nodes;
  }

  static std::string getName(const Lifetime &lifetime, func::FuncOp main) {
    return lifetime.buffer ? getMaker(lifetime.buffer, main)
                           : "rows that are read at once";
  }

  static std::vector<ArenaBuffer> getBytes(ArrayRef<Lifetime> lifetimes) {
    std::vector<ArenaBuffer> buffers;
    for (const Lifetime &lifetime : lifetimes)
      buffers.push_back(lifetime.bytes);
    return buffers;
  }

  /// Says at each kernel how much of the arena is in use; of a stream, at most.
  void recordLiveBytes(func::FuncOp main, ArrayRef<Lifetime> lifetimes) {
    Builder builder(&getContext());
    std::map<int64_t, int64_t> change;
    for (const Lifetime &lifetime : lifetimes)
      for (const ArenaPart &part : getParts(lifetime.bytes)) {
        change[part.first] += part.bytes;
        change[part.last + 1] -= part.bytes;
      }
    Timeline timeline(main);
    int64_t live = 0, most = -1;
    Operation *busiest = nullptr;
    auto next = change.begin();
    for (Operation &op : main.getBody().front()) {
      auto [first, last] = timeline.steps[&op];
      for (; next != change.end() && next->first <= first; ++next)
        live += next->second;
      int64_t largest = live;
      for (; next != change.end() && next->first <= last; ++next) {
        live += next->second;
        largest = std::max(largest, live);
      }
      if (!isa<KernelOpInterface, StreamOp>(op))
        continue;
      IntegerAttr bytes = builder.getI64IntegerAttr(largest);
      op.setAttr(kLiveBytesAttr, bytes);
      if (auto stream = dyn_cast<StreamOp>(op))
        for (Operation *kernel : getKernels(stream))
          kernel->setAttr(kLiveBytesAttr, bytes);
      if (largest <= most)
        continue;
      most = largest;
      busiest = &op;
    }
    if (busiest)
      recordPeak(main, lifetimes, busiest, timeline.steps[busiest]);
  }

  /// Says what is alive at the operator that needs most.
  void recordPeak(func::FuncOp main, ArrayRef<Lifetime> lifetimes,
                  Operation *busiest, std::pair<int64_t, int64_t> steps) {
    Builder builder(&getContext());
    SmallVector<Attribute> tensors, sizes;
    for (const Lifetime &lifetime : lifetimes) {
      int64_t bytes =
          getLiveBytes({lifetime.bytes}, 1, steps.first, steps.second);
      if (bytes == 0)
        continue;
      tensors.push_back(builder.getStringAttr(getName(lifetime, main)));
      sizes.push_back(builder.getI64IntegerAttr(bytes));
    }
    getOperation()->setAttr(
        kPeakAttr,
        builder.getDictionaryAttr(
            {builder.getNamedAttr("bytes", builder.getArrayAttr(sizes)),
             builder.getNamedAttr("layer", builder.getStringAttr(getNodeNames(
                                               busiest->getLoc()))),
             builder.getNamedAttr("tensors", builder.getArrayAttr(tensors))}));
  }

  /// Says where the buffers lie and when they are alive.
  void recordBuffers(func::FuncOp main, ArrayRef<Lifetime> lifetimes,
                     const ArenaPlan &plan) {
    // The kernel that runs at each step; those of a stream follow each other
    // there as if each had a share of its ticks.
    Timeline timeline(main);
    std::map<int64_t, std::array<int64_t, 3>> kernelAt;
    int64_t kernels = 0;
    for (Operation &op : main.getBody().front()) {
      auto [first, last] = timeline.steps[&op];
      int64_t inside = isa<KernelOpInterface>(op);
      if (auto stream = dyn_cast<StreamOp>(op))
        inside = getKernels(stream).size();
      kernelAt[first] = {kernels, inside, last - first + 1};
      kernels += inside;
    }
    kernelAt[timeline.endStep] = {kernels, 0, 1};
    auto count = [&](int64_t step) {
      step = std::clamp<int64_t>(step, 0, timeline.endStep);
      auto [first, numbers] = *std::prev(kernelAt.upper_bound(step));
      auto [before, inside, length] = numbers;
      return before + (step - first) * inside / length;
    };
    Builder builder(&getContext());
    SmallVector<Attribute> buffers;
    for (auto [lifetime, offset] : llvm::zip(lifetimes, plan.offsets)) {
      SmallVector<int64_t> parts;
      for (const ArenaPart &part : getParts(lifetime.bytes)) {
        int64_t first = count(part.first);
        int64_t last = std::max(first, count(part.last + 1) - 1);
        size_t size = parts.size();
        if (size && parts[size - 4] + parts[size - 3] == offset + part.offset &&
            parts[size - 2] == first && parts[size - 1] == last)
          parts[size - 3] += part.bytes;
        else
          parts.append({offset + part.offset, part.bytes, first, last});
      }
      buffers.push_back(builder.getDictionaryAttr(
          {builder.getNamedAttr(
               "bytes", builder.getI64IntegerAttr(lifetime.bytes.bytes)),
           builder.getNamedAttr("name",
                                builder.getStringAttr(getName(lifetime, main))),
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
    auto place = [&](Value buffer, int64_t offset) {
      Operation *alloc = buffer.getDefiningOp();
      if (alloc)
        builder.setInsertionPoint(alloc);
      else
        builder.setInsertionPointToStart(&main.getBody().front());
      FlatSymbolRefAttr weight;
      if (auto old = dyn_cast_or_null<ViewOp>(alloc))
        weight = old.getWeightAttr();
      auto view = builder.create<ViewOp>(buffer.getLoc(), buffer.getType(),
                                         base, offset, weight);
      buffer.replaceAllUsesWith(view);
      if (alloc) {
        alloc->erase();
        return;
      }
      unsigned port = cast<BlockArgument>(buffer).getArgNumber();
      view->setAttr(kPortAttr, builder.getI64IntegerAttr(port));
      main.setArgAttr(port, kArenaOffsetAttr,
                      builder.getI64IntegerAttr(offset));
    };
    for (auto [lifetime, offset] : llvm::zip(lifetimes, plan.offsets)) {
      if (lifetime.buffer)
        place(lifetime.buffer, offset);
      for (auto [member, memberOffset] : lifetime.members)
        place(member, offset + memberOffset);
    }
  }
};

} // namespace
