//===- Deformation.cpp - Grids and convolutions that follow them ----------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Import/ONNX/OperatorHelpers.h"
#include "lib/Import/ONNX/Registry.h"

using namespace mlir;
using namespace megcc;

/// Positions of `count` samples from -1 to 1: of their centres, or with the
/// first and the last at the ends.
static SmallVector<double> spread(int64_t count, bool alignCorners) {
  SmallVector<double> positions;
  for (int64_t i = 0; i < count; ++i)
    positions.push_back(!alignCorners ? double(2 * i + 1) / double(count) - 1
                        : count == 1  ? 0
                                      : 2 * double(i) / double(count - 1) - 1);
  return positions;
}

/// Every point of a grid, (x, y, 1) or (x, y, z, 1), through the affine map of
/// each image (Jaderberg et al. 2015, "Spatial Transformer Networks").
static LogicalResult importAffineGrid(NodeContext &call) {
  if (!call.requireRank(0, 3, 3))
    return failure();
  Value theta = call.in(0);
  bool alignCorners = call.flagAttr("align_corners", false);
  int64_t rank = call.dims(theta)[1];
  // The size [batch, channels, spatial...]; where it comes at run time, the
  // declared result [batch, spatial..., coordinates] tells it.
  SmallVector<int64_t> size;
  RankedTensorType declared = call.declared(0);
  if (auto given = call.intsOf(call.in(1)))
    size.assign(given->begin() + std::min<size_t>(2, given->size()),
                given->end());
  else if (declared && declared.getRank() > 2)
    size.assign(declared.getShape().begin() + 1, declared.getShape().end() - 1);
  else if (!call.requireInts(1, "size"))
    return failure();
  if ((rank != 2 && rank != 3) || call.dims(theta)[2] != rank + 1 ||
      static_cast<int64_t>(size.size()) != rank)
    return call.error() << "found " << describeType(call.typeOf(theta))
                        << " for the extents " << describeShape(size)
                        << ", expected [batch, 2, 3] for two extents or "
                           "[batch, 3, 4] for three";
  int64_t points = 1;
  for (int64_t extent : size) {
    if (extent < 1 || extent > kMaxComputedElements / (4 * points))
      return call.error() << "input 1 (size): found " << describeShape(size)
                          << ", expected extents of at least 1 and at most "
                             "2^24 points";
    points *= extent;
  }
  SmallVector<double> grid(static_cast<size_t>(points * (rank + 1)), 1.0);
  int64_t inner = points;
  for (auto [axis, extent] : llvm::enumerate(size)) {
    inner /= extent;
    SmallVector<double> positions = spread(extent, alignCorners);
    for (int64_t point = 0; point < points; ++point)
      grid[static_cast<size_t>(point * (rank + 1) + rank - 1) - axis] =
          positions[static_cast<size_t>(point / inner % extent)];
  }
  Value places = call.floats({points, rank + 1}, grid, call.elementOf(theta));
  Value result =
      call.create<nn::MatMulOp>(places, call.transpose(theta, {0, 2, 1}));
  size.insert(size.begin(), call.dims(theta)[0]);
  size.push_back(rank);
  return call.result(call.reshape(result, size));
}

namespace {
/// What a deformable convolution reads, and where without offsets.
struct DeformedWindow {
  Window window;
  int64_t taps, offsetGroups;
  /// Of the result.
  int64_t height, width;
};
} // namespace

/// nn.grid_sample's coordinates of what each tap reads: [batch * groups,
/// taps * height, width, 2].
static Value buildGrid(NodeContext &call, const DeformedWindow &deformed) {
  ArrayRef<int64_t> x = call.dims(call.in(0));
  const Window &window = deformed.window;
  auto [taps, groups, height, width] = std::tuple(
      deformed.taps, deformed.offsetGroups, deformed.height, deformed.width);
  // The position p of an axis of n elements is (2 p + 1) / n - 1.
  SmallVector<double> places;
  for (int64_t tap = 0; tap < taps; ++tap)
    for (int64_t axis : {0, 1})
      for (int64_t row = 0; row < height; ++row)
        for (int64_t column = 0; column < width; ++column) {
          int64_t along =
              axis == 0 ? tap / window.kernel[1] : tap % window.kernel[1];
          int64_t place = (axis == 0 ? row : column) * window.strides[axis] -
                          window.pads[axis] + along * window.dilations[axis];
          places.push_back(double(2 * place + 1) / double(x[2 + axis]) - 1);
        }
  Type type = call.elementOf(call.in(0));
  Value offsets = call.reshape(call.cast(call.in(2), type),
                               {x[0] * groups, taps, 2, height, width});
  Value scale =
      call.floats({2, 1, 1}, {2 / double(x[2]), 2 / double(x[3])}, type);
  Value grid = call.create<nn::AddOp>(
      call.create<nn::MulOp>(offsets, scale),
      call.floats({taps, 2, height, width}, places, type));
  // (y, x) becomes (x, y), innermost.
  grid = call.concat({call.slice(grid, 2, 1, 1), call.slice(grid, 2, 0, 1)}, 2);
  return call.reshape(call.transpose(grid, {0, 1, 3, 4, 2}),
                      {x[0] * groups, taps * height, width, 2});
}

static std::optional<DeformedWindow> readDeformedWindow(NodeContext &call) {
  ArrayRef<int64_t> x = call.dims(call.in(0)), w = call.dims(call.in(1));
  auto window = readWindow(call, x.drop_front(2), w.drop_front(2),
                           /*hasCeilMode=*/false);
  if (!window)
    return std::nullopt;
  DeformedWindow result{*window, w[2] * w[3], call.intAttr("offset_group", 1),
                        0, 0};
  SmallVector<int64_t> extents;
  for (size_t axis : {0, 1})
    extents.push_back(
        (x[2 + axis] + window->pads[axis] + window->pads[2 + axis] -
         (window->kernel[axis] - 1) * window->dilations[axis] - 1) /
            window->strides[axis] +
        1);
  result.height = extents[0];
  result.width = extents[1];
  int64_t groups = result.offsetGroups;
  if (groups < 1 || x[1] % groups != 0) {
    call.attrError("offset_group", Twine(groups),
                   "a divisor of " + Twine(x[1]) + " channels");
    return std::nullopt;
  }
  auto check = [&](unsigned index, int64_t perTap) {
    if (!call.in(index) || call.hasFailed())
      return;
    SmallVector<int64_t> expected{x[0], groups * result.taps * perTap,
                                  result.height, result.width};
    if (call.dims(call.in(index)) != ArrayRef<int64_t>(expected))
      call.error() << "input " << index << ": found "
                   << describeType(call.typeOf(call.in(index))) << ", expected "
                   << describeShape(expected);
  };
  check(2, 2);
  check(4, 1);
  int64_t samples = result.taps * result.height * result.width;
  if (!call.hasFailed() && samples > kMaxComputedElements / 2)
    call.error() << "found " << samples
                 << " positions to sample, expected at most 2^25";
  return call.hasFailed() ? std::nullopt : std::optional(result);
}

/// A convolution whose taps read where offsets send them (Dai et al. 2017, Zhu
/// et al. 2019 with a mask): what all taps read is sampled at once and becomes
/// a dimension of its own, which a plain convolution sums.
static LogicalResult importDeformConv(NodeContext &call) {
  if (!call.requireRank(0, 4, 4) || !call.requireRank(1, 4, 4) ||
      !call.requireRank(2, 4, 4) || (call.in(4) && !call.requireRank(4, 4, 4)))
    return failure();
  auto deformed = readDeformedWindow(call);
  int64_t groups = call.intAttr("group", 1);
  if (!deformed)
    return failure();
  SmallVector<int64_t> x(call.dims(call.in(0))), w(call.dims(call.in(1)));
  auto [taps, offsetGroups, height, width] =
      std::tuple(deformed->taps, deformed->offsetGroups, deformed->height,
                 deformed->width);
  int64_t perGroup = x[1] / offsetGroups;
  Value planes =
      call.reshape(call.in(0), {x[0] * offsetGroups, perGroup, x[2], x[3]});
  Value samples = call.create<nn::GridSampleOp>(
      nn::Interpolation::linear, planes, buildGrid(call, *deformed),
      nn::GridPadding::zeros, /*align_corners=*/false);
  if (Value mask = call.in(4))
    samples = call.create<nn::MulOp>(
        call.reshape(samples,
                     {x[0], offsetGroups, perGroup, taps * height, width}),
        call.reshape(mask, {x[0], offsetGroups, 1, taps * height, width}));
  samples = call.reshape(samples, {x[0], x[1], taps, height, width});
  SmallVector<int64_t> ones{1, 1, 1}, none(6, 0);
  Value result = call.create<nn::ConvOp>(
      samples, call.reshape(call.in(1), {w[0], w[1], taps, 1, 1}), call.in(3),
      ArrayRef<int64_t>(ones), ArrayRef<int64_t>(none), ArrayRef<int64_t>(ones),
      groups);
  return call.result(call.reshape(result, {x[0], w[0], height, width}));
}

void megcc::registerDeformation(Registry &registry) {
  registry.beginGroup("Vision");
  registry.add("AffineGrid", 2, 2, 20, importAffineGrid);
  registry.add("DeformConv", 3, 5, 19, importDeformConv,
               "other than two dimensions");
}
