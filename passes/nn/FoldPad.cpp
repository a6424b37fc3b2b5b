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
// Taps of a filter that meet nothing but padding, as those of dilations wider
// than the image do, are dropped:
//
//   %1 = nn.conv %x, %w pads = [12, 12, 12, 12] dilations = [12, 12] ...
//     : (tensor<1x960x8x10xf32>, tensor<256x960x3x3xf32>)
// =>
//   %0 = nn.slice %w ... : tensor<256x960x1x1xf32>
//   %1 = nn.conv %x, %0 pads = [0, 0, 0, 0] ...
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

/// The taps from `first` to `last` along one dimension, and the pads with which
/// they give the same output.
struct LiveTaps {
  int64_t first, last, before, after;
};

/// Those that meet an element of the input at some position of the output;
/// nothing if none does, or if they would start inside of the input.
std::optional<LiveTaps> getLiveTaps(nn::ConvOp conv, unsigned dim) {
  auto extent = [&](Value value) {
    return cast<RankedTensorType>(value.getType()).getDimSize(2 + dim);
  };
  size_t rank = conv.getStrides().size();
  int64_t input = extent(conv.getX()), output = extent(conv.getResult()),
          taps = extent(conv.getW()), stride = conv.getStrides()[dim],
          dilation = conv.getDilations()[dim];
  auto isLive = [&](int64_t tap) {
    // The first position of the output at which it is behind the begin.
    int64_t at = tap * dilation - conv.getPads()[dim];
    int64_t first = at < 0 ? llvm::divideCeil(-at, stride) : 0;
    return first < output && at + first * stride < input;
  };
  LiveTaps live{0, taps - 1, conv.getPads()[dim], conv.getPads()[rank + dim]};
  while (live.first < taps && !isLive(live.first))
    ++live.first;
  while (live.last > live.first && !isLive(live.last))
    --live.last;
  if (live.first == taps)
    return std::nullopt;
  live.before -= live.first * dilation;
  int64_t reach = (live.last - live.first) * dilation + 1;
  live.after =
      std::max<int64_t>(0, (output - 1) * stride + reach - input - live.before);
  int64_t positions = (input + live.before + live.after - reach) / stride + 1;
  if (live.before < 0 || positions != output)
    return std::nullopt;
  return live;
}

struct DropDeadTaps : OpRewritePattern<nn::ConvOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(nn::ConvOp conv,
                                PatternRewriter &rewriter) const override {
    auto weight = cast<RankedTensorType>(conv.getW().getType());
    if (conv.getResult().getType().getNumElements() == 0)
      return failure();
    Sizes offsets(weight.getRank(), 0), sizes(weight.getShape()),
        pads(conv.getPads());
    size_t rank = conv.getStrides().size();
    for (size_t d = 0; d < rank; ++d)
      if (std::optional<LiveTaps> live = getLiveTaps(conv, d)) {
        offsets[2 + d] = live->first;
        sizes[2 + d] = live->last - live->first + 1;
        pads[d] = live->before;
        pads[rank + d] = live->after;
      }
    if (ArrayRef(sizes) == weight.getShape())
      return rewriter.notifyMatchFailure(conv, "every tap meets the input");
    Value live = rewriter.create<nn::SliceOp>(
        conv.getLoc(), conv.getW(), offsets, sizes, Sizes(weight.getRank(), 1));
    rewriter.modifyOpInPlace(conv, [&] {
      conv.getWMutable().assign(live);
      conv.setPads(pads);
    });
    return success();
  }
};

struct FoldPad : nn::impl::FoldPadBase<FoldPad> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FoldIntoWindow<nn::ConvOp>, FoldIntoWindow<nn::MaxPoolOp>,
                 FoldIntoWindow<nn::AveragePoolOp>,
                 FoldIntoWindow<nn::LpPoolOp>, DropDeadTaps>(&getContext());
    if (failed(
            applyPatternsAndFoldGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace
