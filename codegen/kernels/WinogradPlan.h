//===- WinogradPlan.h - What a fast convolution would cost ------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_KERNELS_WINOGRADPLAN_H
#define MEGCC_CODEGEN_KERNELS_WINOGRADPLAN_H

#include "codegen/kernels/GemmTile.h"

namespace megcc {

/// A 3x3 convolution of stride 1 in numbers, of f32.
struct WinogradShape {
  int64_t images, height, width; ///< of the output
  int64_t inputs, outputs;       ///< channels
  /// Elements that one vector of channels has: 1 in plain layouts.
  int64_t inputLanes, outputLanes;
};

/// How kernel.winograd runs with tiles of `m` x `m`, and the estimated cycles.
struct WinogradPlan {
  int64_t m = 0;
  /// Tiles that are transformed together.
  int64_t group = 1;
  GemmTile registers{1, 1};
  double cycles = 0;
};

/// The best group for tiles of `m`: many read each filter often, few stay in
/// the second cache from one step to the next.
WinogradPlan planWinograd(const WinogradShape &shape, int64_t m,
                          const Target &target);

/// What the convolution costs as a kernel.gemm, in the same cycles.
double estimateDirectConvolution(const WinogradShape &shape,
                                 const Target &target);

/// The distance of rows of tiles, and of components, in a buffer of `group`
/// tiles by `channels`: spread over the sets of a cache, which are powers of 2.
struct WinogradStrides {
  int64_t tile, component;
};
WinogradStrides spreadOverCache(int64_t group, int64_t channels);

} // namespace megcc

#endif // MEGCC_CODEGEN_KERNELS_WINOGRADPLAN_H
