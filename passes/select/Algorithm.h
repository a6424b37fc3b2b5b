//===- Algorithm.h - Algorithms that the user may force ---------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_SELECT_ALGORITHM_H
#define MEGCC_PASSES_SELECT_ALGORITHM_H

#include "codegen/kernels/GemmTile.h"
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

/// An algorithm and, if that is given too, a GEMM's register tile:
/// "winograd4", "gemm", "gemm:14x2".
struct Choice {
  Algorithm algorithm;
  std::optional<GemmTile> tile;
};

std::string getText(GemmTile tile);

/// What the user says about algorithms.
class AlgorithmRules {
public:
  /// `choices` are of the form NODE=CHOICE. With `exact` no algorithm is
  /// taken whose rounding errors are larger than those of plain sums.
  static llvm::Expected<AlgorithmRules>
  parse(bool exact, llvm::ArrayRef<std::string> choices);

  bool isExact() const { return exact; }
  /// What is forced for an operator of this location, by one of its names.
  std::optional<Choice> lookup(mlir::Location loc);
  /// Fails, with a message at `op`, if a node was never looked up.
  mlir::LogicalResult checkAllUsed(mlir::Operation *op) const;

private:
  bool exact = false;
  llvm::StringMap<Choice> forced;
  llvm::StringSet<> used;
};

} // namespace megcc

#endif // MEGCC_PASSES_SELECT_ALGORITHM_H
