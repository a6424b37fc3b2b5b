//===- TapRegions.h - Where which taps of a filter count --------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A filter of wide dilation mostly meets padding: of 3x3 taps 12 apart, one or
// two in each dimension see anything of an image of 20x20. The output falls
// into boxes in which the same taps meet the input:
//
//   rows 0-7: taps 1, 2     rows 8-11: tap 1     rows 12-19: taps 0, 1
//
// and likewise columns. Each box is a convolution without padding.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_SELECT_TAPREGIONS_H
#define MEGCC_PASSES_SELECT_TAPREGIONS_H

#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <vector>

namespace megcc {

/// A convolution along one dimension.
struct TapWindow {
  int64_t input, output, taps, stride, dilation, padBefore;
};

/// Positions [begin, begin + size) of the output, at which `taps` taps from
/// `firstTap` on are inside of the input and all others outside.
struct TapSegment {
  int64_t begin, size, firstTap, taps;
};

/// The output along one dimension, in order.
llvm::SmallVector<TapSegment> getTapSegments(const TapWindow &window);

/// A segment of each dimension.
using TapRegion = llvm::SmallVector<TapSegment, 2>;

/// The boxes that the output consists of; none if there is a position at which
/// no tap is inside.
std::vector<TapRegion> getTapRegions(llvm::ArrayRef<TapWindow> windows);

} // namespace megcc

#endif // MEGCC_PASSES_SELECT_TAPREGIONS_H
