//===- ScalarRegion.h - Scalar code, inlined and vectorised -----*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A family's region says in scalar arith and math operations what happens to
// one element. Loops inline it; where a whole vector of elements is in hand,
// the same operations are cloned on vectors.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_KERNELS_SCALARREGION_H
#define MEGCC_CODEGEN_KERNELS_SCALARREGION_H

#include "codegen/kernels/LoopBuilder.h"
#include "megcc/Target.h"
#include "mlir/IR/Block.h"

namespace megcc {

/// What a region's clone needs to know beyond its arguments.
struct RegionContext {
  bool fma = false;
  /// The value of `kernel.index d`. Of a vectorised dimension it is that of
  /// lane 0.
  llvm::function_ref<mlir::Value(int64_t)> indexOf = nullptr;
  /// Vectorised dimension and lanes, where the region loads from buffers at
  /// `kernel.index` of that dimension.
  int64_t vectorDim = -1;
  int64_t lanes = 1;
};

/// Clones the operations of `block` with `args` in place of its arguments and
/// returns what it yields. An argument may be a vector where the block expects
/// its element: what depends on it becomes a vector, the rest stays scalar.
llvm::SmallVector<mlir::Value> inlineRegion(LoopBuilder &loops,
                                            mlir::Block &block,
                                            mlir::ValueRange args,
                                            const RegionContext &context = {});

/// How many elements a vector may hold so that every vector that inlining
/// `block` with the arguments marked `varying` makes fits one register of
/// `target` (narrower types fill theirs in part); 1 if it cannot be vectorised.
/// `vectorDim` is the dimension along which lanes lie, -1 outside of nests.
int64_t getRegionLanes(mlir::Block &block, llvm::ArrayRef<bool> varying,
                       int64_t vectorDim, const Target &target);

/// Lanes of a vector of `type` in loops that are vectorised for `target`: 1
/// for types that vectors of the loop level do not hold.
int64_t getVectorLanes(mlir::Type type, const Target &target);

/// The operation by which `block` combines its first argument with a value
/// that does not depend on it, if it is associative and commutative (floats
/// count as such): a reduction that may be split into several accumulators.
mlir::Operation *getCombiner(mlir::Block &block);

/// What each further accumulator starts with, if `init` starts the first: the
/// neutral element, or `init` again where combining it twice does no harm.
mlir::TypedAttr getSplitInit(mlir::Operation *combiner, mlir::TypedAttr init);

/// `combiner` applied to `lhs` and `rhs`, scalars or vectors.
mlir::Value combine(LoopBuilder &loops, mlir::Operation *combiner,
                    mlir::Value lhs, mlir::Value rhs);

/// `combiner` applied to the lanes of `vector`.
mlir::Value combineLanes(LoopBuilder &loops, mlir::Operation *combiner,
                         mlir::Value vector);

} // namespace megcc

#endif // MEGCC_CODEGEN_KERNELS_SCALARREGION_H
