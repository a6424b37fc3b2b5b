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

  std::unique_ptr<BlockPlan> run() {
    for (Operation &op : block.without_terminator())
      if (regions.writes(&op))
        addWriter(&op);
    if (plan->pieces.empty() || !assignReaders() || !areAllIndependent() ||
        !haveOwnScratch())
      return nullptr;
    for (SplitPiece &piece : plan->pieces) {
      measure(piece);
      plan->units += piece.units;
      plan->largestUnit = std::max(plan->largestUnit, piece.largestUnit);
    }
    return std::move(plan);
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
    auto &pieces = plan->pieces;
    if (piece.kind != SplitPiece::Straight || pieces.empty() ||
        pieces.back().kind != SplitPiece::Straight) {
      pieces.push_back(std::move(piece));
    } else {
      pieces.back().ops.push_back(op);
      pieces.back().work += piece.work;
    }
    pieceOf[op] = plan->pieces.size() - 1;
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
      if (!isShared && only &&
          plan->pieces[*only].kind == SplitPiece::Straight &&
          !isa<memref::AllocaOp>(op)) {
        plan->pieces[*only].ops.push_back(&op);
        plan->pieces[*only].work += estimateWork(&op);
        pieceOf[&op] = *only;
        continue;
      }
      auto access = getAccess(&op);
      if (op.getNumRegions() != 0 ||
          (access && regions.isWritten(access->buffer)))
        return false;
    }
    for (SplitPiece &piece : plan->pieces)
      llvm::sort(piece.ops, [](Operation *a, Operation *b) {
        return a->isBeforeInBlock(b);
      });
    return true;
  }

  bool areAllIndependent() {
    for (auto [i, piece] : llvm::enumerate(plan->pieces))
      for (const SplitPiece &other : ArrayRef(plan->pieces).drop_front(i + 1))
        if (!regions.areIndependent(piece.ops, other.ops))
          return false;
    return true;
  }

  /// Opened loops have been asked piece by piece.
  bool haveOwnScratch() {
    return llvm::all_of(plan->pieces, [&](const SplitPiece &piece) {
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
  std::unique_ptr<BlockPlan> plan = std::make_unique<BlockPlan>();
  llvm::DenseMap<Operation *, unsigned> pieceOf;
};

} // namespace

std::unique_ptr<BlockPlan> megcc::planBlock(Block &block, double unitWork,
                                            AccessRegions &regions) {
  return BlockPlanner(block, unitWork, regions).run();
}
