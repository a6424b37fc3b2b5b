//===- MemoryCurve.cpp - What less memory costs ---------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Driver/MemoryCurve.h"
#include "dialects/Kernel/PlanAttributes.h"
#include "lib/Driver/FindPlan.h"
#include "llvm/Support/FormatVariadic.h"

#include <algorithm>
#include <cmath>

using namespace llvm;
using namespace mlir;

namespace megcc {

/// What a planned module needs.
static MemoryPlan measure(ModuleOp module, int64_t context) {
  MemoryPlan plan;
  plan.ramBytes = context + getBufferBytes(module);
  PlannedMacs macs = getPlannedMacs(module);
  plan.macs = macs.all;
  plan.extraMacs = macs.extra;
  if (auto lines = module->getAttrOfType<ArrayAttr>(kernel::kDecisionsAttr))
    for (auto line : lines.getAsRange<StringAttr>())
      plan.decisions.push_back(line.str());
  return plan;
}

FailureOr<MemoryPlan> getMemoryPlan(ModuleOp imported, const Target &target,
                                    const CompileOptions &options,
                                    int64_t context) {
  OwningOpRef<ModuleOp> module(imported.clone());
  if (failed(compileModule(*module, target, Level::Kernel, options)))
    return failure();
  return measure(*module, context);
}

FailureOr<std::vector<MemoryPlan>> getMemoryCurve(ModuleOp imported,
                                                  const Target &target,
                                                  const CompileOptions &options,
                                                  int64_t context) {
  std::vector<MemoryPlan> plans;
  auto add = [&](int64_t budget) -> LogicalResult {
    CompileOptions choices = options;
    choices.memoryBudget =
        budget == 0 ? 0 : std::max<int64_t>(budget - context, 1);
    FailureOr<MemoryPlan> plan =
        getMemoryPlan(imported, target, choices, context);
    if (failed(plan))
      return failure();
    plans.push_back(std::move(*plan));
    return success();
  };
  if (failed(add(0)) || failed(add(1)))
    return failure();
  // In steps of one ratio between the ends.
  constexpr int steps = 10;
  int64_t largest = plans[0].ramBytes, smallest = plans[1].ramBytes;
  for (int i = 1; i < steps && smallest < largest; ++i) {
    double part = double(i) / steps;
    auto budget = int64_t(std::pow(double(smallest), 1 - part) *
                          std::pow(double(largest), part));
    if (failed(add(budget)))
      return failure();
  }
  // Patches, smaller and smaller; those of streams would have to be found among
  // very many kernels.
  CompileOptions patches = options;
  patches.plan.order = false;
  patches.rowsBudget.reset();
  patches.memoryBudget = 0;
  double aim = double(largest);
  for (int i = 0; i < steps && options.plan.patches && !options.rowsBudget;
       ++i) {
    aim *= 0.75;
    patches.patches = PatchAim{int64_t(aim), 0};
    FailureOr<MemoryPlan> plan =
        getMemoryPlan(imported, target, patches, context);
    if (failed(plan))
      return failure();
    // Beside what kernels do without patches.
    plan->extraMacs = std::max<int64_t>(plan->macs - plans[0].macs, 0);
    bool isLeast =
        !plan->decisions.empty() && plan->ramBytes == plans.back().ramBytes;
    plans.push_back(std::move(*plan));
    if (isLeast)
      break;
  }
  auto key = [](const MemoryPlan &plan) {
    return std::pair(plan.ramBytes, plan.extraMacs);
  };
  std::stable_sort(plans.begin(), plans.end(),
                   [&](const MemoryPlan &a, const MemoryPlan &b) {
                     return key(a) < key(b);
                   });
  std::vector<MemoryPlan> best;
  for (MemoryPlan &plan : plans)
    if (best.empty() || plan.extraMacs < best.back().extraMacs)
      best.push_back(std::move(plan));
  return best;
}

static std::string getShare(const MemoryPlan &plan) {
  int64_t model = plan.macs - plan.extraMacs;
  return formatv("{0:F1} %",
                 model == 0 ? 0.0
                            : 100.0 * double(plan.extraMacs) / double(model));
}

void printMemoryCurve(ArrayRef<MemoryPlan> plans, raw_ostream &os) {
  os << "    RAM bytes    extra MACs\n";
  for (const MemoryPlan &plan : plans) {
    os << formatv("{0,13} {1,13} {2,8}", plan.ramBytes, plan.extraMacs,
                  "+" + getShare(plan));
    if (!plan.decisions.empty())
      os << "  " << plan.decisions.back();
    os << '\n';
  }
}

void drawMemoryCurve(StringRef name, ArrayRef<MemoryPlan> plans,
                     raw_ostream &os) {
  constexpr double width = 640, height = 400, left = 90, right = 20, top = 40,
                   bottom = 50;
  double mostBytes = 1, mostMacs = 1;
  for (const MemoryPlan &plan : plans) {
    mostBytes = std::max(mostBytes, double(plan.ramBytes));
    mostMacs = std::max(mostMacs, double(plan.macs));
  }
  auto x = [&](double bytes) {
    return left + bytes / mostBytes * (width - left - right);
  };
  auto y = [&](double macs) {
    return height - bottom - macs / mostMacs * (height - top - bottom);
  };
  os << formatv("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} "
                "{1}\" font-family=\"sans-serif\" font-size=\"12\">\n",
                width, height)
     << formatv("<rect width=\"{0}\" height=\"{1}\" fill=\"white\"/>\n", width,
                height)
     << formatv("<text x=\"{0}\" y=\"20\" font-size=\"14\">{1}: "
                "multiply-accumulates by bytes of RAM</text>\n",
                left, name)
     << formatv("<path d=\"M{0:F1},{1:F1} V{2:F1} H{3:F1}\" fill=\"none\" "
                "stroke=\"black\"/>\n",
                left, top, y(0), width - right);
  constexpr int ticks = 4;
  for (int i = 0; i <= ticks; ++i) {
    double part = double(i) / ticks;
    os << formatv("<text x=\"{0:F1}\" y=\"{1:F1}\" text-anchor=\"middle\">"
                  "{2:F0} K</text>\n",
                  x(part * mostBytes), y(0) + 20, part * mostBytes / 1024)
       << formatv("<text x=\"{0:F1}\" y=\"{1:F1}\" text-anchor=\"end\">"
                  "{2:F1} M</text>\n",
                  left - 8, y(part * mostMacs) + 4, part * mostMacs / 1e6);
  }
  // Below each plan's bytes, the next smaller one is what there is.
  os << "<path fill=\"none\" stroke=\"#1565c0\" stroke-width=\"2\" d=\"";
  for (auto [i, plan] : enumerate(plans))
    os << formatv(i == 0 ? "M{0:F1},{1:F1}" : " H{0:F1} V{1:F1}",
                  x(double(plan.ramBytes)), y(double(plan.macs)));
  os << "\"/>\n";
  for (const MemoryPlan &plan : plans)
    os << formatv("<circle cx=\"{0:F1}\" cy=\"{1:F1}\" r=\"4\" "
                  "fill=\"#1565c0\"><title>{2} bytes, {3} MACs, "
                  "+{4}</title></circle>\n",
                  x(double(plan.ramBytes)), y(double(plan.macs)), plan.ramBytes,
                  plan.macs, getShare(plan));
  os << "</svg>\n";
}

} // namespace megcc
