//===- Verify.cpp - megcc verify ------------------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Builds a package, runs it on test data in ONNX's form and compares. All data
// sets run in one program.
//
//===----------------------------------------------------------------------===//

#include "codegen/package/Text.h"
#include "lib/Driver/Commands.h"
#include "lib/Driver/Compare.h"
#include "lib/Driver/CompileOptions.h"
#include "lib/Driver/Harness.h"
#include "lib/Driver/VerifyLayers.h"
#include "lib/Driver/WriteFile.h"
#include "lib/Import/ONNX/ONNX.h"
#include "lib/Support/Constants.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace megcc {

namespace {

/// What 8 bits of mantissa leave of a deep network's output, of its largest
/// magnitude.
constexpr double kHalfPrecisionTolerance = 0.05;

/// A test_data_set_N folder as read.
struct DataSet {
  std::string folder;
  std::vector<TensorLiteral> inputs, outputs;
};

class VerifyCommand : public Command {
public:
  VerifyCommand()
      : Command("verify", "Build a package, run it on test data and compare") {}

  int run() override;

private:
  cl::opt<std::string> package{cl::Positional, cl::Required,
                               cl::desc("PACKAGE"), cl::sub(subcommand)};
  cl::list<std::string> data{
      "data", cl::OneOrMore, cl::value_desc("FOLDER"), cl::sub(subcommand),
      cl::desc("Folder of input_I.pb and output_I.pb, or of test_data_set_N "
               "folders of such; repeatable")};
  cl::opt<double> rtol{"rtol", cl::value_desc("R"), cl::sub(subcommand),
                       cl::desc("Allowed difference relative to the expected "
                                "element (1e-3); with --rtol or --atol nothing "
                                "is allowed beyond the two")};
  cl::opt<double> atol{"atol", cl::value_desc("A"), cl::sub(subcommand),
                       cl::desc("Allowed absolute difference (1e-7)")};
  cl::opt<unsigned> threads{
      "threads", cl::init(1), cl::value_desc("N"), cl::sub(subcommand),
      cl::desc("Threads that share the layers (1); for packages compiled with "
               "--threads")};
  cl::opt<bool> layers{"layers", cl::sub(subcommand),
                       cl::desc("Find the first layer that departs from the "
                                "reference evaluation of --model")};
  cl::opt<std::string> model{"model", cl::value_desc("MODEL"),
                             cl::sub(subcommand),
                             cl::desc("The model the package was made from")};
  cl::opt<std::string> level{
      "level", cl::value_desc("T"), cl::sub(subcommand),
      cl::desc(
          "Of a package for several targets the one to run (each that this "
          "machine can)")};
  ModelOptions modelOptions{subcommand};

  Tolerance tolerance(const PackageReport &report) const;
  int verifyVariant(const PackageReport &report,
                    const PackageReport::Variant &variant,
                    ArrayRef<DataSet> sets, const ImportOptions &importOptions);
};

} // namespace

//===----------------------------------------------------------------------===//
// Data sets
//===----------------------------------------------------------------------===//

/// KIND_0.pb, KIND_1.pb, ... of `folder` as far as they go.
static Expected<std::vector<TensorLiteral>>
readTensors(mlir::MLIRContext &context, StringRef folder, StringRef kind) {
  std::vector<TensorLiteral> tensors;
  while (true) {
    SmallString<256> file(folder);
    sys::path::append(file, kind + "_" + Twine(tensors.size()) + ".pb");
    if (!sys::fs::exists(file))
      return tensors;
    std::optional<TensorLiteral> tensor = readTensor(context, file);
    if (!tensor)
      return createStringError("cannot read '" + file + "'");
    tensors.push_back(std::move(*tensor));
  }
}

/// The data sets at `path`: itself, or its test_data_set_N by N.
static Expected<std::vector<std::string>> findDataSets(StringRef path) {
  auto isSet = [](StringRef folder) {
    for (StringRef file : {"input_0.pb", "output_0.pb"}) {
      SmallString<256> full(folder);
      sys::path::append(full, file);
      if (sys::fs::exists(full))
        return true;
    }
    return false;
  };
  if (isSet(path))
    return std::vector<std::string>{path.str()};
  std::vector<std::pair<unsigned, std::string>> numbered;
  std::error_code ec;
  for (sys::fs::directory_iterator it(path, ec), end; it != end && !ec;
       it.increment(ec)) {
    StringRef name = sys::path::filename(it->path());
    unsigned number;
    if (name.consume_front("test_data_set_") &&
        !name.getAsInteger(10, number) && isSet(it->path()))
      numbered.emplace_back(number, it->path());
  }
  if (ec)
    return createStringError(ec, "cannot read the data folder '" + path +
                                     "': " + ec.message());
  if (numbered.empty())
    return createStringError(
        "no test data in '" + path +
        "': expected input_0.pb and output_0.pb, or folders test_data_set_0, "
        "test_data_set_1, ... of such");
  llvm::sort(numbered);
  std::vector<std::string> folders;
  for (auto &[number, folder] : numbered)
    folders.push_back(std::move(folder));
  return folders;
}

//===----------------------------------------------------------------------===//
// Agreement of data and package
//===----------------------------------------------------------------------===//

/// The element type that a report calls `name`.
static mlir::Type elementType(mlir::MLIRContext &context, StringRef name) {
  if (name == "bool")
    return mlir::IntegerType::get(&context, 1);
  if (name == "bf16")
    return mlir::BFloat16Type::get(&context);
  if (name == "f16")
    return mlir::Float16Type::get(&context);
  if (name == "f32")
    return mlir::Float32Type::get(&context);
  if (name == "f64")
    return mlir::Float64Type::get(&context);
  bool isUnsigned = name.consume_front("u");
  unsigned width;
  if ((!isUnsigned && !name.consume_front("i")) || name.getAsInteger(10, width))
    return nullptr;
  return isUnsigned ? mlir::IntegerType::get(&context, width,
                                             mlir::IntegerType::Unsigned)
                    : mlir::IntegerType::get(&context, width);
}

static std::string typeText(mlir::Type element, ArrayRef<int64_t> shape) {
  std::string text;
  raw_string_ostream os(text);
  element.print(os);
  os << ' ' << shapeText(shape);
  return text;
}

/// Checks that `tensors` are what the package takes or gives at `ports`.
static Error checkTensors(mlir::MLIRContext &context, const DataSet &set,
                          StringRef kind, ArrayRef<TensorLiteral> tensors,
                          ArrayRef<PackageReport::Port> ports) {
  for (auto [i, tensor, port] : enumerate(tensors, ports)) {
    mlir::Type type = elementType(context, port.type);
    if (type == tensor.type.getElementType() &&
        ArrayRef<int64_t>(port.shape) == tensor.type.getShape())
      continue;
    return createStringError(
        "'" + set.folder + "/" + kind + "_" + Twine(i) + ".pb' is " +
        typeText(tensor.type.getElementType(), tensor.type.getShape()) +
        ", the package's " + kind + " '" + port.name + "' is " +
        typeText(type, port.shape));
  }
  return Error::success();
}

static Expected<DataSet> readDataSet(mlir::MLIRContext &context,
                                     const PackageReport &report,
                                     StringRef folder) {
  DataSet set;
  set.folder = folder.str();
  for (auto [tensors, kind] :
       {std::pair(&set.inputs, "input"), std::pair(&set.outputs, "output")}) {
    auto read = readTensors(context, folder, kind);
    if (!read)
      return read.takeError();
    *tensors = std::move(*read);
  }
  if (set.inputs.size() != report.inputs.size())
    return createStringError(
        "'" + folder + "' has " + Twine(set.inputs.size()) +
        " inputs, the package takes " + Twine(report.inputs.size()));
  if (set.outputs.empty() || set.outputs.size() > report.outputs.size())
    return createStringError(
        "'" + folder + "' has " + Twine(set.outputs.size()) +
        " outputs, the package gives " + Twine(report.outputs.size()));
  if (Error error =
          checkTensors(context, set, "input", set.inputs, report.inputs))
    return error;
  if (Error error =
          checkTensors(context, set, "output", set.outputs, report.outputs))
    return error;
  return set;
}

//===----------------------------------------------------------------------===//
// The command
//===----------------------------------------------------------------------===//

Tolerance VerifyCommand::tolerance(const PackageReport &report) const {
  Tolerance result;
  if (rtol.getNumOccurrences() == 0 && atol.getNumOccurrences() == 0) {
    if (report.precision != "f32")
      result.ofMagnitude = kHalfPrecisionTolerance;
    return result;
  }
  result.ofMagnitude = 0;
  result.exactIntegers = false;
  if (rtol.getNumOccurrences())
    result.rtol = rtol;
  if (atol.getNumOccurrences())
    result.atol = atol;
  return result;
}

/// Prints one line per output; true if all are right.
static Expected<bool> compareSet(const DataSet &set,
                                 const PackageReport &report, StringRef folder,
                                 const Tolerance &tolerance) {
  bool passed = true;
  for (auto [i, expected, port] : enumerate(set.outputs, report.outputs)) {
    SmallString<256> file(folder);
    sys::path::append(file, "output_" + Twine(i) + ".bin");
    auto buffer = MemoryBuffer::getFile(file);
    if (!buffer || (*buffer)->getBufferSize() != expected.bytes.size())
      return createStringError("the package's run left no whole '" + file +
                               "'");
    StringRef found = (*buffer)->getBuffer();
    Comparison result = compareTensors(
        expected.type.getElementType(), ArrayRef(found.data(), found.size()),
        expected.bytes, expected.type.getNumElements(), tolerance);
    outs() << set.folder << ": " << port.name << ": ";
    if (result.passed())
      outs() << "ok, largest difference "
             << format("%.3g", result.largestDifference) << '\n';
    else
      outs() << result.wrong << " of " << result.elements
             << " elements wrong, worst at "
             << indexText(result.worst, expected.type.getShape()) << ": found "
             << format("%.9g", result.found) << ", expected "
             << format("%.9g", result.expected) << '\n';
    if (report.precision != "f32" &&
        isa<mlir::FloatType>(expected.type.getElementType()))
      outs() << set.folder << ": " << port.name << ": " << report.precision
             << " against float32: largest difference "
             << format("%.3g", 100 * result.largestDifference /
                                   std::max(result.magnitude, 1e-30))
             << " % of the largest magnitude, root mean square "
             << format("%.3g", 100 * result.relativeError) << " %\n";
    passed &= result.passed();
  }
  return passed;
}

int VerifyCommand::verifyVariant(const PackageReport &report,
                                 const PackageReport::Variant &variant,
                                 ArrayRef<DataSet> sets,
                                 const ImportOptions &importOptions) {
  Expected<Harness> harness =
      Harness::build(report, variant, "verify", layers, threads);
  if (!harness)
    return complain(harness.takeError(), exitInputAtFault);
  std::vector<std::string> folders;
  for (auto [i, set] : enumerate(sets)) {
    folders.push_back(harness->temporary().file("set_" + Twine(i)));
    sys::fs::create_directory(folders.back());
    for (auto [k, input] : enumerate(set.inputs))
      if (Error error =
              writeFile(folders.back() + "/input_" + Twine(k) + ".bin",
                        [&, &input = input](raw_ostream &os) {
                          os.write(input.bytes.data(), input.bytes.size());
                        }))
        return complain(std::move(error), exitInputAtFault);
  }
  Expected<std::string> printed = harness->run(folders);
  if (!printed)
    return complain(printed.takeError(), exitInputAtFault);

  bool passed = true;
  for (auto [set, folder] : zip(sets, folders)) {
    Expected<bool> agrees = compareSet(set, report, folder, tolerance(report));
    if (!agrees)
      return complain(agrees.takeError(), exitOwnFault);
    passed &= *agrees;
    if (layers)
      if (ExitCode code = verifyLayers(variant, model, importOptions,
                                       set.inputs, folder, tolerance(report)))
        return code;
  }
  return passed ? exitDone : exitInputAtFault;
}

int VerifyCommand::run() {
  if (layers != (model.getNumOccurrences() != 0))
    return complain("--layers and --model go together", exitWrongUsage);
  Expected<ImportOptions> importOptions = modelOptions.parse();
  if (!importOptions)
    return complain(importOptions.takeError(), exitWrongUsage);
  Expected<PackageReport> report = readPackageReport(package);
  if (!report)
    return complain(report.takeError(), exitInputAtFault);
  if (Error error = checkThreads(*report, threads))
    return complain(std::move(error), exitWrongUsage);

  mlir::MLIRContext context;
  std::vector<DataSet> sets;
  for (const std::string &path : data) {
    Expected<std::vector<std::string>> folders = findDataSets(path);
    if (!folders)
      return complain(folders.takeError(), exitInputAtFault);
    for (const std::string &folder : *folders) {
      Expected<DataSet> set = readDataSet(context, *report, folder);
      if (!set)
        return complain(set.takeError(), exitInputAtFault);
      sets.push_back(std::move(*set));
    }
  }

  Expected<std::vector<PackageReport::Variant>> variants =
      report->variantsToRun(level);
  if (!variants)
    return complain(variants.takeError(), exitInputAtFault);
  int worst = exitDone;
  for (const PackageReport::Variant &variant : *variants) {
    if (report->variants.size() > 1)
      outs() << variant.target.name << ":\n";
    int code = verifyVariant(*report, variant, sets, *importOptions);
    if (code != exitDone && code != exitInputAtFault)
      return code;
    worst = std::max(worst, code);
  }
  return worst;
}

std::unique_ptr<Command> makeVerifyCommand() {
  return std::make_unique<VerifyCommand>();
}

} // namespace megcc
