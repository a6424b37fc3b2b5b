//===- Reduction.cpp - Selects nests for reductions -----------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/select/Selector.h"

using namespace mlir;
using namespace megcc;

static LogicalResult selectReduce(const Node &node, Selector &selector) {
  auto reduce = cast<nn::ReduceOp>(node.root);
  RankedTensorType result = node.resultType();
  Value x = node.operand(reduce.getX());
  auto xType = cast<RankedTensorType>(x.getType());
  ArrayRef<int64_t> axes = reduce.getAxes();

  NestSpec spec;
  spec.kind = nn::stringifyReduceKind(reduce.getKind());
  spec.extents = SmallVector<int64_t>(layout::bufferType(result).getShape());
  unsigned parallel = spec.extents.size();
  unsigned rank = parallel + axes.size();
  // Index of x: reduced dimensions come behind those of the result.
  SmallVector<AffineExpr> from;
  int64_t count = 1;
  unsigned kept = 0;
  for (int64_t i = 0; i < xType.getRank(); ++i) {
    if (llvm::is_contained(axes, i)) {
      from.push_back(selector.dim(spec.extents.size()));
      spec.extents.push_back(xType.getDimSize(i));
      count *= xType.getDimSize(i);
      kept += reduce.getKeepdims();
    } else {
      from.push_back(selector.dim(kept++));
    }
  }
  if (layout::blockSize(result) > 1)
    from.push_back(selector.dim(parallel - 1));
  spec.reductionRank = axes.size();
  spec.bodyInputs.push_back({selector.buffer(x), selector.map(rank, from)});

  Type element = xType.getElementType();
  Type stored = layout::storageType(element);
  Type type = accumulatorType(stored);
  bool isUnsigned = element.isUnsignedInteger();
  nn::ReduceKind kind = reduce.getKind();
  switch (kind) {
  case nn::ReduceKind::sum:
  case nn::ReduceKind::mean:
    spec.init = selector.builder.getZeroAttr(type);
    break;
  case nn::ReduceKind::prod:
    spec.init = selector.builder.getOneAttr(type);
    break;
  case nn::ReduceKind::max:
    spec.init = lowestValue(isUnsigned ? element : type);
    break;
  case nn::ReduceKind::min:
    spec.init = highestValue(isUnsigned ? element : type);
    break;
  }
  selector.nestWithEpilogue(
      spec, node,
      [&](const Scalars &s, ValueRange args) -> Value {
        Value value = s.convertFloat(args[1], type);
        switch (kind) {
        case nn::ReduceKind::prod:
          return s.mul(args[0], value);
        case nn::ReduceKind::max:
          if (isUnsigned)
            return s.builder.create<arith::MaxUIOp>(s.loc, args[0], value);
          return s.max(args[0], value);
        case nn::ReduceKind::min:
          if (isUnsigned)
            return s.builder.create<arith::MinUIOp>(s.loc, args[0], value);
          return s.min(args[0], value);
        default:
          return s.add(args[0], value);
        }
      },
      [&](const Scalars &s, ValueRange args) {
        Value value = args[0];
        if (kind == nn::ReduceKind::mean && count > 0) {
          if (isa<FloatType>(type))
            value = s.mul(value, s.constant(type, 1.0 / count));
          else if (isUnsigned)
            value = s.builder.create<arith::DivUIOp>(s.loc, value,
                                                     s.constant(type, count));
          else
            value = s.div(value, s.constant(type, count));
        }
        return s.convertFloat(value, stored);
      });
  return success();
}

void megcc::addReduction(SelectRegistry &registry) {
  registry.add<nn::ReduceOp>(selectReduce);
}
