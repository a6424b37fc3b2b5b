//===- CustomCall.cpp - Selects the user's own functions ------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/select/Selector.h"

using namespace mlir;
using namespace megcc;

static LogicalResult selectCustomCall(const Node &node, Selector &selector) {
  auto op = cast<nn::CustomCallOp>(node.root);
  SmallVector<Value> inputs, outputs;
  SmallVector<Type> elements;
  for (Value value : llvm::concat<Value>(SmallVector<Value>(op.getInputs()),
                                         SmallVector<Value>(op.getResults())))
    elements.push_back(
        cast<RankedTensorType>(value.getType()).getElementType());
  for (Value input : op.getInputs())
    inputs.push_back(selector.buffer(input));
  for (Value result : node.results)
    outputs.push_back(selector.allocateFor(result));
  selector.builder.create<kernel::CallOp>(
      selector.loc(), op.getCallee(), inputs, outputs,
      selector.builder.getTypeArrayAttr(elements), op.getParametersAttr());
  return success();
}

void megcc::addCustomCall(SelectRegistry &registry) {
  registry.add<nn::CustomCallOp>(selectCustomCall);
}
