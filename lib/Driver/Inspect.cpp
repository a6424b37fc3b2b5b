//===- Inspect.cpp - megcc inspect ----------------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a model is before any optimisation, and what stands in the way of
// compiling it. A model that can't be imported is an answer, not a failure: the
// operators are listed all the same.
//
//===----------------------------------------------------------------------===//

#include "codegen/package/Text.h"
#include "dialects/NN/NN.h"
#include "lib/Driver/Commands.h"
#include "lib/Driver/CompileOptions.h"
#include "lib/Support/Constants.h"
#include "megcc/Compiler.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace megcc {

namespace {

struct ModelPort {
  std::string name, type;
  SmallVector<int64_t> shape;
};

struct ModelSummary {
  std::vector<ModelPort> inputs, outputs;
  std::vector<OperatorUse> operators;
  std::vector<std::string> problems;
  int64_t macs = 0, weights = 0, weightBytes = 0;
};

class InspectCommand : public Command {
public:
  InspectCommand()
      : Command("inspect", "Say what a model is and what megcc makes of it") {}

  int run() override;

private:
  cl::opt<std::string> model{cl::Positional, cl::Required, cl::desc("MODEL"),
                             cl::sub(subcommand)};
  cl::opt<bool> asJSON{"json", cl::sub(subcommand),
                       cl::desc("Print JSON, for programs")};
  ModelOptions modelOptions{subcommand};
};

} // namespace

static ModelPort describePort(mlir::Type type, mlir::StringAttr name) {
  auto tensor = cast<mlir::RankedTensorType>(type);
  ModelPort port;
  port.name = name ? name.str() : "";
  raw_string_ostream(port.type) << tensor.getElementType();
  append_range(port.shape, tensor.getShape());
  return port;
}

static void describeModule(mlir::ModuleOp module, ModelSummary &summary) {
  auto main = module.lookupSymbol<mlir::func::FuncOp>("main");
  for (auto [i, type] : enumerate(main.getArgumentTypes()))
    summary.inputs.push_back(describePort(
        type, main.getArgAttrOfType<mlir::StringAttr>(i, "nn.name")));
  for (auto [i, type] : enumerate(main.getResultTypes()))
    summary.outputs.push_back(describePort(
        type, main.getResultAttrOfType<mlir::StringAttr>(i, "nn.name")));
  main.walk([&](mlir::Operation *op) {
    if (auto cost = dyn_cast<nn::CostOpInterface>(op))
      summary.macs += cost.getCost().macs;
    if (auto constant = dyn_cast<nn::ConstantOp>(op)) {
      auto type = cast<mlir::ShapedType>(constant.getType());
      summary.weights += type.getNumElements();
      summary.weightBytes += getTensorBytes(type);
    }
  });
}

static void printText(const ModelSummary &summary, raw_ostream &os) {
  for (const auto *ports : {&summary.inputs, &summary.outputs})
    for (const ModelPort &port : *ports)
      os << (ports == &summary.inputs ? "input   " : "output  ") << port.name
         << ": " << port.type << ' ' << shapeText(port.shape) << '\n';
  if (summary.problems.empty())
    os << "MACs    " << summary.macs << "\nweights " << summary.weights << " ("
       << summary.weightBytes << " bytes)\n";
  os << "operators\n";
  for (const OperatorUse &use : summary.operators)
    os << format("%8u ", use.count) << use.domain
       << (use.domain.empty() ? "" : "::") << use.name
       << (use.supported ? "" : "  (not supported)") << '\n';
  for (const std::string &problem : summary.problems)
    os << "cannot be compiled: " << problem << '\n';
}

static void printJSON(const ModelSummary &summary, raw_ostream &os) {
  json::OStream json(os, 2);
  auto writePorts = [&](StringRef key, ArrayRef<ModelPort> ports) {
    json.attributeArray(key, [&] {
      for (const ModelPort &port : ports)
        json.object([&] {
          json.attribute("name", json::fixUTF8(port.name));
          json.attribute("type", port.type);
          json.attributeArray("shape", [&] {
            for (int64_t extent : port.shape)
              json.value(extent);
          });
        });
    });
  };
  json.object([&] {
    json.attribute("megcc", MEGCC_VERSION);
    json.attribute("version", 1);
    writePorts("inputs", summary.inputs);
    writePorts("outputs", summary.outputs);
    json.attribute("macs", summary.macs);
    json.attribute("weights", summary.weights);
    json.attribute("weight_bytes", summary.weightBytes);
    json.attributeArray("operators", [&] {
      for (const OperatorUse &use : summary.operators)
        json.object([&] {
          json.attribute("domain", json::fixUTF8(use.domain));
          json.attribute("name", json::fixUTF8(use.name));
          json.attribute("count", int64_t(use.count));
          json.attribute("supported", use.supported);
        });
    });
    json.attributeArray("problems", [&] {
      for (const std::string &problem : summary.problems)
        json.value(json::fixUTF8(problem));
    });
  });
  os << '\n';
}

int InspectCommand::run() {
  Expected<ImportOptions> options = modelOptions.parse();
  if (!options)
    return complain(options.takeError(), exitWrongUsage);

  std::unique_ptr<mlir::MLIRContext> context = createContext();
  ModelSummary summary;
  mlir::ScopedDiagnosticHandler handler(
      context.get(), [&](mlir::Diagnostic &diagnostic) {
        if (diagnostic.getSeverity() == mlir::DiagnosticSeverity::Error)
          summary.problems.push_back(diagnostic.str());
      });
  summary.operators = listOperators(*context, model);
  if (!summary.problems.empty() && summary.operators.empty())
    return complain(summary.problems.front(), exitInputAtFault);
  for (OperatorUse &use : summary.operators)
    use.supported |=
        options->customOperators.count(use.name) ||
        options->customOperators.count(use.domain + "::" + use.name);
  summary.problems.clear();
  if (mlir::OwningOpRef<mlir::ModuleOp> module =
          importONNX(*context, model, *options))
    describeModule(*module, summary);
  if (asJSON)
    printJSON(summary, outs());
  else
    printText(summary, outs());
  return exitDone;
}

std::unique_ptr<Command> makeInspectCommand() {
  return std::make_unique<InspectCommand>();
}

} // namespace megcc
