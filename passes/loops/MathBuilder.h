//===- MathBuilder.h - Arithmetic on a float type, written shortly --------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Builds arithmetic on one float type, scalar or vector, and on the integers of
// the same width. The functions in MathFunctions.cpp are written with it once,
// for every type and target.
//
//===----------------------------------------------------------------------===//
#ifndef MEGCC_PASSES_LOOPS_MATHBUILDER_H
#define MEGCC_PASSES_LOOPS_MATHBUILDER_H

#include "lib/Target/Intrinsics.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Builders.h"

namespace megcc {

class MathBuilder {
public:
  using Value = mlir::Value;

  MathBuilder(mlir::OpBuilder &builder, mlir::Location loc, mlir::Type type,
              const Target &target)
      : builder(builder), loc(loc), type(type),
        hasFma(!lookupIntrinsic(target, "math.fma", type).empty()) {
    mlir::Type element = mlir::getElementTypeOrSelf(type);
    isDouble = element.isF64();
    mlir::Type bits = builder.getIntegerType(isDouble ? 64 : 32);
    auto vector = mlir::dyn_cast<mlir::VectorType>(type);
    intType = vector ? mlir::VectorType::get(vector.getShape(), bits) : bits;
  }

  mlir::OpBuilder &builder;
  mlir::Location loc;
  /// f32 or f64, or a vector of them.
  mlir::Type type;
  /// The integers that `type` has the bits of.
  mlir::Type intType;
  bool isDouble;
  bool hasFma;

  /// Facts of the format.
  int64_t mantissaBits() const { return isDouble ? 52 : 23; }
  int64_t bias() const { return isDouble ? 1023 : 127; }
  int64_t signBit() const { return isDouble ? INT64_MIN : INT32_MIN; }

  Value number(double value);
  Value infinity(bool negative = false);
  Value nan();
  Value integer(int64_t value);

  Value add(Value a, Value b) { return op<mlir::arith::AddFOp>(a, b); }
  Value sub(Value a, Value b) { return op<mlir::arith::SubFOp>(a, b); }
  Value mul(Value a, Value b) { return op<mlir::arith::MulFOp>(a, b); }
  Value div(Value a, Value b) { return op<mlir::arith::DivFOp>(a, b); }
  Value neg(Value a) { return builder.create<mlir::arith::NegFOp>(loc, a); }
  /// a * b + c; rounded once only where the target can.
  Value fma(Value a, Value b, Value c);
  /// ((c[0] x + c[1]) x + c[2]) x + ...
  Value polynomial(Value x, llvm::ArrayRef<double> coefficients);

  Value addI(Value a, Value b) { return op<mlir::arith::AddIOp>(a, b); }
  Value subI(Value a, Value b) { return op<mlir::arith::SubIOp>(a, b); }
  Value andI(Value a, Value b) { return op<mlir::arith::AndIOp>(a, b); }
  Value orI(Value a, Value b) { return op<mlir::arith::OrIOp>(a, b); }
  Value shiftLeft(Value a, int64_t by) {
    return op<mlir::arith::ShLIOp>(a, integer(by));
  }
  Value shiftRight(Value a, int64_t by) {
    return op<mlir::arith::ShRSIOp>(a, integer(by));
  }
  Value bits(Value a) {
    return builder.create<mlir::arith::BitcastOp>(loc, intType, a);
  }
  Value fromBits(Value a) {
    return builder.create<mlir::arith::BitcastOp>(loc, type, a);
  }
  Value toFloat(Value a) {
    return builder.create<mlir::arith::SIToFPOp>(loc, type, a);
  }

  Value less(Value a, Value b) { return compare(Predicate::OLT, a, b); }
  Value lessEqual(Value a, Value b) { return compare(Predicate::OLE, a, b); }
  Value greater(Value a, Value b) { return compare(Predicate::OGT, a, b); }
  Value greaterEqual(Value a, Value b) { return compare(Predicate::OGE, a, b); }
  Value equal(Value a, Value b) { return compare(Predicate::OEQ, a, b); }
  Value isNan(Value a) { return compare(Predicate::UNE, a, a); }
  Value both(Value a, Value b) { return op<mlir::arith::AndIOp>(a, b); }
  Value select(Value condition, Value a, Value b) {
    return builder.create<mlir::arith::SelectOp>(loc, condition, a, b);
  }
  /// `a`, or `bound` where a is on the far side of it; a NaN stays.
  Value atLeast(Value a, double bound) {
    Value limit = number(bound);
    return select(greater(limit, a), limit, a);
  }
  Value atMost(Value a, double bound) {
    Value limit = number(bound);
    return select(less(limit, a), limit, a);
  }

  Value abs(Value a) { return function<mlir::math::AbsFOp>(a); }
  Value withSignOf(Value magnitude, Value sign) {
    return function<mlir::math::CopySignOp>(magnitude, sign);
  }
  template <typename Op, typename... Args> Value function(Args... args) {
    return builder.create<Op>(loc, args...);
  }

  /// The nearest integer, where |a| < 2^(mantissaBits - 1), as a float and as
  /// an integer; halves go to the even one.
  std::pair<Value, Value> nearest(Value a);
  /// 2^n, where that is a normal number.
  Value powerOfTwo(Value n);

private:
  using Predicate = mlir::arith::CmpFPredicate;

  template <typename Op> Value op(Value a, Value b) {
    return builder.create<Op>(loc, a, b);
  }
  Value compare(Predicate predicate, Value a, Value b) {
    return builder.create<mlir::arith::CmpFOp>(loc, predicate, a, b);
  }
  Value constant(mlir::Type ofType, mlir::Attribute value);
};

} // namespace megcc

#endif // MEGCC_PASSES_LOOPS_MATHBUILDER_H
