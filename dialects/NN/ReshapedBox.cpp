//===- ReshapedBox.cpp - Boxes under another shape ------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/NN/ReshapedBox.h"

using namespace megcc;
using namespace megcc::nn;

namespace {

/// Dimensions [begin, end) of a shape.
struct Run {
  size_t begin, end;
};

} // namespace

/// The first and the last element of `box` within a run, counted in row-major
/// order.
static std::pair<int64_t, int64_t> getRange(llvm::ArrayRef<int64_t> shape,
                                            Run run, const Box &box) {
  int64_t first = 0, last = 0;
  for (size_t i = run.begin; i < run.end; ++i) {
    first = first * shape[i] + box.offsets[i];
    last = last * shape[i] + box.getEnd(i) - 1;
  }
  return {first, last};
}

/// Sets the dimensions of a run such that elements `first` to `last` are in.
static void setRange(llvm::ArrayRef<int64_t> shape, Run run, int64_t first,
                     int64_t last, Box &box) {
  int64_t stride = 1;
  for (size_t i = run.begin; i < run.end; ++i)
    stride *= shape[i];
  bool isWhole = false;
  for (size_t i = run.begin; i < run.end; ++i) {
    stride /= shape[i];
    box.offsets[i] = isWhole ? 0 : first / stride;
    box.sizes[i] = isWhole ? shape[i] : last / stride - first / stride + 1;
    // Behind the first dimension in which they differ there are all elements.
    isWhole |= box.sizes[i] > 1;
    first %= stride;
    last %= stride;
  }
}

Box nn::getReshapedBox(llvm::ArrayRef<int64_t> from, llvm::ArrayRef<int64_t> to,
                       const Box &box) {
  Box result;
  result.offsets.assign(to.size(), 0);
  result.sizes.assign(to.size(), 1);
  Run source{0, 0}, target{0, 0};
  while (source.end < from.size() || target.end < to.size()) {
    source.begin = source.end;
    target.begin = target.end;
    int64_t left = 1, right = 1;
    do {
      bool takesLeft = target.end == to.size() ||
                       (source.end < from.size() && left <= right);
      if (takesLeft)
        left *= from[source.end++];
      else
        right *= to[target.end++];
    } while (left != right);
    auto [first, last] = getRange(from, source, box);
    setRange(to, target, first, last, result);
  }
  return result;
}
