//===- RowForm.h - Kernels seen as sequences of rows ------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Rows of a buffer are what lies between multiples of a stride:
//
//   memref<1x4x56x56x8xf32>    56 rows in each of 4 planes, 56 * 8 * 4 bytes
//                              of a row in one plane
//
// Nothing says which dimension of a tensor is its rows; it follows from what
// windows move along, and from there through all kernels that read or write the
// same buffers. A kernel has row form if one of its dimensions, and no other,
// moves from row to row of every such buffer. A dimension that counts the
// positions of all rows is seen as two for that:
//
//   kernel.gemm rows [3136]      (p) -> (c, p, l)
//   slices 56, rows [56]         (r, q) -> (c, r, q, l)
//
// A reduction over all rows can be made row by row if it is made in order: what
// it has so far lies in its result, where there is room for it.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_KERNEL_ROWS_ROWFORM_H
#define MEGCC_PASSES_KERNEL_ROWS_ROWFORM_H

#include "passes/kernel/Slices.h"
#include "llvm/ADT/MapVector.h"

namespace megcc::kernel {

/// How a buffer is divided into rows, in bytes.
struct BufferRows {
  int64_t stride, count;
  /// Those of the buffer behind `value`, in which `count` of them are `stride`
  /// bytes apart.
  static std::optional<BufferRows> get(mlir::Value value, int64_t stride,
                                       int64_t count);
  int64_t getPlaneBytes() const { return stride * count; }
  bool operator==(const BufferRows &other) const {
    return stride == other.stride && count == other.count;
  }
};
/// Of all buffers that have rows.
using RowTable = llvm::MapVector<mlir::Value, BufferRows>;

/// An operand of a kernel that computes one slice.
struct RowOperand {
  mlir::Value value;
  /// Whether the slice says which of its rows are meant.
  bool hasRows = false;
  /// Where an operand with rows begins in its buffer: in which plane, and how
  /// many bytes from the beginning of its rows.
  int64_t plane = 0, within = 0;
  /// The shape under which the slice sees it, strides in bytes, and the
  /// dimension that is the row.
  llvm::SmallVector<int64_t> shape, strides;
  unsigned rowDim = 0;
  /// From the slice's iteration space. Null for a buffer handed to a region.
  mlir::AffineMap map;
};

/// A kernel as slices.
class RowForm {
public:
  /// `op` as slices, in one of which it moves by a row or a few in all of its
  /// buffers that are in `rows`.
  static std::optional<RowForm> get(KernelOpInterface op, const RowTable &rows);

  KernelOpInterface getKernel() const { return op; }
  int64_t getCount() const { return count; }
  /// Whether every slice adds to one result, which is there after the last.
  bool accumulates() const { return isAccumulating; }
  llvm::ArrayRef<RowOperand> getOperands() const { return operands; }
  /// Of an operand with rows: its row in a slice.
  RowIndex getRowIndex(unsigned operand) const;
  /// By how many rows of the operand a slice is further than the one before it,
  /// as a fraction.
  std::pair<int64_t, int64_t> getStep(unsigned operand) const;
  /// Rows of buffers not in the table that `get` was given, as they follow from
  /// this kernel.
  const RowTable &getFound() const { return found; }

  /// Builds the kernel that computes slice `index`, with `values` as operands
  /// and, where not 0, `places` as the number of places of their rows,
  /// `offsets` as the one in which row 0 lies.
  void build(mlir::OpBuilder &builder, mlir::ValueRange values,
             llvm::ArrayRef<int64_t> places, llvm::ArrayRef<int64_t> offsets,
             mlir::Value index);
  /// For a kernel that accumulates: what gives its result the first value, to
  /// be built before, and what makes the last of it, to be built after.
  void buildBegin(mlir::OpBuilder &builder);
  void buildEnd(mlir::OpBuilder &builder);

private:
  friend class RowFormBuilder;
  NestOp buildWhole(mlir::OpBuilder &builder, mlir::ValueRange inputs,
                    mlir::Value output, llvm::ArrayRef<mlir::AffineMap> maps,
                    llvm::StringRef kind);
  mlir::AffineMap dropSlice(mlir::AffineMap map) const;
  KernelOpInterface op;
  int64_t count = 0;
  llvm::SmallVector<RowOperand> operands;
  /// The extents of a nest; the outer and row dimensions of a gemm.
  llvm::SmallVector<int64_t> extents, rowExtents;
  int64_t reductionRank = 0;
  bool isAccumulating = false;
  /// What an accumulating kernel has so far, and the map to it.
  mlir::Value sum;
  mlir::AffineMap sumMap;
  mlir::AffineMap guards;
  /// Where each dimension of a nest has gone.
  llvm::SmallVector<unsigned> places;
  RowTable found;
};

/// The rows of all buffers of @main.
RowTable findRows(mlir::func::FuncOp main);

} // namespace megcc::kernel

#endif // MEGCC_PASSES_KERNEL_ROWS_ROWFORM_H
