//===- ScalarBinary.cpp - Scalar bodies of functions of several operands --===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Values that an instruction must not see, such as a divisor of zero, are
// replaced before it, not only its result after: C has no lazy `select`.
//
//===----------------------------------------------------------------------===//

#include "dialects/NN/NN.h"
#include "lib/Support/ScalarBuilder.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::nn;

static bool isUnsigned(Value tensor) {
  return isUnsignedElement(tensorType(tensor).getElementType());
}

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

#define ARITHMETIC(NNOp, call)                                                 \
  Value NNOp::buildScalar(OpBuilder &builder, Location loc,                    \
                          ValueRange scalars) {                                \
    ScalarBuilder scalar(builder, loc);                                        \
    Value lhs = scalars[0], rhs = scalars[1];                                  \
    return call;                                                               \
  }
ARITHMETIC(AddOp, scalar.add(lhs, rhs))
ARITHMETIC(SubOp, scalar.sub(lhs, rhs))
ARITHMETIC(MulOp, scalar.mul(lhs, rhs))
ARITHMETIC(MaxOp, scalar.max(lhs, rhs, isUnsigned(getLhs())))
ARITHMETIC(MinOp, scalar.min(lhs, rhs, isUnsigned(getLhs())))
ARITHMETIC(AndOp, scalar.make<arith::AndIOp>(lhs, rhs))
ARITHMETIC(OrOp, scalar.make<arith::OrIOp>(lhs, rhs))
ARITHMETIC(XorOp, scalar.make<arith::XOrIOp>(lhs, rhs))
ARITHMETIC(BitwiseAndOp, scalar.make<arith::AndIOp>(lhs, rhs))
ARITHMETIC(BitwiseOrOp, scalar.make<arith::OrIOp>(lhs, rhs))
ARITHMETIC(BitwiseXorOp, scalar.make<arith::XOrIOp>(lhs, rhs))
ARITHMETIC(EqualOp, scalar.equal(lhs, rhs))
ARITHMETIC(LessOp, scalar.less(lhs, rhs, isUnsigned(getLhs())))
ARITHMETIC(LessEqualOp, scalar.lessEqual(lhs, rhs, isUnsigned(getLhs())))
ARITHMETIC(PReluOp,
           scalar.select(scalar.less(lhs, scalar.constant(lhs.getType(), 0),
                                     isUnsigned(getLhs())),
                         scalar.mul(rhs, lhs), lhs))
#undef ARITHMETIC

Value WhereOp::buildScalar(OpBuilder &builder, Location loc,
                           ValueRange scalars) {
  return builder.create<arith::SelectOp>(loc, scalars[0], scalars[1],
                                         scalars[2]);
}

Value PowOp::buildScalar(OpBuilder &builder, Location loc, ValueRange scalars) {
  ScalarBuilder scalar(builder, loc);
  if (isa<IntegerType>(scalars[0].getType()))
    return scalar.make<math::IPowIOp>(scalars[0], scalars[1]);
  Value power = scalar.make<math::PowFOp>(scalar.widen(scalars[0]),
                                          scalar.widen(scalars[1]));
  return scalar.toFloat(power, scalars[0].getType());
}

//===----------------------------------------------------------------------===//
// Division
//===----------------------------------------------------------------------===//

Value DivOp::buildScalar(OpBuilder &builder, Location loc, ValueRange scalars) {
  ScalarBuilder scalar(builder, loc);
  Value lhs = scalars[0], rhs = scalars[1];
  Type type = lhs.getType();
  if (isa<FloatType>(type))
    return scalar.div(lhs, rhs);

  Value zero = scalar.constant(type, 0), one = scalar.constant(type, 1);
  Value isZero = scalar.equal(rhs, zero);
  Value safe = scalar.select(isZero, one, rhs);
  if (isUnsigned(getLhs()))
    return scalar.select(isZero, zero, scalar.make<arith::DivUIOp>(lhs, safe));
  // The least integer by -1 overflows; negation wraps.
  Value isMinusOne = scalar.equal(rhs, scalar.constant(type, -1));
  safe = scalar.select(isMinusOne, one, safe);
  Value quotient = scalar.make<arith::DivSIOp>(lhs, safe);
  quotient = scalar.select(isMinusOne, scalar.sub(zero, lhs), quotient);
  return scalar.select(isZero, zero, quotient);
}

/// The remainder with the sign of the dividend; 0 for a divisor of 0.
static Value buildRemainder(ScalarBuilder &scalar, Value lhs, Value rhs,
                            bool isUnsigned) {
  if (isa<FloatType>(lhs.getType()))
    return scalar.make<arith::RemFOp>(lhs, rhs);
  // Modulo 1 and -1 everything is 0, so 1 may stand for 0 and -1.
  Value one = scalar.constant(lhs.getType(), 1);
  Value isZero = scalar.equal(rhs, scalar.constant(lhs.getType(), 0));
  Value safe = scalar.select(isZero, one, rhs);
  if (isUnsigned)
    return scalar.make<arith::RemUIOp>(lhs, safe);
  Value isMinusOne = scalar.equal(rhs, scalar.constant(lhs.getType(), -1));
  safe = scalar.select(isMinusOne, one, safe);
  return scalar.make<arith::RemSIOp>(lhs, safe);
}

Value ModOp::buildScalar(OpBuilder &builder, Location loc, ValueRange scalars) {
  ScalarBuilder scalar(builder, loc);
  Type type = scalars[0].getType();
  bool isUnsignedType = isUnsigned(getLhs()), isFloat = isa<FloatType>(type);
  Value lhs = isFloat ? scalar.widen(scalars[0]) : scalars[0];
  Value rhs = isFloat ? scalar.widen(scalars[1]) : scalars[1];
  Value remainder = buildRemainder(scalar, lhs, rhs, isUnsignedType);
  if (!getFmod() && !isUnsignedType) {
    // Move a remainder of the wrong sign by one divisor.
    Value zero = scalar.constant(lhs.getType(), 0);
    Value isNegative = scalar.less(remainder, zero);
    Value isPositive = scalar.less(zero, remainder);
    Value isWrong = scalar.make<arith::OrIOp>(
        scalar.make<arith::AndIOp>(isNegative, scalar.less(zero, rhs)),
        scalar.make<arith::AndIOp>(isPositive, scalar.less(rhs, zero)));
    remainder = scalar.select(isWrong, scalar.add(remainder, rhs), remainder);
  }
  return isFloat ? scalar.toFloat(remainder, type) : remainder;
}

//===----------------------------------------------------------------------===//
// Shifts
//===----------------------------------------------------------------------===//

Value ShiftLeftOp::buildScalar(OpBuilder &builder, Location loc,
                               ValueRange scalars) {
  ScalarBuilder scalar(builder, loc);
  Value lhs = scalars[0], rhs = scalars[1];
  Type type = lhs.getType();
  Value zero = scalar.constant(type, 0);
  Value width = scalar.constant(type, type.getIntOrFloatBitWidth());
  Value fits = scalar.less(rhs, width, /*isUnsigned=*/true);
  Value amount = scalar.select(fits, rhs, zero);
  return scalar.select(fits, scalar.make<arith::ShLIOp>(lhs, amount), zero);
}

Value ShiftRightOp::buildScalar(OpBuilder &builder, Location loc,
                                ValueRange scalars) {
  ScalarBuilder scalar(builder, loc);
  Value lhs = scalars[0], rhs = scalars[1];
  Type type = lhs.getType();
  unsigned bits = type.getIntOrFloatBitWidth();
  if (!isUnsigned(getLhs())) {
    Value most = scalar.constant(type, bits - 1);
    Value amount = scalar.min(rhs, most, /*isUnsigned=*/true);
    return scalar.make<arith::ShRSIOp>(lhs, amount);
  }
  Value zero = scalar.constant(type, 0);
  Value fits =
      scalar.less(rhs, scalar.constant(type, bits), /*isUnsigned=*/true);
  Value amount = scalar.select(fits, rhs, zero);
  return scalar.select(fits, scalar.make<arith::ShRUIOp>(lhs, amount), zero);
}
