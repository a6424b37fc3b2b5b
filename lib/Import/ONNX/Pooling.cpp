//===- Pooling.cpp - Sliding and global pooling ---------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Import/ONNX/OperatorHelpers.h"
#include "lib/Import/ONNX/Registry.h"

using namespace mlir;
using namespace megcc;

/// nn's indices are row-major; ONNX may want them with the last two dimensions
/// exchanged, the fastest first (storage_order 1).
static Value toColumnMajor(NodeContext &call, Value indices,
                           ArrayRef<int64_t> shape) {
  // Position p = (h * W + w) within an image becomes w * H + h.
  int64_t height = shape[shape.size() - 2], width = shape.back();
  auto number = [&](int64_t value) {
    return call.ints({}, {value}, call.i64());
  };
  Value size = number(height * width);
  Value inner = call.create<nn::ModOp>(indices, size, false);
  Value base = call.create<nn::SubOp>(indices, inner);
  Value row = call.create<nn::DivOp>(inner, number(width));
  Value column = call.create<nn::ModOp>(inner, number(width), false);
  Value turned = call.create<nn::AddOp>(
      call.create<nn::MulOp>(column, number(height)), row);
  return call.create<nn::AddOp>(base, turned);
}

static LogicalResult importMaxPool(NodeContext &call) {
  if (!call.requireRank(0, 3))
    return failure();
  Value x = call.in(0);
  auto window = readWindow(call, call.dims(x).drop_front(2), std::nullopt,
                           /*hasCeilMode=*/true);
  bool isColumnMajor = call.flagAttr("storage_order", false);
  if (!window)
    return failure();
  bool withIndices = call.wants(1);
  Operation *pool = call.createOp<nn::MaxPoolOp>(
      withIndices ? 2 : 1, x, ArrayRef<int64_t>(window->kernel),
      ArrayRef<int64_t>(window->strides),
      ArrayRef<int64_t>(window->appliedPads),
      ArrayRef<int64_t>(window->dilations), withIndices);
  if (!pool)
    return failure();
  call.out(0, pool->getResult(0));
  if (withIndices) {
    Value indices = pool->getResult(1);
    if (isColumnMajor && call.rankOf(x) > 3)
      indices = toColumnMajor(call, indices, call.dims(x));
    call.out(1, indices);
  }
  return success();
}

static LogicalResult importAveragePool(NodeContext &call) {
  if (!call.requireRank(0, 3))
    return failure();
  Value x = call.in(0);
  auto window = readWindow(call, call.dims(x).drop_front(2), std::nullopt,
                           /*hasCeilMode=*/true);
  bool countsPads = call.flagAttr("count_include_pad", false);
  if (!window)
    return failure();
  // What ceil_mode adds beyond the model's own padding never counts.
  SmallVector<int64_t> counted(window->pads.size(), 0);
  if (countsPads)
    for (auto [own, applied, count] :
         llvm::zip(window->pads, window->appliedPads, counted))
      count = std::min(own, applied);
  return call.result(call.create<nn::AveragePoolOp>(
      x, ArrayRef<int64_t>(window->kernel), ArrayRef<int64_t>(window->strides),
      ArrayRef<int64_t>(window->appliedPads),
      ArrayRef<int64_t>(window->dilations), ArrayRef<int64_t>(counted)));
}

static LogicalResult importLpPool(NodeContext &call) {
  if (!call.requireRank(0, 3))
    return failure();
  Value x = call.in(0);
  int64_t p = call.intAttr("p", 2);
  auto window = readWindow(call, call.dims(x).drop_front(2), std::nullopt,
                           /*hasCeilMode=*/true);
  if (!window)
    return failure();
  if (p < 1)
    return call.attrError("p", Twine(p), "at least 1");
  return call.result(call.create<nn::LpPoolOp>(
      x, ArrayRef<int64_t>(window->kernel), ArrayRef<int64_t>(window->strides),
      ArrayRef<int64_t>(window->appliedPads),
      ArrayRef<int64_t>(window->dilations), p));
}

static SmallVector<int64_t> spatialAxes(NodeContext &call) {
  return llvm::to_vector(llvm::seq<int64_t>(2, call.rankOf(call.in(0))));
}

template <nn::ReduceKind kind>
static LogicalResult importGlobalPool(NodeContext &call) {
  if (!call.requireRank(0, 2))
    return failure();
  if (call.rankOf(call.in(0)) == 2)
    return call.result(call.in(0));
  return call.result(
      call.reduce(kind, call.in(0), spatialAxes(call), /*keepDims=*/true));
}

static LogicalResult importGlobalLpPool(NodeContext &call) {
  if (!call.requireRank(0, 3))
    return failure();
  int64_t p = call.intAttr("p", 2);
  if (p < 1)
    return call.attrError("p", Twine(p), "at least 1");
  Value x = call.in(0);
  ArrayRef<int64_t> kernel = call.dims(x).drop_front(2);
  size_t rank = kernel.size();
  SmallVector<int64_t> ones(rank, 1), pads(2 * rank, 0);
  return call.result(call.create<nn::LpPoolOp>(
      x, kernel, ArrayRef<int64_t>(ones), ArrayRef<int64_t>(pads),
      ArrayRef<int64_t>(ones), p));
}

static Value padEnds(NodeContext &call, Value x, ArrayRef<int64_t> shape) {
  if (!x || call.dims(x) == shape)
    return x;
  SmallVector<int64_t> none(shape.size(), 0), high;
  for (auto [own, wanted] : llvm::zip(call.dims(x), shape))
    high.push_back(wanted - own);
  return call.create<nn::PadOp>(x, Value(), ArrayRef<int64_t>(none),
                                ArrayRef<int64_t>(high),
                                ArrayRef<int64_t>(none), nn::PadMode::constant);
}

/// The shape comes from the window, or from a third input.
static LogicalResult importMaxUnpool(NodeContext &call) {
  if (!call.requireRank(0, 3))
    return failure();
  Value x = call.in(0);
  size_t rank = call.dims(x).size() - 2;
  auto kernel = call.intsAttr("kernel_shape", rank, 1);
  auto strides = call.intsAttr("strides", rank, 1);
  auto pads = call.intsAttr("pads", 2 * rank, 0);
  if (call.hasFailed())
    return failure();
  SmallVector<int64_t> shape(call.dims(x));
  for (size_t axis = 0; axis < rank; ++axis)
    shape[axis + 2] = (shape[axis + 2] - 1) * strides[axis] + kernel[axis] -
                      pads[axis] - pads[rank + axis];
  SmallVector<int64_t> ownShape(shape);
  if (call.in(2)) {
    if (call.intsOf(call.in(2))) {
      shape = *call.intsOf(call.in(2));
    } else if (RankedTensorType type = call.declared(0)) {
      shape.assign(type.getShape().begin(), type.getShape().end());
    } else {
      call.requireInts(2, "output_shape");
      return failure();
    }
  }
  if (!countElements(ownShape) || !countElements(shape) ||
      shape.size() != rank + 2)
    return call.error() << "found a result of shape " << describeShape(shape)
                        << ", expected " << rank + 2
                        << " dimensions and at most 2^40 elements";
  Value result = call.createTyped<nn::MaxUnpoolOp>(
      RankedTensorType::get(ownShape, call.elementOf(x)), x, call.in(1));
  // Indices count positions in the tensor that was pooled; the given shape adds
  // to it (or takes away) at the ends.
  return call.result(padEnds(call, result, shape));
}

void megcc::registerPooling(Registry &registry) {
  registry.beginGroup("Pooling");
  registry.add("AveragePool", 1, 1, 1, importAveragePool);
  registry.add("GlobalAveragePool", 1, 1, 1,
               importGlobalPool<nn::ReduceKind::mean>);
  registry.add("GlobalLpPool", 1, 1, 1, importGlobalLpPool);
  registry.add("GlobalMaxPool", 1, 1, 1, importGlobalPool<nn::ReduceKind::max>);
  registry.add("LpPool", 1, 1, 1, importLpPool);
  registry.add("MaxPool", 1, 1, 1, importMaxPool);
  registry.add("MaxUnpool", 2, 3, 9, importMaxUnpool);
}
