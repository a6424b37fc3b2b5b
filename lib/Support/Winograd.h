//===- Winograd.h - Matrices of fast convolutions ---------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// F(m,3) computes m outputs of a filter g of 3 taps from m + 2 inputs d with
// m + 2 multiplications (Winograd 1980; for networks Lavin & Gray 2016, "Fast
// algorithms for convolutional neural networks"):
//
//   y = output * ((filter * g) .* (input * d))
//
// and in two dimensions with each matrix applied along rows and columns. The
// matrices follow from points at which polynomials are multiplied (Toom-Cook),
// infinity being the last:
//
//   F(2,3)   0, 1, -1
//   F(4,3)   0, 3/4, -3/4, 3/2, -3/2
//   F(6,3)   0, 1, -1, 2, -2, 1/2, -1/2
//
// Points of opposite sign share half of the work. Those of F(4,3) lose a third
// as much as the usual 0, +-1, +-2 does, and like all others are exact numbers
// with few bits.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_SUPPORT_WINOGRAD_H
#define MEGCC_LIB_SUPPORT_WINOGRAD_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <vector>

namespace megcc {

/// Taps of the filter in either direction.
constexpr int64_t kWinogradTaps = 3;

struct Matrix {
  int64_t rows = 0, columns = 0;
  std::vector<double> elements;

  Matrix(int64_t rows, int64_t columns)
      : rows(rows), columns(columns), elements(rows * columns) {}
  double &at(int64_t row, int64_t column) {
    return elements[row * columns + column];
  }
  double at(int64_t row, int64_t column) const {
    return elements[row * columns + column];
  }
};

struct WinogradMatrices {
  Matrix output; ///< m x (m + 2)
  Matrix filter; ///< (m + 2) x 3
  Matrix input;  ///< (m + 2) x (m + 2); the last coefficient of a row is 1
};

/// The values of m that exist.
llvm::ArrayRef<int64_t> getWinogradTiles();

/// The matrices of F(m,3) for one of them.
const WinogradMatrices &getWinogradMatrices(int64_t m);

/// The filter transform in two dimensions as one matrix, (m + 2)^2 x 9.
Matrix getWinogradFilterTransform(int64_t m);

/// The error of float32 results to expect, relative to the largest magnitude in
/// the output, when depth is `channels`; see docs/rationale-kernel.md.
double estimateWinogradError(int64_t m, int64_t channels);

} // namespace megcc

#endif // MEGCC_LIB_SUPPORT_WINOGRAD_H
