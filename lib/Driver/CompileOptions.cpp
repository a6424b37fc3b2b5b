//===- CompileOptions.cpp - The options of megcc compile ------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Driver/CompileOptions.h"
#include "codegen/package/Text.h"
#include "passes/select/Algorithm.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace megcc {

ModelOptions::ModelOptions(cl::SubCommand &subcommand)
    : inputShapes("input-shape", cl::value_desc("NAME=1x3x224x224"),
                  cl::sub(subcommand),
                  cl::desc("Shape of an input; repeatable")),
      dims("dim", cl::value_desc("SYMBOL=N"), cl::sub(subcommand),
           cl::desc("Value of a symbolic dimension; repeatable")),
      inputs("input", cl::value_desc("NAME=u8,nhwc,mean=..,std=.."),
             cl::sub(subcommand),
             cl::desc("Form in which the program holds an input: u8, i8 or "
                      "f32, nchw or nhwc, to become (x - mean) / std; "
                      "streamed: not at all, it is asked for row after row; "
                      "repeatable")),
      customOperators("custom-op", cl::value_desc("DOMAIN::NAME=FUNCTION"),
                      cl::sub(subcommand),
                      cl::desc("C function that the program supplies for an "
                               "operator; repeatable")) {}

static Error wrong(StringRef option, StringRef found, StringRef expected) {
  return createStringError("--" + option + ": found '" + found +
                           "', expected " + expected);
}

/// "1x3x224x224", or empty for a scalar.
static bool parseShape(StringRef text, std::vector<int64_t> &shape) {
  if (text.empty())
    return true;
  for (StringRef part : split(text, 'x')) {
    int64_t extent;
    if (part.getAsInteger(10, extent) || extent < 0)
      return false;
    shape.push_back(extent);
  }
  return true;
}

Expected<ImportOptions> ModelOptions::parse() const {
  ImportOptions options;
  // Names of inputs may contain '=' themselves: the last one counts.
  for (StringRef text : inputShapes) {
    auto [name, shape] = text.rsplit('=');
    std::vector<int64_t> extents;
    if (name.empty() || name.size() == text.size() ||
        !parseShape(shape, extents))
      return wrong("input-shape", text, "NAME=1x3x224x224");
    options.inputShapes[name.str()] = std::move(extents);
  }
  for (StringRef text : dims) {
    auto [symbol, value] = text.rsplit('=');
    int64_t extent;
    if (symbol.empty() || value.getAsInteger(10, extent) || extent < 0)
      return wrong("dim", text, "SYMBOL=N");
    options.dims[symbol.str()] = extent;
  }
  for (StringRef text : inputs) {
    std::string reason;
    std::optional<InputFormat> format = parseInputFormat(text, reason);
    if (!format)
      return createStringError("--input " + text + ": " + reason);
    options.inputs.push_back(std::move(*format));
  }
  for (StringRef text : customOperators) {
    auto [name, function] = text.rsplit('=');
    if (name.empty() || !isPublicName(function) || name.size() == text.size())
      return wrong("custom-op", text,
                   "DOMAIN::NAME=FUNCTION, where FUNCTION is a C identifier");
    options.customOperators[name.str()] = function.str();
  }
  return options;
}

ChoiceOptions::ChoiceOptions(cl::SubCommand &subcommand)
    : optimize("optimize", cl::sub(subcommand),
               cl::desc("What kernels are chosen for"),
               cl::values(clEnumValN(Goal::Speed, "speed", "default"),
                          clEnumValN(Goal::Size, "size",
                                     "little code, at half the speed or so")),
               cl::init(Goal::Speed)),
      precision("precision", cl::value_desc("f32|bf16|f16"), cl::init("f32"),
                cl::sub(subcommand),
                cl::desc("What convolutions and matrix products multiply; "
                         "sums are f32 (f32)")),
      exact("exact", cl::sub(subcommand),
            cl::desc("Take no algorithm whose rounding errors exceed those of "
                     "plain sums")),
      algorithms("algorithm", cl::value_desc("NODE=winograd4"),
                 cl::sub(subcommand),
                 cl::desc("How a convolution is computed: winograd2, "
                          "winograd4, winograd6 or gemm; repeatable")) {}

Expected<CompileOptions> ChoiceOptions::parse() const {
  CompileOptions options;
  options.small = optimize == Goal::Size;
  if (precision != "f32" && precision != "bf16" && precision != "f16")
    return wrong("precision", precision, "f32, bf16 or f16");
  options.precision = precision;
  options.exact = exact;
  options.algorithms.assign(algorithms.begin(), algorithms.end());
  if (auto rules = AlgorithmRules::parse(exact, options.algorithms); !rules)
    return rules.takeError();
  return options;
}

/// The words of --plan.
static ArrayRef<std::pair<StringRef, bool PlanTechniques::*>> techniques() {
  static const std::pair<StringRef, bool PlanTechniques::*> table[] = {
      {"order", &PlanTechniques::order},
      {"alias", &PlanTechniques::alias},
      {"rows", &PlanTechniques::rows},
      {"patches", &PlanTechniques::patches},
      {"recompute", &PlanTechniques::recompute}};
  return table;
}

/// Of those that `plan` has, or of all.
static std::string techniqueNames(const PlanTechniques &plan = {}) {
  std::vector<StringRef> names;
  for (auto [name, member] : techniques())
    if (plan.*member)
      names.push_back(name);
  return names.empty() ? "none" : join(names, ", ");
}

MemoryOptions::MemoryOptions(cl::SubCommand &subcommand)
    : io("io", cl::sub(subcommand),
         cl::desc("Where inputs and outputs lie: in buffers of the caller's, "
                  "or in the arena, which destroys the inputs"),
         cl::values(
             clEnumValN(Place::Caller, "caller", "buffers of the caller's"),
             clEnumValN(Place::Arena, "arena", "the arena")),
         cl::init(Place::Caller)),
      budget("memory-budget", cl::value_desc("N"), cl::sub(subcommand),
             cl::desc("Bytes of RAM that there are (256K, 1M): fail if the "
                      "network needs more")),
      plan("plan", cl::value_desc("alias,..."), cl::sub(subcommand),
           cl::CommaSeparated,
           cl::desc(
               "What may be done to need less memory: order, alias, "
               "rows, patches, recompute; or none (default: order and alias, "
               "the others if the budget asks for them)")),
      memory("memory", cl::value_desc("NAME=N"), cl::sub(subcommand),
             cl::desc("A memory of the device with so many bytes, the fastest "
                      "first; repeatable. The arena then consists of them, and "
                      "the config has an entry for each")),
      planSeconds("plan-seconds", cl::value_desc("N"), cl::sub(subcommand),
                  cl::desc("How long the search for a plan may take (default: "
                           "a number of steps, so that the same model gives "
                           "the same plan)")),
      curve("memory-curve", cl::sub(subcommand),
            cl::desc("Print what less memory costs, and draw it in "
                     "memory_curve.svg")),
      certificate("certificate", cl::sub(subcommand),
                  cl::desc("Write certificate.json: why no access leaves its "
                           "buffer, for scripts/check_certificate.py")) {}

/// "262144", "256K", "1M".
static std::optional<int64_t> parseBytes(StringRef text) {
  int64_t unit = 1;
  for (auto [suffix, factor] :
       {std::pair("K", int64_t(1) << 10), std::pair("M", int64_t(1) << 20),
        std::pair("G", int64_t(1) << 30)})
    if (text.consume_back_insensitive(suffix))
      unit = factor;
  int64_t number;
  constexpr int64_t most = int64_t(1) << 48;
  if (!llvm::all_of(text, llvm::isDigit) || text.getAsInteger(10, number) ||
      number < 1 || number > most / unit)
    return std::nullopt;
  return number * unit;
}

/// --plan order,alias: these and no others; --plan none: nothing.
static Error parsePlan(ArrayRef<std::string> words, PlanTechniques &plan) {
  if (words.empty())
    return Error::success();
  for (auto [name, member] : techniques())
    plan.*member = false;
  if (words.size() == 1 && words.front() == "none")
    return Error::success();
  for (StringRef word : words) {
    const auto *found =
        find_if(techniques(), [&](auto entry) { return entry.first == word; });
    if (found == techniques().end())
      return createStringError("--plan: '" + word +
                               "' is not part of this version of megcc; it "
                               "has " +
                               techniqueNames() + ", or none alone");
    plan.*found->second = true;
  }
  return Error::success();
}

/// --memory fast=64K --memory slow=512K.
static Error parseRegions(ArrayRef<std::string> texts,
                          std::vector<MemoryRegion> &regions) {
  // Names of the config, of macros and of variables beside these.
  static constexpr StringLiteral taken[] = {
      "version", "weights", "level",   "threads", "parallel_for", "user",
      "pool",    "ram",     "context", "stack",   "number",       "numbers",
      "input",   "output",  "call",    "layer",   "part",         "parts",
      "begin",   "end",     "step",    "first",   "last",         "tick",
      "ctx",     "config",  "status",  "arena",   "null"};
  for (StringRef text : texts) {
    auto [name, size] = text.split('=');
    std::optional<int64_t> bytes = parseBytes(size);
    if (!bytes || !isPublicName(name))
      return wrong("memory", text,
                   "NAME=N: a C identifier and a number of bytes from 1 to "
                   "2^48, such as fast=64K");
    if (is_contained(taken, name.lower()))
      return createStringError("--memory: the name '" + name +
                               "' means something else in a package");
    if (any_of(regions, [name = name](const MemoryRegion &region) {
          return name.equals_insensitive(region.name);
        }))
      return createStringError("--memory: '" + name + "' is given twice");
    regions.push_back({name.str(), *bytes});
  }
  return Error::success();
}

Error MemoryOptions::parse(CompileOptions &options) {
  options.ioInArena = io == Place::Arena;
  options.certificate = certificate;
  if (budget.getNumOccurrences() != 0) {
    budgetBytes = parseBytes(budget);
    if (!budgetBytes)
      return wrong("memory-budget", budget,
                   "a number of bytes from 1 to 2^48, such as 262144, 256K or "
                   "1M");
    options.memoryBudget = *budgetBytes;
    options.boundsMemory = true;
  }
  if (planSeconds.getNumOccurrences() != 0) {
    double seconds;
    if (StringRef(planSeconds).getAsDouble(seconds) || !(seconds > 0) ||
        seconds > 1e6)
      return wrong("plan-seconds", planSeconds,
                   "a number of seconds above 0, up to 1000000");
    options.planSeconds = seconds;
  }
  if (Error error = parsePlan(plan, options.plan))
    return error;
  techniquesUsed = options.plan;
  if (Error error = parseRegions(memory, options.regions))
    return error;
  if (!memory.empty() && (budgetBytes || curve))
    return createStringError(
        StringRef("--memory says how much of each memory there is; it goes "
                  "without ") +
        (curve ? "--memory-curve" : "--memory-budget"));
  int64_t regionBytes = 0;
  for (const MemoryRegion &region : options.regions)
    regionBytes += region.bytes;
  // The context is no part of what is planned.
  constexpr int64_t mostContext = 64;
  if (options.plan.rows && budgetBytes)
    options.rowsBudget = std::max<int64_t>(*budgetBytes - mostContext, 1);
  else if (options.plan.rows && regionBytes != 0)
    options.rowsBudget = regionBytes;
  else if (options.plan.rows && !plan.empty())
    options.rowsBudget = 0;
  options.mayPatch = options.plan.patches &&
                     (budgetBytes || regionBytes != 0 || !plan.empty());
  return Error::success();
}

/// What is alive where most of the arena is in use.
static void printPeak(const PackageDescription &package, raw_ostream &os) {
  if (package.peak.layer.empty())
    return;
  os << "\n  most of the arena is in use at " << package.peak.layer
     << ", which would have to change; these are alive there:";
  // Patches and parts of a concat are buffers of their own with one name.
  struct Tensor {
    int64_t bytes = 0, parts = 0;
  };
  MapVector<StringRef, Tensor> tensors;
  for (const auto &[name, bytes] : package.peak.tensors) {
    Tensor &tensor = tensors[name];
    tensor.bytes += bytes;
    ++tensor.parts;
  }
  auto sorted = tensors.takeVector();
  stable_sort(sorted, [](const auto &a, const auto &b) {
    return a.second.bytes > b.second.bytes;
  });
  for (const auto &[name, tensor] : sorted) {
    os << "\n    " << name << ": " << tensor.bytes;
    if (tensor.parts > 1)
      os << " in " << tensor.parts << " parts";
  }
}

Error MemoryOptions::check(const PackageDescription &package) const {
  for (const ArenaRegion &region : package.regions) {
    if (!region.capacity || region.bytes <= *region.capacity)
      continue;
    std::string text;
    raw_string_ostream os(text);
    os << "--memory: the memories are not enough for " << package.name
       << ": beside what the others hold, the smallest plan found needs "
       << region.bytes << " bytes of " << region.name << ", which has "
       << *region.capacity;
    printPeak(package, os);
    return createStringError(text);
  }
  if (!budgetBytes || package.ramBytes() <= *budgetBytes)
    return Error::success();
  std::string text;
  raw_string_ostream os(text);
  int64_t outside = package.ioBytes() + package.contextBytes();
  os << "--memory-budget: " << *budgetBytes
     << " bytes are not enough: the smallest plan found for " << package.name
     << " takes " << package.ramBytes() << ": arena " << package.arenaBytes
     << ", inputs and outputs of the caller's " << package.ioBytes()
     << ", context " << package.contextBytes();
  // The bound is on kernels of whole layers.
  PlanTechniques bounded = techniquesUsed;
  bounded.patches = false;
  if (package.arenaPlanBound != 0 &&
      package.arenaPlanBound <= package.arenaBytes)
    os << "\n  no plan of these techniques (" << techniqueNames(bounded)
       << ") takes less than " << package.arenaPlanBound + outside
       << ": at one time " << package.arenaPlanBound << " are in use by "
       << package.planBoundLayer;
  printPeak(package, os);
  if (!package.ioInArena())
    os << "\n  --io arena lets inputs and outputs share the arena";
  return createStringError(text);
}

} // namespace megcc
