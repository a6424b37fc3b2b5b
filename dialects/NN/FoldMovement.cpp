//===- FoldMovement.cpp - Movement that cancels or combines ---------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/NN/NN.h"
#include "lib/Support/Constants.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "llvm/Support/CheckedArithmetic.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::nn;

static bool areAll(ArrayRef<int64_t> values, int64_t expected) {
  return llvm::all_of(values, [=](int64_t value) { return value == expected; });
}

//===----------------------------------------------------------------------===//
// Folders
//===----------------------------------------------------------------------===//

OpFoldResult ReshapeOp::fold(FoldAdaptor adaptor) {
  if (getX().getType() == getType())
    return getX();
  if (auto constant = dyn_cast_or_null<ElementsAttr>(adaptor.getX()))
    return retypeConstant(constant, getType());
  if (auto inner = getX().getDefiningOp<ReshapeOp>()) {
    if (inner.getX().getType() == getType())
      return inner.getX();
    getXMutable().assign(inner.getX());
    return getResult();
  }
  return {};
}

OpFoldResult TransposeOp::fold(FoldAdaptor) {
  return isIdentityPermutation(getPerm()) ? OpFoldResult(getX())
                                          : OpFoldResult();
}

OpFoldResult ConcatOp::fold(FoldAdaptor) {
  return getInputs().size() == 1 ? OpFoldResult(getInputs().front())
                                 : OpFoldResult();
}

OpFoldResult SliceOp::fold(FoldAdaptor) {
  bool isWhole = getX().getType() == getType() && areAll(getOffsets(), 0) &&
                 areAll(getStrides(), 1);
  return isWhole ? OpFoldResult(getX()) : OpFoldResult();
}

OpFoldResult PadOp::fold(FoldAdaptor) {
  bool isNothing = areAll(getLow(), 0) && areAll(getHigh(), 0) &&
                   getX().getType() == getType();
  return isNothing ? OpFoldResult(getX()) : OpFoldResult();
}

OpFoldResult ExpandOp::fold(FoldAdaptor) {
  if (getX().getType() == getType())
    return getX();
  if (auto inner = getX().getDefiningOp<ExpandOp>()) {
    getXMutable().assign(inner.getX());
    return getResult();
  }
  return {};
}

OpFoldResult TileOp::fold(FoldAdaptor) {
  return areAll(getRepeats(), 1) ? OpFoldResult(getX()) : OpFoldResult();
}

OpFoldResult ReverseOp::fold(FoldAdaptor) {
  auto isShort = [&](int64_t axis) { return getType().getDimSize(axis) <= 1; };
  if (llvm::all_of(getAxes(), isShort))
    return getX();
  auto inner = getX().getDefiningOp<ReverseOp>();
  if (inner && inner.getAxes() == getAxes())
    return inner.getX();
  return {};
}

OpFoldResult ResizeOp::fold(FoldAdaptor) {
  bool keepsSize =
      getX().getType() == getType() &&
      getCoordinates() != Coordinates::tf_crop_and_resize &&
      llvm::all_of(getScales(), [](double scale) { return scale == 1; });
  return keepsSize ? OpFoldResult(getX()) : OpFoldResult();
}

OpFoldResult ReduceOp::fold(FoldAdaptor) {
  // Any reduction of one element is that element.
  auto isOne = [&](int64_t axis) {
    return getX().getType().getDimSize(axis) == 1;
  };
  bool isNothing =
      getX().getType() == getType() && llvm::all_of(getAxes(), isOne);
  return isNothing ? OpFoldResult(getX()) : OpFoldResult();
}

OpFoldResult RelayoutOp::fold(FoldAdaptor) {
  if (getX().getType() == getType())
    return getX();
  if (auto inner = getX().getDefiningOp<RelayoutOp>()) {
    if (inner.getX().getType() == getType())
      return inner.getX();
    getXMutable().assign(inner.getX());
    return getResult();
  }
  return {};
}

//===----------------------------------------------------------------------===//
// Canonical forms
//===----------------------------------------------------------------------===//

/// Whether a permutation moves only dimensions of extent 1.
static bool movesOnlyUnits(ArrayRef<int64_t> perm, ArrayRef<int64_t> shape) {
  int64_t last = -1;
  for (int64_t dim : perm) {
    if (shape[dim] == 1)
      continue;
    if (dim < last)
      return false;
    last = dim;
  }
  return true;
}

LogicalResult TransposeOp::canonicalize(TransposeOp op,
                                        PatternRewriter &rewriter) {
  // Two transposes are one.
  if (auto inner = op.getX().getDefiningOp<TransposeOp>()) {
    SmallVector<int64_t> perm = applyPermutation(inner.getPerm(), op.getPerm());
    rewriter.replaceOpWithNewOp<TransposeOp>(op, inner.getX(), perm);
    return success();
  }
  // Where no two elements change their order, it is a reshape, which is free.
  if (movesOnlyUnits(op.getPerm(), op.getX().getType().getShape())) {
    rewriter.replaceOpWithNewOp<ReshapeOp>(op, op.getType(), op.getX());
    return success();
  }
  return failure();
}

LogicalResult ConcatOp::canonicalize(ConcatOp op, PatternRewriter &rewriter) {
  // Inputs without elements go; a concat along the same axis that nothing else
  // uses is replaced by its inputs.
  int64_t axis = op.getAxis();
  bool isChanged = false;
  SmallVector<Value> inputs;
  for (Value input : op.getInputs()) {
    auto inner = input.getDefiningOp<ConcatOp>();
    if (tensorType(input).getDimSize(axis) == 0 && op.getInputs().size() > 1 &&
        op.getType().getDimSize(axis) != 0) {
      isChanged = true;
    } else if (inner && inner.getAxis() == axis && input.hasOneUse()) {
      llvm::append_range(inputs, inner.getInputs());
      isChanged = true;
    } else {
      inputs.push_back(input);
    }
  }
  if (!isChanged)
    return failure();
  rewriter.replaceOpWithNewOp<ConcatOp>(op, inputs, axis);
  return success();
}

LogicalResult SliceOp::canonicalize(SliceOp op, PatternRewriter &rewriter) {
  // Element i of a slice of a slice is element o1 + s1 * (o2 + s2 * i).
  auto inner = op.getX().getDefiningOp<SliceOp>();
  if (!inner)
    return failure();
  SmallVector<int64_t> offsets, strides;
  for (unsigned i = 0; i < op.getOffsets().size(); ++i) {
    std::optional<int64_t> offset = llvm::checkedMulAdd(
        inner.getStrides()[i], op.getOffsets()[i], inner.getOffsets()[i]);
    // The step of a single element does not matter.
    std::optional<int64_t> stride =
        op.getSizes()[i] > 1
            ? llvm::checkedMul(inner.getStrides()[i], op.getStrides()[i])
            : 1;
    if (!offset || !stride)
      return failure();
    offsets.push_back(*offset);
    strides.push_back(*stride);
  }
  rewriter.replaceOpWithNewOp<SliceOp>(op, inner.getX(), offsets, op.getSizes(),
                                       strides);
  return success();
}
