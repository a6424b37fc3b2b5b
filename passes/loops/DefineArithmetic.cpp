//===- DefineArithmetic.cpp - A value for what C leaves undefined ---------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Before:
//
//   %1 = arith.fptosi %0 : f32 to i8
//   %4 = arith.divsi %2, %3 : i32
//   %6 = arith.maximumf %5, %cst : f32
//
// After: an operation whose operands are known to be harmless is `defined`.
//
//   %x = 0 where %0 is a NaN, else %0 kept within [-128, 127]
//   %1 = arith.fptosi %x {defined} : f32 to i8
//   %d = 1 where %3 is 0 or -1, else %3
//   %q = arith.divsi %2, %d {defined} : i32
//   %4 = 0 where %3 is 0, 0 - %2 where it is -1, else %q
//   %c = arith.cmpf ogt, %cst, %5 : f32       (a NaN in %5 stays)
//   %6 = arith.select %c, %cst, %5 : f32
//
// Division and shifts by constants are left as they are, and so is arithmetic
// on `index`, which addresses memory and is proven.
//
//===----------------------------------------------------------------------===//

#include "lib/Target/Intrinsics.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "passes/loops/Passes.h"

namespace megcc::loops {
#define GEN_PASS_DEF_DEFINEARITHMETIC
#include "passes/loops/Passes.h.inc"
} // namespace megcc::loops

using namespace megcc;
using namespace mlir;

namespace {

constexpr StringLiteral definedName = "defined";

Value constantLike(OpBuilder &b, Location loc, Type type, Attribute scalar) {
  if (auto vector = dyn_cast<VectorType>(type))
    scalar = DenseElementsAttr::get(vector, scalar);
  return b.create<arith::ConstantOp>(loc, cast<TypedAttr>(scalar));
}

Value integer(OpBuilder &b, Location loc, Type type, const APInt &value) {
  return constantLike(b, loc, type,
                      b.getIntegerAttr(getElementTypeOrSelf(type), value));
}

Value integer(OpBuilder &b, Location loc, Type type, int64_t value) {
  return integer(b, loc, type,
                 APInt(getElementTypeOrSelf(type).getIntOrFloatBitWidth(),
                       value, /*isSigned=*/true));
}

//===----------------------------------------------------------------------===//
// Floats to integers
//===----------------------------------------------------------------------===//

/// Saturates, and turns NaN into 0.
template <typename Op, bool isSigned>
struct SaturateConversion : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;

  LogicalResult matchAndRewrite(Op op,
                                PatternRewriter &rewriter) const override {
    if (op->hasAttr(definedName))
      return failure();
    Location loc = op.getLoc();
    Value x = op.getIn();
    Type type = x.getType(), to = op.getType();
    auto element = cast<FloatType>(getElementTypeOrSelf(type));
    unsigned bits = getElementTypeOrSelf(to).getIntOrFloatBitWidth();
    APInt least = isSigned ? APInt::getSignedMinValue(bits) : APInt(bits, 0);
    APInt most =
        isSigned ? APInt::getSignedMaxValue(bits) : APInt::getMaxValue(bits);
    // The nearest floats within the bounds; the upper may be below the bound.
    auto bound = [&](const APInt &value, bool &isExact) {
      APFloat number(element.getFloatSemantics());
      isExact = number.convertFromAPInt(value, isSigned,
                                        APFloat::rmTowardZero) == APFloat::opOK;
      return constantLike(rewriter, loc, type,
                          rewriter.getFloatAttr(element, number));
    };
    bool isExact;
    Value low = bound(least, isExact), high = bound(most, isExact);
    auto test = [&](arith::CmpFPredicate predicate, Value a, Value b) {
      return rewriter.create<arith::CmpFOp>(loc, predicate, a, b);
    };
    auto select = [&](Value condition, Value a, Value b) -> Value {
      return rewriter.create<arith::SelectOp>(loc, condition, a, b);
    };
    Value kept = select(test(arith::CmpFPredicate::OGT, x, low), x, low);
    kept = select(test(arith::CmpFPredicate::OLT, kept, high), kept, high);
    auto converted = rewriter.create<Op>(loc, to, kept);
    converted->setAttr(definedName, rewriter.getUnitAttr());
    Value result = converted;
    if (!isExact)
      result = select(test(arith::CmpFPredicate::OGT, x, high),
                      integer(rewriter, loc, to, most), result);
    // A NaN has become the lower bound.
    if (!least.isZero())
      result = select(test(arith::CmpFPredicate::UNE, x, x),
                      integer(rewriter, loc, to, 0), result);
    rewriter.replaceOp(op, result);
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Division and shifts
//===----------------------------------------------------------------------===//

/// Whether dividing by `divisor` is defined for every dividend.
bool isHarmlessDivisor(Value divisor) {
  if (getElementTypeOrSelf(divisor).isIndex())
    return true;
  APInt number;
  return matchPattern(divisor, m_ConstantInt(&number)) && !number.isZero() &&
         !number.isAllOnes();
}

template <typename Op, bool isSigned, bool isQuotient>
struct DefineDivision : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;

  LogicalResult matchAndRewrite(Op op,
                                PatternRewriter &rewriter) const override {
    if (op->hasAttr(definedName) || isHarmlessDivisor(op.getRhs()))
      return failure();
    Location loc = op.getLoc();
    Type type = op.getType();
    Value zero = integer(rewriter, loc, type, 0);
    Value one = integer(rewriter, loc, type, 1);
    auto equals = [&](int64_t number) -> Value {
      return rewriter.create<arith::CmpIOp>(
          loc, arith::CmpIPredicate::eq, op.getRhs(),
          integer(rewriter, loc, type, number));
    };
    auto select = [&](Value condition, Value a, Value b) -> Value {
      return rewriter.create<arith::SelectOp>(loc, condition, a, b);
    };
    Value isZero = equals(0);
    Value divisor = select(isZero, one, op.getRhs());
    Value isNegation;
    if (isSigned) {
      isNegation = equals(-1);
      divisor = select(isNegation, one, divisor);
    }
    auto divided = rewriter.create<Op>(loc, op.getLhs(), divisor);
    divided->setAttr(definedName, rewriter.getUnitAttr());
    Value result = divided;
    // Remainders by 1 are already the 0 that they should be.
    if (isQuotient && isSigned)
      result = select(isNegation,
                      rewriter.create<arith::SubIOp>(loc, zero, op.getLhs()),
                      result);
    if (isQuotient)
      result = select(isZero, zero, result);
    rewriter.replaceOp(op, result);
    return success();
  }
};

/// Bits shifted by the width or more are gone: what remains is 0, or the sign.
template <typename Op, bool keepsSign>
struct DefineShift : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;

  LogicalResult matchAndRewrite(Op op,
                                PatternRewriter &rewriter) const override {
    Type type = op.getType();
    APInt number;
    if (op->hasAttr(definedName) || getElementTypeOrSelf(type).isIndex() ||
        matchPattern(op.getRhs(), m_ConstantInt(&number)))
      return failure();
    Location loc = op.getLoc();
    unsigned bits = getElementTypeOrSelf(type).getIntOrFloatBitWidth();
    Value most = integer(rewriter, loc, type, bits - 1);
    Value isShort = rewriter.create<arith::CmpIOp>(
        loc, arith::CmpIPredicate::ule, op.getRhs(), most);
    Value amount =
        rewriter.create<arith::SelectOp>(loc, isShort, op.getRhs(), most);
    auto shifted = rewriter.create<Op>(loc, op.getLhs(), amount);
    shifted->setAttr(definedName, rewriter.getUnitAttr());
    Value result = shifted;
    if (!keepsSign)
      result = rewriter.create<arith::SelectOp>(
          loc, isShort, result, integer(rewriter, loc, type, 0));
    rewriter.replaceOp(op, result);
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Maxima and minima of floats
//===----------------------------------------------------------------------===//

bool isNumber(Value value) {
  FloatAttr scalar;
  if (matchPattern(value, m_Constant(&scalar)))
    return !scalar.getValue().isNaN();
  DenseFPElementsAttr splat;
  return matchPattern(value, m_Constant(&splat)) && splat.isSplat() &&
         !splat.getSplatValue<APFloat>().isNaN();
}

/// A comparison chooses its second operand where one is a NaN. If NaNs `win`,
/// the result must be the NaN, else the number. Zeros of both signs are equal.
template <typename Op, bool isMax, bool win>
struct ExpandExtremum : OpRewritePattern<Op> {
  ExpandExtremum(MLIRContext *context, const Target &target)
      : OpRewritePattern<Op>(context), target(target) {}

  LogicalResult matchAndRewrite(Op op,
                                PatternRewriter &rewriter) const override {
    if (!lookupIntrinsic(target, op->getName().getStringRef(), op.getType())
             .empty())
      return failure();
    Location loc = op.getLoc();
    auto choose = [&](Value a, Value b) -> Value {
      Value test = rewriter.create<arith::CmpFOp>(
          loc, isMax ? arith::CmpFPredicate::OGT : arith::CmpFPredicate::OLT, a,
          b);
      return rewriter.create<arith::SelectOp>(loc, test, a, b);
    };
    Value lhs = op.getLhs(), rhs = op.getRhs();
    // With one operand a number, its place decides what becomes of a NaN.
    if (isNumber(lhs))
      std::swap(lhs, rhs);
    if (isNumber(rhs)) {
      rewriter.replaceOp(op, win ? choose(rhs, lhs) : choose(lhs, rhs));
      return success();
    }
    Value chosen = choose(lhs, rhs);
    Value suspect = win ? lhs : rhs;
    Value isNan = rewriter.create<arith::CmpFOp>(loc, arith::CmpFPredicate::UNE,
                                                 suspect, suspect);
    rewriter.replaceOpWithNewOp<arith::SelectOp>(op, isNan, lhs, chosen);
    return success();
  }

  const Target &target;
};

struct DefineArithmetic
    : megcc::loops::impl::DefineArithmeticBase<DefineArithmetic> {
  using DefineArithmeticBase::DefineArithmeticBase;

  void runOnOperation() override {
    llvm::Expected<Target> target = lookupTarget(targetName);
    if (!target) {
      getOperation().emitError(llvm::toString(target.takeError()));
      return signalPassFailure();
    }
    MLIRContext *context = &getContext();
    RewritePatternSet patterns(context);
    arith::populateCeilFloorDivExpandOpsPatterns(patterns);
    patterns.add<SaturateConversion<arith::FPToSIOp, true>,
                 SaturateConversion<arith::FPToUIOp, false>,
                 DefineDivision<arith::DivSIOp, true, true>,
                 DefineDivision<arith::RemSIOp, true, false>,
                 DefineDivision<arith::DivUIOp, false, true>,
                 DefineDivision<arith::RemUIOp, false, false>,
                 DefineShift<arith::ShLIOp, false>,
                 DefineShift<arith::ShRUIOp, false>,
                 DefineShift<arith::ShRSIOp, true>>(context);
    patterns.add<ExpandExtremum<arith::MaximumFOp, true, true>,
                 ExpandExtremum<arith::MinimumFOp, false, true>,
                 ExpandExtremum<arith::MaxNumFOp, true, false>,
                 ExpandExtremum<arith::MinNumFOp, false, false>>(context,
                                                                 *target);
    if (failed(
            applyPatternsAndFoldGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
