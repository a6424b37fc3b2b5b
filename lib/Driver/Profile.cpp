//===- Profile.cpp - The table of megcc bench --profile -------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Driver/Profile.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"

using namespace llvm;

namespace megcc {

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
