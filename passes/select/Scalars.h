//===- Scalars.h - The scalar code of kernels -------------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_SELECT_SCALARS_H
#define MEGCC_PASSES_SELECT_SCALARS_H

#include "lib/Support/ScalarBuilder.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace megcc {

/// Builds the scalar code of kernels' bodies and their indices.
struct Scalars : ScalarBuilder {
  using ScalarBuilder::ScalarBuilder;

  mlir::Value index(int64_t value) const;
  /// Widens or narrows a float; other scalars pass through.
  mlir::Value convertFloat(mlir::Value value, mlir::Type type) const;
  /// acc + a * b in acc's type; narrow integers are extended by the signedness
  /// of the tensors' element types `typeA` and `typeB`.
  mlir::Value multiplyAdd(mlir::Value a, mlir::Value b, mlir::Value acc,
                          mlir::Type typeA, mlir::Type typeB) const;
  /// An integer read from a tensor as an index inside [0, extent): a negative
  /// one counts from the end, one outside is moved to the nearest.
  mlir::Value boundedIndex(mlir::Value integer, int64_t extent) const;
  mlir::Value load(mlir::Value buffer, mlir::ValueRange index) const;

private:
  mlir::Value extend(mlir::Value value, mlir::Type from, mlir::Type type) const;
};

/// The type in which sums of products of `type` are kept.
mlir::Type accumulatorType(mlir::Type type);

/// The value that a maximum (or minimum) starts from: no element is less
/// (greater). `signedType` tells unsigned integers apart.
mlir::TypedAttr lowestValue(mlir::Type signedType);
mlir::TypedAttr highestValue(mlir::Type signedType);

} // namespace megcc

#endif // MEGCC_PASSES_SELECT_SCALARS_H
