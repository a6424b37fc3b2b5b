//===- Slices.h - What kernels of a stream touch, and when ------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A kernel of a stream computes one slice of its iteration space: its first
// dimension has a given index. Of a buffer with rows it touches those rows to
// which its map leads from there:
//
//   (r, c, k) -> (c, (2 * r + k - 1) mod 3)     k in 0..2, guarded by
//                                               0 <= 2 * r + k - 1 < 112
//
// In firing 5 these are rows 9, 10 and 11, which lie in places 0, 1 and 2.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_KERNEL_SLICES_H
#define MEGCC_PASSES_KERNEL_SLICES_H

#include "passes/kernel/Buffers.h"

namespace megcc::kernel {

/// What an index becomes over an iteration space of which the first dimension
/// is given.
struct RowIndex {
  mlir::AffineExpr expr;
  /// Of all dimensions; that of the given one says how often there is a slice.
  llvm::SmallVector<int64_t> extents;
  /// Only points where these are within 0 and their extents count.
  llvm::SmallVector<mlir::AffineExpr> guards;
  llvm::SmallVector<int64_t> guardExtents;

  /// The values in slice `slice`, ascending. Nothing if there are too many to
  /// be listed.
  std::optional<llvm::SmallVector<int64_t>> getValues(int64_t slice) const;
};

/// Rows that a slice touches of a buffer.
struct SliceRow {
  /// Which row; -1 where the buffer is touched as a whole.
  int64_t row;
  ByteRegion region;
};
struct SliceAccess {
  mlir::Value value;
  /// Which operand of the family.
  unsigned operand;
  bool isWrite;
  /// Whether places are used again, by other rows.
  bool isRing;
  /// In how many pieces a row lies, the elements of the dimensions before the
  /// one that counts rows; 0 where its elements lie in another order.
  int64_t planes;
  llvm::SmallVector<SliceRow> rows;
};

/// The dimensions' extents for the map of buffer operand `operand`, and that
/// map; null where a family has none.
mlir::AffineMap getOperandMap(mlir::Operation *op, unsigned operand,
                              llvm::SmallVectorImpl<int64_t> &extents);

/// What `op`, a kernel of a stream or the call of an outlined one, touches in
/// firing `slice`.
llvm::SmallVector<SliceAccess> getSliceAccesses(mlir::Operation *op,
                                                int64_t slice);

/// One firing: kernel number `position` of the body, in tick `tick`.
struct Firing {
  int64_t tick, position;
  mlir::Operation *op;
  int64_t slice;
};

/// All firings of `stream` in the order in which they happen.
void forEachFiring(StreamOp stream,
                   llvm::function_ref<void(const Firing &)> visit);

/// The kernels, or calls of outlined ones, of `stream`.
llvm::SmallVector<mlir::Operation *> getKernels(StreamOp stream);

} // namespace megcc::kernel

#endif // MEGCC_PASSES_KERNEL_SLICES_H
