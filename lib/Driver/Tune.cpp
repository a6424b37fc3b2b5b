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
static constexpr unsigned kRuns = 10, kTurns = 5;

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

namespace {

/// A package that stands for one way to choose, and what its layers took.
class Trial {
public:
  static Expected<Trial> build(const CompileOptions &chosen, StringRef path,
                               StringRef runner, const PackageWriter &write) {
    if (Error error = write(chosen, path))
      return error;
    Expected<PackageReport> report = readPackageReport(path);
    if (!report)
      return report.takeError();
    Expected<Harness> program =
        Harness::build(*report, report->variants.back(), "bench",
                       /*withLayers=*/true, /*threads=*/1, runner);
    if (!program)
      return program.takeError();
    return Trial(std::move(*report), std::move(*program));
  }

  /// The same package without a clock between its layers.
  Expected<Harness> buildWhole(StringRef runner) const {
    return Harness::build(report, report.variants.back(), "bench",
                          /*withLayers=*/false, /*threads=*/1, runner);
  }

  /// Runs it once more; the least of all runs' times counts.
  Error measure() {
    Expected<std::string> printed = program.run({std::to_string(kRuns)});
    if (!printed)
      return printed.takeError();
    const PackageReport::Variant &variant = report.variants.back();
    Profile profile = parseTimings(*printed, variant);
    // What a choice needs around it, such as padding, counts as well.
    StringMap<double> sums;
    for (auto [layer, timed] : zip_equal(variant.layers, profile.layers))
      if (!layer.nodes.empty())
        sums[layer.nodes.front()] += timed.ns;
    for (const auto &entry : sums) {
      double &least = nanoseconds.try_emplace(entry.getKey(), entry.getValue())
                          .first->getValue();
      least = std::min(least, entry.getValue());
    }
    return Error::success();
  }

  const PackageReport::Variant &getVariant() const {
    return report.variants.back();
  }

  double of(const TunedLayer &layer) const {
    return nanoseconds.lookup(layer.timedNode);
  }

private:
  Trial(PackageReport report, Harness program)
      : report(std::move(report)), program(std::move(program)) {}

  PackageReport report;
  Harness program;
  StringMap<double> nanoseconds;
};

} // namespace

/// Which choice the layer has in trial `number`. The first has everyone's first
/// choice; parts of one chain take others one after the other.
static size_t choiceInTrial(const TunedLayer &layer, size_t number) {
  if (number <= layer.othersChoices)
    return 0;
  size_t choice = number - layer.othersChoices;
  return choice < layer.choices.size() ? choice : 0;
}

/// What the best choices take where all of them are taken, beside the first
/// ones': another neighbour, or luck before, may make them worse.
static void confirm(std::vector<TunedLayer> &layers, const Trial &first,
                    const Trial &best) {
  for (TunedLayer &layer : layers) {
    size_t found = layer.best();
    if (found == 0)
      continue;
    layer.nanoseconds[0] = first.of(layer);
    layer.nanoseconds[found] = best.of(layer);
    for (size_t i = 1; i < layer.nanoseconds.size(); ++i)
      layer.nanoseconds[i] =
          std::max(layer.nanoseconds[i], layer.nanoseconds[found]);
  }
}

/// Whether the package of all best choices is the faster one as a whole, in
/// turns with that of the first ones: what is between layers has no time of its
/// own.
static Expected<bool> isFaster(const Trial &best, const Trial &first,
                               StringRef runner, Progress &progress) {
  SmallVector<Harness, 2> programs;
  for (const Trial *trial : {&best, &first}) {
    progress.step("building");
    Expected<Harness> program = trial->buildWhole(runner);
    if (!program)
      return program.takeError();
    programs.push_back(std::move(*program));
  }
  double least[2] = {std::numeric_limits<double>::infinity(),
                     std::numeric_limits<double>::infinity()};
  for (unsigned turn = 0; turn < kTurns; ++turn)
    for (auto [program, time] : zip_equal(programs, least)) {
      progress.step("measuring");
      Expected<std::string> printed = program.run({std::to_string(4 * kRuns)});
      if (!printed)
        return printed.takeError();
      Profile profile = parseTimings(*printed, first.getVariant());
      time = std::min(time, profile.ns);
    }
  return least[0] < least[1];
}

/// No choice counts as faster than the first.
static void keepFirst(std::vector<TunedLayer> &layers) {
  for (TunedLayer &layer : layers)
    for (double &time : layer.nanoseconds)
      time = std::max(time, layer.nanoseconds.front());
}

Error measureChoices(std::vector<TunedLayer> &layers,
                     const CompileOptions &options, StringRef runner,
                     const PackageWriter &write) {
  size_t count = 1;
  for (TunedLayer &layer : layers) {
    layer.nanoseconds.assign(layer.choices.size(),
                             std::numeric_limits<double>::infinity());
    count = std::max(count, layer.othersChoices + layer.choices.size());
  }
  Expected<TemporaryFolder> folder = TemporaryFolder::create();
  if (!folder)
    return folder.takeError();
  Progress progress((count + 1) * (1 + kTurns) + kTurns + 2 * (1 + kTurns) + 1);
  std::vector<Trial> trials;
  auto build = [&](function_ref<size_t(const TunedLayer &)> pick) -> Error {
    progress.step("building");
    Expected<Trial> trial = Trial::build(
        withChoices(layers, options, pick),
        folder->file("package_" + Twine(trials.size())), runner, write);
    if (!trial)
      return trial.takeError();
    trials.push_back(std::move(*trial));
    return Error::success();
  };
  auto measure = [&](ArrayRef<size_t> numbers) -> Error {
    for (unsigned turn = 0; turn < kTurns; ++turn)
      for (size_t number : numbers) {
        progress.step("measuring");
        if (Error error = trials[number].measure())
          return error;
      }
    return Error::success();
  };
  for (size_t i = 0; i < count; ++i)
    if (Error error = build(
            [i](const TunedLayer &layer) { return choiceInTrial(layer, i); }))
      return error;
  if (Error error = measure(to_vector(seq<size_t>(0, count))))
    return error;
  for (TunedLayer &layer : layers)
    for (size_t i = 0; i < count; ++i)
      if (size_t choice = choiceInTrial(layer, i); choice > 0 || i == 0)
        layer.nanoseconds[choice] = trials[i].of(layer);

  if (Error error = build([](const TunedLayer &layer) { return layer.best(); }))
    return error;
  if (Error error = measure({0, count}))
    return error;
  confirm(layers, trials.front(), trials.back());
  if (all_of(layers, [](const TunedLayer &layer) { return layer.best() == 0; }))
    return Error::success();
  Expected<bool> faster =
      isFaster(trials.back(), trials.front(), runner, progress);
  if (!faster)
    return faster.takeError();
  if (!*faster)
    keepFirst(layers);
  return Error::success();
}

static void describeBest(const TunedLayer &layer, raw_ostream &os) {
  size_t best = layer.best();
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
}

std::string describeBest(const std::vector<TunedLayer> &layers,
                         ArrayRef<std::string> nodes) {
  std::string text;
  raw_string_ostream os(text);
  for (const TunedLayer &layer : layers)
    if (is_contained(nodes, layer.node)) {
      if (!text.empty())
        os << "; " << layer.node << ' ';
      describeBest(layer, os);
    }
  return text;
}

} // namespace megcc
