//===- ONNX.cpp - From an ONNX file to the nn dialect ---------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Import/ONNX/ONNX.h"
#include "lib/Import/ONNX/GraphImporter.h"
#include "lib/Import/ONNX/Registry.h"

#include "google/protobuf/stubs/logging.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;
using namespace megcc;

/// Opens and parses a model; reports an error if it can't.
static std::shared_ptr<const onnx::ModelProto> openModel(MLIRContext &context,
                                                         StringRef path) {
  std::string error;
  auto fail = [&]() {
    emitError(UnknownLoc::get(&context)) << path << ": " << error;
    return nullptr;
  };
  auto file = MappedFile::open(path.str(), error);
  if (!file)
    return fail();
  auto model = parseModel(path, file->bytes(), error);
  return model ? model : fail();
}

static OwningOpRef<ModuleOp>
importModel(MLIRContext &context, StringRef path,
            std::shared_ptr<const onnx::ModelProto> model,
            const ImportOptions &options) {
  context.loadDialect<nn::NNDialect, func::FuncDialect>();
  return GraphImporter(context, {path.str(), std::move(model)}, options)
      .importModel();
}

OwningOpRef<ModuleOp> megcc::importONNX(MLIRContext &context, StringRef path,
                                        const ImportOptions &options) {
  // Protobuf writes its own complaints to standard error; ours are clearer.
  google::protobuf::LogSilencer silencer;
  auto model = openModel(context, path);
  return model ? importModel(context, path, std::move(model), options)
               : nullptr;
}

OwningOpRef<ModuleOp> megcc::importONNXBuffer(MLIRContext &context,
                                              StringRef path, StringRef buffer,
                                              const ImportOptions &options) {
  google::protobuf::LogSilencer silencer;
  std::string error;
  auto model = parseModel(path, buffer, error);
  if (!model) {
    emitError(UnknownLoc::get(&context)) << path << ": " << error;
    return nullptr;
  }
  return importModel(context, path, std::move(model), options);
}

/// Counts the operators of a list of nodes and of their subgraphs.
static void countOperators(
    const google::protobuf::RepeatedPtrField<onnx::NodeProto> &nodes,
    std::map<std::pair<std::string, std::string>, unsigned> &counts) {
  for (const onnx::NodeProto &node : nodes) {
    ++counts[{normalizeDomain(node.domain()).str(), node.op_type()}];
    for (const onnx::AttributeProto &attribute : node.attribute()) {
      countOperators(attribute.g().node(), counts);
      for (const onnx::GraphProto &graph : attribute.graphs())
        countOperators(graph.node(), counts);
    }
  }
}

std::vector<OperatorUse> megcc::listOperators(MLIRContext &context,
                                              StringRef path) {
  google::protobuf::LogSilencer silencer;
  auto model = openModel(context, path);
  if (!model)
    return {};
  std::map<std::pair<std::string, std::string>, unsigned> counts;
  countOperators(model->graph().node(), counts);
  for (const onnx::FunctionProto &function : model->functions())
    countOperators(function.node(), counts);
  std::vector<OperatorUse> uses;
  for (const auto &entry : counts) {
    const auto &[domain, name] = entry.first;
    bool isSupported = Registry::get().lookup(domain, name) != nullptr;
    for (const onnx::FunctionProto &function : model->functions())
      isSupported |= normalizeDomain(function.domain()) == domain &&
                     function.name() == name;
    uses.push_back({domain, name, entry.second, isSupported});
  }
  return uses;
}
