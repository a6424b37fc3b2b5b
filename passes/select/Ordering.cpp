//===- Ordering.cpp - Selects kernels that walk along one axis ------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Extremes, running sums, the greatest elements: the tensor is seen as [before,
// axis, behind].
//
//===----------------------------------------------------------------------===//

#include "passes/select/Selector.h"

using namespace mlir;
using namespace megcc;

/// The buffer as [product before the axis, extent, product behind it]; without
/// the middle one where the axis is gone.
static Value aroundAxis(Selector &selector, Value buffer,
                        RankedTensorType tensor, int64_t axis, int64_t extent) {
  int64_t before = 1, behind = 1;
  for (int64_t i = 0; i < tensor.getRank(); ++i) {
    if (i < axis)
      before *= tensor.getDimSize(i);
    else if (i > axis)
      behind *= tensor.getDimSize(i);
  }
  SmallVector<int64_t> shape{before};
  if (extent > 0)
    shape.push_back(extent);
  shape.push_back(behind);
  return selector.alias(
      buffer, MemRefType::get(
                  shape, cast<MemRefType>(buffer.getType()).getElementType()));
}

static bool isUnsigned(Value tensor) {
  return getElementTypeOrSelf(tensor).isUnsignedInteger();
}

template <typename Op>
static LogicalResult selectArgReduce(const Node &node, Selector &selector) {
  auto op = cast<Op>(node.root);
  auto type = cast<RankedTensorType>(op.getX().getType());
  int64_t axis = op.getAxis();
  Value x = aroundAxis(selector, selector.buffer(op.getX()), type, axis,
                       type.getDimSize(axis));
  Value result = aroundAxis(selector, selector.allocateFor(node.results[0]),
                            type, axis, 0);
  selector.builder.create<kernel::ArgReduceOp>(
      selector.loc(), x, result, std::is_same_v<Op, nn::ArgMinOp>,
      op.getSelectLast(), (isUnsigned(op.getX())));
  return success();
}

static LogicalResult selectCumSum(const Node &node, Selector &selector) {
  auto op = cast<nn::CumSumOp>(node.root);
  RankedTensorType type = node.resultType();
  int64_t axis = op.getAxis(), extent = type.getDimSize(axis);
  Value x =
      aroundAxis(selector, selector.buffer(op.getX()), type, axis, extent);
  Value result = aroundAxis(selector, selector.allocateFor(node.results[0]),
                            type, axis, extent);
  selector.builder.create<kernel::ScanOp>(selector.loc(), x, result,
                                          op.getExclusive(), op.getReverse());
  return success();
}

static LogicalResult selectTopK(const Node &node, Selector &selector) {
  auto op = cast<nn::TopKOp>(node.root);
  auto type = cast<RankedTensorType>(op.getX().getType());
  int64_t axis = op.getAxis(), k = op.getK();
  Value x = aroundAxis(selector, selector.buffer(op.getX()), type, axis,
                       type.getDimSize(axis));
  SmallVector<Value> results;
  for (Value result : node.results)
    results.push_back(
        aroundAxis(selector, selector.allocateFor(result), type, axis, k));
  selector.builder.create<kernel::TopKOp>(
      selector.loc(), x, results, op.getLeast(), (isUnsigned(op.getX())));
  return success();
}

void megcc::addOrdering(SelectRegistry &registry) {
  registry.add<nn::ArgMaxOp>(selectArgReduce<nn::ArgMaxOp>);
  registry.add<nn::ArgMinOp>(selectArgReduce<nn::ArgMinOp>);
  registry.add<nn::CumSumOp>(selectCumSum);
  registry.add<nn::TopKOp>(selectTopK);
}
