//===- StreamRows.cpp - Run kernels row by row ----------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Before:
//
//     %a = memref.alloc() : memref<1x2x56x56x8xf32>
//     kernel.nest "exp" extents [1, 2, 56, 56, 8] ins(%x ...) outs(%a ...)
//     kernel.nest "max_pool" extents [1, 2, 54, 54, 8, 3, 3] ins(%a ...)
//       outs(%y ...)
//
// After: of %a three rows are left, each with its two planes side by side, and
// the pooling follows two rows behind.
//
//     %a = memref.alloc() : memref<3x3584xi8>
//     %ring = kernel.alias %a[0] : ...
//       to memref<1x2x3x56x8xf32, strided<[896, 448, 896, 8, 1]>>
//     kernel.stream ticks 56 {
//       %0 = kernel.firing start 0 period 1 count 56
//       kernel.nest "exp" extents [56, 1, 2, 56, 8] at %0 ins(%x ...)
//         outs(%ring ...) {maps = [..., (r, n, c, w, l) -> (n, c, r mod 3, w,
//         l)], ...}
//       %1 = kernel.firing start 2 period 1 count 54
//       kernel.nest "max_pool" extents [54, 1, 2, 54, 8, 3, 3] at %1
//         ins(%ring ...) outs(%y ...)
//     }
//
// Maps and guards are the plain kernel's, so nothing is computed that it does
// not compute, in no other order within an element: results are the same to the
// bit. A buffer that only streams use whole has its rows outermost too: then
// the planner can let rows that are written grow into others that are dead.
//
// What the rows of a kernel are is found in RowForm.h, which kernels take turns
// and when in RowPlanner.h.
//
//===----------------------------------------------------------------------===//

#include "megcc/Target.h"
#include "passes/kernel/Passes.h"
#include "passes/kernel/memory/Planning.h"
#include "passes/kernel/rows/InputRows.h"
#include "passes/kernel/rows/RowChoice.h"

namespace megcc::kernel {
#define GEN_PASS_DEF_STREAMROWS
#include "passes/kernel/Passes.h.inc"
} // namespace megcc::kernel

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

namespace {

/// Puts streams in the place of kernels.
class StreamBuilder {
public:
  StreamBuilder(func::FuncOp main, RowModel &model,
                ArrayRef<RowSegment> segments)
      : main(main), model(model), segments(segments) {}

  void run() {
    for (const RowSegment &segment : segments)
      for (unsigned k = segment.begin; k < segment.end; ++k)
        streamed.insert(model.kernels[k]);
    hoistBuffers();
    for (const RowSegment &segment : segments)
      build(segment);
    for (Operation *kernel : streamed)
      kernel->erase();
    eraseUnusedBuffers(main);
  }

private:
  /// Where the rows of a buffer are: in the buffer as it was, or in another
  /// one in which they are outermost, in so many places.
  struct Home {
    Value buffer;
    bool isOutermost;
    int64_t places;
    bool isRing;
    /// Bytes from row to row, if they are outermost, and the place of row 0.
    int64_t rowBytes = 0, offset = 0;
  };

  /// Buffers, weights and views come first, so that a stream can use them.
  void hoistBuffers() {
    Operation *first = nullptr;
    for (Operation &op : llvm::make_early_inc_range(main.getBody().front())) {
      bool isBuffer = isa<memref::AllocOp, ConstantOp, AliasOp>(op);
      if (!first && !isBuffer)
        first = &op;
      else if (first && isBuffer)
        op.moveBefore(first);
    }
  }

  Home &getHome(Value buffer, const RowSegment &segment) {
    for (RowSegment::Guest guest : segment.guests)
      if (guest.buffer == model.numbers.lookup(buffer))
        buffer = model.getNumbered(guest.host);
    auto [it, isNew] = homes.try_emplace(buffer);
    if (!isNew)
      return it->second;
    Home &home = it->second;
    const BufferRows &rows = model.rows.find(buffer)->second;
    auto type = cast<MemRefType>(buffer.getType());
    unsigned number = model.numbers.lookup(buffer);
    const RowRing *ring = nullptr;
    for (const RowRing &each : segment.rings)
      for (const RowRing::Member &member : each.members)
        if (member.buffer == number) {
          ring = &each;
          home.offset = member.offset;
        }
    home.isRing = ring;
    home.places = ring ? ring->places : rows.count;
    home.rowBytes = ring ? ring->rowBytes : getSpanBytes(type) / rows.count;
    home.isOutermost = home.isRing || isOnlyStreamed(buffer);
    home.buffer = buffer;
    if (!home.isOutermost)
      return home;
    Value &shared = ring ? rings[ring] : home.buffer;
    if (!ring || !shared) {
      OpBuilder builder(buffer.getDefiningOp());
      shared = builder.create<memref::AllocOp>(
          buffer.getLoc(),
          MemRefType::get(
              {home.places, home.rowBytes / getBufferElementBytes(type)},
              type.getElementType()));
      // It comes before all that may use it.
      shared.getDefiningOp()->moveBefore(&main.getBody().front().front());
    }
    home.buffer = shared;
    return home;
  }

  /// Whether `buffer` is ours, and all of its users are kernels of streams that
  /// see its rows.
  bool isOnlyStreamed(Value buffer) {
    if (!buffer.getDefiningOp<memref::AllocOp>())
      return false;
    for (auto [k, op] : llvm::enumerate(model.kernels))
      for (OpOperand &operand : getBufferOperands(op)) {
        if (getBuffer(operand.get()) != buffer)
          continue;
        if (!streamed.count(op) ||
            !model.forms[k]->getOperands()[operand.getOperandNumber()].hasRows)
          return false;
      }
    return true;
  }

  /// An operand as the slice sees it.
  Value getValue(OpBuilder &builder, const RowOperand &operand,
                 const Home &home) {
    Value buffer = getBuffer(operand.value);
    const BufferRows &rows = model.rows.find(buffer)->second;
    auto type = cast<MemRefType>(operand.value.getType());
    int64_t elementBytes = getBufferElementBytes(type);
    int64_t offset = operand.within;
    offset +=
        operand.plane * (home.isOutermost ? rows.stride : rows.getPlaneBytes());
    SmallVector<int64_t> shape(operand.shape), strides(operand.strides);
    if (home.isOutermost) {
      for (int64_t &stride : strides)
        if (stride % rows.getPlaneBytes() == 0)
          stride /= rows.count;
      shape[operand.rowDim] = home.places;
      strides[operand.rowDim] = home.rowBytes;
    }
    int64_t natural = 1;
    for (size_t i = strides.size(); i-- > 0;) {
      strides[i] = shape[i] == 1 ? natural : strides[i] / elementBytes;
      natural = strides[i] * shape[i];
    }
    MemRefType seen =
        withStrides(MemRefType::get(shape, type.getElementType()), strides);
    if (home.buffer.getType() == seen && offset == 0)
      return home.buffer;
    int64_t unit =
        getBufferElementBytes(cast<MemRefType>(home.buffer.getType()));
    // What a kernel reads and writes in place is one operand.
    for (AliasOp known : aliases)
      if (known.getSource() == home.buffer && known.getType() == seen &&
          static_cast<int64_t>(known.getOffset()) == offset / unit &&
          known->isBeforeInBlock(&*builder.getInsertionPoint()))
        return known;
    aliases.push_back(builder.create<AliasOp>(operand.value.getLoc(), seen,
                                              home.buffer, offset / unit));
    return aliases.back();
  }

  void build(const RowSegment &segment) {
    Operation *first = model.kernels[segment.begin];
    SmallVector<Location> locations;
    for (unsigned k = segment.begin; k < segment.end; ++k)
      locations.push_back(model.kernels[k].getLoc());
    OpBuilder outside(first);
    auto stream = outside.create<StreamOp>(
        FusedLoc::get(main.getContext(), locations), segment.ticks);
    OpBuilder inside =
        OpBuilder::atBlockBegin(&stream.getBody().emplaceBlock());
    outside.setInsertionPoint(stream);
    OpBuilder after(stream->getContext());
    after.setInsertionPointAfter(stream);
    for (unsigned k = segment.begin; k < segment.end; ++k) {
      RowForm &form = *model.forms[k];
      KernelOpInterface kernel = form.getKernel();
      SmallVector<Value> values;
      SmallVector<int64_t> places, offsets;
      for (const RowOperand &operand : form.getOperands()) {
        places.push_back(0);
        offsets.push_back(0);
        values.push_back(operand.value);
        if (!operand.hasRows)
          continue;
        const Home &home = getHome(getBuffer(operand.value), segment);
        values.back() = getValue(outside, operand, home);
        places.back() = home.isRing ? home.places : 0;
        offsets.back() = home.offset;
      }
      const RowTurn &turn = segment.turns[k - segment.begin];
      Value index =
          inside.create<FiringOp>(kernel.getLoc(), inside.getIndexType(),
                                  turn.start, turn.period, form.getCount());
      if (form.accumulates())
        form.buildBegin(outside);
      form.build(inside, values, places, offsets, index);
      if (form.accumulates())
        form.buildEnd(after);
    }
  }

  func::FuncOp main;
  RowModel &model;
  ArrayRef<RowSegment> segments;
  llvm::DenseSet<Operation *> streamed;
  DenseMap<Value, Home> homes;
  DenseMap<const RowRing *, Value> rings;
  SmallVector<AliasOp> aliases;
};

struct StreamRows : kernel::impl::StreamRowsBase<StreamRows> {
  using StreamRowsBase::StreamRowsBase;

  void runOnOperation() override {
    FailureOr<func::FuncOp> main = getMain(getOperation());
    if (failed(main))
      return signalPassFailure();
    if (failed(askForInputRows(*main)))
      return signalPassFailure();
    llvm::Expected<Target> target = lookupTarget(targetName);
    if (!target) {
      main->emitError(llvm::toString(target.takeError()));
      return signalPassFailure();
    }
    int64_t arenaBudget = getOperation()->hasAttr(kNothingAgainAttr)
                              ? INT64_MAX
                              : budget - getCallersBytes(*main);
    RowChoice choice =
        chooseRows(*main, {arenaBudget, splitsWindows, estimates, *target});
    std::unique_ptr<RowModel> &model = choice.model;
    RowPlan &plan = choice.plan;
    if (plan.isSmallest)
      getOperation()->setAttr(kSmallestRowsAttr, UnitAttr::get(&getContext()));
    if (failed(checkSources(*model, plan.segments)))
      return signalPassFailure();
    if (printPlan)
      for (const RowSegment &segment : plan.segments) {
        KernelOpInterface first = model->kernels[segment.begin];
        mlir::emitRemark(first.getLoc())
            << segment.end - segment.begin << " kernels row by row from here, "
            << segment.peak << " bytes";
      }
    sayDecision(*model, plan.segments);
    StreamBuilder(*main, *model, plan.segments).run();
  }

  void sayDecision(const RowModel &model, ArrayRef<RowSegment> segments) {
    if (segments.empty())
      return;
    SmallVector<std::pair<unsigned, unsigned>> ranges;
    for (const RowSegment &segment : segments) {
      if (!ranges.empty() && ranges.back().second == segment.begin)
        ranges.back().second = segment.end;
      else
        ranges.push_back({segment.begin, segment.end});
    }
    std::string text = "rows over layers ";
    llvm::raw_string_ostream os(text);
    llvm::interleaveComma(ranges, os, [&](auto range) {
      os << range.first + 1;
      if (range.second > range.first + 1)
        os << "-" << range.second;
    });
    unsigned split =
        llvm::count_if(model.program.kernels, [](const RowKernel &kernel) {
          return kernel.beginsSums;
        });
    if (split != 0)
      os << "; " << split << (split == 1 ? " window" : " windows")
         << " row by row";
    addDecision(getOperation(), text);
  }

  /// Streamed inputs have to be.
  static LogicalResult checkSources(const RowModel &model,
                                    ArrayRef<RowSegment> segments) {
    for (auto [k, kernel] : llvm::enumerate(model.program.kernels)) {
      bool isInSegment =
          llvm::any_of(segments, [&, k = k](const RowSegment &segment) {
            return segment.begin <= k && k < segment.end;
          });
      if (!kernel.isSource || isInSegment)
        continue;
      explainWholeInput(model.kernels[k], [&](KernelOpInterface op) {
        auto it = llvm::find(model.kernels, op);
        return model.program.kernels[it - model.kernels.begin()].firings > 0;
      });
      return failure();
    }
    return success();
  }
};

} // namespace
