//===- ScratchUse.cpp - Is scratch written before it is read? -------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A part of a split kernel has buffers on the stack of its own. That changes
// nothing if no unit of work reads what another left there. Loops around
// accesses of the stack are followed iteration by iteration, as they are few
// and short (a tile's borders), with a set of the elements written so far.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "passes/loops/AccessRegions.h"
#include "llvm/ADT/BitVector.h"

using namespace megcc;
using namespace mlir;

namespace {

class ScratchUse {
public:
  explicit ScratchUse(AccessRegions &regions) : regions(regions) {}

  bool follow(ArrayRef<Operation *> ops) {
    return llvm::all_of(ops, [&](Operation *op) { return follow(op); });
  }

private:
  static Value getScratch(Operation *op) {
    auto access = getAccess(op);
    return access && access->buffer.getDefiningOp<memref::AllocaOp>()
               ? access->buffer
               : Value();
  }

  bool follow(Region &region) {
    return region.empty() || llvm::all_of(region.front(), [&](Operation &op) {
             return follow(&op);
           });
  }

  bool follow(Operation *op) {
    if (++steps > maxSteps)
      return false;
    if (getScratch(op))
      return followAccess(*getAccess(op));
    if (op->getNumRegions() == 0)
      return true;
    bool touches = op->walk([](Operation *inner) {
                       return getScratch(inner) ? WalkResult::interrupt()
                                                : WalkResult::advance();
                     }).wasInterrupted();
    if (!touches)
      return true;
    auto loop = dyn_cast<scf::ForOp>(op);
    auto extent = loop ? getExtent(loop) : std::nullopt;
    if (!extent) {
      // What may not run has written nothing.
      for (Region &region : op->getRegions()) {
        auto before = written;
        if (!follow(region))
          return false;
        written = before;
      }
      return true;
    }
    for (int64_t i = 0; i < *extent; ++i) {
      numbers[loop.getInductionVar()] = i;
      if (!follow(loop.getRegion()))
        return false;
    }
    numbers.erase(loop.getInductionVar());
    return true;
  }

  /// The interval of an index, in the iteration that is followed.
  IntRange getRange(Value index) {
    LinearIndex form = linearize(index);
    IntRange range = IntRange::ofNumber(form.constant);
    for (auto [value, factor] : form.terms) {
      auto number = numbers.find(value);
      IntRange term = number != numbers.end()
                          ? IntRange::ofNumber(number->second)
                          : regions.rangeOf(value);
      range.low += factor * (factor > 0 ? term.low : term.high);
      range.high += factor * (factor > 0 ? term.high : term.low);
    }
    return range;
  }

  bool followAccess(const MemoryAccess &access) {
    auto type = cast<MemRefType>(access.buffer.getType());
    if (!type.getLayout().isIdentity())
      return false;
    llvm::BitVector &elements = written[access.buffer];
    elements.resize(type.getNumElements());
    SmallVector<IntRange> ranges;
    for (Value index : access.indices) {
      ranges.push_back(getRange(index));
      // A store somewhere is no store for sure.
      if (access.isStore && !ranges.back().isNumber())
        return true;
    }
    for (auto [dim, range] : llvm::enumerate(ranges))
      range.high += access.countAlong(dim) - 1;
    return forEachElement(type, ranges, 0, 0, [&](int64_t element) {
      if (access.isStore)
        elements.set(element);
      return elements.test(element);
    });
  }

  bool forEachElement(MemRefType type, ArrayRef<IntRange> ranges, unsigned dim,
                      int64_t base, llvm::function_ref<bool(int64_t)> visit) {
    if (dim == ranges.size()) {
      ++steps;
      return visit(base);
    }
    int64_t size = type.getDimSize(dim);
    IntRange range = ranges[dim].meet({0, size - 1});
    for (int64_t i = range.low; i <= range.high; ++i)
      if (!forEachElement(type, ranges, dim + 1, base * size + i, visit))
        return false;
    return true;
  }

  static constexpr int64_t maxSteps = 1 << 22;
  int64_t steps = 0;
  AccessRegions &regions;
  /// The loop variables of what is being followed.
  llvm::DenseMap<Value, int64_t> numbers;
  llvm::DenseMap<Value, llvm::BitVector> written;
};

} // namespace

bool AccessRegions::usesOwnScratch(ArrayRef<Operation *> ops) {
  return ScratchUse(*this).follow(ops);
}
