//===- Resize.cpp - Evaluation of resampling ------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// As ONNX's Resize: a position of the result is mapped to one of the input by
// `coordinates`, and its neighbours there are weighted by `mode`. What is next
// to the border is repeated beyond it or, with `exclude_outside`, left out.
//
//===----------------------------------------------------------------------===//

#include "lib/Reference/Operators.h"
#include "lib/Reference/ResizeTaps.h"

using namespace mlir;
using namespace megcc;

/// The position in the input, as a real number, of position `i` of the result.
static double getPosition(nn::ResizeOp op, int64_t dimension, int64_t i) {
  double scale = op.getScales()[dimension];
  double size = op.getX().getType().getDimSize(dimension);
  double resized = op.getResult().getType().getDimSize(dimension);
  // A scale may stand for a fraction of an element more than there is; what is
  // only the scale's own rounding is not one.
  double exactResized = scale * size;
  if (std::fabs(exactResized - resized) < 1e-6 * resized)
    exactResized = resized;
  double halfPixel = (i + 0.5) / scale - 0.5;
  switch (op.getCoordinates()) {
  case nn::Coordinates::half_pixel:
    return halfPixel;
  case nn::Coordinates::half_pixel_symmetric:
    return size / 2 * (1 - resized / exactResized) + halfPixel;
  case nn::Coordinates::pytorch_half_pixel:
    return resized > 1 ? halfPixel : 0;
  case nn::Coordinates::align_corners:
    return exactResized == 1 ? 0 : i * (size - 1) / (exactResized - 1);
  case nn::Coordinates::asymmetric:
    return i / scale;
  case nn::Coordinates::tf_half_pixel_for_nn:
    return (i + 0.5) / scale;
  case nn::Coordinates::tf_crop_and_resize: {
    ArrayRef<double> roi = *op.getRoi();
    double start = roi[dimension];
    double end = roi[dimension + roi.size() / 2];
    if (resized <= 1)
      return (start + end) / 2 * (size - 1);
    return start * (size - 1) + i * (end - start) * (size - 1) / (resized - 1);
  }
  }
  llvm_unreachable("covered switch");
}

static double roundPosition(nn::Rounding rounding, double position) {
  switch (rounding) {
  case nn::Rounding::round_prefer_floor:
    return std::ceil(position - 0.5);
  case nn::Rounding::round_prefer_ceil:
    return std::floor(position + 0.5);
  case nn::Rounding::floor:
    return std::floor(position);
  case nn::Rounding::ceil:
    return std::ceil(position);
  }
  llvm_unreachable("covered switch");
}

/// Keys' kernel at distance `x` from its centre.
static double cubicKernel(double x, double a) {
  x = std::fabs(x);
  if (x <= 1)
    return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2)
    return ((x - 5) * x + 8) * x * a - 4 * a;
  return 0;
}

std::vector<double> megcc::getCubicWeights(double ratio, double coefficient) {
  std::vector<double> weights;
  for (int64_t i = -1; i <= 2; ++i)
    weights.push_back(cubicKernel(i - ratio, coefficient));
  return weights;
}

/// Weights of the elements from floor(position) + `first` on. With antialias
/// the kernel is widened by as much as the dimension shrinks.
static std::vector<double> getKernelWeights(nn::ResizeOp op, double ratio,
                                            double scale, int64_t &first) {
  bool isCubic = op.getMode() == nn::Interpolation::cubic;
  double shrink = op.getAntialias() ? std::min(scale, 1.0) : 1.0;
  double radius = (isCubic ? 2 : 1) / shrink;
  first = static_cast<int64_t>(std::floor(-radius)) + 1;
  std::vector<double> weights;
  double sum = 0;
  for (int64_t i = first; i < 2 - first; ++i) {
    double distance = (i - ratio) * shrink;
    weights.push_back(isCubic ? cubicKernel(distance, op.getCubicCoeff())
                              : std::max(0.0, 1 - std::fabs(distance)));
    sum += weights.back();
  }
  if (op.getAntialias())
    for (double &weight : weights)
      weight /= sum;
  return weights;
}

std::vector<ResizeTaps> megcc::getResizeTaps(nn::ResizeOp op,
                                             int64_t dimension) {
  int64_t size = op.getX().getType().getDimSize(dimension);
  int64_t resized = op.getResult().getType().getDimSize(dimension);
  double scale = op.getScales()[dimension];
  std::vector<ResizeTaps> all;
  for (int64_t i = 0; i < resized; ++i) {
    ResizeTaps taps;
    double position = getPosition(op, dimension, i);
    taps.outside = op.getCoordinates() == nn::Coordinates::tf_crop_and_resize &&
                   (position < 0 || position > size - 1);
    int64_t base, first = 0;
    std::vector<double> weights{1};
    if (op.getMode() == nn::Interpolation::nearest) {
      base = roundPosition(op.getRounding(), position);
    } else {
      base = std::floor(position);
      weights = getKernelWeights(op, position - base, scale, first);
    }
    double sum = 0;
    for (auto [number, weight] : llvm::enumerate(weights)) {
      int64_t at = base + first + static_cast<int64_t>(number);
      bool isOutside = at < 0 || at >= size;
      if (weight == 0 || (isOutside && op.getExcludeOutside()))
        continue;
      taps.positions.push_back(std::clamp<int64_t>(at, 0, size - 1));
      taps.weights.push_back(weight);
      sum += weight;
    }
    if (op.getExcludeOutside())
      for (double &weight : taps.weights)
        weight /= sum;
    all.push_back(std::move(taps));
  }
  return all;
}

/// y[i, j...] = sum over taps of i, j... of x[tap i, tap j...] * product of
/// their weights; integers are truncated.
Results megcc::evaluateOp(nn::ResizeOp op, const Operands &in) {
  const HostTensor &x = in[op.getX()];
  RankedTensorType type = getResultType(op);
  SmallVector<std::vector<ResizeTaps>> taps;
  for (int64_t d = 0; d < x.getRank(); ++d)
    taps.push_back(getResizeTaps(op, d));
  Index strides = getRowMajorStrides(x.getShape());

  return withWideType(x.getElementType(), [&](auto zero) {
    using T = decltype(zero);
    std::vector<T> xs = x.read<T>(), ys;
    forEachIndex(type.getShape(), [&](const Index &index) {
      Index tapCounts;
      bool outside = false;
      for (size_t d = 0; d < index.size(); ++d) {
        outside |= taps[d][index[d]].outside;
        tapCounts.push_back(taps[d][index[d]].weights.size());
      }
      double sum = 0;
      forEachIndex(tapCounts, [&](const Index &tap) {
        double weight = 1;
        int64_t offset = 0;
        for (size_t d = 0; d < index.size(); ++d) {
          const ResizeTaps &here = taps[d][index[d]];
          weight *= here.weights[tap[d]];
          offset += here.positions[tap[d]] * strides[d];
        }
        sum += weight * static_cast<double>(xs[offset]);
      });
      ys.push_back(static_cast<T>(outside ? op.getExtrapolationValue() : sum));
    });
    return Results{HostTensor::make(type, ys)};
  });
}
