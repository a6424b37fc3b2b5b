//===- IntRange.h - Intervals of integers -----------------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The interval that an integer value lies in, read as signed, and arithmetic on
// such intervals. What may leave the range of its type is unknown afterwards:
// an IntRange never wraps around.
//
//===----------------------------------------------------------------------===//
#ifndef MEGCC_PASSES_LOOPS_INTRANGE_H
#define MEGCC_PASSES_LOOPS_INTRANGE_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Types.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <cstdint>

namespace megcc {

/// All integers from `low` to `high`, both included. Empty if low > high, which
/// is the range of a value in code that is never reached.
struct IntRange {
  int64_t low = INT64_MIN;
  int64_t high = INT64_MAX;

  /// Everything that a value of `type` can hold. `index` is taken as 32 bits
  /// wide, as it is printed in all but the largest programs.
  static IntRange ofType(mlir::Type type);
  static IntRange ofNumber(int64_t number) { return {number, number}; }

  bool isNumber() const { return low == high; }
  bool within(IntRange other) const {
    return low >= other.low && high <= other.high;
  }
  bool isEmpty() const { return low > high; }
  IntRange meet(IntRange other) const {
    return {std::max(low, other.low), std::min(high, other.high)};
  }
  IntRange join(IntRange other) const {
    return {std::min(low, other.low), std::max(high, other.high)};
  }
};

/// The range of an operation's result, given those of its operands: integer
/// arithmetic, comparisons excepted. Everything of its type where nothing is
/// known about the operation.
IntRange inferRange(mlir::Operation *op,
                    llvm::function_ref<IntRange(mlir::Value)> rangeOf);

/// What `lhs predicate rhs` being true says about `lhs`, whose range is known
/// to be `range`, when that of `rhs` is `other`.
IntRange refineByComparison(mlir::arith::CmpIPredicate predicate,
                            IntRange range, IntRange other);

} // namespace megcc

#endif // MEGCC_PASSES_LOOPS_INTRANGE_H
