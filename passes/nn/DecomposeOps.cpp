//===- DecomposeOps.cpp - Writes operators as others ----------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Batch normalisation (what FoldBatchNorm left over):
//
//   %y = nn.batch_norm %x, %s, %b, %m, %v
// =>
//   %f = %s / sqrt(%v + epsilon)    %t = %b - %m * %f     // [C, 1, 1]
//   %y = %x * %f + %t
//
// Group normalisation:
//
//   %y = nn.group_norm %x scale %s bias %b groups = 4
// =>
//   %0 = nn.reshape %x : [N, C, H, W] -> [N, 4, C / 4 * H * W]
//   %1 = nn.layer_norm %0 axis = 2
//   %2 = nn.reshape %1 : -> [N, C, H, W]
//   %y = %2 * %s + %b                                     // [C, 1, 1]
//
// Both leave elementwise operators, which fusion merges with their neighbours.
// Transposed convolutions are in DecomposeConvTranspose.cpp.
//
//===----------------------------------------------------------------------===//

#include "passes/nn/DecomposeOps.h"
#include "lib/Support/Constants.h"
#include "passes/nn/Passes.h"

#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace megcc::nn {
#define GEN_PASS_DEF_DECOMPOSEOPS
#include "passes/nn/Passes.h.inc"
} // namespace megcc::nn

using namespace mlir;
using namespace megcc;

/// A [C] tensor as one that broadcasts along dimension 1 of `type`.
static Value broadcastChannels(OpBuilder &builder, Location loc, Value value,
                               RankedTensorType type) {
  SmallVector<int64_t> shape(type.getRank() - 1, 1);
  shape[0] = type.getDimSize(1);
  return builder.create<nn::ReshapeOp>(
      loc, RankedTensorType::get(shape, type.getElementType()), value);
}

namespace {
struct DecomposeBatchNorm : OpRewritePattern<nn::BatchNormOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(nn::BatchNormOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto type = cast<RankedTensorType>(op.getX().getType());
    auto scalarType = RankedTensorType::get({}, type.getElementType());
    Value epsilon = rewriter.create<nn::ConstantOp>(
        loc, scalarType, makeSplat(scalarType, op.getEpsilon()));
    Value variance = rewriter.create<nn::AddOp>(loc, op.getVariance(), epsilon);
    Value deviation = rewriter.create<nn::SqrtOp>(loc, variance);
    Value factor = rewriter.create<nn::DivOp>(loc, op.getScale(), deviation);
    Value center = rewriter.create<nn::MulOp>(loc, op.getMean(), factor);
    Value term = rewriter.create<nn::SubOp>(loc, op.getBias(), center);
    Value scaled = rewriter.create<nn::MulOp>(
        loc, op.getX(), broadcastChannels(rewriter, loc, factor, type));
    rewriter.replaceOpWithNewOp<nn::AddOp>(
        op, scaled, broadcastChannels(rewriter, loc, term, type));
    return success();
  }
};

struct DecomposeGroupNorm : OpRewritePattern<nn::GroupNormOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(nn::GroupNormOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto type = cast<RankedTensorType>(op.getX().getType());
    if (type.getNumElements() == 0)
      return rewriter.notifyMatchFailure(op, "nothing to normalise");
    int64_t images = type.getDimSize(0), groups = op.getGroups();
    auto groupedType = RankedTensorType::get(
        {images, groups, type.getNumElements() / (images * groups)},
        type.getElementType());
    Value result = rewriter.create<nn::ReshapeOp>(loc, groupedType, op.getX());
    result = rewriter.create<nn::LayerNormOp>(loc, result, /*scale=*/Value(),
                                              /*bias=*/Value(), /*axis=*/2,
                                              op.getEpsilon());
    result = rewriter.create<nn::ReshapeOp>(loc, type, result);
    if (op.getScale())
      result = rewriter.create<nn::MulOp>(
          loc, result, broadcastChannels(rewriter, loc, op.getScale(), type));
    if (op.getBias())
      result = rewriter.create<nn::AddOp>(
          loc, result, broadcastChannels(rewriter, loc, op.getBias(), type));
    rewriter.replaceOp(op, result);
    return success();
  }
};

struct DecomposeOps : nn::impl::DecomposeOpsBase<DecomposeOps> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<DecomposeBatchNorm, DecomposeGroupNorm>(&getContext());
    nn::populateDecomposeConvTranspose(patterns);
    if (failed(
            applyPatternsAndFoldGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace
