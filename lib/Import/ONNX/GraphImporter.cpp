//===- GraphImporter.cpp - Walking graphs, functions, subgraphs -----------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Import/ONNX/GraphImporter.h"
#include "lib/Import/ONNX/NodeOrder.h"
#include "lib/Import/ONNX/Registry.h"
#include "lib/Support/Constants.h"

#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace megcc;

/// Functions that call functions can make a small file grow without bound.
static constexpr unsigned kMaxImportedNodes = 1000000;

//===----------------------------------------------------------------------===//
// Scope
//===----------------------------------------------------------------------===//

const onnx::AttributeProto *
Scope::resolve(const onnx::AttributeProto &attribute) const {
  if (attribute.ref_attr_name().empty())
    return &attribute;
  for (const Scope *scope = this; scope; scope = scope->outer) {
    auto it = scope->attributes.find(attribute.ref_attr_name());
    if (it != scope->attributes.end())
      return it->second;
  }
  return nullptr;
}

bool Scope::isAbsent(StringRef name) const {
  for (const Scope *scope = this; scope; scope = scope->outer) {
    if (scope->absent.contains(name))
      return true;
    if (scope->values.contains(name))
      return false;
  }
  return false;
}

int64_t Scope::getVersion(StringRef domain) const {
  for (const Scope *scope = this; scope; scope = scope->outer) {
    auto it = scope->versions.find(domain);
    if (it != scope->versions.end())
      return it->second;
  }
  return 0;
}

//===----------------------------------------------------------------------===//
// The model
//===----------------------------------------------------------------------===//

GraphImporter::GraphImporter(MLIRContext &context, ModelFile file,
                             const ImportOptions &options)
    : context(context), file(std::move(file)), options(options),
      external(this->file.path), builder(&context) {}

InFlightDiagnostic GraphImporter::error() {
  return emitError(UnknownLoc::get(&context)) << file.path << ": ";
}

std::optional<TensorBytes>
GraphImporter::readConstant(const onnx::TensorProto &tensor,
                            std::string &reason) {
  return readTensorProto(&context, tensor, file.model, &external, reason);
}

static std::string getFunctionKey(StringRef domain, StringRef name,
                                  StringRef overload) {
  return (normalizeDomain(domain) + "\n" + name + "\n" + overload).str();
}

LogicalResult GraphImporter::checkModel() {
  const onnx::ModelProto &model = *file.model;
  if (model.opset_import().empty() && model.ir_version() >= 3)
    return error() << "found no opset_import, expected the version of at least "
                      "one operator set";
  for (const onnx::FunctionProto &function : model.functions())
    if (!functions
             .try_emplace(getFunctionKey(function.domain(), function.name(),
                                         function.overload()),
                          &function)
             .second)
      return error() << "function \"" << function.name()
                     << "\" is defined twice";
  return success();
}

OwningOpRef<ModuleOp> GraphImporter::importModel() {
  if (failed(checkModel()))
    return nullptr;
  const onnx::GraphProto &graph = file.model->graph();
  module = ModuleOp::create(UnknownLoc::get(&context));
  StringRef name = llvm::sys::path::stem(file.path);
  (*module)->setAttr(nn::NNDialect::kModelAttr, builder.getStringAttr(name));
  builder.setInsertionPointToEnd(module->getBody());
  function = builder.create<func::FuncOp>(UnknownLoc::get(&context), "main",
                                          builder.getFunctionType({}, {}));
  builder.setInsertionPointToStart(function.addEntryBlock());
  if (failed(importMainGraph(graph)))
    return nullptr;
  return std::move(module);
}

LogicalResult
GraphImporter::addSparseInitializer(const onnx::SparseTensorProto &sparse) {
  return error() << "initialiser \"" << sparse.values().name()
                 << "\": sparse tensors are not supported";
}

LogicalResult GraphImporter::addInitializers(const onnx::GraphProto &graph,
                                             Scope &scope) {
  for (const onnx::SparseTensorProto &sparse : graph.sparse_initializer())
    return addSparseInitializer(sparse);
  for (const onnx::TensorProto &tensor : graph.initializer())
    if (!scope.initializers.try_emplace(tensor.name(), &tensor).second)
      return error() << "initialiser \"" << tensor.name()
                     << "\" is defined twice";
  for (const auto *list : {&graph.value_info(), &graph.output()})
    for (const onnx::ValueInfoProto &info : *list)
      scope.declared[info.name()] = &info;
  return success();
}

LogicalResult GraphImporter::importMainGraph(const onnx::GraphProto &graph) {
  Scope scope;
  for (const onnx::OperatorSetIdProto &set : file.model->opset_import())
    scope.versions[normalizeDomain(set.domain())] = set.version();
  // Files of IR versions 1 and 2 have no operator sets; they mean the first.
  scope.versions.try_emplace("", 1);

  if (failed(addInitializers(graph, scope)) || failed(checkOptions(graph)) ||
      failed(bindDimensions(graph)))
    return failure();
  for (const onnx::ValueInfoProto &input : graph.input()) {
    // Old exporters list weights among the inputs; they are constants.
    if (scope.initializers.contains(input.name()))
      continue;
    auto format = llvm::find_if(options.inputs, [&](const InputFormat &f) {
      return f.name == input.name();
    });
    if (failed(addInput(
            input, format == options.inputs.end() ? nullptr : &*format, scope)))
      return failure();
  }

  SmallVector<StringRef> outputs;
  llvm::StringSet<> outputNames;
  for (const onnx::ValueInfoProto &output : graph.output()) {
    if (!outputNames.insert(output.name()).second)
      return error() << "output \"" << output.name() << "\" is listed twice";
    if (output.type().value_case() != onnx::TypeProto::kTensorType &&
        output.type().value_case() != onnx::TypeProto::VALUE_NOT_SET)
      return error() << "output \"" << output.name() << "\": found "
                     << describeTypeProto(output.type())
                     << ", expected a tensor";
    outputs.push_back(output.name());
  }
  if (outputs.empty())
    return error() << "the graph has no outputs";
  if (failed(importNodes(graph.node(), scope, outputs)))
    return failure();

  SmallVector<Value> results;
  for (StringRef output : outputs) {
    Emitter emitter(builder, NameLoc::get(builder.getStringAttr(output)),
                    (file.path + ": output \"" + output + "\"").str());
    Value value = lookup(output, scope, emitter);
    if (!value) {
      if (!emitter.hasFailed())
        emitter.error() << "no node, initialiser or input has this name";
      return failure();
    }
    results.push_back(value);
  }
  builder.create<func::ReturnOp>(UnknownLoc::get(&context), results);
  // Parameters that became attributes leave their constants behind.
  for (Operation &op :
       llvm::make_early_inc_range(llvm::reverse(function.getBody().front())))
    if (isOpTriviallyDead(&op))
      op.erase();
  function.setFunctionType(builder.getFunctionType(
      function.getBody().getArgumentTypes(), ValueRange(results).getTypes()));
  for (auto [index, output] : llvm::enumerate(outputs))
    function.setResultAttr(static_cast<unsigned>(index),
                           nn::NNDialect::kNameAttr,
                           builder.getStringAttr(output));
  return success();
}

//===----------------------------------------------------------------------===//
// Nodes
//===----------------------------------------------------------------------===//

Value GraphImporter::lookup(StringRef name, Scope &scope, Emitter &emitter) {
  for (Scope *visible = &scope; visible; visible = visible->outer) {
    auto value = visible->values.find(name);
    if (value != visible->values.end())
      return value->second;
    auto tensor = visible->initializers.find(name);
    if (tensor == visible->initializers.end())
      continue;
    std::string reason;
    auto data = readConstant(*tensor->second, reason);
    if (!data) {
      emitter.error() << "initialiser \"" << name << "\": " << reason;
      return nullptr;
    }
    ElementsAttr attr =
        makeConstant(data->type, data->bytes, data->owner, name);
    Value constant = builder.create<nn::ConstantOp>(
        NameLoc::get(builder.getStringAttr(name)), attr);
    // The builder stands in the one block there is, so the constant dominates
    // everything that is built later, in this scope and in inner ones.
    visible->values[name] = constant;
    if (isPackedType(tensor->second->data_type()))
      packed.insert(constant);
    return constant;
  }
  return nullptr;
}

LogicalResult GraphImporter::importNodes(const Nodes &nodes, Scope &scope,
                                         ArrayRef<StringRef> outputs) {
  llvm::StringSet<> produced;
  for (auto [index, node] : llvm::enumerate(nodes))
    for (const std::string &output : node.output())
      if (!output.empty() &&
          (!produced.insert(output).second || scope.values.contains(output) ||
           scope.initializers.contains(output)))
        return error() << describeNode(node, static_cast<unsigned>(index),
                                       scope)
                       << ": output \"" << output
                       << "\" is the name of another value, too";

  NodeOrder order = orderNodes(nodes, outputs);
  if (order.cyclicNode >= 0)
    return error() << describeNode(nodes.Get(order.cyclicNode),
                                   static_cast<unsigned>(order.cyclicNode),
                                   scope)
                   << ": input \"" << order.cyclicInput
                   << "\" depends on this node's own output: the graph has a "
                      "cycle";
  for (StringRef output : outputs)
    scope.used.insert(output);
  for (unsigned index : order.live)
    forEachReadName(nodes.Get(static_cast<int>(index)),
                    [&](StringRef name) { scope.used.insert(name); });
  for (unsigned index : order.live)
    if (failed(importNode(nodes.Get(static_cast<int>(index)), index, scope)))
      return failure();
  return success();
}

std::string GraphImporter::describeNode(const onnx::NodeProto &node,
                                        unsigned index,
                                        const Scope &scope) const {
  return "node \"" + getNodeName(node, index, scope) + "\" (" + node.op_type() +
         ")";
}

std::string GraphImporter::getNodeName(const onnx::NodeProto &node,
                                       unsigned index, const Scope &scope) {
  if (!node.name().empty())
    return scope.prefix + node.name();
  return scope.prefix + node.op_type() + "#" + std::to_string(index);
}

LogicalResult GraphImporter::importNode(const onnx::NodeProto &node,
                                        unsigned index, Scope &scope) {
  StringRef domain = normalizeDomain(node.domain());
  std::string name = getNodeName(node, index, scope);
  NodeContext call(*this, scope, node,
                   NameLoc::get(builder.getStringAttr(name)),
                   file.path + ": " + describeNode(node, index, scope),
                   scope.getVersion(domain));
  if (++importedNodes > kMaxImportedNodes)
    return call.error() << "the model has more than " << kMaxImportedNodes
                        << " nodes when its functions are inlined";

  SmallVector<Value> inputs;
  for (auto [position, input] : llvm::enumerate(node.input())) {
    if (input.empty() || scope.isAbsent(input)) {
      inputs.push_back(nullptr);
      continue;
    }
    Value value = lookup(input, scope, call);
    if (!value && !call.hasFailed())
      call.error() << "input " << position << " \"" << input
                   << "\": no node, initialiser or input has this name";
    if (!value)
      return failure();
    if (packed.contains(value) && node.op_type() != "DequantizeLinear")
      return call.error() << "input " << position << " \"" << input
                          << "\": found integers of fewer than 8 bits, which "
                             "only DequantizeLinear may read";
    inputs.push_back(value);
  }
  while (!inputs.empty() && !inputs.back())
    inputs.pop_back();
  call.setInputs(inputs);

  // A model's own functions win over operators of the same name.
  auto own = functions.find(
      getFunctionKey(node.domain(), node.op_type(), node.overload()));
  std::string key =
      (domain.empty() ? "" : domain.str() + "::") + node.op_type();
  auto custom = options.customOperators.find(key);
  if (own != functions.end()) {
    if (failed(callFunction(*own->second, node, call, scope)))
      return failure();
  } else if (custom != options.customOperators.end()) {
    if (failed(importCustomCall(custom->second, node, scope, call)))
      return failure();
  } else {
    const OperatorEntry *entry = Registry::get().lookup(domain, node.op_type());
    if (!entry)
      return reportUnknown(node, call);
    if (failed(checkArity(*entry, call)) || failed(entry->function(call)) ||
        call.hasFailed() || failed(call.checkAllAttributesRead()))
      return failure();
  }

  for (auto [position, output] : llvm::enumerate(node.output())) {
    if (output.empty())
      continue;
    Value value = call.getOutputs()[position];
    if (!value) {
      if (call.wants(static_cast<unsigned>(position)))
        return call.error() << "output " << position << " \"" << output
                            << "\" is not supported";
      continue;
    }
    scope.values[output] = value;
  }
  return success();
}

LogicalResult GraphImporter::checkArity(const OperatorEntry &entry,
                                        NodeContext &call) {
  unsigned found = call.getNumInputs();
  if (entry.since > call.getVersion())
    return call.error() << "found operator set " << call.getVersion()
                        << ", expected at least " << entry.since
                        << ", which brought this operator";
  if (entry.until && call.getVersion() > entry.until)
    return call.error() << "found operator set " << call.getVersion()
                        << ", expected at most " << entry.until
                        << ", the last with this operator";
  if (found > entry.maxInputs)
    return call.error() << "found " << found << " inputs, expected at most "
                        << entry.maxInputs;
  for (unsigned index = 0; index < entry.minInputs; ++index)
    if (!call.in(index))
      return call.error() << "found no input " << index << ", expected "
                          << entry.minInputs << " inputs"
                          << (entry.minInputs == entry.maxInputs ? ""
                                                                 : " or more");
  return success();
}

LogicalResult GraphImporter::reportUnknown(const onnx::NodeProto &node,
                                           NodeContext &call) {
  StringRef domain = normalizeDomain(node.domain());
  StringRef reason = Registry::get().whyUnsupported(domain, node.op_type());
  if (!reason.empty())
    return call.error() << "this operator is not supported: " << reason;
  if (domain.empty())
    return call.error() << "this operator is not known to megcc";
  return call.error() << "operator of domain \"" << domain
                      << "\" is not known to megcc";
}
