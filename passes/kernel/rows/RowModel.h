//===- RowModel.h - @main as the planner of rows sees it --------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_KERNEL_ROWS_ROWMODEL_H
#define MEGCC_PASSES_KERNEL_ROWS_ROWMODEL_H

#include "megcc/Target.h"
#include "passes/kernel/rows/RowForm.h"
#include "passes/kernel/rows/RowPlanner.h"

namespace megcc::kernel {

/// The kernels and buffers of @main as a program for the planner.
class RowModel {
public:
  RowModel(mlir::func::FuncOp main, RowTable given, const Target &target);

  /// Whether these kernels are in one of `segments`.
  bool isWithin(llvm::ArrayRef<RowSegment> segments,
                llvm::ArrayRef<KernelOpInterface> others) const;

  /// Whether any of them is.
  bool touches(llvm::ArrayRef<RowSegment> segments,
               llvm::ArrayRef<KernelOpInterface> others) const;
  unsigned find(KernelOpInterface kernel) const {
    return llvm::find(kernels, kernel) - kernels.begin();
  }

  mlir::Value getNumbered(unsigned number) const {
    return std::next(numbers.begin(), number)->first;
  }

  RowTable rows;
  RowProgram program;
  llvm::SmallVector<KernelOpInterface> kernels;
  std::vector<std::optional<RowForm>> forms;
  llvm::MapVector<mlir::Value, unsigned> numbers;

private:
  unsigned number(mlir::Value buffer);
  void addKernel(KernelOpInterface op);
  bool addUses(const RowForm &form, RowKernel &kernel);
  void addInPlace(const RowForm &form, RowKernel &kernel);
  int64_t getSavedBytes(unsigned k);

  const Target &target;
  llvm::DenseMap<mlir::Type, int64_t> kinds;
};

} // namespace megcc::kernel

#endif // MEGCC_PASSES_KERNEL_ROWS_ROWMODEL_H
