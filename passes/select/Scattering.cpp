//===- Scattering.cpp - Selects kernels that write at computed indices ----===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/select/Selector.h"

using namespace mlir;
using namespace megcc;

static kernel::ScatterKind kindOf(nn::ScatterKind kind) {
  switch (kind) {
  case nn::ScatterKind::assign:
    return kernel::ScatterKind::assign;
  case nn::ScatterKind::add:
    return kernel::ScatterKind::add;
  case nn::ScatterKind::mul:
    return kernel::ScatterKind::mul;
  case nn::ScatterKind::max:
    return kernel::ScatterKind::max;
  case nn::ScatterKind::min:
    return kernel::ScatterKind::min;
  }
  llvm_unreachable("all kinds are listed");
}

template <typename Op> static bool isUnsigned(Op op) {
  return getElementTypeOrSelf(op.getX()).isUnsignedInteger();
}

static LogicalResult selectScatterElements(const Node &node,
                                           Selector &selector) {
  auto op = cast<nn::ScatterElementsOp>(node.root);
  SmallVector<Value> inputs{selector.buffer(op.getX()),
                            selector.buffer(op.getIndices()),
                            selector.buffer(op.getUpdates())};
  Value result = selector.allocateFor(node.results[0]);
  selector.builder.create<kernel::ScatterElementsOp>(
      selector.loc(), inputs, result, kindOf(op.getReduction()), isUnsigned(op),
      op.getAxis());
  return success();
}

/// Tuples as one list, what a tuple selects as one dimension.
static LogicalResult selectScatterND(const Node &node, Selector &selector) {
  auto op = cast<nn::ScatterNDOp>(node.root);
  RankedTensorType type = node.resultType();
  auto indexType = cast<RankedTensorType>(op.getIndices().getType());
  int64_t tuple = indexType.getShape().back();
  int64_t tuples = 1, slice = 1;
  for (int64_t extent : indexType.getShape().drop_back())
    tuples *= extent;
  SmallVector<int64_t> shape(type.getShape().take_front(tuple));
  for (int64_t extent : type.getShape().drop_front(tuple))
    slice *= extent;
  shape.push_back(slice);
  auto view = [&](Value buffer, ArrayRef<int64_t> as) {
    return selector.alias(
        buffer, MemRefType::get(
                    as, cast<MemRefType>(buffer.getType()).getElementType()));
  };
  SmallVector<Value> inputs{
      view(selector.buffer(op.getX()), shape),
      view(selector.buffer(op.getIndices()), {tuples, tuple}),
      view(selector.buffer(op.getUpdates()), {tuples, slice})};
  Value result = view(selector.allocateFor(node.results[0]), shape);
  selector.builder.create<kernel::ScatterNDOp>(selector.loc(), inputs, result,
                                               kindOf(op.getReduction()),
                                               isUnsigned(op));
  return success();
}

static LogicalResult selectMaxUnpool(const Node &node, Selector &selector) {
  auto op = cast<nn::MaxUnpoolOp>(node.root);
  auto list = [&](Value buffer) {
    auto type = cast<MemRefType>(buffer.getType());
    return selector.alias(
        buffer, MemRefType::get(type.getNumElements(), type.getElementType()));
  };
  SmallVector<Value> inputs{list(selector.buffer(op.getX())),
                            list(selector.buffer(op.getIndices()))};
  Value result = list(selector.allocateFor(node.results[0]));
  selector.builder.create<kernel::MaxUnpoolOp>(selector.loc(), inputs, result);
  return success();
}

void megcc::addScattering(SelectRegistry &registry) {
  registry.add<nn::ScatterElementsOp>(selectScatterElements);
  registry.add<nn::ScatterNDOp>(selectScatterND);
  registry.add<nn::MaxUnpoolOp>(selectMaxUnpool);
}
