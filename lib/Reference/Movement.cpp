//===- Movement.cpp - Evaluation of fixed rearrangements ------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Reference/Operators.h"

using namespace mlir;
using namespace megcc;

//===----------------------------------------------------------------------===//
// Copies through strides
//===----------------------------------------------------------------------===//

Results megcc::evaluateOp(nn::ReshapeOp op, const Operands &in) {
  return Results{in[op.getX()].withType(getResultType(op))};
}

/// Elements have no layout here.
Results megcc::evaluateOp(nn::RelayoutOp op, const Operands &in) {
  return Results{in[op.getX()].withType(getResultType(op))};
}

Results megcc::evaluateOp(nn::TransposeOp op, const Operands &in) {
  const HostTensor &x = in[op.getX()];
  Index xStrides = getRowMajorStrides(x.getShape()), strides;
  for (int64_t dimension : op.getPerm())
    strides.push_back(xStrides[dimension]);
  return Results{copyStrided(getResultType(op), x, 0, strides)};
}

Results megcc::evaluateOp(nn::ExpandOp op, const Operands &in) {
  RankedTensorType type = getResultType(op);
  return Results{broadcastTo(in[op.getX()], type.getShape()).withType(type)};
}

Results megcc::evaluateOp(nn::SliceOp op, const Operands &in) {
  const HostTensor &x = in[op.getX()];
  Index strides = getRowMajorStrides(x.getShape());
  int64_t start = getOffset(op.getOffsets(), strides);
  for (size_t d = 0; d < strides.size(); ++d)
    strides[d] *= op.getStrides()[d];
  return Results{copyStrided(getResultType(op), x, start, strides)};
}

Results megcc::evaluateOp(nn::DynamicSliceOp op, const Operands &in) {
  const HostTensor &x = in[op.getX()];
  RankedTensorType type = getResultType(op);
  std::vector<int64_t> starts = in[op.getStarts()].read<int64_t>();
  Index strides = getRowMajorStrides(x.getShape());
  int64_t start = 0;
  for (auto [i, axis] : llvm::enumerate(op.getAxes())) {
    // The first and the last element are what has to lie inside x.
    int64_t step = op.getStrides()[i];
    int64_t reach = (type.getDimSize(axis) - 1) * step;
    int64_t first = std::clamp<int64_t>(
        starts[i], std::max<int64_t>(0, -reach),
        std::max<int64_t>(0, x.getDim(axis) - 1 - std::max<int64_t>(0, reach)));
    start += first * strides[axis];
    strides[axis] *= step;
  }
  return Results{copyStrided(type, x, start, strides)};
}

Results megcc::evaluateOp(nn::ReverseOp op, const Operands &in) {
  const HostTensor &x = in[op.getX()];
  Index strides = getRowMajorStrides(x.getShape());
  int64_t start = 0;
  for (int64_t axis : op.getAxes()) {
    start += (x.getDim(axis) - 1) * strides[axis];
    strides[axis] = -strides[axis];
  }
  return Results{copyStrided(getResultType(op), x, start, strides)};
}

//===----------------------------------------------------------------------===//
// Copies element by element
//===----------------------------------------------------------------------===//

/// A tensor whose element at each index is that of `source` at the offset that
/// `locate(index)` gives, or `other` (one element) where that is negative.
template <typename Fn>
static HostTensor copyLocated(RankedTensorType type, const HostTensor &source,
                              const char *other, Fn locate) {
  HostTensor result(type);
  int64_t elementBytes = getElementBytes(type.getElementType());
  char *to = result.data();
  forEachIndex(type.getShape(), [&](const Index &index) {
    int64_t offset = locate(index);
    const char *from =
        offset < 0 ? other : source.data() + offset * elementBytes;
    std::memcpy(to, from, elementBytes);
    to += elementBytes;
  });
  return result;
}

Results megcc::evaluateOp(nn::ConcatOp op, const Operands &in) {
  RankedTensorType type = getResultType(op);
  HostTensor result(type);
  // For each index of the leading dimensions a run of each input.
  AxisView view(type.getShape(), op.getAxis());
  int64_t elementBytes = getElementBytes(type.getElementType());
  char *to = result.data();
  for (int64_t outer = 0; outer < view.outer; ++outer) {
    for (const HostTensor &input : in.all()) {
      int64_t run = input.getDim(op.getAxis()) * view.inner * elementBytes;
      std::memcpy(to, input.data() + outer * run, run);
      to += run;
    }
  }
  return Results{result};
}

Results megcc::evaluateOp(nn::TileOp op, const Operands &in) {
  const HostTensor &x = in[op.getX()];
  Index strides = getRowMajorStrides(x.getShape());
  return Results{
      copyLocated(getResultType(op), x, nullptr, [&](const Index &index) {
        int64_t offset = 0;
        for (size_t d = 0; d < index.size(); ++d)
          offset += index[d] % x.getDim(d) * strides[d];
        return offset;
      })};
}

/// Where position i of a padded dimension comes from in the original of `size`
/// elements, if i counts from the first original element; -1: from nowhere.
static int64_t locatePadded(nn::PadMode mode, int64_t i, int64_t size,
                            int64_t interior) {
  switch (mode) {
  case nn::PadMode::constant: {
    int64_t distance = interior + 1;
    return i >= 0 && i % distance == 0 && i / distance < size ? i / distance
                                                              : -1;
  }
  case nn::PadMode::edge:
    return std::clamp<int64_t>(i, 0, size - 1);
  case nn::PadMode::reflect: {
    // The mirror image repeats every 2 * (size - 1) elements.
    if (size == 1)
      return 0;
    int64_t period = 2 * (size - 1);
    int64_t phase = (i % period + period) % period;
    return std::min(phase, period - phase);
  }
  case nn::PadMode::wrap:
    return (i % size + size) % size;
  }
  llvm_unreachable("covered switch");
}

Results megcc::evaluateOp(nn::PadOp op, const Operands &in) {
  const HostTensor &x = in[op.getX()];
  Index strides = getRowMajorStrides(x.getShape());
  const char zero[8] = {};
  const HostTensor *value = in.find(op.getValue());
  return Results{copyLocated(getResultType(op), x, value ? value->data() : zero,
                             [&](const Index &index) -> int64_t {
                               int64_t offset = 0;
                               for (size_t d = 0; d < index.size(); ++d) {
                                 int64_t from = locatePadded(
                                     op.getMode(), index[d] - op.getLow()[d],
                                     x.getDim(d), op.getInterior()[d]);
                                 if (from < 0)
                                   return -1;
                                 offset += from * strides[d];
                               }
                               return offset;
                             })};
}

Results megcc::evaluateOp(nn::TriluOp op, const Operands &in) {
  const HostTensor &x = in[op.getX()];
  const HostTensor *kTensor = in.find(op.getK());
  int64_t k = kTensor ? kTensor->read<int64_t>()[0] : 0;
  int64_t at = -1, rank = x.getRank();
  const char zero[8] = {};
  return Results{
      copyLocated(getResultType(op), x, zero, [&](const Index &index) {
        ++at;
        int64_t diagonal = index[rank - 1] - index[rank - 2];
        bool kept = op.getUpper() ? diagonal >= k : diagonal <= k;
        return kept ? at : -1;
      })};
}

Results megcc::evaluateOp(nn::ReverseSequenceOp op, const Operands &in) {
  const HostTensor &x = in[op.getX()];
  std::vector<int64_t> lengths = in[op.getLengths()].read<int64_t>();
  int64_t timeAxis = op.getTimeAxis(), batchAxis = op.getBatchAxis();
  Index strides = getRowMajorStrides(x.getShape());
  return Results{
      copyLocated(getResultType(op), x, nullptr, [&](const Index &index) {
        Index from(index);
        int64_t length = std::clamp<int64_t>(lengths[index[batchAxis]], 0,
                                             x.getDim(timeAxis));
        if (index[timeAxis] < length)
          from[timeAxis] = length - 1 - index[timeAxis];
        return getOffset(from, strides);
      })};
}
