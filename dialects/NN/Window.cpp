//===- Window.cpp - Sliding windows of convolutions and pools -------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/NN/Window.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::nn;

LogicalResult Window::check(const Inference &infer) const {
  int64_t rank = getRank();
  // window_count
  if (failed(infer.count(kernel, rank, "kernel")) ||
      failed(infer.count(strides, rank, "strides")) ||
      failed(infer.count(pads, 2 * rank, "pads")) ||
      failed(infer.count(dilations, rank, "dilations")))
    return failure();
  // window_range
  if (failed(infer.range(kernel, 1, "kernel")) ||
      failed(infer.range(strides, 1, "strides")) ||
      failed(infer.range(pads, 0, "pads")) ||
      failed(infer.range(dilations, 1, "dilations")) ||
      failed(infer.range(x.getShape().drop_front(2), 1, "spatial extents")))
    return failure();
  // window_layout
  for (int64_t i = 0; i < rank; ++i)
    if (failed(infer.unblocked(x, 2 + i)))
      return failure();
  return success();
}

LogicalResult Window::appendResult(const Inference &infer,
                                   SmallVectorImpl<int64_t> &shape) const {
  for (int64_t i = 0; i < getRank(); ++i) {
    int64_t padded = x.getDimSize(2 + i) + getBegin(i) + getEnd(i);
    // window_extent
    if (getExtent(i) > padded)
      return infer.error("window of ", getExtent(i), " exceeds dimension ",
                         2 + i, " of extent ", padded, " with its padding");
    shape.push_back((padded - getExtent(i)) / strides[i] + 1);
  }
  return success();
}

void Window::narrowToInput(const Box &box, Box &input) const {
  for (int64_t i = 0; i < getRank(); ++i) {
    int64_t first = box.offsets[2 + i] * strides[i] - getBegin(i);
    int64_t last =
        (box.getEnd(2 + i) - 1) * strides[i] - getBegin(i) + getExtent(i);
    input.setDim(2 + i, first, last, x.getDimSize(2 + i));
  }
}
