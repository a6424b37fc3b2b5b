//===- Bench.cpp - megcc bench --------------------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Driver/Commands.h"
#include "lib/Driver/Harness.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace megcc {

namespace {

/// What the bench harness printed.
struct Timings {
  double peak = 0;          ///< floating-point operations per second
  std::vector<double> runs; ///< nanoseconds per call
  std::vector<std::vector<double>> layers; ///< per layer, per call
};

class BenchCommand : public Command {
public:
  BenchCommand() : Command("bench", "Build a package and time it") {}

  int run() override;

private:
  cl::opt<std::string> package{cl::Positional, cl::Required,
                               cl::desc("PACKAGE"), cl::sub(subcommand)};
  cl::opt<unsigned> runs{"runs", cl::init(50), cl::value_desc("N"),
                         cl::sub(subcommand), cl::desc("Calls to time (50)")};
  cl::opt<bool> profile{"profile", cl::sub(subcommand),
                        cl::desc("Time each layer as well")};
};

} // namespace

static Timings parseTimings(StringRef text, size_t layers) {
  Timings timings;
  timings.layers.resize(layers);
  for (StringRef line : split(text, '\n')) {
    auto [kind, rest] = line.split(' ');
    auto [first, second] = rest.split(' ');
    double value = 0;
    (second.empty() ? first : second).getAsDouble(value);
    size_t layer = 0;
    if (kind == "peak")
      timings.peak = std::max(timings.peak, value);
    else if (kind == "run")
      timings.runs.push_back(value);
    else if (kind == "layer" && !first.getAsInteger(10, layer) &&
             layer < layers)
      timings.layers[layer].push_back(value);
  }
  return timings;
}

static double median(std::vector<double> values) {
  if (values.empty())
    return 0;
  auto middle = values.begin() + values.size() / 2;
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// "12.3 GFLOP/s, 45.6 % of peak".
static void printSpeed(int64_t macs, double ns, double peak) {
  double flops = ns > 0 ? 2.0 * double(macs) / ns * 1e9 : 0;
  outs() << format("%8.1f GFLOP/s %5.1f %% of peak", flops * 1e-9,
                   peak > 0 ? 100 * flops / peak : 0);
}

int BenchCommand::run() {
  if (runs == 0)
    return complain("--runs must be at least 1", exitWrongUsage);
  Expected<PackageReport> report = readPackageReport(package);
  if (!report)
    return complain(report.takeError(), exitInputAtFault);
  Expected<Harness> harness = Harness::build(*report, "bench", profile);
  if (!harness)
    return complain(harness.takeError(), exitInputAtFault);
  Expected<std::string> printed = harness->run({std::to_string(runs)});
  if (!printed)
    return complain(printed.takeError(), exitInputAtFault);

  Timings timings = parseTimings(*printed, report->layers.size());
  double typical = median(timings.runs);
  outs() << report->name << " on " << report->target.name << ": "
         << format("%.4g ms median, %.4g ms least of %u runs", typical * 1e-6,
                   *llvm::min_element(timings.runs) * 1e-6, runs.getValue())
         << '\n';
  printSpeed(report->macs, typical, timings.peak);
  outs() << format(" (%.1f GFLOP/s measured)\n", timings.peak * 1e-9);
  outs() << "arena " << report->arenaBytes << " bytes, weights "
         << report->weightsBytes << " bytes\n";
  if (!profile)
    return exitDone;

  outs() << "layer        us      %\n";
  for (auto [i, layer] : enumerate(report->layers)) {
    double ns = median(timings.layers[i]);
    outs() << format("%5u %9.1f %6.2f ", unsigned(i), ns * 1e-3,
                     typical > 0 ? 100 * ns / typical : 0);
    if (layer.macs)
      printSpeed(layer.macs, ns, timings.peak);
    else
      outs().indent(32);
    outs() << "  " << join(layer.nodes, " + ") << ": " << layer.algorithm
           << '\n';
  }
  return exitDone;
}

std::unique_ptr<Command> makeBenchCommand() {
  return std::make_unique<BenchCommand>();
}

} // namespace megcc
