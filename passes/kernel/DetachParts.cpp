//===- DetachParts.cpp - First parts in buffers of their own --------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/DetachParts.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

static KernelOpInterface getOwner(OpOperand *operand) {
  return cast<KernelOpInterface>(operand->getOwner());
}

static bool isWrite(OpOperand *operand) {
  return operand->getOperandNumber() >= getOwner(operand).getInputs().size();
}

static void setBuffer(OpOperand *operand, Value value) {
  operand->set(value);
  getOwner(operand).adoptType(operand->getOperandNumber());
}

/// Moves what `from` holds to `to`, which has the same shape.
static NestOp buildCopy(OpBuilder &builder, Value from, Value to) {
  auto type = cast<MemRefType>(from.getType());
  AffineMap map = builder.getMultiDimIdentityMap(type.getRank());
  TypedAttr init = builder.getZeroAttr(type.getElementType());
  auto copy = builder.create<NestOp>(
      to.getLoc(), from, to, type.getShape(), /*reduction_rank=*/0,
      builder.getAffineMapArrayAttr({map, map}), /*body_inputs=*/1, init,
      AffineMapAttr(), DenseI64ArrayAttr(), "copy", /*index=*/Value());
  for (Region *region : {&copy.getBody(), &copy.getFinish()}) {
    OpBuilder::InsertionGuard guard(builder);
    unsigned arguments = region == &copy.getBody() ? 2 : 1;
    Block *block =
        builder.createBlock(region, region->end(),
                            SmallVector<Type>(arguments, type.getElementType()),
                            SmallVector<Location>(arguments, to.getLoc()));
    builder.create<YieldOp>(to.getLoc(), block->getArguments().back());
  }
  return copy;
}

/// `uses` are all of one buffer, in order.
static std::optional<DetachedPart> detach(ArrayRef<OpOperand *> uses) {
  OpOperand *first = uses.front();
  Value part = first->get();
  auto type = cast<MemRefType>(part.getType());
  ByteRegion region = getByteRegion(part);
  bool isPart = false;
  for (OpOperand *use : uses.drop_front())
    if (isWrite(use)) {
      if (!areDisjoint(region, getByteRegion(use->get())))
        return std::nullopt;
      isPart = true;
    }
  auto whole = MemRefType::get(type.getShape(), type.getElementType());
  auto accepts = [&](OpOperand *use) {
    return use->get().getType() == type &&
           getByteRegion(use->get()) == region &&
           getOwner(use).acceptsType(use->getOperandNumber(), whole);
  };
  if (!isPart || !isWrite(first) || !accepts(first) ||
      !type.getElementType().isIntOrFloat())
    return std::nullopt;

  // Whoever reads only this part before the next one is made can read it
  // where it is.
  DetachedPart detached;
  OpOperand *next = nullptr;
  for (OpOperand *use : uses) {
    if (use != first && (isWrite(use) || !accepts(use))) {
      next = use;
      break;
    }
    detached.users.push_back({use, use->get()});
  }
  // Who makes the next one reads it where it is then.
  while (next && !detached.users.empty() &&
         detached.users.back().first->getOwner() == next->getOwner())
    detached.users.pop_back();
  if (!next || detached.users.empty())
    return std::nullopt;
  OpBuilder builder(first->getOwner());
  Value buffer =
      builder.create<memref::AllocOp>(first->getOwner()->getLoc(), whole);
  for (auto &[use, before] : detached.users)
    setBuffer(use, buffer);
  builder.setInsertionPoint(next->getOwner());
  detached.copy = buildCopy(builder, buffer, part);
  return detached;
}

void DetachedPart::undo() {
  Operation *buffer = copy.getInputs()[0].getDefiningOp();
  for (auto &[use, before] : users)
    setBuffer(use, before);
  copy.erase();
  buffer->erase();
}

SmallVector<DetachedPart> kernel::detachFirstParts(func::FuncOp main) {
  llvm::MapVector<Value, SmallVector<OpOperand *>> uses;
  for (auto op : main.getBody().getOps<KernelOpInterface>())
    for (OpOperand &operand : getBufferOperands(op))
      if (Value buffer = getBuffer(operand.get());
          isa_and_nonnull<memref::AllocOp>(buffer.getDefiningOp()))
        uses[buffer].push_back(&operand);
  SmallVector<DetachedPart> parts;
  for (auto &[buffer, list] : uses)
    if (std::optional<DetachedPart> part = detach(list))
      parts.push_back(std::move(*part));
  return parts;
}
