//===- Pooling.cpp - Selects nests for pooling ----------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/select/Selector.h"

using namespace mlir;
using namespace megcc;

/// What all kinds of pooling share: the nest over output positions and taps,
/// with guards where taps fall into padding.
template <typename PoolOp>
static NestSpec poolNest(Selector &selector, const Node &node, PoolOp pool,
                         StringRef kind) {
  RankedTensorType result = node.resultType();
  Value x = node.operand(pool.getX());
  auto xType = cast<RankedTensorType>(x.getType());
  ArrayRef<int64_t> kernel = pool.getKernel(), strides = pool.getStrides(),
                    dilations = pool.getDilations(), pads = pool.getPads();
  NestSpec spec;
  spec.kind = kind;
  spec.extents = SmallVector<int64_t>(layout::bufferType(result).getShape());
  unsigned parallel = spec.extents.size(), spatial = kernel.size();
  llvm::append_range(spec.extents, kernel);
  unsigned rank = spec.extents.size();
  spec.reductionRank = spatial;
  SmallVector<AffineExpr> from = selector.dims(0, parallel), guards;
  for (unsigned i = 0; i < spatial; ++i) {
    from[2 + i] = selector.dim(2 + i) * strides[i] +
                  selector.dim(parallel + i) * dilations[i] - pads[i];
    int64_t last = (result.getDimSize(2 + i) - 1) * strides[i] +
                   (kernel[i] - 1) * dilations[i] - pads[i];
    if (pads[i] == 0 && last < xType.getDimSize(2 + i))
      continue;
    guards.push_back(from[2 + i]);
    spec.guardExtents.push_back(xType.getDimSize(2 + i));
  }
  if (!guards.empty())
    spec.guards = selector.map(rank, guards);
  spec.bodyInputs.push_back({selector.buffer(x), selector.map(rank, from)});
  return spec;
}

static LogicalResult selectMaxPool(const Node &node, Selector &selector) {
  auto pool = cast<nn::MaxPoolOp>(node.root);
  if (pool.getIndices())
    return selectMaxPoolWithIndices(node, selector);
  NestSpec spec = poolNest(selector, node, pool, "max_pool");
  Type type = node.rootType().getElementType();
  spec.init = lowestValue(type);
  bool isUnsigned = type.isUnsignedInteger();
  selector.nestWithEpilogue(
      spec, node, [&](const Scalars &s, ValueRange args) -> Value {
        if (isUnsigned)
          return s.builder.create<arith::MaxUIOp>(s.loc, args[0], args[1]);
        return s.max(args[0], args[1]);
      });
  return success();
}

/// How many positions of each window count along one dimension.
static SmallVector<int64_t> countedPositions(nn::AveragePoolOp pool,
                                             unsigned dim, int64_t extent,
                                             int64_t results) {
  unsigned spatial = pool.getKernel().size();
  ArrayRef<int64_t> counted = pool.getCountedPads();
  int64_t first = -counted[dim], end = extent + counted[spatial + dim];
  SmallVector<int64_t> counts;
  for (int64_t o = 0; o < results; ++o) {
    int64_t start = o * pool.getStrides()[dim] - pool.getPads()[dim], count = 0;
    for (int64_t k = 0; k < pool.getKernel()[dim]; ++k) {
      int64_t at = start + k * pool.getDilations()[dim];
      count += at >= first && at < end;
    }
    counts.push_back(count);
  }
  return counts;
}

/// The reciprocals of the windows' counts over output positions.
static DenseElementsAttr reciprocalCounts(nn::AveragePoolOp pool,
                                          RankedTensorType x,
                                          RankedTensorType result,
                                          FloatType type) {
  ArrayRef<int64_t> out = result.getShape().drop_front(2);
  SmallVector<double> values{1.0};
  for (unsigned i = 0; i < out.size(); ++i) {
    SmallVector<double> next;
    for (double value : values)
      for (int64_t count :
           countedPositions(pool, i, x.getDimSize(2 + i), out[i]))
        next.push_back(count == 0 ? 0.0 : value / count);
    values = next;
  }
  SmallVector<Attribute> attributes;
  for (double value : values)
    attributes.push_back(FloatAttr::get(type, value));
  return DenseElementsAttr::get(RankedTensorType::get(out, type), attributes);
}

static LogicalResult selectAveragePool(const Node &node, Selector &selector) {
  auto pool = cast<nn::AveragePoolOp>(node.root);
  RankedTensorType result = node.resultType();
  auto x = cast<RankedTensorType>(node.operand(pool.getX()).getType());
  NestSpec spec = poolNest(selector, node, pool, "average_pool");
  Type stored = node.rootType().getElementType();
  auto accumulator = cast<FloatType>(accumulatorType(stored));
  spec.init = selector.builder.getZeroAttr(accumulator);
  DenseElementsAttr counts = reciprocalCounts(pool, x, result, accumulator);
  // One number where all windows count alike, else a table over positions.
  if (!counts.isSplat()) {
    Value table = selector.builder.create<kernel::ConstantOp>(
        selector.loc(),
        MemRefType::get(counts.getType().getShape(), accumulator), counts,
        AffineMapAttr());
    unsigned spatial = pool.getKernel().size();
    spec.finishInputs.push_back(
        {table,
         selector.map(spec.extents.size(), selector.dims(2, 2 + spatial))});
  }
  selector.nestWithEpilogue(
      spec, node,
      [&](const Scalars &s, ValueRange args) {
        return s.add(args[0], s.convertFloat(args[1], accumulator));
      },
      [&](const Scalars &s, ValueRange args) {
        Value factor =
            args.size() > 1
                ? args[1]
                : s.constant(accumulator,
                             counts.getSplatValue<APFloat>().convertToDouble());
        return s.convertFloat(s.mul(args[0], factor), stored);
      });
  return success();
}

static LogicalResult selectLpPool(const Node &node, Selector &selector) {
  auto pool = cast<nn::LpPoolOp>(node.root);
  NestSpec spec = poolNest(selector, node, pool, "lp_pool");
  Type stored = node.rootType().getElementType();
  Type type = accumulatorType(stored);
  spec.init = selector.builder.getZeroAttr(type);
  int64_t p = pool.getP();
  selector.nestWithEpilogue(
      spec, node,
      [&](const Scalars &s, ValueRange args) {
        Value x = s.convertFloat(args[1], type);
        Value power = s.builder.create<math::AbsFOp>(s.loc, x);
        if (p == 2)
          power = s.mul(x, x);
        else if (p != 1)
          power =
              s.builder.create<math::PowFOp>(s.loc, power, s.constant(type, p));
        return s.add(args[0], power);
      },
      [&](const Scalars &s, ValueRange args) {
        Value root = args[0];
        if (p == 2)
          root = s.builder.create<math::SqrtOp>(s.loc, root);
        else if (p != 1)
          root = s.builder.create<math::PowFOp>(s.loc, root,
                                                s.constant(type, 1.0 / p));
        return s.convertFloat(root, stored);
      });
  return success();
}

void megcc::addPooling(SelectRegistry &registry) {
  registry.add<nn::MaxPoolOp>(selectMaxPool);
  registry.add<nn::AveragePoolOp>(selectAveragePool);
  registry.add<nn::LpPoolOp>(selectLpPool);
}
