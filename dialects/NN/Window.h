//===- Window.h - Sliding windows of convolutions and pools -----*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Extents of windows over [N, C, spatial...]: position o of the result covers
// the elements o * stride + k * dilation - pad of x, for k in [0, kernel).
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_DIALECTS_NN_WINDOW_H
#define MEGCC_DIALECTS_NN_WINDOW_H

#include "dialects/NN/Inference.h"

namespace megcc::nn {

struct Window {
  mlir::RankedTensorType x;
  llvm::ArrayRef<int64_t> kernel, strides, pads, dilations;

  /// Number of spatial dimensions.
  int64_t getRank() const { return x.getRank() - 2; }
  int64_t getBegin(int64_t i) const { return pads[i]; }
  int64_t getEnd(int64_t i) const { return pads[getRank() + i]; }
  /// Elements from the first to past the last one of a window.
  int64_t getExtent(int64_t i) const {
    return (kernel[i] - 1) * dilations[i] + 1;
  }

  /// Checks the attributes; what follows relies on it.
  mlir::LogicalResult check(const Inference &infer) const;

  /// Appends the number of windows in each spatial dimension.
  mlir::LogicalResult appendResult(const Inference &infer,
                                   llvm::SmallVectorImpl<int64_t> &shape) const;

  /// Narrows spatial dimensions of `box` of the result to those of x that the
  /// windows in it cover.
  void narrowToInput(const Box &box, Box &input) const;
};

} // namespace megcc::nn

#endif // MEGCC_DIALECTS_NN_WINDOW_H
