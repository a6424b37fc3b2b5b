//===- Profile.cpp - The table of megcc bench --profile -------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Driver/Profile.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

using namespace llvm;

namespace megcc {

static double median(std::vector<double> values) {
  if (values.empty())
    return 0;
  auto middle = values.begin() + values.size() / 2;
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

Profile parseTimings(StringRef text, const PackageReport::Variant &variant) {
  Profile profile;
  std::vector<std::vector<double>> layers(variant.layers.size());
  std::vector<double> calls;
  for (StringRef line : split(text, '\n')) {
    auto [kind, rest] = line.split(' ');
    auto [first, second] = rest.split(' ');
    double value = 0;
    (second.empty() ? first : second).getAsDouble(value);
    size_t layer = 0;
    if (kind == "peak")
      profile.peak = std::max(profile.peak, value);
    else if (kind == "cache")
      profile.cacheSpeed = value;
    else if (kind == "memory")
      profile.memorySpeed = value;
    else if (kind == "run")
      calls.push_back(value);
    else if (kind == "layer" && !first.getAsInteger(10, layer) &&
             layer < layers.size())
      layers[layer].push_back(value);
  }
  profile.ns = median(calls);
  profile.leastNs = calls.empty() ? 0 : *llvm::min_element(calls);
  profile.macs = variant.macs;
  for (auto [layer, times] : zip(variant.layers, layers))
    profile.layers.push_back({median(times), layer.macs, layer.bytes,
                              join(layer.nodes, " + "), layer.algorithm});
  return profile;
}

void printProfile(const Profile &profile, raw_ostream &os) {
  os << format("reads %.1f GB/s from the second cache, %.1f GB/s from memory\n",
               profile.cacheSpeed * 1e-9, profile.memorySpeed * 1e-9)
     << "layer         us      %  GFLOP/s  % peak        MB    GB/s\n";
  for (auto [i, layer] : enumerate(profile.layers)) {
    os << format("%5u %10.1f %6.2f ", unsigned(i), layer.ns * 1e-3,
                 profile.percentOfTime(layer.ns));
    if (layer.macs)
      os << format("%8.1f %7.1f", layer.gflops(),
                   profile.percentOfPeak(layer.gflops()));
    else
      os << "       -       -";
    os << format(" %9.3f %7.1f  ", double(layer.bytes) * 1e-6,
                 layer.bandwidth())
       << layer.nodes << ": " << layer.algorithm << '\n';
  }
  os << format("  sum %10.1f\n", profile.layersNs() * 1e-3);
}

} // namespace megcc
