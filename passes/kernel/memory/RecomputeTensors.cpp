//===- RecomputeTensors.cpp - Drop tensors and compute them again ---------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Before: %a waits while "reverse" needs all the memory there is.
//
//   kernel.nest "exp" ... ins(%x ...) outs(%a : memref<1024xf32>)
//   kernel.nest "wide" ... ins(%a ...) outs(%b : memref<8192xf32>)
//   kernel.nest "reverse" ... ins(%b ...) outs(%c : memref<8192xf32>)
//   kernel.nest "sum" ... ins(%c ...) outs(%d : memref<8xf32>)
//   kernel.nest "add" ... ins(%a, %d ...) outs(%y ...)
//
// After:
//
//   ...
//   kernel.nest "sum" ... ins(%c ...) outs(%d : memref<8xf32>)
//   kernel.nest "exp" ... ins(%x ...) outs(%a2 : memref<1024xf32>)
//     {kernel.repeated}
//   kernel.nest "add" ... ins(%a2, %d ...) outs(%y ...)
//
// Only where the budget is not met without. What is repeated and when:
// RecomputeSearch.h. Never a function of the user's.
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/KernelGraph.h"
#include "passes/kernel/Passes.h"
#include "passes/kernel/memory/Planning.h"
#include "passes/kernel/memory/RecomputeSearch.h"
#include "passes/kernel/memory/ScheduleSearch.h"
#include "llvm/Support/FormatVariadic.h"

#include <set>

namespace megcc::kernel {
#define GEN_PASS_DEF_RECOMPUTETENSORS
#include "passes/kernel/Passes.h.inc"
} // namespace megcc::kernel

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

namespace {

struct RecomputeTensors : kernel::impl::RecomputeTensorsBase<RecomputeTensors> {
  using RecomputeTensorsBase::RecomputeTensorsBase;

  void runOnOperation() override {
    FailureOr<func::FuncOp> main = getMain(getOperation());
    if (failed(main))
      return signalPassFailure();
    if (budget <= 0)
      return;
    arena = std::max<int64_t>(budget - getCallersBytes(*main), 0);
    KernelGraph graph(*main);
    std::vector<unsigned> order = getGivenOrder(graph.steps);
    later.alias = alias;
    if (rows)
      later.rowsBudget = budget;
    // Where kernels take turns, a quick look comes first.
    later.estimates = rows;
    FailureOr<int64_t> planned = getPlannedBytes(*main, order, later);
    if (failed(planned))
      return signalPassFailure();
    if (*planned <= arena)
      return;
    SearchLimit limit(effort, seconds);
    FailureOr<Plan> plan =
        rows ? findPlanInRows(*main, graph.steps, {{order}, *planned}, limit)
             : findPlan(*main, graph.steps, order, limit);
    if (failed(plan))
      return signalPassFailure();
    if (limit.isSpent() && seconds > 0)
      main->emitRemark() << "--plan-seconds: the search for what to compute "
                            "again stopped with the best so far";
    if (plan->bytes >= *planned || plan->found.sequence == order) {
      if (rows)
        getOperation()->setAttr(kNothingAgainAttr,
                                UnitAttr::get(&getContext()));
      return;
    }
    report(graph.steps, plan->found);
    graph.apply(plan->found.sequence);
  }

private:
  /// A sequence, and what it needs once buffers share bytes.
  struct Plan {
    Recomputation found;
    int64_t bytes = 0;
  };

  /// The cheapest sequence that fits, or else the smallest.
  FailureOr<Plan> findPlan(func::FuncOp main, const StepGraph &graph,
                           const std::vector<unsigned> &order,
                           SearchLimit &limit) {
    // The graph knows only in part what sharing bytes will save: aim lower, or
    // higher, by what the passes make of it.
    constexpr int attempts = 4;
    std::optional<Plan> best;
    int64_t low = getStepBound(graph), aim = std::max(arena, low);
    auto attempt = [&](int64_t aim) -> LogicalResult {
      Plan plan;
      plan.found = findRecomputation(graph, order, aim, limit);
      plan.bytes = plan.found.peak;
      if (plan.found.sequence.size() <= mostTried) {
        FailureOr<int64_t> bytes =
            getPlannedBytes(main, plan.found.sequence, later);
        if (failed(bytes))
          return failure();
        plan.bytes = *bytes;
      }
      bool fits = plan.bytes <= arena, fitted = best && best->bytes <= arena;
      bool isBetter = !best || (fits && fitted ? plan.found.extraCost <
                                                     best->found.extraCost
                                               : plan.bytes < best->bytes);
      last = plan;
      if (isBetter)
        best = std::move(plan);
      return success();
    };
    for (int i = 0; i < attempts && (aim > 0 || !best); ++i) {
      if (failed(attempt(aim)))
        return failure();
      bool isExact = last.bytes == arena || last.bytes == last.found.peak;
      if ((last.bytes <= arena && isExact) || last.found.peak > aim)
        break;
      aim -= last.bytes - arena;
    }
    // Nothing fits: as small as can be.
    constexpr int halvings = 8;
    for (int i = 0; i < halvings && best->bytes > arena; ++i) {
      int64_t middle = low + (best->found.peak - low) / 2;
      if (middle >= best->found.peak || limit.isSpent())
        break;
      int64_t before = best->found.peak;
      if (failed(attempt(middle)))
        return failure();
      if (best->found.peak >= before)
        low = middle;
    }
    return *best;
  }

  /// Where kernels take turns, what is in use at a time isn't known before it
  /// is decided which: of the repetitions that free most for what they cost a
  /// few are tried out, the best is kept, and so on until it fits.
  FailureOr<Plan> findPlanInRows(func::FuncOp main, const StepGraph &graph,
                                 Plan best, SearchLimit &limit) {
    constexpr int rounds = 4;
    constexpr size_t tries = 6;
    // Most come to nothing, which a quick look tells: only the others are
    // looked at in full, and what they are compared with.
    int64_t estimated = best.bytes;
    auto look = [&](const std::vector<unsigned> &sequence, bool estimates) {
      LaterPlanning how = later;
      how.estimates = estimates;
      return getPlannedBytes(main, sequence, how);
    };
    bool isBetter = true, isExact = false;
    for (int i = 0; i < rounds && isBetter && best.bytes > arena; ++i) {
      isBetter = false;
      std::vector<Repetition> found =
          findRepetitions(graph, best.found.sequence, limit);
      if (found.size() > tries)
        found.resize(tries);
      for (const Repetition &repetition : found) {
        if (limit.isSpent() || repetition.sequence.size() > mostTried)
          break;
        if (best.bytes <= arena && repetition.extraCost >= best.found.extraCost)
          continue;
        FailureOr<int64_t> estimate = look(repetition.sequence, true);
        if (failed(estimate))
          return failure();
        if (*estimate > arena && *estimate >= estimated)
          continue;
        if (!isExact) {
          FailureOr<int64_t> bytes = look(best.found.sequence, false);
          if (failed(bytes))
            return failure();
          isExact = true;
          best.bytes = *bytes;
          if (best.bytes <= arena)
            return best;
        }
        FailureOr<int64_t> bytes = look(repetition.sequence, false);
        if (failed(bytes))
          return failure();
        bool fits = *bytes <= arena, fitted = best.bytes <= arena;
        if (fitted ? !fits : *bytes >= best.bytes)
          continue;
        best.found.sequence = repetition.sequence;
        best.found.extraCost = repetition.extraCost;
        best.bytes = *bytes;
        estimated = *estimate;
        isBetter = true;
      }
    }
    return best;
  }

  /// Says what was done.
  void report(const StepGraph &graph, const Recomputation &found) {
    std::set<unsigned> repeated, seen;
    int64_t all = 0;
    for (unsigned step : found.sequence)
      if (!seen.insert(step).second)
        repeated.insert(step);
    for (const StepGraph::Step &step : graph.steps)
      all += step.cost;
    int64_t runs = found.sequence.size() - graph.steps.size();
    std::string text;
    llvm::raw_string_ostream os(text);
    os << repeated.size() << (repeated.size() == 1 ? " tensor" : " tensors")
       << " recomputed";
    if (runs != int64_t(repeated.size()))
      os << " in " << runs << " steps";
    auto percent = [&](int64_t cost) {
      return llvm::formatv("{0:F1} %", 100.0 * double(cost) / double(all));
    };
    if (all != 0)
      os << ": +" << percent(found.extraCost) << " MACs";
    if (all != 0 && !rows && found.costBound < found.extraCost)
      os << " (none fewer than +" << percent(found.costBound)
         << " in this order)";
    else if (all != 0 && !rows)
      os << " (none fewer)";
    addDecision(getOperation(), text);
  }

  /// Longer sequences take too long to try out: the graph's word counts.
  static constexpr size_t mostTried = 8000;
  int64_t arena = 0;
  LaterPlanning later;
  Plan last;
};

} // namespace
