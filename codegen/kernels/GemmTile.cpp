//===- GemmTile.cpp - The register tile of a contraction ------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The model is that of Low et al. 2016, "Analytical modeling is enough for
// high-performance BLIS", reduced to what differs between tiles of one shape:
// a step of the depth loads `vectors` vectors and `rows` elements and does
// rows * vectors multiply-adds, of which the target says how many a core starts
// in a cycle and how long it waits for a sum that it needs again.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/GemmTile.h"

#include <algorithm>

using namespace megcc;

namespace {
constexpr double kLoadsPerCycle = 2;
/// Operations of all kinds that a core starts in a cycle.
constexpr double kOperationsPerCycle = 6;
/// Per accumulator: zeroing, epilogue and store.
constexpr double kCyclesPerAccumulator = 2;
/// Per tile: entering and leaving the depth loop.
constexpr double kCyclesPerTile = 16;
} // namespace

/// Cycles of a tile of exactly `rows` by `vectors`.
static double estimateTile(double rows, double vectors, double depth,
                           const Target &target) {
  double multiplyAdds = rows * vectors, loads = rows + vectors;
  // Without a fused instruction a multiply-add is two.
  double operations = multiplyAdds * (target.fma ? 1 : 2);
  double step =
      std::max({operations / target.multiplyAddPorts, loads / kLoadsPerCycle,
                double(target.multiplyAddLatency),
                (operations + loads + 2) / kOperationsPerCycle});
  return depth * step + multiplyAdds * kCyclesPerAccumulator + kCyclesPerTile;
}

double megcc::estimateGemmCycles(int64_t rows, int64_t vectors, int64_t depth,
                                 GemmTile tile, const Target &target) {
  int64_t rowTiles = rows / tile.rows, restRows = rows % tile.rows;
  int64_t blocks = vectors / tile.vectors, restVectors = vectors % tile.vectors;
  double cycles =
      rowTiles * blocks * estimateTile(tile.rows, tile.vectors, depth, target);
  if (restRows)
    cycles += blocks * estimateTile(restRows, tile.vectors, depth, target);
  if (restVectors)
    cycles += rowTiles * estimateTile(tile.rows, restVectors, depth, target);
  if (restRows && restVectors)
    cycles += estimateTile(restRows, restVectors, depth, target);
  return cycles;
}

GemmTile megcc::chooseGemmTile(int64_t rows, int64_t vectors, int64_t depth,
                               const Target &target) {
  GemmTile best{1, 1};
  double bestCycles = estimateGemmCycles(rows, vectors, depth, best, target);
  int64_t registers = target.vectorRegisters;
  for (int64_t v = 1; v <= std::min(vectors, registers); ++v)
    // Beside the accumulators: the vectors of the rhs, and one broadcast
    // element of the lhs or all of them.
    for (int64_t r = 1;
         r <= rows && r * v + v + (target.hoistsLoads ? r : 1) <= registers;
         ++r) {
      double cycles = estimateGemmCycles(rows, vectors, depth, {r, v}, target);
      // Of equals the larger tile: it loads less for the same sums.
      if (cycles <= bestCycles) {
        bestCycles = cycles;
        best = {r, v};
      }
    }
  return best;
}
