//===- VerifyArena.cpp - Prove that live buffers do not overlap -----------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Changes nothing. Follows the bytes of the arena through @main: each write
// makes a view the owner of its bytes, and
//
//   - every byte that a kernel reads must be owned by the view through which
//     it reads, that is, nothing else was written there since;
//   - what a kernel writes must be disjoint from all else that it reads or
//     writes, or be exactly a buffer that it reads and may overwrite in place;
//   - arguments that hold the model's inputs and weights are never written.
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

#include <map>

namespace megcc::kernel {
#define GEN_PASS_DEF_VERIFYARENA
#include "passes/kernel/Passes.h.inc"
} // namespace megcc::kernel

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

namespace {

/// Who wrote each byte of the arena last.
class Owners {
public:
  struct Owner {
    Value view;
    Operation *writer;
  };

  /// Makes `owner` that of the bytes from `begin` to `end`.
  void assign(int64_t begin, int64_t end, Owner owner) {
    if (begin >= end)
      return;
    split(begin);
    split(end);
    ranges.erase(ranges.lower_bound(begin), ranges.lower_bound(end));
    ranges[begin] = {end, owner};
  }

  /// The first owner among these bytes that isn't `view`: with a null view
  /// where nobody wrote. Nothing if all belong to `view`.
  std::optional<Owner> findOther(int64_t begin, int64_t end, Value view) {
    auto it = ranges.upper_bound(begin);
    if (it != ranges.begin())
      --it;
    for (; begin < end; ++it) {
      if (it == ranges.end() || it->first > begin || it->second.end <= begin)
        return Owner();
      if (it->second.owner.view != view)
        return it->second.owner;
      begin = it->second.end;
    }
    return std::nullopt;
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

struct VerifyArena : kernel::impl::VerifyArenaBase<VerifyArena> {
  void runOnOperation() override {
    FailureOr<func::FuncOp> main = getMain(getOperation());
    if (failed(main))
      return signalPassFailure();
    Owners owners;
    for (Operation &op : main->getBody().front()) {
      Accesses accesses = getAccesses(&op);
      if (failed(verifyOperands(&op, accesses)) ||
          failed(verifyReads(&op, accesses, owners)))
        return signalPassFailure();
      for (Value value : accesses.writes)
        if (isInArena(value)) {
          ByteRegion region = getByteRegion(value);
          owners.assign(region.offset, region.getEnd(),
                        {getBuffer(value), &op});
        }
    }
  }

  static bool isInArena(Value value) {
    auto view = getBuffer(value).getDefiningOp<ViewOp>();
    return view && !view.getWeight();
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

  LogicalResult verifyReads(Operation *op, const Accesses &accesses,
                            Owners &owners) {
    for (Value read : accesses.reads) {
      if (!isInArena(read))
        continue;
      ByteRegion region = getByteRegion(read);
      std::optional<Owners::Owner> other =
          owners.findOther(region.offset, region.getEnd(), getBuffer(read));
      if (!other)
        continue;
      InFlightDiagnostic diagnostic =
          op->emitError("internal error: reads bytes ")
          << region.offset << " to " << region.getEnd() << " of the arena, "
          << (other->view ? "which were overwritten"
                          : "not all of which were written");
      if (other->writer)
        diagnostic.attachNote(other->writer->getLoc()) << "overwritten here";
      return diagnostic;
    }
    return success();
  }
};

} // namespace
