//===- SeparateResizes.cpp - Interpolation by dimension -------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Interpolation in two dimensions reads four elements for each of the result's,
// none of them beside what its neighbour reads. But
//
//   %1 = nn.resize linear %0 scales = [1, 1, 1, 8]    // 16x20 to 16x160
//   %2 = nn.resize linear %1 scales = [1, 1, 8, 1]    // 16x160 to 128x160
//
// is the same: the dimension that lies along the vectors moves an eighth of the
// elements, and the other reads whole vectors. Weights are products over the
// dimensions, so only the order of rounding changes; ONNX's definition goes
// through the dimensions one after the other as well.
//
// What is between is a tensor that was not there before: it must be small
// beside the larger of operand and result.
//
//===----------------------------------------------------------------------===//

#include "passes/nn/SeparateResizes.h"
#include "passes/nn/Passes.h"

namespace megcc::nn {
#define GEN_PASS_DEF_SEPARATERESIZES
#include "passes/nn/Passes.h.inc"
} // namespace megcc::nn

using namespace mlir;
using namespace megcc;

/// An element by itself takes as long as so many in a vector: loads of its
/// position, weights and operands.
static constexpr double kScalarCost = 12;

SmallVector<int64_t> nn::getResizeOrder(nn::ResizeOp resize,
                                        const Target &target) {
  RankedTensorType x = resize.getX().getType(), result = resize.getType();
  Type element = x.getElementType();
  if (resize.getMode() == nn::Interpolation::nearest || resize.getRoi() ||
      !(element.isF32() || element.isF64()) || target.lanes(element) == 1)
    return {};
  SmallVector<int64_t> changed;
  for (int64_t i = 0; i < x.getRank(); ++i)
    if (resize.getScales()[i] != 1 || x.getDimSize(i) != result.getDimSize(i))
      changed.push_back(i);
  // Orders are few: images have two dimensions, or three.
  constexpr size_t most = 3;
  if (changed.size() < 2 || changed.size() > most)
    return {};

  double larger = std::max(x.getNumElements(), result.getNumElements());
  SmallVector<int64_t> best, order = changed;
  double leastCost = 0;
  do {
    double elements = x.getNumElements(), cost = 0, between = 0;
    for (int64_t dim : order) {
      if (dim != order.front())
        between = std::max(between, elements);
      elements *= double(result.getDimSize(dim)) / x.getDimSize(dim);
      cost += elements * (dim == x.getRank() - 1 ? kScalarCost : 1);
    }
    if (between <= larger / 2 && (best.empty() || cost < leastCost)) {
      best = order;
      leastCost = cost;
    }
  } while (std::next_permutation(order.begin(), order.end()));
  return best;
}

namespace {

struct SeparateResizes : nn::impl::SeparateResizesBase<SeparateResizes> {
  using SeparateResizesBase::SeparateResizesBase;

  void runOnOperation() override {
    llvm::Expected<Target> target = lookupTarget(targetName);
    if (!target) {
      getOperation().emitError(llvm::toString(target.takeError()));
      return signalPassFailure();
    }
    SmallVector<nn::ResizeOp> resizes(getOperation().getOps<nn::ResizeOp>());
    for (nn::ResizeOp resize : resizes)
      // Blocks of channels fill vectors whatever is read.
      if (!resize.getType().getEncoding())
        separate(resize, getResizeOrder(resize, *target));
  }

private:
  static void separate(nn::ResizeOp resize, ArrayRef<int64_t> order) {
    if (order.empty())
      return;
    RankedTensorType result = resize.getType();
    Value value = resize.getX();
    SmallVector<int64_t> shape(resize.getX().getType().getShape());
    OpBuilder builder(resize);
    for (int64_t dim : order) {
      shape[dim] = result.getDimSize(dim);
      SmallVector<double> scales(shape.size(), 1);
      scales[dim] = resize.getScales()[dim];
      auto one = cast<nn::ResizeOp>(builder.clone(*resize));
      one.getXMutable().assign(value);
      one.setScales(scales);
      one.getResult().setType(
          RankedTensorType::get(shape, result.getElementType()));
      value = one.getResult();
    }
    resize.replaceAllUsesWith(value);
    resize.erase();
  }
};

} // namespace
