//===- NNReduction.cpp - Reductions along axes ----------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/NN/Inference.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::nn;

void NNDialect::registerReductionOps() {
  addOperations<
#define GET_OP_LIST
#include "dialects/NN/NNReduction.cpp.inc"
      >();
}

#define GET_OP_CLASSES
#include "dialects/NN/NNReduction.cpp.inc"

LogicalResult ReduceOp::inferReturnTypes(MLIRContext *,
                                         std::optional<Location> loc,
                                         Adaptor adaptor,
                                         SmallVectorImpl<Type> &types) {
  Inference infer(loc, getOperationName());
  RankedTensorType x = tensorType(adaptor.getX());
  ArrayRef<int64_t> axes = adaptor.getAxes();
  // reduce_axes
  if (failed(infer.axes(axes, x.getRank())))
    return failure();
  bool keep = adaptor.getKeepdims();
  std::optional<BlockedLayout> layout = getLayout(x);
  SmallVector<int64_t> shape;
  for (int64_t i = 0; i < x.getRank(); ++i) {
    bool reduced = llvm::is_contained(axes, i);
    // reduce_layout
    if (reduced && failed(infer.unblocked(x, i)))
      return failure();
    if (layout && layout->dim == i && !keep)
      layout->dim = shape.size();
    if (!reduced)
      shape.push_back(x.getDimSize(i));
    else if (keep)
      shape.push_back(1);
  }
  Attribute encoding;
  if (layout)
    encoding = InfoAttr::get(x.getContext(), layout, {});
  return infer.result(shape, x.getElementType(), types, encoding);
}

/// Position of the greatest or least element.
template <typename AdaptorT>
static LogicalResult inferArgReduce(const Inference &infer, AdaptorT adaptor,
                                    SmallVectorImpl<Type> &types) {
  RankedTensorType x = tensorType(adaptor.getX());
  int64_t axis = adaptor.getAxis();
  // arg_axis
  if (failed(infer.axis(axis, x.getRank())))
    return failure();
  // arg_empty
  if (x.getDimSize(axis) == 0)
    return infer.error("expected elements along axis ", axis, ", found ", x);
  SmallVector<int64_t> shape(x.getShape());
  if (adaptor.getKeepdims())
    shape[axis] = 1;
  else
    shape.erase(shape.begin() + axis);
  return infer.result(shape, IntegerType::get(x.getContext(), 64), types);
}

LogicalResult ArgMaxOp::inferReturnTypes(MLIRContext *,
                                         std::optional<Location> loc,
                                         Adaptor adaptor,
                                         SmallVectorImpl<Type> &types) {
  Inference infer(loc, getOperationName());
  return inferArgReduce(infer, adaptor, types);
}

LogicalResult ArgMinOp::inferReturnTypes(MLIRContext *,
                                         std::optional<Location> loc,
                                         Adaptor adaptor,
                                         SmallVectorImpl<Type> &types) {
  Inference infer(loc, getOperationName());
  return inferArgReduce(infer, adaptor, types);
}

LogicalResult CumSumOp::verify() {
  // cumsum_axis
  return Inference(getLoc(), getOperationName())
      .axis(getAxis(), getType().getRank());
}

LogicalResult TopKOp::inferReturnTypes(MLIRContext *,
                                       std::optional<Location> loc,
                                       Adaptor adaptor,
                                       SmallVectorImpl<Type> &types) {
  Inference infer(loc, getOperationName());
  RankedTensorType x = tensorType(adaptor.getX());
  int64_t axis = adaptor.getAxis(), k = adaptor.getK();
  // top_k_axis
  if (failed(infer.axis(axis, x.getRank())))
    return failure();
  // top_k_k
  if (k < 0 || k > x.getDimSize(axis))
    return infer.error("expected k in [0, ", x.getDimSize(axis), "], found ",
                       k);
  SmallVector<int64_t> shape(x.getShape());
  shape[axis] = k;
  if (failed(infer.result(shape, x.getElementType(), types)))
    return failure();
  return infer.result(shape, IntegerType::get(x.getContext(), 64), types);
}
