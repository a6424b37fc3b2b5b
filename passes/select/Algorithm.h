//===- Algorithm.h - Algorithms that the user may force ---------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_SELECT_ALGORITHM_H
#define MEGCC_PASSES_SELECT_ALGORITHM_H

#include "mlir/IR/Operation.h"
#include "mlir/Support/LogicalResult.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <string>

namespace megcc {

/// How a convolution is computed.
enum class Algorithm { Gemm, Winograd2, Winograd4, Winograd6 };

llvm::StringRef getName(Algorithm algorithm);
/// m of F(m,3), 0 for other algorithms.
int64_t getWinogradTile(Algorithm algorithm);

/// What the user says about algorithms.
class AlgorithmRules {
public:
  /// `choices` are of the form NODE=ALGORITHM. With `exact` no algorithm is
  /// taken whose rounding errors are larger than those of plain sums.
  static llvm::Expected<AlgorithmRules>
  parse(bool exact, llvm::ArrayRef<std::string> choices);

  bool isExact() const { return exact; }
  /// What is forced for `op`, which has one of its location's names.
  std::optional<Algorithm> lookup(mlir::Operation *op);
  /// Fails, with a message at `op`, if a node was never looked up.
  mlir::LogicalResult checkAllUsed(mlir::Operation *op) const;

private:
  bool exact = false;
  llvm::StringMap<Algorithm> forced;
  llvm::StringSet<> used;
};

} // namespace megcc

#endif // MEGCC_PASSES_SELECT_ALGORITHM_H
