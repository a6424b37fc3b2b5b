//===- Index.h - Walking index spaces ---------------------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The loops of the reference evaluation: a multi-index that runs over a shape
// in row-major order, and what offsets it stands for.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_REFERENCE_INDEX_H
#define MEGCC_LIB_REFERENCE_INDEX_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>

namespace megcc {

using Index = mlir::SmallVector<int64_t, 6>;

/// Distances between neighbours in each dimension of a row-major tensor.
inline Index getRowMajorStrides(mlir::ArrayRef<int64_t> shape) {
  Index strides(shape.size(), 1);
  for (int64_t d = static_cast<int64_t>(shape.size()) - 2; d >= 0; --d)
    strides[d] = strides[d + 1] * shape[d + 1];
  return strides;
}

inline int64_t getNumElements(mlir::ArrayRef<int64_t> shape) {
  int64_t count = 1;
  for (int64_t size : shape)
    count *= size;
  return count;
}

/// Sum of index times stride.
inline int64_t getOffset(mlir::ArrayRef<int64_t> index,
                         mlir::ArrayRef<int64_t> strides) {
  int64_t offset = 0;
  for (size_t d = 0; d < index.size(); ++d)
    offset += index[d] * strides[d];
  return offset;
}

/// Calls `fn(index)` for every index inside `shape`, the last dimension
/// fastest.
template <typename Fn>
void forEachIndex(mlir::ArrayRef<int64_t> shape, Fn &&fn) {
  if (getNumElements(shape) == 0)
    return;
  Index index(shape.size(), 0);
  while (true) {
    fn(index);
    int64_t d = static_cast<int64_t>(shape.size()) - 1;
    while (d >= 0 && ++index[d] == shape[d])
      index[d--] = 0;
    if (d < 0)
      return;
  }
}

/// A tensor seen along one axis: `outer` x `length` x `inner` elements.
struct AxisView {
  int64_t outer = 1, length = 1, inner = 1;
  AxisView(mlir::ArrayRef<int64_t> shape, int64_t axis)
      : outer(getNumElements(shape.take_front(axis))), length(shape[axis]),
        inner(getNumElements(shape.drop_front(axis + 1))) {}

  /// Calls `fn(start)` with the offset of the first element of each line along
  /// the axis; the next ones follow at a distance of `inner`.
  template <typename Fn> void forEachLine(Fn &&fn) const {
    for (int64_t o = 0; o < outer; ++o)
      for (int64_t i = 0; i < inner; ++i)
        fn(o * length * inner + i);
  }
};

} // namespace megcc

#endif // MEGCC_LIB_REFERENCE_INDEX_H
