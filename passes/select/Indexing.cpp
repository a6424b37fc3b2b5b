//===- Indexing.cpp - Selects nests that read at computed indices ---------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Indices come from tensors, so they are moved into the bounds of what they
// index before each read: a wrong index gives a wrong element, never an access
// outside the buffer.
//
//===----------------------------------------------------------------------===//

#include "passes/select/Selector.h"

using namespace mlir;
using namespace megcc;

namespace {

/// A nest over the result whose body reads buffers at indices of its own.
class FreeNest {
public:
  FreeNest(const Node &node, Selector &selector, StringRef kind)
      : node(node), selector(selector) {
    spec.kind = kind;
    spec.extents = SmallVector<int64_t>(node.resultType().getShape());
  }
  /// An input of which the body gets the buffer.
  void whole(Value tensor) {
    spec.bodyInputs.push_back({selector.buffer(tensor), AffineMap()});
  }
  /// An input of which the body gets the element at `index`.
  void element(Value tensor, ArrayRef<AffineExpr> index) {
    spec.bodyInputs.push_back(
        {selector.buffer(tensor), selector.map(spec.extents.size(), index)});
  }
  using Body = llvm::function_ref<Value(const Scalars &, ArrayRef<Value> at,
                                        ValueRange inputs)>;
  LogicalResult build(Body body) {
    unsigned rank = spec.extents.size();
    spec.output = selector.allocateFor(node.results[0]);
    spec.outputMap = selector.builder.getMultiDimIdentityMap(rank);
    selector.nest(spec, [&](const Scalars &s, ValueRange args) {
      SmallVector<Value> at;
      for (unsigned i = 0; i < rank; ++i)
        at.push_back(s.builder.create<kernel::IndexOp>(
            s.loc, s.builder.getIndexType(), s.builder.getI64IntegerAttr(i)));
      return body(s, at, args.drop_front());
    });
    return success();
  }

private:
  const Node &node;
  Selector &selector;
  NestSpec spec;
};

} // namespace

static ArrayRef<int64_t> shapeOf(Value tensor) {
  return cast<RankedTensorType>(tensor.getType()).getShape();
}

static LogicalResult selectGather(const Node &node, Selector &selector) {
  auto gather = cast<nn::GatherOp>(node.root);
  unsigned axis = gather.getAxis();
  unsigned indexRank = shapeOf(gather.getIndices()).size();
  int64_t extent = shapeOf(gather.getX())[axis];
  FreeNest nest(node, selector, "gather");
  nest.whole(gather.getX());
  nest.element(gather.getIndices(), selector.dims(axis, axis + indexRank));
  return nest.build(
      [&](const Scalars &s, ArrayRef<Value> at, ValueRange inputs) {
        SmallVector<Value> index(at.take_front(axis));
        index.push_back(s.boundedIndex(inputs[1], extent));
        llvm::append_range(index, at.drop_front(axis + indexRank));
        return s.load(inputs[0], index);
      });
}

static LogicalResult selectGatherElements(const Node &node,
                                          Selector &selector) {
  auto gather = cast<nn::GatherElementsOp>(node.root);
  unsigned axis = gather.getAxis(), rank = node.resultType().getRank();
  ArrayRef<int64_t> shape = shapeOf(gather.getX());
  FreeNest nest(node, selector, "gather_elements");
  nest.whole(gather.getX());
  nest.element(gather.getIndices(), selector.dims(0, rank));
  return nest.build(
      [&](const Scalars &s, ArrayRef<Value> at, ValueRange inputs) {
        SmallVector<Value> index(at);
        index[axis] = s.boundedIndex(inputs[1], shape[axis]);
        return s.load(inputs[0], index);
      });
}

static LogicalResult selectGatherND(const Node &node, Selector &selector) {
  auto gather = cast<nn::GatherNDOp>(node.root);
  ArrayRef<int64_t> shape = shapeOf(gather.getX()),
                    indices = shapeOf(gather.getIndices());
  unsigned batch = gather.getBatchDims(), tuple = indices.back();
  unsigned leading = indices.size() - 1;
  FreeNest nest(node, selector, "gather_nd");
  nest.whole(gather.getX());
  nest.whole(gather.getIndices());
  return nest.build(
      [&](const Scalars &s, ArrayRef<Value> at, ValueRange inputs) {
        SmallVector<Value> index(at.take_front(batch));
        for (unsigned i = 0; i < tuple; ++i) {
          SmallVector<Value> where(at.take_front(leading));
          where.push_back(s.index(i));
          index.push_back(
              s.boundedIndex(s.load(inputs[1], where), shape[batch + i]));
        }
        llvm::append_range(index, at.drop_front(leading));
        return s.load(inputs[0], index);
      });
}

static LogicalResult selectDynamicSlice(const Node &node, Selector &selector) {
  auto slice = cast<nn::DynamicSliceOp>(node.root);
  ArrayRef<int64_t> shape = shapeOf(slice.getX());
  FreeNest nest(node, selector, "dynamic_slice");
  nest.whole(slice.getX());
  nest.whole(slice.getStarts());
  return nest.build(
      [&](const Scalars &s, ArrayRef<Value> at, ValueRange inputs) {
        SmallVector<Value> index(at);
        for (auto [i, axis] : llvm::enumerate(slice.getAxes())) {
          int64_t stride = slice.getStrides()[i];
          int64_t span = (slice.getSizes()[i] - 1) * stride;
          // First and last start for which all elements lie inside.
          int64_t least = std::max<int64_t>(0, -span);
          int64_t greatest =
              std::min<int64_t>(shape[axis] - 1, shape[axis] - 1 - span);
          Value start = s.builder.create<arith::IndexCastOp>(
              s.loc, s.builder.getIndexType(), s.load(inputs[1], s.index(i)));
          start = s.max(s.min(start, s.index(greatest)), s.index(least));
          index[axis] = s.add(start, s.mul(at[axis], s.index(stride)));
        }
        return s.load(inputs[0], index);
      });
}

static LogicalResult selectReverseSequence(const Node &node,
                                           Selector &selector) {
  auto reverse = cast<nn::ReverseSequenceOp>(node.root);
  SmallVector<Value> inputs{selector.buffer(reverse.getX()),
                            selector.buffer(reverse.getLengths())};
  Value result = selector.allocateFor(node.results[0]);
  selector.builder.create<kernel::ReverseSequenceOp>(
      selector.loc(), inputs, result, reverse.getBatchAxis(),
      reverse.getTimeAxis());
  return success();
}

static LogicalResult selectOneHot(const Node &node, Selector &selector) {
  auto oneHot = cast<nn::OneHotOp>(node.root);
  unsigned axis = oneHot.getAxis(), rank = node.resultType().getRank();
  int64_t depth = oneHot.getDepth();
  SmallVector<AffineExpr> from = selector.dims(0, rank);
  from.erase(from.begin() + axis);
  FreeNest nest(node, selector, "one_hot");
  nest.element(oneHot.getIndices(), from);
  nest.element(oneHot.getValues(), selector.builder.getAffineConstantExpr(0));
  nest.element(oneHot.getValues(), selector.builder.getAffineConstantExpr(1));
  return nest.build([&](const Scalars &s, ArrayRef<Value> at,
                        ValueRange inputs) {
    Value position = s.builder.create<arith::IndexCastOp>(
        s.loc, s.builder.getIndexType(), inputs[0]);
    Value wrapped = s.select(s.less(position, s.index(0)),
                             s.add(position, s.index(depth)), position);
    Value hit = s.builder.create<arith::CmpIOp>(s.loc, arith::CmpIPredicate::eq,
                                                wrapped, at[axis]);
    return s.select(hit, inputs[2], inputs[1]);
  });
}

static LogicalResult selectTrilu(const Node &node, Selector &selector) {
  auto trilu = cast<nn::TriluOp>(node.root);
  RankedTensorType type = node.resultType();
  unsigned rank = type.getRank();
  FreeNest nest(node, selector, "trilu");
  nest.element(trilu.getX(), selector.dims(0, rank));
  if (trilu.getK()) {
    unsigned kRank = shapeOf(trilu.getK()).size();
    nest.element(trilu.getK(),
                 SmallVector<AffineExpr>(
                     kRank, selector.builder.getAffineConstantExpr(0)));
  }
  return nest.build([&](const Scalars &s, ArrayRef<Value> at,
                        ValueRange inputs) {
    Value k = s.index(0);
    if (trilu.getK())
      k = s.builder.create<arith::IndexCastOp>(s.loc, s.builder.getIndexType(),
                                               inputs[1]);
    Value distance = s.sub(at[rank - 1], at[rank - 2]);
    Value kept = s.builder.create<arith::CmpIOp>(
        s.loc,
        trilu.getUpper() ? arith::CmpIPredicate::sge
                         : arith::CmpIPredicate::sle,
        distance, k);
    Value zero = s.constant(layout::storageType(type.getElementType()), 0);
    return s.select(kept, inputs[0], zero);
  });
}

void megcc::addIndexing(SelectRegistry &registry) {
  registry.add<nn::GatherOp>(selectGather);
  registry.add<nn::GatherElementsOp>(selectGatherElements);
  registry.add<nn::GatherNDOp>(selectGatherND);
  registry.add<nn::DynamicSliceOp>(selectDynamicSlice);
  registry.add<nn::ReverseSequenceOp>(selectReverseSequence);
  registry.add<nn::OneHotOp>(selectOneHot);
  registry.add<nn::TriluOp>(selectTrilu);
}
