//===- megcc-import.cpp - Shows what the importer makes of a model --------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The tool of the importer's tests: reads models, prints the nn level. With
// several models, or with --check, it prints one line for each instead; with
// --data it evaluates them on their own test data.
//
//===----------------------------------------------------------------------===//

#include "CheckData.h"
#include "dialects/NN/NN.h"
#include "lib/Import/ONNX/ONNX.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"

namespace cl = llvm::cl;
using namespace megcc;

static cl::list<std::string> models(cl::Positional, cl::desc("MODEL..."));
static cl::list<std::string> shapes("input-shape", cl::desc("NAME=1x3x8x8"));
static cl::list<std::string> dims("dim", cl::desc("SYMBOL=N"));
static cl::list<std::string> inputs("input", cl::desc("NAME=u8,nhwc,..."));
static cl::list<std::string> customs("custom", cl::desc("OPERATOR=FUNCTION"));
static cl::opt<bool> check("check", cl::desc("Print `ok` or the error only"));
static cl::opt<bool> data("data", cl::desc("Compare with the test data beside "
                                           "the model"));
static cl::opt<bool> evaluate("evaluate",
                              cl::desc("Write what the reference gives for the "
                                       "test data beside the model"));
static cl::opt<bool> operators("operators",
                               cl::desc("List the supported operators"));
static cl::opt<bool> weights("weights", cl::desc("Print large constants"));
static cl::opt<bool> locations("locations", cl::desc("Print locations"));

static bool parseOptions(ImportOptions &options) {
  std::string error;
  for (llvm::StringRef text : dims) {
    auto [symbol, number] = text.split('=');
    if (number.getAsInteger(10, options.dims[symbol.str()]))
      error = "--dim: found '" + text.str() + "', expected SYMBOL=N";
  }
  for (llvm::StringRef text : shapes) {
    auto [name, shape] = text.split('=');
    llvm::SmallVector<llvm::StringRef> parts;
    shape.split(parts, 'x');
    for (llvm::StringRef part : parts)
      if (part.getAsInteger(10, options.inputShapes[name.str()].emplace_back()))
        error = "--input-shape: found '" + text.str() + "'";
  }
  for (llvm::StringRef text : customs)
    options.customOperators[text.split('=').first.str()] =
        text.split('=').second.str();
  for (llvm::StringRef text : inputs) {
    if (auto format = parseInputFormat(text, error))
      options.inputs.push_back(*format);
    else
      error = "--input: " + error;
  }
  if (!error.empty())
    llvm::errs() << "megcc-import: " << error << "\n";
  return error.empty();
}

int main(int argc, char **argv) {
  cl::ParseCommandLineOptions(argc, argv, "From ONNX to the nn level\n");
  if (operators) {
    listSupportedOperators(llvm::outs());
    return 0;
  }
  ImportOptions options;
  if (!parseOptions(options))
    return 2;
  bool failed = false;
  for (const std::string &path : models) {
    mlir::MLIRContext context;
    mlir::ScopedDiagnosticHandler handler(&context,
                                          [](mlir::Diagnostic &diagnostic) {
                                            llvm::errs() << diagnostic << "\n";
                                            return mlir::success();
                                          });
    auto module = importONNX(context, path, options);
    if (module && mlir::failed(mlir::verify(*module)))
      module = nullptr;
    failed |= !module;
    if (module && (data || evaluate)) {
      std::string report;
      failed |= !(data ? checkData : writeOutputs)(*module, path, report);
      llvm::outs() << path << ": " << report << "\n";
      continue;
    }
    if (module && (check || models.size() > 1))
      llvm::outs() << path << ": ok\n";
    if (!module || check || models.size() > 1)
      continue;
    mlir::OpPrintingFlags flags;
    flags.enableDebugInfo(locations, true);
    if (!weights)
      flags.elideLargeResourceString(64);
    module->print(llvm::outs(), flags);
  }
  return failed ? 1 : 0;
}
