//===- ReverseChain.h - Chains used forwards, then backwards ----*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// States x0, x1, ... of which each is made from the one before and used once
// more later, the last first: what training does. With room for c of n states
// the least number of forward steps is known, and so is how to reach it
// (Griewank & Walther 2000, "Revolve", ACM Algorithm 799): keep a state in the
// middle, reverse what follows it with the room that is left, then what
// precedes it with all of it.
//
// Exact for steps of one cost and states of one size; others are treated as if
// all were like the most expensive and the largest.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_KERNEL_MEMORY_REVERSECHAIN_H
#define MEGCC_PASSES_KERNEL_MEMORY_REVERSECHAIN_H

#include "passes/kernel/memory/StepGraph.h"

namespace megcc {

/// The fewest forward steps that reverse `n` of them with `c` states kept, the
/// first included.
int64_t getReverseSteps(int64_t n, int64_t c);

struct ReverseChain {
  /// The steps from each state to the next.
  std::vector<std::vector<unsigned>> links;
  /// The step that uses each state, the last one's first in the order.
  std::vector<unsigned> uses;
  std::vector<unsigned> states;
  /// Of the largest state.
  int64_t stateBytes = 0;
  /// Whether all states are of one size and all links of one cost.
  bool isUniform = true;
};

/// The chain of `graph` that holds most bytes; without states if there is none.
ReverseChain findReverseChain(const StepGraph &graph,
                              const std::vector<unsigned> &order);

/// `order` with steps of the chain repeated so that no more than `kept` states
/// are kept at a time.
std::vector<unsigned> reverseWith(const ReverseChain &chain,
                                  const std::vector<unsigned> &order,
                                  int64_t kept);

} // namespace megcc

#endif // MEGCC_PASSES_KERNEL_MEMORY_REVERSECHAIN_H
