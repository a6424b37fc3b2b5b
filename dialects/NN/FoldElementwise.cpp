//===- FoldElementwise.cpp - Elementwise operators that do nothing --------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Identities that hold for every element. Folding of constants is a pass, as
// it interprets the scalar bodies. `x + 0` is folded although it turns -0 into
// 0; what could turn a NaN into a number, such as `x * 0`, is not.
//
//===----------------------------------------------------------------------===//

#include "dialects/NN/NN.h"
#include "lib/Support/Constants.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::nn;

/// `x`, if it has the type of the result (it is not stretched by the other
/// operand).
static OpFoldResult identity(Operation *op, Value x) {
  return x.getType() == op->getResult(0).getType() ? OpFoldResult(x)
                                                   : OpFoldResult();
}

/// Whether all elements of a constant, if it is one, are `value`.
static bool isSplat(Attribute constant, double value) {
  auto elements = dyn_cast_or_null<ElementsAttr>(constant);
  return elements && getSplatValue(elements) == value;
}

/// `x` for a right operand of `neutral`.
template <typename OpT>
static OpFoldResult foldNeutral(OpT op, Attribute rhs, double neutral) {
  return isSplat(rhs, neutral) ? identity(op, op.getLhs()) : OpFoldResult();
}

/// `x` for two equal operands.
template <typename OpT> static OpFoldResult foldSame(OpT op) {
  return op.getLhs() == op.getRhs() ? OpFoldResult(op.getLhs())
                                    : OpFoldResult();
}

/// The operand of an operator that undoes itself.
template <typename OpT> static OpFoldResult foldInvolution(OpT op) {
  auto inner = op.getX().template getDefiningOp<OpT>();
  return inner ? OpFoldResult(inner.getX()) : OpFoldResult();
}

/// The operand of an operator that has already been applied.
template <typename OpT> static OpFoldResult foldIdempotent(OpT op) {
  return op.getX().template getDefiningOp<OpT>() ? OpFoldResult(op.getX())
                                                 : OpFoldResult();
}

//===----------------------------------------------------------------------===//
// One operand
//===----------------------------------------------------------------------===//

OpFoldResult AbsOp::fold(FoldAdaptor) { return foldIdempotent(*this); }
OpFoldResult CeilOp::fold(FoldAdaptor) { return foldIdempotent(*this); }
OpFoldResult FloorOp::fold(FoldAdaptor) { return foldIdempotent(*this); }
OpFoldResult RoundOp::fold(FoldAdaptor) { return foldIdempotent(*this); }
OpFoldResult NegOp::fold(FoldAdaptor) { return foldInvolution(*this); }
OpFoldResult NotOp::fold(FoldAdaptor) { return foldInvolution(*this); }
OpFoldResult BitwiseNotOp::fold(FoldAdaptor) { return foldInvolution(*this); }

OpFoldResult ReluOp::fold(FoldAdaptor) {
  auto clamp = getX().getDefiningOp<ClampOp>();
  if (clamp && clamp.getMin() >= 0 && clamp.getMax() >= 0)
    return getX();
  return foldIdempotent(*this);
}

OpFoldResult ClampOp::fold(FoldAdaptor) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (getMin() == -infinity && getMax() == infinity)
    return getX();
  auto inner = getX().getDefiningOp<ClampOp>();
  if (inner && inner.getMinAttr() == getMinAttr() &&
      inner.getMaxAttr() == getMaxAttr() && getMin() <= getMax())
    return getX();
  return {};
}

//===----------------------------------------------------------------------===//
// Two operands: a constant stands on the right of commutative operators
//===----------------------------------------------------------------------===//

OpFoldResult AddOp::fold(FoldAdaptor adaptor) {
  return foldNeutral(*this, adaptor.getRhs(), 0);
}
OpFoldResult SubOp::fold(FoldAdaptor adaptor) {
  return foldNeutral(*this, adaptor.getRhs(), 0);
}
OpFoldResult MulOp::fold(FoldAdaptor adaptor) {
  return foldNeutral(*this, adaptor.getRhs(), 1);
}
OpFoldResult DivOp::fold(FoldAdaptor adaptor) {
  return foldNeutral(*this, adaptor.getRhs(), 1);
}
OpFoldResult PowOp::fold(FoldAdaptor adaptor) {
  return foldNeutral(*this, adaptor.getRhs(), 1);
}
OpFoldResult ShiftLeftOp::fold(FoldAdaptor adaptor) {
  return foldNeutral(*this, adaptor.getRhs(), 0);
}
OpFoldResult ShiftRightOp::fold(FoldAdaptor adaptor) {
  return foldNeutral(*this, adaptor.getRhs(), 0);
}
OpFoldResult XorOp::fold(FoldAdaptor adaptor) {
  return foldNeutral(*this, adaptor.getRhs(), 0);
}
OpFoldResult BitwiseXorOp::fold(FoldAdaptor adaptor) {
  return foldNeutral(*this, adaptor.getRhs(), 0);
}
OpFoldResult MaxOp::fold(FoldAdaptor) { return foldSame(*this); }
OpFoldResult MinOp::fold(FoldAdaptor) { return foldSame(*this); }

OpFoldResult AndOp::fold(FoldAdaptor adaptor) {
  if (OpFoldResult same = foldSame(*this))
    return same;
  return foldNeutral(*this, adaptor.getRhs(), 1);
}

OpFoldResult OrOp::fold(FoldAdaptor adaptor) {
  if (OpFoldResult same = foldSame(*this))
    return same;
  return foldNeutral(*this, adaptor.getRhs(), 0);
}

OpFoldResult BitwiseAndOp::fold(FoldAdaptor) { return foldSame(*this); }

OpFoldResult BitwiseOrOp::fold(FoldAdaptor adaptor) {
  if (OpFoldResult same = foldSame(*this))
    return same;
  return foldNeutral(*this, adaptor.getRhs(), 0);
}

OpFoldResult WhereOp::fold(FoldAdaptor adaptor) {
  if (getLhs() == getRhs() || isSplat(adaptor.getCondition(), 1))
    return identity(*this, getLhs());
  if (isSplat(adaptor.getCondition(), 0))
    return identity(*this, getRhs());
  return {};
}

//===----------------------------------------------------------------------===//
// Conversions
//===----------------------------------------------------------------------===//

/// Whether `to` holds every value of `from`.
static bool isLossless(Type from, Type to) {
  if (from == to)
    return true;
  auto fromFloat = dyn_cast<FloatType>(from), toFloat = dyn_cast<FloatType>(to);
  if (fromFloat && toFloat)
    return toFloat.getWidth() > fromFloat.getWidth();
  if (fromFloat)
    return false;
  // A signed integer has one bit less for its magnitude. The least one is a
  // power of two, hence exact in a float all the same.
  auto magnitude = [](Type type) {
    bool isUnsigned = type.isUnsignedInteger() || type.isInteger(1);
    return type.getIntOrFloatBitWidth() - (isUnsigned ? 0 : 1);
  };
  if (toFloat)
    return magnitude(from) <= toFloat.getFPMantissaWidth();
  bool dropsSign =
      !from.isUnsignedInteger() && !from.isInteger(1) && to.isUnsignedInteger();
  return !dropsSign && magnitude(from) <= magnitude(to);
}

OpFoldResult CastOp::fold(FoldAdaptor) {
  if (getX().getType() == getType())
    return getX();
  auto inner = getX().getDefiningOp<CastOp>();
  if (!inner)
    return {};
  Type from = inner.getX().getType().getElementType();
  Type middle = inner.getType().getElementType();
  Type to = getType().getElementType();
  if (!isLossless(from, middle))
    return {};
  if (from == to)
    return inner.getX();
  // Integers wrap and floats saturate on their way to a narrower integer, so
  // the step between may go only where both are the same kind or nothing can
  // be lost.
  if (isa<FloatType>(from) != isa<FloatType>(middle) && !isa<FloatType>(to))
    return {};
  getXMutable().assign(inner.getX());
  return getResult();
}
