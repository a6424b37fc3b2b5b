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
// Neither is done where a value would be overwritten before its last read,
// where a kernel does not accept the strides that its buffer would get, or
// where the longer life of the other buffer would make the arena larger.
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/Embedding.h"
#include "passes/kernel/Passes.h"

namespace megcc::kernel {
#define GEN_PASS_DEF_ELIDECOPIES
#include "passes/kernel/Passes.h.inc"
} // namespace megcc::kernel

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

/// Whether `nest` does nothing but move elements.
static bool isCopy(NestOp nest) {
  if (nest.getInputs().size() != 1 || nest.getBodyInputs() != 1 ||
      nest.getReductionRank() != 0 || nest.getGuards() || !nest.getInputMap(0))
    return false;
  auto yields = [](Region &region, unsigned argument) {
    Operation *terminator = region.front().getTerminator();
    return terminator->getOperand(0) == region.getArgument(argument);
  };
  return yields(nest.getBody(), 1) && yields(nest.getFinish(), 0);
}

static bool isAllocation(Value buffer) {
  return buffer.getDefiningOp<memref::AllocOp>() != nullptr;
}

/// The source may live in the destination from its first write on: nobody else
/// uses these bytes until the copy, nobody writes to either one while the other
/// is still read.
static bool mayWriteDirectly(const Embedding &embedding, NestOp copy,
                             const AccessTable &table) {
  ArrayRef<Access> source = table.of(embedding.getSource());
  int64_t copyStep = table.getStep(copy);
  if (llvm::any_of(source, [&](const Access &access) {
        return access.isWrite && access.step > copyStep;
      }))
    return false;
  ByteRegion region = embedding.getRegion();
  return llvm::none_of(
      table.of(embedding.getTarget()), [&](const Access &access) {
        bool matters = access.step >= source.front().step &&
                       access.step <= source.back().step &&
                       (access.step < copyStep || access.isWrite) &&
                       access.operand->getOwner() != copy;
        return matters && !areDisjoint(access.region, region);
      });
}

/// The destination may live in the source: only the copy writes it, and the
/// source stays as it is until the destination's last read.
static bool mayReadThrough(const Embedding &embedding, NestOp copy,
                           const AccessTable &table) {
  ArrayRef<Access> destination = table.of(embedding.getSource());
  int64_t copyStep = table.getStep(copy);
  if (llvm::any_of(destination, [&](const Access &access) {
        return access.isWrite ? access.operand->getOwner() != copy
                              : access.step < copyStep;
      }))
    return false;
  ByteRegion region = embedding.getRegion();
  return llvm::none_of(table.of(embedding.getTarget()),
                       [&](const Access &access) {
                         return access.isWrite && access.step > copyStep &&
                                access.step <= destination.back().step &&
                                !areDisjoint(access.region, region);
                       });
}

/// Removes `copy` if that is possible and good.
static bool elide(NestOp copy, func::FuncOp main) {
  std::optional<Walk> from = getWalk(copy.getInputs()[0], copy.getInputMap(0));
  std::optional<Walk> to = getWalk(copy.getOutput(), copy.getOutputMap());
  if (!from || !to)
    return false;
  AccessTable table(main);
  auto embed = [&](const Walk &source, const Walk &target,
                   auto isSound) -> bool {
    if (!isAllocation(source.buffer))
      return false;
    std::optional<Embedding> embedding =
        Embedding::get(copy.getExtents(), source, target);
    if (!embedding || !isSound(*embedding, copy, table) ||
        !embedding->isAccepted(table) || !embedding->keepsArenaSmall(main))
      return false;
    embedding->apply(main, table);
    copy->erase();
    eraseUnusedBuffers(main);
    return true;
  };
  return embed(*from, *to, mayWriteDirectly) ||
         embed(*to, *from, mayReadThrough);
}

namespace {

struct ElideCopies : kernel::impl::ElideCopiesBase<ElideCopies> {
  void runOnOperation() override {
    FailureOr<func::FuncOp> main = getMain(getOperation());
    if (failed(main))
      return signalPassFailure();
    // One removal may make another possible.
    bool changed = true;
    while (changed) {
      changed = false;
      for (auto nest :
           llvm::make_early_inc_range(main->getBody().getOps<NestOp>()))
        if (isCopy(nest) && elide(nest, *main))
          changed = true;
    }
  }
};

} // namespace
