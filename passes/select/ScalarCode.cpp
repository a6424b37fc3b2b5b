//===- ScalarCode.cpp - Scalar code of fused operators --------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/select/Selector.h"

using namespace mlir;
using namespace megcc;

/// The value of a tensor that is one number throughout, as an attribute of
/// storage type; null otherwise.
static TypedAttr splatValue(Value tensor) {
  auto constant = tensor.getDefiningOp<nn::ConstantOp>();
  if (!constant)
    return nullptr;
  auto dense = dyn_cast<DenseElementsAttr>(constant.getValue());
  if (!dense || !dense.isSplat())
    return nullptr;
  Attribute value = dense.getSplatValue<Attribute>();
  if (auto integer = dyn_cast<IntegerAttr>(value))
    return IntegerAttr::get(layout::storageType(integer.getType()),
                            integer.getValue());
  return cast<FloatAttr>(value);
}

ScalarCode::ScalarCode(const Node &node, bool withRoot) : node(node) {
  if (withRoot)
    operations.push_back(node.root);
  llvm::append_range(operations, node.followers);
  llvm::SmallPtrSet<Operation *, 8> inside;
  inside.insert(node.root);
  for (Operation *op : operations) {
    for (Value operand : op->getOperands()) {
      if (Operation *def = operand.getDefiningOp(); def && inside.count(def))
        continue;
      Value tensor = node.operand(operand);
      if (!splatValue(tensor) && !llvm::is_contained(tensors, tensor))
        tensors.push_back(tensor);
    }
    inside.insert(op);
  }
}

Value ScalarCode::build(OpBuilder &builder, Value accumulator,
                        ValueRange elements) const {
  IRMapping scalars;
  if (accumulator)
    scalars.map(node.root->getResult(0), accumulator);
  Value last = accumulator;
  for (Operation *op : operations) {
    SmallVector<Value> operands;
    for (Value operand : op->getOperands()) {
      if (Value scalar = scalars.lookupOrNull(operand)) {
        operands.push_back(scalar);
        continue;
      }
      Value tensor = node.operand(operand), scalar;
      if (TypedAttr splat = splatValue(tensor))
        scalar = builder.create<arith::ConstantOp>(op->getLoc(), splat);
      else
        scalar = elements[llvm::find(tensors, tensor) - tensors.begin()];
      scalars.map(operand, scalar);
      operands.push_back(scalar);
    }
    last = cast<nn::ElementwiseOpInterface>(op).buildScalar(
        builder, op->getLoc(), operands);
    scalars.map(op->getResult(0), last);
  }
  return last;
}
