//===- SearchLimit.h - How long a search may go on --------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Steps, so that a plan is the same on every machine; or, where the user asks
// for it, seconds.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_KERNEL_MEMORY_SEARCHLIMIT_H
#define MEGCC_PASSES_KERNEL_MEMORY_SEARCHLIMIT_H

#include <chrono>
#include <cstdint>

namespace megcc {

class SearchLimit {
public:
  explicit SearchLimit(int64_t steps) : left(steps) {}
  /// With `seconds` above 0: as many steps as they allow.
  SearchLimit(int64_t steps, double seconds)
      : left(seconds > 0 ? INT64_MAX : steps), isTimed(seconds > 0),
        end(Clock::now() + std::chrono::microseconds(int64_t(seconds * 1e6))) {}

  /// Counts `steps` of a few nanoseconds each; false once there are none left.
  bool spend(int64_t steps) {
    left -= steps;
    sinceLook += steps;
    if (isTimed && sinceLook > 100'000) {
      sinceLook = 0;
      if (Clock::now() >= end)
        left = 0;
    }
    return left > 0;
  }
  bool isSpent() const { return left <= 0; }

private:
  using Clock = std::chrono::steady_clock;
  int64_t left, sinceLook = 0;
  bool isTimed = false;
  Clock::time_point end;
};

} // namespace megcc

#endif // MEGCC_PASSES_KERNEL_MEMORY_SEARCHLIMIT_H
