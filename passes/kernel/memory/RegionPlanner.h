//===- RegionPlanner.h - Buffers in several memories ------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A microcontroller has a little memory that answers at once, and more that
// does not. Which buffers go where is a knapsack over time: those whose bytes
// are used most often per byte come first, each into the fastest memory in
// which a plan for it and all that is there already exists (ArenaPlanner.h). If
// that leaves more for the last memory than it holds, what lies heaviest on it
// goes ahead of the others, until it fits or nothing changes.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_KERNEL_MEMORY_REGIONPLANNER_H
#define MEGCC_PASSES_KERNEL_MEMORY_REGIONPLANNER_H

#include "passes/kernel/memory/ArenaPlanner.h"
#include <optional>

namespace megcc {

/// What may lie in a memory.
struct RegionItem {
  ArenaBuffer buffer;
  /// Bytes loaded and stored in a run.
  double traffic = 0;
  /// It has a place elsewhere and need not get one: a weight. Of no use in the
  /// last memory.
  bool isOptional = false;
};

/// Memories, the fastest first, follow each other in one space of addresses.
struct RegionPlan {
  /// Of each item; none for optional ones that are left where they are.
  std::vector<std::optional<int64_t>> offsets;
  /// Where each memory begins in the space, and how much of it is in use. The
  /// last may be in use beyond its capacity.
  std::vector<int64_t> bases, bytes;
  /// The end of the last, and a bound below which it cannot be.
  int64_t totalBytes = 0, lowerBound = 0;
};

RegionPlan planRegions(const std::vector<RegionItem> &items,
                       const std::vector<int64_t> &capacities,
                       const ArenaPlannerOptions &options);

} // namespace megcc

#endif // MEGCC_PASSES_KERNEL_MEMORY_REGIONPLANNER_H
