//===- Compare.cpp - Is a tensor what was expected? -----------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Driver/Compare.h"
#include "lib/Support/Constants.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <limits>

using namespace llvm;

namespace megcc {

/// Every element as double; 64-bit integers lose what a message can do
/// without.
static std::vector<double> widen(mlir::Type type, ArrayRef<char> bytes,
                                 int64_t elements) {
  std::vector<double> values(elements);
  if (isa<mlir::FloatType>(type)) {
    loadFloats(type, bytes.data(), size_t(elements), values.data());
    return values;
  }
  std::vector<int64_t> integers(elements);
  loadInts(type, bytes.data(), size_t(elements), integers.data());
  llvm::copy(integers, values.begin());
  return values;
}

Comparison compareTensors(mlir::Type type, ArrayRef<char> foundBytes,
                          ArrayRef<char> expectedBytes, int64_t elements,
                          const Tolerance &tolerance) {
  std::vector<double> found = widen(type, foundBytes, elements);
  std::vector<double> expected = widen(type, expectedBytes, elements);
  bool exact = tolerance.exactIntegers && !isa<mlir::FloatType>(type);
  double magnitude = 0;
  for (double value : expected)
    if (std::isfinite(value))
      magnitude = std::max(magnitude, std::fabs(value));

  Comparison result;
  result.elements = elements;
  result.magnitude = magnitude;
  double squaredError = 0, squares = 0;
  double worstExcess = -std::numeric_limits<double>::infinity();
  for (int64_t i = 0; i < elements; ++i) {
    double a = found[i], b = expected[i];
    bool same = a == b || (std::isnan(a) && std::isnan(b));
    double difference = same ? 0 : std::fabs(a - b);
    if (std::isnan(difference)) // a number where there should be none, or not
      difference = std::numeric_limits<double>::infinity();
    if (std::isfinite(a) && std::isfinite(b)) {
      squaredError += difference * difference;
      squares += b * b;
    }
    double allowed =
        exact ? 0
              : std::max(tolerance.atol + tolerance.rtol * std::fabs(b),
                         tolerance.ofMagnitude * magnitude);
    // An expected infinity allows nothing but itself.
    if (!same && !std::isfinite(b))
      allowed = 0;
    if (difference > allowed)
      ++result.wrong;
    result.largestDifference = std::max(result.largestDifference, difference);
    if (difference - allowed > worstExcess) {
      worstExcess = difference - allowed;
      result.worst = i;
      result.found = a;
      result.expected = b;
    }
  }
  if (squares > 0)
    result.relativeError = std::sqrt(squaredError / squares);
  return result;
}

std::string indexText(int64_t position, ArrayRef<int64_t> shape) {
  SmallVector<int64_t> index(shape.size());
  for (size_t i = shape.size(); i-- > 0;) {
    index[i] = position % shape[i];
    position /= shape[i];
  }
  std::string text = "[";
  raw_string_ostream os(text);
  interleaveComma(index, os);
  os << ']';
  return text;
}

} // namespace megcc
