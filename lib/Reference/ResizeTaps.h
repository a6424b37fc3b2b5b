//===- ResizeTaps.h - Weights of resampling ---------------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Resampling is separable: along each dimension an element of the result is a
// weighted sum of a few elements of the input, its taps, which follow from its
// position alone. The reference evaluation and the kernels use the same taps.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_REFERENCE_RESIZETAPS_H
#define MEGCC_LIB_REFERENCE_RESIZETAPS_H

#include "dialects/NN/NN.h"

#include <vector>

namespace megcc {

/// The taps of one position of the result along one dimension.
struct ResizeTaps {
  /// Positions in the input, all inside it, and their weights.
  std::vector<int64_t> positions;
  std::vector<double> weights;
  /// The whole result element is the extrapolation value instead.
  bool outside = false;
};

/// The taps of every position of the result along `dimension`.
std::vector<ResizeTaps> getResizeTaps(nn::ResizeOp op, int64_t dimension);

/// Weights of the four neighbours, from one before floor(x) on, of a position x
/// with the fraction `ratio` (Keys 1981, "Cubic convolution interpolation").
std::vector<double> getCubicWeights(double ratio, double coefficient);

} // namespace megcc

#endif // MEGCC_LIB_REFERENCE_RESIZETAPS_H
