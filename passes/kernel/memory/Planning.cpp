//===- Planning.cpp - Trying plans out ------------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/memory/Planning.h"
#include "passes/kernel/KernelGraph.h"
#include "passes/kernel/Passes.h"
#include "llvm/ADT/StringExtras.h"

#include <numeric>

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

/// Arenas are compared as if their buffers were aligned to this.
static constexpr int64_t kAlignment = 64;

void kernel::buildPlanningPipeline(OpPassManager &pm,
                                   const LaterPlanning &later) {
  // Rows come before results take the place of inputs: what is a buffer of its
  // own then can be a ring. Padding comes last, because only then is it known
  // what holds up the arena.
  if (later.alias)
    pm.addPass(createElideCopies());
  if (later.rowsBudget) {
    StreamRowsOptions rows;
    rows.budget = *later.rowsBudget;
    rows.estimates = later.estimates;
    rows.splitsWindows = !later.estimates;
    pm.addPass(createStreamRows(rows));
  }
  if (later.alias) {
    pm.addPass(createRunInPlace());
    pm.addPass(createElidePadding());
  }
}

std::vector<unsigned> kernel::getGivenOrder(const StepGraph &graph) {
  std::vector<unsigned> order(graph.steps.size());
  std::iota(order.begin(), order.end(), 0);
  return order;
}

FailureOr<int64_t>
kernel::getPlannedBytes(func::FuncOp main,
                        const std::vector<unsigned> &sequence,
                        const LaterPlanning &later) {
  // Only @main: weights need no copies.
  OpBuilder builder(main.getContext());
  OwningOpRef<ModuleOp> copy(
      cast<ModuleOp>(main->getParentOp()->cloneWithoutRegions()));
  copy->getBodyRegion().emplaceBlock();
  builder.setInsertionPointToStart(copy->getBody());
  auto tried = cast<func::FuncOp>(builder.clone(*main));
  KernelGraph(tried).apply(sequence);
  PassManager pm(main.getContext());
  pm.enableVerifier(false);
  buildPlanningPipeline(pm, later);
  if (failed(pm.run(*copy)))
    return failure();
  std::vector<ArenaBuffer> buffers;
  for (const Lifetime &lifetime : getLifetimes(tried, kAlignment))
    buffers.push_back(lifetime.bytes);
  return getArenaLowerBound(buffers, kAlignment);
}

std::string kernel::getNodeNames(Location loc) {
  SmallVector<StringRef> names;
  loc->walk([&](Location part) {
    if (auto name = dyn_cast<NameLoc>(part)) {
      names.push_back(name.getName());
      return WalkResult::skip();
    }
    return WalkResult::advance();
  });
  if (names.empty())
    return "an unnamed operator";
  // A stream may have very many.
  constexpr size_t most = 4;
  if (names.size() > most)
    return (names.front() + " + ... + " + names.back()).str();
  return llvm::join(names, " + ");
}

void kernel::addDecision(ModuleOp module, StringRef decision) {
  Builder builder(module.getContext());
  SmallVector<Attribute> decisions;
  if (auto given = module->getAttrOfType<ArrayAttr>(kDecisionsAttr))
    llvm::append_range(decisions, given);
  decisions.push_back(builder.getStringAttr(decision));
  module->setAttr(kDecisionsAttr, builder.getArrayAttr(decisions));
}
