//===- Contraction.cpp - Convolutions and matrix products -----------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Import/ONNX/OperatorHelpers.h"
#include "lib/Import/ONNX/Registry.h"

using namespace mlir;
using namespace megcc;

//===----------------------------------------------------------------------===//
// Convolution
//===----------------------------------------------------------------------===//

Value megcc::buildConv(NodeContext &call, Value x, Value w, Value bias,
                       Type element) {
  ArrayRef<int64_t> kernel = call.dims(w).drop_front(2);
  int64_t groups = call.intAttr("group", 1);
  auto window = readWindow(call, call.dims(x).drop_front(2), kernel,
                           /*hasCeilMode=*/false);
  if (!window)
    return {};
  return call.createWithElement<nn::ConvOp>(
      element, x, w, bias, ArrayRef<int64_t>(window->strides),
      ArrayRef<int64_t>(window->pads), ArrayRef<int64_t>(window->dilations),
      groups);
}

bool megcc::checkConvRanks(NodeContext &call, unsigned x, unsigned w) {
  if (!call.requireRank(x, 3))
    return false;
  int64_t rank = call.rankOf(call.in(x));
  return call.requireRank(w, rank, rank);
}

static LogicalResult importConv(NodeContext &call) {
  if (!checkConvRanks(call, 0, 1))
    return failure();
  return call.result(buildConv(call, call.in(0), call.in(1), call.in(2),
                               call.elementOf(call.in(0))));
}

/// ConvTranspose gives its padding directly, or through the shape that its
/// result is to have.
static LogicalResult importConvTranspose(NodeContext &call) {
  if (!checkConvRanks(call, 0, 1))
    return failure();
  Value x = call.in(0), w = call.in(1);
  ArrayRef<int64_t> spatial = call.dims(x).drop_front(2);
  ArrayRef<int64_t> kernel = call.dims(w).drop_front(2);
  size_t rank = spatial.size();
  if (auto given = call.intsAttr("kernel_shape");
      given && ArrayRef<int64_t>(*given) != kernel)
    return call.attrError("kernel_shape", describeShape(*given),
                          describeShape(kernel) + " as the weights have");
  SmallVector<int64_t> strides = call.intsAttr("strides", rank, 1);
  SmallVector<int64_t> dilations = call.intsAttr("dilations", rank, 1);
  SmallVector<int64_t> pads = call.intsAttr("pads", 2 * rank, 0);
  SmallVector<int64_t> extra = call.intsAttr("output_padding", rank, 0);
  auto shape = call.intsAttr("output_shape");
  std::string autoPad = call.stringAttr("auto_pad", "NOTSET");
  int64_t groups = call.intAttr("group", 1);
  // The oldest exporters give the batch and the channels, too.
  if (shape && shape->size() == rank + 2)
    shape->erase(shape->begin(), shape->begin() + 2);
  if (shape && shape->size() != rank)
    return call.attrError("output_shape", Twine(shape->size()) + " values",
                          Twine(rank));
  for (int64_t value : llvm::concat<int64_t>(strides, dilations))
    if (value < 1 || value > INT32_MAX)
      return call.attrError("strides or dilations", Twine(value),
                            "numbers in [1, 2^31)");
  for (int64_t value : llvm::concat<int64_t>(pads, extra))
    if (value < 0 || value > INT32_MAX)
      return call.attrError("pads or output_padding", Twine(value),
                            "numbers in [0, 2^31)");

  bool isSame = autoPad == "SAME_UPPER" || autoPad == "SAME_LOWER";
  for (size_t axis = 0; axis < rank && (shape || isSame); ++axis) {
    int64_t full = strides[axis] * (spatial[axis] - 1) + extra[axis] +
                   (kernel[axis] - 1) * dilations[axis] + 1;
    int64_t wanted = shape ? (*shape)[axis] : spatial[axis] * strides[axis];
    if (wanted < 1 || wanted > INT32_MAX)
      return call.attrError("output_shape", Twine(wanted),
                            "numbers in [1, 2^31)");
    // What the result lacks is made up by output padding.
    if (wanted > full) {
      extra[axis] += wanted - full;
      full = wanted;
    }
    int64_t total = full - wanted;
    int64_t begin = autoPad == "SAME_UPPER" ? total / 2 : total - total / 2;
    pads[axis] = begin;
    pads[rank + axis] = total - begin;
  }
  return call.result(call.create<nn::ConvTransposeOp>(
      x, w, call.in(2), ArrayRef<int64_t>(strides), ArrayRef<int64_t>(pads),
      ArrayRef<int64_t>(dilations), ArrayRef<int64_t>(extra), groups));
}

//===----------------------------------------------------------------------===//
// Matrix products
//===----------------------------------------------------------------------===//

static LogicalResult importMatMul(NodeContext &call) {
  return call.result(call.create<nn::MatMulOp>(call.in(0), call.in(1)));
}

/// alpha * A' * B' + beta * C.
static LogicalResult importGemm(NodeContext &call) {
  if (!call.requireRank(0, 2, 2) || !call.requireRank(1, 2, 2))
    return failure();
  double alpha = call.floatAttr("alpha", 1.0);
  double beta = call.floatAttr("beta", 1.0);
  Value a = call.in(0), b = call.in(1), c = call.in(2);
  call.ignoreAttrs({"broadcast"});
  if (call.flagAttr("transA", false))
    a = call.transpose(a, {1, 0});
  if (call.flagAttr("transB", false))
    b = call.transpose(b, {1, 0});
  Value product = call.create<nn::MatMulOp>(a, b);
  if (!product)
    return failure();
  // Factors of integers would have to be rounded; ONNX gives no rule.
  auto scale = [&](Value value, double factor) {
    if (factor == 1)
      return value;
    return call.create<nn::MulOp>(value, call.scalarLike(value, factor));
  };
  product = scale(product, alpha);
  if (!c || beta == 0)
    return call.result(product);
  auto shape = broadcastShapes(call.dims(product), call.dims(c));
  if (!shape || ArrayRef<int64_t>(*shape) != call.dims(product))
    return call.error() << "input 2: found " << describeType(call.typeOf(c))
                        << ", expected a shape that broadcasts to "
                        << describeShape(call.dims(product));
  return call.result(call.create<nn::AddOp>(product, scale(c, beta)));
}

void megcc::registerContraction(Registry &registry) {
  registry.beginGroup("Convolution and matrix product");
  registry.add("Conv", 2, 3, 1, importConv);
  registry.add("ConvTranspose", 2, 3, 1, importConvTranspose);
  registry.add("Gemm", 2, 3, 1, importGemm);
  registry.add("MatMul", 2, 2, 1, importMatMul);
}
