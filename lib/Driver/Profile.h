//===- Profile.h - What a package's layers took -----------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_DRIVER_PROFILE_H
#define MEGCC_LIB_DRIVER_PROFILE_H

#include "lib/Driver/PackageReport.h"
#include "llvm/Support/raw_ostream.h"
#include <string>
#include <vector>

namespace megcc {

/// The measurements of one run of `megcc bench`. Times are medians.
struct Profile {
  struct Layer {
    double ns = 0;
    int64_t macs = 0;
    /// Of all buffers that the layer reads or writes, each once.
    int64_t bytes = 0;
    std::string nodes, algorithm;

    /// 10^9 floating-point operations per second; a multiply-add is two.
    double gflops() const { return ns > 0 ? 2 * double(macs) / ns : 0; }
    /// 10^9 bytes per second.
    double bandwidth() const { return ns > 0 ? double(bytes) / ns : 0; }
  };

  std::string title;
  double ns = 0, leastNs = 0;
  int64_t macs = 0;
  /// Of this machine: floating-point operations per second, and bytes per
  /// second read from the second-level cache and from memory.
  double peak = 0, cacheSpeed = 0, memorySpeed = 0;
  std::vector<Layer> layers;

  /// Of all layers; less than a run where other programs disturb some runs,
  /// since each layer's median is its own.
  double layersNs() const {
    double sum = 0;
    for (const Layer &layer : layers)
      sum += layer.ns;
    return sum;
  }
  double percentOfTime(double ns) const {
    double sum = layersNs();
    return sum > 0 ? 100 * ns / sum : 0;
  }
  double gflops() const { return ns > 0 ? 2 * double(macs) / ns : 0; }
  double percentOfPeak(double gflops) const {
    return peak > 0 ? 100 * gflops / (peak * 1e-9) : 0;
  }
  double percentOfPeak() const { return percentOfPeak(gflops()); }
};

/// Reads what the bench harness printed.
Profile parseTimings(llvm::StringRef text,
                     const PackageReport::Variant &variant);

/// A line per layer: time, share of the whole, speed, share of the peak, bytes.
void printProfile(const Profile &profile, llvm::raw_ostream &os);

/// The layers under the machine's limits, as an SVG picture that needs nothing
/// else: Williams et al. 2009, "Roofline: an insightful visual performance
/// model".
void drawRoofline(const Profile &profile, llvm::raw_ostream &os);

} // namespace megcc

#endif // MEGCC_LIB_DRIVER_PROFILE_H
