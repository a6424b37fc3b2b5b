//===- Compile.cpp - megcc compile ----------------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/package/Text.h"
#include "dialects/Kernel/Kernel.h"
#include "dialects/Kernel/PlanAttributes.h"
#include "lib/Driver/Commands.h"
#include "lib/Driver/CompileOptions.h"
#include "lib/Driver/Diagnostics.h"
#include "lib/Driver/FindPlan.h"
#include "lib/Driver/MemoryCurve.h"
#include "lib/Driver/ReportPage.h"
#include "lib/Driver/StreamedInputs.h"
#include "lib/Driver/Tune.h"
#include "lib/Target/DotProducts.h"
#include "lib/Target/Intrinsics.h"
#include "megcc/Compiler.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace megcc {

namespace {

/// The targets of one package: usually one.
using TargetList = std::vector<Target>;

class CompileCommand : public Command {
public:
  CompileCommand();

  int run() override;

private:
  cl::opt<std::string> model{cl::Positional, cl::Required, cl::desc("MODEL"),
                             cl::sub(subcommand)};
  cl::opt<std::string> output{"o", cl::value_desc("DIR"), cl::sub(subcommand),
                              cl::desc("Folder to write; with several targets "
                                       "one folder each in it")};
  cl::opt<std::string> name{
      "name", cl::value_desc("N"), cl::sub(subcommand),
      cl::desc("Prefix of files and C names (the model file's name)")};
  cl::list<std::string> targets{
      "target", cl::value_desc("T"), cl::sub(subcommand),
      cl::desc("Target to compile for (native); repeatable, a package each; "
               "T,T,...: levels of x86 in one package; see megcc targets")};
  cl::opt<WeightsForm> weights{
      "weights", cl::sub(subcommand), cl::desc("How weights reach the program"),
      cl::values(
          clEnumValN(WeightsForm::C, "c", "array in a C file"),
          clEnumValN(WeightsForm::Incbin, "incbin",
                     "file that the assembler takes in"),
          clEnumValN(WeightsForm::File, "file", "file that the program loads")),
      cl::init(WeightsForm::Auto)};
  cl::opt<ThreadsForm> threads{
      "threads", cl::sub(subcommand), cl::desc("How the package uses threads"),
      cl::values(clEnumValN(ThreadsForm::None, "none", "not at all (default)"),
                 clEnumValN(ThreadsForm::Pool, "pool",
                            "its own, on POSIX or C11 threads"),
                 clEnumValN(ThreadsForm::User, "user",
                            "the program's, through a function of its")),
      cl::init(ThreadsForm::None)};
  cl::opt<unsigned> partWork{
      "part-work", cl::sub(subcommand), cl::Hidden, cl::init(8000),
      cl::desc("With --threads: estimated operations that are worth a part of "
               "a layer")};
  cl::opt<Level> stopAfter{
      "stop-after", cl::sub(subcommand),
      cl::desc("Print what one level leaves instead of writing a package"),
      cl::values(clEnumValN(Level::NN, "nn", "optimised operators"),
                 clEnumValN(Level::Kernel, "kernel", "planned kernels"),
                 clEnumValN(Level::Loops, "loops", "loops for the printer"),
                 clEnumValN(Level::C, "c", "the C file"))};
  cl::opt<std::string> tune{
      "tune", cl::value_desc("FILE"), cl::sub(subcommand),
      cl::desc(
          "Take the choices that FILE says were fastest; where it does not "
          "exist, measure on this machine and write it")};
  cl::opt<std::string> runner{
      "runner", cl::value_desc("CMD"), cl::sub(subcommand),
      cl::desc("With --tune: the command that runs a program, \"ssh board\"")};
  cl::opt<bool> report{"report", cl::sub(subcommand),
                       cl::desc("Print the layers with their costs, and draw "
                                "them and the memory in report.html")};
  ModelOptions modelOptions{subcommand};
  ChoiceOptions choiceOptions{subcommand};
  MemoryOptions memoryOptions{subcommand};

  std::string packageName() const;
  Expected<std::vector<TargetList>> parseTargets() const;
  PackageOptions packageOptions(const CompileOptions &choices) const;
  Error writeTrial(mlir::ModuleOp imported, const Target &target,
                   const CompileOptions &choices, StringRef path);
  Expected<std::vector<TunedLayer>> findBestChoices(mlir::ModuleOp imported,
                                                    const Target &target,
                                                    CompileOptions choices);
  int compileFor(mlir::ModuleOp imported, const TargetList &list,
                 const CompileOptions &choices, DiagnosticPrinter &diagnostics,
                 OutputFolder *folder, StringRef subfolder);
  int64_t contextBytes(const TargetList &list) const;
  int showCurve(mlir::ModuleOp imported, const TargetList &list,
                const CompileOptions &choices, DiagnosticPrinter &diagnostics,
                OutputFolder &folder, StringRef subfolder);
};

} // namespace

CompileCommand::CompileCommand()
    : Command("compile", "Compile a model to a C library") {
  // MLIR's options for printing and timing passes know the passes registered
  // before them, and the top level only.
  registerPasses();
  StringSet<> before;
  for (auto &entry : cl::getRegisteredOptions())
    before.insert(entry.getKey());
  mlir::registerPassManagerCLOptions();
  mlir::registerDefaultTimingManagerCLOptions();
  mlir::registerAsmPrinterCLOptions();
  SmallVector<cl::Option *> added;
  for (auto &entry : cl::getRegisteredOptions())
    if (!before.contains(entry.getKey()))
      added.push_back(entry.getValue());
  for (cl::Option *option : added) {
    option->removeArgument();
    option->addSubCommand(subcommand);
    option->setHiddenFlag(cl::Hidden);
    option->addArgument();
  }
}

std::string CompileCommand::packageName() const {
  return name.empty() ? megcc::packageName(sys::path::stem(model))
                      : name.getValue();
}

/// The targets of one --target, from the least to the most capable. Several
/// must be levels of x86: `init` asks the processor which it has.
static Expected<TargetList> parseTargetList(StringRef text) {
  TargetList list;
  for (StringRef name : split(text, ',')) {
    Expected<Target> row = lookupTarget(name);
    if (!row)
      return row.takeError();
    if (any_of(list, [&](const Target &t) { return t.name == row->name; }))
      return createStringError("--target=" + text + " names " + name +
                               " twice");
    list.push_back(*row);
  }
  if (list.size() > 1)
    for (const Target &target : list)
      if (target.architecture != Architecture::X86 || target.name == "native")
        return createStringError(
            "--target=" + text +
            ": one package chooses among levels of x86 "
            "(x86-64-v2, x86-64-v3, x86-64-v4), and " +
            target.name + " is none; repeat --target for a package each");
  // The table lists them in this order.
  llvm::sort(list, [](const Target &a, const Target &b) {
    return a.features.size() < b.features.size();
  });
  return list;
}

static std::string namesOf(const TargetList &list, StringRef separator) {
  return join(map_range(list, [](const Target &t) { return t.name; }),
              separator);
}

Expected<std::vector<TargetList>> CompileCommand::parseTargets() const {
  std::vector<TargetList> found;
  std::vector<std::string> texts(targets.begin(), targets.end());
  if (texts.empty())
    texts.push_back("native");
  for (StringRef text : texts) {
    Expected<TargetList> list = parseTargetList(text);
    if (!list)
      return list.takeError();
    if (any_of(found, [&](const TargetList &other) {
          return namesOf(other, ",") == namesOf(*list, ",");
        }))
      return createStringError("--target=" + text + " is given twice");
    found.push_back(std::move(*list));
  }
  return found;
}

/// Half precision is there for speed, so a target is refused unless it
/// multiplies it or, at least, converts it by one instruction.
static Error checkPrecision(ArrayRef<TargetList> lists, StringRef precision) {
  if (precision == "f32")
    return Error::success();
  mlir::MLIRContext context;
  mlir::Type half = precision == "f16"
                        ? mlir::Type(mlir::Float16Type::get(&context))
                        : mlir::Type(mlir::BFloat16Type::get(&context));
  mlir::Type f32 = mlir::Float32Type::get(&context);
  auto supports = [&](const Target &target) {
    if (findDotProduct(target, {half}, {half}, f32).group > 1)
      return true;
    int64_t lanes = target.lanes(f32);
    mlir::Type narrow = mlir::VectorType::get({lanes}, half);
    mlir::Type wide = mlir::VectorType::get({lanes}, f32);
    return lanes > 1 && !lookupConversion(target, narrow, wide).empty() &&
           !lookupConversion(target, wide, narrow).empty();
  };
  for (const TargetList &list : lists)
    for (const Target &target : list)
      if (!supports(target)) {
        std::vector<StringRef> able;
        for (const Target &other : allTargets())
          if (supports(other))
            able.push_back(other.name);
        return createStringError("--precision=" + precision + ": " +
                                 target.name + " has no instructions for " +
                                 precision +
                                 "; these targets have: " + join(able, ", "));
      }
  return Error::success();
}

/// One line per layer, for people; report.json has all of it.
static void printReport(const PackageDescription &package) {
  for (const Variant &variant : package.variants) {
    if (package.hasLevels())
      outs() << variant.target.name << ": arena " << variant.arenaBytes
             << " bytes, weights " << variant.weightsBytes << " bytes\n";
    for (auto [i, layer] : enumerate(variant.layers))
      outs() << format("%5u %12lld MACs  ", unsigned(i),
                       static_cast<long long>(layer.macs))
             << join(layer.nodes, " + ") << ": " << layer.description << '\n';
  }
}

static void printSizes(const PackageDescription &package) {
  outs() << package.name << " for " << package.targetNames() << ": arena "
         << package.arenaBytes << " bytes (lower bound "
         << package.arenaLowerBound << "), RAM " << package.ramBytes()
         << " bytes, weights " << package.weightsBytes << " bytes, "
         << package.best().macs() << " MACs\n";
  for (const std::string &decision : package.best().decisions)
    outs() << "  " << decision << '\n';
}

/// What the context of a package with these targets takes.
int64_t CompileCommand::contextBytes(const TargetList &list) const {
  PackageDescription package;
  package.variants.resize(list.size());
  package.threads = threads;
  return package.contextBytes();
}

PackageOptions
CompileCommand::packageOptions(const CompileOptions &choices) const {
  PackageOptions options;
  options.name = packageName();
  options.weights = weights;
  options.threads = threads;
  options.page = report;
  options.certificate = choices.certificate;
  options.curve = memoryOptions.wantsCurve();
  options.small = choices.small;
  options.precision = choices.precision;
  return options;
}

/// A package without threads, to be measured.
Error CompileCommand::writeTrial(mlir::ModuleOp imported, const Target &target,
                                 const CompileOptions &choices,
                                 StringRef path) {
  mlir::OwningOpRef<mlir::ModuleOp> module = imported.clone();
  if (failed(compileModule(*module, target, Level::C, choices)))
    return createStringError("--tune: a choice that cannot be compiled");
  PackageOptions options = packageOptions(choices);
  options.threads = ThreadsForm::None;
  if (options.weights == WeightsForm::File)
    options.weights = WeightsForm::Incbin;
  mlir::FailureOr<PackageDescription> package =
      describePackage(PlannedModule{*module, target}, options);
  if (failed(package))
    return createStringError("--tune: a choice that cannot be described");
  Expected<OutputFolder> folder = OutputFolder::create(path);
  if (!folder)
    return folder.takeError();
  if (Error error = writePackage(*package, *folder))
    return error;
  return folder->commit();
}

/// What --tune's file says, or what is measured now and written to it.
Expected<std::vector<TunedLayer>>
CompileCommand::findBestChoices(mlir::ModuleOp imported, const Target &target,
                                CompileOptions choices) {
  // Layers that take turns are those that are measured on their own here.
  choices.rowsBudget.reset();
  mlir::OwningOpRef<mlir::ModuleOp> module = imported.clone();
  if (failed(compileModule(*module, target, Level::Kernel, choices)))
    return createStringError("--tune: the model cannot be compiled");
  TuningFile file;
  file.target = target.name.str();
  file.optimize = choices.small ? "size" : "speed";
  file.precision = choices.precision;
  file.layers = findChoices(*module);
  if (sys::fs::exists(tune)) {
    Expected<TuningFile> known = TuningFile::read(tune);
    if (!known)
      return known.takeError();
    if (Error error = known->checkMatches(file, tune))
      return error;
    return known->layers;
  }
  auto write = [&](const CompileOptions &trial, StringRef path) {
    return writeTrial(imported, target, trial, path);
  };
  if (Error error = measureChoices(file.layers, choices, runner, write))
    return error;
  if (Error error = file.write(tune))
    return error;
  return file.layers;
}

int CompileCommand::compileFor(mlir::ModuleOp imported, const TargetList &list,
                               const CompileOptions &choices,
                               DiagnosticPrinter &diagnostics,
                               OutputFolder *folder, StringRef subfolder) {
  Level level = stopAfter.getNumOccurrences() ? stopAfter : Level::C;
  if (choices.ioInArena && list.size() > 1)
    return complain("--io arena: the places of inputs and outputs differ from "
                    "target to target; repeat --target for a package each",
                    exitWrongUsage);
  if (!choices.regions.empty() && list.size() > 1)
    return complain("--memory: what lies where differs from target to target; "
                    "repeat --target for a package each",
                    exitWrongUsage);
  std::vector<TunedLayer> tuned;
  CompileOptions best = choices;
  if (!tune.empty()) {
    mlir::OwningOpRef<mlir::ModuleOp> resident(imported.clone());
    makeInputsResident(*resident);
    Expected<std::vector<TunedLayer>> found =
        findBestChoices(*resident, list.front(), choices);
    if (!found)
      return complain(found.takeError(), exitInputAtFault);
    tuned = std::move(*found);
    best = withBestChoices(tuned, choices);
  }
  std::vector<mlir::OwningOpRef<mlir::ModuleOp>> modules;
  std::vector<PlannedModule> planned;
  for (const Target &target : list) {
    modules.emplace_back();
    CompileOptions options = best;
    options.partWork = threads == ThreadsForm::None ? 0 : partWork;
    mlir::FailureOr<mlir::OwningOpRef<mlir::ModuleOp>> found =
        findPlan(imported, target, level, options, contextBytes(list),
                 [](mlir::PassManager &manager) {
                   return mlir::applyPassManagerCLOptions(manager);
                 });
    if (failed(found))
      return diagnostics.exitCode();
    modules.back() = std::move(*found);
    mlir::ModuleOp module = *modules.back();
    if (level != Level::C)
      module.print(outs());
    planned.push_back({module, target});
  }
  if (level != Level::C)
    return exitDone;

  mlir::FailureOr<PackageDescription> package =
      describePackage(planned, packageOptions(choices));
  if (failed(package))
    return exitOwnFault;
  if (Error error = memoryOptions.check(*package))
    return complain(std::move(error), exitInputAtFault);
  for (Layer &layer : package->variants.front().layers)
    if (!layer.reason.empty())
      if (std::string text = describeBest(tuned, layer.nodes); !text.empty())
        layer.reason = text;
  if (!folder) {
    for (const Variant &variant : package->variants)
      outs() << variant.source;
    return exitDone;
  }
  if (Error error = writePackage(*package, *folder, subfolder))
    return complain(std::move(error), exitInputAtFault);
  printSizes(*package);
  if (memoryOptions.wantsCurve())
    if (int code =
            showCurve(imported, list, choices, diagnostics, *folder, subfolder))
      return code;
  if (report)
    printReport(*package);
  return exitDone;
}

/// Of the most capable target, whose vectors take most.
int CompileCommand::showCurve(mlir::ModuleOp imported, const TargetList &list,
                              const CompileOptions &choices,
                              DiagnosticPrinter &diagnostics,
                              OutputFolder &folder, StringRef subfolder) {
  auto plans =
      getMemoryCurve(imported, list.back(), choices, contextBytes(list));
  if (failed(plans))
    return diagnostics.exitCode();
  printMemoryCurve(*plans, outs());
  SmallString<128> path(subfolder);
  sys::path::append(path, "memory_curve.svg");
  Error error = folder.addFile(path, [&](raw_ostream &os) {
    drawMemoryCurve(packageName(), *plans, os);
  });
  if (error)
    return complain(std::move(error), exitInputAtFault);
  SmallString<128> page(folder.getStaging());
  sys::path::append(page, subfolder);
  error = drawInReportPage(
      page, "curve", "Memory against work",
      "The plans worth having: none needs more memory, more work and more "
      "calls than another.",
      [&](raw_ostream &os) { drawMemoryCurve(packageName(), *plans, os); });
  return error ? complain(std::move(error), exitInputAtFault) : exitDone;
}

int CompileCommand::run() {
  bool writes = stopAfter.getNumOccurrences() == 0;
  if (writes == output.empty())
    return complain(writes ? "compile needs an output folder: -o DIR"
                           : "--stop-after prints; it takes no -o",
                    exitWrongUsage);
  if (partWork == 0)
    return complain("--part-work must be at least 1", exitWrongUsage);
  if (!name.empty() && !isPublicName(name))
    return complain("--name: '" + name +
                        "' is not a C identifier that is free "
                        "for a program to use",
                    exitWrongUsage);
  Expected<std::vector<TargetList>> lists = parseTargets();
  if (!lists)
    return complain(lists.takeError(), exitWrongUsage);
  if (!runner.empty() && tune.empty())
    return complain("--runner goes with --tune", exitWrongUsage);
  if (!tune.empty() && (lists->size() > 1 || lists->front().size() > 1))
    return complain("--tune measures for one target", exitWrongUsage);
  Expected<ImportOptions> importOptions = modelOptions.parse();
  if (!importOptions)
    return complain(importOptions.takeError(), exitWrongUsage);
  Expected<CompileOptions> choices = choiceOptions.parse();
  if (!choices)
    return complain(choices.takeError(), exitWrongUsage);
  if (Error error = memoryOptions.parse(*choices))
    return complain(std::move(error), exitWrongUsage);
  if (Error error = checkPrecision(*lists, choices->precision))
    return complain(std::move(error), exitWrongUsage);
  if (writes)
    if (Error error = checkOutputFolder(output))
      return complain(std::move(error), exitInputAtFault);

  std::unique_ptr<mlir::MLIRContext> context = createContext();
  DiagnosticPrinter diagnostics(*context);
  mlir::OwningOpRef<mlir::ModuleOp> imported =
      importONNX(*context, model, *importOptions);
  if (!imported)
    return diagnostics.exitCode();

  if (Error error = allowStreamedInputs(*imported, *choices))
    return complain(std::move(error), exitWrongUsage);

  std::optional<OutputFolder> folder;
  if (writes) {
    Expected<OutputFolder> created = OutputFolder::create(output);
    if (!created)
      return complain(created.takeError(), exitInputAtFault);
    folder.emplace(std::move(*created));
  }
  for (const TargetList &list : *lists) {
    std::string subfolder = lists->size() > 1 ? namesOf(list, "_") : "";
    if (int code = compileFor(*imported, list, *choices, diagnostics,
                              folder ? &*folder : nullptr, subfolder))
      return code;
  }
  if (folder)
    if (Error error = folder->commit())
      return complain(std::move(error), exitInputAtFault);
  return exitDone;
}

std::unique_ptr<Command> makeCompileCommand() {
  return std::make_unique<CompileCommand>();
}

} // namespace megcc
