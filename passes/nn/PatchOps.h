//===- PatchOps.h - Parts of an operator's result ---------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An operator that works locally can compute a box of its result as the same
// operator on boxes of its operands. RegionMapOpInterface says which boxes;
// here is how the operator changes: a window at the border keeps the padding of
// that border and loses that of the others.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_NN_PATCHOPS_H
#define MEGCC_PASSES_NN_PATCHOPS_H

#include "dialects/NN/NN.h"

namespace megcc::nn {

/// Whether `op` is one of those that can compute a part of their result.
bool hasParts(mlir::Operation *op);

/// The smallest box that holds `box` and that `op` can compute by itself: a
/// softmax needs all elements along its axis, a convolution all channels.
Box getPartBox(mlir::Operation *op, const Box &box);

/// Calls `visit` for each operand with a box of it that `op` reads for the part
/// `box` of its result. Fails where it would read nothing but padding, or some
/// channels out of a block.
mlir::LogicalResult
forEachOperandBox(mlir::Operation *op, const Box &box,
                  llvm::function_ref<void(mlir::Value, const Box &)> visit);

/// Creates the operator that computes part `box` of the result of `op`. `get`
/// gives parts of its operands.
mlir::Value
buildPart(mlir::OpBuilder &builder, mlir::Operation *op, const Box &box,
          llvm::function_ref<mlir::Value(mlir::Value, const Box &)> get);

/// The elements `box` of `value`, of which there is the part `have` already.
mlir::Value buildSlice(mlir::OpBuilder &builder, mlir::Location loc,
                       mlir::Value value, const Box &have, const Box &box);

/// The type of part `box` of a value of type `type`.
mlir::RankedTensorType getPartType(mlir::RankedTensorType type, const Box &box);

} // namespace megcc::nn

#endif // MEGCC_PASSES_NN_PATCHOPS_H
