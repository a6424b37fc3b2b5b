//===- ReorderKernels.cpp - The order that needs the least memory ---------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Before: both branches wait in full for each other.
//
//   kernel.nest "widen" ... ins(%x ...) outs(%a : memref<1024xf32>)
//   kernel.nest "widen" ... ins(%x ...) outs(%b : memref<1024xf32>)
//   kernel.nest "sum" ... ins(%a ...) outs(%s : memref<1xf32>)
//   kernel.nest "sum" ... ins(%b ...) outs(%t : memref<1xf32>)
//
// After: the first sum runs before the second branch begins.
//
// Kernels are moved only if that makes the largest sum of live bytes smaller,
// with all that later passes save taken into account: the planning passes run
// on both orders to find out. How the order is found: ScheduleSearch.h. What
// reads an input that comes row by row stays together.
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/KernelGraph.h"
#include "passes/kernel/Passes.h"
#include "passes/kernel/memory/Planning.h"
#include "passes/kernel/memory/ScheduleSearch.h"

namespace megcc::kernel {
#define GEN_PASS_DEF_REORDERKERNELS
#include "passes/kernel/Passes.h.inc"
} // namespace megcc::kernel

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

/// `order` with all that read inputs which come row by row at the beginning,
/// and what these need: kernels between them would have to take turns with
/// them.
static std::vector<unsigned>
bringReadersTogether(func::FuncOp main, const KernelGraph &graph,
                     const std::vector<unsigned> &order) {
  std::vector<unsigned> needed;
  std::vector<bool> isNeeded(graph.kernels.size(), false);
  auto need = [&](unsigned step) {
    if (!isNeeded[step])
      needed.push_back(step);
    isNeeded[step] = true;
  };
  for (auto [step, kernel] : llvm::enumerate(graph.kernels))
    for (OpOperand &operand : getBufferOperands(kernel)) {
      auto argument = dyn_cast<BlockArgument>(getBuffer(operand.get()));
      if (argument && main.getArgAttr(argument.getArgNumber(), kStreamedAttr))
        need(step);
    }
  for (size_t i = 0; i < needed.size(); ++i)
    for (unsigned before : graph.steps.steps[needed[i]].before)
      need(before);
  std::vector<unsigned> result = order;
  std::stable_partition(result.begin(), result.end(),
                        [&](unsigned step) { return isNeeded[step]; });
  return result;
}

namespace {

struct ReorderKernels : kernel::impl::ReorderKernelsBase<ReorderKernels> {
  using ReorderKernelsBase::ReorderKernelsBase;

  void runOnOperation() override {
    FailureOr<func::FuncOp> main = getMain(getOperation());
    if (failed(main))
      return signalPassFailure();
    KernelGraph graph(*main);
    std::vector<unsigned> given = getGivenOrder(graph.steps);
    FailureOr<std::vector<unsigned>> order = findOrder(*main, graph, given);
    if (failed(order))
      return signalPassFailure();
    order = bringReadersTogether(*main, graph, *order);
    if (*order == given)
      return;
    graph.apply(*order);
    getOperation()->setAttr(kReorderedAttr, UnitAttr::get(&getContext()));
  }

private:
  /// The one that needs least: `given` if none needs less.
  FailureOr<std::vector<unsigned>>
  findOrder(func::FuncOp main, const KernelGraph &graph,
            const std::vector<unsigned> &given) {
    SearchLimit limit(effort, seconds);
    Schedule schedule = findSchedule(graph.steps, limit);
    if (limit.isSpent() && seconds > 0)
      main->emitRemark() << "--plan-seconds: the search for an order of "
                            "layers stopped with the best so far";
    int64_t before = getUsage(graph.steps, given).peak;
    if (schedule.peak >= before)
      return given;
    FailureOr<int64_t> plannedBefore =
        getPlannedBytes(main, given, {alias, {}});
    FailureOr<int64_t> plannedAfter =
        getPlannedBytes(main, schedule.order, {alias, {}});
    if (failed(plannedBefore) || failed(plannedAfter))
      return failure();
    if (*plannedAfter >= *plannedBefore)
      return given;
    addDecision(getOperation(),
                "order: " + std::to_string(*plannedBefore) + " to " +
                    std::to_string(*plannedAfter) + " bytes" +
                    (schedule.isBest ? ", no order needs less" : ""));
    return schedule.order;
  }
};

} // namespace
