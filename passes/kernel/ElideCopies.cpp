//===- ElideCopies.cpp - Concat, slices and results without copies --------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A copy is a nest that does nothing but move elements. Two ways to be rid of
// one:
//
// Write directly: the source becomes part of the destination, so that whoever
// produces it writes where the copy would have put it. Before (a concat):
//
//     %a = memref.alloc() : memref<8x49xf32>
//     %c = memref.alloc() : memref<24x49xf32>
//     %c0 = kernel.alias %c[0] : memref<24x49xf32> to memref<8x49xf32>
//     kernel.nest "exp" ... ins(%x ...) outs(%a : memref<8x49xf32>)
//     kernel.nest "copy" ... ins(%a ...) outs(%c0 ...)
//
// After:
//
//     %c = memref.alloc() : memref<24x49xf32>
//     %a = kernel.alias %c[0] : memref<24x49xf32> to memref<8x49xf32>
//     kernel.nest "exp" ... ins(%x ...) outs(%a : memref<8x49xf32>)
//
// Read through: the destination becomes part of the source, so that its
// readers fetch their elements from there. Before (a slice):
//
//     %s = memref.alloc() : memref<8x49xf32>
//     kernel.nest "slice" ... ins(%x : memref<24x49xf32>) outs(%s ...)
//     kernel.nest "exp" ... ins(%s ...) outs(%y ...)
//
// After:
//
//     %s = kernel.alias %x[392] : memref<24x49xf32> to memref<8x49xf32>
//     kernel.nest "exp" ... ins(%s ...) outs(%y ...)
//
// Several copies between the same two buffers count as one if together they
// move the whole: in a dense block each concat copies all parts of the one
// before, which becomes a part of the next.
//
// Neither is done where a value would be overwritten before its last read,
// where a kernel does not accept the strides that its buffer would get, or
// where the longer life of the other buffer would make the arena larger.
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/Embedding.h"
#include "passes/kernel/Passes.h"

#include "llvm/ADT/MapVector.h"

namespace megcc::kernel {
#define GEN_PASS_DEF_ELIDECOPIES
#include "passes/kernel/Passes.h.inc"
} // namespace megcc::kernel

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

/// Whether `nest` does nothing but move elements.
static bool isCopy(NestOp nest) {
  return movesElements(nest) && !nest.getGuards();
}

static bool isAllocation(Value buffer) {
  return buffer.getDefiningOp<memref::AllocOp>() != nullptr;
}

namespace {

/// Copies from one buffer to another.
struct Copies {
  SmallVector<NestOp> nests;
  SmallVector<Move> moves;

  bool contain(Operation *op) const { return llvm::is_contained(nests, op); }
};

} // namespace

/// The source may live in the destination from its first write on: nobody else
/// uses these bytes until the last copy, nobody writes to either one while the
/// other is still read.
static bool mayWriteDirectly(const Embedding &embedding, const Copies &copies,
                             const AccessTable &table) {
  ArrayRef<Access> source = table.of(embedding.getSource());
  int64_t firstCopy = table.getStep(copies.nests.front());
  int64_t lastCopy = table.getStep(copies.nests.back());
  if (llvm::any_of(source, [&](const Access &access) {
        return access.isWrite && access.step > firstCopy;
      }))
    return false;
  ByteRegion region = embedding.getRegion();
  return llvm::none_of(
      table.of(embedding.getTarget()), [&](const Access &access) {
        bool matters = access.step >= source.front().step &&
                       access.step <= source.back().step &&
                       (access.step < lastCopy || access.isWrite) &&
                       !copies.contain(access.operand->getOwner());
        return matters && !areDisjoint(access.region, region);
      });
}

/// The destination may live in the source: only the copies write it, and the
/// source stays as it is until the destination's last read.
static bool mayReadThrough(const Embedding &embedding, const Copies &copies,
                           const AccessTable &table) {
  ArrayRef<Access> destination = table.of(embedding.getSource());
  int64_t firstCopy = table.getStep(copies.nests.front());
  int64_t lastCopy = table.getStep(copies.nests.back());
  if (llvm::any_of(destination, [&](const Access &access) {
        return access.isWrite ? !copies.contain(access.operand->getOwner())
                              : access.step < lastCopy;
      }))
    return false;
  ByteRegion region = embedding.getRegion();
  return llvm::none_of(table.of(embedding.getTarget()),
                       [&](const Access &access) {
                         return access.isWrite && access.step > firstCopy &&
                                access.step <= destination.back().step &&
                                !areDisjoint(access.region, region);
                       });
}

/// What `nest` moves, if it is a copy.
static std::optional<Move> getMove(NestOp nest) {
  if (!isCopy(nest))
    return std::nullopt;
  std::optional<Walk> from = getWalk(nest.getInputs()[0], nest.getInputMap(0));
  std::optional<Walk> to = getWalk(nest.getOutput(), nest.getOutputMap());
  if (!from || !to || from->buffer == to->buffer)
    return std::nullopt;
  return Move{SmallVector<int64_t>(nest.getExtents()), *from, *to};
}

/// Removes `copies` if that is possible and good.
static bool elide(const Copies &copies, AccessTable &table) {
  auto embed = [&](ArrayRef<Move> moves, auto isSound) {
    if (!isAllocation(moves.front().from.buffer))
      return false;
    std::optional<Embedding> embedding = Embedding::get(moves);
    if (!embedding || !isSound(*embedding, copies, table) ||
        !embedding->isAccepted(table) || !embedding->keepsArenaSmall(table))
      return false;
    embedding->apply(table);
    for (NestOp nest : copies.nests) {
      table.erase(nest);
      nest->erase();
    }
    return true;
  };
  SmallVector<Move> backwards;
  for (const Move &move : copies.moves)
    backwards.push_back({move.extents, move.to, move.from});
  return embed(copies.moves, mayWriteDirectly) ||
         embed(backwards, mayReadThrough);
}

namespace {

/// Removes copies until those left are refused.
class Elider {
public:
  explicit Elider(func::FuncOp main) : table(main) {
    for (auto nest : main.getBody().getOps<NestOp>())
      if (isCopy(nest))
        copies.insert({nest, getMove(nest)});
  }

  /// Removes one copy that is not among the refused, or the several of which
  /// it is one; true if it did.
  bool elideOne();
  /// Asks again for what was refused.
  void forgetRefusals() { refused.clear(); }

private:
  /// `group` is gone, and a buffer with it: looks anew at what others move.
  void update(const Copies &group);

  /// The source and the destination of copies.
  using Buffers = std::pair<Value, Value>;

  AccessTable table;
  llvm::MapVector<NestOp, std::optional<Move>> copies;
  /// Copies that could not be removed: their buffers, and how many they were.
  DenseSet<std::pair<Buffers, unsigned>> refused;
};

} // namespace

void Elider::update(const Copies &group) {
  Value from = group.moves.front().from.buffer;
  Value to = group.moves.front().to.buffer;
  copies.remove_if([&](auto &entry) { return group.contain(entry.first); });
  for (auto &[nest, move] : copies)
    if (!move || llvm::is_contained({from, to}, move->from.buffer) ||
        llvm::is_contained({from, to}, move->to.buffer))
      move = getMove(nest);
}

bool Elider::elideOne() {
  llvm::MapVector<Buffers, Copies> groups;
  for (auto &[nest, move] : copies)
    if (move) {
      Copies &group = groups[{move->from.buffer, move->to.buffer}];
      group.nests.push_back(nest);
      group.moves.push_back(*move);
    }
  auto tryElide = [&](const Copies &group) {
    if (!elide(group, table))
      return false;
    update(group);
    return true;
  };
  for (auto &[buffers, group] : groups) {
    if (!refused.insert({buffers, unsigned(group.nests.size())}).second)
      continue;
    if (tryElide(group))
      return true;
    for (size_t i = 0; group.nests.size() > 1 && i < group.nests.size(); ++i)
      if (tryElide({{group.nests[i]}, {group.moves[i]}}))
        return true;
  }
  return false;
}

namespace {

struct ElideCopies : kernel::impl::ElideCopiesBase<ElideCopies> {
  void runOnOperation() override {
    FailureOr<func::FuncOp> main = getMain(getOperation());
    if (failed(main))
      return signalPassFailure();
    // One removal may make others possible: those that grew to a whole at once,
    // all others when nothing else is left to do.
    Elider elider(*main);
    bool changed = true;
    while (changed) {
      changed = false;
      elider.forgetRefusals();
      while (elider.elideOne())
        changed = true;
    }
    eraseUnusedBuffers(*main);
  }
};

} // namespace
