//===- RowTiming.h - How the uses of rows follow each other -----*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What can be said of kernels that take turns before it is decided which do.
// The periods of two kernels that use one buffer's rows have a ratio that is
// given by how fast they move along them. So how long one has to wait for the
// other is known but for a factor, and looking through all firings is done
// once, not for each of the many segments that hold both:
//
//   read of row r   firing i of the reader, at start + i * period
//   written         firing j of the writer, at start' + j * period'
//   start >= start' + max over r of (j * period' - i * period)
//
// where the i and j of the maximum are the same for all periods of this ratio.
//
// Knows nothing of MLIR.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_KERNEL_ROWS_ROWTIMING_H
#define MEGCC_PASSES_KERNEL_ROWS_ROWTIMING_H

#include "passes/kernel/rows/RowPlanner.h"

#include <numeric>

namespace megcc {

/// A positive fraction; 0 if it isn't known.
struct Fraction {
  int64_t numerator = 0, denominator = 1;
  bool isKnown() const { return numerator != 0; }
  bool operator==(const Fraction &other) const {
    return numerator == other.numerator && denominator == other.denominator;
  }
  bool operator!=(const Fraction &other) const { return !(*this == other); }
  static Fraction get(int64_t numerator, int64_t denominator) {
    int64_t common = std::gcd(numerator, denominator);
    return {numerator / common, denominator / common};
  }
  Fraction operator*(const Fraction &other) const {
    return get(numerator * other.numerator, denominator * other.denominator);
  }
  Fraction operator/(const Fraction &other) const {
    return get(numerator * other.denominator, denominator * other.numerator);
  }
};

/// A kernel's use of rows, and in which of its firings.
struct RowTouches {
  unsigned kernel;
  const RowUse *use;
  /// Of each row, the first and the last firing that touches it; -1 if none
  /// does.
  std::vector<int64_t> first, last;
  /// From each firing on, the first row that is touched.
  std::vector<int64_t> oldest;
  /// The last firing that touches any.
  int64_t lastFiring = -1;
  /// The most rows that one firing touches.
  int64_t most = 0;
  /// No firing goes back.
  bool isMonotone = true;
  /// The firing and its row that are earliest, and latest, against a clock that
  /// advances with the rows.
  struct Moment {
    int64_t firing = 0, row = 0;
  };
  Moment earliest, latest;

  /// By how many rows a firing is further than the one before.
  Fraction getStep() const {
    return Fraction::get(use->stepNumerator, use->stepDenominator);
  }
};

/// A write of rows and another use of them.
struct RowMeeting {
  bool isKnown = false, meets = false;
  /// Of the rows that both touch, the firings that are furthest apart: with the
  /// write late, and with the write early.
  int64_t lateWrite = 0, lateUse = 0, earlyWrite = 0, earlyUse = 0;
  /// The rows that a ring needs, for these periods and this distance.
  struct {
    int64_t writePeriod = 0, usePeriod = 0, distance = 0, rows = 0;
  } last;
};

/// What is known of all uses of a program.
class RowTiming {
public:
  explicit RowTiming(const RowProgram &program);

  /// All uses, kernel by kernel.
  std::vector<RowTouches> uses;
  /// The first of each kernel's; one more as the end of the last one's.
  std::vector<unsigned> firstUse;
  /// Those of each buffer, in order, and where each stands in its list.
  std::vector<std::vector<unsigned>> ofBuffer;
  std::vector<unsigned> ordinal;
  std::vector<RowLife> lives;

  /// For a `read`: the kernel such that what writes from it on until `read`
  /// writes all rows that are read; -1 if there is none.
  int64_t getFirstNeeded(unsigned read) const { return needed[read]; }

  RowMeeting &getMeeting(unsigned write, unsigned use);

  /// How many rows must be kept from `write` for the reads of `use`, if one
  /// starts `distance` ticks after the other.
  int64_t getRingRows(unsigned write, unsigned use, int64_t writePeriod,
                      int64_t usePeriod, int64_t distance);

private:
  void addUse(unsigned kernel, const RowUse &use, int64_t rows);
  int64_t findFirstNeeded(unsigned read) const;
  int64_t countRingRows(const RowTouches &write, const RowTouches &read,
                        int64_t writePeriod, int64_t readPeriod,
                        int64_t distance) const;

  std::vector<int64_t> needed;
  /// For each buffer a table of all pairs.
  std::vector<std::vector<RowMeeting>> meetings;
};

} // namespace megcc

#endif // MEGCC_PASSES_KERNEL_ROWS_ROWTIMING_H
