//===- SplitPlan.cpp - How a kernel is cut into units of work -------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/loops/SplitPlan.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "passes/loops/WorkEstimate.h"

using namespace megcc;
using namespace mlir;

namespace {

class BlockPlanner {
public:
  BlockPlanner(Block &block, double unitWork, AccessRegions &regions)
      : block(block), unitWork(unitWork), regions(regions) {}

  /// The stages of the block, at most `mostStages`; none if that is not
  /// possible.
  std::vector<std::unique_ptr<BlockPlan>> run(size_t mostStages) {
    for (Operation &op : block.without_terminator())
      if (regions.writes(&op))
        addWriter(&op);
    std::vector<std::unique_ptr<BlockPlan>> stages;
    if (pieces.empty() || !assignReaders() || !haveOwnScratch())
      return stages;
    for (SplitPiece &piece : pieces) {
      if (stages.empty() || !isIndependentOf(piece, *stages.back()))
        stages.push_back(std::make_unique<BlockPlan>());
      measure(piece);
      BlockPlan &plan = *stages.back();
      plan.units += piece.units;
      plan.largestUnit = std::max(plan.largestUnit, piece.largestUnit);
      plan.pieces.push_back(std::move(piece));
    }
    if (stages.size() > mostStages)
      stages.clear();
    return stages;
  }

private:
  /// Neighbours that are no loops worth sharing are one piece.
  void addWriter(Operation *op) {
    SplitPiece piece;
    piece.ops.push_back(op);
    piece.work = estimateWork(op);
    auto loop = dyn_cast<scf::ForOp>(op);
    if (loop && piece.work > unitWork && isShareable(loop))
      shareLoop(loop, piece);
    if (piece.kind != SplitPiece::Straight || pieces.empty() ||
        pieces.back().kind != SplitPiece::Straight) {
      pieces.push_back(std::move(piece));
    } else {
      pieces.back().ops.push_back(op);
      pieces.back().work += piece.work;
    }
    pieceOf[op] = pieces.size() - 1;
  }

  bool isShareable(scf::ForOp loop) {
    auto extent = getExtent(loop);
    return extent && *extent > 1 && loop.getNumResults() == 0 &&
           regions.hasIndependentIterations(loop);
  }

  void shareLoop(scf::ForOp loop, SplitPiece &piece) {
    int64_t extent = *getExtent(loop);
    double iteration = piece.work / double(extent);
    if (iteration > unitWork)
      if (auto inner = planBlock(*loop.getBody(), unitWork, regions))
        if (inner->units > 1) {
          piece.kind = SplitPiece::Open;
          piece.units = extent * inner->units;
          piece.largestUnit = inner->largestUnit;
          piece.inner = std::move(inner);
          return;
        }
    piece.kind = SplitPiece::Loop;
    // Where two threads meet, a cache line should not be shared.
    int64_t line = regions.getLineIterations(loop);
    int64_t iterations =
        std::max<int64_t>(1, int64_t(unitWork / std::max(iteration, 1.0)));
    if (iterations >= line)
      iterations -= iterations % line;
    else if (extent >= minLineUnits * line)
      iterations = line;
    piece.iterations = std::min(iterations, extent);
    piece.units = llvm::divideCeil(extent, piece.iterations);
    piece.largestUnit = iteration * double(piece.iterations);
  }

  /// What writes nothing belongs to the one piece that needs it, or is repeated
  /// by every part: then it must be short and read nothing that is written.
  bool assignReaders() {
    for (Operation &op : llvm::reverse(block.without_terminator())) {
      std::optional<unsigned> only;
      bool isShared = false;
      for (Operation *user : op.getUsers()) {
        auto piece = pieceOf.find(block.findAncestorOpInBlock(*user));
        if (piece == pieceOf.end() || (only && *only != piece->second))
          isShared = true;
        else
          only = piece->second;
      }
      if (auto own = pieceOf.find(&op); own != pieceOf.end()) {
        // A result of a piece that another one needs.
        if (isShared || (only && *only != own->second))
          return false;
        continue;
      }
      if (!isShared && only && pieces[*only].kind == SplitPiece::Straight &&
          !isa<memref::AllocaOp>(op)) {
        pieces[*only].ops.push_back(&op);
        pieces[*only].work += estimateWork(&op);
        pieceOf[&op] = *only;
        continue;
      }
      auto access = getAccess(&op);
      if (op.getNumRegions() != 0 ||
          (access && regions.isWritten(access->buffer)))
        return false;
    }
    for (SplitPiece &piece : pieces)
      llvm::sort(piece.ops, [](Operation *a, Operation *b) {
        return a->isBeforeInBlock(b);
      });
    return true;
  }

  bool isIndependentOf(const SplitPiece &piece, const BlockPlan &plan) {
    return llvm::all_of(plan.pieces, [&](const SplitPiece &other) {
      return regions.areIndependent(other.ops, piece.ops);
    });
  }

  /// Opened loops have been asked piece by piece.
  bool haveOwnScratch() {
    return llvm::all_of(pieces, [&](const SplitPiece &piece) {
      if (piece.kind == SplitPiece::Straight)
        return regions.usesOwnScratch(piece.ops);
      if (piece.kind == SplitPiece::Open)
        return true;
      SmallVector<Operation *> body;
      for (Operation &op : *piece.getLoop().getBody())
        body.push_back(&op);
      return regions.usesOwnScratch(body);
    });
  }

  static void measure(SplitPiece &piece) {
    if (piece.kind == SplitPiece::Straight)
      piece.largestUnit = piece.work;
  }

  /// Whole cache lines are worth more than an even share from here on.
  static constexpr int64_t minLineUnits = 16;

  Block &block;
  double unitWork;
  AccessRegions &regions;
  std::vector<SplitPiece> pieces;
  llvm::DenseMap<Operation *, unsigned> pieceOf;
};

/// The loop that is all there is to run in `block`.
scf::ForOp getOnlyLoop(Block &block) {
  scf::ForOp only;
  for (Operation &op : block.without_terminator()) {
    if (op.getNumRegions() == 0 && !getAccess(&op))
      continue;
    auto loop = dyn_cast<scf::ForOp>(op);
    if (only || !loop || !getExtent(loop) || loop.getNumResults() != 0)
      return nullptr;
    only = loop;
  }
  return only;
}

} // namespace

std::unique_ptr<BlockPlan> megcc::planBlock(Block &block, double unitWork,
                                            AccessRegions &regions) {
  auto stages = BlockPlanner(block, unitWork, regions).run(/*mostStages=*/1);
  return stages.empty() ? nullptr : std::move(stages.front());
}

StagePlan megcc::planStages(Block &block, double unitWork,
                            AccessRegions &regions) {
  StagePlan plan;
  plan.loop = getOnlyLoop(block);
  if (plan.loop)
    plan.rounds = *getExtent(plan.loop);
  Block &body = plan.loop ? *plan.loop.getBody() : block;
  plan.stages = BlockPlanner(body, unitWork, regions).run(SIZE_MAX);
  return plan;
}
