//===- NNIndexing.cpp - Movement by indices -------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/NN/Inference.h"
#include "llvm/Support/CheckedArithmetic.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::nn;

void NNDialect::registerIndexingOps() {
  addOperations<
#define GET_OP_LIST
#include "dialects/NN/NNIndexing.cpp.inc"
      >();
}

#define GET_OP_CLASSES
#include "dialects/NN/NNIndexing.cpp.inc"

LogicalResult GatherOp::inferReturnTypes(MLIRContext *,
                                         std::optional<Location> loc,
                                         Adaptor adaptor,
                                         SmallVectorImpl<Type> &types) {
  Inference infer(loc, getOperationName());
  RankedTensorType x = tensorType(adaptor.getX());
  RankedTensorType indices = tensorType(adaptor.getIndices());
  int64_t axis = adaptor.getAxis();
  // gather_axis
  if (failed(infer.axis(axis, x.getRank())))
    return failure();
  // gather_empty
  if (x.getDimSize(axis) == 0 && indices.getNumElements() != 0)
    return infer.error("expected elements along axis ", axis, ", found ", x);
  SmallVector<int64_t> shape(x.getShape().take_front(axis));
  llvm::append_range(shape, indices.getShape());
  llvm::append_range(shape, x.getShape().drop_front(axis + 1));
  return infer.result(shape, x.getElementType(), types);
}

LogicalResult GatherElementsOp::inferReturnTypes(MLIRContext *,
                                                 std::optional<Location> loc,
                                                 Adaptor adaptor,
                                                 SmallVectorImpl<Type> &types) {
  Inference infer(loc, getOperationName());
  RankedTensorType x = tensorType(adaptor.getX());
  RankedTensorType indices = tensorType(adaptor.getIndices());
  int64_t axis = adaptor.getAxis();
  // gather_elements_axis
  if (failed(infer.rank(indices, x.getRank(), "indices")) ||
      failed(infer.axis(axis, x.getRank())))
    return failure();
  // gather_elements_shape
  for (int64_t i = 0; i < x.getRank(); ++i)
    if (i == axis ? x.getDimSize(i) == 0 && indices.getNumElements() != 0
                  : indices.getDimSize(i) > x.getDimSize(i))
      return infer.error("expected indices within ", x.getDimSize(i),
                         " elements of dimension ", i, ", found ", indices);
  return infer.result(indices.getShape(), x.getElementType(), types);
}

/// Extents that precede the slices selected by tuples of indices, and those of
/// the slices.
static LogicalResult checkTuples(const Inference &infer, RankedTensorType x,
                                 RankedTensorType indices, int64_t batchDims,
                                 SmallVectorImpl<int64_t> &shape) {
  // tuples_rank
  if (failed(infer.minRank(indices, 1, "indices")))
    return failure();
  // tuples_batch
  int64_t common = std::min(x.getRank(), indices.getRank() - 1);
  if (batchDims < 0 || batchDims > common)
    return infer.error("expected batch_dims in [0, ", common, "], found ",
                       batchDims);
  if (x.getShape().take_front(batchDims) !=
      indices.getShape().take_front(batchDims))
    return infer.error("expected the same ", batchDims,
                       " leading extents, found ", x, " and ", indices);
  // tuples_length
  int64_t length = indices.getShape().back();
  if (length < 0 || length > x.getRank() - batchDims)
    return infer.error("expected tuples of at most ", x.getRank() - batchDims,
                       " indices, found ", length);
  // tuples_empty
  for (int64_t extent : x.getShape().slice(batchDims, length))
    if (extent == 0 && indices.getNumElements() != 0)
      return infer.error("expected elements to select, found ", x);
  shape.assign(indices.getShape().begin(), std::prev(indices.getShape().end()));
  llvm::append_range(shape, x.getShape().drop_front(batchDims + length));
  return success();
}

LogicalResult GatherNDOp::inferReturnTypes(MLIRContext *,
                                           std::optional<Location> loc,
                                           Adaptor adaptor,
                                           SmallVectorImpl<Type> &types) {
  Inference infer(loc, getOperationName());
  RankedTensorType x = tensorType(adaptor.getX());
  SmallVector<int64_t> shape;
  if (failed(checkTuples(infer, x, tensorType(adaptor.getIndices()),
                         adaptor.getBatchDims(), shape)))
    return failure();
  return infer.result(shape, x.getElementType(), types);
}

LogicalResult ScatterNDOp::inferReturnTypes(MLIRContext *,
                                            std::optional<Location> loc,
                                            Adaptor adaptor,
                                            SmallVectorImpl<Type> &types) {
  Inference infer(loc, getOperationName());
  RankedTensorType x = tensorType(adaptor.getX());
  RankedTensorType updates = tensorType(adaptor.getUpdates());
  SmallVector<int64_t> shape;
  if (failed(checkTuples(infer, x, tensorType(adaptor.getIndices()),
                         /*batchDims=*/0, shape)))
    return failure();
  // scatter_nd_updates
  if (failed(infer.shape(updates, shape, "updates")) ||
      failed(infer.sameElement(updates, x, "updates")))
    return failure();
  return infer.result(x.getShape(), x.getElementType(), types);
}

LogicalResult
ScatterElementsOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                                    Adaptor adaptor,
                                    SmallVectorImpl<Type> &types) {
  Inference infer(loc, getOperationName());
  RankedTensorType x = tensorType(adaptor.getX());
  RankedTensorType indices = tensorType(adaptor.getIndices());
  RankedTensorType updates = tensorType(adaptor.getUpdates());
  int64_t axis = adaptor.getAxis();
  // scatter_elements_axis
  if (failed(infer.rank(indices, x.getRank(), "indices")) ||
      failed(infer.axis(axis, x.getRank())))
    return failure();
  // scatter_elements_updates
  if (failed(infer.shape(updates, indices.getShape(), "updates")) ||
      failed(infer.sameElement(updates, x, "updates")))
    return failure();
  // scatter_elements_shape
  for (int64_t i = 0; i < x.getRank(); ++i)
    if (i == axis ? x.getDimSize(i) == 0 && indices.getNumElements() != 0
                  : indices.getDimSize(i) > x.getDimSize(i))
      return infer.error("expected indices within ", x.getDimSize(i),
                         " elements of dimension ", i, ", found ", indices);
  return infer.result(x.getShape(), x.getElementType(), types);
}

LogicalResult DynamicSliceOp::inferReturnTypes(MLIRContext *,
                                               std::optional<Location> loc,
                                               Adaptor adaptor,
                                               SmallVectorImpl<Type> &types) {
  Inference infer(loc, getOperationName());
  RankedTensorType x = tensorType(adaptor.getX());
  ArrayRef<int64_t> axes = adaptor.getAxes(), sizes = adaptor.getSizes(),
                    strides = adaptor.getStrides();
  int64_t count = axes.size();
  // dynamic_slice_axes
  if (failed(infer.axes(axes, x.getRank())))
    return failure();
  // dynamic_slice_count
  if (failed(infer.shape(tensorType(adaptor.getStarts()), {count}, "starts")) ||
      failed(infer.count(sizes, count, "sizes")) ||
      failed(infer.count(strides, count, "strides")))
    return failure();
  SmallVector<int64_t> shape(x.getShape());
  for (auto [axis, size, stride] : llvm::zip(axes, sizes, strides)) {
    // dynamic_slice_bounds
    std::optional<int64_t> span;
    if (size > 0 && stride > std::numeric_limits<int64_t>::min())
      span = llvm::checkedMul(size - 1, std::abs(stride));
    if (stride == 0 || size < 0 ||
        (size > 0 && (!span || *span >= x.getDimSize(axis))))
      return infer.error("does not fit into dimension ", axis, " of extent ",
                         x.getDimSize(axis), " with size ", size, ", stride ",
                         stride);
    shape[axis] = size;
  }
  return infer.result(shape, x.getElementType(), types);
}

LogicalResult
ReverseSequenceOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                                    Adaptor adaptor,
                                    SmallVectorImpl<Type> &types) {
  Inference infer(loc, getOperationName());
  RankedTensorType x = tensorType(adaptor.getX());
  int64_t batch = adaptor.getBatchAxis(), time = adaptor.getTimeAxis();
  // reverse_sequence_axes
  if (failed(infer.axis(batch, x.getRank(), "batch_axis")) ||
      failed(infer.axis(time, x.getRank(), "time_axis")))
    return failure();
  if (batch == time)
    return infer.error("expected different axes, found ", batch, " twice");
  // reverse_sequence_lengths
  if (failed(infer.shape(tensorType(adaptor.getLengths()),
                         {x.getDimSize(batch)}, "lengths")))
    return failure();
  return infer.result(x.getShape(), x.getElementType(), types);
}

LogicalResult OneHotOp::inferReturnTypes(MLIRContext *,
                                         std::optional<Location> loc,
                                         Adaptor adaptor,
                                         SmallVectorImpl<Type> &types) {
  Inference infer(loc, getOperationName());
  RankedTensorType indices = tensorType(adaptor.getIndices());
  RankedTensorType values = tensorType(adaptor.getValues());
  int64_t axis = adaptor.getAxis();
  // one_hot_axis
  if (failed(infer.axis(axis, indices.getRank() + 1)))
    return failure();
  // one_hot_values
  if (failed(infer.shape(values, {2}, "values")))
    return failure();
  // one_hot_depth
  if (failed(infer.range({adaptor.getDepth()}, 0, "depth")))
    return failure();
  SmallVector<int64_t> shape(indices.getShape());
  shape.insert(shape.begin() + axis, adaptor.getDepth());
  return infer.result(shape, values.getElementType(), types);
}

LogicalResult TriluOp::inferReturnTypes(MLIRContext *,
                                        std::optional<Location> loc,
                                        Adaptor adaptor,
                                        SmallVectorImpl<Type> &types) {
  Inference infer(loc, getOperationName());
  RankedTensorType x = tensorType(adaptor.getX());
  // trilu_rank
  if (failed(infer.minRank(x, 2, "x")))
    return failure();
  // trilu_k
  if (adaptor.getK() && failed(infer.rank(tensorType(adaptor.getK()), 0, "k")))
    return failure();
  return infer.result(x.getShape(), x.getElementType(), types);
}
