//===- ChainSlices.h - Where a chain's slices lie ---------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The number of a slice is that of a row, or of a block of rows; the rows'
// dimensions are quotients and remainders of it. What is between the kernels is
// a list of elements for each slice: a buffer of its own for what vanishes, a
// part of the tensor for what others read as well.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_KERNEL_CHAINS_CHAINSLICES_H
#define MEGCC_PASSES_KERNEL_CHAINS_CHAINSLICES_H

#include "passes/kernel/chains/ChainForm.h"

namespace megcc::kernel {

/// What lies between kernels, as a slice has it: a list of elements.
struct SliceTensor {
  /// How far apart neighbours of each of the tensor's dimensions are; 0 for
  /// those of which a slice has one.
  llvm::SmallVector<int64_t> strides;
  int64_t elements = 1;
  /// Of what vanishes the number of the buffer, which tensors may share.
  int64_t buffer = -1;
  /// Of what others read as well: where it lies, and before the index in the
  /// list that of the slice.
  mlir::Value kept;
  llvm::SmallVector<mlir::AffineExpr> rows;
};

/// One dimension of a buffer as a slice walks through it.
struct WalkDim {
  int64_t extent, stride;
  mlir::AffineExpr index;
};

class ChainSlices {
public:
  ChainSlices(const ChainForm &form, const ChainForm::Slicing &slicing,
              mlir::OpBuilder &builder);

  int64_t getCount() const { return count; }
  bool isBlocked() const { return slicing.size > 1; }

  /// Where each of the kernel's dimensions is; `within` is the dimension that
  /// counts the rows of a block, null where there is one.
  void replaceRows(const ChainKernel &kernel,
                   llvm::SmallVectorImpl<mlir::AffineExpr> &dims,
                   mlir::AffineExpr within);
  /// The rows' dimensions where they are `strides` apart; neighbours that
  /// follow each other are one.
  llvm::SmallVector<WalkDim> getRowDims(llvm::ArrayRef<int64_t> strides);

  SliceTensor &of(const ChainTensor *tensor) {
    return slices[tensor - form.getTensors().data()];
  }
  /// The index in a slice's list of the element that operand `operand` means,
  /// over the kernel's dimensions.
  mlir::AffineExpr getIndex(unsigned kernel, unsigned operand);
  /// Columns that kernel `number` may write beyond the last that exist, so that
  /// whole vectors are stored: the lanes that its rhs is padded to.
  int64_t getPaddedColumns(unsigned number, const ChainTensor &tensor);

  /// Dimensions of `shape` and `strides`, then a list: one value for all that
  /// see the same elements in the same way.
  mlir::Value getAlias(mlir::Value buffer, llvm::ArrayRef<int64_t> shape,
                       llvm::ArrayRef<int64_t> strides, int64_t length,
                       int64_t offset, mlir::Type element);

private:
  mlir::AffineExpr constant(int64_t value) {
    return builder.getAffineConstantExpr(value);
  }
  /// The number that rows' dimensions `begin` up to `end` make together, the
  /// last counted in blocks, given the slice.
  mlir::AffineExpr getRowIndex(unsigned begin, unsigned end);
  void layVanishing(const ChainTensor &tensor);
  /// Rows, then a list; a list alone where rows are not apart in memory.
  void layKept(const ChainTensor &tensor);

  const ChainForm &form;
  ChainForm::Slicing slicing;
  mlir::OpBuilder &builder;
  int64_t count;
  std::vector<SliceTensor> slices;
  llvm::SmallVector<AliasOp> aliases;
};

} // namespace megcc::kernel

#endif // MEGCC_PASSES_KERNEL_CHAINS_CHAINSLICES_H
