//===- DecomposeConvTranspose.cpp - Transposed convolutions as others -----===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In one dimension, with stride s and a kernel of k = T * s elements (filled up
// with zeros), element q * s + r of the result, before the pads are cut off, is
//
//   sum over t of x[q - t] * w[t * s + r]
//
// so each of the s phases r is a convolution of x with T flipped taps, and all
// phases together are one convolution with s times the channels, whose result
// is interleaved (Shi et al. 2016, "Is the deconvolution layer the same as a
// convolutional layer?"). No product with a zero is computed:
//
//   %y = nn.conv_transpose %x, %w strides = [2] pads = [1, 1]
//          : (tensor<1x8x5xf32>, tensor<8x4x4xf32>) -> tensor<1x4x10xf32>
// =>
//   %0 = nn.conv %x, %phases pads = [1, 1]
//          : (tensor<1x8x5xf32>, tensor<8x8x2xf32>) -> tensor<1x8x6xf32>
//   %1 = nn.reshape %0 : -> tensor<1x4x2x6xf32>
//   %2 = nn.transpose %1 perm = [0, 1, 3, 2]
//   %3 = nn.reshape %2 : -> tensor<1x4x12xf32>
//   %y = nn.pad %3 low = [0, 0, -1] high = [0, 0, -1]
//
// With stride 1, or where the kernel is dilated, too, x is padded inside by
// s - 1 zeros instead and convolved with the flipped kernel.
//
//===----------------------------------------------------------------------===//

#include "passes/nn/DecomposeOps.h"

#include "dialects/NN/NN.h"

using namespace mlir;
using namespace megcc;

using Sizes = SmallVector<int64_t>;

namespace {
struct DecomposeConvTranspose : OpRewritePattern<nn::ConvTransposeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(nn::ConvTransposeOp op,
                                PatternRewriter &rewriter) const override {
    auto isOne = [](int64_t value) { return value == 1; };
    bool isStrided = !llvm::all_of(op.getStrides(), isOne);
    bool isDilated = !llvm::all_of(op.getDilations(), isOne);
    Value result = isStrided && !isDilated ? buildPhases(op, rewriter)
                                           : buildZeroInsertion(op, rewriter);
    rewriter.replaceOp(op, result);
    return success();
  }

private:
  Value buildPhases(nn::ConvTransposeOp op, OpBuilder &builder) const;
  Value buildZeroInsertion(nn::ConvTransposeOp op, OpBuilder &builder) const;
};

/// Builds operators of one location and element type.
struct LocatedBuilder {
  OpBuilder &builder;
  Location loc;

  Value reshape(Value x, ArrayRef<int64_t> shape) {
    Type elementType = cast<ShapedType>(x.getType()).getElementType();
    return builder.create<nn::ReshapeOp>(
        loc, RankedTensorType::get(shape, elementType), x);
  }
  Value transpose(Value x, ArrayRef<int64_t> perm) {
    return builder.create<nn::TransposeOp>(loc, x, perm);
  }
  Value reverse(Value x, ArrayRef<int64_t> axes) {
    return builder.create<nn::ReverseOp>(loc, x, axes);
  }
  Value pad(Value x, ArrayRef<int64_t> low, ArrayRef<int64_t> high,
            ArrayRef<int64_t> interior) {
    return builder.create<nn::PadOp>(loc, x, /*value=*/Value(), low, high,
                                     interior, nn::PadMode::constant);
  }
  Value conv(Value x, Value w, Value bias, ArrayRef<int64_t> pads,
             ArrayRef<int64_t> dilations, int64_t groups, Type resultType) {
    Sizes ones(dilations.size(), 1);
    return builder.create<nn::ConvOp>(loc, resultType, x, w, bias, ones, pads,
                                      dilations, groups);
  }
};
} // namespace

static ArrayRef<int64_t> getShape(Value value) {
  return cast<ShapedType>(value.getType()).getShape();
}

static int64_t getProduct(ArrayRef<int64_t> sizes) {
  int64_t product = 1;
  for (int64_t size : sizes)
    product *= size;
  return product;
}

/// Inserts `last` dimensions behind `first`.
static Sizes join(ArrayRef<int64_t> first, ArrayRef<int64_t> last) {
  Sizes all(first);
  all.append(last.begin(), last.end());
  return all;
}

/// [C, M / g, T * s...] to [M * s..., C / g, T...], the taps T flipped.
static Value buildPhaseWeights(LocatedBuilder &b, Value w, int64_t groups,
                               ArrayRef<int64_t> strides,
                               ArrayRef<int64_t> taps) {
  Sizes shape(getShape(w));
  int64_t rank = strides.size();
  Sizes none(shape.size(), 0), high(shape.size(), 0);
  Sizes split{groups, shape[0] / groups, shape[1]}, flipped;
  Sizes outer{0, 2}, inner{1};
  for (int64_t d = 0; d < rank; ++d) {
    high[2 + d] = taps[d] * strides[d] - shape[2 + d];
    flipped.push_back(split.size());
    inner.push_back(split.size());
    outer.push_back(split.size() + 1);
    split.append({taps[d], strides[d]});
  }
  if (high != none)
    w = b.pad(w, none, high, none);
  w = b.reverse(b.reshape(w, split), flipped);
  w = b.transpose(w, join(outer, inner));
  return b.reshape(
      w,
      join({groups * shape[1] * getProduct(strides), shape[0] / groups}, taps));
}

Value DecomposeConvTranspose::buildPhases(nn::ConvTransposeOp op,
                                          OpBuilder &builder) const {
  LocatedBuilder b{builder, op.getLoc()};
  Sizes xShape(getShape(op.getX())), wShape(getShape(op.getW()));
  Sizes yShape(getShape(op.getResult()));
  ArrayRef<int64_t> strides = op.getStrides();
  int64_t rank = strides.size(), phases = getProduct(strides);

  Sizes taps, convPads, positions, fullShape, interleave{0, 1};
  Sizes low{0, 0}, high{0, 0};
  for (int64_t d = 0; d < rank; ++d) {
    taps.push_back(llvm::divideCeil(wShape[2 + d], strides[d]));
    positions.push_back(xShape[2 + d] + taps[d] - 1);
    fullShape.push_back(positions[d] * strides[d]);
    interleave.append({2 + rank + d, 2 + d});
    low.push_back(-op.getPads()[d]);
    high.push_back(yShape[2 + d] - fullShape[d] - low.back());
    convPads.push_back(taps[d] - 1);
  }
  convPads.append(Sizes(convPads));

  Value weights =
      buildPhaseWeights(b, op.getW(), op.getGroups(), strides, taps);
  Value bias = op.getBias();
  Type elementType = cast<ShapedType>(op.getType()).getElementType();
  if (bias) {
    auto repeatedType = RankedTensorType::get({yShape[1], phases}, elementType);
    bias = builder.create<nn::ExpandOp>(b.loc, repeatedType,
                                        b.reshape(bias, {yShape[1], 1}));
    bias = b.reshape(bias, {yShape[1] * phases});
  }
  Value result = b.conv(
      op.getX(), weights, bias, convPads, op.getDilations(), op.getGroups(),
      RankedTensorType::get(join({xShape[0], yShape[1] * phases}, positions),
                            elementType));
  result =
      b.reshape(result, join(join({xShape[0], yShape[1]}, strides), positions));
  result = b.transpose(result, interleave);
  result = b.reshape(result, join({xShape[0], yShape[1]}, fullShape));
  Sizes none(low.size(), 0);
  if (low != none || high != none)
    result = b.pad(result, low, high, none);
  return result;
}

/// [C, M / g, k...] to [M, C / g, k...], the kernel flipped.
static Value buildFlippedWeights(LocatedBuilder &b, Value w, int64_t groups) {
  Sizes shape(getShape(w)), spatialAxes, perm{0, 2, 1};
  ArrayRef<int64_t> kernel = ArrayRef<int64_t>(shape).drop_front(2);
  for (size_t d = 0; d < kernel.size(); ++d) {
    spatialAxes.push_back(2 + d);
    perm.push_back(3 + d);
  }
  w = b.reverse(w, spatialAxes);
  w = b.reshape(w, join({groups, shape[0] / groups, shape[1]}, kernel));
  w = b.transpose(w, perm);
  return b.reshape(w, join({groups * shape[1], shape[0] / groups}, kernel));
}

Value DecomposeConvTranspose::buildZeroInsertion(nn::ConvTransposeOp op,
                                                 OpBuilder &builder) const {
  LocatedBuilder b{builder, op.getLoc()};
  ArrayRef<int64_t> kernel = getShape(op.getW()).drop_front(2);
  int64_t rank = kernel.size();
  Sizes low{0, 0}, high{0, 0}, interior{0, 0};
  for (int64_t d = 0; d < rank; ++d) {
    int64_t reach = (kernel[d] - 1) * op.getDilations()[d];
    low.push_back(reach - op.getPads()[d]);
    high.push_back(reach - op.getPads()[rank + d] + op.getOutputPadding()[d]);
    interior.push_back(op.getStrides()[d] - 1);
  }
  Value x = b.pad(op.getX(), low, high, interior);
  return b.conv(x, buildFlippedWeights(b, op.getW(), op.getGroups()),
                op.getBias(), Sizes(2 * rank, 0), op.getDilations(),
                op.getGroups(), op.getType());
}

void nn::populateDecomposeConvTranspose(RewritePatternSet &patterns) {
  patterns.add<DecomposeConvTranspose>(patterns.getContext());
}
