//===- Pooling.cpp - Evaluation of sliding windows ------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The window of output position o has the input positions
//   o * stride - pad + k * dilation   for k below the kernel's extent
// in each spatial dimension.
//
//===----------------------------------------------------------------------===//

#include "lib/Reference/Operators.h"

using namespace mlir;
using namespace megcc;

/// Calls `fn(position)` for the input positions of the window at `output`,
/// those in the padding, too.
template <typename Pool, typename Fn>
static void forEachInWindow(Pool op, ArrayRef<int64_t> output, Fn fn) {
  forEachIndex(op.getKernel(), [&](const Index &k) {
    Index position;
    for (size_t d = 0; d < k.size(); ++d)
      position.push_back(output[d] * op.getStrides()[d] - op.getPads()[d] +
                         k[d] * op.getDilations()[d]);
    fn(position);
  });
}

static bool isInside(ArrayRef<int64_t> position, ArrayRef<int64_t> shape) {
  for (size_t d = 0; d < shape.size(); ++d)
    if (position[d] < 0 || position[d] >= shape[d])
      return false;
  return true;
}

/// Calls `fn(plane, output)` for each element of the result: the offset in x of
/// its image's channel, and its spatial position.
template <typename Fn>
static void forEachOutput(const HostTensor &x, RankedTensorType type, Fn fn) {
  int64_t plane = getNumElements(x.getShape().drop_front(2));
  for (int64_t image = 0; image < x.getDim(0) * x.getDim(1); ++image)
    forEachIndex(type.getShape().drop_front(2),
                 [&](const Index &output) { fn(image * plane, output); });
}

Results megcc::evaluateOp(nn::MaxPoolOp op, const Operands &in) {
  const HostTensor &x = in[op.getX()];
  ArrayRef<int64_t> space = x.getShape().drop_front(2);
  Index strides = getRowMajorStrides(space);
  return withWideType(x.getElementType(), [&](auto zero) {
    using T = decltype(zero);
    using Limits = std::numeric_limits<T>;
    T lowest = Limits::has_infinity ? -Limits::infinity() : Limits::lowest();
    std::vector<T> xs = x.read<T>(), values;
    std::vector<int64_t> indices;
    forEachOutput(x, getResultType(op), [&](int64_t plane, Index output) {
      T best = lowest;
      int64_t where = -1;
      forEachInWindow(op, output, [&](const Index &position) {
        if (!isInside(position, space))
          return;
        int64_t at = plane + getOffset(position, strides);
        if (where >= 0 && !(xs[at] > best || xs[at] != xs[at]))
          return;
        best = xs[at];
        where = at;
      });
      values.push_back(best);
      indices.push_back(where);
    });
    Results results{HostTensor::make(getResultType(op), values)};
    if (op.getIndices())
      results.push_back(HostTensor::make(getResultType(op, 1), indices));
    return results;
  });
}

Results megcc::evaluateOp(nn::AveragePoolOp op, const Operands &in) {
  const HostTensor &x = in[op.getX()];
  ArrayRef<int64_t> space = x.getShape().drop_front(2);
  Index strides = getRowMajorStrides(space);
  // The box of positions that count, where 0 is the first counted one.
  ArrayRef<int64_t> before = op.getCountedPads().take_front(space.size());
  ArrayRef<int64_t> after = op.getCountedPads().drop_front(space.size());
  Index countedShape;
  for (size_t d = 0; d < space.size(); ++d)
    countedShape.push_back(before[d] + space[d] + after[d]);

  std::vector<double> xs = x.read<double>(), ys;
  forEachOutput(x, getResultType(op), [&](int64_t plane, Index output) {
    double sum = 0;
    int64_t count = 0;
    forEachInWindow(op, output, [&](const Index &position) {
      if (isInside(position, space))
        sum += xs[plane + getOffset(position, strides)];
      Index counted(position);
      for (size_t d = 0; d < space.size(); ++d)
        counted[d] += before[d];
      count += isInside(counted, countedShape);
    });
    ys.push_back(count == 0 ? 0 : sum / count);
  });
  return Results{HostTensor::make(getResultType(op), ys)};
}

Results megcc::evaluateOp(nn::LpPoolOp op, const Operands &in) {
  const HostTensor &x = in[op.getX()];
  ArrayRef<int64_t> space = x.getShape().drop_front(2);
  Index strides = getRowMajorStrides(space);
  double p = op.getP();
  std::vector<double> xs = x.read<double>(), ys;
  forEachOutput(x, getResultType(op), [&](int64_t plane, Index output) {
    double sum = 0;
    forEachInWindow(op, output, [&](const Index &position) {
      if (isInside(position, space))
        sum += std::pow(std::fabs(xs[plane + getOffset(position, strides)]), p);
    });
    ys.push_back(std::pow(sum, 1 / p));
  });
  return Results{HostTensor::make(getResultType(op), ys)};
}
