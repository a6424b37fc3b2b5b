//===- ScalarMath.h - Arithmetic on values, written as such -----*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For kernels that compute more than indices: ScalarBuilder's operations as
// operators, chosen by the type (float, signed integer, index).
//
//   Scalar overlap = max(right - left, 0.0) * max(bottom - top, 0.0);
//   Scalar row = toIndex(clamp(index, 0, extent - 1));
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_KERNELS_SCALARMATH_H
#define MEGCC_CODEGEN_KERNELS_SCALARMATH_H

#include "codegen/kernels/LoopBuilder.h"

namespace megcc {

class ScalarBuilder;

class Scalar {
public:
  Scalar(LoopBuilder &loops, mlir::Value value) : loops(&loops), value(value) {}

  operator mlir::Value() const { return value; }
  mlir::Type getType() const { return value.getType(); }
  bool isFloat() const { return llvm::isa<mlir::FloatType>(getType()); }

  /// `number` in the type of this scalar.
  Scalar same(double number) const;

  friend Scalar operator+(Scalar a, Scalar b);
  friend Scalar operator-(Scalar a, Scalar b);
  friend Scalar operator*(Scalar a, Scalar b);
  /// Integers are divided towards zero.
  friend Scalar operator/(Scalar a, Scalar b);
  friend Scalar operator-(Scalar a);

  friend Scalar operator+(Scalar a, double b) { return a + a.same(b); }
  friend Scalar operator-(Scalar a, double b) { return a - a.same(b); }
  friend Scalar operator-(double a, Scalar b) { return b.same(a) - b; }
  friend Scalar operator*(Scalar a, double b) { return a * a.same(b); }
  friend Scalar operator/(Scalar a, double b) { return a / a.same(b); }

  /// Comparisons give an i1; those of floats are false for NaN.
  friend Scalar operator<(Scalar a, Scalar b);
  friend Scalar operator<=(Scalar a, Scalar b);
  friend Scalar operator>(Scalar a, Scalar b) { return b < a; }
  friend Scalar operator>=(Scalar a, Scalar b) { return b <= a; }
  friend Scalar operator<(Scalar a, double b) { return a < a.same(b); }
  friend Scalar operator<=(Scalar a, double b) { return a <= a.same(b); }
  friend Scalar operator>(Scalar a, double b) { return a > a.same(b); }
  friend Scalar operator>=(Scalar a, double b) { return a >= a.same(b); }
  friend Scalar equal(Scalar a, Scalar b);
  /// As < and <=, integers without sign if `isUnsigned`.
  friend Scalar less(Scalar a, Scalar b, bool isUnsigned);
  friend Scalar lessOrEqual(Scalar a, Scalar b, bool isUnsigned);

  /// Of two conditions.
  friend Scalar operator&(Scalar a, Scalar b);
  friend Scalar operator|(Scalar a, Scalar b);

  friend Scalar select(Scalar condition, Scalar a, Scalar b);
  /// Of a NaN and a bound b, the bound.
  friend Scalar min(Scalar a, Scalar b);
  friend Scalar max(Scalar a, Scalar b);
  friend Scalar min(Scalar a, double b) { return min(a, a.same(b)); }
  friend Scalar max(Scalar a, double b) { return max(a, a.same(b)); }
  friend Scalar clamp(Scalar a, double low, double high) {
    return min(max(a, low), high);
  }

  friend Scalar floor(Scalar a);
  friend Scalar ceil(Scalar a);
  friend Scalar abs(Scalar a);
  /// To the nearest, ties to even.
  friend Scalar round(Scalar a);

  /// An integer, or a float that is integral, as a value of type index.
  friend Scalar toIndex(Scalar a);
  /// An index, integer or float in the given type; floats stay floats.
  friend Scalar convert(Scalar a, mlir::Type type);

private:
  template <typename... Args, typename... Params>
  static Scalar make(mlir::Value (ScalarBuilder::*function)(Params...) const,
                     Scalar a, Args... args);
  template <typename Op, typename... Args>
  static Scalar create(Scalar a, Args... args);

  LoopBuilder *loops;
  mlir::Value value;
};

// Found by name as well where an argument is written {loops, value}.
Scalar equal(Scalar a, Scalar b);
Scalar less(Scalar a, Scalar b, bool isUnsigned);
Scalar lessOrEqual(Scalar a, Scalar b, bool isUnsigned);
Scalar select(Scalar condition, Scalar a, Scalar b);
Scalar min(Scalar a, Scalar b);
Scalar max(Scalar a, Scalar b);
Scalar clamp(Scalar a, double low, double high);
Scalar toIndex(Scalar a);
Scalar convert(Scalar a, mlir::Type type);

/// The element of `buffer` at indices known at run time only.
Scalar loadAt(LoopBuilder &loops, mlir::Value buffer, mlir::ValueRange at);
void storeAt(LoopBuilder &loops, mlir::Value value, mlir::Value buffer,
             mlir::ValueRange at);

/// `a` as an index moved into [0, extent), so that it may be used whatever it
/// is: a float is moved before it is converted, and the index once more, where
/// the proof of bounds looks.
Scalar toIndexWithin(Scalar a, int64_t extent);

/// An index from a model, which counts from the end of `extent` if negative, as
/// an index that lies inside whatever the model says.
Scalar normalizeIndex(Scalar index, int64_t extent);

} // namespace megcc

#endif // MEGCC_CODEGEN_KERNELS_SCALARMATH_H
