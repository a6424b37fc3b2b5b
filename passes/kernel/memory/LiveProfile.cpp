//===- LiveProfile.cpp - The sum of live bytes at every step --------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/memory/LiveProfile.h"

#include <algorithm>

using namespace megcc;
using namespace megcc::kernel;

static int64_t alignUp(int64_t bytes, int64_t alignment) {
  return (bytes + alignment - 1) / alignment * alignment;
}

/// Calls `add` with the steps and bytes of each part. Parts of one buffer may
/// share what they would be rounded up to.
template <typename AddT>
static void forEachPart(const ArenaBuffer &buffer, int64_t alignment,
                        AddT add) {
  if (buffer.parts.empty() && buffer.first <= buffer.last)
    add(buffer.first, buffer.last, alignUp(buffer.bytes, alignment));
  for (const ArenaPart &part : buffer.parts)
    add(part.first, part.last, part.bytes);
}

void LiveProfile::change(const ArenaBuffer &buffer, int64_t sign) {
  forEachPart(buffer, alignment,
              [&](int64_t first, int64_t last, int64_t bytes) {
                if (live.size() < size_t(last + 2))
                  live.resize(last + 2, 0);
                for (int64_t step = first; step <= last; ++step)
                  live[step + 1] += sign * bytes;
              });
  peak.reset();
}

int64_t LiveProfile::getPeak() const {
  if (!peak)
    peak = live.empty() ? 0 : *std::max_element(live.begin(), live.end());
  return alignUp(*peak, alignment);
}

int64_t LiveProfile::getPeakWith(const std::vector<ArenaBuffer> &removed,
                                 const ArenaBuffer &added) const {
  if (added.first > added.last)
    return 0;
  std::vector<int64_t> sums(added.last - added.first + 1, 0);
  for (int64_t step = added.first; step <= added.last; ++step)
    if (size_t(step + 1) < live.size())
      sums[step - added.first] = live[step + 1];
  auto change = [&](const ArenaBuffer &buffer, int64_t sign) {
    forEachPart(buffer, alignment,
                [&](int64_t first, int64_t last, int64_t bytes) {
                  first = std::max(first, added.first);
                  last = std::min(last, added.last);
                  for (int64_t step = first; step <= last; ++step)
                    sums[step - added.first] += sign * bytes;
                });
  };
  for (const ArenaBuffer &buffer : removed)
    change(buffer, -1);
  change(added, 1);
  return alignUp(*std::max_element(sums.begin(), sums.end()), alignment);
}
