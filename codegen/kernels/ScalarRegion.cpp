//===- ScalarRegion.cpp - Scalar code, inlined and vectorised -------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/ScalarRegion.h"
#include "dialects/Kernel/Kernel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace megcc;

//===----------------------------------------------------------------------===//
// Inlining
//===----------------------------------------------------------------------===//

/// Whether `value` is `kernel.index` of dimension `dim`.
static bool isIndexOf(Value value, int64_t dim) {
  auto index = value.getDefiningOp<kernel::IndexOp>();
  return index && static_cast<int64_t>(index.getDim()) == dim;
}

/// Whether `load` reads contiguous elements for consecutive indices of `dim`.
static bool isContiguousLoad(memref::LoadOp load, int64_t dim) {
  return !load.getIndices().empty() && isIndexOf(load.getIndices().back(), dim);
}

/// The product that `op` adds to the accumulator `acc`, if it does just that.
static arith::MulFOp getAccumulatedProduct(Operation *op, Value acc) {
  auto add = dyn_cast<arith::AddFOp>(op);
  if (!add || (add.getLhs() != acc && add.getRhs() != acc))
    return nullptr;
  Value other = add.getLhs() == acc ? add.getRhs() : add.getLhs();
  auto product = other.getDefiningOp<arith::MulFOp>();
  if (!product || !product->hasOneUse() ||
      product->getBlock() != op->getBlock())
    return nullptr;
  return product;
}

/// Whether a uniform truth value can be computed again as a mask: a comparison,
/// or a combination of such. A mask has the width of what was compared, so a
/// truth value alone does not make one.
static bool canBecomeMask(Value value) {
  Operation *op = value.getDefiningOp();
  if (isa_and_nonnull<arith::CmpIOp, arith::CmpFOp>(op))
    return true;
  return isa_and_nonnull<arith::AndIOp, arith::OrIOp, arith::XOrIOp>(op) &&
         llvm::all_of(op->getOperands(), canBecomeMask);
}

/// Computes the uniform truth value `value` on vectors.
static Value makeMask(LoopBuilder &loops, Value value, int64_t lanes) {
  Operation *op = value.getDefiningOp();
  LoopBuilder::Values operands;
  for (Value operand : op->getOperands())
    operands.push_back(operand.getType().isInteger(1)
                           ? makeMask(loops, operand, lanes)
                           : loops.broadcast(operand, lanes));
  Operation *clone = loops.builder.clone(*op);
  clone->setOperands(operands);
  clone->getResult(0).setType(VectorType::get({lanes}, value.getType()));
  return clone->getResult(0);
}

/// Clones `op`, on vectors if one of its operands has become a vector.
static void cloneElementwise(LoopBuilder &loops, Operation &op,
                             IRMapping &mapping) {
  int64_t lanes = 1;
  for (Value operand : op.getOperands())
    lanes =
        std::max(lanes, lanesOf(mapping.lookupOrDefault(operand).getType()));
  LoopBuilder::Values operands;
  for (Value operand : op.getOperands()) {
    Value mapped = mapping.lookupOrDefault(operand);
    bool uniformTruth = lanes > 1 && mapped.getType().isInteger(1);
    // A uniform condition chooses between whole vectors.
    if (!uniformTruth)
      mapped = loops.broadcast(mapped, lanes);
    else if (!isa<arith::SelectOp>(op))
      mapped = makeMask(loops, mapped, lanes);
    operands.push_back(mapped);
  }
  Operation *clone = loops.builder.clone(op, mapping);
  if (lanes == 1)
    return;
  clone->setOperands(operands);
  for (OpResult result : clone->getResults())
    result.setType(VectorType::get({lanes}, result.getType()));
}

SmallVector<Value> megcc::inlineRegion(LoopBuilder &loops, Block &block,
                                       ValueRange args,
                                       const RegionContext &context) {
  IRMapping mapping;
  mapping.map(block.getArguments(), args);
  Value acc = block.getNumArguments() ? block.getArgument(0) : Value();

  // Products that become part of a fused multiply-add are not cloned.
  llvm::SmallPtrSet<Operation *, 4> fused;
  if (context.fma)
    for (Operation &op : block.without_terminator())
      if (arith::MulFOp product = getAccumulatedProduct(&op, acc))
        fused.insert(product);

  for (Operation &op : block.without_terminator()) {
    if (fused.contains(&op))
      continue;
    if (auto index = dyn_cast<kernel::IndexOp>(op)) {
      mapping.map(index.getResult(), context.indexOf(index.getDim()));
      continue;
    }
    if (auto load = dyn_cast<memref::LoadOp>(op);
        load && context.lanes > 1 &&
        isContiguousLoad(load, context.vectorDim)) {
      LoopBuilder::Values indices;
      for (Value index : load.getIndices())
        indices.push_back(mapping.lookupOrDefault(index));
      Value loaded = loops.builder.create<vector::LoadOp>(
          loops.loc, VectorType::get({context.lanes}, load.getType()),
          mapping.lookupOrDefault(load.getMemRef()), indices);
      mapping.map(load.getResult(), loaded);
      continue;
    }
    if (arith::MulFOp product = getAccumulatedProduct(&op, acc);
        product && fused.contains(product)) {
      Value a = mapping.lookupOrDefault(product.getLhs()),
            b = mapping.lookupOrDefault(product.getRhs()),
            sum = mapping.lookup(acc);
      int64_t lanes = std::max(
          {lanesOf(a.getType()), lanesOf(b.getType()), lanesOf(sum.getType())});
      mapping.map(op.getResult(0),
                  loops.multiplyAdd(loops.broadcast(a, lanes),
                                    loops.broadcast(b, lanes),
                                    loops.broadcast(sum, lanes), true));
      continue;
    }
    cloneElementwise(loops, op, mapping);
  }

  SmallVector<Value> yielded;
  for (Value value : block.getTerminator()->getOperands())
    yielded.push_back(mapping.lookupOrDefault(value));
  return yielded;
}

//===----------------------------------------------------------------------===//
// Can it be vectorised?
//===----------------------------------------------------------------------===//

int64_t megcc::getVectorLanes(Type type, const Target &target) {
  // Bools have no vector in memory. Half precision is widened on its way.
  if (type.isF16() || type.isBF16() || type.isF32() || type.isF64() ||
      type.isInteger(8) || type.isInteger(16) || type.isInteger(32) ||
      type.isInteger(64))
    return target.lanes(type);
  return 1;
}

/// Comparisons yield vectors of i1, which only choose and combine.
static bool mayUseMask(Operation &op) {
  return isa<arith::SelectOp, arith::AndIOp, arith::OrIOp, arith::XOrIOp>(op);
}

int64_t megcc::getRegionLanes(Block &block, ArrayRef<bool> varyingArgs,
                              int64_t vectorDim, const Target &target) {
  llvm::SmallPtrSet<Value, 16> varying;
  int64_t lanes = INT64_MAX;
  auto addVarying = [&](Value value) {
    varying.insert(value);
    if (!value.getType().isInteger(1))
      lanes = std::min(lanes, getVectorLanes(value.getType(), target));
  };
  for (auto [arg, varies] : llvm::zip(block.getArguments(), varyingArgs))
    if (varies) {
      addVarying(arg);
      if (arg.getType().isInteger(1))
        return 1;
    }

  for (Operation &op : block.without_terminator()) {
    if (isa<kernel::IndexOp>(op))
      continue;
    if (auto load = dyn_cast<memref::LoadOp>(op);
        load && isContiguousLoad(load, vectorDim)) {
      auto type = cast<MemRefType>(load.getMemRef().getType());
      SmallVector<int64_t> strides;
      int64_t offset;
      if (failed(getStridesAndOffset(type, strides, offset)) ||
          strides.back() != 1 || type.getElementType().isInteger(1) ||
          llvm::any_of(load.getIndices().drop_back(), [&](Value index) {
            return varying.contains(index) || isIndexOf(index, vectorDim);
          }))
        return 1;
      addVarying(load.getResult());
      continue;
    }

    // Whatever else sees the index of the vectorised dimension would need a
    // vector of indices.
    bool varies = false, usesIndex = false;
    op.walk([&](Operation *inner) {
      for (Value operand : inner->getOperands()) {
        varies |= varying.contains(operand);
        usesIndex |= isIndexOf(operand, vectorDim);
      }
    });
    if (usesIndex)
      return 1;
    if (!varies)
      continue;
    if (!OpTrait::hasElementwiseMappableTraits(&op))
      return 1;
    for (Value operand : op.getOperands())
      if (operand.getType().isInteger(1) && varying.contains(operand) &&
          !mayUseMask(op))
        return 1;
    for (Value operand : op.getOperands())
      if (operand.getType().isInteger(1) && !varying.contains(operand) &&
          !isa<arith::SelectOp>(op) && !canBecomeMask(operand))
        return 1;
    for (Value result : op.getResults())
      addVarying(result);
    // A uniform operand becomes a vector here as well.
    for (Value operand : op.getOperands())
      if (!operand.getType().isInteger(1))
        lanes = std::min(lanes, getVectorLanes(operand.getType(), target));
  }
  // A mask cannot be stored.
  for (Value value : block.getTerminator()->getOperands())
    if (value.getType().isInteger(1) && varying.contains(value))
      return 1;
  return lanes;
}

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

static std::optional<vector::CombiningKind> getCombiningKind(Operation *op) {
  using Kind = vector::CombiningKind;
  return llvm::TypeSwitch<Operation *, std::optional<Kind>>(op)
      .Case<arith::AddFOp, arith::AddIOp>([](auto) { return Kind::ADD; })
      .Case<arith::MulFOp, arith::MulIOp>([](auto) { return Kind::MUL; })
      .Case([](arith::MaximumFOp) { return Kind::MAXIMUMF; })
      .Case([](arith::MinimumFOp) { return Kind::MINIMUMF; })
      .Case([](arith::MaxNumFOp) { return Kind::MAXNUMF; })
      .Case([](arith::MinNumFOp) { return Kind::MINNUMF; })
      .Case([](arith::MaxSIOp) { return Kind::MAXSI; })
      .Case([](arith::MinSIOp) { return Kind::MINSI; })
      .Case([](arith::MaxUIOp) { return Kind::MAXUI; })
      .Case([](arith::MinUIOp) { return Kind::MINUI; })
      .Case([](arith::AndIOp) { return Kind::AND; })
      .Case([](arith::OrIOp) { return Kind::OR; })
      .Case([](arith::XOrIOp) { return Kind::XOR; })
      .Default([](Operation *) { return std::nullopt; });
}

Operation *megcc::getCombiner(Block &block) {
  Value acc = block.getArgument(0);
  Operation *op = block.getTerminator()->getOperand(0).getDefiningOp();
  if (!op || op->getBlock() != &block || !getCombiningKind(op) ||
      !acc.hasOneUse() || *acc.user_begin() != op)
    return nullptr;
  return op;
}

TypedAttr megcc::getSplitInit(Operation *combiner, TypedAttr init) {
  Builder builder(init.getContext());
  Type type = init.getType();
  if (isa<arith::AddFOp, arith::AddIOp, arith::XOrIOp>(combiner))
    return builder.getZeroAttr(type);
  if (isa<arith::MulFOp, arith::MulIOp>(combiner))
    return builder.getOneAttr(type);
  return init;
}

Value megcc::combine(LoopBuilder &loops, Operation *combiner, Value lhs,
                     Value rhs) {
  Operation *clone = loops.builder.clone(*combiner);
  clone->setOperands({lhs, rhs});
  clone->getResult(0).setType(lhs.getType());
  return clone->getResult(0);
}

Value megcc::combineLanes(LoopBuilder &loops, Operation *combiner,
                          Value vector) {
  return loops.builder.create<vector::ReductionOp>(
      loops.loc, *getCombiningKind(combiner), vector);
}
