//===- NNCommon.h - Plain data types of the nn dialect ----------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the generated declarations of the dialect mention.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_DIALECTS_NN_NNCOMMON_H
#define MEGCC_DIALECTS_NN_NNCOMMON_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Operation.h"
#include "llvm/ADT/Hashing.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <optional>

namespace megcc::nn {

/// Dimension `dim` is split into blocks of `size` elements, placed innermost.
struct BlockedLayout {
  int64_t dim;
  int64_t size;

  bool operator==(const BlockedLayout &other) const {
    return dim == other.dim && size == other.size;
  }
  bool operator!=(const BlockedLayout &other) const {
    return !(*this == other);
  }
};

inline llvm::hash_code hash_value(const BlockedLayout &layout) {
  return llvm::hash_combine(layout.dim, layout.size);
}

/// A box of elements in logical coordinates: for each dimension the elements
/// [offset, offset + size).
struct Box {
  llvm::SmallVector<int64_t> offsets;
  llvm::SmallVector<int64_t> sizes;

  /// All elements of a tensor.
  static Box whole(mlir::ShapedType type);
  /// No elements of a tensor.
  static Box none(mlir::ShapedType type);

  int64_t getRank() const { return sizes.size(); }
  /// One past the last element of a dimension.
  int64_t getEnd(unsigned dim) const { return offsets[dim] + sizes[dim]; }
  bool isEmpty() const;
  int64_t getNumElements() const;

  /// Sets dimension `dim` to [begin, end), cut to [0, extent).
  void setDim(unsigned dim, int64_t begin, int64_t end, int64_t extent);
  /// Grows to the smallest box that holds `other` too.
  void unite(const Box &other);

  bool operator==(const Box &other) const {
    return offsets == other.offsets && sizes == other.sizes;
  }
};

/// What an execution costs. All sums saturate at the greatest int64_t.
struct Cost {
  /// Multiply-accumulates of contractions.
  int64_t macs = 0;
  /// All other arithmetic.
  int64_t operations = 0;
  int64_t bytesRead = 0;
  int64_t bytesWritten = 0;

  Cost &operator+=(const Cost &other);
};

namespace detail {
/// The default answers of the interfaces in NNInterfaces.td.
Box defaultOperandBox(mlir::Operation *op, unsigned operand, unsigned result,
                      const Box &box);
Cost defaultCost(mlir::Operation *op);
bool defaultMayReuse(mlir::Operation *op, unsigned operand, unsigned result);
} // namespace detail

} // namespace megcc::nn

#endif // MEGCC_DIALECTS_NN_NNCOMMON_H
