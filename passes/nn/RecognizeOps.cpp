//===- RecognizeOps.cpp - Operators that a model spells out ---------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Exporters write what their version of ONNX has no operator for in parts:
//
//   %m = nn.reduce mean %x axes = [2] keepdims
//   %c = nn.sub %x, %m
//   %q = nn.mul %c, %c                      or nn.pow %c, 2
//   %v = nn.reduce mean %q axes = [2] keepdims
//   %e = nn.add %v, 1.0e-5
//   %d = nn.sqrt %e
//   %n = nn.div %c, %d                      or nn.mul with nn.reciprocal
//   %s = nn.mul %n, %scale
//   %y = nn.add %s, %bias
// =>
//   %y = nn.layer_norm %x scale %scale bias %bias axis = 2 epsilon = 1.0e-5
//
// and x * (1 + erf(x / sqrt(2))) / 2, in any order, which is nn.gelu.
//
//===----------------------------------------------------------------------===//

#include "lib/Support/Constants.h"
#include "passes/nn/Passes.h"

#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

#include <cmath>

namespace megcc::nn {
#define GEN_PASS_DEF_RECOGNIZEOPS
#include "passes/nn/Passes.h.inc"
} // namespace megcc::nn

using namespace mlir;
using namespace megcc;

/// The one number that `value` is known to consist of.
static std::optional<double> getNumber(Value value) {
  ElementsAttr attr = getConstantValue(value);
  return attr ? getSplatValue(attr) : std::nullopt;
}

/// Whether `value` is `number`, rounded to its type in some way.
static bool isNumber(Value value, double number) {
  std::optional<double> known = getNumber(value);
  auto type = dyn_cast<FloatType>(getElementTypeOrSelf(value.getType()));
  if (!known || !type)
    return false;
  int precision = llvm::APFloat::semanticsPrecision(type.getFloatSemantics());
  return std::abs(*known - number) <= std::ldexp(number, 1 - precision);
}

/// The other operand of a commutative `op` whose one operand `matches`.
static Value otherOperand(Operation *op, function_ref<bool(Value)> matches) {
  for (unsigned i : {0, 1})
    if (matches(op->getOperand(i)))
      return op->getOperand(1 - i);
  return Value();
}

//===----------------------------------------------------------------------===//
// Layer normalisation
//===----------------------------------------------------------------------===//

/// The operand of a mean over the dimensions from some axis on, all of them
/// kept, and that axis.
static Value matchMean(Value value, int64_t &axis) {
  auto mean = value.getDefiningOp<nn::ReduceOp>();
  if (!mean || mean.getKind() != nn::ReduceKind::mean || !mean.getKeepdims() ||
      mean.getAxes().empty())
    return Value();
  SmallVector<int64_t> axes(mean.getAxes());
  llvm::sort(axes);
  int64_t rank = cast<RankedTensorType>(mean.getX().getType()).getRank();
  for (auto [i, each] : llvm::enumerate(axes))
    if (each != rank - int64_t(axes.size()) + int64_t(i))
      return Value();
  axis = axes.front();
  return mean.getX();
}

/// x of x - mean(x).
static Value matchCentred(Value value, int64_t &axis) {
  auto sub = value.getDefiningOp<nn::SubOp>();
  if (!sub)
    return Value();
  Value x = matchMean(sub->getOperand(1), axis);
  return x && x == sub->getOperand(0) ? x : Value();
}

/// a of a * a or a^2.
static Value matchSquare(Value value) {
  Operation *op = value.getDefiningOp();
  if (isa_and_nonnull<nn::PowOp>(op) && getNumber(op->getOperand(1)) == 2.0)
    return op->getOperand(0);
  if (isa_and_nonnull<nn::MulOp>(op) && op->getOperand(0) == op->getOperand(1))
    return op->getOperand(0);
  return Value();
}

/// x of sqrt(mean((x - mean(x))^2) + epsilon).
static Value matchDeviation(Value value, int64_t &axis, double &epsilon) {
  auto root = value.getDefiningOp<nn::SqrtOp>();
  auto sum = root ? root.getX().getDefiningOp<nn::AddOp>() : nn::AddOp();
  if (!sum)
    return Value();
  Value variance = otherOperand(sum, [&](Value operand) {
    std::optional<double> number = getNumber(operand);
    epsilon = number.value_or(0);
    return number.has_value();
  });
  int64_t inner;
  Value squares = variance ? matchMean(variance, axis) : Value();
  Value centred = squares ? matchSquare(squares) : Value();
  Value x = centred ? matchCentred(centred, inner) : Value();
  return x && inner == axis ? x : Value();
}

namespace {

struct RecognizeLayerNorm : RewritePattern {
  RecognizeLayerNorm(StringRef root, MLIRContext *context)
      : RewritePattern(root, /*benefit=*/1, context) {}

  LogicalResult matchAndRewrite(Operation *op,
                                PatternRewriter &rewriter) const override {
    Value centred = op->getOperand(0), deviation = op->getOperand(1);
    if (isa<nn::MulOp>(op)) {
      centred = otherOperand(op, [&](Value operand) {
        auto inverse = operand.getDefiningOp<nn::ReciprocalOp>();
        deviation = inverse ? inverse.getX() : Value();
        return static_cast<bool>(inverse);
      });
      if (!centred)
        return failure();
    }
    int64_t axis, centredAxis;
    double epsilon;
    Value x = matchDeviation(deviation, axis, epsilon);
    if (!x || x != matchCentred(centred, centredAxis) || axis != centredAxis ||
        x.getType() != op->getResult(0).getType() ||
        nn::getLayout(cast<RankedTensorType>(x.getType())))
      return failure();
    rewriter.replaceOpWithNewOp<nn::LayerNormOp>(
        op, x, /*scale=*/Value(), /*bias=*/Value(), axis, epsilon);
    return success();
  }
};

/// A product with a layer_norm becomes its scale, a sum its bias.
template <typename Op> struct AbsorbParameter : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;

  LogicalResult matchAndRewrite(Op op,
                                PatternRewriter &rewriter) const override {
    constexpr bool isScale = std::is_same_v<Op, nn::MulOp>;
    nn::LayerNormOp norm;
    Value parameter = otherOperand(op, [&](Value operand) {
      norm = operand.getDefiningOp<nn::LayerNormOp>();
      return norm && norm->hasOneUse() && !norm.getBias() &&
             (!isScale || !norm.getScale());
    });
    if (!parameter || !getConstantValue(parameter))
      return failure();
    auto type = cast<RankedTensorType>(norm.getType());
    auto own = cast<RankedTensorType>(parameter.getType());
    // Of the dimensions that are normalised, and no others.
    ArrayRef<int64_t> shape = own.getShape();
    while (int64_t(shape.size()) > type.getRank() - norm.getAxis() &&
           shape.front() == 1)
      shape = shape.drop_front();
    if (int64_t(shape.size()) > type.getRank() - norm.getAxis() ||
        own.getElementType() != type.getElementType() || nn::getLayout(own))
      return failure();
    if (shape.size() != own.getShape().size())
      parameter = rewriter.create<nn::ReshapeOp>(
          op.getLoc(), RankedTensorType::get(shape, own.getElementType()),
          parameter);
    rewriter.replaceOpWithNewOp<nn::LayerNormOp>(
        op, norm.getX(), isScale ? parameter : norm.getScale(),
        isScale ? Value() : parameter, norm.getAxis(), norm.getEpsilon());
    return success();
  }
};

//===----------------------------------------------------------------------===//
// GELU
//===----------------------------------------------------------------------===//

struct RecognizeGelu : OpRewritePattern<nn::MulOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(nn::MulOp op,
                                PatternRewriter &rewriter) const override {
    // The factors of nested products.
    SmallVector<Value> factors, pending{op.getResult()};
    while (!pending.empty() && factors.size() <= 3) {
      Value value = pending.pop_back_val();
      auto product = value.getDefiningOp<nn::MulOp>();
      if (product && (product == op || product->hasOneUse()) &&
          product.getResult().getType() == op.getType())
        llvm::append_range(pending, product->getOperands());
      else
        factors.push_back(value);
    }
    auto take = [&](function_ref<bool(Value)> matches) -> Value {
      auto *found = llvm::find_if(factors, matches);
      if (found == factors.end())
        return Value();
      Value value = *found;
      factors.erase(found);
      return value;
    };
    Value x;
    if (factors.size() != 3 ||
        !take([](Value value) { return isNumber(value, 0.5); }) ||
        !take([&](Value value) {
          x = matchErf(value);
          return static_cast<bool>(x);
        }) ||
        !take([&](Value value) { return value == x; }) ||
        x.getType() != op.getType())
      return failure();
    rewriter.replaceOpWithNewOp<nn::GeluOp>(op, op.getType(), x,
                                            nn::GeluKind::erf);
    return success();
  }

private:
  /// x of 1 + erf(x / sqrt(2)).
  static Value matchErf(Value value) {
    auto sum = value.getDefiningOp<nn::AddOp>();
    if (!sum)
      return Value();
    Value rest =
        otherOperand(sum, [](Value operand) { return isNumber(operand, 1); });
    auto erf = rest ? rest.getDefiningOp<nn::ErfOp>() : nn::ErfOp();
    Operation *scaled = erf ? erf.getX().getDefiningOp() : nullptr;
    if (isa_and_nonnull<nn::DivOp>(scaled) &&
        isNumber(scaled->getOperand(1), M_SQRT2))
      return scaled->getOperand(0);
    if (isa_and_nonnull<nn::MulOp>(scaled))
      return otherOperand(
          scaled, [](Value operand) { return isNumber(operand, M_SQRT1_2); });
    return Value();
  }
};

struct RecognizeOps : nn::impl::RecognizeOpsBase<RecognizeOps> {
  void runOnOperation() override {
    MLIRContext *context = &getContext();
    RewritePatternSet patterns(context);
    for (StringRef root :
         {nn::DivOp::getOperationName(), nn::MulOp::getOperationName()})
      patterns.add<RecognizeLayerNorm>(root, context);
    patterns.add<AbsorbParameter<nn::MulOp>, AbsorbParameter<nn::AddOp>,
                 RecognizeGelu>(context);
    if (failed(
            applyPatternsAndFoldGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace
