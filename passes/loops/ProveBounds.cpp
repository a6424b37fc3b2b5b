//===- ProveBounds.cpp - Every access is inside its buffer ----------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Walks a function once, in order, with the interval of every integer seen so
// far. An access that is not shown to be inside its buffer is an error of megcc
// itself. What is left is what each argument is touched at:
// kernel.bytes_read and kernel.bytes_written, from and to which byte.
//
//   %i = 0 to 14, %k = 0 to 3
//   %0 = arith.muli %i, %c4            [0, 52]
//   %1 = arith.addi %0, %k             [0, 54]
//   %2 = memref.load %x[%1]            fits memref<56xf32>, not memref<54xf32>
//
// A branch knows its condition, for the very values that are compared:
//
//   %3 = arith.subi %1, %c1            [-1, 53]
//   %4 = arith.cmpi sge, %3, %c0
//   scf.if %4 { memref.load %x[%3] }   [0, 53]
//
// What is read from memory is anything that its type can hold. A function that
// runs in parts (kernel.split) is given bounds within its units, one that
// computes a slice (kernel.index_extent) the index of one that exists; that is
// proven of their calls.
//
//===----------------------------------------------------------------------===//

#include "dialects/ISA/ISA.h"
#include "dialects/Kernel/Kernel.h"
#include "dialects/Kernel/PlanAttributes.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "passes/loops/IntRange.h"
#include "passes/loops/Passes.h"
#include "llvm/ADT/TypeSwitch.h"

#include <map>

namespace megcc::loops {
#define GEN_PASS_DEF_PROVEBOUNDS
#include "passes/loops/Passes.h.inc"
} // namespace megcc::loops

using namespace megcc;
using namespace mlir;

namespace {

class BoundsProver {
public:
  LogicalResult check(func::FuncOp function) {
    this->function = function;
    if (auto split = getSplit(function))
      for (auto [bound, most] : zipBounds(function.getArguments(), split))
        ranges[bound] = {0, most};
    for (BlockArgument argument : function.getArguments())
      if (auto extent = getExtent(function, argument.getArgNumber()))
        ranges[argument] = {0, extent.getInt() - 1};
    return check(function.getBody());
  }

  /// Says of each argument which of its bytes are touched at most.
  void record() {
    Builder builder(function.getContext());
    for (const auto *touched : {&read, &written})
      for (const auto &[argument, range] : *touched)
        function.setArgAttr(
            argument,
            touched == &read ? kernel::kBytesReadAttr
                             : kernel::kBytesWrittenAttr,
            builder.getDenseI64ArrayAttr({range.low, range.high}));
  }

private:
  using Ranges = llvm::DenseMap<Value, IntRange>;

  static DenseI64ArrayAttr getSplit(Operation *function) {
    return function
               ? function->getAttrOfType<DenseI64ArrayAttr>(kernel::kSplitAttr)
               : nullptr;
  }

  /// The last arguments of a split function with the most that each may be:
  /// a range of units and, if it has steps, a range of these.
  static SmallVector<std::pair<Value, int64_t>>
  zipBounds(ValueRange arguments, DenseI64ArrayAttr split) {
    SmallVector<int64_t> most{split[0], split[0]};
    if (split.size() > 2)
      most.append({split[2], split[2]});
    SmallVector<std::pair<Value, int64_t>> bounds;
    for (auto [bound, largest] : llvm::zip_equal(
             arguments.drop_front(arguments.size() - most.size()), most))
      bounds.push_back({bound, largest});
    return bounds;
  }

  /// Of an argument that is the index of a slice.
  static IntegerAttr getExtent(func::FuncOp function, unsigned argument) {
    return function.getArgAttrOfType<IntegerAttr>(argument,
                                                  kernel::kIndexExtentAttr);
  }

  LogicalResult check(Region &region) {
    for (Block &block : region)
      for (Operation &op : block)
        if (failed(check(&op)))
          return failure();
    return success();
  }

  IntRange rangeOf(Value value) const {
    auto it = ranges.find(value);
    return it != ranges.end() ? it->second : IntRange::ofType(value.getType());
  }

  LogicalResult check(Operation *op);
  LogicalResult checkFor(scf::ForOp op);
  LogicalResult checkIf(scf::IfOp op);
  LogicalResult checkCall(func::CallOp op);
  /// `span` indices of dimension `dim` are accessed, one of the others and, of
  /// the last, as many as `accessed` has lanes.
  LogicalResult checkAccess(Operation *op, Value buffer, ValueRange indices,
                            Type accessed, unsigned dim = 0, int64_t span = 1);
  LogicalResult checkTile(Operation *op, Value buffer, ValueRange indices,
                          int64_t columns, unsigned dim, int64_t span) {
    Type element = cast<MemRefType>(buffer.getType()).getElementType();
    return checkAccess(op, buffer, indices, VectorType::get({columns}, element),
                       dim, span);
  }

  /// Of arguments, by their numbers: bytes from `low` up to `high`.
  using Touched = std::map<unsigned, IntRange>;
  /// Bytes from `begin` to `end` of `buffer`, a memref of the function's.
  void touch(Touched &touched, Value buffer, int64_t begin, int64_t end);

  /// Adds to `refined` what `condition` being `holds` says about the values
  /// that it compares.
  void refine(Value condition, bool holds, Ranges &refined) const;

  Ranges ranges;
  func::FuncOp function;
  Touched read, written;
};

LogicalResult BoundsProver::check(Operation *op) {
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](scf::ForOp loop) { return checkFor(loop); })
      .Case([&](scf::IfOp branch) { return checkIf(branch); })
      .Case([&](func::CallOp call) { return checkCall(call); })
      .Case([&](kernel::FiringOp firing) {
        ranges[firing] = {0, static_cast<int64_t>(firing.getCount()) - 1};
        return success();
      })
      .Case([&](memref::LoadOp load) {
        return checkAccess(load, load.getMemref(), load.getIndices(),
                           load.getType());
      })
      .Case([&](memref::StoreOp store) {
        return checkAccess(store, store.getMemref(), store.getIndices(),
                           store.getValue().getType());
      })
      .Case([&](vector::LoadOp load) {
        return checkAccess(load, load.getBase(), load.getIndices(),
                           load.getVectorType());
      })
      .Case([&](vector::StoreOp store) {
        return checkAccess(store, store.getBase(), store.getIndices(),
                           store.getVectorType());
      })
      .Case([&](instructions::TileLoadOp load) {
        return checkTile(load, load.getBase(), load.getIndices(),
                         load.getColumns(), load.getDim(), load.getSpan());
      })
      .Case([&](instructions::TileSumsOp sums) {
        if (failed(check(sums.getBody())))
          return failure();
        return checkTile(sums, sums.getBuffer(), sums.getIndices(),
                         sums.getTotalColumns(), 0, sums.getTotalRows());
      })
      // Nothing is read, whatever the address.
      .Case([](memref::PrefetchOp) { return success(); })
      .Default([&](Operation *op) {
        for (Region &region : op->getRegions())
          if (failed(check(region)))
            return failure();
        // Whoever calls a function, or views a buffer, hands on a buffer of
        // the type that is checked there.
        bool handsOn = isa<memref::AllocaOp>(op) || isMemoryEffectFree(op) ||
                       op->getNumRegions() != 0;
        if (!handsOn &&
            llvm::any_of(op->getOperandTypes(), llvm::IsaPred<MemRefType>))
          return LogicalResult(op->emitOpError(
              "accesses memory in a way that prove-bounds does not know"));
        if (op->getNumResults() == 1 &&
            op->getResult(0).getType().isIntOrIndex())
          ranges[op->getResult(0)] =
              inferRange(op, [&](Value value) { return rangeOf(value); });
        return success();
      });
}

LogicalResult BoundsProver::checkFor(scf::ForOp op) {
  IntRange lower = rangeOf(op.getLowerBound());
  IntRange upper = rangeOf(op.getUpperBound());
  IntRange step = rangeOf(op.getStep());
  if (step.low > 0 && upper.high > INT64_MIN) {
    IntRange iv{lower.low, upper.high - 1};
    // With every bound a number, the last iteration is known exactly.
    if (lower.isNumber() && upper.isNumber() && step.isNumber() &&
        lower.low <= iv.high)
      iv.high -= (iv.high - lower.low) % step.low;
    // A loop that never runs has no accesses.
    if (iv.isEmpty())
      return success();
    ranges[op.getInductionVar()] = iv;
  }
  return check(op.getRegion());
}

void BoundsProver::refine(Value condition, bool holds, Ranges &refined) const {
  Operation *op = condition.getDefiningOp();
  if (!op)
    return;
  // Both sides of a true `and`, and of a false `or`, are known.
  if ((holds && isa<arith::AndIOp>(op)) || (!holds && isa<arith::OrIOp>(op))) {
    refine(op->getOperand(0), holds, refined);
    refine(op->getOperand(1), holds, refined);
    return;
  }
  auto compare = dyn_cast<arith::CmpIOp>(op);
  if (!compare || !compare.getLhs().getType().isIntOrIndex())
    return;
  auto known = [&](Value value) {
    auto it = refined.find(value);
    return it != refined.end() ? it->second : rangeOf(value);
  };
  auto predicate = holds ? compare.getPredicate()
                         : arith::invertPredicate(compare.getPredicate());
  Value lhs = compare.getLhs(), rhs = compare.getRhs();
  refined[lhs] = refineByComparison(predicate, known(lhs), known(rhs));
  auto swapped = [&] {
    using P = arith::CmpIPredicate;
    switch (predicate) {
    case P::slt:
      return P::sgt;
    case P::sle:
      return P::sge;
    case P::sgt:
      return P::slt;
    case P::sge:
      return P::sle;
    case P::ult:
      return P::ugt;
    case P::ule:
      return P::uge;
    case P::ugt:
      return P::ult;
    case P::uge:
      return P::ule;
    default:
      return predicate;
    }
  }();
  refined[rhs] = refineByComparison(swapped, known(rhs), known(lhs));
}

LogicalResult BoundsProver::checkIf(scf::IfOp op) {
  for (bool holds : {true, false}) {
    Region &region = holds ? op.getThenRegion() : op.getElseRegion();
    Ranges refined;
    refine(op.getCondition(), holds, refined);
    // A branch that contradicts what is known is never taken.
    if (llvm::any_of(refined,
                     [](auto &entry) { return entry.second.isEmpty(); }))
      continue;
    Ranges before;
    for (auto &[value, range] : refined) {
      before[value] = rangeOf(value);
      ranges[value] = range;
    }
    if (failed(check(region)))
      return failure();
    for (auto &[value, range] : before)
      ranges[value] = range;
  }
  if (op.getElseRegion().empty())
    return success();
  for (auto [i, result] : llvm::enumerate(op.getResults()))
    if (result.getType().isIntOrIndex())
      ranges[result] = rangeOf(op.thenYield().getOperand(i))
                           .join(rangeOf(op.elseYield().getOperand(i)));
  return success();
}

LogicalResult BoundsProver::checkCall(func::CallOp op) {
  auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
      op, op.getCalleeAttr());
  for (auto [i, operand] : llvm::enumerate(op.getOperands()))
    if (auto extent = getExtent(callee, i);
        extent && !rangeOf(operand).within({0, extent.getInt() - 1}))
      return op.emitOpError("internal fault of megcc: asks for slices beyond "
                            "the ")
             << extent.getInt() << " that there are";
  auto split = getSplit(callee);
  if (!split)
    return success();
  for (auto [bound, most] : zipBounds(op.getOperands(), split))
    if (!rangeOf(bound).within({0, most}))
      return op.emitOpError("internal fault of megcc: asks for units beyond "
                            "the ")
             << most << " that there are";
  return success();
}

void BoundsProver::touch(Touched &touched, Value buffer, int64_t begin,
                         int64_t end) {
  while (auto alias = buffer.getDefiningOp<kernel::AliasOp>()) {
    auto source = cast<MemRefType>(alias.getSource().getType());
    int64_t offset = static_cast<int64_t>(alias.getOffset()) *
                     kernel::getBufferElementBytes(source);
    begin += offset;
    end += offset;
    buffer = alias.getSource();
  }
  auto argument = dyn_cast<BlockArgument>(buffer);
  if (!argument || argument.getOwner()->getParentOp() != function)
    return;
  auto [it, isNew] = touched.insert({argument.getArgNumber(), {begin, end}});
  if (!isNew)
    it->second = it->second.join({begin, end});
}

LogicalResult BoundsProver::checkAccess(Operation *op, Value buffer,
                                        ValueRange indices, Type accessed,
                                        unsigned tileDim, int64_t span) {
  auto memref = cast<MemRefType>(buffer.getType());
  if (!memref.hasStaticShape())
    return op->emitOpError("accesses a buffer of unknown size");
  auto vector = dyn_cast<VectorType>(accessed);
  if (vector && vector.getRank() != 1)
    return op->emitOpError("accesses a vector of more than one dimension");
  SmallVector<int64_t> strides;
  int64_t begin = 0, end = 0, offset;
  bool isStrided = succeeded(getStridesAndOffset(memref, strides, offset));
  // How far the access reaches along each dimension: over the whole of those
  // that it fills from their begin.
  SmallVector<int64_t> extents(indices.size(), 1);
  if (vector && !indices.empty()) {
    unsigned last = indices.size() - 1;
    int64_t elements = vector.getNumElements();
    for (; last > 0 && isStrided && span == 1; --last) {
      int64_t size = memref.getDimSize(last);
      if (elements <= size || elements % size != 0 ||
          !rangeOf(indices[last]).within({0, 0}) ||
          strides[last - 1] != size * strides[last])
        break;
      extents[last] = size;
      elements /= size;
    }
    extents[last] = elements;
  }
  for (auto [dim, index] : llvm::enumerate(indices)) {
    int64_t size = memref.getDimSize(dim);
    int64_t elements =
        std::max(extents[dim], dim == tileDim ? span : int64_t(1));
    IntRange range = rangeOf(index);
    if (range.within({0, size - elements})) {
      if (isStrided) {
        begin += range.low * strides[dim];
        end += (range.high + elements - 1) * strides[dim];
      }
      continue;
    }
    return op->emitOpError("internal fault of megcc: may access memory outside "
                           "its buffer: dimension ")
           << dim << " has " << size << " elements, the index is in ["
           << range.low << ", " << range.high << "] and " << elements
           << (elements == 1 ? " is" : " are") << " accessed";
  }
  if (isStrided) {
    int64_t bytes = kernel::getBufferElementBytes(memref);
    bool isStore =
        isa<memref::StoreOp, vector::StoreOp, instructions::TileSumsOp>(op);
    touch(isStore ? written : read, buffer, begin * bytes, (end + 1) * bytes);
  }
  return success();
}

struct ProveBounds : megcc::loops::impl::ProveBoundsBase<ProveBounds> {
  void runOnOperation() override {
    BoundsProver prover;
    if (failed(prover.check(getOperation())))
      return signalPassFailure();
    prover.record();
  }
};

} // namespace
