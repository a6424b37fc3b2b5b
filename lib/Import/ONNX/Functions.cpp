//===- Functions.cpp - Calls of a model's functions, and subgraphs --------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Import/ONNX/GraphImporter.h"
#include "lib/Import/ONNX/Registry.h"

using namespace mlir;
using namespace megcc;

LogicalResult GraphImporter::callFunction(const onnx::FunctionProto &function,
                                          const onnx::NodeProto &node,
                                          NodeContext &call, Scope &scope) {
  if (llvm::is_contained(callStack, &function))
    return call.error() << "function \"" << function.name()
                        << "\" calls itself";
  if (node.input_size() > function.input_size())
    return call.error() << "found " << node.input_size()
                        << " inputs, expected at most " << function.input_size()
                        << " as function \"" << function.name() << "\" has";
  if (node.output_size() > function.output_size())
    return call.error() << "found " << node.output_size()
                        << " outputs, expected at most "
                        << function.output_size() << " as function \""
                        << function.name() << "\" has";

  Scope body;
  body.prefix = cast<NameLoc>(call.getLoc()).getName().str() + "/";
  for (const onnx::OperatorSetIdProto &set : function.opset_import())
    body.versions[normalizeDomain(set.domain())] = set.version();
  for (const onnx::ValueInfoProto &info : function.value_info())
    body.declared[info.name()] = &info;
  for (auto [index, name] : llvm::enumerate(function.input())) {
    Value value = call.in(static_cast<unsigned>(index));
    if (value && !body.values.try_emplace(name, value).second)
      return call.error() << "function \"" << function.name() << "\": input \""
                          << name << "\" is listed twice";
    // An input that the caller left out is left out wherever it is read.
    if (!value)
      body.absent.insert(name);
  }
  for (const onnx::AttributeProto &attribute : function.attribute_proto())
    body.attributes[attribute.name()] = &attribute;
  for (const onnx::AttributeProto &attribute : node.attribute()) {
    const onnx::AttributeProto *value = scope.resolve(attribute);
    if (value)
      body.attributes[attribute.name()] = value;
  }

  SmallVector<StringRef> outputs;
  for (int index = 0; index < node.output_size(); ++index)
    if (call.wants(static_cast<unsigned>(index)))
      outputs.push_back(function.output(index));
  callStack.push_back(&function);
  LogicalResult imported = importNodes(function.node(), body, outputs);
  callStack.pop_back();
  if (failed(imported))
    return failure();

  for (int index = 0; index < node.output_size(); ++index) {
    if (!call.wants(static_cast<unsigned>(index)))
      continue;
    Value value = lookup(function.output(index), body, call);
    if (!value)
      return call.error() << "function \"" << function.name() << "\": output \""
                          << function.output(index) << "\" is not computed";
    call.out(static_cast<unsigned>(index), value);
  }
  return success();
}

std::optional<SmallVector<Value>>
GraphImporter::importSubgraph(const onnx::GraphProto &graph, Scope &outer,
                              ArrayRef<Value> arguments, NodeContext &node,
                              const Twine &suffix) {
  Scope body;
  body.outer = &outer;
  body.prefix =
      (cast<NameLoc>(node.getLoc()).getName().strref() + "/" + suffix).str();
  if (failed(addInitializers(graph, body)))
    return std::nullopt;
  if (static_cast<size_t>(graph.input_size()) != arguments.size()) {
    node.error() << "subgraph \"" << graph.name() << "\": found "
                 << graph.input_size() << " inputs, expected "
                 << arguments.size();
    return std::nullopt;
  }
  for (auto [input, value] : llvm::zip(graph.input(), arguments))
    body.values[input.name()] = value;
  SmallVector<StringRef> outputs;
  for (const onnx::ValueInfoProto &output : graph.output())
    outputs.push_back(output.name());
  if (failed(importNodes(graph.node(), body, outputs)))
    return std::nullopt;

  SmallVector<Value> results;
  for (StringRef output : outputs) {
    Value value = lookup(output, body, node);
    if (!value) {
      if (!node.hasFailed())
        node.error() << "subgraph \"" << graph.name() << "\": output \""
                     << output << "\" is not computed";
      return std::nullopt;
    }
    results.push_back(value);
  }
  return results;
}

/// The attributes of a user's operator, as the package's author will see them.
static DictionaryAttr collectAttributes(const onnx::NodeProto &node,
                                        const Scope &scope, NodeContext &call) {
  Builder &builder = call.builder;
  NamedAttrList list;
  for (const onnx::AttributeProto &written : node.attribute()) {
    const onnx::AttributeProto *attribute = scope.resolve(written);
    if (!attribute)
      continue;
    StringRef name = written.name();
    if (attribute->has_f())
      list.set(name, builder.getF32FloatAttr(attribute->f()));
    else if (attribute->has_i())
      list.set(name, builder.getI64IntegerAttr(attribute->i()));
    else if (attribute->has_s())
      list.set(name, builder.getStringAttr(attribute->s()));
    else if (attribute->ints_size())
      list.set(name, builder.getDenseI64ArrayAttr(SmallVector<int64_t>(
                         attribute->ints().begin(), attribute->ints().end())));
    else if (attribute->floats_size())
      list.set(name,
               builder.getDenseF32ArrayAttr(SmallVector<float>(
                   attribute->floats().begin(), attribute->floats().end())));
    else
      call.attrError(name, "a tensor, a graph or no value",
                     "numbers or a string for an operator supplied by the "
                     "user");
  }
  return list.empty() ? DictionaryAttr()
                      : list.getDictionary(builder.getContext());
}

LogicalResult GraphImporter::importCustomCall(StringRef callee,
                                              const onnx::NodeProto &node,
                                              const Scope &scope,
                                              NodeContext &call) {
  // Nothing but the file says what a user's operator returns.
  SmallVector<Type> types;
  for (int index = 0; index < node.output_size(); ++index) {
    RankedTensorType type = call.declared(static_cast<unsigned>(index));
    if (!type)
      return call.error() << "output " << index << " \"" << node.output(index)
                          << "\": found no static type in the file, expected "
                             "one for an operator supplied by the user";
    types.push_back(type);
  }
  for (Value input : call.getInputs())
    if (!input)
      return call.error() << "found an input left out, expected all inputs of "
                             "an operator supplied by the user";
  DictionaryAttr attributes = collectAttributes(node, scope, call);
  if (call.hasFailed())
    return failure();
  auto op = builder.create<nn::CustomCallOp>(call.getLoc(), types, callee,
                                             call.getInputs(), attributes);
  for (auto [index, value] : llvm::enumerate(op->getResults()))
    call.out(static_cast<unsigned>(index), value);
  return success();
}
