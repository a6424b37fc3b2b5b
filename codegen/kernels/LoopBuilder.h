//===- LoopBuilder.h - Building the loops of a kernel -----------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What every kernel family builds its loops with. Loops run from 0 by 1 to a
// constant; a loop of one iteration is none. Indices stay affine expressions
// over the loop variables (IndexSpace) until an access needs them as values.
//
//   LoopBuilder loops(builder, loc);
//   loops.forEach(14, [&](AffineExpr i) {
//     Value x = loops.load(input, {i * 2 + 1});
//     loops.store(x, output, {i});
//   });
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_KERNELS_LOOPBUILDER_H
#define MEGCC_CODEGEN_KERNELS_LOOPBUILDER_H

#include "codegen/kernels/IndexSpace.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Value.h"

namespace megcc {

class LoopBuilder {
public:
  LoopBuilder(mlir::OpBuilder &builder, mlir::Location loc)
      : builder(builder), loc(loc), space(builder.getContext()) {}

  using Exprs = llvm::ArrayRef<mlir::AffineExpr>;
  using Values = llvm::SmallVector<mlir::Value>;

  //===--------------------------------------------------------------------===//
  // Control
  //===--------------------------------------------------------------------===//

  void forEach(int64_t extent, llvm::function_ref<void(mlir::AffineExpr)> body);

  /// A loop that carries values: `body` gets the current ones and returns the
  /// next.
  Values
  forEach(int64_t extent, mlir::ValueRange carried,
          llvm::function_ref<Values(mlir::AffineExpr, mlir::ValueRange)> body);

  /// One loop per extent, the first outermost.
  Values forEach(llvm::ArrayRef<int64_t> extents, mlir::ValueRange carried,
                 llvm::function_ref<Values(Exprs, mlir::ValueRange)> body);

  /// `if (condition) return body(); else return otherwise`.
  Values branch(mlir::Value condition, mlir::ValueRange otherwise,
                llvm::function_ref<Values()> body);

  /// `if (condition) body(); else otherwise()`.
  void choose(mlir::Value condition, llvm::function_ref<void()> body,
              llvm::function_ref<void()> otherwise);

  /// A variable over [0, extent) that has the value `value`: of what is known
  /// to lie there, as inside a branch.
  mlir::AffineExpr bind(mlir::Value value, int64_t extent);
  /// `value`, which is known to lie in [begin, end).
  mlir::AffineExpr bind(mlir::Value value, int64_t begin, int64_t end);

  /// `body` where `variable` has the last of `extent` values.
  void ifLast(mlir::AffineExpr variable, int64_t extent,
              llvm::function_ref<void()> body);

  /// Whether `0 <= expr < extent`: null if that always holds. Compares the
  /// very value that an access with this index uses, so that its bounds are
  /// proven from the branch alone. Sets `never` if it cannot hold.
  mlir::Value inRange(mlir::AffineExpr expr, int64_t extent, bool &never);

  //===--------------------------------------------------------------------===//
  // Values
  //===--------------------------------------------------------------------===//

  /// `expr` as a value of type index.
  mlir::Value index(mlir::AffineExpr expr);

  /// Loads one element, or `lanes` contiguous ones as a vector. The result of
  /// an affine map serves as `at`.
  mlir::Value load(mlir::Value buffer, Exprs at, int64_t lanes = 1);
  void store(mlir::Value value, mlir::Value buffer, Exprs at);
  /// Brings the line of an element near, which need not exist.
  void prefetch(mlir::Value buffer, Exprs at);

  mlir::Value constant(mlir::TypedAttr value);
  /// The zero of a scalar or vector type.
  mlir::Value zero(mlir::Type type);
  /// `value` in every lane; `value` itself if it is a vector already or there
  /// is but one lane.
  mlir::Value broadcast(mlir::Value value, int64_t lanes);
  /// a * b + acc in floats or integers, scalars or vectors; in one rounding if
  /// `fused`.
  mlir::Value multiplyAdd(mlir::Value a, mlir::Value b, mlir::Value acc,
                          bool fused);

  mlir::OpBuilder &builder;
  mlir::Location loc;
  IndexSpace space;

private:
  /// A variable, or a quotient or remainder.
  mlir::Value atom(mlir::AffineExpr expr);
  mlir::Value divideOrModulo(mlir::AffineBinaryOpExpr expr);

  /// The values of the variables of `space`.
  llvm::SmallVector<mlir::Value> variables;
};

/// `element` itself for one lane, else a vector of it.
mlir::Type vectorOrScalar(mlir::Type element, int64_t lanes);

/// Lanes of a vector type, 1 for a scalar.
int64_t lanesOf(mlir::Type type);

} // namespace megcc

#endif // MEGCC_CODEGEN_KERNELS_LOOPBUILDER_H
