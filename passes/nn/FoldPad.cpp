//===- FoldPad.cpp - Merges padding into the windows that read it ---------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   %0 = nn.pad %x low = [0, 0, 1, 1] high = [0, 0, 1, 1] ...
//   %1 = nn.conv %0, %w pads = [0, 0, 0, 0] ...
// =>
//   %1 = nn.conv %x, %w pads = [1, 1, 1, 1] ...
//
// Legal for a convolution and an lp_pool, if the padding is zero; for an
// average_pool, whose counted_pads then say that the padding counts; for a
// max_pool, if the padding never wins: it is the least value, or it is zero,
// nothing in x is below zero and every window has an element of x.
//
//===----------------------------------------------------------------------===//

#include "lib/Support/Constants.h"
#include "passes/nn/Passes.h"

#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace megcc::nn {
#define GEN_PASS_DEF_FOLDPAD
#include "passes/nn/Passes.h.inc"
} // namespace megcc::nn

using namespace mlir;
using namespace megcc;

using Sizes = SmallVector<int64_t>;

/// `value`'s pad, if it adds constant elements around the spatial dimensions
/// only.
static nn::PadOp getSpatialPad(Value value) {
  auto pad = value.getDefiningOp<nn::PadOp>();
  if (!pad || pad.getMode() != nn::PadMode::constant)
    return {};
  auto isNegative = [](int64_t size) { return size < 0; };
  auto isNonZero = [](int64_t size) { return size != 0; };
  bool isSpatial = llvm::none_of(pad.getLow().take_front(2), isNonZero) &&
                   llvm::none_of(pad.getHigh().take_front(2), isNonZero) &&
                   llvm::none_of(pad.getLow(), isNegative) &&
                   llvm::none_of(pad.getHigh(), isNegative) &&
                   llvm::none_of(pad.getInterior(), isNonZero);
  return isSpatial ? pad : nn::PadOp();
}

/// The one value of the padding, unless it is known at run time only.
static std::optional<double> getPadding(nn::PadOp pad) {
  if (!pad.getValue())
    return 0.0;
  ElementsAttr attr = getConstantValue(pad.getValue());
  return attr ? getSplatValue(attr) : std::nullopt;
}

/// Window pads (begins, then ends) grown by those of `pad`.
static Sizes addPads(ArrayRef<int64_t> pads, nn::PadOp pad) {
  Sizes sum(pads);
  size_t rank = pads.size() / 2;
  for (size_t d = 0; d < rank; ++d) {
    sum[d] += pad.getLow()[2 + d];
    sum[rank + d] += pad.getHigh()[2 + d];
  }
  return sum;
}

static bool isNeverNegative(Value value) {
  Operation *op = value.getDefiningOp();
  if (auto clamp = dyn_cast_or_null<nn::ClampOp>(op))
    return clamp.getMin() >= 0;
  return isa_and_nonnull<nn::ReluOp, nn::SigmoidOp, nn::HardSigmoidOp,
                         nn::AbsOp, nn::ExpOp>(op);
}

/// Whether no window lies in the padding as a whole.
static bool everyWindowReads(nn::MaxPoolOp op, ArrayRef<int64_t> pads) {
  size_t rank = op.getKernel().size();
  for (size_t d = 0; d < rank; ++d)
    if (op.getDilations()[d] != 1 || pads[d] >= op.getKernel()[d] ||
        pads[rank + d] >= op.getKernel()[d])
      return false;
  return true;
}

/// Whether padding of value `padding` may become padding that never wins.
static bool isLegalForMax(nn::MaxPoolOp op, nn::PadOp pad, double padding,
                          ArrayRef<int64_t> pads) {
  if (op.getIndices())
    return false;
  Type type = cast<ShapedType>(pad.getType()).getElementType();
  if (isa<FloatType>(type) &&
      padding <= -roundToType(std::numeric_limits<float>::max(), type))
    return true;
  return padding == 0 && isNeverNegative(pad.getX()) &&
         everyWindowReads(op, pads);
}

namespace {
template <typename Op> struct FoldIntoWindow : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;

  LogicalResult matchAndRewrite(Op op,
                                PatternRewriter &rewriter) const override {
    nn::PadOp pad = getSpatialPad(op.getX());
    std::optional<double> padding = pad ? getPadding(pad) : std::nullopt;
    if (!padding)
      return failure();
    Sizes pads = addPads(op.getPads(), pad);
    if constexpr (std::is_same_v<Op, nn::MaxPoolOp>) {
      if (!isLegalForMax(op, pad, *padding, pads))
        return rewriter.notifyMatchFailure(op, "the padding may win");
    } else if (*padding != 0) {
      return rewriter.notifyMatchFailure(op, "the padding isn't zero");
    }
    rewriter.modifyOpInPlace(op, [&] {
      op.getXMutable().assign(pad.getX());
      op.setPads(pads);
      if constexpr (std::is_same_v<Op, nn::AveragePoolOp>)
        op.setCountedPads(addPads(op.getCountedPads(), pad));
    });
    return success();
  }
};

struct FoldPad : nn::impl::FoldPadBase<FoldPad> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns
        .add<FoldIntoWindow<nn::ConvOp>, FoldIntoWindow<nn::MaxPoolOp>,
             FoldIntoWindow<nn::AveragePoolOp>, FoldIntoWindow<nn::LpPoolOp>>(
            &getContext());
    if (failed(
            applyPatternsAndFoldGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace
