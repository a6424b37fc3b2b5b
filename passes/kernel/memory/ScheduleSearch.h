//===- ScheduleSearch.h - Order of steps for least memory -------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which topological order of a graph has the smallest peak of live bytes is an
// NP-hard question in general. Dynamic programming over the sets of steps that
// may have run (downsets) answers it exactly where there are few of them: in
// chains with branches, as most networks are. Two rules keep them few: what
// needs as much as an order known is dropped, and a step that needs no more
// than is needed anyway and leaves no more than was there runs at once. Where a
// level has more than can be kept, the best are (beam search), and the answer
// is an upper bound. Compare Ahn et al. 2020, "SERENITY".
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_KERNEL_MEMORY_SCHEDULESEARCH_H
#define MEGCC_PASSES_KERNEL_MEMORY_SCHEDULESEARCH_H

#include "passes/kernel/memory/SearchLimit.h"
#include "passes/kernel/memory/StepGraph.h"

namespace megcc {

struct Schedule {
  /// Every step once.
  std::vector<unsigned> order;
  int64_t peak = 0;
  /// No order has a smaller peak.
  bool isBest = false;
};

/// The order with the smallest peak found; the given one unless another has a
/// smaller one.
Schedule findSchedule(const StepGraph &graph, SearchLimit &limit);

/// A number below which no sequence can go, with repetitions or without: what
/// one step alone needs.
int64_t getStepBound(const StepGraph &graph);

} // namespace megcc

#endif // MEGCC_PASSES_KERNEL_MEMORY_SCHEDULESEARCH_H
