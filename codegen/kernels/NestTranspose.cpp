//===- NestTranspose.cpp - Copies that turn lanes around ------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/NestTranspose.h"
#include "codegen/kernels/CodeSize.h"
#include "codegen/kernels/LoopBuilder.h"
#include "codegen/kernels/NestPlan.h"
#include "codegen/kernels/ScalarRegion.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

/// Squares of more elements would not fit the registers twice; of fewer than
/// the least gain nothing.
static constexpr int64_t kMostSide = 16, kLeastSide = 4;
/// Rows that are looked at one by one where some are not copied.
static constexpr int64_t kMostRows = 64;

/// Whether `block` does nothing but yield its argument number `number`.
static bool yieldsArgument(Block &block, unsigned number) {
  return llvm::hasSingleElement(block) &&
         block.getTerminator()->getNumOperands() == 1 &&
         block.getNumArguments() > number &&
         block.getTerminator()->getOperand(0) == block.getArgument(number);
}

static bool isCopy(NestOp op) {
  return op.getReductionRank() == 0 && !op.getResumes() &&
         op.getInputs().size() == 1 && op.getBodyInputs() == 1 &&
         op.getInputMap(0) && yieldsArgument(op.getBody().front(), 1) &&
         yieldsArgument(op.getFinish().front(), 0);
}

static int64_t getLargestSide(NestOp op, const Target &target) {
  auto input = cast<MemRefType>(op.getInputs()[0].getType());
  auto output = cast<MemRefType>(op.getOutput().getType());
  Type element = output.getElementType();
  // Half precision is widened where vectors of it are loaded.
  if (input.getElementType() != element || element.isF16() || element.isBF16())
    return 1;
  int64_t side = std::min(getVectorLanes(element, target), kMostSide);
  return std::min<int64_t>(
      side, llvm::bit_floor(uint64_t(target.vectorRegisters) / 2));
}

/// Whether each row of a square is known to be copied or not, as of blocks of
/// channels of which the last is filled up: row by row along `rowDim`, and in
/// each of the ranges that the other dimensions are cut into.
static bool knowsGuards(NestOp op, const NestPlan &plan, int64_t rowDim,
                        SmallVector<AffineExpr> point, IndexSpace &space) {
  if (!op.getGuards())
    return true;
  int64_t dim = point.size();
  if (dim == op.getParallelRank()) {
    for (int64_t row = 0; row < op.getExtents()[rowDim]; ++row) {
      point[rowDim] = space.constant(row);
      for (auto [guard, extent] : llvm::zip_equal(
               space.apply(*op.getGuards(), point), *op.getGuardExtents())) {
        Interval range = space.bounds(guard);
        if (range.high >= 0 && range.low < extent &&
            !range.within(0, extent - 1))
          return false;
      }
    }
    return true;
  }
  Segment given{0, op.getExtents()[dim]};
  for (Segment segment : dim < op.getGivenRank() || dim == rowDim
                             ? ArrayRef(given)
                             : ArrayRef(plan.segments[dim])) {
    SmallVector<AffineExpr> next(point);
    next.push_back(space.addVariable(segment.size()) + segment.begin);
    if (!knowsGuards(op, plan, rowDim, next, space))
      return false;
  }
  return true;
}

std::optional<TransposePlan> megcc::planTranspose(NestOp op,
                                                  const Target &target) {
  if (!isCopy(op) || prefersSmallCode(op))
    return std::nullopt;
  NestPlan plan(op, target);
  int64_t side = getLargestSide(op, target);
  if (plan.vectorDim >= 0 || side < kLeastSide)
    return std::nullopt;
  // The last of several: neighbours in memory are nearest there.
  std::optional<int64_t> inputDim, outputDim;
  for (int64_t dim = op.getGivenRank(); dim < op.getParallelRank(); ++dim) {
    if (op.getExtents()[dim] < kLeastSide)
      continue;
    SmallVector<Access> access = plan.classify(dim, 0, kLeastSide);
    if (access[0] == Access::Contiguous)
      inputDim = dim;
    if (access[1] == Access::Contiguous)
      outputDim = dim;
  }
  if (!inputDim || !outputDim || inputDim == outputDim)
    return std::nullopt;
  IndexSpace space(op.getContext());
  if (op.getGuards() && (op.getExtents()[*outputDim] > kMostRows ||
                         !knowsGuards(op, plan, *outputDim, {}, space)))
    return std::nullopt;
  // As large as both dimensions, and blocks of them, let it be.
  auto fits = [&](int64_t dim, unsigned buffer) {
    return op.getExtents()[dim] >= side &&
           plan.classify(dim, 0, side)[buffer] == Access::Contiguous;
  };
  while (!fits(*inputDim, 0) || !fits(*outputDim, 1))
    side /= 2;
  return TransposePlan{*inputDim, *outputDim, side};
}

namespace {

class TransposeExpander {
public:
  TransposeExpander(NestOp op, const TransposePlan &plan, OpBuilder &builder,
                    const Target &target)
      : op(op), plan(plan), access(op, target), loops(builder, op.getLoc()),
        point(op.getRank(), loops.space.constant(0)) {}

  void expand() {
    if (op.getIndex())
      point[0] = loops.bind(op.getIndex(), 0, op.getExtents()[0]);
    expandOuter(op.getGivenRank());
  }

private:
  /// All dimensions but the two.
  void expandOuter(int64_t dim) {
    if (dim == op.getRank())
      return cover(whole(plan.inputDim), whole(plan.outputDim), plan.side);
    if (dim == plan.inputDim || dim == plan.outputDim)
      return expandOuter(dim + 1);
    for (Segment segment : access.segments[dim]) {
      int64_t split = access.getSplit(dim, segment);
      loops.forEach({segment.size() / split, split}, {},
                    [&](ArrayRef<AffineExpr> index, ValueRange) {
                      point[dim] = index[0] * split + index[1] + segment.begin;
                      expandOuter(dim + 1);
                      return LoopBuilder::Values();
                    });
    }
  }

  Segment whole(int64_t dim) { return {0, op.getExtents()[dim]}; }

  /// Squares of `side`, what is left of both dimensions in smaller ones.
  void cover(Segment inputs, Segment outputs, int64_t side) {
    if (inputs.size() <= 0 || outputs.size() <= 0)
      return;
    Segment insideIn{inputs.begin, inputs.begin + inputs.size() / side * side};
    Segment insideOut{outputs.begin,
                      outputs.begin + outputs.size() / side * side};
    if (side > 1 && !(isContiguous(plan.inputDim, insideIn, side, 0) &&
                      isContiguous(plan.outputDim, insideOut, side, 1)))
      return cover(inputs, outputs, next(side));
    loops.forEach(insideIn.size() / side, [&](AffineExpr in) {
      point[plan.inputDim] = in * side + insideIn.begin;
      forEachOutput(insideOut.size() / side, [&](AffineExpr out) {
        point[plan.outputDim] = out * side + insideOut.begin;
        moveSquare(side);
      });
    });
    cover({insideIn.end, inputs.end}, outputs, next(side));
    cover(insideIn, {insideOut.end, outputs.end}, next(side));
  }

  /// A loop, or none where each row has guards of its own.
  void forEachOutput(int64_t count, function_ref<void(AffineExpr)> body) {
    if (!op.getGuards())
      return loops.forEach(count, body);
    for (int64_t i = 0; i < count; ++i)
      body(loops.space.constant(i));
  }

  static int64_t next(int64_t side) {
    return side / 2 >= kLeastSide ? side / 2 : 1;
  }

  bool isContiguous(int64_t dim, Segment segment, int64_t side,
                    unsigned buffer) {
    return access.classify(dim, segment.begin, side)[buffer] ==
           Access::Contiguous;
  }

  void moveSquare(int64_t side) {
    LoopBuilder::Values rows;
    for (int64_t i = 0; i < side; ++i)
      rows.push_back(isCopied(i)
                         ? loops.load(op.getInputs()[0],
                                      at(op.getInputMap(0), plan.outputDim, i),
                                      side)
                         : loops.broadcast(loops.constant(op.getInit()), side));
    for (int64_t step = side; step > 1; step /= 2)
      rows = interleave(rows);
    for (auto [i, row] : llvm::enumerate(rows))
      loops.store(row, op.getOutput(), at(op.getOutputMap(), plan.inputDim, i));
  }

  /// Whether the guards hold for row `i` of the current square.
  bool isCopied(int64_t i) {
    if (!op.getGuards())
      return true;
    SmallVector<AffineExpr> guards = at(*op.getGuards(), plan.outputDim, i);
    return llvm::all_of(llvm::zip_equal(guards, *op.getGuardExtents()),
                        [&](auto guard) {
                          auto [expr, extent] = guard;
                          return loops.space.bounds(expr).within(0, extent - 1);
                        });
  }

  /// The index under `map`, `offset` further along `dim`.
  SmallVector<AffineExpr> at(AffineMap map, int64_t dim, int64_t offset) {
    SmallVector<AffineExpr> moved = point;
    moved[dim] = moved[dim] + offset;
    return loops.space.apply(map, moved);
  }

  LoopBuilder::Values interleave(ArrayRef<Value> rows) {
    int64_t side = rows.size(), half = side / 2;
    LoopBuilder::Values result;
    for (int64_t i = 0; i < half; ++i)
      for (int64_t first : {int64_t(0), half}) {
        SmallVector<int64_t> lanes;
        for (int64_t lane = first; lane < first + half; ++lane)
          lanes.append({lane, side + lane});
        result.push_back(loops.builder.create<vector::ShuffleOp>(
            loops.loc, rows[i], rows[i + half], lanes));
      }
    return result;
  }

  NestOp op;
  const TransposePlan &plan;
  NestPlan access;
  LoopBuilder loops;
  /// The current index in each dimension, of a square that of its corner.
  SmallVector<AffineExpr> point;
};

} // namespace

void megcc::buildTranspose(NestOp op, const TransposePlan &plan,
                           OpBuilder &builder, const Target &target) {
  TransposeExpander(op, plan, builder, target).expand();
}
