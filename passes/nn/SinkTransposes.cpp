//===- SinkTransposes.cpp - Moves transposes down and cancels them --------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   %0 = nn.transpose %x perm = [0, 2, 3, 1]      // NCHW to NHWC
//   %1 = nn.relu %0                                     %1 = nn.relu %x
//   %2 = nn.transpose %1 perm = [0, 3, 1, 2]      =>    ... %1
//
// Front ends whose tensors are NHWC put a transpose before and behind each
// convolution. Each moves down, past operators that don't mind the order of
// dimensions, until it meets its inverse. Two that meet become one or none, and
// one that moves no element a reshape: those are TransposeOp's own
// canonicalisations. Moving down (not up) lets the operators it passes join the
// epilogue of the convolution above.
//
//===----------------------------------------------------------------------===//

#include "lib/Support/Constants.h"
#include "passes/nn/Passes.h"

#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace megcc::nn {
#define GEN_PASS_DEF_SINKTRANSPOSES
#include "passes/nn/Passes.h.inc"
} // namespace megcc::nn

using namespace mlir;
using namespace megcc;

using Sizes = SmallVector<int64_t>;

static ArrayRef<int64_t> getShape(Value value) {
  return cast<ShapedType>(value.getType()).getShape();
}

/// Whether a permutation of `shape` changes no order in memory: dimensions of
/// more than one element stay in order.
static bool movesUnitDimsOnly(ArrayRef<int64_t> shape, ArrayRef<int64_t> perm) {
  int64_t last = -1;
  for (int64_t dimension : perm) {
    if (shape[dimension] == 1)
      continue;
    if (dimension < last)
      return false;
    last = dimension;
  }
  return true;
}

/// The transpose that defines `value`, if it may move behind its users: all of
/// them satisfy `mayPass`, so that none needs it where it was.
template <typename Predicate>
static nn::TransposeOp getMovable(Value value, Predicate mayPass) {
  auto transpose = value.getDefiningOp<nn::TransposeOp>();
  if (transpose && llvm::all_of(value.getUsers(), mayPass))
    return transpose;
  return {};
}

namespace {

//===----------------------------------------------------------------------===//
// Elementwise operators
//===----------------------------------------------------------------------===//

/// f(transpose(x), c) to transpose(f(x, c')), where c is as well transposed by
/// the same permutation, or a constant, or transposing it moves no element.
struct SinkThroughElementwise
    : OpInterfaceRewritePattern<nn::ElementwiseOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(nn::ElementwiseOpInterface op,
                                PatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    nn::TransposeOp transpose = findTranspose(op, type);
    if (!transpose)
      return failure();
    ArrayRef<int64_t> perm = transpose.getPerm();
    for (Value operand : op->getOperands())
      if (!isCheapToUndo(operand, type.getRank(), perm))
        return rewriter.notifyMatchFailure(op, "operands of several orders");

    SmallVector<Value> operands;
    for (Value operand : op->getOperands())
      operands.push_back(undo(operand, type.getRank(), perm, rewriter));
    Sizes shape(type.getRank());
    for (auto [to, from] : llvm::enumerate(perm))
      shape[from] = type.getDimSize(to);
    OperationState state(
        op.getLoc(), op->getName(), operands,
        TypeRange(RankedTensorType::get(shape, type.getElementType())),
        op->getAttrs());
    Value result = rewriter.create(state)->getResult(0);
    rewriter.replaceOpWithNewOp<nn::TransposeOp>(op, result, perm);
    return success();
  }

private:
  /// A transpose that is worth moving: one of a constant is computed here, one
  /// that moves no element becomes a reshape. (They also are what `undo` makes,
  /// which would move back.)
  static nn::TransposeOp findTranspose(Operation *op, RankedTensorType type) {
    auto mayPass = [](Operation *user) {
      return isa<nn::ElementwiseOpInterface>(user);
    };
    for (Value operand : op->getOperands()) {
      nn::TransposeOp transpose = getMovable(operand, mayPass);
      if (transpose && getShape(operand) == type.getShape() &&
          !getConstantValue(transpose.getX()) &&
          !movesUnitDimsOnly(getShape(transpose.getX()), transpose.getPerm()))
        return transpose;
    }
    return {};
  }

  /// The shape of a broadcast operand with all of the result's dimensions.
  static Sizes getFullShape(Value operand, int64_t rank) {
    ArrayRef<int64_t> shape = getShape(operand);
    Sizes full(rank - shape.size(), 1);
    full.append(shape.begin(), shape.end());
    return full;
  }

  static bool isCheapToUndo(Value operand, int64_t rank,
                            ArrayRef<int64_t> perm) {
    if (auto transpose = operand.getDefiningOp<nn::TransposeOp>())
      if (transpose.getPerm() == perm)
        return true;
    return getConstantValue(operand) ||
           movesUnitDimsOnly(getFullShape(operand, rank),
                             invertPermutationVector(perm));
  }

  /// What gives `operand` when `perm` is applied to it.
  static Value undo(Value operand, int64_t rank, ArrayRef<int64_t> perm,
                    OpBuilder &builder) {
    if (auto transpose = operand.getDefiningOp<nn::TransposeOp>())
      if (transpose.getPerm() == perm)
        return transpose.getX();
    auto type = cast<RankedTensorType>(operand.getType());
    if (type.getNumElements() == 1 && type.getRank() == 0)
      return operand;
    Location loc = operand.getLoc();
    Sizes shape = getFullShape(operand, rank);
    if (type.getRank() != rank)
      operand = builder.create<nn::ReshapeOp>(
          loc, RankedTensorType::get(shape, type.getElementType()), operand);
    return builder.create<nn::TransposeOp>(loc, operand,
                                           invertPermutationVector(perm));
  }
};

//===----------------------------------------------------------------------===//
// Operators with axes
//===----------------------------------------------------------------------===//

template <typename Op> static bool isUser(Operation *user) {
  return isa<Op>(user) && user->getNumResults() == 1;
}

/// reduce(transpose(x)) to transpose(reduce(x)); of the dimensions that stay
/// the order remains.
struct SinkThroughReduce : OpRewritePattern<nn::ReduceOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(nn::ReduceOp op,
                                PatternRewriter &rewriter) const override {
    nn::TransposeOp transpose = getMovable(op.getX(), isUser<nn::ReduceOp>);
    if (!transpose)
      return failure();
    ArrayRef<int64_t> perm = transpose.getPerm();
    Sizes axes;
    for (int64_t axis : op.getAxes())
      axes.push_back(perm[axis]);
    llvm::sort(axes);
    Value result = rewriter.create<nn::ReduceOp>(
        op.getLoc(), op.getKind(), transpose.getX(), axes, op.getKeepdims());
    Sizes newPerm(perm);
    if (!op.getKeepdims())
      newPerm = dropReduced(perm, axes);
    rewriter.replaceOpWithNewOp<nn::TransposeOp>(op, result, newPerm);
    return success();
  }

private:
  /// The permutation of the dimensions that are not in `axes`, renumbered.
  static Sizes dropReduced(ArrayRef<int64_t> perm, ArrayRef<int64_t> axes) {
    Sizes kept;
    for (int64_t dimension : perm)
      if (!llvm::is_contained(axes, dimension))
        kept.push_back(dimension - llvm::count_if(axes, [&](int64_t axis) {
                         return axis < dimension;
                       }));
    return kept;
  }
};

/// concat(transpose(x), transpose(y)) to transpose(concat(x, y))
struct SinkThroughConcat : OpRewritePattern<nn::ConcatOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(nn::ConcatOp op,
                                PatternRewriter &rewriter) const override {
    SmallVector<Value> inputs;
    ArrayRef<int64_t> perm;
    for (Value input : op.getInputs()) {
      nn::TransposeOp transpose = getMovable(input, isUser<nn::ConcatOp>);
      if (!transpose || (!inputs.empty() && transpose.getPerm() != perm))
        return failure();
      perm = transpose.getPerm();
      inputs.push_back(transpose.getX());
    }
    Value result =
        rewriter.create<nn::ConcatOp>(op.getLoc(), inputs, perm[op.getAxis()]);
    rewriter.replaceOpWithNewOp<nn::TransposeOp>(op, result, perm);
    return success();
  }
};

/// `values` of the dimensions behind a transpose, for those before it.
static Sizes permuteBack(ArrayRef<int64_t> values, ArrayRef<int64_t> perm) {
  Sizes before(values.size());
  for (auto [to, from] : llvm::enumerate(perm))
    before[from] = values[to];
  return before;
}

/// pad(transpose(x)) to transpose(pad(x))
struct SinkThroughPad : OpRewritePattern<nn::PadOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(nn::PadOp op,
                                PatternRewriter &rewriter) const override {
    nn::TransposeOp transpose = getMovable(op.getX(), isUser<nn::PadOp>);
    if (!transpose)
      return failure();
    ArrayRef<int64_t> perm = transpose.getPerm();
    Value result = rewriter.create<nn::PadOp>(
        op.getLoc(), transpose.getX(), op.getValue(),
        permuteBack(op.getLow(), perm), permuteBack(op.getHigh(), perm),
        permuteBack(op.getInterior(), perm), op.getMode());
    rewriter.replaceOpWithNewOp<nn::TransposeOp>(op, result, perm);
    return success();
  }
};

/// slice(transpose(x)) to transpose(slice(x)): less is transposed
struct SinkThroughSlice : OpRewritePattern<nn::SliceOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(nn::SliceOp op,
                                PatternRewriter &rewriter) const override {
    nn::TransposeOp transpose = getMovable(op.getX(), isUser<nn::SliceOp>);
    if (!transpose)
      return failure();
    ArrayRef<int64_t> perm = transpose.getPerm();
    Value result = rewriter.create<nn::SliceOp>(
        op.getLoc(), transpose.getX(), permuteBack(op.getOffsets(), perm),
        permuteBack(op.getSizes(), perm), permuteBack(op.getStrides(), perm));
    rewriter.replaceOpWithNewOp<nn::TransposeOp>(op, result, perm);
    return success();
  }
};

struct SinkTransposes : nn::impl::SinkTransposesBase<SinkTransposes> {
  void runOnOperation() override {
    MLIRContext *context = &getContext();
    RewritePatternSet patterns(context);
    patterns.add<SinkThroughElementwise, SinkThroughReduce, SinkThroughConcat,
                 SinkThroughPad, SinkThroughSlice>(context);
    nn::TransposeOp::getCanonicalizationPatterns(patterns, context);
    if (failed(
            applyPatternsAndFoldGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace
