//===- DotProducts.h - Products of groups of narrow elements ----*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Some targets multiply pairs of bf16, or fours of i8, and add them into a lane
// of 32 bits in one instruction. Contractions ask here whether theirs does.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_TARGET_DOTPRODUCTS_H
#define MEGCC_LIB_TARGET_DOTPRODUCTS_H

#include "megcc/Target.h"
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
};

/// How `target` multiplies `lhs` by `rhs` into sums of type `accumulator`.
DotProduct findDotProduct(const Target &target, Factor lhs, Factor rhs,
                          mlir::Type accumulator);

/// What lookupIntrinsic calls a dot product of these elements: "isa.dot.bf16",
/// "isa.dot.us8" for an unsigned lhs and a signed rhs.
std::string getDotProductName(Factor lhs, Factor rhs);

} // namespace megcc

#endif // MEGCC_LIB_TARGET_DOTPRODUCTS_H
