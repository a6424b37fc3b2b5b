//===- TapRegions.cpp - Where which taps of a filter count ----------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/select/TapRegions.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>

using namespace megcc;

llvm::SmallVector<TapSegment> megcc::getTapSegments(const TapWindow &window) {
  llvm::SmallVector<TapSegment> segments;
  for (int64_t at = 0; at < window.output; ++at) {
    // Tap t reads start + t * dilation.
    int64_t start = at * window.stride - window.padBefore;
    int64_t first = start < 0 ? llvm::divideCeil(-start, window.dilation) : 0;
    int64_t end = start < window.input
                      ? (window.input - 1 - start) / window.dilation + 1
                      : 0;
    end = std::min(end, window.taps);
    int64_t taps = std::max<int64_t>(end - first, 0);
    if (!segments.empty() && segments.back().taps == taps &&
        (taps == 0 || segments.back().firstTap == first))
      ++segments.back().size;
    else
      segments.push_back({at, 1, first, taps});
  }
  return segments;
}

std::vector<TapRegion> megcc::getTapRegions(llvm::ArrayRef<TapWindow> windows) {
  std::vector<TapRegion> regions{{}};
  for (const TapWindow &window : windows) {
    std::vector<TapRegion> wider;
    for (const TapRegion &region : regions)
      for (const TapSegment &segment : getTapSegments(window)) {
        if (segment.taps == 0)
          return {};
        wider.push_back(region);
        wider.back().push_back(segment);
      }
    regions = std::move(wider);
  }
  return regions;
}
