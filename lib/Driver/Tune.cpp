//===- Tune.cpp - Choices by measurement ----------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Driver/Tune.h"
#include "lib/Driver/Harness.h"
#include "lib/Driver/Profile.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace megcc {

/// How often each package runs in its turn, and how many turns there are.
static constexpr unsigned kRuns = 20, kTurns = 3;

namespace {

/// A bar on a terminal, nothing elsewhere.
class Progress {
public:
  explicit Progress(unsigned steps)
      : steps(steps), shown(sys::Process::StandardErrIsDisplayed()) {}
  ~Progress() {
    if (shown)
      errs() << "\r\033[K";
  }

  void step(StringRef what) {
    constexpr unsigned width = 30;
    unsigned filled = width * done / steps;
    if (shown)
      errs() << "\r\033[K[" << std::string(filled, '#')
             << std::string(width - filled, '.') << "] " << done << '/' << steps
             << ' ' << what;
    ++done;
  }

private:
  unsigned steps, done = 0;
  bool shown;
};

} // namespace

static bool isForced(const CompileOptions &options, StringRef node) {
  return any_of(options.algorithms,
                [&](StringRef rule) { return rule.rsplit('=').first == node; });
}

static CompileOptions
withChoices(const std::vector<TunedLayer> &layers, CompileOptions options,
            function_ref<size_t(const TunedLayer &)> pick) {
  std::vector<std::string> rules;
  for (const TunedLayer &layer : layers)
    if (!isForced(options, layer.node))
      rules.push_back(layer.node + "=" + layer.choices[pick(layer)]);
  append_range(options.algorithms, rules);
  return options;
}

CompileOptions withBestChoices(const std::vector<TunedLayer> &layers,
                               CompileOptions options) {
  return withChoices(layers, std::move(options),
                     [](const TunedLayer &layer) { return layer.best(); });
}

Error measureChoices(std::vector<TunedLayer> &layers,
                     const CompileOptions &options, StringRef runner,
                     const PackageWriter &write) {
  size_t most = 0;
  for (TunedLayer &layer : layers) {
    layer.nanoseconds.assign(layer.choices.size(),
                             std::numeric_limits<double>::infinity());
    most = std::max(most, layer.choices.size());
  }
  Expected<TemporaryFolder> folder = TemporaryFolder::create();
  if (!folder)
    return folder.takeError();
  Progress progress(most * (1 + kTurns) + 1);
  std::vector<PackageReport> reports;
  std::vector<Harness> programs;
  for (size_t i = 0; i < most; ++i) {
    progress.step("building");
    std::string path = folder->file("package_" + Twine(i));
    CompileOptions chosen =
        withChoices(layers, options, [&](const TunedLayer &layer) {
          return std::min(i, layer.choices.size() - 1);
        });
    if (Error error = write(chosen, path))
      return error;
    Expected<PackageReport> report = readPackageReport(path);
    if (!report)
      return report.takeError();
    reports.push_back(std::move(*report));
    Expected<Harness> program =
        Harness::build(reports.back(), reports.back().variants.back(), "bench",
                       /*withLayers=*/true, /*threads=*/1, runner);
    if (!program)
      return program.takeError();
    programs.push_back(std::move(*program));
  }
  for (unsigned turn = 0; turn < kTurns; ++turn)
    for (size_t i = 0; i < most; ++i) {
      progress.step("measuring");
      Expected<std::string> printed = programs[i].run({std::to_string(kRuns)});
      if (!printed)
        return printed.takeError();
      const PackageReport::Variant &variant = reports[i].variants.back();
      Profile profile = parseTimings(*printed, variant);
      // What a choice needs around it, such as padding, counts as well.
      StringMap<double> nanoseconds;
      for (auto [layer, timed] : zip_equal(variant.layers, profile.layers))
        if (!layer.nodes.empty())
          nanoseconds[layer.nodes.front()] += timed.ns;
      for (TunedLayer &layer : layers) {
        double &least =
            layer.nanoseconds[std::min(i, layer.choices.size() - 1)];
        least = std::min(least, nanoseconds.lookup(layer.node));
      }
    }
  return Error::success();
}

std::string describeBest(const TunedLayer &layer) {
  size_t best = layer.best();
  std::string text;
  raw_string_ostream os(text);
  auto time = [&](size_t i) {
    os << format("%.4g us", layer.nanoseconds[i] * 1e-3);
  };
  os << "measured the best of " << layer.choices.size() << ": ";
  time(best);
  for (size_t i = 0; i < layer.choices.size(); ++i)
    if (i != best) {
      os << ", " << layer.choices[i] << ' ';
      time(i);
    }
  return text;
}

} // namespace megcc
