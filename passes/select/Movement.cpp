//===- Movement.cpp - Selects nests and aliases for data movement ---------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Kernel/Strides.h"
#include "passes/select/Selector.h"

using namespace mlir;
using namespace megcc;

/// A nest over the result's buffer that copies x from `from`, an index of x's
/// buffer by the result's.
static LogicalResult copyFrom(const Node &node, Selector &selector, Value x,
                              StringRef kind, ArrayRef<AffineExpr> from) {
  RankedTensorType result = node.resultType();
  NestSpec spec;
  spec.kind = kind;
  spec.extents = SmallVector<int64_t>(layout::bufferType(result).getShape());
  unsigned rank = spec.extents.size();
  spec.bodyInputs.push_back({selector.buffer(x), selector.map(rank, from)});
  spec.output = selector.allocateFor(node.results[0]);
  spec.outputMap = selector.builder.getMultiDimIdentityMap(rank);
  selector.nest(spec, [](const Scalars &, ValueRange args) { return args[1]; });
  return success();
}

static SmallVector<AffineExpr> resultDims(const Node &node,
                                          Selector &selector) {
  return selector.dims(0, layout::bufferType(node.resultType()).getRank());
}

static LogicalResult selectReshape(const Node &node, Selector &selector) {
  Value x = selector.buffer(node.root->getOperand(0));
  selector.bind(node.results[0],
                selector.alias(x, layout::bufferType(node.resultType())));
  return success();
}

//===----------------------------------------------------------------------===//
// Transposes and relayouts
//===----------------------------------------------------------------------===//

/// The blocked layout of a tensor whose channels fill their blocks.
static std::optional<nn::BlockedLayout> getWholeBlocks(Value tensor) {
  auto type = cast<RankedTensorType>(tensor.getType());
  std::optional<nn::BlockedLayout> blocked = nn::getLayout(type);
  if (blocked && type.getDimSize(blocked->dim) % blocked->size == 0)
    return blocked;
  return std::nullopt;
}

/// A relayout from whole blocks that only transposes read: each moves the
/// elements itself, block by block.
static nn::RelayoutOp getReadThroughRelayout(Value tensor) {
  auto relayout = tensor.getDefiningOp<nn::RelayoutOp>();
  bool isPassed =
      relayout && getWholeBlocks(relayout.getX()) &&
      !nn::getLayout(relayout.getType()) &&
      llvm::all_of(relayout->getUsers(), llvm::IsaPred<nn::TransposeOp>);
  return isPassed ? relayout : nn::RelayoutOp();
}

/// A transpose that only relayouts to whole blocks read, likewise.
static nn::TransposeOp getReadThroughTranspose(Value tensor) {
  auto transpose = tensor.getDefiningOp<nn::TransposeOp>();
  if (!transpose || getReadThroughRelayout(transpose.getX()))
    return {};
  bool isPassed = llvm::all_of(transpose->getUsers(), [](Operation *user) {
    auto relayout = dyn_cast<nn::RelayoutOp>(user);
    return relayout && getWholeBlocks(relayout.getResult());
  });
  return isPassed ? transpose : nn::TransposeOp();
}

/// The index of a transpose's operand, given the result's.
static SmallVector<AffineExpr> getSourceIndex(nn::TransposeOp transpose,
                                              ArrayRef<AffineExpr> index) {
  SmallVector<AffineExpr> from(index.size());
  for (auto [i, p] : llvm::enumerate(transpose.getPerm()))
    from[p] = index[i];
  return from;
}

static LogicalResult selectTranspose(const Node &node, Selector &selector) {
  auto transpose = cast<nn::TransposeOp>(node.root);
  if (getReadThroughTranspose(transpose))
    return success();
  unsigned rank = node.resultType().getRank();
  nn::RelayoutOp relayout = getReadThroughRelayout(transpose.getX());
  if (!relayout)
    return copyFrom(node, selector, transpose.getX(), "transpose",
                    getSourceIndex(transpose, selector.dims(0, rank)));

  // Block and lane are dimensions of their own, in the order of the result.
  nn::BlockedLayout blocks = *getWholeBlocks(relayout.getX());
  unsigned dim =
      llvm::find(transpose.getPerm(), blocks.dim) - transpose.getPerm().begin();
  NestSpec spec;
  spec.kind = "transpose";
  spec.extents = SmallVector<int64_t>(node.resultType().getShape());
  spec.extents[dim] /= blocks.size;
  spec.extents.insert(spec.extents.begin() + dim + 1, blocks.size);
  SmallVector<AffineExpr> index = selector.dims(0, rank + 1);
  AffineExpr lane = index[dim + 1];
  index.erase(index.begin() + dim + 1);
  SmallVector<AffineExpr> from = getSourceIndex(transpose, index);
  from.push_back(lane);
  spec.bodyInputs.push_back(
      {selector.buffer(relayout.getX()), selector.map(rank + 1, from)});
  index[dim] = index[dim] * blocks.size + lane;
  spec.output = selector.allocateFor(node.results[0]);
  spec.outputMap = selector.map(rank + 1, index);
  selector.nest(spec, [](const Scalars &, ValueRange args) { return args[1]; });
  return success();
}

/// Between the plain and a blocked layout. Blocks are filled up with zeros.
static LogicalResult selectRelayout(const Node &node, Selector &selector) {
  Value x = node.root->getOperand(0);
  if (getReadThroughRelayout(node.results[0]))
    return success();
  auto from = cast<RankedTensorType>(x.getType());
  RankedTensorType to = node.resultType();
  bool toBlocks = layout::blockSize(to) > 1;
  RankedTensorType blocked = toBlocks ? to : from;
  unsigned rank = to.getRank(), dim = nn::getLayout(blocked)->dim;
  int64_t size = layout::blockSize(blocked), extent = to.getDimSize(dim);

  NestSpec spec;
  spec.kind = "relayout";
  SmallVector<AffineExpr> plain, inBlocks;
  if (toBlocks) {
    // One point per element of the blocks; past the last channel, zero.
    spec.extents = SmallVector<int64_t>(layout::bufferType(to).getShape());
    inBlocks = selector.dims(0, rank + 1);
    plain = layout::logicalIndex(to, inBlocks);
    if (extent % size != 0) {
      spec.guards = selector.map(rank + 1, plain[dim]);
      spec.guardExtents = {extent};
    }
  } else if (extent % size == 0) {
    // Block and lane as dimensions of their own, in the order of the plain
    // buffer: no division.
    spec.extents = SmallVector<int64_t>(to.getShape());
    spec.extents[dim] = extent / size;
    spec.extents.insert(spec.extents.begin() + dim + 1, size);
    for (unsigned i = 0; i < rank; ++i)
      inBlocks.push_back(selector.dim(i <= dim ? i : i + 1));
    inBlocks.push_back(selector.dim(dim + 1));
    plain = layout::logicalIndex(from, inBlocks);
  } else {
    spec.extents = SmallVector<int64_t>(to.getShape());
    plain = selector.dims(0, rank);
    inBlocks = layout::physicalIndex(from, plain);
  }
  if (nn::TransposeOp transpose = getReadThroughTranspose(x)) {
    plain = getSourceIndex(transpose, plain);
    x = transpose.getX();
  }
  unsigned dims = spec.extents.size();
  spec.bodyInputs.push_back(
      {selector.buffer(x), selector.map(dims, toBlocks ? plain : inBlocks)});
  spec.output = selector.allocateFor(node.results[0]);
  spec.outputMap = selector.map(dims, toBlocks ? inBlocks : plain);
  selector.nest(spec, [](const Scalars &, ValueRange args) { return args[1]; });
  return success();
}

//===----------------------------------------------------------------------===//
// Other movements
//===----------------------------------------------------------------------===//

static LogicalResult selectReverse(const Node &node, Selector &selector) {
  auto reverse = cast<nn::ReverseOp>(node.root);
  SmallVector<AffineExpr> from = resultDims(node, selector);
  for (int64_t axis : reverse.getAxes())
    from[axis] = -from[axis] + (node.resultType().getDimSize(axis) - 1);
  return copyFrom(node, selector, reverse.getX(), "reverse", from);
}

static LogicalResult selectExpand(const Node &node, Selector &selector) {
  auto expand = cast<nn::ExpandOp>(node.root);
  auto x = cast<RankedTensorType>(expand.getX().getType());
  return copyFrom(
      node, selector, expand.getX(), "expand",
      layout::broadcastIndex(x, node.resultType(), resultDims(node, selector)));
}

static LogicalResult selectTile(const Node &node, Selector &selector) {
  auto tile = cast<nn::TileOp>(node.root);
  auto x = cast<RankedTensorType>(tile.getX().getType());
  SmallVector<AffineExpr> from = resultDims(node, selector);
  for (int64_t i = 0; i < x.getRank(); ++i)
    if (tile.getRepeats()[i] != 1)
      from[i] = from[i] % x.getDimSize(i);
  return copyFrom(node, selector, tile.getX(), "tile", from);
}

static LogicalResult selectSlice(const Node &node, Selector &selector) {
  auto slice = cast<nn::SliceOp>(node.root);
  Value x = slice.getX();
  auto type = cast<RankedTensorType>(x.getType());
  RankedTensorType result = node.resultType();
  // Behind leading dimensions of extent 1, a run of whole slices lies in one
  // piece: no copy.
  int64_t offset = 0, stride = 1;
  bool onePiece = layout::blockSize(result) == 1, inside = true;
  for (int64_t i = type.getRank() - 1; i >= 0; --i) {
    onePiece &= slice.getStrides()[i] == 1 || result.getDimSize(i) == 1;
    // Once a dimension is cut, those before it must have one element.
    onePiece &= inside || result.getDimSize(i) == 1;
    inside &= result.getDimSize(i) == type.getDimSize(i);
    offset += slice.getOffsets()[i] * stride;
    stride *= type.getDimSize(i);
  }
  if (onePiece) {
    selector.bind(
        node.results[0],
        selector.alias(selector.buffer(x), layout::bufferType(result), offset));
    return success();
  }
  SmallVector<AffineExpr> physical = resultDims(node, selector);
  SmallVector<AffineExpr> from = layout::logicalIndex(result, physical);
  for (int64_t i = 0; i < type.getRank(); ++i) {
    if (layout::isBlocked(type, i)) {
      if (slice.getOffsets()[i] != 0 ||
          result.getDimSize(i) != type.getDimSize(i))
        return selector.unsupported(slice, "a slice of blocked channels");
      continue;
    }
    from[i] = from[i] * slice.getStrides()[i] + slice.getOffsets()[i];
  }
  if (layout::blockSize(type) > 1) {
    unsigned blocked = nn::getLayout(type)->dim;
    from[blocked] = physical[blocked];
    from.push_back(physical.back());
  }
  return copyFrom(node, selector, x, "slice", from);
}

/// Each input is copied into its part of the result; where the producer of an
/// input can write there itself, a later pass takes the copy out.
static LogicalResult selectConcat(const Node &node, Selector &selector) {
  auto concat = cast<nn::ConcatOp>(node.root);
  Value whole = selector.allocateFor(node.results[0]);
  auto type = cast<MemRefType>(whole.getType());
  unsigned axis = concat.getAxis();
  SmallVector<int64_t> strides;
  int64_t zero, at = 0;
  (void)kernel::getStrides(type, strides, zero);
  for (Value input : concat.getInputs()) {
    Value from = selector.buffer(input);
    auto part = cast<MemRefType>(from.getType());
    if (part.getNumElements() == 0)
      continue;
    // In one piece where nothing varies before the axis.
    bool onePiece = llvm::all_of(type.getShape().take_front(axis),
                                 [](int64_t extent) { return extent == 1; });
    MemRefType view =
        onePiece ? MemRefType::get(part.getShape(), part.getElementType())
                 : MemRefType::get(
                       part.getShape(), part.getElementType(),
                       StridedLayoutAttr::get(part.getContext(), 0, strides));
    selector.copy(from, selector.alias(whole, view, at * strides[axis]));
    at += part.getDimSize(axis);
  }
  return success();
}

void megcc::addMovement(SelectRegistry &registry) {
  registry.add<nn::ReshapeOp>(selectReshape);
  registry.add<nn::TransposeOp>(selectTranspose);
  registry.add<nn::ReverseOp>(selectReverse);
  registry.add<nn::ExpandOp>(selectExpand);
  registry.add<nn::TileOp>(selectTile);
  registry.add<nn::SliceOp>(selectSlice);
  registry.add<nn::ConcatOp>(selectConcat);
  registry.add<nn::RelayoutOp>(selectRelayout);
}
