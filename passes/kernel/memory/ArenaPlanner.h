//===- ArenaPlanner.h - Offsets for buffers with lifetimes ------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Dynamic storage allocation, offline: given buffers with sizes and lifetimes,
// find offsets such that buffers alive at the same time do not overlap and the
// end of the highest is as low as possible. The problem is NP-hard (Garey &
// Johnson 1979, SR2); no arena is smaller than the largest sum of sizes alive
// at one time, which is the lower bound reported.
//
// First greedy placement in several orders (among them those of Pisarchyk &
// Lee 2020, "Efficient Memory Management for Deep Neural Net Inference"); if
// the best misses the lower bound, a tree search over canonical solutions
// (Moffitt 2024, "MiniMalloc") and a hill climb over orders. All are bounded
// in steps, not in time, so that a plan is the same on every machine.
//
// Knows nothing of MLIR: recomputation and patch-wise execution ask it about
// graphs that do not exist yet.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_KERNEL_MEMORY_ARENAPLANNER_H
#define MEGCC_PASSES_KERNEL_MEMORY_ARENAPLANNER_H

#include <cstdint>
#include <vector>

namespace megcc {

/// Bytes of a buffer that are alive from step `first` to step `last`, both
/// included.
struct ArenaPart {
  int64_t offset;
  int64_t bytes;
  int64_t first;
  int64_t last;
};

/// A buffer that is alive from step `first` to step `last`, both included.
struct ArenaBuffer {
  int64_t bytes;
  int64_t first;
  int64_t last;
  /// Where parts have lifetimes of their own, as those of a concat that are
  /// written one after another; bytes in no part are never alive. Nothing if
  /// the buffer is alive as a whole.
  std::vector<ArenaPart> parts = {};
};

/// The parts of a buffer, of which one is the whole if there are no others.
std::vector<ArenaPart> getParts(const ArenaBuffer &buffer);

struct ArenaPlannerOptions {
  /// Offsets are multiples of this; sizes are rounded up to it.
  int64_t alignment = 64;
  /// Steps (visits of a pair of buffers, a few nanoseconds each) that may be
  /// spent where greedy placement misses the lower bound.
  int64_t effort = 50'000'000;
};

struct ArenaPlan {
  /// One for each buffer, in the order given.
  std::vector<int64_t> offsets;
  /// Size of the arena.
  int64_t bytes = 0;
  /// No arena is smaller than this.
  int64_t lowerBound = 0;
  /// What found the plan, such as "size, first fit" or "search".
  const char *method = "none";
};

/// Buffers of 0 bytes are placed at 0.
ArenaPlan planArena(const std::vector<ArenaBuffer> &buffers,
                    const ArenaPlannerOptions &options = {});

/// The largest sum of sizes alive at one step, or the largest buffer if that is
/// more, rounded up to `alignment`.
int64_t getArenaLowerBound(const std::vector<ArenaBuffer> &buffers,
                           int64_t alignment);

/// The same for the steps from `first` to `last` alone.
int64_t getLiveBytes(const std::vector<ArenaBuffer> &buffers, int64_t alignment,
                     int64_t first, int64_t last);

/// The buffers with sizes rounded up to `alignment`; parts grow in both
/// directions.
std::vector<ArenaBuffer> roundUp(const std::vector<ArenaBuffer> &buffers,
                                 int64_t alignment);

} // namespace megcc

#endif // MEGCC_PASSES_KERNEL_MEMORY_ARENAPLANNER_H
