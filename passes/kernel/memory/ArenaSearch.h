//===- ArenaSearch.h - Tree search for an arena of given size ---*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_KERNEL_MEMORY_ARENASEARCH_H
#define MEGCC_PASSES_KERNEL_MEMORY_ARENASEARCH_H

#include "passes/kernel/memory/ArenaPlanner.h"

#include <functional>
#include <optional>

namespace megcc {

/// Offsets with which `buffers` fit into `capacity` bytes, or nothing where
/// there are none or `effort` ran out, which is counted down. The sizes are
/// used as they are: the caller has rounded them up. Where time counts rather
/// than steps, `isOver` may end the search; it is asked now and then.
std::optional<std::vector<int64_t>>
searchArena(const std::vector<ArenaBuffer> &buffers, int64_t capacity,
            int64_t &effort, const std::function<bool()> &isOver = {});

} // namespace megcc

#endif // MEGCC_PASSES_KERNEL_MEMORY_ARENASEARCH_H
