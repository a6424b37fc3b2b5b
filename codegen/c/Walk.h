//===- Walk.h - Loads that follow each other through memory -----*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// AArch64's loads of several registers take an address without an offset, and
// move it on for nothing. C compilers find that out for one pointer that each
// load leaves where the next one begins, not for several places of an array. So
// where the loads of a loop nest that a family marks (LoopHints.h) follow each
// other from the first iteration to the last, which is proven here, they are
// printed with such a pointer.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_C_WALK_H
#define MEGCC_CODEGEN_C_WALK_H

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/MapVector.h"

#include <optional>

namespace megcc {

/// A sum of values with factors.
struct LinearIndex {
  llvm::MapVector<mlir::Value, int64_t> terms;
  int64_t number = 0;
};

struct Walk {
  mlir::Value buffer;
  /// The element where it begins, in values from outside the loop.
  LinearIndex begin;
  llvm::SmallPtrSet<mlir::Operation *, 8> loads;
  /// Operations in the loop that only say where the loads are.
  llvm::SmallPtrSet<mlir::Operation *, 16> indices;
};

/// The walk through all iterations of `loop`, if its marked loads are one.
std::optional<Walk> findWalk(mlir::scf::ForOp loop);

} // namespace megcc

#endif // MEGCC_CODEGEN_C_WALK_H
