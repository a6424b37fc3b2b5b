//===- GridSample.cpp - Loops of grid_sample ------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   for image, for position
//     per spatial dimension: the elements around the position, their weights
//     for channel
//       y = sum over the elements of all dimensions of weight * x
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/ScalarMath.h"
#include "codegen/kernels/SimpleFamily.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

namespace {

using Values = LoopBuilder::Values;
using Exprs = LoopBuilder::Exprs;

/// An element beside the position in one dimension. Where zeros surround the
/// image, the weight of one outside is zero.
struct Tap {
  Scalar index, weight;
};

/// One spatial dimension of the image.
struct Dimension {
  int64_t extent;
  Border padding;
  bool alignCorners;

  double low() const { return alignCorners ? 0 : -0.5; }
  double high() const { return alignCorners ? extent - 1 : extent - 0.5; }

  /// From [-1, 1] to elements.
  Scalar denormalize(Scalar g) const {
    if (alignCorners)
      return (g + 1) * ((extent - 1) / 2.0);
    return ((g + 1) * double(extent) - 1) * 0.5;
  }

  /// Mirrors `v` at both borders as often as needed.
  Scalar reflect(Scalar v) const {
    double range = high() - low();
    if (range == 0)
      return v.same(0);
    auto fold = [&](Scalar distance, double from, double to, double sign) {
      Scalar times = floor(distance / range);
      Scalar rest = distance - times * range;
      Scalar isEven = equal(times, floor(times * 0.5) * 2);
      return select(isEven, rest * sign + from, rest * -sign + to);
    };
    Scalar below = fold(low() - v, low(), high(), 1);
    Scalar above = fold(v - high(), high(), low(), -1);
    return select(v < low(), below, select(v > high(), above, v));
  }

  /// The position moved to where it is sampled.
  Scalar place(Scalar v) const {
    switch (padding) {
    case Border::zeros:
      return v;
    case Border::border:
      return select((v < low()) | (v > high()), clamp(v, 0, extent - 1), v);
    case Border::reflection:
      return reflect(v);
    }
    llvm_unreachable("unknown padding");
  }

  Tap tap(Scalar element, Scalar weight) const {
    Scalar at = padding == Border::reflection ? reflect(element) : element;
    Scalar index = toIndexWithin(at, extent);
    if (padding != Border::zeros)
      return {index, weight};
    Scalar isInside = (element >= 0) & (element <= double(extent - 1));
    return {index, select(isInside, weight, weight.same(0))};
  }
};

/// Cubic convolution (Keys 1981) with a = -0.75: the weights of the elements
/// at distance 1 + f, f, 1 - f, 2 - f.
SmallVector<Scalar> getCubicWeights(Scalar f) {
  constexpr double a = -0.75;
  auto near = [](Scalar d) { return ((d * (a + 2) - (a + 3)) * d) * d + 1; };
  auto far = [](Scalar d) { return ((d * a - 5 * a) * d + 8 * a) * d - 4 * a; };
  Scalar g = 1 - f;
  return {far(f + 1), near(f), near(g), far(g + 1)};
}

SmallVector<Tap> getTaps(Interpolation mode, const Dimension &dim, Scalar g) {
  Scalar v = dim.denormalize(g);
  if (mode == Interpolation::nearest)
    return {dim.tap(dim.place(round(v)), v.same(1))};
  v = dim.place(v);
  Scalar whole = floor(v), fraction = v - whole;
  if (mode == Interpolation::linear)
    return {dim.tap(whole, 1 - fraction), dim.tap(whole + 1, fraction)};
  SmallVector<Tap> taps;
  for (auto [i, weight] : llvm::enumerate(getCubicWeights(fraction)))
    taps.push_back(dim.tap(whole + (double(i) - 1), weight));
  return taps;
}

struct GridSampleFamily : SimpleFamily<GridSampleFamily, GridSampleOp> {
  static void build(GridSampleOp op, LoopBuilder &loops, const Target &) {
    Value x = op.getInputs()[0], grid = op.getInputs()[1];
    Value y = op.getOutputs()[0];
    int64_t rank = shapeOf(x).size() - 2;
    // Image and position: the dimensions of the grid but the last.
    loops.forEach(shapeOf(grid).drop_back(), {}, [&](Exprs point, ValueRange) {
      SmallVector<SmallVector<Tap>> taps;
      for (int64_t d = 0; d < rank; ++d) {
        SmallVector<AffineExpr> at(point);
        at.push_back(loops.space.constant(rank - 1 - d));
        Dimension dim{shapeOf(x)[2 + d], op.getPadding(), op.getAlignCorners()};
        taps.push_back(
            getTaps(op.getMode(), dim, {loops, loops.load(grid, at)}));
      }
      loops.forEach(shapeOf(x)[1], [&](AffineExpr channel) {
        Values at{loops.index(point[0]), loops.index(channel)};
        SmallVector<AffineExpr> to{point[0], channel};
        to.append(point.begin() + 1, point.end());
        loops.store(interpolate(loops, x, taps, at), y, to);
      });
      return Values();
    });
  }

private:
  /// The weighted sum over the dimensions that `at` does not fix yet.
  static Scalar interpolate(LoopBuilder &loops, Value x,
                            ArrayRef<SmallVector<Tap>> taps, Values at) {
    if (taps.empty())
      return loadAt(loops, x, at);
    at.push_back(Value());
    std::optional<Scalar> sum;
    for (const Tap &tap : taps.front()) {
      at.back() = tap.index;
      Scalar part = interpolate(loops, x, taps.drop_front(), at) * tap.weight;
      sum = sum ? *sum + part : part;
    }
    return *sum;
  }
};

} // namespace

void megcc::registerGridSampleFamily(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, KernelDialect *) {
    GridSampleOp::attachInterface<GridSampleFamily>(*context);
  });
}
