//===- MinimizeCosts.h - The cheapest of all choices ------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Variables of two states, and costs that each depend on a few of them: which
// states make the sum of all costs least? Dynamic programming answers: a
// variable is eliminated by noting its better state for every choice of its
// neighbours, which leaves one cost of these (bucket elimination, Dechter
// 1999). On chains and trees there is never more than one neighbour; other
// graphs of a small width are no problem either.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_NN_MINIMIZECOSTS_H
#define MEGCC_PASSES_NN_MINIMIZECOSTS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <vector>

namespace megcc::nn {

class CostSum {
public:
  /// A variable that is `preferred` where nothing else decides.
  unsigned addVariable(bool preferred);

  /// Adds `cost`, given the states of `variables`, which are distinct.
  void add(llvm::ArrayRef<unsigned> variables,
           llvm::function_ref<double(llvm::ArrayRef<bool>)> cost);

  struct Minimum {
    std::vector<bool> states;
    /// Variables that were left as preferred because too many depend on them;
    /// with none the minimum is exact.
    unsigned fixed = 0;
  };
  Minimum minimize() const;

private:
  struct Term {
    /// Ascending; bit i of an index into the table is the state of number i.
    llvm::SmallVector<unsigned> variables;
    std::vector<double> table;
  };
  std::vector<bool> preferred;
  std::vector<Term> terms;
};

} // namespace megcc::nn

#endif // MEGCC_PASSES_NN_MINIMIZECOSTS_H
