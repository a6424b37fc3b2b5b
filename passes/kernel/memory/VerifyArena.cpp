//===- VerifyArena.cpp - Prove that live buffers do not overlap -----------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Changes nothing. Follows the bytes of the arena through @main: a write makes
// a view the owner of the bytes written, and
//
//   - every byte that a kernel reads must be owned by the view through which
//     it reads and have been written, that is, nothing else was written there
//     since;
//   - what a kernel writes must be disjoint from all else that it reads or
//     writes, or be exactly a buffer that it reads and may overwrite in place;
//   - the weights are never written;
//   - in a stream all of that holds for the rows of every firing, and a place
//     that rows use in turns holds the row that is read;
//   - inputs in the arena are written before all else, and outputs there are
//     still what was written to them at the end; so are weights that lie there.
//
// For example
//
//   %a = kernel.view %arena[0] : memref<2048xi8> to memref<256xf32>
//   %b = kernel.view %arena[512] : memref<2048xi8> to memref<256xf32>
//   kernel.nest "exp" ... ins(%x ...) outs(%a ...)
//   kernel.nest "exp" ... ins(%x ...) outs(%b ...)
//   kernel.nest "add" ... ins(%a, %b ...) outs(%y ...)
//
// is refused at the last line, with a note at the line before. The pass trusts
// nothing that the planner recorded; it holds before and after outlining.
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/Buffers.h"
#include "passes/kernel/Passes.h"
#include "passes/kernel/Slices.h"

#include <map>

namespace megcc::kernel {
#define GEN_PASS_DEF_VERIFYARENA
#include "passes/kernel/Passes.h.inc"
} // namespace megcc::kernel

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

namespace {

/// To which view each byte of the arena belongs.
class Owners {
public:
  struct Owner {
    Value view;
    /// The last to write there.
    Operation *writer;
    /// Which row of the view that was; -1 if it was no single row.
    int64_t row = -1;
  };

  /// Gives the bytes from `begin` to `end` to `owner`.
  void assign(int64_t begin, int64_t end, Owner owner) {
    if (begin >= end)
      return;
    split(begin);
    split(end);
    ranges.erase(ranges.lower_bound(begin), ranges.lower_bound(end));
    ranges[begin] = {end, owner};
  }

  /// The first owner among these bytes that fails `isGood`: an empty one where
  /// nobody owns them. Nothing if all pass.
  std::optional<Owner> findBad(int64_t begin, int64_t end,
                               function_ref<bool(const Owner &)> isGood) {
    auto it = ranges.upper_bound(begin);
    if (it != ranges.begin())
      --it;
    while (begin < end) {
      if (it != ranges.end() && it->second.end <= begin) {
        ++it;
        continue;
      }
      if (it == ranges.end() || it->first > begin)
        return Owner{};
      if (!isGood(it->second.owner))
        return it->second.owner;
      begin = it->second.end;
    }
    return std::nullopt;
  }

  /// Whether any of these bytes has an owner.
  bool isOwned(int64_t begin, int64_t end) {
    auto it = ranges.lower_bound(begin);
    if (it != ranges.begin() && std::prev(it)->second.end > begin)
      --it;
    return it != ranges.end() && it->first < end;
  }

private:
  struct Range {
    int64_t end;
    Owner owner;
  };

  /// Cuts the range that holds `at` in two there.
  void split(int64_t at) {
    auto it = ranges.lower_bound(at);
    if (it == ranges.begin())
      return;
    --it;
    if (it->second.end <= at)
      return;
    ranges[at] = it->second;
    it->second.end = at;
  }

  /// By the first byte; ranges do not overlap.
  std::map<int64_t, Range> ranges;
};

/// The arena, and the stack of single numbers.
using Bases = DenseMap<Value, Owners>;

struct VerifyArena : kernel::impl::VerifyArenaBase<VerifyArena> {
  void runOnOperation() override {
    FailureOr<func::FuncOp> main = getMain(getOperation());
    if (failed(main))
      return signalPassFailure();
    Bases owners;
    if (failed(verifyPorts(*main, owners, /*atEnd=*/false)))
      return signalPassFailure();
    for (Operation &op : main->getBody().front()) {
      if (auto stream = dyn_cast<StreamOp>(op)) {
        if (failed(verifyStream(stream, owners)))
          return signalPassFailure();
        continue;
      }
      Accesses accesses = getAccesses(&op);
      if (failed(verifyOperands(&op, accesses)) ||
          failed(verifyReads(&op, accesses, owners)))
        return signalPassFailure();
      for (Value value : accesses.writes)
        if (isInArena(value))
          recordWrite(&op, value, owners);
    }
    if (failed(verifyPorts(*main, owners, /*atEnd=*/true)))
      return signalPassFailure();
  }

  /// Runs the stream row by row. Where places of a buffer are used again by
  /// other rows, what is read has to be the very row that is meant.
  LogicalResult verifyStream(StreamOp stream, Bases &owners) {
    LogicalResult result = success();
    forEachFiring(stream, [&](const Firing &firing) {
      if (failed(result))
        return;
      SmallVector<SliceAccess> accesses =
          getSliceAccesses(firing.op, firing.slice);
      result = verifySlice(firing.op, accesses);
      for (const SliceAccess &access : accesses)
        for (const SliceRow &row : access.rows)
          if (succeeded(result) && !access.isWrite && isInArena(access.value))
            result = verifyRead(firing.op, getBuffer(access.value), row.region,
                                owners, access.isRing ? row.row : -1);
      for (const SliceAccess &access : accesses)
        for (const SliceRow &row : access.rows)
          if (access.isWrite && isInArena(access.value))
            recordWrite(firing.op, getBuffer(access.value), row.region, owners,
                        row.row);
    });
    return result;
  }

  /// What is written in one firing meets nothing else of it, or is read in
  /// place.
  LogicalResult verifySlice(Operation *op, ArrayRef<SliceAccess> accesses) {
    for (auto [i, write] : llvm::enumerate(accesses)) {
      if (!write.isWrite)
        continue;
      if (auto view = getBuffer(write.value).getDefiningOp<ViewOp>())
        if (view.getWeight())
          return op->emitError("internal error: writes the weights");
      for (auto [j, other] : llvm::enumerate(accesses)) {
        if (i == j || getRoot(write.value) != getRoot(other.value))
          continue;
        for (const SliceRow &written : write.rows)
          for (const SliceRow &row : other.rows) {
            if (areDisjoint(written.region, row.region))
              continue;
            auto kernel = dyn_cast<KernelOpInterface>(op);
            bool inPlace = !other.isWrite && written.region == row.region &&
                           write.rows.size() == other.rows.size() &&
                           (!kernel || kernel.mayRunInPlace(other.operand));
            if (!inPlace)
              return op->emitError(
                  "internal error: reads and writes rows that overlap");
          }
      }
    }
    return success();
  }

  static Value getRoot(Value value) { return getByteRegion(value).base; }

  /// Inputs in the arena are written at the start, outputs read at the end,
  /// weights in the arena both.
  static LogicalResult verifyPorts(func::FuncOp main, Bases &owners,
                                   bool atEnd) {
    auto inputs = main->getAttrOfType<IntegerAttr>(kInputsAttr);
    llvm::DenseSet<Attribute> weights;
    for (auto view : main.getBody().getOps<ViewOp>()) {
      auto port = view->getAttrOfType<IntegerAttr>(kPortAttr);
      bool isWeight = view.getWeight() && isInArena(view);
      if (!isWeight && (!port || !inputs))
        continue;
      bool isInput = !isWeight && port.getInt() < inputs.getInt();
      if (!atEnd && (isInput || isWeight)) {
        // A weight that several kernels read under several types.
        if (isWeight && !weights.insert(view.getWeightAttr()).second)
          continue;
        if (overlapsAny(view, owners))
          return view.emitError("internal error: inputs overlap");
        recordWrite(view, view, owners);
      }
      if (atEnd && !isInput &&
          failed(
              verifyRead(main.getBody().front().getTerminator(), view, owners)))
        return failure();
    }
    return success();
  }

  /// Whether some byte of `view` has an owner.
  static bool overlapsAny(ViewOp view, Bases &owners) {
    ByteRegion region = getByteRegion(view);
    return owners[region.base].isOwned(region.offset, region.getEnd());
  }

  /// Whether both are the same buffer or the same weight.
  static bool isSame(Value a, Value b) {
    if (a == b)
      return true;
    auto first = a.getDefiningOp<ViewOp>(), second = b.getDefiningOp<ViewOp>();
    return first && second && first.getWeight() &&
           first.getWeightAttr() == second.getWeightAttr();
  }

  static bool isInArena(Value value) {
    auto view = getBuffer(value).getDefiningOp<ViewOp>();
    if (!view)
      return false;
    // Weights lie in the arena where some are to be read fast.
    auto main = cast<func::FuncOp>(view->getParentOp());
    auto base = dyn_cast<BlockArgument>(view.getBase());
    return !base || !main.getArgAttr(base.getArgNumber(), kWeightsAttr);
  }

  LogicalResult verifyOperands(Operation *op, const Accesses &accesses) {
    for (auto [i, write] : llvm::enumerate(accesses.writes)) {
      if (auto view = getBuffer(write).getDefiningOp<ViewOp>())
        if (view.getWeight())
          return op->emitError("internal error: writes the weights");
      ByteRegion written = getByteRegion(write);
      for (Value other : ArrayRef(accesses.writes).drop_front(i + 1))
        if (!areDisjoint(written, getByteRegion(other)))
          return op->emitError("internal error: writes the same bytes twice");
      for (auto [j, read] : llvm::enumerate(accesses.reads)) {
        ByteRegion source = getByteRegion(read);
        if (areDisjoint(written, source))
          continue;
        if (!(written == source) || read.getType() != write.getType())
          return op->emitError("internal error: reads and writes buffers that "
                               "overlap in part");
        // A call's argument that is read and written stands for both.
        auto kernel = dyn_cast<KernelOpInterface>(op);
        if (kernel && !kernel.mayRunInPlace(j))
          return op->emitError("internal error: may not run in place");
      }
    }
    return success();
  }

  static LogicalResult verifyReads(Operation *op, const Accesses &accesses,
                                   Bases &owners) {
    for (Value read : accesses.reads)
      if (isInArena(read) && failed(verifyRead(op, read, owners)))
        return failure();
    return success();
  }

  static LogicalResult verifyRead(Operation *op, Value read, Bases &owners) {
    return verifyRead(op, getBuffer(read), getByteRegion(read), owners,
                      /*row=*/-1);
  }

  /// Reads `region` of `view`, which has to be row `row` of it if that is not
  /// -1.
  static LogicalResult verifyRead(Operation *op, Value view,
                                  const ByteRegion &region, Bases &owners,
                                  int64_t row) {
    for (auto [begin, end] : getRuns(region)) {
      std::optional<Owners::Owner> bad = owners[region.base].findBad(
          begin, end, [&](const Owners::Owner &owner) {
            return isSame(owner.view, view) && (row == -1 || owner.row == row);
          });
      if (!bad)
        continue;
      InFlightDiagnostic diagnostic =
          op->emitError("internal error: reads bytes ")
          << region.offset << " to " << region.getEnd() << " of the arena, "
          << (bad->view ? "which were overwritten"
                        : "not all of which were written");
      if (bad->view)
        diagnostic.attachNote(bad->writer->getLoc()) << "overwritten here";
      return diagnostic;
    }
    return success();
  }

  static void recordWrite(Operation *op, Value value, Bases &owners) {
    recordWrite(op, getBuffer(value), getByteRegion(value), owners, -1);
  }

  static void recordWrite(Operation *op, Value view, const ByteRegion &region,
                          Bases &owners, int64_t row) {
    for (auto [begin, end] : getRuns(region))
      owners[region.base].assign(begin, end, {view, op, row});
  }
};

} // namespace
