//===- ScalarBuilder.h - Scalar arithmetic on any element type --*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the scalar bodies of elementwise operators, kernels' bodies and their
// indices are written with. Values are signless; where the sign matters, the
// caller says how an integer is read.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_SUPPORT_SCALARBUILDER_H
#define MEGCC_LIB_SUPPORT_SCALARBUILDER_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Builders.h"

namespace megcc {

/// Whether integers of an element type have no sign (ui8, and truth values).
inline bool isUnsignedElement(mlir::Type element) {
  return element.isUnsignedInteger() || element.isSignlessInteger(1);
}

class ScalarBuilder {
public:
  ScalarBuilder(mlir::OpBuilder &builder, mlir::Location loc)
      : builder(builder), loc(loc) {}

  template <typename OpT, typename... Args>
  mlir::Value make(Args &&...args) const {
    return builder.create<OpT>(loc, std::forward<Args>(args)...);
  }

  //===--------------------------------------------------------------------===//
  // Any type
  //===--------------------------------------------------------------------===//

  /// A float, rounded; or an integer or index, truncated and saturated.
  mlir::Value constant(mlir::Type type, double value,
                       bool isUnsigned = false) const;

  mlir::Value add(mlir::Value a, mlir::Value b) const;
  mlir::Value sub(mlir::Value a, mlir::Value b) const;
  mlir::Value mul(mlir::Value a, mlir::Value b) const;
  /// NaN if one of the operands is.
  mlir::Value max(mlir::Value a, mlir::Value b, bool isUnsigned = false) const;
  mlir::Value min(mlir::Value a, mlir::Value b, bool isUnsigned = false) const;
  /// False for NaN.
  mlir::Value less(mlir::Value a, mlir::Value b, bool isUnsigned = false) const;
  mlir::Value lessEqual(mlir::Value a, mlir::Value b,
                        bool isUnsigned = false) const;
  mlir::Value equal(mlir::Value a, mlir::Value b) const;

  mlir::Value select(mlir::Value condition, mlir::Value a,
                     mlir::Value b) const {
    return make<mlir::arith::SelectOp>(condition, a, b);
  }

  /// Of two floats, or of two integers with sign, towards zero.
  mlir::Value div(mlir::Value a, mlir::Value b) const;

  //===--------------------------------------------------------------------===//
  // Floats
  //===--------------------------------------------------------------------===//

  mlir::Value exp(mlir::Value a) const { return make<mlir::math::ExpOp>(a); }
  mlir::Value tanh(mlir::Value a) const { return make<mlir::math::TanhOp>(a); }
  /// ln(1 + e^x) without overflow.
  mlir::Value softplus(mlir::Value x) const;

  /// Halves are widened to f32, other floats stay.
  mlir::Value widen(mlir::Value value) const;
  /// The inverse of `widen`, for a value of any float type.
  mlir::Value toFloat(mlir::Value value, mlir::Type type) const;

  /// Computes `function` of one float; for halves in f32, rounded once.
  mlir::Value
  inF32(mlir::Value x,
        llvm::function_ref<mlir::Value(mlir::Value)> function) const {
    return toFloat(function(widen(x)), x.getType());
  }

  //===--------------------------------------------------------------------===//
  // Conversions
  //===--------------------------------------------------------------------===//

  /// An integer to f32, or to f64 if `type` is.
  mlir::Value intToFloat(mlir::Value value, mlir::Type type,
                         bool isUnsigned) const;
  /// Truncates towards zero and saturates; NaN gives 0.
  mlir::Value floatToInt(mlir::Value value, mlir::IntegerType type,
                         bool isUnsigned) const;
  /// Wraps to another width; a wider one is filled as the source's sign says.
  mlir::Value resizeInt(mlir::Value value, mlir::IntegerType type,
                        bool isUnsigned) const;

  mlir::OpBuilder &builder;
  mlir::Location loc;
};

} // namespace megcc

#endif // MEGCC_LIB_SUPPORT_SCALARBUILDER_H
