//===- Padding.cpp - Selects nests for padding ----------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/select/Selector.h"

using namespace mlir;
using namespace megcc;

/// The one number that a constant tensor of one element holds.
static TypedAttr constantElement(Selector &selector, Value tensor) {
  std::optional<Selector::Constant> constant = selector.constant(tensor);
  if (!constant)
    return nullptr;
  auto dense = dyn_cast<DenseElementsAttr>(constant->value);
  if (!dense || dense.getNumElements() != 1)
    return nullptr;
  auto value = cast<TypedAttr>(*dense.getValues<Attribute>().begin());
  if (auto integer = dyn_cast<IntegerAttr>(value))
    return IntegerAttr::get(layout::storageType(integer.getType()),
                            integer.getValue());
  return value;
}

/// Constant padding whose value is known: guarded reads. A value known at run
/// time fills the result first, then x is copied over it.
static LogicalResult selectConstantPad(const Node &node, Selector &selector,
                                       nn::PadOp pad) {
  RankedTensorType result = node.resultType();
  auto x = cast<RankedTensorType>(pad.getX().getType());
  TypedAttr value = selector.builder.getZeroAttr(
      layout::storageType(result.getElementType()));
  if (pad.getValue())
    value = constantElement(selector, pad.getValue());
  MemRefType memref = layout::bufferType(result);
  unsigned rank = memref.getRank();
  Value output = selector.allocateFor(node.results[0]);
  AffineMap identity = selector.builder.getMultiDimIdentityMap(rank);
  if (!value) {
    NestSpec fill;
    fill.kind = "fill";
    fill.extents = SmallVector<int64_t>(memref.getShape());
    unsigned valueRank =
        cast<RankedTensorType>(pad.getValue().getType()).getRank();
    SmallVector<AffineExpr> zeros(valueRank,
                                  selector.builder.getAffineConstantExpr(0));
    fill.bodyInputs.push_back(
        {selector.buffer(pad.getValue()), selector.map(rank, zeros)});
    fill.output = output;
    fill.outputMap = identity;
    selector.nest(fill,
                  [](const Scalars &, ValueRange args) { return args[1]; });
  }
  NestSpec spec;
  spec.kind = "pad";
  spec.output = output;
  if (!value) {
    // Points are those of x that are not cropped away, placed in the result.
    SmallVector<AffineExpr> from, to;
    for (unsigned i = 0; i < rank; ++i) {
      int64_t step = pad.getInterior()[i] + 1, low = pad.getLow()[i];
      int64_t first = low < 0 ? llvm::divideCeil(-low, step) : 0, end = first;
      while (end < x.getDimSize(i) && low + end * step < result.getDimSize(i))
        ++end;
      spec.extents.push_back(end - first);
      from.push_back(selector.dim(i) + first);
      to.push_back(selector.dim(i) * step + (low + first * step));
    }
    spec.bodyInputs.push_back(
        {selector.buffer(pad.getX()), selector.map(rank, from)});
    spec.outputMap = selector.map(rank, to);
  } else {
    spec.init = value;
    spec.extents = SmallVector<int64_t>(memref.getShape());
    SmallVector<AffineExpr> from = selector.dims(0, rank), guards;
    for (int64_t i = 0; i < x.getRank(); ++i) {
      int64_t low = pad.getLow()[i], step = pad.getInterior()[i] + 1;
      if (low == 0 && pad.getHigh()[i] == 0 && step == 1)
        continue;
      AffineExpr shifted = from[i] - low;
      guards.push_back(shifted);
      spec.guardExtents.push_back((x.getDimSize(i) - 1) * step + 1);
      from[i] = shifted;
      if (step == 1)
        continue;
      guards.push_back(shifted % step);
      spec.guardExtents.push_back(1);
      from[i] = shifted.floorDiv(step);
    }
    if (!guards.empty())
      spec.guards = selector.map(rank, guards);
    spec.bodyInputs.push_back(
        {selector.buffer(pad.getX()), selector.map(rank, from)});
    spec.outputMap = identity;
  }
  selector.nest(spec, [](const Scalars &, ValueRange args) { return args[1]; });
  return success();
}

/// Position in x of a position of the result, along one dimension.
static Value foldedPosition(const Scalars &s, Value position, int64_t low,
                            int64_t extent, nn::PadMode mode) {
  Value zero = s.index(0), last = s.index(extent - 1);
  Value at = s.sub(position, s.index(low));
  if (mode == nn::PadMode::wrap || mode == nn::PadMode::reflect) {
    // Both repeat with a period; the reflection's has the tensor twice.
    int64_t period = mode == nn::PadMode::wrap
                         ? extent
                         : std::max<int64_t>(2 * (extent - 1), 1);
    Value remainder =
        s.builder.create<arith::RemSIOp>(s.loc, at, s.index(period));
    at = s.select(s.less(remainder, zero), s.add(remainder, s.index(period)),
                  remainder);
    if (mode == nn::PadMode::reflect)
      at = s.min(at, s.sub(s.index(period), at));
  }
  return s.max(s.min(at, last), zero);
}

static LogicalResult selectPad(const Node &node, Selector &selector) {
  auto pad = cast<nn::PadOp>(node.root);
  if (pad.getMode() == nn::PadMode::constant)
    return selectConstantPad(node, selector, pad);
  auto x = cast<RankedTensorType>(pad.getX().getType());
  if (layout::blockSize(x) > 1 && pad.getLow()[nn::getLayout(x)->dim] != 0)
    return selector.unsupported(pad, "padding of blocked channels");
  NestSpec spec;
  spec.kind = "pad";
  spec.extents =
      SmallVector<int64_t>(layout::bufferType(node.resultType()).getShape());
  unsigned rank = spec.extents.size();
  Value from = selector.buffer(pad.getX());
  spec.bodyInputs.push_back({from, AffineMap()});
  spec.output = selector.allocateFor(node.results[0]);
  spec.outputMap = selector.builder.getMultiDimIdentityMap(rank);
  selector.nest(spec, [&](const Scalars &s, ValueRange args) {
    SmallVector<Value> index;
    for (unsigned i = 0; i < rank; ++i) {
      Value position = s.builder.create<kernel::IndexOp>(
          s.loc, s.builder.getIndexType(), s.builder.getI64IntegerAttr(i));
      bool moves =
          i < x.getRank() && (pad.getLow()[i] != 0 || pad.getHigh()[i] != 0);
      index.push_back(moves ? foldedPosition(s, position, pad.getLow()[i],
                                             x.getDimSize(i), pad.getMode())
                            : position);
    }
    return s.load(args[1], index);
  });
  return success();
}

void megcc::addPadding(SelectRegistry &registry) {
  registry.add<nn::PadOp>(selectPad);
}
