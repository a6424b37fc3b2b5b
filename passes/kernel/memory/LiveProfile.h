//===- LiveProfile.h - The sum of live bytes at every step ------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Whether a change to two buffers raises the peak shows in the steps in which
// these two are alive; to add up all buffers for that takes as long as to look
// at the whole network.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_KERNEL_MEMORY_LIVEPROFILE_H
#define MEGCC_PASSES_KERNEL_MEMORY_LIVEPROFILE_H

#include "passes/kernel/memory/ArenaPlanner.h"

#include <optional>

namespace megcc::kernel {

class LiveProfile {
public:
  /// Sizes are rounded up to `alignment`.
  explicit LiveProfile(int64_t alignment) : alignment(alignment) {}

  void add(const ArenaBuffer &buffer) { change(buffer, 1); }
  void remove(const ArenaBuffer &buffer) { change(buffer, -1); }

  /// The largest sum.
  int64_t getPeak() const;
  /// The largest sum in the steps of `added` if that took the place of
  /// `removed`, whose steps are others too.
  int64_t getPeakWith(const std::vector<ArenaBuffer> &removed,
                      const ArenaBuffer &added) const;

private:
  void change(const ArenaBuffer &buffer, int64_t sign);

  int64_t alignment;
  /// By step, from -1 on: what the caller puts in is there before step 0.
  std::vector<int64_t> live;
  mutable std::optional<int64_t> peak;
};

} // namespace megcc::kernel

#endif // MEGCC_PASSES_KERNEL_MEMORY_LIVEPROFILE_H
