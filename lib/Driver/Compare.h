//===- Compare.h - Is a tensor what was expected? ---------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_DRIVER_COMPARE_H
#define MEGCC_LIB_DRIVER_COMPARE_H

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/ArrayRef.h"

namespace megcc {

/// A float found may lie |found - expected| <= atol + rtol |expected| away, or
/// `ofMagnitude` times the largest finite |expected| of the tensor. Integers
/// and bools must be equal where `exactIntegers` says so.
struct Tolerance {
  double rtol = 1e-3, atol = 1e-7, ofMagnitude = 1e-4;
  bool exactIntegers = true;
};

struct Comparison {
  int64_t elements = 0, wrong = 0;
  /// The element farthest beyond what is allowed (of the wrong ones), else
  /// simply the one with the largest difference.
  int64_t worst = 0;
  double found = 0, expected = 0;
  double largestDifference = 0;
  /// The largest finite |expected|, and the root of the mean squared difference
  /// relative to that of the expected elements, of those that are finite.
  double magnitude = 0, relativeError = 0;

  bool passed() const { return wrong == 0; }
};

/// Compares two row-major buffers of `elements` elements of `type`.
Comparison compareTensors(mlir::Type type, llvm::ArrayRef<char> found,
                          llvm::ArrayRef<char> expected, int64_t elements,
                          const Tolerance &tolerance);

/// "[0, 3, 17]": the index of element `position` in a tensor of `shape`.
std::string indexText(int64_t position, llvm::ArrayRef<int64_t> shape);

} // namespace megcc

#endif // MEGCC_LIB_DRIVER_COMPARE_H
