//===- NNMovement.cpp - Rearranging elements ------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/NN/Inference.h"
#include "mlir/Dialect/Traits.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "llvm/Support/CheckedArithmetic.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::nn;

void NNDialect::registerMovementOps() {
  addOperations<
#define GET_OP_LIST
#include "dialects/NN/NNMovement.cpp.inc"
      >();
}

#define GET_OP_CLASSES
#include "dialects/NN/NNMovement.cpp.inc"

LogicalResult ReshapeOp::verify() {
  // reshape_element
  if (getX().getType().getElementType() != getType().getElementType())
    return emitOpError("expected a result of element type ")
           << getX().getType().getElementType() << ", found "
           << getType().getElementType();
  // reshape_count
  if (getX().getType().getNumElements() != getType().getNumElements())
    return emitOpError("expected as many elements in the result as in ")
           << getX().getType() << ", found " << getType();
  return success();
}

LogicalResult TransposeOp::inferReturnTypes(MLIRContext *,
                                            std::optional<Location> loc,
                                            Adaptor adaptor,
                                            SmallVectorImpl<Type> &types) {
  Inference infer(loc, getOperationName());
  RankedTensorType x = tensorType(adaptor.getX());
  ArrayRef<int64_t> perm = adaptor.getPerm();
  // transpose_perm
  if (failed(infer.count(perm, x.getRank(), "perm")))
    return failure();
  if (!isPermutationVector(perm))
    return infer.error("expected a permutation, found perm = ",
                       listString(perm));
  return infer.result(applyPermutation(x.getShape(), perm), x.getElementType(),
                      types);
}

LogicalResult ConcatOp::inferReturnTypes(MLIRContext *,
                                         std::optional<Location> loc,
                                         Adaptor adaptor,
                                         SmallVectorImpl<Type> &types) {
  Inference infer(loc, getOperationName());
  // concat_inputs
  if (adaptor.getInputs().empty())
    return infer.error("expected inputs, found none");
  RankedTensorType first = tensorType(adaptor.getInputs().front());
  int64_t axis = adaptor.getAxis();
  // concat_axis
  if (failed(infer.axis(axis, first.getRank())))
    return failure();
  SmallVector<int64_t> shape(first.getShape());
  shape[axis] = 0;
  std::optional<BlockedLayout> layout = getLayout(first);
  for (Value input : adaptor.getInputs()) {
    RankedTensorType type = tensorType(input);
    // concat_element
    if (failed(infer.sameElement(type, first, "inputs")))
      return failure();
    // concat_layout
    if (type.getEncoding() != first.getEncoding())
      return infer.error("expected inputs of one layout, found ", first,
                         " and ", type);
    // concat_shape
    SmallVector<int64_t> expected(first.getShape());
    if (type.getRank() == first.getRank())
      expected[axis] = type.getDimSize(axis);
    if (type.getShape() != ArrayRef<int64_t>(expected))
      return infer.error("expected inputs that differ in dimension ", axis,
                         " only, found ", shapeString(first.getShape()),
                         " and ", shapeString(type.getShape()));
    // concat_blocks
    if (layout && layout->dim == axis && shape[axis] % layout->size != 0)
      return infer.error("expected inputs to begin at whole blocks of ",
                         layout->size, ", found one at ", shape[axis]);
    std::optional<int64_t> sum =
        llvm::checkedAdd(shape[axis], type.getDimSize(axis));
    if (!sum)
      return infer.error("result is too large");
    shape[axis] = *sum;
  }
  return infer.result(shape, first.getElementType(), types,
                      first.getEncoding());
}

LogicalResult SliceOp::inferReturnTypes(MLIRContext *,
                                        std::optional<Location> loc,
                                        Adaptor adaptor,
                                        SmallVectorImpl<Type> &types) {
  Inference infer(loc, getOperationName());
  RankedTensorType x = tensorType(adaptor.getX());
  ArrayRef<int64_t> offsets = adaptor.getOffsets(), sizes = adaptor.getSizes(),
                    strides = adaptor.getStrides();
  // slice_count
  if (failed(infer.count(offsets, x.getRank(), "offsets")) ||
      failed(infer.count(sizes, x.getRank(), "sizes")) ||
      failed(infer.count(strides, x.getRank(), "strides")))
    return failure();
  for (int64_t i = 0; i < x.getRank(); ++i) {
    // slice_stride
    if (strides[i] == 0)
      return infer.error("expected strides other than 0, found ",
                         listString(strides));
    if (sizes[i] == 0)
      continue;
    // slice_bounds
    int64_t extent = x.getDimSize(i);
    std::optional<int64_t> last;
    if (sizes[i] > 0)
      last = llvm::checkedMulAdd(sizes[i] - 1, strides[i], offsets[i]);
    if (!last || std::min(offsets[i], *last) < 0 ||
        std::max(offsets[i], *last) >= extent)
      return infer.error("reaches outside dimension ", i, " of extent ", extent,
                         " with offset ", offsets[i], ", size ", sizes[i],
                         ", stride ", strides[i]);
    // slice_layout
    if ((sizes[i] != extent || strides[i] != 1) &&
        failed(infer.unblocked(x, i)))
      return failure();
  }
  return infer.result(sizes, x.getElementType(), types, x.getEncoding());
}

LogicalResult PadOp::inferReturnTypes(MLIRContext *,
                                      std::optional<Location> loc,
                                      Adaptor adaptor,
                                      SmallVectorImpl<Type> &types) {
  Inference infer(loc, getOperationName());
  RankedTensorType x = tensorType(adaptor.getX());
  ArrayRef<int64_t> low = adaptor.getLow(), high = adaptor.getHigh(),
                    interior = adaptor.getInterior();
  PadMode mode = adaptor.getMode();
  // pad_count
  if (failed(infer.count(low, x.getRank(), "low")) ||
      failed(infer.count(high, x.getRank(), "high")) ||
      failed(infer.count(interior, x.getRank(), "interior")))
    return failure();
  constexpr int64_t least = std::numeric_limits<int32_t>::min();
  // pad_range
  if (failed(infer.range(low, least, "low")) ||
      failed(infer.range(high, least, "high")) ||
      failed(infer.range(interior, 0, "interior")))
    return failure();
  // pad_interior
  if (mode != PadMode::constant &&
      llvm::any_of(interior, [](int64_t pad) { return pad != 0; }))
    return infer.error("expected no interior padding in mode ",
                       stringifyPadMode(mode), ", found ",
                       listString(interior));
  if (Value value = adaptor.getValue()) {
    // pad_value
    if (failed(infer.rank(tensorType(value), 0, "value")) ||
        failed(infer.sameElement(tensorType(value), x, "value")))
      return failure();
    if (mode != PadMode::constant)
      return infer.error("expected no value in mode ", stringifyPadMode(mode));
  }

  SmallVector<int64_t> shape;
  for (int64_t i = 0; i < x.getRank(); ++i) {
    int64_t extent = x.getDimSize(i);
    // pad_layout
    if ((low[i] != 0 || high[i] != 0 || interior[i] != 0) &&
        failed(infer.unblocked(x, i)))
      return failure();
    // pad_source
    int64_t most = std::max(low[i], high[i]);
    if (most > 0 && ((mode == PadMode::reflect && most >= extent) ||
                     (mode != PadMode::constant && extent == 0)))
      return infer.error("cannot pad dimension ", i, " of extent ", extent,
                         " by ", most, " in mode ", stringifyPadMode(mode));
    std::optional<int64_t> padded = llvm::checkedMulAdd(
        std::max<int64_t>(extent - 1, 0), interior[i], extent);
    if (padded)
      padded = llvm::checkedAdd(*padded, low[i] + high[i]);
    // pad_crop
    if (!padded || *padded < 0)
      return infer.error("cannot pad dimension ", i, " of extent ", extent,
                         " by ", low[i], " and ", high[i]);
    shape.push_back(*padded);
  }
  return infer.result(shape, x.getElementType(), types, x.getEncoding());
}

LogicalResult ExpandOp::verify() {
  RankedTensorType x = getX().getType(), result = getType();
  // expand_element
  if (x.getElementType() != result.getElementType())
    return emitOpError("expected a result of element type ")
           << x.getElementType() << ", found " << result.getElementType();
  // expand_shape
  SmallVector<int64_t> common;
  if (!OpTrait::util::getBroadcastedShape(x.getShape(), result.getShape(),
                                          common) ||
      ArrayRef<int64_t>(common) != result.getShape())
    return emitOpError("expected a result to whose shape ")
           << shapeString(x.getShape()) << " broadcasts, found "
           << shapeString(result.getShape());
  return success();
}

LogicalResult TileOp::inferReturnTypes(MLIRContext *,
                                       std::optional<Location> loc,
                                       Adaptor adaptor,
                                       SmallVectorImpl<Type> &types) {
  Inference infer(loc, getOperationName());
  RankedTensorType x = tensorType(adaptor.getX());
  ArrayRef<int64_t> repeats = adaptor.getRepeats();
  // tile_repeats
  if (failed(infer.count(repeats, x.getRank(), "repeats")) ||
      failed(infer.range(repeats, 0, "repeats")))
    return failure();
  SmallVector<int64_t> shape;
  for (auto [extent, repeat] : llvm::zip(x.getShape(), repeats)) {
    std::optional<int64_t> product = llvm::checkedMul(extent, repeat);
    if (!product)
      return infer.error("result is too large");
    shape.push_back(*product);
  }
  return infer.result(shape, x.getElementType(), types);
}

LogicalResult ReverseOp::verify() {
  // reverse_axes
  return Inference(getLoc(), getOperationName())
      .axes(getAxes(), getType().getRank());
}

LogicalResult ResizeOp::verify() {
  Inference infer(getLoc(), getOperationName());
  RankedTensorType x = getX().getType(), result = getType();
  // resize_type
  if (x.getElementType() != result.getElementType() ||
      x.getRank() != result.getRank() ||
      x.getEncoding() != result.getEncoding())
    return emitOpError("expected a result that differs from ")
           << x << " in its extents only, found " << result;
  int64_t rank = x.getRank(), scales = getScales().size();
  // resize_scales
  if (scales != rank)
    return emitOpError("expected ")
           << rank << " values in scales, found " << scales;
  for (int64_t i = 0; i < rank; ++i) {
    double scale = getScales()[i];
    if (!(scale > 0) || !std::isfinite(scale))
      return emitOpError("expected positive scales, found ") << scale;
    // resize_extent
    if (x.getDimSize(i) == 0 && result.getDimSize(i) != 0)
      return emitOpError("cannot resize dimension ")
             << i << " of extent 0 to " << result.getDimSize(i);
    // resize_layout
    if ((scale != 1 || x.getDimSize(i) != result.getDimSize(i)) &&
        failed(infer.unblocked(x, i)))
      return failure();
  }
  // resize_roi
  bool needsRoi = getCoordinates() == Coordinates::tf_crop_and_resize;
  int64_t roi = getRoi() ? getRoi()->size() : 0;
  if (roi != (needsRoi ? 2 * rank : 0))
    return emitOpError("expected ")
           << (needsRoi ? 2 * rank : 0) << " values in roi, found " << roi;
  return success();
}
