//===- FindPlan.cpp - The cheapest plan that meets a budget ---------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Driver/FindPlan.h"
#include "dialects/Kernel/Kernel.h"
#include "dialects/Kernel/PlanAttributes.h"
#include "lib/Driver/StreamedInputs.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace megcc {

static int64_t getNumber(ModuleOp module, llvm::StringRef attribute) {
  auto number = module->getAttrOfType<IntegerAttr>(attribute);
  return number ? number.getInt() : 0;
}

int64_t getBufferBytes(ModuleOp module) {
  int64_t bytes = getNumber(module, kernel::kArenaBytesAttr);
  auto main = module.lookupSymbol<func::FuncOp>("main");
  for (unsigned i = 0; main && i < main.getNumArguments(); ++i) {
    auto type = dyn_cast<MemRefType>(main.getArgumentTypes()[i]);
    if (type && !main.getArgAttr(i, kernel::kArenaAttr) &&
        !main.getArgAttr(i, kernel::kWeightsAttr) &&
        !main.getArgAttr(i, kernel::kArenaOffsetAttr) &&
        !main.getArgAttr(i, kernel::kStreamedAttr))
      bytes += kernel::getSpanBytes(type);
  }
  return bytes;
}

PlannedMacs getPlannedMacs(ModuleOp module) {
  PlannedMacs macs;
  macs.extra = getNumber(module, kernel::kHaloMacsAttr);
  if (auto main = module.lookupSymbol<func::FuncOp>("main"))
    main.walk([&](func::CallOp call) {
      auto number = call->getAttrOfType<IntegerAttr>(kernel::kMacsAttr);
      if (!number)
        return;
      macs.all += number.getInt();
      if (call->hasAttr(kernel::kRepeatedAttr))
        macs.extra += number.getInt();
    });
  return macs;
}

namespace {

class PlanFinder {
public:
  PlanFinder(ModuleOp imported, const Target &target,
             const CompileOptions &choices, int64_t context,
             llvm::function_ref<LogicalResult(PassManager &)> configure)
      : imported(imported), target(target), choices(choices),
        budget(choices.memoryBudget == 0
                   ? 0
                   : std::max<int64_t>(choices.memoryBudget - context, 1)),
        goal(budget), configure(configure) {
    for (const MemoryRegion &region : choices.regions)
      goal += region.bytes;
  }

  FailureOr<OwningOpRef<ModuleOp>> compile(Level level,
                                           const CompileOptions &options);
  /// Finds the best plan.
  LogicalResult find();
  FailureOr<OwningOpRef<ModuleOp>> takeBest(Level level);

private:
  struct Plan {
    CompileOptions options;
    OwningOpRef<ModuleOp> module;
    /// Those beyond the budget and the memories; those of all buffers, without
    /// either.
    int64_t excess = 0;
    int64_t extraMacs = 0;
    bool hasPatches = false;
  };
  /// What came of an attempt.
  struct Trial {
    int64_t excess;
    bool hasPatches, isReordered, hasSmallestRows, hasChains;
  };

  int64_t getExcess(ModuleOp module) const;
  /// Of what fits, what computes least; of what doesn't, what exceeds least.
  bool isBetter(const Plan &plan) const;
  /// Plans, and keeps the plan if it is the best so far.
  FailureOr<Trial> tryOut(const CompileOptions &options);
  /// The same where it is known what runs when.
  FailureOr<Trial> place(OwningOpRef<ModuleOp> module,
                         const CompileOptions &options);
  /// Whether no plan can meet the budget, patches left aside.
  bool isHopeless() const;
  /// Whether the order found is another one than the model's.
  FailureOr<bool> isReordered(const CompileOptions &options);
  LogicalResult tryAll();
  LogicalResult tryRows(bool reorders);
  LogicalResult tryRecomputation();
  LogicalResult tryPatches();

  /// The order of the model and nothing that costs, to begin with.
  CompileOptions getPlainOptions() const;

  ModuleOp imported;
  const Target &target;
  CompileOptions choices;
  /// What may be used at most, if not 0; what the passes that need a number aim
  /// at.
  int64_t budget, goal;
  llvm::function_ref<LogicalResult(PassManager &)> configure;
  /// Multiply-accumulates of the plan that computes nothing twice.
  int64_t plainMacs = 0;
  /// What is not in the arena.
  int64_t callersBytes = 0;
  std::optional<Plan> best;
  /// Whether a plan has kernels by Winograd's algorithm.
  bool hasWinograd = false;
  DictionaryAttr bound;
};

} // namespace

FailureOr<OwningOpRef<ModuleOp>>
PlanFinder::compile(Level level, const CompileOptions &options) {
  OwningOpRef<ModuleOp> module(imported.clone());
  if (failed(compileModule(*module, target, level, options, configure)))
    return failure();
  return module;
}

int64_t PlanFinder::getExcess(ModuleOp module) const {
  int64_t bytes = getBufferBytes(module);
  if (goal == 0)
    return bytes;
  int64_t excess = budget == 0 ? 0 : std::max<int64_t>(0, bytes - budget);
  if (auto regions = module->getAttrOfType<ArrayAttr>(kernel::kRegionsAttr))
    for (auto region : regions.getAsRange<DictionaryAttr>())
      excess += std::max<int64_t>(
          0, region.getAs<IntegerAttr>("bytes").getInt() -
                 region.getAs<IntegerAttr>("capacity").getInt());
  return excess;
}

bool PlanFinder::isBetter(const Plan &plan) const {
  return !best || std::pair(plan.excess, plan.extraMacs) <
                      std::pair(best->excess, best->extraMacs);
}

/// What no plan can do without, if kernels are these or those that gave
/// `bound`.
static DictionaryAttr getSmaller(DictionaryAttr bound, ModuleOp module) {
  auto bytes = [](DictionaryAttr bound) {
    return bound.getAs<IntegerAttr>("bytes").getInt();
  };
  auto other = module->getAttrOfType<DictionaryAttr>(kernel::kPlanBoundAttr);
  return !bound || (other && bytes(other) < bytes(bound)) ? other : bound;
}

FailureOr<PlanFinder::Trial> PlanFinder::tryOut(const CompileOptions &options) {
  OwningOpRef<ModuleOp> module(imported.clone());
  if (failed(planModule(*module, target, options, configure)))
    return failure();
  OwningOpRef<ModuleOp> other(module->clone());
  FailureOr<Trial> trial = place(std::move(module), options);
  // Kernels of their own have smaller needs than the chains that they make, at
  // times.
  if (failed(trial) || goal == 0 || trial->excess == 0 || !trial->hasChains)
    return trial;
  CompileOptions without = options;
  without.chains = false;
  FailureOr<Trial> second = place(std::move(other), without);
  if (failed(second))
    return failure();
  return second->excess < trial->excess ? second : trial;
}

FailureOr<PlanFinder::Trial> PlanFinder::place(OwningOpRef<ModuleOp> module,
                                               const CompileOptions &options) {
  if (failed(placeModule(*module, target, options, configure)))
    return failure();
  Plan plan;
  plan.options = options;
  plan.excess = getExcess(*module);
  plan.hasPatches = (*module)->hasAttr(kernel::kHaloMacsAttr);
  if (!plan.hasPatches)
    bound = getSmaller(bound, *module);
  // What kernels do again may be more than what operators do, as vectors have
  // lanes to fill.
  PlannedMacs macs = getPlannedMacs(*module);
  if (!best)
    plainMacs = macs.all;
  plan.extraMacs =
      plan.hasPatches ? std::max<int64_t>(macs.all - plainMacs, 0) : macs.extra;
  hasWinograd |=
      module->walk([](kernel::WinogradOp) { return WalkResult::interrupt(); })
          .wasInterrupted();
  bool hasChains =
      module->walk([](kernel::ChainOp) { return WalkResult::interrupt(); })
          .wasInterrupted();
  Trial trial{plan.excess, plan.hasPatches,
              (*module)->hasAttr(kernel::kReorderedAttr),
              (*module)->hasAttr(kernel::kSmallestRowsAttr), hasChains};
  plan.module = std::move(module);
  if (!best)
    callersBytes = getBufferBytes(*plan.module) -
                   getNumber(*plan.module, kernel::kArenaBytesAttr);
  if (isBetter(plan))
    best = std::move(plan);
  return trial;
}

CompileOptions PlanFinder::getPlainOptions() const {
  CompileOptions options = choices;
  options.memoryBudget = 0;
  options.rowsBudget.reset();
  if (hasStreamedInputs(imported))
    options.rowsBudget = anyRowsBudget;
  return options;
}

bool PlanFinder::isHopeless() const {
  return bound && budget != 0 &&
         bound.getAs<IntegerAttr>("bytes").getInt() + callersBytes > budget;
}

FailureOr<bool> PlanFinder::isReordered(const CompileOptions &given) {
  CompileOptions options = given;
  options.plan.recompute = false;
  FailureOr<OwningOpRef<ModuleOp>> module = compile(Level::Kernel, options);
  if (failed(module))
    return failure();
  return (**module)->hasAttr(kernel::kReorderedAttr);
}

/// Rows in the model's own order, then as few as can be, then in the order
/// found: which of these is best differs.
LogicalResult PlanFinder::tryRows(bool reorders) {
  struct Attempt {
    bool orders, isTightest;
  };
  bool isSmallest = false;
  for (Attempt attempt :
       {Attempt{false, false}, Attempt{false, true}, Attempt{true, false}}) {
    if (best->excess == 0)
      break;
    if (attempt.orders ? !reorders : isSmallest)
      continue;
    CompileOptions options = getPlainOptions();
    options.plan.order &= attempt.orders;
    options.rowsBudget = attempt.isTightest ? 0 : goal;
    FailureOr<Trial> trial = tryOut(options);
    if (failed(trial))
      return failure();
    isSmallest = trial->hasSmallestRows;
  }
  return success();
}

LogicalResult PlanFinder::tryRecomputation() {
  // The fewer rows are kept, the fewer tensors must be made again.
  struct Attempt {
    bool orders, streams;
  };
  for (Attempt attempt :
       {Attempt{false, true}, Attempt{true, true}, Attempt{true, false}}) {
    // Rows are planned anew for each tensor that may be made again: not where
    // nothing can fit.
    if (attempt.streams && (!choices.rowsBudget || isHopeless() ||
                            (attempt.orders && !choices.plan.order)))
      continue;
    if (best->excess == 0)
      break;
    CompileOptions options = getPlainOptions();
    options.plan.order &= attempt.orders;
    options.memoryBudget = goal;
    if (attempt.streams && attempt.orders) {
      FailureOr<bool> reorders = isReordered(options);
      if (failed(reorders))
        return failure();
      if (!*reorders)
        continue;
    }
    if (attempt.streams)
      options.rowsBudget = goal;
    if (failed(tryOut(options)))
      return failure();
  }
  return success();
}

/// How small patches have to be is found by planning with them: the aim goes
/// down until the plan fits, or as far as it can.
LogicalResult PlanFinder::tryPatches() {
  CompileOptions options = getPlainOptions();
  // Patches come in an order of their own.
  options.plan.order = false;
  if (goal != 0) {
    constexpr int attempts = 5;
    int64_t aim = goal - callersBytes;
    for (int i = 0; i < attempts && aim > 0; ++i) {
      options.patches = PatchAim{aim, 0};
      FailureOr<Trial> trial = tryOut(options);
      if (failed(trial))
        return failure();
      if (trial->hasPatches && trial->excess == 0)
        return success();
      // Tensors alone may fit where kernels do not.
      aim -= std::max(trial->excess, aim / 50);
      // This was as small as patches get by what is known of tensors: others
      // will not need a quarter less.
      if (aim <= 0 && goal + trial->excess > (goal + best->excess) / 4 * 5)
        return success();
    }
  }
  for (unsigned slack : {0, 5, 15}) {
    options.patches = PatchAim{0, slack};
    FailureOr<Trial> trial = tryOut(options);
    if (failed(trial))
      return failure();
    if (!trial->hasPatches)
      break;
  }
  return success();
}

LogicalResult PlanFinder::find() {
  if (failed(tryAll()))
    return failure();
  // Winograd's algorithms take no turns, and room for their transforms: slower
  // kernels, which are no less exact, may fit, or fit without doing as much
  // again as those save.
  constexpr int64_t share = 4;
  if (goal == 0 || !hasWinograd || choices.exact || !choices.algorithms.empty())
    return success();
  if (best->excess == 0 && best->extraMacs <= plainMacs / share)
    return success();
  Plan first = std::move(*best);
  best.reset();
  choices.exact = true;
  if (failed(tryAll()))
    return failure();
  Plan second = std::move(*best);
  best = std::move(first);
  if (isBetter(second))
    best = std::move(second);
  return success();
}

LogicalResult PlanFinder::tryAll() {
  FailureOr<Trial> plain = tryOut(goal == 0 ? choices : getPlainOptions());
  if (failed(plain))
    return failure();
  // The memories hold what is not the caller's.
  if (budget == 0 && goal != 0) {
    goal = callersBytes;
    for (const MemoryRegion &region : choices.regions)
      goal += region.bytes;
  }
  if (goal != 0 && choices.rowsBudget && failed(tryRows(plain->isReordered)))
    return failure();
  if (best->excess == 0)
    return success();
  if (goal != 0 && choices.plan.recompute && failed(tryRecomputation()))
    return failure();
  // What is asked for row by row can't be had in patches.
  return choices.mayPatch && !hasStreamedInputs(imported) ? tryPatches()
                                                          : success();
}

FailureOr<OwningOpRef<ModuleOp>> PlanFinder::takeBest(Level level) {
  if (level < Level::Kernel)
    return compile(level, best->options);
  OwningOpRef<ModuleOp> module = std::move(best->module);
  if (bound)
    (*module)->setAttr(kernel::kPlanBoundAttr, bound);
  if (best->hasPatches)
    (*module)->setAttr(
        kernel::kHaloMacsAttr,
        Builder(imported.getContext()).getI64IntegerAttr(best->extraMacs));
  if (level > Level::Kernel &&
      failed(lowerModule(*module, target, level, choices, configure)))
    return failure();
  return module;
}

FailureOr<OwningOpRef<ModuleOp>>
findPlan(ModuleOp imported, const Target &target, Level level,
         const CompileOptions &choices, int64_t context,
         llvm::function_ref<LogicalResult(PassManager &)> configure) {
  PlanFinder finder(imported, target, choices, context, configure);
  if (choices.memoryBudget == 0 && choices.regions.empty() && !choices.mayPatch)
    return finder.compile(level, choices);
  if (failed(finder.find()))
    return failure();
  return finder.takeBest(level);
}

} // namespace megcc
