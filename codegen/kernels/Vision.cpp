//===- Vision.cpp - Loops of max_pool, non_max_suppression, roi_align -----===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/ScalarMath.h"
#include "codegen/kernels/SimpleFamily.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

namespace {

using Values = LoopBuilder::Values;
using Exprs = LoopBuilder::Exprs;

Scalar indexConstant(LoopBuilder &loops, int64_t value) {
  return {loops,
          loops.builder.create<arith::ConstantIndexOp>(loops.loc, value)};
}

//===----------------------------------------------------------------------===//
// Max pooling with indices
//===----------------------------------------------------------------------===//

struct MaxPoolFamily : SimpleFamily<MaxPoolFamily, MaxPoolOp> {
  static void build(MaxPoolOp op, LoopBuilder &loops, const Target &) {
    Value y = op.getOutputs()[0], indices = op.getOutputs()[1];
    loops.forEach(shapeOf(y), {}, [&](Exprs position, ValueRange) {
      // No element yet: any that is inside replaces it.
      Values start{loops.zero(elementOf(y)), indexConstant(loops, -1)};
      Values best =
          loops.forEach(op.getKernel(), start, [&](Exprs tap, ValueRange best) {
            return visit(op, loops, position, tap, best);
          });
      loops.store(best[0], y, position);
      loops.store(convert({loops, best[1]}, elementOf(indices)), indices,
                  position);
      return Values();
    });
  }

private:
  static Values visit(MaxPoolOp op, LoopBuilder &loops, Exprs position,
                      Exprs tap, ValueRange best) {
    Value x = op.getInputs()[0];
    SmallVector<AffineExpr> at{position[0]};
    AffineExpr flat = position[0];
    Value isInside;
    for (unsigned i = 0; i < tap.size(); ++i) {
      at.push_back(position[1 + i] * op.getStrides()[i] +
                   tap[i] * op.getDilations()[i] - op.getPads()[i]);
      int64_t extent = shapeOf(x)[1 + i];
      flat = flat * extent + at.back();
      bool never = false;
      Value condition = loops.inRange(at.back(), extent, never);
      if (never)
        return best;
      if (condition)
        isInside = isInside ? loops.builder.create<arith::AndIOp>(
                                  loops.loc, isInside, condition)
                            : condition;
    }
    auto compare = [&] {
      Scalar found(loops, loops.load(x, at));
      Scalar known(loops, best[0]), knownAt(loops, best[1]);
      Scalar better = (knownAt < 0) | less(known, found, op.getIsUnsigned());
      return Values{select(better, found, known),
                    select(better, {loops, loops.index(flat)}, knownAt)};
    };
    return isInside ? loops.branch(isInside, best, compare) : compare();
  }
};

//===----------------------------------------------------------------------===//
// Non-maximum suppression
//===----------------------------------------------------------------------===//

struct NonMaxSuppressionFamily
    : SimpleFamily<NonMaxSuppressionFamily, NonMaxSuppressionOp> {
  static void build(NonMaxSuppressionOp op, LoopBuilder &loops,
                    const Target &) {
    Value indices = op.getOutputs()[0], count = op.getOutputs()[1];
    Scalar unused = Scalar(loops, loops.zero(elementOf(indices))).same(-1);
    loops.forEach(shapeOf(indices), {}, [&](Exprs at, ValueRange) {
      loops.store(unused, indices, at);
      return Values();
    });
    ArrayRef<int64_t> scores = shapeOf(op.getInputs()[1]);
    Values rows{indexConstant(loops, 0)};
    rows = loops.forEach({scores[0], scores[1]}, rows,
                         [&](Exprs group, ValueRange current) {
                           return select(op, loops, group, current);
                         });
    loops.store(convert({loops, rows[0]}, elementOf(count)), count, {});
  }

private:
  /// The choices of one batch and class; `rows` counts them all.
  static Values select(NonMaxSuppressionOp op, LoopBuilder &loops, Exprs group,
                       ValueRange rows) {
    Value scores = op.getInputs()[1], alive = op.getOutputs()[2];
    int64_t boxes = shapeOf(scores)[2];
    Scalar zero(loops, loops.zero(elementOf(alive))), one = zero.same(1);
    loops.forEach(boxes, [&](AffineExpr box) {
      Scalar flag = one;
      if (op.getScoreThreshold()) {
        Scalar score(loops, loops.load(scores, {group[0], group[1], box}));
        flag = megcc::select(score > op.getScoreThreshold()->convertToDouble(),
                             one, zero);
      }
      loops.store(flag, alive, {box});
    });

    int64_t most = std::min<int64_t>(op.getMaxBoxes(), boxes);
    return loops.forEach(most, rows, [&](AffineExpr, ValueRange current) {
      Values none{loops.zero(elementOf(scores)), indexConstant(loops, -1)};
      Values best =
          loops.forEach(boxes, none, [&](AffineExpr box, ValueRange known) {
            Scalar score(loops, loops.load(scores, {group[0], group[1], box}));
            Scalar isAlive = Scalar(loops, loops.load(alive, {box})) > 0;
            Scalar at(loops, known[1]), highest(loops, known[0]);
            Scalar better = isAlive & ((at < 0) | (score > highest));
            return Values{megcc::select(better, score, highest),
                          megcc::select(better, {loops, loops.index(box)}, at)};
          });
      Scalar chosen(loops, best[1]);
      return loops.branch(chosen >= 0, current, [&] {
        take(op, loops, group, clamp(chosen, 0, double(boxes - 1)),
             {loops, current[0]});
        return Values{Scalar(loops, current[0]) + 1};
      });
    });
  }

  /// Writes down the box `chosen` and drops what overlaps it.
  static void take(NonMaxSuppressionOp op, LoopBuilder &loops, Exprs group,
                   Scalar chosen, Scalar rows) {
    Value indices = op.getOutputs()[0], alive = op.getOutputs()[2];
    Scalar row = clamp(rows, 0, double(shapeOf(indices)[0] - 1));
    Value entries[] = {loops.index(group[0]), loops.index(group[1]), chosen};
    for (auto [i, entry] : llvm::enumerate(entries))
      storeAt(loops, convert({loops, entry}, elementOf(indices)), indices,
              {row, indexConstant(loops, i)});

    Scalar dead(loops, loops.zero(elementOf(alive)));
    SmallVector<Scalar> reference = corners(op, loops, group[0], chosen);
    loops.forEach(shapeOf(alive)[0], [&](AffineExpr box) {
      Scalar index(loops, loops.index(box));
      Scalar overlap =
          intersectionOverUnion(reference, corners(op, loops, group[0], index));
      Scalar drops = (overlap > op.getIouThreshold().convertToDouble()) |
                     equal(index, chosen);
      loops.branch(drops, {}, [&] {
        loops.store(dead, alive, {box});
        return Values();
      });
    });
  }

  /// Least and greatest y, least and greatest x of a box.
  static SmallVector<Scalar> corners(NonMaxSuppressionOp op, LoopBuilder &loops,
                                     AffineExpr batch, Scalar box) {
    SmallVector<Scalar> v;
    for (int64_t i = 0; i < 4; ++i)
      v.push_back(loadAt(loops, op.getInputs()[0],
                         {loops.index(batch), box, indexConstant(loops, i)}));
    if (!op.getCenterPoint())
      return {min(v[0], v[2]), max(v[0], v[2]), min(v[1], v[3]),
              max(v[1], v[3])};
    Scalar halfWidth = v[2] / 2, halfHeight = v[3] / 2;
    return {v[1] - halfHeight, v[1] + halfHeight, v[0] - halfWidth,
            v[0] + halfWidth};
  }

  static Scalar intersectionOverUnion(ArrayRef<Scalar> a, ArrayRef<Scalar> b) {
    auto area = [](ArrayRef<Scalar> box) {
      return (box[1] - box[0]) * (box[3] - box[2]);
    };
    Scalar height = max(min(a[1], b[1]) - max(a[0], b[0]), 0);
    Scalar width = max(min(a[3], b[3]) - max(a[2], b[2]), 0);
    Scalar common = height * width;
    Scalar all = area(a) + area(b) - common;
    Scalar isProper = (area(a) > 0) & (area(b) > 0) & (all > 0);
    return megcc::select(isProper, common, common.same(0)) /
           megcc::select(isProper, all, all.same(1));
  }
};

//===----------------------------------------------------------------------===//
// Region of interest alignment
//===----------------------------------------------------------------------===//

struct RoiAlignFamily : SimpleFamily<RoiAlignFamily, RoiAlignOp> {
  /// One direction of a region: where its bins begin, how large one is, how
  /// many samples it has.
  struct Side {
    Scalar start, bin, samples;
    int64_t mostSamples;
  };
  /// One direction of a sample: the elements on both sides, their weights, and
  /// whether it lies in the image at all.
  struct Sample {
    Scalar low, high, lowWeight, highWeight, isInside;
  };

  static void build(RoiAlignOp op, LoopBuilder &loops, const Target &) {
    Value x = op.getInputs()[0], images = op.getInputs()[2];
    Value y = op.getOutputs()[0];
    ArrayRef<int64_t> shape = shapeOf(y);
    loops.forEach(shape[0], [&](AffineExpr region) {
      Scalar image =
          normalizeIndex({loops, loops.load(images, {region})}, shapeOf(x)[0]);
      Side vertical = getSide(op, loops, region, 0);
      Side horizontal = getSide(op, loops, region, 1);
      loops.forEach(shape.drop_front(), {}, [&](Exprs bin, ValueRange) {
        Values sum{loops.zero(elementOf(y))};
        sum = loops.forEach(
            {vertical.mostSamples, horizontal.mostSamples}, sum,
            [&](Exprs index, ValueRange current) {
              Sample row =
                  getSample(loops, vertical, bin[1], index[0], shapeOf(x)[2]);
              Sample column =
                  getSample(loops, horizontal, bin[2], index[1], shapeOf(x)[3]);
              return loops.branch(row.isInside & column.isInside, current, [&] {
                return accumulate(op, loops, image, bin[0], row, column,
                                  current[0]);
              });
            });
        Scalar result(loops, sum[0]);
        if (!op.getMaximum())
          result = result / max(vertical.samples * horizontal.samples, 1);
        loops.store(result, y, {region, bin[0], bin[1], bin[2]});
        return Values();
      });
    });
  }

private:
  static Side getSide(RoiAlignOp op, LoopBuilder &loops, AffineExpr region,
                      int64_t direction) {
    int64_t bins = shapeOf(op.getOutputs()[0])[2 + direction];
    int64_t extent = shapeOf(op.getInputs()[0])[2 + direction];
    double scale = op.getSpatialScale().convertToDouble();
    double shift = op.getHalfPixel() ? 0.5 : 0;
    auto bound = [&](int64_t i) {
      Scalar value(loops, loops.load(op.getInputs()[1],
                                     {region, loops.space.constant(i)}));
      return value * scale - shift;
    };
    // x comes first in a region.
    Scalar start = bound(1 - direction);
    Scalar size = bound(3 - direction) - start;
    if (!op.getHalfPixel())
      size = max(size, 1);
    Scalar bin = size / double(bins);
    if (int64_t ratio = op.getSamplingRatio())
      return {start, bin, bin.same(ratio), ratio};
    int64_t most = llvm::divideCeil(extent, bins) + 1;
    return {start, bin, clamp(ceil(bin), 0, most), most};
  }

  static Sample getSample(LoopBuilder &loops, const Side &side, AffineExpr bin,
                          AffineExpr index, int64_t extent) {
    Type type = side.start.getType();
    Scalar number = convert({loops, loops.index(index)}, type);
    Scalar binNumber = convert({loops, loops.index(bin)}, type);
    Scalar position = side.start + binNumber * side.bin +
                      (number + 0.5) * side.bin / max(side.samples, 1);
    Scalar isInside = (position >= -1) & (position <= double(extent)) &
                      (number < side.samples);
    Scalar at = clamp(position, 0, double(extent - 1));
    Scalar whole = floor(at);
    Scalar low = toIndexWithin(whole, extent);
    Scalar high = min(low + 1, double(extent - 1));
    Scalar fraction = at - whole;
    return {low, high, 1 - fraction, fraction, isInside};
  }

  /// The maximum is that of the weighted elements, as in ONNX's definition,
  /// not of the interpolated samples.
  static Values accumulate(RoiAlignOp op, LoopBuilder &loops, Scalar image,
                           AffineExpr channel, const Sample &row,
                           const Sample &column, Value current) {
    auto weighted = [&](Scalar y, Scalar wy, Scalar x, Scalar wx) {
      return loadAt(loops, op.getInputs()[0],
                    {image, loops.index(channel), y, x}) *
             (wy * wx);
    };
    Scalar parts[] = {
        weighted(row.low, row.lowWeight, column.low, column.lowWeight),
        weighted(row.low, row.lowWeight, column.high, column.highWeight),
        weighted(row.high, row.highWeight, column.low, column.lowWeight),
        weighted(row.high, row.highWeight, column.high, column.highWeight)};
    Scalar result(loops, current);
    for (Scalar part : parts)
      result = op.getMaximum() ? max(result, part) : result + part;
    return {result};
  }
};

} // namespace

void megcc::registerVisionFamilies(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, KernelDialect *) {
    MaxPoolOp::attachInterface<MaxPoolFamily>(*context);
    NonMaxSuppressionOp::attachInterface<NonMaxSuppressionFamily>(*context);
    RoiAlignOp::attachInterface<RoiAlignFamily>(*context);
  });
}
