//===- RecomputeSearch.h - What to compute again to need less ---*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A buffer that waits for a late use may be dropped and made again before it
// (Chen et al. 2016, "Training deep nets with sublinear memory cost"). Which,
// so that a budget is met with the least extra work?
//
// - A chain whose states are used again in reverse order: ReverseChain.h, which
//   is optimal.
// - Any other graph: greedy steps, each the drop that takes most off what
//   exceeds the budget for its cost, then whatever turns out not to be needed
//   is taken back; several such descents from different beginnings. How far
//   from the best that may be is bounded by a knapsack over what is idle where
//   most is needed (a relaxation of Jain et al. 2020, "Checkmate", for one
//   order).
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_KERNEL_MEMORY_RECOMPUTESEARCH_H
#define MEGCC_PASSES_KERNEL_MEMORY_RECOMPUTESEARCH_H

#include "passes/kernel/memory/SearchLimit.h"
#include "passes/kernel/memory/StepGraph.h"

namespace megcc {

struct Recomputation {
  /// Every step at least once.
  std::vector<unsigned> sequence;
  int64_t peak = 0;
  int64_t extraCost = 0;
  /// With this order of first runs, nothing that fits costs less than this.
  int64_t costBound = 0;
};

/// The cheapest sequence found that needs no more than `budget`; if none does,
/// the one that needs least.
Recomputation findRecomputation(const StepGraph &graph,
                                const std::vector<unsigned> &order,
                                int64_t budget, SearchLimit &limit);

/// One buffer made again before one of its late uses.
struct Repetition {
  std::vector<unsigned> sequence;
  int64_t extraCost = 0;
  /// Bytes times steps that nobody waits for any more, by what that costs.
  double worth = 0;
};

/// All of them, the worthiest first: for when what is in use at a time isn't
/// known from the sequence, so that each has to be tried out.
std::vector<Repetition> findRepetitions(const StepGraph &graph,
                                        const std::vector<unsigned> &sequence,
                                        SearchLimit &limit);

} // namespace megcc

#endif // MEGCC_PASSES_KERNEL_MEMORY_RECOMPUTESEARCH_H
