//===- Vision.cpp - Selects kernels for detection and sampling ------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/select/Selector.h"

using namespace mlir;
using namespace megcc;

static LogicalResult selectNonMaxSuppression(const Node &node,
                                             Selector &selector) {
  auto op = cast<nn::NonMaxSuppressionOp>(node.root);
  int64_t boxes = cast<RankedTensorType>(op.getBoxes().getType()).getDimSize(1);
  SmallVector<Value> inputs{selector.buffer(op.getBoxes()),
                            selector.buffer(op.getScores())};
  SmallVector<Value> outputs{
      selector.allocateFor(node.results[0]),
      selector.allocateFor(node.results[1]),
      selector.allocate(MemRefType::get(boxes, selector.builder.getI8Type()))};
  selector.builder.create<kernel::NonMaxSuppressionOp>(
      selector.loc(), inputs, outputs, op.getMaxBoxes(),
      llvm::APFloat(op.getIouThreshold()), op.getScoreThresholdAttr(),
      op.getCenterPoint());
  return success();
}

static LogicalResult selectRoiAlign(const Node &node, Selector &selector) {
  auto op = cast<nn::RoiAlignOp>(node.root);
  SmallVector<Value> inputs{selector.buffer(op.getX()),
                            selector.buffer(op.getRois()),
                            selector.buffer(op.getBatchIndices())};
  Value result = selector.allocateFor(node.results[0]);
  selector.builder.create<kernel::RoiAlignOp>(
      selector.loc(), inputs, result, op.getMode() == nn::RoiMode::max,
      op.getSamplingRatio(), llvm::APFloat(op.getSpatialScale()),
      op.getHalfPixel());
  return success();
}

static LogicalResult selectGridSample(const Node &node, Selector &selector) {
  auto op = cast<nn::GridSampleOp>(node.root);
  // The enums of both dialects have the same words.
  auto mode =
      kernel::symbolizeInterpolation(nn::stringifyInterpolation(op.getMode()));
  auto padding =
      kernel::symbolizeBorder(nn::stringifyGridPadding(op.getPadding()));
  SmallVector<Value> inputs{selector.buffer(op.getX()),
                            selector.buffer(op.getGrid())};
  Value result = selector.allocateFor(node.results[0]);
  selector.builder.create<kernel::GridSampleOp>(
      selector.loc(), inputs, result, *mode, *padding, op.getAlignCorners());
  return success();
}

static LogicalResult selectDet(const Node &node, Selector &selector) {
  auto op = cast<nn::DetOp>(node.root);
  auto type = cast<RankedTensorType>(op.getX().getType());
  int64_t n = type.getShape().back(), matrices = 1;
  for (int64_t extent : type.getShape().drop_back(2))
    matrices *= extent;
  Type element = type.getElementType();
  Value x = selector.alias(selector.buffer(op.getX()),
                           MemRefType::get({matrices, n, n}, element));
  SmallVector<Value> outputs{
      selector.alias(selector.allocateFor(node.results[0]),
                     MemRefType::get(matrices, element)),
      selector.allocate(MemRefType::get({n, n}, element))};
  selector.builder.create<kernel::DetOp>(selector.loc(), x, outputs);
  return success();
}

LogicalResult megcc::selectMaxPoolWithIndices(const Node &node,
                                              Selector &selector) {
  auto pool = cast<nn::MaxPoolOp>(node.root);
  auto planes = [&](Value buffer) {
    auto type = cast<MemRefType>(buffer.getType());
    SmallVector<int64_t> shape{type.getDimSize(0) * type.getDimSize(1)};
    llvm::append_range(shape, type.getShape().drop_front(2));
    return selector.alias(buffer,
                          MemRefType::get(shape, type.getElementType()));
  };
  Value x = planes(selector.buffer(pool.getX()));
  SmallVector<Value> outputs{planes(selector.allocateFor(node.results[0])),
                             planes(selector.allocateFor(node.results[1]))};
  unsigned spatial = pool.getKernel().size();
  selector.builder.create<kernel::MaxPoolOp>(
      selector.loc(), x, outputs, pool.getKernel(), pool.getStrides(),
      pool.getPads().take_front(spatial), pool.getDilations(),
      (getElementTypeOrSelf(pool.getX()).isUnsignedInteger()));
  return success();
}

void megcc::addVision(SelectRegistry &registry) {
  registry.add<nn::NonMaxSuppressionOp>(selectNonMaxSuppression);
  registry.add<nn::RoiAlignOp>(selectRoiAlign);
  registry.add<nn::GridSampleOp>(selectGridSample);
  registry.add<nn::DetOp>(selectDet);
}
