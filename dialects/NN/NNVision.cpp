//===- NNVision.cpp - Detection, sampling, linear algebra -----------------===//
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

void NNDialect::registerVisionOps() {
  addOperations<
#define GET_OP_LIST
#include "dialects/NN/NNVision.cpp.inc"
      >();
}

#define GET_OP_CLASSES
#include "dialects/NN/NNVision.cpp.inc"

LogicalResult NonMaxSuppressionOp::inferReturnTypes(
    MLIRContext *, std::optional<Location> loc, Adaptor adaptor,
    SmallVectorImpl<Type> &types) {
  Inference infer(loc, getOperationName());
  RankedTensorType boxes = tensorType(adaptor.getBoxes());
  RankedTensorType scores = tensorType(adaptor.getScores());
  // nms_rank
  if (failed(infer.rank(boxes, 3, "boxes")) ||
      failed(infer.rank(scores, 3, "scores")))
    return failure();
  // nms_boxes
  if (failed(infer.shape(boxes, {scores.getDimSize(0), scores.getDimSize(2), 4},
                         "boxes")))
    return failure();
  // nms_max_boxes
  if (failed(infer.range({adaptor.getMaxBoxes()}, 0, "max_boxes")))
    return failure();
  int64_t perClass = std::min(adaptor.getMaxBoxes(), scores.getDimSize(2));
  std::optional<int64_t> rows =
      llvm::checkedMul(scores.getDimSize(0), scores.getDimSize(1));
  if (rows)
    rows = llvm::checkedMul(*rows, perClass);
  if (!rows)
    return infer.error("result is too large");
  Type i64 = IntegerType::get(boxes.getContext(), 64);
  if (failed(infer.result({*rows, 3}, i64, types)))
    return failure();
  return infer.result({}, i64, types);
}

LogicalResult RoiAlignOp::inferReturnTypes(MLIRContext *,
                                           std::optional<Location> loc,
                                           Adaptor adaptor,
                                           SmallVectorImpl<Type> &types) {
  Inference infer(loc, getOperationName());
  RankedTensorType x = tensorType(adaptor.getX());
  RankedTensorType rois = tensorType(adaptor.getRois());
  // roi_align_x
  if (failed(infer.rank(x, 4, "x")) ||
      failed(infer.range(x.getShape(), 1, "extents of x")))
    return failure();
  // roi_align_rois
  if (failed(infer.rank(rois, 2, "rois")) ||
      failed(infer.shape(rois, {rois.getDimSize(0), 4}, "rois")) ||
      failed(infer.sameElement(rois, x, "rois")))
    return failure();
  // roi_align_batch
  if (failed(infer.shape(tensorType(adaptor.getBatchIndices()),
                         {rois.getDimSize(0)}, "batch_indices")))
    return failure();
  // roi_align_range
  if (failed(infer.range({adaptor.getHeight()}, 1, "height")) ||
      failed(infer.range({adaptor.getWidth()}, 1, "width")) ||
      failed(infer.range({adaptor.getSamplingRatio()}, 0, "sampling_ratio")))
    return failure();
  return infer.result({rois.getDimSize(0), x.getDimSize(1), adaptor.getHeight(),
                       adaptor.getWidth()},
                      x.getElementType(), types);
}

LogicalResult GridSampleOp::inferReturnTypes(MLIRContext *,
                                             std::optional<Location> loc,
                                             Adaptor adaptor,
                                             SmallVectorImpl<Type> &types) {
  Inference infer(loc, getOperationName());
  RankedTensorType x = tensorType(adaptor.getX());
  RankedTensorType grid = tensorType(adaptor.getGrid());
  // grid_sample_x
  if (failed(infer.minRank(x, 3, "x")) ||
      failed(infer.range(x.getShape().drop_front(2), 1, "spatial extents")))
    return failure();
  // grid_sample_grid
  int64_t rank = x.getRank() - 2;
  if (failed(infer.rank(grid, x.getRank(), "grid")))
    return failure();
  SmallVector<int64_t> expected(grid.getShape());
  expected.front() = x.getDimSize(0);
  expected.back() = rank;
  if (failed(infer.shape(grid, expected, "grid")))
    return failure();
  // grid_sample_cubic
  if (adaptor.getMode() == Interpolation::cubic && rank != 2)
    return infer.error("expected 2 spatial dimensions in mode cubic, found ",
                       rank);
  SmallVector<int64_t> shape = {x.getDimSize(0), x.getDimSize(1)};
  llvm::append_range(shape, grid.getShape().drop_front().drop_back());
  return infer.result(shape, x.getElementType(), types);
}

LogicalResult MaxUnpoolOp::verify() {
  Inference infer(getLoc(), getOperationName());
  RankedTensorType x = getX().getType();
  // max_unpool_indices
  if (failed(infer.shape(getIndices().getType(), x.getShape(), "indices")))
    return failure();
  // max_unpool_result
  if (failed(infer.sameElement(getType(), x, "result")))
    return failure();
  return infer.rank(getType(), x.getRank(), "result");
}

LogicalResult DetOp::inferReturnTypes(MLIRContext *,
                                      std::optional<Location> loc,
                                      Adaptor adaptor,
                                      SmallVectorImpl<Type> &types) {
  Inference infer(loc, getOperationName());
  RankedTensorType x = tensorType(adaptor.getX());
  // det_rank
  if (failed(infer.minRank(x, 2, "x")))
    return failure();
  // det_square
  ArrayRef<int64_t> matrix = x.getShape().take_back(2);
  if (matrix[0] != matrix[1])
    return infer.error("expected square matrices, found ", shapeString(matrix));
  return infer.result(x.getShape().drop_back(2), x.getElementType(), types);
}
