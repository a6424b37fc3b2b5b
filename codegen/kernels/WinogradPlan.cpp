//===- WinogradPlan.cpp - What a fast convolution would cost --------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Three costs count: the matrix products as GemmTile.h estimates them, the
// transforms, and what moves between the second cache and memory beyond it,
// about half of which prefetches hide behind the products. The transformed
// filters are (m+2)^2 / 9 times as large as the filters, and each group of
// tiles reads all of them; so a layer with many channels and few tiles loses.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/WinogradPlan.h"
#include "codegen/kernels/GemmLanes.h"
#include "lib/Support/Winograd.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <set>

using namespace megcc;

namespace {
constexpr int64_t kElementBytes = 4;
constexpr int64_t kLineElements = 16;
/// Bytes that come from beyond the second cache in a cycle.
constexpr double kBytesPerCycle = 8;
/// Arithmetic operations and stores that a core starts in a cycle.
constexpr double kOperationsPerCycle = 2;
constexpr double kStoresPerCycle = 1;
/// What any layer may keep between the steps: the last ones of a network have
/// few tiles and large filters, which one group reads once.
constexpr double kAlways = 1 << 20;
} // namespace

/// Of one transform in one dimension: pairs of points share half.
static double countOperations(const Matrix &matrix) {
  return 0.75 * std::count_if(matrix.elements.begin(), matrix.elements.end(),
                              [](double element) { return element != 0; });
}

/// Cycles of transforming one vector of channels of one tile.
static double estimateTransforms(int64_t m, double inputVectors,
                                 double outputVectors) {
  const WinogradMatrices &matrices = getWinogradMatrices(m);
  double size = m + 2;
  double input =
      2 * size * size / kStoresPerCycle +
      2 * size * countOperations(matrices.input) / kOperationsPerCycle;
  double output =
      m * (size + m) / kStoresPerCycle +
      (size + m) * countOperations(matrices.output) / kOperationsPerCycle;
  return inputVectors * input + outputVectors * output;
}

/// Cycles of reading `bytes` `times` times, once if they fit beside others.
static double estimateTraffic(double bytes, double times,
                              const Target &target) {
  bool stays = bytes <= target.l2Bytes / 2.0;
  return bytes * (stays ? 1 : times) / kBytesPerCycle;
}

/// Cycles of products while filters come from memory.
static double overlap(double products, double traffic, const Target &target) {
  if (target.lineBytes == 0)
    return products + traffic;
  return std::max(products, traffic) + std::min(products, traffic) / 2;
}

static WinogradPlan planGroups(const WinogradShape &shape, int64_t m,
                               int64_t groups, const Target &target) {
  int64_t tiles = shape.images * llvm::divideCeil(shape.height, m) *
                  llvm::divideCeil(shape.width, m);
  int64_t components = (m + 2) * (m + 2);
  int64_t inputVectors = llvm::divideCeil(shape.inputs, shape.inputLanes);
  int64_t outputVectors = llvm::divideCeil(shape.outputs, shape.outputLanes);

  WinogradPlan plan;
  plan.m = m;
  plan.group = llvm::divideCeil(tiles, groups);
  GemmShape gemm{plan.group, outputVectors, shape.inputs};
  gemm.byLane =
      hasLaneProducts(target) && shape.inputs % shape.outputLanes == 0;
  gemm.interleaves = gemm.byLane;
  plan.registers = chooseGemmTile(gemm, target);
  double products = double(groups) * components *
                    estimateGemmCycles(gemm, plan.registers, target);
  double transforms =
      tiles * estimateTransforms(m, inputVectors, outputVectors);

  double filters = double(components) * shape.inputs * outputVectors *
                   shape.outputLanes * kElementBytes;
  double between =
      double(components) * plan.group *
      (inputVectors * shape.inputLanes + outputVectors * shape.outputLanes) *
      kElementBytes;
  double traffic = estimateTraffic(filters, groups, target);
  // Written, and read by the next step.
  if (between > 0.75 * target.l2Bytes)
    traffic += 2 * groups * between / kBytesPerCycle;
  plan.cycles = transforms + overlap(products, traffic, target);
  return plan;
}

WinogradPlan megcc::planWinograd(const WinogradShape &shape, int64_t m,
                                 const Target &target) {
  int64_t tiles = shape.images * llvm::divideCeil(shape.height, m) *
                  llvm::divideCeil(shape.width, m);
  // What is kept between the steps is memory that the network may not have
  // otherwise: of a large layer a quarter of its own buffers at most, of a
  // small one more, so that its filters are read less often.
  double perTile = double((m + 2) * (m + 2)) * (shape.inputs + shape.outputs) *
                   kElementBytes;
  double layer = double(shape.images) * shape.height * shape.width *
                 (shape.inputs + shape.outputs) * kElementBytes;
  double few = 4.0 * target.l2Bytes;
  double most = std::max(
      {layer / 4, std::min(2 * layer, few), double(target.l2Bytes), kAlways});

  WinogradPlan best;
  std::set<int64_t> seen;
  for (int64_t group = 1; group <= tiles; ++group) {
    int64_t groups = llvm::divideCeil(tiles, group);
    if (!seen.insert(groups).second)
      continue;
    // The first group of so many groups is the smallest.
    WinogradPlan plan = planGroups(shape, m, groups, target);
    bool fits = plan.group * perTile <= most;
    if (best.m == 0 || (fits && plan.cycles < best.cycles))
      best = plan;
  }
  return best;
}

double megcc::estimateDirectConvolution(const WinogradShape &shape,
                                        const Target &target) {
  int64_t vectors = llvm::divideCeil(shape.outputs, shape.outputLanes);
  int64_t depth = shape.inputs * kWinogradTaps * kWinogradTaps;
  int64_t rows[] = {shape.height, shape.width};
  GemmShape gemm{rows, vectors, depth};
  gemm.byLane =
      hasLaneProducts(target) && shape.inputs % shape.outputLanes == 0;
  gemm.interleaves = gemm.byLane;
  double products =
      double(shape.images) *
      estimateGemmCycles(gemm, chooseGemmTile(gemm, target), target);
  double filters = double(depth) * vectors * shape.outputLanes * kElementBytes;
  return overlap(products, estimateTraffic(filters, shape.images, target),
                 target);
}

WinogradStrides megcc::spreadOverCache(int64_t group, int64_t channels) {
  WinogradStrides strides;
  // An odd number of lines shares few factors with a cache's sets.
  auto odd = [](int64_t elements) {
    int64_t lines = llvm::divideCeil(elements, kLineElements);
    return (lines | 1) * kLineElements;
  };
  strides.tile = channels < kLineElements ? channels : odd(channels);
  strides.component = odd(group * strides.tile);
  return strides;
}
