//===- AccessRegions.cpp - What accesses can touch the same element -------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/loops/AccessRegions.h"
#include "dialects/ISA/ISA.h"
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
      .Case([](instructions::TileLoadOp load) -> Result {
        return MemoryAccess{load,
                            load.getBase(),
                            load.getIndices(),
                            static_cast<int64_t>(load.getColumns()),
                            false,
                            static_cast<unsigned>(load.getDim()),
                            load.getSpan()};
      })
      .Case([](instructions::TileSumsOp sums) -> Result {
        return MemoryAccess{sums,
                            sums.getBuffer(),
                            sums.getIndices(),
                            sums.getTotalColumns(),
                            true,
                            0,
                            sums.getTotalRows()};
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
      if (access->isStore)
        written.insert(access->buffer);
    } else if (!isa<memref::AllocaOp, memref::PrefetchOp>(op) &&
               op != function) {
      known &= llvm::none_of(op->getOperandTypes(), llvm::IsaPred<MemRefType>);
      known &= llvm::none_of(op->getResultTypes(), llvm::IsaPred<MemRefType>);
    }
  });
  // What is only read may overlap itself, as the rows of padded buffers do.
  known &= llvm::all_of(written, [](Value buffer) {
    return isInjective(cast<MemRefType>(buffer.getType()));
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
  for (auto [dim, extent] : llvm::enumerate(box))
    extent.range.high += access.countAlong(dim) - 1;
  return box;
}

bool AccessRegions::areApart(const Box &a, const Box &b) {
  return llvm::any_of(llvm::zip_equal(a, b), [](auto pair) {
    auto &[x, y] = pair;
    return x.symbols.terms == y.symbols.terms &&
           x.range.meet(y.range).isEmpty();
  });
}

/// Whether `value` stays the same while `loop` runs.
static bool isFixedIn(scf::ForOp loop, Value value) {
  return !loop->isAncestor(value.getParentBlock()->getParentOp());
}

bool AccessRegions::hasIndependentIterations(scf::ForOp loop) {
  Value variable = loop.getInductionVar();
  // From one iteration to another only the variable and what is computed from
  // it inside change.
  auto isFixed = [&](Value value) {
    return value == variable || isFixedIn(loop, value);
  };
  llvm::SetVector<Value> stored;
  llvm::MapVector<Value, std::vector<MemoryAccess>> accesses;
  forEachAccess(loop, [&](const MemoryAccess &access) {
    if (!isWritten(access.buffer) || isScratch(access.buffer))
      return;
    accesses[access.buffer].push_back(access);
    if (access.isStore)
      stored.insert(access.buffer);
  });
  for (auto &[buffer, all] : accesses) {
    // A loop may read what all its iterations leave alone.
    if (!stored.contains(buffer))
      continue;
    std::vector<Box> boxes;
    for (const MemoryAccess &access : all)
      boxes.push_back(getBox(access, isFixed));
    bool apart = false;
    for (unsigned dim = 0; dim < boxes.front().size() && !apart; ++dim) {
      int64_t step = std::abs(boxes.front()[dim].symbols.getFactor(variable));
      std::optional<int64_t> length = getLength(boxes, dim);
      apart = length && *length < step;
    }
    if (!apart && !differInDigits(loop, all))
      return false;
  }
  return true;
}

std::optional<int64_t> AccessRegions::getLength(ArrayRef<Box> boxes,
                                                unsigned dim) {
  IntRange range = boxes.front()[dim].range;
  for (const Box &box : boxes) {
    if (box[dim].symbols.terms != boxes.front()[dim].symbols.terms)
      return std::nullopt;
    range = range.join(box[dim].range);
  }
  return range.high - range.low;
}

std::optional<AccessRegions::Digit> AccessRegions::getDigit(Value value) {
  Operation *op = value.getDefiningOp();
  if (!isa_and_nonnull<arith::DivSIOp, arith::RemSIOp>(op))
    return std::nullopt;
  Value base = op->getOperand(0);
  auto number = getConstantIntValue(op->getOperand(1));
  // Division rounds towards zero.
  if (!number || *number < 1 || rangeOf(base).low < 0)
    return std::nullopt;
  if (isa<arith::RemSIOp>(op))
    return Digit{base, 1, *number};
  // (n % 12) / 4 is a digit of n.
  if (auto remainder = base.getDefiningOp<arith::RemSIOp>()) {
    auto modulus = getConstantIntValue(remainder.getRhs());
    if (modulus && *modulus % *number == 0 &&
        rangeOf(remainder.getLhs()).low >= 0)
      return Digit{remainder.getLhs(), *number, *modulus / *number};
  }
  return Digit{base, *number, 0};
}

bool AccessRegions::areAllDigits(ArrayRef<Digit> digits) {
  int64_t divisor = 1;
  while (true) {
    const Digit *digit = llvm::find_if(
        digits, [&](const Digit &other) { return other.divisor == divisor; });
    if (digit == digits.end() || digit->modulus == 1)
      return false;
    if (digit->modulus == 0)
      return true;
    divisor *= digit->modulus;
    if (rangeOf(digit->base).high < divisor)
      return true;
  }
}

bool AccessRegions::differInDigits(scf::ForOp loop,
                                   ArrayRef<MemoryAccess> accesses) {
  // Different in each iteration.
  auto isCounted = [&](Value base) {
    bool counted = false;
    for (auto [value, factor] : linearize(base).terms) {
      if (value != loop.getInductionVar() && !isFixedIn(loop, value))
        return false;
      counted |= value == loop.getInductionVar();
    }
    return counted;
  };
  auto getCountedDigit = [&](Value value) -> std::optional<Digit> {
    auto digit = getDigit(value);
    return digit && isCounted(digit->base) ? digit : std::nullopt;
  };
  std::vector<Box> boxes;
  for (const MemoryAccess &access : accesses)
    boxes.push_back(getBox(access, [&](Value value) {
      return isFixedIn(loop, value) || getCountedDigit(value);
    }));
  SmallVector<Digit> digits;
  for (unsigned dim = 0; dim < boxes.front().size(); ++dim) {
    std::optional<int64_t> length = getLength(boxes, dim);
    std::optional<Digit> only;
    int64_t step = 0;
    for (auto [value, factor] : boxes.front()[dim].symbols.terms)
      if (auto digit = getCountedDigit(value)) {
        // Two digits may make up for each other.
        step = only ? 0 : std::abs(factor);
        only = digit;
      }
    if (only && length && *length < step &&
        (digits.empty() || digits.front().base == only->base))
      digits.push_back(*only);
  }
  return areAllDigits(digits);
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
