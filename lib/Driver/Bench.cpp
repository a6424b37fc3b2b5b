//===- Bench.cpp - megcc bench --------------------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Driver/Commands.h"
#include "lib/Driver/Harness.h"
#include "lib/Driver/Profile.h"
#include "lib/Driver/ReportPage.h"
#include "lib/Driver/WriteFile.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace megcc {

namespace {

class BenchCommand : public Command {
public:
  BenchCommand() : Command("bench", "Build a package and time it") {}

  int run() override;

private:
  cl::opt<std::string> package{cl::Positional, cl::Required,
                               cl::desc("PACKAGE"), cl::sub(subcommand)};
  cl::opt<unsigned> runs{"runs", cl::init(50), cl::value_desc("N"),
                         cl::sub(subcommand), cl::desc("Calls to time (50)")};
  cl::opt<unsigned> threads{
      "threads", cl::init(1), cl::value_desc("N"), cl::sub(subcommand),
      cl::desc("Threads that share the layers (1); for packages compiled with "
               "--threads")};
  cl::opt<bool> profile{
      "profile", cl::sub(subcommand),
      cl::desc("Time each layer as well, and draw a roofline picture")};
  cl::opt<std::string> roofline{
      "roofline", cl::value_desc("FILE"), cl::sub(subcommand),
      cl::desc("Where --profile draws (NAME_roofline.svg)")};
  cl::opt<std::string> level{
      "level", cl::value_desc("T"), cl::sub(subcommand),
      cl::desc("Of a package for several targets the one to run (the best that "
               "this machine can)")};
};

} // namespace

int BenchCommand::run() {
  if (runs == 0)
    return complain("--runs must be at least 1", exitWrongUsage);
  if (!roofline.empty() && !profile)
    return complain("--roofline goes with --profile", exitWrongUsage);
  Expected<PackageReport> report = readPackageReport(package);
  if (!report)
    return complain(report.takeError(), exitInputAtFault);
  if (Error error = checkThreads(*report, threads))
    return complain(std::move(error), exitWrongUsage);
  Expected<std::vector<PackageReport::Variant>> variants =
      report->variantsToRun(level);
  if (!variants)
    return complain(variants.takeError(), exitInputAtFault);
  const PackageReport::Variant &variant = variants->back();
  Expected<Harness> harness =
      Harness::build(*report, variant, "bench", profile, threads);
  if (!harness)
    return complain(harness.takeError(), exitInputAtFault);
  Expected<std::string> printed = harness->run({std::to_string(runs)});
  if (!printed)
    return complain(printed.takeError(), exitInputAtFault);

  Profile measured = parseTimings(*printed, variant);
  measured.title = (report->name + " on " + variant.target.name).str();
  if (threads > 1)
    measured.title += ", " + std::to_string(threads) + " threads";
  outs() << measured.title << ": "
         << format("%.4g ms median, %.4g ms least of %u runs",
                   measured.ns * 1e-6, measured.leastNs * 1e-6, runs.getValue())
         << '\n'
         << format("%.1f GFLOP/s, %.1f %% of peak (%.1f GFLOP/s measured)\n",
                   measured.gflops(), measured.percentOfPeak(),
                   measured.peak * 1e-9);
  outs() << "arena " << report->arenaBytes << " bytes, weights "
         << report->weightsBytes << " bytes\n";
  if (!profile)
    return exitDone;

  printProfile(measured, outs());
  std::string picture =
      roofline.empty() ? report->name + "_roofline.svg" : roofline.getValue();
  if (Error error = writeFile(
          picture, [&](raw_ostream &os) { drawRoofline(measured, os); }))
    return complain(std::move(error), exitInputAtFault);
  outs() << "roofline: " << picture << '\n';
  if (Error error = drawInReportPage(
          report->folder, "roofline", "Roofline",
          "What layers compute per byte, and how fast, as measured by megcc "
          "bench --profile.",
          [&](raw_ostream &os) { drawRoofline(measured, os); }))
    return complain(std::move(error), exitInputAtFault);
  return exitDone;
}

std::unique_ptr<Command> makeBenchCommand() {
  return std::make_unique<BenchCommand>();
}

} // namespace megcc
