//===- PatchSearch.h - Which layers run patch by patch ----------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Patch-wise execution after Lin et al., MCUNetV2 (2021), for any stretch of
// operators of which one tensor comes out, not the first layers alone. Each
// cell of a grid over that tensor is computed from those boxes of the tensors
// before it that it needs; where boxes of neighbours overlap, elements are
// computed more than once.
//
// Every stretch and every grid is looked at: boxes go backwards from its end, a
// patch at a time, and with each operator that is added in front it is known
// what is alive and what is computed twice. A dynamic program then puts
// together stretches and operators that run as a whole: first for the smallest
// peak, then for the fewest multiply-accumulates below a given one.
//
// Sizes are those of tensors; what kernels and offsets make of them is for the
// planner to say.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_NN_PATCHSEARCH_H
#define MEGCC_PASSES_NN_PATCHSEARCH_H

#include "dialects/NN/NN.h"

namespace megcc::nn {

/// How often a tensor is cut along which dimension.
struct PatchGrid {
  struct Cut {
    int64_t dim, count;
  };
  llvm::SmallVector<Cut, 2> cuts;

  int64_t getCount() const;
  /// Cell `number` of a tensor of type `type`. Cells differ by at most one
  /// element in each dimension.
  Box getCell(mlir::RankedTensorType type, int64_t number) const;
  /// "4x4".
  std::string getName() const;
};

/// Operators [first, last) of the graph that run patch by patch.
struct PatchSegment {
  unsigned first = 0, last = 0;
  PatchGrid grid;
  /// Bytes that are alive at once while they run, estimated.
  int64_t peak = 0;
  /// Multiply-accumulates that are done again.
  int64_t extraMacs = 0;
};

/// The operators of @main's block, constants left out, with their lifetimes.
class PatchGraph {
public:
  /// With `ioInArena` inputs and results of the block count.
  PatchGraph(mlir::Block &block, bool ioInArena);

  llvm::ArrayRef<mlir::Operation *> getOps() const { return ops; }
  int64_t getMacs() const;
  /// Whether operators [first, last) have parts, and one result of theirs is
  /// used by others: the last one's.
  bool isSegment(unsigned first, unsigned last) const;
  /// What the operators [first, last) need to compute `cell` of the last one's
  /// result: a box of each of their results, none where nothing is needed.
  /// Fails where an operator would compute nothing but padding.
  mlir::FailureOr<llvm::SmallVector<std::optional<Box>>>
  getBoxes(unsigned first, unsigned last, const Box &cell) const;
  /// The stretch as cut by `grid`, with its costs; nothing if it can't be.
  std::optional<PatchSegment> getSegment(unsigned first, unsigned last,
                                         const PatchGrid &grid) const;

  /// The stretches that compute least twice below a peak: the smallest that can
  /// be had with `slack` percent added, or `aim`, whichever is larger. None
  /// where the operators as they are do as well. With neither, what is near the
  /// peak and costs nothing more is cut finer, as kernels may need more than
  /// their tensors.
  std::vector<PatchSegment> findSegments(int64_t aim, unsigned slack) const;

private:
  /// An operand that an operator of the graph makes.
  struct Use {
    unsigned producer;
    /// Whether the result may take its place.
    bool mayReuse;
  };
  struct Node {
    /// Of the result: its bytes, and the last operator that uses it; past the
    /// end for results of the block.
    int64_t bytes = 0;
    unsigned lastUse = 0;
    int64_t macs = 0, elements = 1;
    /// The first operator with which a stretch can begin that ends here.
    unsigned earliest = 0;
    llvm::DenseMap<mlir::Value, Use> uses;
  };
  class Walk;

  void addNode(mlir::Operation *op);
  void addLifetimes(mlir::Block &block, bool ioInArena);
  void walkBack(unsigned last, const PatchGrid &grid,
                llvm::function_ref<void(const PatchSegment &)> visit) const;
  std::vector<PatchSegment> getCandidates() const;
  int64_t getSmallestPeak(llvm::ArrayRef<PatchSegment> candidates) const;
  std::vector<PatchSegment> getCheapest(llvm::ArrayRef<PatchSegment> candidates,
                                        int64_t bound, bool leavesRoom) const;

  llvm::SmallVector<mlir::Operation *> ops;
  std::vector<Node> nodes;
  llvm::DenseMap<mlir::Value, unsigned> producers;
  /// Bytes of what exists before each operator and is used by it or later;
  /// bytes that are alive while it runs as a whole.
  std::vector<int64_t> across, whole;
};

} // namespace megcc::nn

#endif // MEGCC_PASSES_NN_PATCHSEARCH_H
