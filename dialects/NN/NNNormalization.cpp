//===- NNNormalization.cpp - Normalisations -------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/NN/Inference.h"
#include "mlir/Dialect/Traits.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::nn;

void NNDialect::registerNormalizationOps() {
  addOperations<
#define GET_OP_LIST
#include "dialects/NN/NNNormalization.cpp.inc"
      >();
}

#define GET_OP_CLASSES
#include "dialects/NN/NNNormalization.cpp.inc"

/// Checks an optional operand of element type and shape that follow from x.
static LogicalResult checkParameter(const Inference &infer, Value parameter,
                                    RankedTensorType x, ArrayRef<int64_t> shape,
                                    StringRef name) {
  if (!parameter)
    return success();
  RankedTensorType type = tensorType(parameter);
  if (failed(infer.sameElement(type, x, name)))
    return failure();
  return infer.shape(type, shape, name);
}

LogicalResult SoftmaxOp::verify() {
  // softmax_axis
  return Inference(getLoc(), getOperationName())
      .axis(getAxis(), getType().getRank());
}

LogicalResult LogSoftmaxOp::verify() {
  // log_softmax_axis
  return Inference(getLoc(), getOperationName())
      .axis(getAxis(), getType().getRank());
}

LogicalResult LrnOp::verify() {
  Inference infer(getLoc(), getOperationName());
  // lrn_rank
  if (failed(infer.minRank(getType(), 2, "x")))
    return failure();
  // lrn_size
  return infer.range({getSize()}, 1, "size");
}

LogicalResult LayerNormOp::inferReturnTypes(MLIRContext *,
                                            std::optional<Location> loc,
                                            Adaptor adaptor,
                                            SmallVectorImpl<Type> &types) {
  Inference infer(loc, getOperationName());
  RankedTensorType x = tensorType(adaptor.getX());
  // layer_norm_axis
  if (failed(infer.axis(adaptor.getAxis(), x.getRank())))
    return failure();
  ArrayRef<int64_t> normalized = x.getShape().drop_front(adaptor.getAxis());
  for (auto [parameter, name] :
       {std::pair<Value, StringRef>{adaptor.getScale(), "scale"},
        std::pair<Value, StringRef>{adaptor.getBias(), "bias"}}) {
    if (!parameter)
      continue;
    RankedTensorType type = tensorType(parameter);
    // layer_norm_element
    if (failed(infer.sameElement(type, x, name)))
      return failure();
    // layer_norm_parameter
    SmallVector<int64_t> common;
    if (!OpTrait::util::getBroadcastedShape(normalized, type.getShape(),
                                            common) ||
        ArrayRef<int64_t>(common) != normalized)
      return infer.error("expected ", name, " to broadcast to shape ",
                         shapeString(normalized), ", found ",
                         shapeString(type.getShape()));
  }
  return infer.result(x.getShape(), x.getElementType(), types, x.getEncoding());
}

LogicalResult GroupNormOp::inferReturnTypes(MLIRContext *,
                                            std::optional<Location> loc,
                                            Adaptor adaptor,
                                            SmallVectorImpl<Type> &types) {
  Inference infer(loc, getOperationName());
  RankedTensorType x = tensorType(adaptor.getX());
  int64_t groups = adaptor.getGroups();
  // group_norm_rank
  if (failed(infer.minRank(x, 2, "x")) ||
      failed(infer.range({groups}, 1, "groups")))
    return failure();
  int64_t channels = x.getDimSize(1);
  // group_norm_groups
  if (channels % groups != 0)
    return infer.error("expected channels divisible by groups = ", groups,
                       ", found ", channels);
  // group_norm_parameter
  if (failed(
          checkParameter(infer, adaptor.getScale(), x, {channels}, "scale")) ||
      failed(checkParameter(infer, adaptor.getBias(), x, {channels}, "bias")))
    return failure();
  return infer.result(x.getShape(), x.getElementType(), types, x.getEncoding());
}

LogicalResult BatchNormOp::inferReturnTypes(MLIRContext *,
                                            std::optional<Location> loc,
                                            Adaptor adaptor,
                                            SmallVectorImpl<Type> &types) {
  Inference infer(loc, getOperationName());
  RankedTensorType x = tensorType(adaptor.getX());
  // batch_norm_rank
  if (failed(infer.minRank(x, 2, "x")))
    return failure();
  int64_t channels = x.getDimSize(1);
  // batch_norm_parameter
  if (failed(
          checkParameter(infer, adaptor.getScale(), x, {channels}, "scale")) ||
      failed(checkParameter(infer, adaptor.getBias(), x, {channels}, "bias")) ||
      failed(checkParameter(infer, adaptor.getMean(), x, {channels}, "mean")) ||
      failed(checkParameter(infer, adaptor.getVariance(), x, {channels},
                            "variance")))
    return failure();
  return infer.result(x.getShape(), x.getElementType(), types, x.getEncoding());
}
