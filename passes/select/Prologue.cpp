//===- Prologue.cpp - Contractions that make their own operand ------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Elementwise operators in front of a contraction run either as a kernel of
// their own, or as its prologue: for a block of rows at a time, each element
// once, into a small buffer from which all columns are then computed. The
// latter saves writing and reading a tensor, and its memory; but the packed
// columns are read again for each block.
//
//===----------------------------------------------------------------------===//

#include "dialects/Kernel/PlanAttributes.h"
#include "passes/select/Selector.h"

using namespace mlir;
using namespace megcc;

/// Threads share blocks; with fewer they had better share the kernels.
static constexpr int64_t kLeastBlocksOfThreads = 8;

Node Selector::withoutPrologue(const Node &node) {
  if (node.leaders.empty())
    return node;
  // Elementwise operators are never refused.
  (void)selectElementwise(node.prologue(), *this);
  Node rest = node;
  rest.leaders.clear();
  return rest;
}

void Selector::setPrologue(GemmSpec &spec, RankedTensorType whole,
                           ArrayRef<Operand> operands, int64_t blocks,
                           ArrayRef<AffineExpr> index) {
  spec.prologue.blocks = blocks;
  for (const Operand &operand : operands) {
    spec.prologue.inputs.push_back(operand.buffer);
    // The number of the block and its index.
    spec.prologue.maps.push_back(map(
        index.size() + 1, layout::broadcastIndex(operand.type, whole, index)));
  }
}

int64_t Selector::getPrologueBlocks(const GemmShape &shape, int64_t lines,
                                    const Node &node) {
  if (node.leaders.empty())
    return 0;
  int64_t rows = 1;
  for (int64_t extent : shape.rows)
    rows *= extent;
  int64_t elementBytes =
      (node.prologue().resultType().getElementTypeBitWidth() + 7) / 8;
  // What lies in the second cache, and how far from the core more lies.
  constexpr double nearBytes = 32, farBytes = 8;
  int64_t mostBytes =
      threads ? std::min(kernel::kMostPrivateBytes, target.l2Bytes / 2)
              : target.l2Bytes / 2;
  int64_t fewest = threads ? kLeastBlocksOfThreads : 2;
  double panels = double(shape.depth) * shape.vectors *
                  target.lanes(builder.getF32Type()) * 4 / nearBytes;
  double tensor = double(rows) * shape.depth * elementBytes / farBytes;
  double apart =
      estimateGemmCycles(shape, chooseGemmTile(shape, target), target) +
      2 * tensor;

  SmallVector<std::pair<int64_t, double>> known;
  double least = apart;
  for (int64_t blocks = lines; blocks >= fewest; --blocks) {
    int64_t size = rows / blocks;
    if (lines % blocks != 0 || size * shape.depth * elementBytes > mostBytes)
      continue;
    SmallVector<int64_t> blockRows(shape.rows);
    blockRows.front() /= blocks;
    GemmShape block{blockRows, shape.vectors, shape.depth, shape.small};
    GemmTile tile = chooseGemmTile(block, target);
    double cycles = blocks * (estimateGemmCycles(block, tile, target) + panels);
    known.push_back({blocks, cycles});
    least = std::min(least, cycles);
  }
  // The smallest block that is hardly slower than the best.
  constexpr double hardly = 1.05;
  for (auto [blocks, cycles] : known)
    if (cycles <= hardly * least)
      return blocks;
  return 0;
}
