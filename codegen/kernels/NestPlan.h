//===- NestPlan.h - How a kernel.nest becomes loops -------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The decisions of the nest family, apart from the building of loops:
//
//  - which dimension lies along the lanes of a vector;
//  - how many neighbouring points are computed at once, so that what they
//    share is loaded once and their additions need not wait for each other;
//  - where parallel dimensions are cut, so that the inside of a padded
//    operation runs without guards;
//  - which reduced dimensions are unrolled.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_KERNELS_NESTPLAN_H
#define MEGCC_CODEGEN_KERNELS_NESTPLAN_H

#include "codegen/kernels/IndexSpace.h"
#include "dialects/Kernel/Kernel.h"
#include "megcc/Target.h"

namespace megcc {

/// A range of one dimension.
struct Segment {
  int64_t begin, end;
  int64_t size() const { return end - begin; }
};

/// How an input is read by a vector of neighbouring points.
enum class Access {
  Uniform,    ///< one element for all lanes
  Contiguous, ///< an element each, one after the other
  Irregular,  ///< anything else
  Buffer      ///< by the region itself
};

struct NestPlan {
  /// `given` is the range of the given index, if the nest has one.
  NestPlan(kernel::NestOp op, const Target &target, Segment given = {0, 0});

  /// The ranges that a given index is divided into, for each of which a plan of
  /// its own is made: those in which guards hold, and those around.
  static llvm::SmallVector<Segment, 3> getGivenSegments(kernel::NestOp op);

  /// The dimension along the lanes; -1 for scalar code. It is a parallel
  /// dimension, or the last of all where `vectorIsReduced`.
  int64_t vectorDim = -1;
  int64_t lanes = 1;
  /// Narrower vectors than this do not pay.
  int64_t leastLanes = 1;
  bool vectorIsReduced = false;

  /// `jam` points at once along `jamDim`, a parallel dimension. Where it is the
  /// vectorised one the points are whole vectors.
  int64_t jamDim = -1;
  int64_t jam = 1;

  /// Per parallel dimension that is a loop, the ranges that it is cut into.
  llvm::SmallVector<llvm::SmallVector<Segment, 3>> segments;

  /// Reduced dimensions from here on are unrolled.
  int64_t firstUnrolled;

  /// How each buffer of the nest, the output last, is read or written by
  /// vectors of `lanes` elements along `dim` that start at `begin` and then
  /// every `lanes`.
  llvm::SmallVector<Access> classify(int64_t dim, int64_t begin, int64_t lanes);
  /// Whether points of `segment` of the parallel dimension `dim` may be
  /// computed as vectors of `lanes`.
  bool isVectorizable(int64_t dim, Segment segment, int64_t lanes);

  /// Whether points are combined one after the other, also if dimensions are
  /// merged before.
  bool reducesInOrder();

  /// A divisor by which a loop over `segment` of `dim` should be split in two
  /// (getDimensionSplit); 1 if no map asks for it.
  int64_t getSplit(int64_t dim, Segment segment);

private:
  /// Without any decision.
  explicit NestPlan(kernel::NestOp op)
      : op(op), target(nullptr), givenRank(op.getGivenRank()), given{0, 0} {}

  void cutAtGuards();
  void chooseVectorDim();
  void chooseReducedVectorDim();
  /// How many lanes a reduction along `dim` could have; 1 if it can't.
  int64_t getReducedLanes(int64_t dim);
  void chooseUnrolling();
  void chooseJam();
  /// The largest number of lanes that body and finish allow, given how the
  /// buffers are accessed.
  int64_t getLegalLanes(llvm::ArrayRef<Access> access, int64_t dim);

  /// An expression per dimension of the nest, and the space they live in.
  llvm::SmallVector<mlir::AffineExpr> addDimensions(IndexSpace &space);
  /// The part of `dim` in which no guard fails, whatever the other dimensions.
  Segment getInterior(int64_t dim);
  /// `whole` cut where the guards begin and end to hold in `inside`.
  static llvm::SmallVector<Segment, 3> cut(Segment whole, Segment inside);

  kernel::NestOp op;
  const Target *target;
  int64_t givenRank;
  Segment given;
  bool small = false;
};

} // namespace megcc

#endif // MEGCC_CODEGEN_KERNELS_NESTPLAN_H
