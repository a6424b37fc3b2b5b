//===- DotProducts.h - Products of groups of narrow elements ----*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Some targets multiply pairs of bf16, or fours of i8, and add them into a lane
// of 32 bits in one instruction; others multiply one lane of f16 by a vector of
// f16 into f32. Contractions ask here whether theirs does.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_TARGET_DOTPRODUCTS_H
#define MEGCC_LIB_TARGET_DOTPRODUCTS_H

#include "megcc/Target.h"
#include "mlir/IR/AffineExpr.h"
#include <string>

namespace megcc {

/// One side of a product.
struct Factor {
  mlir::Type type;
  bool isUnsigned = false;
};

struct DotProduct {
  /// Neighbours along the depth that one lane takes; 1 if there is no such
  /// instruction.
  int64_t group = 1;
  /// The instruction has no signed lhs: adding 128 to each element makes it
  /// unsigned, and 128 times the sum of the rhs has to be taken off again.
  bool shiftsLhs = false;
  /// One lane of the lhs is multiplied by half of a vector of the rhs: the
  /// group's elements of each column stand a vector of sums apart.
  bool byLane = false;

  /// How many neighbours along the depth a load of the lhs takes where sums
  /// have so many lanes.
  int64_t getStep(int64_t lanes) const { return byLane ? lanes : group; }
  /// Which column, and which neighbour along the depth, is element `element` of
  /// a packed vector for sums of so many lanes.
  std::pair<mlir::AffineExpr, mlir::AffineExpr> unpack(mlir::AffineExpr element,
                                                       int64_t lanes) const;
};

/// How `target` multiplies `lhs` by `rhs` into sums of type `accumulator`.
DotProduct findDotProduct(const Target &target, Factor lhs, Factor rhs,
                          mlir::Type accumulator);

/// What lookupIntrinsic calls a dot product of these elements: "isa.dot.bf16",
/// "isa.dot.us8" for an unsigned lhs and a signed rhs.
std::string getDotProductName(Factor lhs, Factor rhs);

/// What lookupIntrinsic calls a product of a lane of `type` and part `part` of
/// a vector: "isa.lane_fma.f16.1".
std::string getLaneProductName(mlir::Type type, int64_t part);

} // namespace megcc

#endif // MEGCC_LIB_TARGET_DOTPRODUCTS_H
