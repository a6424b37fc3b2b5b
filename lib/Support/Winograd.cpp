//===- Winograd.cpp - Matrices of fast convolutions -----------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Support/Winograd.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"

#include <algorithm>
#include <cmath>

using namespace megcc;

/// The coefficients of the product of (x - p) over all points but number
/// `left`, the constant first.
static std::vector<double> productOfRoots(llvm::ArrayRef<double> points,
                                          size_t left) {
  std::vector<double> product{1};
  for (auto [i, point] : llvm::enumerate(points)) {
    if (i == left)
      continue;
    product.insert(product.begin(), 0);
    for (size_t k = 0; k + 1 < product.size(); ++k)
      product[k] -= point * product[k + 1];
  }
  return product;
}

static WinogradMatrices makeMatrices(llvm::ArrayRef<double> points) {
  int64_t finite = points.size(), size = finite + 1;
  int64_t m = size - kWinogradTaps + 1;
  WinogradMatrices matrices{Matrix(m, size), Matrix(size, kWinogradTaps),
                            Matrix(size, size)};
  for (int64_t i = 0; i < finite; ++i) {
    double denominator = 1;
    for (int64_t k = 0; k < finite; ++k)
      if (k != i)
        denominator *= points[i] - points[k];
    for (int64_t k = 0; k < kWinogradTaps; ++k)
      matrices.filter.at(i, k) = std::pow(points[i], k) / denominator;
    for (int64_t k = 0; k < m; ++k)
      matrices.output.at(k, i) = std::pow(points[i], k);
    for (auto [k, value] : llvm::enumerate(productOfRoots(points, i)))
      matrices.input.at(i, k) = value;
  }
  matrices.filter.at(finite, kWinogradTaps - 1) = 1;
  matrices.output.at(m - 1, finite) = 1;
  for (auto [k, value] : llvm::enumerate(productOfRoots(points, finite)))
    matrices.input.at(finite, k) = value;
  return matrices;
}

llvm::ArrayRef<int64_t> megcc::getWinogradTiles() {
  static const int64_t tiles[] = {2, 4, 6};
  return tiles;
}

const WinogradMatrices &megcc::getWinogradMatrices(int64_t m) {
  static const WinogradMatrices f2 = makeMatrices({0, 1, -1});
  static const WinogradMatrices f4 = makeMatrices({0, 0.75, -0.75, 1.5, -1.5});
  static const WinogradMatrices f6 = makeMatrices({0, 1, -1, 2, -2, 0.5, -0.5});
  switch (m) {
  case 2:
    return f2;
  case 4:
    return f4;
  case 6:
    return f6;
  }
  llvm_unreachable("no such tile");
}

Matrix megcc::getWinogradFilterTransform(int64_t m) {
  const Matrix &filter = getWinogradMatrices(m).filter;
  int64_t size = filter.rows, taps = filter.columns;
  Matrix both(size * size, taps * taps);
  for (int64_t i = 0; i < size; ++i)
    for (int64_t j = 0; j < size; ++j)
      for (int64_t k = 0; k < taps; ++k)
        for (int64_t l = 0; l < taps; ++l)
          both.at(i * size + j, k * taps + l) =
              filter.at(i, k) * filter.at(j, l);
  return both;
}

double megcc::estimateWinogradError(int64_t m, int64_t channels) {
  const WinogradMatrices &matrices = getWinogradMatrices(m);
  auto squares = [](const Matrix &matrix, int64_t row) {
    double sum = 0;
    for (int64_t k = 0; k < matrix.columns; ++k)
      sum += matrix.at(row, k) * matrix.at(row, k);
    return sum;
  };
  double largest = 0;
  for (int64_t a = 0; a < m; ++a) {
    double sum = 0;
    for (int64_t i = 0; i < matrices.output.columns; ++i)
      sum += std::pow(matrices.output.at(a, i), 2) *
             squares(matrices.filter, i) * squares(matrices.input, i);
    largest = std::max(largest, sum / kWinogradTaps);
  }
  constexpr double unit = 0x1p-24, safety = 3;
  // Of the transforms before and after the sum.
  constexpr double roundings = 8;
  return safety * unit * largest * std::sqrt(channels / 2.0 + roundings);
}
