//===- Elementwise.cpp - Selects nests for elementwise operators ----------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/select/Selector.h"

using namespace mlir;
using namespace megcc;

/// One nest over the result's buffer runs the whole chain of the node.
LogicalResult megcc::selectElementwise(const Node &node, Selector &selector) {
  RankedTensorType result = node.resultType();
  ScalarCode code(node, /*withRoot=*/true);
  NestSpec spec;
  spec.kind = node.followers.empty() ? node.root->getName().stripDialect()
                                     : StringRef("elementwise");
  MemRefType bufferType = layout::bufferType(result);
  unsigned rank = bufferType.getRank();
  spec.extents = SmallVector<int64_t>(bufferType.getShape());
  SmallVector<AffineExpr> physical = selector.dims(0, rank);
  for (Value tensor : code.inputs()) {
    Selector::Operand operand = selector.operandFor(tensor, result);
    spec.bodyInputs.push_back(
        {operand.buffer,
         selector.map(rank,
                      layout::broadcastIndex(operand.type, result, physical))});
  }
  spec.output = selector.allocateFor(node.results[0]);
  spec.outputMap = selector.map(rank, physical);
  selector.nest(spec, [&](const Scalars &s, ValueRange args) {
    return code.build(s.builder, Value(), args.drop_front());
  });
  return success();
}

void megcc::addElementwise(SelectRegistry &registry) {
  registry.addElementwise(selectElementwise);
}
