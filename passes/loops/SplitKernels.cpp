//===- SplitKernels.cpp - Kernels that run in parts -----------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Before:
//
//   func.func private @relu(%x: memref<4096xf32>, %y: memref<4096xf32>) {
//     scf.for %i = %c0 to %c256 step %c1 {
//       ...
//       vector.store %2, %y[%0]
//   func.func @main(...)
//     call @relu(%a, %b)
//
// After: what has no order among its iterations takes a range of its work.
//
//   func.func private @relu(%x: memref<4096xf32>, %y: memref<4096xf32>,
//                           %begin: index, %end: index)
//       attributes {kernel.split = array<i64: 64, 8>} {
//     %0 = arith.muli %begin, %c4
//     %1 = arith.muli %end, %c4
//     scf.for %i = %0 to %1 step %c1 {
//       ...
//   func.func @main(...)
//     call @relu(%a, %b, %c0, %c64)
//
// kernel.split says how many units there are, and into how many parts it pays
// to divide them. A call with any cover of the units by ranges, in any order or
// at the same time, computes the same bits as one call with all: every unit is
// the same code on the same data, and no unit touches what another one writes.
// That is proven here from the loops alone (AccessRegions.h), so a family need
// not know of threads; what cannot be proven stays as it is.
//
// Where pieces of a kernel have an order, it runs in steps, between which its
// callers wait for each other. It gets the range of steps as well:
//
//   func.func private @winograd(..., %begin, %end, %first, %last)
//       attributes {kernel.split = array<i64: 20160, 8, 21>} {
//     scf.for %group = ... {             steps 3 * group to 3 * group + 2
//       scf.if <step 0>                  { transform a part of the inputs }
//       scf.if <step 1>                  { a part of the products }
//       scf.if <step 2>                  { transform a part of the outputs }
//
// Steps have different numbers of units; the range is then one of shares, the
// same of each step.
//
//===----------------------------------------------------------------------===//

#include "dialects/Kernel/Kernel.h"
#include "mlir/IR/PatternMatch.h"
#include "passes/loops/Passes.h"
#include "passes/loops/SplitPlan.h"
#include "passes/loops/WorkEstimate.h"

namespace megcc::loops {
#define GEN_PASS_DEF_SPLITKERNELS
#include "passes/loops/Passes.h.inc"
} // namespace megcc::loops

using namespace megcc;
using namespace mlir;

namespace {

/// What a step is divided into: 2^6 * 3^2 * 5 * 7, a multiple of most numbers
/// of threads.
constexpr int64_t stepShares = 20160;

/// Lets code run only for the units from `low` on and before `high`.
class Restrictor {
public:
  explicit Restrictor(OpBuilder &builder) : builder(builder) {}

  /// `low` is not below and `high` not beyond the units of `plan` where
  /// `isInside`.
  void restrict(BlockPlan &plan, Value low, Value high, bool isInside) {
    int64_t offset = 0;
    bool isOnly = plan.pieces.size() == 1;
    for (SplitPiece &piece : plan.pieces) {
      builder.setInsertionPoint(piece.ops.back());
      loc = piece.ops.back()->getLoc();
      if (piece.kind == SplitPiece::Straight) {
        guard(piece, offset, low, high);
      } else {
        Value first = offset ? subtract(low, offset) : low;
        Value last = offset ? subtract(high, offset) : high;
        if (!isOnly || !isInside) {
          first = builder.create<arith::MaxSIOp>(loc, first, number(0));
          last = builder.create<arith::MinSIOp>(loc, last, number(piece.units));
        }
        if (piece.kind == SplitPiece::Loop)
          restrictLoop(piece, first, last);
        else
          restrictOpen(piece, first, last);
      }
      offset += piece.units;
    }
  }

  /// `range` is that of the shares of each step, then that of the steps.
  void restrict(StagePlan &plan, ValueRange range) {
    // Ranges of units.
    builder.setInsertionPointToStart(
        cast<BlockArgument>(range.front()).getOwner());
    SmallVector<std::pair<Value, Value>> units;
    for (auto &stage : plan.stages) {
      auto scale = [&](Value share) -> Value {
        return builder.create<arith::DivSIOp>(
            loc, multiply(share, stage->units), number(stepShares));
      };
      units.push_back({scale(range[0]), scale(range[1])});
    }

    // A stage is a unit of the steps.
    auto steps = std::make_unique<BlockPlan>();
    for (auto &stage : plan.stages) {
      SplitPiece &piece = steps->pieces.emplace_back();
      for (SplitPiece &part : stage->pieces)
        piece.ops.append(part.ops);
      ++steps->units;
    }
    if (plan.loop) {
      SplitPiece loop;
      loop.kind = SplitPiece::Open;
      loop.ops.push_back(plan.loop);
      loop.units = plan.getSteps();
      loop.inner = std::move(steps);
      steps = std::make_unique<BlockPlan>();
      steps->units = loop.units;
      steps->pieces.push_back(std::move(loop));
    }
    restrict(*steps, range[2], range[3], /*isInside=*/true);
    for (auto [stage, ends] : llvm::zip_equal(plan.stages, units))
      restrict(*stage, ends.first, ends.second, /*isInside=*/true);
  }

private:
  void guard(SplitPiece &piece, int64_t unit, Value low, Value high) {
    Value begun = builder.create<arith::CmpIOp>(loc, arith::CmpIPredicate::sle,
                                                low, number(unit));
    Value before = builder.create<arith::CmpIOp>(loc, arith::CmpIPredicate::sgt,
                                                 high, number(unit));
    auto branch = builder.create<scf::IfOp>(
        loc, builder.create<arith::AndIOp>(loc, begun, before));
    Operation *end = branch.thenBlock()->getTerminator();
    for (Operation *op : piece.ops)
      op->moveBefore(end);
  }

  void restrictLoop(SplitPiece &piece, Value first, Value last) {
    scf::ForOp loop = piece.getLoop();
    int64_t extent = *getExtent(loop);
    loop.setLowerBound(multiply(first, piece.iterations));
    Value upper = multiply(last, piece.iterations);
    if (extent % piece.iterations != 0)
      upper = builder.create<arith::MinSIOp>(loc, upper, number(extent));
    loop.setUpperBound(upper);
  }

  void restrictOpen(SplitPiece &piece, Value first, Value last) {
    scf::ForOp loop = piece.getLoop();
    Value units = number(piece.inner->units);
    loop.setLowerBound(builder.create<arith::DivSIOp>(loc, first, units));
    Value raised = builder.create<arith::AddIOp>(
        loc, last, number(piece.inner->units - 1));
    loop.setUpperBound(builder.create<arith::DivSIOp>(loc, raised, units));
    builder.setInsertionPointToStart(loop.getBody());
    Value before =
        builder.create<arith::MulIOp>(loc, loop.getInductionVar(), units);
    Value low = builder.create<arith::SubIOp>(loc, first, before);
    Value high = builder.create<arith::SubIOp>(loc, last, before);
    restrict(*piece.inner, low, high, /*isInside=*/false);
  }

  Value number(int64_t value) {
    return builder.create<arith::ConstantIndexOp>(loc, value);
  }
  Value subtract(Value value, int64_t by) {
    return builder.create<arith::SubIOp>(loc, value, number(by));
  }
  Value multiply(Value value, int64_t by) {
    return by == 1 ? value
                   : builder.create<arith::MulIOp>(loc, value, number(by));
  }

  OpBuilder &builder;
  Location loc = builder.getUnknownLoc();
};

struct SplitKernels : megcc::loops::impl::SplitKernelsBase<SplitKernels> {
  using SplitKernelsBase::SplitKernelsBase;

  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function.isPrivate() && !function.isExternal() &&
          !computesSlice(function))
        split(function);
    getOperation().walk([](func::CallOp call) { passAllUnits(call); });
  }

private:
  /// Kernels of a stream run in an order that is theirs.
  static bool computesSlice(func::FuncOp function) {
    for (unsigned i = 0; i < function.getNumArguments(); ++i)
      if (function.getArgAttr(i, kernel::kIndexExtentAttr))
        return true;
    return false;
  }

  void split(func::FuncOp function) {
    AccessRegions regions(function);
    if (regions.isKnown() && !splitAtOnce(function, regions))
      splitInSteps(function, regions);
  }

  /// How many parts of at least leastWork each `work` is.
  double countParts(double work) const {
    return std::floor(std::min(double(mostParts), work / double(leastWork)));
  }

  bool splitAtOnce(func::FuncOp function, AccessRegions &regions) {
    Block &body = function.front();
    double work = estimateWork(body);
    double parts = countParts(work);
    if (parts < 2)
      return false;
    auto plan = planBlock(body, work / (unitsPerPart * parts), regions);
    if (!plan)
      return false;
    // No part is shorter than the longest unit.
    parts = std::min(parts, std::ceil(work / plan->largestUnit));
    parts = std::min(parts, double(plan->units));
    if (parts < 2)
      return false;
    auto range = addArguments(function, {"begin", "end"});
    OpBuilder builder(function);
    Restrictor(builder).restrict(*plan, range[0], range[1], /*isInside=*/true);
    mark(function, {plan->units, static_cast<int64_t>(parts)});
    return true;
  }

  /// Into steps whose parts are of leastWork on average.
  void splitInSteps(func::FuncOp function, AccessRegions &regions) {
    Block &body = function.front();
    double work = estimateWork(body);
    if (countParts(work) < 2)
      return;
    // How long a unit may be depends on how many steps there are.
    double unitWork = double(leastWork) / unitsPerPart;
    double steps = planStages(body, unitWork, regions).getSteps();
    double parts = steps ? countParts(work / steps) : 0;
    if (parts < 2)
      return;
    unitWork = work / (steps * unitsPerPart * parts);
    StagePlan plan = planStages(body, unitWork, regions);
    double longest = 0;
    int64_t mostUnits = 0;
    for (auto &stage : plan.stages) {
      longest += double(plan.rounds) * stage->largestUnit;
      mostUnits = std::max(mostUnits, stage->units);
    }
    parts = std::min(parts, std::ceil(work / longest));
    if (plan.getSteps() < 2 || parts < 2 || mostUnits > mostStepUnits)
      return;
    auto range = addArguments(function, {"begin", "end", "first", "last"});
    OpBuilder builder(function);
    Restrictor(builder).restrict(plan, range);
    mark(function, {stepShares, static_cast<int64_t>(parts), plan.getSteps()});
  }

  static ValueRange addArguments(func::FuncOp function,
                                 ArrayRef<StringRef> names) {
    OpBuilder builder(function);
    for (StringRef name : names) {
      unsigned argument = function.getNumArguments();
      function.insertArgument(argument, builder.getIndexType(), {},
                              function.getLoc());
      function.setArgAttr(argument, "nn.name", builder.getStringAttr(name));
    }
    return function.getArguments().take_back(names.size());
  }

  static void mark(func::FuncOp function, ArrayRef<int64_t> numbers) {
    function->setAttr(kernel::kSplitAttr,
                      DenseI64ArrayAttr::get(function.getContext(), numbers));
  }

  static void passAllUnits(func::CallOp call) {
    auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
        call, call.getCalleeAttr());
    auto split =
        callee ? callee->getAttrOfType<DenseI64ArrayAttr>(kernel::kSplitAttr)
               : nullptr;
    if (!split)
      return;
    OpBuilder builder(call);
    SmallVector<int64_t> bounds{0, split[0]};
    if (split.size() > 2)
      bounds.append({0, split[2]});
    for (int64_t bound : bounds)
      call.getOperandsMutable().append(
          Value(builder.create<arith::ConstantIndexOp>(call.getLoc(), bound)));
  }

  /// Units are an eighth of a part, so that parts differ by little.
  static constexpr double unitsPerPart = 8;
  /// A share times units is an integer of 32 bits.
  static constexpr int64_t mostStepUnits = INT32_MAX / stepShares;
};

} // namespace
