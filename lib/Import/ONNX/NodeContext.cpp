//===- NodeContext.cpp - What an operator's import sees -------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Import/ONNX/NodeContext.h"
#include "lib/Import/ONNX/GraphImporter.h"
#include "lib/Import/ONNX/TensorData.h"
#include "lib/Support/Constants.h"

#include "llvm/ADT/SmallSet.h"

using namespace mlir;
using namespace megcc;
using onnx::AttributeProto;

NodeContext::NodeContext(GraphImporter &importer, Scope &scope,
                         const onnx::NodeProto &node, Location loc,
                         std::string subject, int64_t version)
    : Emitter(importer.getBuilder(), loc, std::move(subject)),
      importer(importer), scope(scope), node(node), version(version),
      outputs(static_cast<size_t>(node.output_size())) {}

//===----------------------------------------------------------------------===//
// Inputs
//===----------------------------------------------------------------------===//

/// What to do about a parameter that is computed at run time.
static InFlightDiagnostic &&describeRunTime(InFlightDiagnostic &&diagnostic,
                                            unsigned index, StringRef name,
                                            StringRef role) {
  diagnostic << "input " << index << " (" << role << ") \"" << name
             << "\": found a value computed at run time, expected a constant, "
                "as shapes are fixed at compile time";
  return std::move(diagnostic);
}

std::optional<SmallVector<int64_t>> NodeContext::requireInts(unsigned index,
                                                             StringRef role) {
  if (hasFailed())
    return std::nullopt;
  auto values = intsOf(in(index));
  if (!values) {
    if (isa<FloatType>(elementOf(in(index))))
      error() << "input " << index << " (" << role << "): found "
              << describeType(typeOf(in(index))) << ", expected integers";
    else
      describeRunTime(error(), index, getInputName(index), role);
  }
  return values;
}

std::optional<SmallVector<double>> NodeContext::requireFloats(unsigned index,
                                                              StringRef role) {
  if (hasFailed())
    return std::nullopt;
  auto values = floatsOf(in(index));
  if (!values)
    describeRunTime(error(), index, getInputName(index), role);
  return values;
}

bool NodeContext::requireRank(unsigned index, int64_t low, int64_t high) {
  int64_t rank = rankOf(in(index));
  if (hasFailed() || (rank >= low && rank <= high))
    return !hasFailed();
  auto diagnostic = error();
  diagnostic << "input " << index << " \"" << getInputName(index)
             << "\": found " << describeType(typeOf(in(index)))
             << ", expected ";
  if (low == high)
    diagnostic << low;
  else if (high == INT64_MAX)
    diagnostic << "at least " << low;
  else
    diagnostic << low << " to " << high;
  diagnostic << (low == 1 && high == 1 ? " dimension" : " dimensions");
  return false;
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

/// Files of IR version 1 don't say an attribute's type; the field in use does.
static AttributeProto::AttributeType typeOfAttribute(const AttributeProto &a) {
  if (a.type() != AttributeProto::UNDEFINED)
    return a.type();
  if (a.has_f())
    return AttributeProto::FLOAT;
  if (a.has_i())
    return AttributeProto::INT;
  if (a.has_s())
    return AttributeProto::STRING;
  if (a.has_t())
    return AttributeProto::TENSOR;
  if (a.has_g())
    return AttributeProto::GRAPH;
  if (a.floats_size())
    return AttributeProto::FLOATS;
  if (a.ints_size())
    return AttributeProto::INTS;
  if (a.strings_size())
    return AttributeProto::STRINGS;
  return AttributeProto::UNDEFINED;
}

static std::string nameOfType(AttributeProto::AttributeType type) {
  switch (type) {
  case AttributeProto::FLOAT:
    return "a float";
  case AttributeProto::INT:
    return "an integer";
  case AttributeProto::STRING:
    return "a string";
  case AttributeProto::TENSOR:
    return "a tensor";
  case AttributeProto::GRAPH:
    return "a graph";
  case AttributeProto::FLOATS:
    return "a list of floats";
  case AttributeProto::INTS:
    return "a list of integers";
  case AttributeProto::STRINGS:
    return "a list of strings";
  case AttributeProto::UNDEFINED:
    return "no value";
  default:
    return StringRef(AttributeProto::AttributeType_Name(type)).lower();
  }
}

const AttributeProto *NodeContext::find(StringRef name,
                                        AttributeProto::AttributeType type) {
  readAttributes.insert(name);
  for (const AttributeProto &written : node.attribute()) {
    if (StringRef(written.name()) != name)
      continue;
    const AttributeProto *attribute = scope.resolve(written);
    if (!attribute)
      return nullptr; // The function's caller left it out.
    AttributeProto::AttributeType found = typeOfAttribute(*attribute);
    if (type == AttributeProto::UNDEFINED || found == type)
      return attribute;
    // An empty list has no field in use in the oldest files.
    if (found == AttributeProto::UNDEFINED &&
        (type == AttributeProto::INTS || type == AttributeProto::FLOATS ||
         type == AttributeProto::STRINGS))
      return attribute;
    attrError(name, nameOfType(found), nameOfType(type));
    return nullptr;
  }
  return nullptr;
}

bool NodeContext::hasAttr(StringRef name) {
  return find(name, AttributeProto::UNDEFINED) != nullptr;
}

int64_t NodeContext::intAttr(StringRef name, int64_t otherwise) {
  auto *attribute = find(name, AttributeProto::INT);
  return attribute ? attribute->i() : otherwise;
}

double NodeContext::floatAttr(StringRef name, double otherwise) {
  auto *attribute = find(name, AttributeProto::FLOAT);
  return attribute ? attribute->f() : otherwise;
}

std::string NodeContext::stringAttr(StringRef name, StringRef otherwise) {
  auto *attribute = find(name, AttributeProto::STRING);
  return attribute ? attribute->s() : otherwise.str();
}

std::optional<SmallVector<int64_t>> NodeContext::intsAttr(StringRef name) {
  if (auto *attribute = find(name, AttributeProto::INTS))
    return SmallVector<int64_t>(attribute->ints().begin(),
                                attribute->ints().end());
  return std::nullopt;
}

std::optional<SmallVector<double>> NodeContext::floatsAttr(StringRef name) {
  if (auto *attribute = find(name, AttributeProto::FLOATS))
    return SmallVector<double>(attribute->floats().begin(),
                               attribute->floats().end());
  return std::nullopt;
}

std::optional<std::vector<std::string>>
NodeContext::stringsAttr(StringRef name) {
  if (auto *attribute = find(name, AttributeProto::STRINGS))
    return std::vector<std::string>(attribute->strings().begin(),
                                    attribute->strings().end());
  return std::nullopt;
}

SmallVector<int64_t> NodeContext::intsAttr(StringRef name, size_t count,
                                           int64_t otherwise) {
  auto values = intsAttr(name);
  if (!values)
    return SmallVector<int64_t>(count, otherwise);
  if (values->size() != count)
    attrError(name, Twine(values->size()) + " values",
              Twine(count) + " for input " +
                  (getNumInputs() ? describeType(typeOf(in(0))) : ""));
  values->resize(count, otherwise);
  return *values;
}

ElementsAttr NodeContext::tensorAttr(StringRef name) {
  auto *attribute = find(name, AttributeProto::TENSOR);
  if (!attribute)
    return nullptr;
  std::string reason;
  if (isPackedType(attribute->t().data_type())) {
    attrError(name, getDataTypeName(attribute->t().data_type()),
              "a type of numbers or bool");
    return nullptr;
  }
  auto data = importer.readConstant(attribute->t(), reason);
  if (!data) {
    error() << "attribute " << name << ": " << reason;
    return nullptr;
  }
  return makeConstant(data->type, data->bytes, data->owner, node.name());
}

const onnx::GraphProto *NodeContext::graphAttr(StringRef name) {
  auto *attribute = find(name, AttributeProto::GRAPH);
  return attribute ? &attribute->g() : nullptr;
}

Type NodeContext::typeAttr(StringRef name) {
  auto *attribute = find(name, AttributeProto::INT);
  if (!attribute)
    return nullptr;
  int32_t dataType = static_cast<int32_t>(attribute->i());
  if (Type type = getElementType(getContext(), dataType))
    return type;
  attrError(name, getDataTypeName(dataType), "a type of numbers or bool");
  return nullptr;
}

std::optional<int64_t> NodeContext::axisAttr(StringRef name, int64_t otherwise,
                                             int64_t rank) {
  int64_t axis = intAttr(name, otherwise);
  if (hasFailed())
    return std::nullopt;
  if (axis < -rank || axis >= rank) {
    attrError(name, Twine(axis),
              "an axis in [" + Twine(-rank) + ", " + Twine(rank) + ")");
    return std::nullopt;
  }
  return axis < 0 ? axis + rank : axis;
}

std::optional<SmallVector<int64_t>>
NodeContext::normalizeAxes(ArrayRef<int64_t> axes, int64_t rank) {
  if (hasFailed())
    return std::nullopt;
  SmallVector<int64_t> result;
  for (int64_t axis : axes) {
    if (axis < -rank || axis >= rank) {
      attrError("axes", Twine(axis),
                "axes in [" + Twine(-rank) + ", " + Twine(rank) + ")");
      return std::nullopt;
    }
    axis = axis < 0 ? axis + rank : axis;
    if (llvm::is_contained(result, axis)) {
      attrError("axes", "axis " + Twine(axis) + " twice", "distinct axes");
      return std::nullopt;
    }
    result.push_back(axis);
  }
  return result;
}

void NodeContext::ignoreAttrs(std::initializer_list<StringRef> names) {
  for (StringRef name : names)
    readAttributes.insert(name);
}

InFlightDiagnostic NodeContext::attrError(StringRef name, const Twine &found,
                                          const Twine &expected) {
  auto diagnostic = error();
  diagnostic << "attribute " << name << ": found " << found << ", expected "
             << expected;
  return diagnostic;
}

LogicalResult NodeContext::checkAllAttributesRead() {
  for (const AttributeProto &attribute : node.attribute())
    if (!readAttributes.contains(attribute.name()))
      return error() << "attribute " << attribute.name()
                     << " is not known for this operator";
  return success();
}

//===----------------------------------------------------------------------===//
// Outputs
//===----------------------------------------------------------------------===//

bool NodeContext::wants(unsigned index) const {
  return index < outputs.size() &&
         scope.isUsed(node.output(static_cast<int>(index)));
}

void NodeContext::out(unsigned index, Value value) {
  if (index < outputs.size())
    outputs[index] = value;
}

LogicalResult NodeContext::result(Value value) {
  out(0, value);
  return success(value && !hasFailed());
}

RankedTensorType NodeContext::declared(unsigned index) const {
  if (index >= outputs.size())
    return nullptr;
  return importer.getDeclaredType(scope, node.output(static_cast<int>(index)));
}

std::optional<SmallVector<Value>>
NodeContext::importSubgraph(const onnx::GraphProto &graph,
                            ArrayRef<Value> arguments, const Twine &suffix) {
  if (hasFailed())
    return std::nullopt;
  return importer.importSubgraph(graph, scope, arguments, *this, suffix);
}
