//===- GraphInputs.cpp - Types and forms of the model's inputs ------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Shapes are fixed here, once: from the file, from --input-shape, from --dim. A
// symbol that --input-shape gives a value has this value everywhere.
//
//===----------------------------------------------------------------------===//

#include "dialects/Kernel/PlanAttributes.h"
#include "lib/Import/ONNX/GraphImporter.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace megcc;

std::string GraphImporter::describeTypeProto(const onnx::TypeProto &type) {
  switch (type.value_case()) {
  case onnx::TypeProto::kTensorType:
    return "a tensor of " + getDataTypeName(type.tensor_type().elem_type());
  case onnx::TypeProto::kSequenceType:
    return "a sequence";
  case onnx::TypeProto::kMapType:
    return "a map";
  case onnx::TypeProto::kOptionalType:
    return "an optional value";
  case onnx::TypeProto::kSparseTensorType:
    return "a sparse tensor";
  case onnx::TypeProto::kOpaqueType:
    return "an opaque value";
  default:
    return "no type";
  }
}

static const onnx::ValueInfoProto *findInput(const onnx::GraphProto &graph,
                                             StringRef name) {
  for (const onnx::ValueInfoProto &input : graph.input())
    if (StringRef(input.name()) == name)
      return &input;
  return nullptr;
}

LogicalResult GraphImporter::checkOptions(const onnx::GraphProto &graph) {
  auto checkInput = [&](StringRef option, StringRef name) -> LogicalResult {
    if (findInput(graph, name))
      return success();
    SmallVector<StringRef> names;
    for (const onnx::ValueInfoProto &input : graph.input())
      names.push_back(input.name());
    return error() << option << ": found no input \"" << name
                   << "\", the model has \"" << llvm::join(names, "\", \"")
                   << "\"";
  };
  for (const auto &[name, shape] : options.inputShapes)
    if (failed(checkInput("--input-shape", name)))
      return failure();
  for (const InputFormat &format : options.inputs)
    if (failed(checkInput("--input", format.name)))
      return failure();

  llvm::StringSet<> symbols;
  for (const onnx::ValueInfoProto &input : graph.input())
    for (const auto &dim : input.type().tensor_type().shape().dim())
      if (!dim.dim_param().empty())
        symbols.insert(dim.dim_param());
  for (const auto &[symbol, value] : options.dims)
    if (!symbols.contains(symbol))
      return error() << "--dim: found no dimension \"" << symbol
                     << "\" in the model's inputs";
  return success();
}

LogicalResult GraphImporter::bindDimension(StringRef symbol, int64_t value,
                                           StringRef input) {
  auto [it, isNew] = symbols.try_emplace(symbol, value);
  if (!isNew && it->second != value)
    return error() << "input \"" << input << "\": dimension \"" << symbol
                   << "\": found " << value << ", expected " << it->second
                   << " as elsewhere";
  return success();
}

LogicalResult GraphImporter::bindDimensions(const onnx::GraphProto &graph) {
  for (const auto &[symbol, value] : options.dims)
    if (failed(bindDimension(symbol, value, "")))
      return failure();
  for (const auto &[name, shape] : options.inputShapes) {
    const onnx::TypeProto &type = findInput(graph, name)->type();
    if (!type.tensor_type().has_shape())
      continue;
    const onnx::TensorShapeProto &declared = type.tensor_type().shape();
    if (static_cast<size_t>(declared.dim_size()) != shape.size())
      return error() << "input \"" << name << "\": found the shape "
                     << describeShape(shape) << ", expected "
                     << declared.dim_size() << " dimensions";
    for (auto [dim, value] : llvm::zip(declared.dim(), shape))
      if (!dim.dim_param().empty() &&
          failed(bindDimension(dim.dim_param(), value, name)))
        return failure();
  }
  return success();
}

RankedTensorType
GraphImporter::getInputType(const onnx::ValueInfoProto &input) {
  auto fail = [&]() {
    auto diagnostic = error();
    diagnostic << "input \"" << input.name() << "\": ";
    return diagnostic;
  };
  const onnx::TypeProto &type = input.type();
  if (type.value_case() != onnx::TypeProto::kTensorType) {
    fail() << "found " << describeTypeProto(type) << ", expected a tensor";
    return nullptr;
  }
  Type element = getElementType(&context, type.tensor_type().elem_type());
  if (!element) {
    fail() << "found " << describeTypeProto(type)
           << ", expected a tensor of numbers or bool";
    return nullptr;
  }

  SmallVector<int64_t> shape;
  auto given = options.inputShapes.find(input.name());
  if (given != options.inputShapes.end()) {
    shape.assign(given->second.begin(), given->second.end());
  } else if (!type.tensor_type().has_shape()) {
    fail() << "the file gives no shape: give one with --input-shape "
           << input.name() << "=...";
    return nullptr;
  } else {
    for (auto [axis, dim] : llvm::enumerate(type.tensor_type().shape().dim())) {
      auto symbol = symbols.find(dim.dim_param());
      if (!dim.dim_param().empty() && symbol != symbols.end()) {
        shape.push_back(symbol->second);
      } else if (!dim.dim_param().empty()) {
        fail() << "dimension " << axis << " (\"" << dim.dim_param()
               << "\") has no fixed size: give one with --dim "
               << dim.dim_param() << "=N or --input-shape " << input.name()
               << "=...";
        return nullptr;
      } else if (!dim.has_dim_value() || dim.dim_value() == -1) {
        fail() << "dimension " << axis
               << " has no fixed size: give one with --input-shape "
               << input.name() << "=...";
        return nullptr;
      } else {
        shape.push_back(dim.dim_value());
      }
    }
  }
  if (!countElements(shape)) {
    fail() << "found the shape " << describeShape(shape)
           << ", expected a tensor of at most 2^40 elements";
    return nullptr;
  }
  return RankedTensorType::get(shape, element);
}

/// Puts the conversion from the user's form into the graph. Bytes are moved
/// before they are widened: a transposed image is a quarter of a float one.
static Value convertInput(Emitter &emitter, Value value,
                          const InputFormat &format, RankedTensorType type) {
  if (format.layout == InputFormat::Layout::NHWC) {
    SmallVector<int64_t> perm{0, type.getRank() - 1};
    for (int64_t axis = 1; axis < type.getRank() - 1; ++axis)
      perm.push_back(axis);
    value = emitter.transpose(value, perm);
  }
  value = emitter.cast(value, type.getElementType());
  auto perChannel = [&](ArrayRef<double> values) {
    SmallVector<int64_t> shape;
    if (values.size() > 1) {
      shape.assign(type.getRank() - 1, 1);
      shape[0] = static_cast<int64_t>(values.size());
    }
    return emitter.floats(shape, values, type.getElementType());
  };
  if (!format.mean.empty())
    value = emitter.create<nn::SubOp>(value, perChannel(format.mean));
  if (!format.std.empty())
    value = emitter.create<nn::DivOp>(value, perChannel(format.std));
  return value;
}

LogicalResult GraphImporter::addInput(const onnx::ValueInfoProto &input,
                                      const InputFormat *format, Scope &scope) {
  RankedTensorType type = getInputType(input);
  if (!type)
    return failure();
  if (scope.values.contains(input.name()))
    return error() << "input \"" << input.name() << "\" is defined twice";

  Location loc = NameLoc::get(builder.getStringAttr(input.name()));
  RankedTensorType outside = type;
  if (format && format->converts) {
    bool isFloat = isa<FloatType>(type.getElementType());
    int64_t channels = type.getRank() > 1 ? type.getDimSize(1) : 0;
    auto fits = [&](ArrayRef<double> values) {
      return values.size() <= 1 ||
             static_cast<int64_t>(values.size()) == channels;
    };
    auto refuse = [&]() {
      auto diagnostic = error();
      diagnostic << "--input " << input.name() << ": ";
      return diagnostic;
    };
    if (format->layout == InputFormat::Layout::NHWC && type.getRank() < 3)
      return refuse() << "found " << describeType(type)
                      << ", expected at least 3 dimensions for nhwc";
    if (!isFloat && !(format->mean.empty() && format->std.empty()))
      return refuse() << "found " << describeType(type)
                      << ", expected a float input for mean and std";
    if (!fits(format->mean) || !fits(format->std))
      return refuse()
             << "found "
             << (fits(format->mean) ? format->std : format->mean).size()
             << " values, expected 1 or one for each of " << channels
             << " channels";
    SmallVector<int64_t> shape(type.getShape());
    if (format->layout == InputFormat::Layout::NHWC)
      std::rotate(shape.begin() + 1, shape.begin() + 2, shape.end());
    Type element = type.getElementType();
    if (format->element != InputFormat::Element::F32)
      element = IntegerType::get(&context, 8,
                                 format->element == InputFormat::Element::U8
                                     ? IntegerType::Unsigned
                                     : IntegerType::Signless);
    else
      element = builder.getF32Type();
    outside = RankedTensorType::get(shape, element);
  }

  unsigned index = function.getNumArguments();
  NamedAttribute name(builder.getStringAttr(nn::NNDialect::kNameAttr),
                      builder.getStringAttr(input.name()));
  function.insertArgument(index, outside, builder.getDictionaryAttr(name), loc);
  if (format && format->streamed)
    function.setArgAttr(index, kernel::kStreamedAttr, builder.getUnitAttr());
  Value value = function.getArgument(index);
  if (format && format->converts) {
    Emitter emitter(builder, loc, file.path + ": --input " + input.name());
    value = convertInput(emitter, value, *format, type);
    if (!value)
      return failure();
  }
  scope.values[input.name()] = value;
  return success();
}

RankedTensorType GraphImporter::getDeclaredType(const Scope &scope,
                                                StringRef name) const {
  auto it = scope.declared.find(name);
  if (it == scope.declared.end() ||
      it->second->type().value_case() != onnx::TypeProto::kTensorType ||
      !it->second->type().tensor_type().has_shape())
    return nullptr;
  const onnx::TypeProto::Tensor &tensor = it->second->type().tensor_type();
  Type element = getElementType(&context, tensor.elem_type());
  SmallVector<int64_t> shape;
  for (const auto &dim : tensor.shape().dim()) {
    auto symbol = symbols.find(dim.dim_param());
    if (dim.has_dim_value())
      shape.push_back(dim.dim_value());
    else if (!dim.dim_param().empty() && symbol != symbols.end())
      shape.push_back(symbol->second);
    else
      return nullptr;
  }
  if (!element || !countElements(shape))
    return nullptr;
  return RankedTensorType::get(shape, element);
}
