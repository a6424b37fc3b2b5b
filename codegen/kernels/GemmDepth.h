//===- GemmDepth.h - What a register tile does along the depth --*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A step adds the products of one index of the depth, or of as many as one
// instruction multiplies (groups), to the tile's sums. Where instructions
// multiply by one lane of a register, as NEON's do, a step takes as many
// elements of the depth as there are lanes, and one load a row for all of them;
// or it takes all taps of a window's line, and the rows share what they load.
// Halves are multiplied as they are, or widened when they are loaded.
//
// The depth loop is not unrolled: the tile takes all registers already, which a
// C compiler that moves loads ahead is told.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_KERNELS_GEMMDEPTH_H
#define MEGCC_CODEGEN_KERNELS_GEMMDEPTH_H

#include "codegen/kernels/GemmLanes.h"
#include "codegen/kernels/GemmPrefetch.h"
#include "lib/Target/DotProducts.h"

namespace megcc {

class GemmDepth {
public:
  using Values = LoopBuilder::Values;
  using Exprs = llvm::SmallVector<mlir::AffineExpr>;

  /// Tells `prefetch` which loops there will be.
  GemmDepth(kernel::GemmOp op, LoopBuilder &loops, const Target &target,
            GemmPrefetch &prefetch);

  /// The sums of the tile at `position`, those of a row one after the other,
  /// which begin with `begin`, or with 0.
  Values sum(const GemmPosition &position, const Values &begin = {});

private:
  using Index = llvm::ArrayRef<mlir::AffineExpr>;

  void collectLoops();
  Exprs getDepth(Index index) const;
  Values accumulate(Exprs index, mlir::ValueRange acc);
  bool fillsRegisters(int64_t sums) const;

  Values step(Index depth, mlir::ValueRange acc);
  Values stepByGroup(Index depth, mlir::ValueRange acc);
  Values stepByPart(Index depth, mlir::ValueRange acc);
  Values stepByLane(const Exprs &index, mlir::ValueRange acc);
  Values stepInOrder(const Exprs &index, mlir::ValueRange acc);
  bool canStepByRun();
  Values stepByRun(Exprs index, mlir::ValueRange acc);

  mlir::Value loadRow(int64_t r, Index depth, int64_t count);
  Values loadRhs(Index depth);
  llvm::SmallVector<Values> loadRhsSteps(Exprs index, int64_t count);
  bool readsInOrder();
  llvm::SmallVector<Values> loadInOrder(Index depth, int64_t steps);
  mlir::Value takeVector(mlir::Value all, int64_t vector);
  void addProducts(Values &sums, int64_t r, mlir::Value lhs, int64_t lane,
                   mlir::ValueRange rhs, int64_t part = 0);
  mlir::Value widen(mlir::Value value, bool isUnsigned);

  kernel::GemmOp op;
  LoopBuilder &loops;
  const Target &target;
  GemmPrefetch &prefetch;
  int64_t lanes;
  /// Elements along the depth that one instruction multiplies.
  int64_t group;
  /// Elements along the depth that a row's vector holds, 1 if it loads single
  /// ones.
  int64_t together = 1;
  /// The instruction that multiplies groups. Where it makes the lhs unsigned,
  /// sums behind the tile's take off what that adds.
  DotProduct dot;
  /// What the rows of a tile load together, if they do.
  LaneRun run;
  mlir::Type accumulator;
  /// Two loops per depth dimension.
  llvm::SmallVector<int64_t> depthLoops;
  /// The current tile.
  GemmPosition at;
};

} // namespace megcc

#endif // MEGCC_CODEGEN_KERNELS_GEMMDEPTH_H
