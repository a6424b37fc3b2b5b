//===- Resize.cpp - Selects a nest for resampling -------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every mode of resampling is separable: along each dimension an element of the
// result is a weighted sum of a few elements of x, and positions and weights
// are known at compile time. They become small tables; the nest reduces over
// the taps of all dimensions that change. Nearest has one tap of weight 1.
// Where channels are in blocks, a block is a vector, and every tap a load.
//
//===----------------------------------------------------------------------===//

#include "passes/select/Selector.h"
#include <cmath>

using namespace mlir;
using namespace megcc;

namespace {

/// Elements of x and their weights for each element of the result, along one
/// dimension; `taps` of each per element.
struct TapTable {
  int64_t taps = 1;
  SmallVector<int64_t> positions;
  SmallVector<double> weights;
  /// 1 where the sampled point is outside x and is to be extrapolated.
  SmallVector<double> outside;
};

class TapBuilder {
public:
  TapBuilder(nn::ResizeOp resize, unsigned dim, int64_t in, int64_t out)
      : resize(resize), scale(resize.getScales()[dim]), in(in), out(out) {
    if (auto roi = resize.getRoi()) {
      start = (*roi)[dim];
      end = (*roi)[resize.getScales().size() + dim];
    }
  }

  TapTable build() const {
    TapTable table;
    bool shrinks = resize.getAntialias() && scale < 1;
    double reach = resize.getMode() == nn::Interpolation::cubic ? 2 : 1;
    // Antialiasing stretches the kernel over the elements that fall together.
    double stretch = shrinks ? 1 / scale : 1;
    bool nearest = resize.getMode() == nn::Interpolation::nearest;
    table.taps = nearest ? 1 : 2 * std::ceil(reach * stretch);
    for (int64_t o = 0; o < out; ++o) {
      double x = coordinate(o);
      bool extrapolate =
          resize.getCoordinates() == nn::Coordinates::tf_crop_and_resize &&
          (x < 0 || x > in - 1);
      table.outside.push_back(extrapolate);
      if (nearest) {
        table.positions.push_back(clampPosition(nearestTo(x)));
        table.weights.push_back(extrapolate ? 0 : 1);
        continue;
      }
      pushKernel(table, x, stretch, extrapolate);
    }
    return table;
  }

private:
  mutable nn::ResizeOp resize; // accessors of operators are not const
  double scale;
  int64_t in, out;
  double start = 0, end = 1;

  int64_t clampPosition(int64_t position) const {
    return std::clamp<int64_t>(position, 0, in - 1);
  }

  /// Where element `o` of the result lies in x (ONNX, Resize). Its length
  /// counts before rounding: 4 elements scaled by 0.6 are 2.4, of which 2 are
  /// taken.
  double coordinate(double o) const {
    double length = scale * in;
    switch (resize.getCoordinates()) {
    case nn::Coordinates::half_pixel:
      return (o + 0.5) / scale - 0.5;
    case nn::Coordinates::half_pixel_symmetric: {
      double adjustment = out / length;
      double center = in / 2.0;
      return center * (1 - adjustment) + (o + 0.5) / scale - 0.5;
    }
    case nn::Coordinates::pytorch_half_pixel:
      return length > 1 ? (o + 0.5) / scale - 0.5 : 0;
    case nn::Coordinates::align_corners:
      return length != 1 ? o * (in - 1) / (length - 1) : 0;
    case nn::Coordinates::asymmetric:
      return o / scale;
    case nn::Coordinates::tf_half_pixel_for_nn:
      return (o + 0.5) / scale;
    case nn::Coordinates::tf_crop_and_resize:
      return out > 1
                 ? start * (in - 1) + o * (end - start) * (in - 1) / (out - 1)
                 : 0.5 * (start + end) * (in - 1);
    }
    llvm_unreachable("all coordinate transformations are listed");
  }

  int64_t nearestTo(double x) const {
    switch (resize.getRounding()) {
    case nn::Rounding::round_prefer_floor:
      return std::ceil(x - 0.5);
    case nn::Rounding::round_prefer_ceil:
      return std::floor(x + 0.5);
    case nn::Rounding::floor:
      return std::floor(x);
    case nn::Rounding::ceil:
      return std::ceil(x);
    }
    llvm_unreachable("all roundings are listed");
  }

  /// The triangle, or Keys' cubic kernel (Keys 1981).
  double kernel(double distance) const {
    double d = std::fabs(distance);
    if (resize.getMode() == nn::Interpolation::linear)
      return d < 1 ? 1 - d : 0;
    double a = resize.getCubicCoeff();
    if (d <= 1)
      return (a + 2) * d * d * d - (a + 3) * d * d + 1;
    if (d < 2)
      return a * d * d * d - 5 * a * d * d + 8 * a * d - 4 * a;
    return 0;
  }

  void pushKernel(TapTable &table, double x, double stretch,
                  bool extrapolate) const {
    int64_t first = std::floor(x) - table.taps / 2 + 1;
    SmallVector<double> weights;
    double sum = 0;
    for (int64_t k = 0; k < table.taps; ++k) {
      int64_t position = first + k;
      double weight = kernel((position - x) / stretch);
      if (resize.getExcludeOutside() && (position < 0 || position >= in))
        weight = 0;
      weights.push_back(weight);
      sum += weight;
      table.positions.push_back(clampPosition(position));
    }
    bool normalise = resize.getExcludeOutside() || stretch != 1;
    for (double weight : weights)
      table.weights.push_back(
          extrapolate ? 0 : (normalise && sum != 0 ? weight / sum : weight));
  }
};

} // namespace

static Value tableConstant(Selector &selector, ArrayRef<int64_t> shape,
                           Type element, ArrayRef<double> values) {
  SmallVector<Attribute> attributes;
  for (double value : values)
    attributes.push_back(
        isa<FloatType>(element)
            ? Attribute(FloatAttr::get(element, value))
            : Attribute(IntegerAttr::get(element, int64_t(value))));
  return selector.builder.create<kernel::ConstantOp>(
      selector.loc(), MemRefType::get(shape, element),
      DenseElementsAttr::get(RankedTensorType::get(shape, element), attributes),
      AffineMapAttr());
}

static LogicalResult selectResize(const Node &node, Selector &selector) {
  auto resize = cast<nn::ResizeOp>(node.root);
  RankedTensorType result = node.resultType();
  Value source = node.operand(resize.getX());
  auto x = cast<RankedTensorType>(source.getType());
  unsigned rank = x.getRank();
  Type stored = layout::storageType(x.getElementType());
  bool nearest = resize.getMode() == nn::Interpolation::nearest;
  bool crops = resize.getCoordinates() == nn::Coordinates::tf_crop_and_resize;
  if (!isa<FloatType>(stored) && (!nearest || crops))
    return selector.unsupported(resize, "interpolation of integers");
  Type compute = accumulatorType(stored);

  NestSpec spec;
  spec.kind = "resize";
  spec.extents = SmallVector<int64_t>(layout::bufferType(result).getShape());
  unsigned parallel = spec.extents.size();
  SmallVector<unsigned> changed;
  SmallVector<TapTable> tables;
  for (unsigned i = 0; i < rank; ++i) {
    if (resize.getScales()[i] == 1.0 &&
        x.getDimSize(i) == result.getDimSize(i) && !crops)
      continue;
    changed.push_back(i);
    tables.push_back(
        TapBuilder(resize, i, x.getDimSize(i), result.getDimSize(i)).build());
    if (!nearest)
      spec.extents.push_back(tables.back().taps);
  }
  unsigned dims = spec.extents.size();
  spec.reductionRank = dims - parallel;
  spec.init = selector.builder.getZeroAttr(nearest ? stored : compute);
  spec.bodyInputs.push_back({selector.buffer(source), AffineMap()});
  Type indexType = selector.builder.getI32Type();
  for (auto [at, i] : llvm::enumerate(changed)) {
    const TapTable &table = tables[at];
    SmallVector<AffineExpr> entry{selector.dim(i)};
    SmallVector<int64_t> shape{result.getDimSize(i)};
    if (!nearest) {
      entry.push_back(selector.dim(parallel + at));
      shape.push_back(table.taps);
    }
    SmallVector<double> positions(table.positions.begin(),
                                  table.positions.end());
    spec.bodyInputs.push_back(
        {tableConstant(selector, shape, indexType, positions),
         selector.map(dims, entry)});
    if (!nearest)
      spec.bodyInputs.push_back(
          {tableConstant(selector, shape, compute, table.weights),
           selector.map(dims, entry)});
    if (crops)
      spec.finishInputs.push_back(
          {tableConstant(selector, result.getDimSize(i), stored, table.outside),
           selector.map(dims, selector.dim(i))});
  }
  unsigned perDim = nearest ? 1 : 2;
  selector.nestWithEpilogue(
      spec, node,
      [&](const Scalars &s, ValueRange args) {
        SmallVector<Value> index;
        for (unsigned i = 0; i < parallel; ++i)
          index.push_back(s.builder.create<kernel::IndexOp>(
              s.loc, s.builder.getIndexType(), s.builder.getI64IntegerAttr(i)));
        Value weight;
        for (auto [at, i] : llvm::enumerate(changed)) {
          index[i] = s.boundedIndex(args[2 + perDim * at], x.getDimSize(i));
          if (nearest)
            continue;
          Value factor = args[3 + perDim * at];
          weight = weight ? s.mul(weight, factor) : factor;
        }
        Value value = s.load(args[1], index);
        if (nearest || !weight)
          return value;
        value = s.convertFloat(value, compute);
        return s.add(args[0], s.mul(weight, value));
      },
      [&](const Scalars &s, ValueRange args) {
        Value value = s.convertFloat(args[0], stored);
        Value extrapolated =
            crops ? s.constant(stored, resize.getExtrapolationValue())
                  : Value();
        for (Value outside : args.drop_front())
          value = s.select(s.less(s.constant(stored, 0), outside), extrapolated,
                           value);
        return value;
      });
  return success();
}

void megcc::addResize(SelectRegistry &registry) {
  registry.add<nn::ResizeOp>(selectResize);
}
