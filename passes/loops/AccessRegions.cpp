//===- AccessRegions.cpp - What accesses can touch the same element -------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/loops/AccessRegions.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/TypeSwitch.h"
#include <numeric>

using namespace megcc;
using namespace mlir;

/// What two cores fight for.
static constexpr int64_t cacheLineBytes = 64;

//===----------------------------------------------------------------------===//
// Accesses
//===----------------------------------------------------------------------===//

std::optional<MemoryAccess> megcc::getAccess(Operation *op) {
  using Result = std::optional<MemoryAccess>;
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([](memref::LoadOp load) -> Result {
        return MemoryAccess{load, load.getMemref(), load.getIndices(), 1,
                            false};
      })
      .Case([](memref::StoreOp store) -> Result {
        return MemoryAccess{store, store.getMemref(), store.getIndices(), 1,
                            true};
      })
      .Case([](vector::LoadOp load) -> Result {
        return MemoryAccess{load, load.getBase(), load.getIndices(),
                            load.getVectorType().getNumElements(), false};
      })
      .Case([](vector::StoreOp store) -> Result {
        return MemoryAccess{store, store.getBase(), store.getIndices(),
                            store.getVectorType().getNumElements(), true};
      })
      .Default([](Operation *) -> Result { return std::nullopt; });
}

/// Whether a buffer is on the stack, and so each part of a kernel has its own.
static bool isScratch(Value buffer) {
  return bool(buffer.getDefiningOp<memref::AllocaOp>());
}

/// Whether different indices of a buffer are different elements.
static bool isInjective(MemRefType type) {
  SmallVector<int64_t> strides;
  int64_t offset;
  if (!type.hasStaticShape() ||
      failed(getStridesAndOffset(type, strides, offset)))
    return false;
  SmallVector<std::pair<int64_t, int64_t>> dims;
  for (auto [stride, extent] : llvm::zip_equal(strides, type.getShape()))
    if (extent > 1)
      dims.push_back({stride, extent});
  llvm::sort(dims);
  int64_t reach = 0;
  for (auto [stride, extent] : dims) {
    if (ShapedType::isDynamic(stride) || stride <= reach)
      return false;
    reach += stride * (extent - 1);
  }
  return true;
}

AccessRegions::AccessRegions(func::FuncOp function) {
  function.walk([&](Operation *op) {
    if (auto access = getAccess(op)) {
      known &= isInjective(cast<MemRefType>(access->buffer.getType()));
      if (access->isStore)
        written.insert(access->buffer);
    } else if (!isa<memref::AllocaOp, memref::PrefetchOp>(op) &&
               op != function) {
      known &= llvm::none_of(op->getOperandTypes(), llvm::IsaPred<MemRefType>);
      known &= llvm::none_of(op->getResultTypes(), llvm::IsaPred<MemRefType>);
    }
  });
}

void AccessRegions::forEachAccess(
    Operation *root, llvm::function_ref<void(const MemoryAccess &)> visit) {
  root->walk([&](Operation *op) {
    if (auto access = getAccess(op))
      visit(*access);
  });
}

bool AccessRegions::writes(Operation *op) const {
  return op
      ->walk([](Operation *inner) {
        auto access = getAccess(inner);
        return access && access->isStore ? WalkResult::interrupt()
                                         : WalkResult::advance();
      })
      .wasInterrupted();
}

//===----------------------------------------------------------------------===//
// Indices
//===----------------------------------------------------------------------===//

void LinearIndex::add(Value value, int64_t factor) {
  auto *term = llvm::find_if(terms, [&](auto &t) { return t.first == value; });
  if (term == terms.end())
    terms.push_back({value, factor});
  else if ((term->second += factor) == 0)
    terms.erase(term);
}

void LinearIndex::add(const LinearIndex &other, int64_t factor) {
  for (auto [value, otherFactor] : other.terms)
    add(value, otherFactor * factor);
  constant += other.constant * factor;
}

int64_t LinearIndex::getFactor(Value value) const {
  auto *term = llvm::find_if(terms, [&](auto &t) { return t.first == value; });
  return term == terms.end() ? 0 : term->second;
}

LinearIndex megcc::linearize(Value index) {
  LinearIndex form;
  if (auto number = getConstantIntValue(index)) {
    form.constant = *number;
    return form;
  }
  Operation *op = index.getDefiningOp();
  if (isa_and_nonnull<arith::AddIOp, arith::SubIOp>(op)) {
    form.add(linearize(op->getOperand(0)), 1);
    form.add(linearize(op->getOperand(1)), isa<arith::AddIOp>(op) ? 1 : -1);
    return form;
  }
  if (auto product = dyn_cast_or_null<arith::MulIOp>(op))
    for (unsigned i : {0, 1})
      if (auto factor = getConstantIntValue(product->getOperand(i))) {
        form.add(linearize(product->getOperand(1 - i)), *factor);
        return form;
      }
  form.add(index, 1);
  return form;
}

std::optional<int64_t> megcc::getExtent(scf::ForOp loop) {
  auto upper = getConstantIntValue(loop.getUpperBound());
  if (!upper || getConstantIntValue(loop.getLowerBound()) != 0 ||
      getConstantIntValue(loop.getStep()) != 1)
    return std::nullopt;
  return std::max<int64_t>(*upper, 0);
}

IntRange AccessRegions::rangeOf(Value value) {
  if (auto known = ranges.find(value); known != ranges.end())
    return known->second;
  IntRange range = IntRange::ofType(value.getType());
  if (Operation *op = value.getDefiningOp()) {
    if (op->getNumResults() == 1)
      range = inferRange(op, [&](Value operand) { return rangeOf(operand); });
  } else if (auto loop = dyn_cast<scf::ForOp>(
                 cast<BlockArgument>(value).getOwner()->getParentOp())) {
    auto extent = getExtent(loop);
    if (value == loop.getInductionVar() && extent && *extent > 0)
      range = {0, *extent - 1};
  }
  return ranges[value] = range;
}

//===----------------------------------------------------------------------===//
// Independence
//===----------------------------------------------------------------------===//

AccessRegions::Box
AccessRegions::getBox(const MemoryAccess &access,
                      llvm::function_ref<bool(Value)> isFixed) {
  Box box;
  for (Value index : access.indices) {
    LinearIndex form = linearize(index);
    Extent extent;
    extent.range = IntRange::ofNumber(form.constant);
    for (auto [value, factor] : form.terms) {
      if (isFixed(value)) {
        extent.symbols.add(value, factor);
        continue;
      }
      IntRange term = rangeOf(value);
      extent.range.low += factor * (factor > 0 ? term.low : term.high);
      extent.range.high += factor * (factor > 0 ? term.high : term.low);
    }
    llvm::sort(extent.symbols.terms, [](auto &a, auto &b) {
      return a.first.getAsOpaquePointer() < b.first.getAsOpaquePointer();
    });
    box.push_back(std::move(extent));
  }
  if (!box.empty())
    box.back().range.high += access.elements - 1;
  return box;
}

bool AccessRegions::areApart(const Box &a, const Box &b) {
  return llvm::any_of(llvm::zip_equal(a, b), [](auto pair) {
    auto &[x, y] = pair;
    return x.symbols.terms == y.symbols.terms &&
           x.range.meet(y.range).isEmpty();
  });
}

bool AccessRegions::hasIndependentIterations(scf::ForOp loop) {
  Value variable = loop.getInductionVar();
  Block *body = loop.getBody();
  // From one iteration to another only the variable and what is computed from
  // it inside change.
  auto isFixed = [&](Value value) {
    return value == variable || !body->getParentOp()->isAncestor(
                                    value.getParentBlock()->getParentOp());
  };
  llvm::SetVector<Value> stored;
  llvm::MapVector<Value, std::vector<Box>> boxes;
  forEachAccess(loop, [&](const MemoryAccess &access) {
    if (!isWritten(access.buffer) || isScratch(access.buffer))
      return;
    boxes[access.buffer].push_back(getBox(access, isFixed));
    if (access.isStore)
      stored.insert(access.buffer);
  });
  for (auto &[buffer, all] : boxes) {
    // A loop may read what all its iterations leave alone.
    if (!stored.contains(buffer))
      continue;
    unsigned rank = all.front().size();
    bool apart = false;
    for (unsigned dim = 0; dim < rank && !apart; ++dim) {
      const LinearIndex &symbols = all.front()[dim].symbols;
      int64_t step = std::abs(symbols.getFactor(variable));
      IntRange range = all.front()[dim].range;
      apart = step != 0;
      for (const Box &box : all) {
        apart &= box[dim].symbols.terms == symbols.terms;
        range = range.join(box[dim].range);
      }
      apart &= range.high - range.low < step;
    }
    if (!apart)
      return false;
  }
  return true;
}

bool AccessRegions::areIndependent(ArrayRef<Operation *> a,
                                   ArrayRef<Operation *> b) {
  assert(!a.empty() && !b.empty());
  Block *block = a.front()->getBlock();
  // What the block itself computes is the same for both.
  auto isFixed = [&](Value value) {
    Block *owner = value.getParentBlock();
    return owner == block ||
           !block->findAncestorOpInBlock(*owner->getParentOp());
  };
  struct Side {
    std::vector<Box> loads, stores;
  };
  auto collect = [&](ArrayRef<Operation *> ops) {
    llvm::MapVector<Value, Side> sides;
    for (Operation *op : ops)
      forEachAccess(op, [&](const MemoryAccess &access) {
        if (!isWritten(access.buffer) || isScratch(access.buffer))
          return;
        Side &side = sides[access.buffer];
        (access.isStore ? side.stores : side.loads)
            .push_back(getBox(access, isFixed));
      });
    return sides;
  };
  auto left = collect(a), right = collect(b);
  auto allApart = [](ArrayRef<Box> xs, ArrayRef<Box> ys) {
    return llvm::all_of(xs, [&](const Box &x) {
      return llvm::all_of(ys, [&](const Box &y) { return areApart(x, y); });
    });
  };
  for (auto &[buffer, x] : left) {
    auto found = right.find(buffer);
    if (found == right.end())
      continue;
    Side &y = found->second;
    if (!allApart(x.stores, y.stores) || !allApart(x.stores, y.loads) ||
        !allApart(x.loads, y.stores))
      return false;
  }
  return true;
}

int64_t AccessRegions::getLineIterations(scf::ForOp loop) {
  int64_t iterations = 1;
  forEachAccess(loop, [&](const MemoryAccess &access) {
    auto type = cast<MemRefType>(access.buffer.getType());
    SmallVector<int64_t> strides;
    int64_t offset, step = 0;
    if (!access.isStore || isScratch(access.buffer) ||
        failed(getStridesAndOffset(type, strides, offset)))
      return;
    for (auto [index, stride] : llvm::zip_equal(access.indices, strides))
      step += linearize(index).getFactor(loop.getInductionVar()) * stride;
    step = std::abs(step) * ((type.getElementTypeBitWidth() + 7) / 8);
    if (step != 0 && step < 4 * cacheLineBytes)
      iterations =
          std::max(iterations, cacheLineBytes / std::gcd(step, cacheLineBytes));
  });
  return iterations;
}
