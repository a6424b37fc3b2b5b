//===- Normalization.cpp - Softmax and normalisations as nests ------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each is a few nests: reductions into small buffers, then one pass that uses
// them. Sums are kept in f32 for half types.
//
//===----------------------------------------------------------------------===//

#include "passes/select/Selector.h"

using namespace mlir;
using namespace megcc;

namespace {

/// Builds nests over one tensor in which some axes are reduced. Statistics keep
/// the kept axes only.
class Statistics {
public:
  Statistics(Selector &selector, RankedTensorType type, ArrayRef<int64_t> axes)
      : selector(selector), rank(type.getRank()) {
    compute = accumulatorType(layout::storageType(type.getElementType()));
    for (int64_t i = 0; i < type.getRank(); ++i) {
      if (llvm::is_contained(axes, i))
        continue;
      kept.push_back(i);
      keptShape.push_back(type.getDimSize(i));
    }
    extents = keptShape;
    for (int64_t axis : axes) {
      extents.push_back(type.getDimSize(axis));
      count *= type.getDimSize(axis);
    }
    // Iteration runs over the kept axes first.
    SmallVector<AffineExpr> index(rank);
    unsigned at = 0;
    for (int64_t i : kept)
      index[i] = selector.dim(at++);
    for (int64_t i : axes)
      index[i] = selector.dim(at++);
    elementMap = selector.map(rank, index);
  }

  Type computeType() const { return compute; }
  int64_t reducedCount() const { return count; }

  /// A buffer with one number per kept position: body(acc, x, others...) over
  /// the reduced axes, then finish.
  Value reduce(StringRef kind, TypedAttr init, Value x, ArrayRef<Value> others,
               NestSpec::Region body, NestSpec::Region finish = nullptr) {
    NestSpec spec;
    spec.kind = kind;
    spec.extents = extents;
    spec.reductionRank = rank - kept.size();
    spec.init = init;
    spec.bodyInputs.push_back({x, elementMap});
    for (Value other : others)
      spec.bodyInputs.push_back({other, keptMap()});
    spec.output = selector.allocate(MemRefType::get(keptShape, compute));
    spec.outputMap = keptMap();
    selector.nest(spec, body, finish);
    return spec.output;
  }

  /// The map of a statistic over all axes in the tensor's order.
  AffineMap statisticMap() {
    SmallVector<AffineExpr> index;
    for (int64_t i : kept)
      index.push_back(selector.dim(i));
    return selector.map(rank, index);
  }

private:
  AffineMap keptMap() {
    return selector.map(rank, selector.dims(0, kept.size()));
  }

  Selector &selector;
  unsigned rank;
  Type compute;
  SmallVector<int64_t> kept, keptShape, extents;
  int64_t count = 1;
  AffineMap elementMap;
};

} // namespace

static Value exponential(const Scalars &s, Value value) {
  return s.builder.create<math::ExpOp>(s.loc, value);
}

/// max, then sum of e^(x - max), then e^(x - max) / sum; the logarithm
/// likewise.
template <typename Op>
static LogicalResult selectSoftmax(const Node &node, Selector &selector) {
  constexpr bool logarithm = std::is_same_v<Op, nn::LogSoftmaxOp>;
  auto op = cast<Op>(node.root);
  RankedTensorType type = node.rootType();
  Value x = selector.buffer(node.operand(op.getX()));
  int64_t axis = op.getAxis();
  Statistics statistics(selector, type, axis);
  Type compute = statistics.computeType();
  Type stored = layout::storageType(type.getElementType());

  Value maximum = statistics.reduce(
      "max", lowestValue(compute), x, {},
      [&](const Scalars &s, ValueRange args) {
        return s.max(args[0], s.convertFloat(args[1], compute));
      });
  unsigned rank = type.getRank();
  NestSpec spec;
  spec.extents = SmallVector<int64_t>(type.getShape());
  AffineMap identity = selector.builder.getMultiDimIdentityMap(rank);
  AffineMap statistic = statistics.statisticMap();

  if (logarithm) {
    Value sum = statistics.reduce(
        "sum_exp", selector.builder.getZeroAttr(compute), x, maximum,
        [&](const Scalars &s, ValueRange args) {
          Value shifted = s.sub(s.convertFloat(args[1], compute), args[2]);
          return s.add(args[0], exponential(s, shifted));
        },
        [&](const Scalars &s, ValueRange args) -> Value {
          return s.builder.create<math::LogOp>(s.loc, args[0]);
        });
    spec.kind = "log_softmax";
    spec.bodyInputs = {{x, identity}, {maximum, statistic}, {sum, statistic}};
    spec.init = selector.builder.getZeroAttr(stored);
    selector.nestWithEpilogue(
        spec, node, [&](const Scalars &s, ValueRange args) {
          Value shifted = s.sub(s.convertFloat(args[1], compute), args[2]);
          return s.convertFloat(s.sub(shifted, args[3]), stored);
        });
    return success();
  }

  // e^(x - max) is kept, so that it is computed once.
  NestSpec exponentials;
  exponentials.kind = "exp";
  exponentials.extents = spec.extents;
  exponentials.bodyInputs = {{x, identity}, {maximum, statistic}};
  exponentials.output =
      selector.allocate(MemRefType::get(type.getShape(), compute));
  exponentials.outputMap = identity;
  selector.nest(exponentials, [&](const Scalars &s, ValueRange args) {
    return exponential(s, s.sub(s.convertFloat(args[1], compute), args[2]));
  });
  Value scale = statistics.reduce(
      "sum", selector.builder.getZeroAttr(compute), exponentials.output, {},
      [&](const Scalars &s, ValueRange args) {
        return s.add(args[0], args[1]);
      },
      [&](const Scalars &s, ValueRange args) {
        return s.div(s.constant(compute, 1), args[0]);
      });
  spec.kind = "softmax";
  spec.bodyInputs = {{exponentials.output, identity}, {scale, statistic}};
  spec.init = selector.builder.getZeroAttr(stored);
  selector.nestWithEpilogue(spec, node, [&](const Scalars &s, ValueRange args) {
    return s.convertFloat(s.mul(args[1], args[2]), stored);
  });
  return success();
}

static LogicalResult selectLayerNorm(const Node &node, Selector &selector) {
  auto norm = cast<nn::LayerNormOp>(node.root);
  RankedTensorType type = node.rootType();
  Value x = selector.buffer(node.operand(norm.getX()));
  unsigned rank = type.getRank();
  SmallVector<int64_t> axes;
  for (int64_t i = norm.getAxis(); i < type.getRank(); ++i)
    axes.push_back(i);
  Statistics statistics(selector, type, axes);
  Type compute = statistics.computeType();
  Type stored = layout::storageType(type.getElementType());
  double factor = 1.0 / std::max<int64_t>(statistics.reducedCount(), 1);
  double epsilon = norm.getEpsilon();

  TypedAttr zero = selector.builder.getZeroAttr(compute);
  Value mean = statistics.reduce(
      "mean", zero, x, {},
      [&](const Scalars &s, ValueRange args) {
        return s.add(args[0], s.convertFloat(args[1], compute));
      },
      [&](const Scalars &s, ValueRange args) {
        return s.mul(args[0], s.constant(compute, factor));
      });
  Value scale = statistics.reduce(
      "inverse_deviation", zero, x, mean,
      [&](const Scalars &s, ValueRange args) {
        Value centred = s.sub(s.convertFloat(args[1], compute), args[2]);
        return s.add(args[0], s.mul(centred, centred));
      },
      [&](const Scalars &s, ValueRange args) {
        Value variance = s.mul(args[0], s.constant(compute, factor));
        Value deviation = s.builder.create<math::SqrtOp>(
            s.loc, s.add(variance, s.constant(compute, epsilon)));
        return s.div(s.constant(compute, 1), deviation);
      });

  NestSpec spec;
  spec.kind = "layer_norm";
  spec.extents = SmallVector<int64_t>(type.getShape());
  spec.init = selector.builder.getZeroAttr(stored);
  AffineMap statistic = statistics.statisticMap();
  spec.bodyInputs = {{x, selector.builder.getMultiDimIdentityMap(rank)},
                     {mean, statistic},
                     {scale, statistic}};
  SmallVector<AffineExpr> all = selector.dims(0, rank);
  for (Value parameter : {norm.getScale(), norm.getBias()}) {
    Value tensor = node.operand(parameter);
    if (!tensor)
      continue;
    spec.bodyInputs.push_back(
        {selector.buffer(tensor),
         selector.map(
             rank, layout::broadcastIndex(
                       cast<RankedTensorType>(tensor.getType()), type, all))});
  }
  bool hasScale = static_cast<bool>(norm.getScale());
  selector.nestWithEpilogue(spec, node, [&](const Scalars &s, ValueRange args) {
    Value value =
        s.mul(s.sub(s.convertFloat(args[1], compute), args[2]), args[3]);
    if (hasScale)
      value = s.mul(value, s.convertFloat(args[4], compute));
    if (norm.getBias())
      value = s.add(value, s.convertFloat(args[hasScale ? 5 : 4], compute));
    return s.convertFloat(value, stored);
  });
  return success();
}

static LogicalResult selectLrn(const Node &node, Selector &selector) {
  auto lrn = cast<nn::LrnOp>(node.root);
  RankedTensorType type = node.rootType();
  unsigned rank = type.getRank();
  int64_t size = lrn.getSize(), before = (size - 1) / 2;
  Type stored = layout::storageType(type.getElementType());
  Type compute = accumulatorType(stored);
  Value x = selector.buffer(node.operand(lrn.getX()));

  NestSpec spec;
  spec.kind = "lrn";
  spec.extents = SmallVector<int64_t>(type.getShape());
  spec.extents.push_back(size);
  spec.reductionRank = 1;
  spec.init = selector.builder.getZeroAttr(compute);
  SmallVector<AffineExpr> from = selector.dims(0, rank);
  from[1] = from[1] + selector.dim(rank) - before;
  spec.guards = selector.map(rank + 1, from[1]);
  spec.guardExtents = {type.getDimSize(1)};
  spec.bodyInputs.push_back({x, selector.map(rank + 1, from)});
  spec.finishInputs.push_back(
      {x, selector.map(rank + 1, selector.dims(0, rank))});
  selector.nestWithEpilogue(
      spec, node,
      [&](const Scalars &s, ValueRange args) {
        Value value = s.convertFloat(args[1], compute);
        return s.add(args[0], s.mul(value, value));
      },
      [&](const Scalars &s, ValueRange args) {
        double alpha = lrn.getAlpha() / size;
        Value base = s.add(s.constant(compute, lrn.getBias()),
                           s.mul(s.constant(compute, alpha), args[0]));
        Value power = s.builder.create<math::PowFOp>(
            s.loc, base, s.constant(compute, lrn.getBeta()));
        Value value = s.div(s.convertFloat(args[1], compute), power);
        return s.convertFloat(value, stored);
      });
  return success();
}

void megcc::addNormalization(SelectRegistry &registry) {
  registry.add<nn::SoftmaxOp>(selectSoftmax<nn::SoftmaxOp>);
  registry.add<nn::LogSoftmaxOp>(selectSoftmax<nn::LogSoftmaxOp>);
  registry.add<nn::LayerNormOp>(selectLayerNorm);
  registry.add<nn::LrnOp>(selectLrn);
}
