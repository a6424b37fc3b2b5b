//===- MemoryCurve.cpp - What less memory costs ---------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Driver/MemoryCurve.h"
#include "dialects/Kernel/Kernel.h"
#include "dialects/Kernel/PlanAttributes.h"
#include "lib/Driver/FindPlan.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringExtras.h"
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
  module.walk([&](func::CallOp call) {
    kernel::FiringOp firing = kernel::getFiring(call);
    plan.calls += firing ? int64_t(firing.getCount()) : 1;
  });
  PlannedMacs macs = getPlannedMacs(module);
  plan.macs = macs.all;
  plan.extraMacs = macs.extra;
  if (auto lines = module->getAttrOfType<ArrayAttr>(kernel::kDecisionsAttr))
    for (auto line : lines.getAsRange<StringAttr>())
      plan.decisions.push_back(line.str());
  return plan;
}

/// Whether `a` is no worse than `b` in anything.
static bool isNoWorse(const MemoryPlan &a, const MemoryPlan &b) {
  return a.ramBytes <= b.ramBytes && a.extraMacs <= b.extraMacs &&
         a.calls <= b.calls;
}

FailureOr<std::vector<MemoryPlan>> getMemoryCurve(ModuleOp imported,
                                                  const Target &target,
                                                  const CompileOptions &options,
                                                  int64_t context) {
  std::vector<MemoryPlan> plans;
  auto add = [&](int64_t budget) -> LogicalResult {
    CompileOptions choices = options;
    choices.memoryBudget = budget;
    if (budget != 0 && choices.plan.rows && choices.partWork == 0)
      choices.rowsBudget = std::max<int64_t>(budget - context, 1);
    choices.mayPatch = budget != 0 && choices.plan.patches;
    auto module = findPlan(imported, target, Level::Kernel, choices, context);
    if (failed(module))
      return failure();
    plans.push_back(measure(**module, context));
    return success();
  };
  if (failed(add(0)) || failed(add(1)))
    return failure();
  // In steps of one ratio between the ends.
  constexpr int steps = 8;
  double largest = plans[0].ramBytes, smallest = plans[1].ramBytes;
  for (int i = 1; i < steps && smallest < largest; ++i) {
    double part = double(i) / steps;
    if (failed(add(std::pow(smallest, 1 - part) * std::pow(largest, part))))
      return failure();
  }
  std::vector<MemoryPlan> best;
  for (size_t i = 0; i < plans.size(); ++i) {
    bool isBeaten = false;
    for (size_t j = 0; j < plans.size(); ++j)
      isBeaten |= j != i && isNoWorse(plans[j], plans[i]) &&
                  (j < i || !isNoWorse(plans[i], plans[j]));
    if (!isBeaten)
      best.push_back(plans[i]);
  }
  llvm::stable_sort(best, [](const MemoryPlan &a, const MemoryPlan &b) {
    return a.ramBytes < b.ramBytes;
  });
  return best;
}

static std::string getShare(const MemoryPlan &plan) {
  int64_t model = plan.macs - plan.extraMacs;
  return formatv("{0:F1} %",
                 model == 0 ? 0.0
                            : 100.0 * double(plan.extraMacs) / double(model));
}

void printMemoryCurve(ArrayRef<MemoryPlan> plans, raw_ostream &os) {
  os << "    RAM bytes    extra MACs               calls\n";
  for (const MemoryPlan &plan : plans) {
    os << formatv("{0,13} {1,13} {2,8} {3,11}", plan.ramBytes, plan.extraMacs,
                  "+" + getShare(plan), plan.calls);
    if (!plan.decisions.empty())
      os << "  " << join(plan.decisions, "; ");
    os << '\n';
  }
}

/// One quantity by bytes of RAM.
static void drawPanel(ArrayRef<MemoryPlan> plans, StringRef title, double top,
                      StringRef color,
                      llvm::function_ref<double(const MemoryPlan &)> get,
                      raw_ostream &os) {
  constexpr double left = 90, right = 620, height = 150;
  double mostBytes = 1, most = 1e-9, bottom = top + height;
  for (const MemoryPlan &plan : plans) {
    mostBytes = std::max(mostBytes, double(plan.ramBytes));
    most = std::max(most, get(plan));
  }
  auto x = [&](double bytes) {
    return left + bytes / mostBytes * (right - left);
  };
  auto y = [&](double value) { return bottom - value / most * height; };
  os << formatv("<text x=\"{0}\" y=\"{1}\">{2}</text>\n", left, top - 8, title)
     << formatv("<path d=\"M{0:F1},{1:F1} V{2:F1} H{3:F1}\" fill=\"none\" "
                "stroke=\"black\"/>\n",
                left, top, bottom, right);
  constexpr int ticks = 4;
  for (int i = 0; i <= ticks; ++i) {
    double part = double(i) / ticks;
    os << formatv("<text x=\"{0:F1}\" y=\"{1:F1}\" text-anchor=\"middle\">"
                  "{2:F0} K</text>\n",
                  x(part * mostBytes), bottom + 18, part * mostBytes / 1024)
       << formatv("<text x=\"{0:F1}\" y=\"{1:F1}\" text-anchor=\"end\">"
                  "{2:F1}</text>\n",
                  left - 8, y(part * most) + 4, most < 1e-8 ? 0 : part * most);
  }
  // Between two plans, the smaller one is what there is.
  os << formatv("<path fill=\"none\" stroke=\"{0}\" stroke-width=\"2\" d=\"",
                color);
  for (auto [i, plan] : enumerate(plans))
    os << formatv(i == 0 ? "M{0:F1},{1:F1}" : " H{0:F1} V{1:F1}",
                  x(double(plan.ramBytes)), y(get(plan)));
  os << "\"/>\n";
  for (const MemoryPlan &plan : plans)
    os << formatv("<circle cx=\"{0:F1}\" cy=\"{1:F1}\" r=\"4\" "
                  "fill=\"{2}\"><title>{3} bytes, +{4} MACs, {5} "
                  "calls</title></circle>\n",
                  x(double(plan.ramBytes)), y(get(plan)), color, plan.ramBytes,
                  getShare(plan), plan.calls);
}

void drawMemoryCurve(StringRef name, ArrayRef<MemoryPlan> plans,
                     raw_ostream &os) {
  os << "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 470\" "
        "font-family=\"sans-serif\" font-size=\"12\">\n"
        "<rect width=\"640\" height=\"470\" fill=\"white\"/>\n"
     << "<text x=\"90\" y=\"20\" font-size=\"14\">" << name
     << ": what less RAM costs</text>\n";
  drawPanel(
      plans, "extra multiply-accumulates, % of the model's", 60, "#c62828",
      [](const MemoryPlan &plan) {
        double model = double(plan.macs - plan.extraMacs);
        return model == 0 ? 0.0 : 100.0 * double(plan.extraMacs) / model;
      },
      os);
  drawPanel(
      plans, "calls of kernels, in thousands", 270, "#1565c0",
      [](const MemoryPlan &plan) { return double(plan.calls) / 1000; }, os);
  os << "</svg>\n";
}

} // namespace megcc
