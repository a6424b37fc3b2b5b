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
        if (!isOnly)
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
      if (function.isPrivate() && !function.isExternal())
        split(function);
    getOperation().walk([](func::CallOp call) { passAllUnits(call); });
  }

private:
  /// Into parts of at least leastWork each. Units are an eighth of such a
  /// part, so that parts differ by little.
  void split(func::FuncOp function) {
    constexpr double unitsPerPart = 8;
    Block &body = function.front();
    double work = estimateWork(body);
    double parts = std::min(double(mostParts), work / double(leastWork));
    AccessRegions regions(function);
    if (parts < 2 || !regions.isKnown())
      return;
    double unitWork = work / (unitsPerPart * std::floor(parts));
    std::unique_ptr<BlockPlan> plan = planBlock(body, unitWork, regions);
    if (!plan)
      return;
    // No part is shorter than the longest unit.
    parts = std::min(parts, std::ceil(work / plan->largestUnit));
    parts = std::min(parts, double(plan->units));
    if (parts < 2)
      return;

    OpBuilder builder(function);
    Type index = builder.getIndexType();
    for (StringRef name : {"begin", "end"}) {
      unsigned argument = function.getNumArguments();
      function.insertArgument(argument, index, {}, function.getLoc());
      function.setArgAttr(argument, "nn.name", builder.getStringAttr(name));
    }
    ValueRange arguments = function.getArguments().take_back(2);
    Restrictor(builder).restrict(*plan, arguments[0], arguments[1],
                                 /*isInside=*/true);
    function->setAttr(kernel::kSplitAttr,
                      builder.getDenseI64ArrayAttr(
                          {plan->units, static_cast<int64_t>(parts)}));
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
    for (int64_t bound : {int64_t(0), split[0]})
      call.getOperandsMutable().append(
          Value(builder.create<arith::ConstantIndexOp>(call.getLoc(), bound)));
  }
};

} // namespace
