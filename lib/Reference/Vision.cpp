//===- Vision.cpp - Evaluation of detection, sampling, algebra ------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Reference/Operators.h"
#include "lib/Reference/ResizeTaps.h"

using namespace mlir;
using namespace megcc;

//===----------------------------------------------------------------------===//
// non_max_suppression
//===----------------------------------------------------------------------===//

namespace {
struct CornerBox {
  double y1, x1, y2, x2;

  /// From four numbers: two opposite corners, or centre and size.
  CornerBox(const double *box, bool centerPoint) {
    if (centerPoint) {
      x1 = box[0] - box[2] / 2;
      x2 = box[0] + box[2] / 2;
      y1 = box[1] - box[3] / 2;
      y2 = box[1] + box[3] / 2;
    } else {
      std::tie(y1, y2) = std::minmax(box[0], box[2]);
      std::tie(x1, x2) = std::minmax(box[1], box[3]);
    }
  }

  double area() const { return (y2 - y1) * (x2 - x1); }
};
} // namespace

static double getIntersectionOverUnion(const CornerBox &a, const CornerBox &b) {
  double height = std::min(a.y2, b.y2) - std::max(a.y1, b.y1);
  double width = std::min(a.x2, b.x2) - std::max(a.x1, b.x1);
  if (height <= 0 || width <= 0)
    return 0;
  double both = height * width;
  return both / (a.area() + b.area() - both);
}

Results megcc::evaluateOp(nn::NonMaxSuppressionOp op, const Operands &in) {
  const HostTensor &boxTensor = in[op.getBoxes()];
  const HostTensor &scoreTensor = in[op.getScores()];
  std::vector<double> boxes = boxTensor.read<double>();
  std::vector<double> scores = scoreTensor.read<double>();
  int64_t batch = scoreTensor.getDim(0), classes = scoreTensor.getDim(1);
  int64_t boxCount = scoreTensor.getDim(2);
  std::vector<int64_t> rows(getResultType(op).getNumElements(), -1);
  int64_t count = 0;

  forEachIndex({batch, classes}, [&](const Index &index) {
    const double *score =
        &scores[0] + (index[0] * classes + index[1]) * boxCount;
    auto getBox = [&](int64_t i) {
      return CornerBox(&boxes[(index[0] * boxCount + i) * 4],
                       op.getCenterPoint());
    };
    std::vector<int64_t> order;
    for (int64_t i = 0; i < boxCount; ++i)
      if (!op.getScoreThresholdAttr() ||
          score[i] > op.getScoreThresholdAttr().getValueAsDouble())
        order.push_back(i);
    std::stable_sort(order.begin(), order.end(),
                     [&](int64_t a, int64_t b) { return score[a] > score[b]; });
    std::vector<int64_t> chosen;
    for (int64_t i : order) {
      if (static_cast<int64_t>(chosen.size()) == op.getMaxBoxes())
        break;
      if (llvm::any_of(chosen, [&](int64_t other) {
            return getIntersectionOverUnion(getBox(i), getBox(other)) >
                   op.getIouThreshold();
          }))
        continue;
      chosen.push_back(i);
      int64_t row[3] = {index[0], index[1], i};
      std::copy_n(row, 3, &rows[3 * count++]);
    }
  });
  return Results{
      HostTensor::make(getResultType(op, 0), rows),
      HostTensor::make(getResultType(op, 1), std::vector<int64_t>{count})};
}

//===----------------------------------------------------------------------===//
// roi_align
//===----------------------------------------------------------------------===//

/// The four neighbours of (y, x) in a plane, weighted so that their sum is the
/// interpolated value; zeros more than one element outside.
static std::array<double, 4> weighNeighbours(const double *plane,
                                             int64_t height, int64_t width,
                                             double y, double x) {
  if (y < -1 || y > height || x < -1 || x > width)
    return {};
  y = std::clamp<double>(y, 0, height - 1);
  x = std::clamp<double>(x, 0, width - 1);
  int64_t top = y, left = x;
  int64_t bottom = std::min(top + 1, height - 1);
  int64_t right = std::min(left + 1, width - 1);
  double dy = y - top, dx = x - left;
  return {(1 - dy) * (1 - dx) * plane[top * width + left],
          (1 - dy) * dx * plane[top * width + right],
          dy * (1 - dx) * plane[bottom * width + left],
          dy * dx * plane[bottom * width + right]};
}

Results megcc::evaluateOp(nn::RoiAlignOp op, const Operands &in) {
  const HostTensor &x = in[op.getX()];
  std::vector<double> xs = x.read<double>();
  std::vector<double> rois = in[op.getRois()].read<double>();
  std::vector<int64_t> images = in[op.getBatchIndices()].read<int64_t>();
  int64_t height = x.getDim(2), width = x.getDim(3);
  double shift = op.getHalfPixel() ? 0.5 : 0;
  double smallest = op.getHalfPixel() ? 0 : 1;

  std::vector<double> ys;
  forEachIndex(getResultType(op).getShape(), [&](const Index &index) {
    const double *roi = &rois[index[0] * 4];
    double scale = op.getSpatialScale();
    double left = roi[0] * scale - shift, top = roi[1] * scale - shift;
    double roiWidth = std::max(roi[2] * scale - shift - left, smallest);
    double roiHeight = std::max(roi[3] * scale - shift - top, smallest);
    double binWidth = roiWidth / op.getWidth();
    double binHeight = roiHeight / op.getHeight();
    int64_t rows = op.getSamplingRatio(), columns = op.getSamplingRatio();
    if (op.getSamplingRatio() == 0) {
      rows = std::ceil(binHeight);
      columns = std::ceil(binWidth);
    }
    int64_t image = std::clamp<int64_t>(images[index[0]], 0, x.getDim(0) - 1);
    const double *plane =
        &xs[(image * x.getDim(1) + index[1]) * height * width];

    double sum = 0, largest = -std::numeric_limits<double>::infinity();
    forEachIndex({rows, columns}, [&](const Index &sample) {
      for (double part : weighNeighbours(
               plane, height, width,
               top + (index[2] + (sample[0] + 0.5) / rows) * binHeight,
               left + (index[3] + (sample[1] + 0.5) / columns) * binWidth)) {
        sum += part;
        largest = std::max(largest, part);
      }
    });
    int64_t count = rows * columns;
    if (op.getMode() == nn::RoiMode::avg)
      ys.push_back(count == 0 ? 0 : sum / count);
    else
      ys.push_back(count == 0 ? 0 : largest);
  });
  return Results{HostTensor::make(getResultType(op), ys)};
}

//===----------------------------------------------------------------------===//
// grid_sample
//===----------------------------------------------------------------------===//

/// Mirrors `x` at `low` and `high` until it lies between them.
static double reflect(double x, double low, double high) {
  double range = high - low;
  if (range <= 0)
    return low;
  double distance = std::fmod(std::fabs(x - low), 2 * range);
  return low + (distance > range ? 2 * range - distance : distance);
}

namespace {
/// Sampling along one dimension of `size` elements.
struct GridAxis {
  int64_t size;
  bool alignCorners;
  nn::GridPadding padding;

  double low() const { return alignCorners ? 0 : -0.5; }
  double high() const { return alignCorners ? size - 1 : size - 0.5; }

  /// The position of a grid value in [-1, 1], moved inside as `padding` says.
  double getPosition(double value, bool isNearest) const {
    double position = alignCorners ? (value + 1) / 2 * (size - 1)
                                   : ((value + 1) * size - 1) / 2;
    if (isNearest)
      position -= std::remainder(position, 1.0);
    if (position >= low() && position <= high())
      return position;
    if (padding == nn::GridPadding::border)
      return std::clamp<double>(position, 0, size - 1);
    if (padding == nn::GridPadding::reflection)
      return reflect(position, low(), high());
    return position;
  }

  /// The element that stands at a whole position; -1 for a zero.
  int64_t getElement(int64_t position) const {
    if (position >= 0 && position < size)
      return position;
    if (padding == nn::GridPadding::border)
      return std::clamp<int64_t>(position, 0, size - 1);
    if (padding == nn::GridPadding::reflection)
      return std::clamp<int64_t>(reflect(position, low(), high()), 0, size - 1);
    return -1;
  }
};
} // namespace

/// Positions that are no number or too far away for an integer are outside.
static int64_t floorToInt(double x) {
  return std::floor(std::isnan(x) ? -1e9 : std::clamp(x, -1e9, 1e9));
}

Results megcc::evaluateOp(nn::GridSampleOp op, const Operands &in) {
  const HostTensor &x = in[op.getX()];
  std::vector<double> xs = x.read<double>();
  std::vector<double> grid = in[op.getGrid()].read<double>();
  RankedTensorType type = getResultType(op);
  int64_t rank = x.getRank() - 2;
  Index gridStrides = getRowMajorStrides(in[op.getGrid()].getShape());
  Index strides = getRowMajorStrides(x.getShape());
  bool isNearest = op.getMode() == nn::Interpolation::nearest;

  std::vector<double> ys;
  forEachIndex(type.getShape(), [&](const Index &index) {
    int64_t gridAt = index[0] * gridStrides[0];
    for (int64_t d = 0; d < rank; ++d)
      gridAt += index[2 + d] * gridStrides[1 + d];
    // Taps of each dimension; those in the padding are -1.
    SmallVector<std::vector<int64_t>> positions(rank);
    SmallVector<std::vector<double>> weights(rank);
    Index tapCounts;
    for (int64_t d = 0; d < rank; ++d) {
      GridAxis axis{x.getDim(2 + d), op.getAlignCorners(), op.getPadding()};
      // The grid has the last dimension first.
      double position =
          axis.getPosition(grid[gridAt + rank - 1 - d], isNearest);
      int64_t base = floorToInt(position);
      double ratio = position - base;
      if (isNearest) {
        weights[d] = {1};
      } else if (op.getMode() == nn::Interpolation::linear) {
        weights[d] = {1 - ratio, ratio};
      } else {
        weights[d] = getCubicWeights(ratio, -0.75);
        base -= 1;
      }
      for (size_t k = 0; k < weights[d].size(); ++k)
        positions[d].push_back(axis.getElement(base + k));
      tapCounts.push_back(weights[d].size());
    }
    double sum = 0;
    forEachIndex(tapCounts, [&](const Index &tap) {
      double weight = 1;
      int64_t offset = index[0] * strides[0] + index[1] * strides[1];
      for (int64_t d = 0; d < rank; ++d) {
        if (positions[d][tap[d]] < 0)
          return;
        weight *= weights[d][tap[d]];
        offset += positions[d][tap[d]] * strides[2 + d];
      }
      sum += weight * xs[offset];
    });
    ys.push_back(sum);
  });
  return Results{HostTensor::make(type, ys)};
}

//===----------------------------------------------------------------------===//
// max_unpool
//===----------------------------------------------------------------------===//

/// y = 0 but y[indices[i]] = x[i], flat
Results megcc::evaluateOp(nn::MaxUnpoolOp op, const Operands &in) {
  const HostTensor &x = in[op.getX()];
  std::vector<int64_t> indices = in[op.getIndices()].read<int64_t>();
  HostTensor result(getResultType(op));
  int64_t elementBytes = getElementBytes(x.getElementType());
  for (int64_t i = 0; i < x.size(); ++i)
    if (indices[i] >= 0 && indices[i] < result.size())
      std::memcpy(result.data() + indices[i] * elementBytes,
                  x.data() + i * elementBytes, elementBytes);
  return Results{result};
}

//===----------------------------------------------------------------------===//
// det
//===----------------------------------------------------------------------===//

/// Product of the diagonal after Gaussian elimination with partial pivoting;
/// each exchange of rows turns the sign. `matrix` is n x n, and is overwritten.
static double getDeterminant(double *matrix, int64_t n) {
  double determinant = 1;
  for (int64_t k = 0; k < n; ++k) {
    int64_t pivot = k;
    for (int64_t i = k + 1; i < n; ++i)
      if (std::fabs(matrix[i * n + k]) > std::fabs(matrix[pivot * n + k]))
        pivot = i;
    if (matrix[pivot * n + k] == 0)
      return 0;
    if (pivot != k) {
      std::swap_ranges(matrix + k * n, matrix + (k + 1) * n,
                       matrix + pivot * n);
      determinant = -determinant;
    }
    determinant *= matrix[k * n + k];
    for (int64_t i = k + 1; i < n; ++i) {
      double factor = matrix[i * n + k] / matrix[k * n + k];
      for (int64_t j = k; j < n; ++j)
        matrix[i * n + j] -= factor * matrix[k * n + j];
    }
  }
  return determinant;
}

Results megcc::evaluateOp(nn::DetOp op, const Operands &in) {
  const HostTensor &x = in[op.getX()];
  std::vector<double> xs = x.read<double>(), ys;
  int64_t n = x.getShape().back();
  RankedTensorType type = getResultType(op);
  for (int64_t i = 0; i < type.getNumElements(); ++i)
    ys.push_back(getDeterminant(xs.data() + i * n * n, n));
  return Results{HostTensor::make(type, ys)};
}
