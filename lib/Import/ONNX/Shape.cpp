//===- Shape.cpp - Shapes as values, and constants ------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Import/ONNX/OperatorHelpers.h"
#include "lib/Import/ONNX/Registry.h"

#include <cmath>

using namespace mlir;
using namespace megcc;

static LogicalResult importShape(NodeContext &call) {
  ArrayRef<int64_t> dims = call.dims(call.in(0));
  int64_t rank = static_cast<int64_t>(dims.size());
  auto bound = [&](StringRef name, int64_t otherwise) {
    int64_t value = call.intAttr(name, otherwise);
    return std::clamp<int64_t>(value < 0 ? value + rank : value, 0, rank);
  };
  int64_t start = bound("start", 0), end = bound("end", rank);
  ArrayRef<int64_t> part =
      dims.slice(static_cast<size_t>(start),
                 static_cast<size_t>(std::max<int64_t>(0, end - start)));
  return call.result(
      call.ints({static_cast<int64_t>(part.size())}, part, call.i64()));
}

static LogicalResult importSize(NodeContext &call) {
  return call.result(
      call.ints({}, {call.typeOf(call.in(0)).getNumElements()}, call.i64()));
}

static LogicalResult importConstant(NodeContext &call) {
  if (call.hasAttr("value")) {
    ElementsAttr value = call.tensorAttr("value");
    return value ? call.result(call.constant(value)) : failure();
  }
  if (call.hasAttr("value_int"))
    return call.result(
        call.ints({}, {call.intAttr("value_int", 0)}, call.i64()));
  if (call.hasAttr("value_float"))
    return call.result(
        call.floats({}, {call.floatAttr("value_float", 0)}, call.f32()));
  if (auto values = call.intsAttr("value_ints"))
    return call.result(
        call.ints({static_cast<int64_t>(values->size())}, *values, call.i64()));
  if (auto values = call.floatsAttr("value_floats"))
    return call.result(call.floats({static_cast<int64_t>(values->size())},
                                   *values, call.f32()));
  for (StringRef name : {"sparse_value", "value_string", "value_strings"})
    if (call.hasAttr(name))
      return call.error() << "attribute " << name
                          << ": sparse and string constants are not supported";
  if (call.hasFailed())
    return failure();
  return call.attrError("value", "no value", "a tensor");
}

/// A shape that an operator fills; at run time the declared one serves.
static std::optional<SmallVector<int64_t>>
readResultShape(NodeContext &call, unsigned index, StringRef role) {
  if (call.intsOf(call.in(index)))
    return call.intsOf(call.in(index));
  if (RankedTensorType type = call.declared(0))
    return SmallVector<int64_t>(type.getShape());
  call.requireInts(index, role);
  return std::nullopt;
}

static LogicalResult importConstantOfShape(NodeContext &call) {
  ElementsAttr value = call.tensorAttr("value");
  auto shape = readResultShape(call, 0, "shape");
  if (!shape || call.hasFailed())
    return failure();
  if (!value)
    return call.result(call.splat(*shape, call.f32(), 0));
  if (value.getNumElements() != 1)
    return call.attrError("value", Twine(value.getNumElements()) + " elements",
                          "1");
  // An i64 is not always a double; the element itself is.
  auto type = RankedTensorType::get({}, value.getElementType());
  Value scalar = call.constant(retypeConstant(value, type));
  return call.result(call.expand(scalar, *shape));
}

static LogicalResult importRange(NodeContext &call) {
  auto start = call.floatsOf(call.in(0)), limit = call.floatsOf(call.in(1)),
       delta = call.floatsOf(call.in(2));
  Type type = call.elementOf(call.in(0));
  int64_t count = 0;
  if (start && limit && delta) {
    if (start->size() != 1 || limit->size() != 1 || delta->size() != 1)
      return call.error() << "found an operand of several elements, expected "
                             "scalars";
    if (delta->front() == 0)
      return call.error() << "input 2 (delta): found 0, expected another step";
    double steps =
        std::ceil((limit->front() - start->front()) / delta->front());
    // Also refuses NaN.
    if (!(steps <= static_cast<double>(kMaxComputedElements)))
      return call.error() << "found a range of " << std::to_string(steps)
                          << " elements, expected at most 2^26";
    count = std::max<int64_t>(0, static_cast<int64_t>(steps));
  } else if (RankedTensorType declared = call.declared(0);
             declared && declared.getRank() == 1 &&
             declared.getDimSize(0) <= kMaxComputedElements) {
    count = declared.getDimSize(0);
  } else {
    for (unsigned index : {0u, 1u, 2u})
      if (!call.requireFloats(index, index == 0   ? "start"
                                     : index == 1 ? "limit"
                                                  : "delta"))
        return failure();
  }
  // start + i * delta, whatever of it is known.
  SmallVector<int64_t> numbers(llvm::to_vector(llvm::seq<int64_t>(0, count)));
  Value index =
      isa<FloatType>(type)
          ? call.floats({count},
                        SmallVector<double>(numbers.begin(), numbers.end()),
                        type)
          : call.ints({count}, numbers, type);
  Value scaled = call.create<nn::MulOp>(index, call.reshape(call.in(2), {}));
  return call.result(
      call.create<nn::AddOp>(scaled, call.reshape(call.in(0), {})));
}

static LogicalResult importEyeLike(NodeContext &call) {
  if (!call.requireRank(0, 2, 2))
    return failure();
  int64_t offset = call.intAttr("k", 0);
  Type type = call.typeAttr("dtype");
  if (!type)
    type = call.elementOf(call.in(0));
  ArrayRef<int64_t> dims = call.dims(call.in(0));
  int64_t count = dims[0] * dims[1];
  if (count > kMaxComputedElements)
    return call.error() << "found " << describeShape(dims)
                        << ", expected at most 2^26 elements";
  SmallVector<double> values(static_cast<size_t>(count), 0.0);
  for (int64_t row = 0; row < dims[0]; ++row) {
    // Beyond the matrix in either direction; no overflow for any k.
    if (offset >= dims[1] || offset <= -dims[0])
      break;
    int64_t column = row + offset;
    if (column >= 0 && column < dims[1])
      values[static_cast<size_t>(row * dims[1] + column)] = 1.0;
  }
  if (isa<FloatType>(type))
    return call.result(call.floats(dims, values, type));
  return call.result(call.ints(
      dims, SmallVector<int64_t>(values.begin(), values.end()), type));
}

void megcc::registerShape(Registry &registry) {
  registry.beginGroup("Shapes and constants");
  registry.add("Constant", 0, 0, 1, importConstant,
               "sparse tensors and strings");
  registry.add("ConstantOfShape", 1, 1, 9, importConstantOfShape);
  registry.add("EyeLike", 1, 1, 9, importEyeLike);
  registry.add("Range", 3, 3, 11, importRange);
  registry.add("Shape", 1, 1, 1, importShape);
  registry.add("Size", 1, 1, 1, importSize);
}
