//===- MemoryCurve.h - What less memory costs -------------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// --memory-curve: plans for budgets from the least that can be reached to what
// the network takes without computing anything twice.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_DRIVER_MEMORYCURVE_H
#define MEGCC_LIB_DRIVER_MEMORYCURVE_H

#include "megcc/Compiler.h"
#include "llvm/Support/raw_ostream.h"

namespace megcc {

struct MemoryPlan {
  int64_t ramBytes = 0;
  int64_t macs = 0, extraMacs = 0;
  /// Calls of kernels: each turn of a layer that takes turns is one.
  int64_t calls = 0;
  std::vector<std::string> decisions;
};

/// The plans of which none needs more memory, more work and more calls than
/// another, the smallest first; `context` bytes are part of each. Fails with
/// diagnostics.
mlir::FailureOr<std::vector<MemoryPlan>>
getMemoryCurve(mlir::ModuleOp imported, const Target &target,
               const CompileOptions &options, int64_t context);

/// A line for each plan.
void printMemoryCurve(llvm::ArrayRef<MemoryPlan> plans, llvm::raw_ostream &os);

/// The curve as a picture.
void drawMemoryCurve(llvm::StringRef name, llvm::ArrayRef<MemoryPlan> plans,
                     llvm::raw_ostream &os);

} // namespace megcc

#endif // MEGCC_LIB_DRIVER_MEMORYCURVE_H
