//===- ChainForm.h - Kernels that can run slice by slice --------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Kernels of which each reads what one before it makes have common rows if one
// and the same loop of all of them moves through all that is between them:
//
//   gemm   outer [12] rows [197]        s[h, i, j]
//   nest   extents [12, 197 | 197]      m[h, i] = max s[h, i, .]
//   nest   extents [12, 197, 197]       e[h, i, j] = exp(s[h, i, j] - m[h, i])
//
// have rows (h, i). They are found by following dimensions through the maps;
// nothing is known of softmax. A slice is one row, or a block of rows along the
// last of their dimensions.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_KERNEL_CHAINS_CHAINFORM_H
#define MEGCC_PASSES_KERNEL_CHAINS_CHAINFORM_H

#include "passes/kernel/Buffers.h"
#include "passes/kernel/KernelSpace.h"

namespace megcc::kernel {

/// A kernel of a chain; the first dimensions, those in parallel, may be rows.
struct ChainKernel : KernelSpace {
  using KernelSpace::KernelSpace;

  /// Nothing if `op` cannot be part of a chain.
  static std::optional<ChainKernel> get(KernelOpInterface op);

  /// What the operand's map leads to, over this kernel's dimensions.
  llvm::SmallVector<mlir::AffineExpr> getIndex(unsigned operand) const;
  bool isGemm() const { return mlir::isa<GemmOp>(op.getOperation()); }

  /// For each row dimension of the chain its number here.
  llvm::SmallVector<unsigned> rowDims;
};

/// What one kernel of a chain makes and others of it read.
struct ChainTensor {
  struct Dim {
    int64_t extent, stride;
    /// Which of the rows' dimensions it is, -1 if none.
    int64_t row = -1;
  };
  mlir::Value buffer;
  ByteRegion region;
  mlir::Type element;
  /// Without those of extent 1.
  llvm::SmallVector<Dim> dims;
  int64_t elements = 1;
  unsigned writer = 0;
  llvm::SmallVector<unsigned> readers;
  /// Nothing else uses it: it need not exist as a whole.
  bool vanishes = false;

  int64_t getBytes() const;
  /// Elements in one row.
  int64_t getRowElements() const;
};

class ChainForm {
public:
  /// `kernels`, in their order, as a chain; nothing if they have no common
  /// rows.
  static std::optional<ChainForm>
  get(llvm::ArrayRef<KernelOpInterface> kernels);

  llvm::ArrayRef<ChainKernel> getKernels() const { return kernels; }
  llvm::ArrayRef<ChainTensor> getTensors() const { return tensors; }
  llvm::ArrayRef<int64_t> getRowExtents() const { return rowExtents; }
  int64_t getRows() const;
  /// Bytes that one row of what vanishes takes.
  int64_t getVanishingRowBytes() const;
  /// The tensor that operand `operand` of kernel `kernel` is, null if that
  /// comes from outside or is read outside alone.
  const ChainTensor *getTensor(unsigned kernel, unsigned operand) const;
  /// The index of that tensor's dimensions, over the kernel's.
  llvm::SmallVector<mlir::AffineExpr> getTensorIndex(unsigned kernel,
                                                     unsigned operand) const;

  /// Of the last of the rows' dimensions those from `first` on, in `blocks`
  /// blocks of `size` rows.
  struct Slicing {
    int64_t size = 1, blocks = 0, first = 0;
  };
  /// Builds the chain before `builder`'s insertion point. What vanishes lies on
  /// the stack, or in buffers of one slice.
  ChainOp build(mlir::OpBuilder &builder, const Slicing &slicing,
                bool stack) const;

private:
  bool findTensors();
  bool findRows();

  std::vector<ChainKernel> kernels;
  std::vector<ChainTensor> tensors;
  llvm::SmallVector<int64_t> rowExtents;
};

} // namespace megcc::kernel

#endif // MEGCC_PASSES_KERNEL_CHAINS_CHAINFORM_H
