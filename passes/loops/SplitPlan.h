//===- SplitPlan.h - How a kernel is cut into units of work -----*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block is a sequence of pieces that may run in any order:
//
//   for block                  Open: each iteration is a sequence itself
//     first row                Straight: one unit
//     for row                  Loop: a unit is one or several iterations
//       ...
//     last row                 Straight
//
// The units of all pieces, numbered through, are what threads share. Outer
// loops are taken as they are where their iterations are short enough, and
// opened where they are too few or too long to be shared evenly.
//
// A kernel whose pieces have an order runs in stages, each a sequence of its
// own, between which all threads wait; a loop around the stages repeats them.
//
//===----------------------------------------------------------------------===//
#ifndef MEGCC_PASSES_LOOPS_SPLITPLAN_H
#define MEGCC_PASSES_LOOPS_SPLITPLAN_H

#include "passes/loops/AccessRegions.h"
#include <memory>

namespace megcc {

struct BlockPlan;

struct SplitPiece {
  enum Kind { Straight, Loop, Open } kind = Straight;
  /// Straight: all that runs in this unit and nowhere else, in order. Else the
  /// loop alone.
  llvm::SmallVector<mlir::Operation *> ops;
  /// Loop: how many iterations are one unit.
  int64_t iterations = 1;
  /// Open: what an iteration consists of.
  std::unique_ptr<BlockPlan> inner;
  int64_t units = 1;
  /// Estimated operations of the whole piece and of its largest unit.
  double work = 0, largestUnit = 0;

  mlir::scf::ForOp getLoop() const {
    return mlir::cast<mlir::scf::ForOp>(ops.front());
  }
};

struct BlockPlan {
  llvm::SmallVector<SplitPiece> pieces;
  int64_t units = 0;
  double largestUnit = 0;
};

/// Cuts `block` into units of about `unitWork` operations that are proven to be
/// independent; null if that is not possible.
std::unique_ptr<BlockPlan> planBlock(mlir::Block &block, double unitWork,
                                     AccessRegions &regions);

struct StagePlan {
  /// Repeats the stages; null if they run once.
  mlir::scf::ForOp loop;
  int64_t rounds = 1;
  std::vector<std::unique_ptr<BlockPlan>> stages;

  int64_t getSteps() const { return rounds * int64_t(stages.size()); }
};

/// Cuts `block`, or the loop that is all there is in it, into stages of
/// independent units; a plan without stages if that is not possible.
StagePlan planStages(mlir::Block &block, double unitWork,
                     AccessRegions &regions);

} // namespace megcc

#endif // MEGCC_PASSES_LOOPS_SPLITPLAN_H
