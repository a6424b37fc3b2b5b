//===- Buffers.cpp - Which bytes a memref value means, and when -----------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/Buffers.h"

#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

FailureOr<func::FuncOp> kernel::getMain(ModuleOp module) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  if (!main || main.isExternal())
    return module.emitError("expected a function @main with a body");
  if (!main.getBody().hasOneBlock())
    return main.emitError("expected one block");
  WalkResult result = main.walk([&](KernelOpInterface op) {
    if (op->getParentOp() == main)
      return WalkResult::advance();
    op->emitOpError("expected kernels only at the top level of @main");
    return WalkResult::interrupt();
  });
  if (result.wasInterrupted())
    return failure();
  return main;
}

Value kernel::getBuffer(Value value) {
  while (auto alias = value.getDefiningOp<AliasOp>())
    value = alias.getSource();
  return value;
}

Accesses kernel::getAccesses(Operation *op) {
  Accesses accesses;
  if (auto kernel = dyn_cast<KernelOpInterface>(op)) {
    llvm::append_range(accesses.reads, kernel.getInputs());
    llvm::append_range(accesses.writes, kernel.getOutputs());
    return accesses;
  }
  auto call = dyn_cast<func::CallOp>(op);
  if (!call)
    return accesses;
  auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
      op, call.getCalleeAttr());
  for (auto [i, operand] : llvm::enumerate(call.getOperands())) {
    auto access = callee.getArgAttrOfType<StringAttr>(i, kAccessAttr);
    if (!access || access.getValue() != "write")
      accesses.reads.push_back(operand);
    if (!access || access.getValue() != "read")
      accesses.writes.push_back(operand);
  }
  return accesses;
}

//===----------------------------------------------------------------------===//
// ByteRegion
//===----------------------------------------------------------------------===//

ByteRegion kernel::getByteRegion(Value value) {
  ByteRegion region;
  auto type = cast<MemRefType>(value.getType());
  region.elementBytes = getBufferElementBytes(type);
  region.empty = type.getNumElements() == 0;

  SmallVector<int64_t> strides;
  int64_t ignoredOffset;
  if (failed(getStridesAndOffset(type, strides, ignoredOffset)))
    llvm_unreachable("the kernel level has strided memrefs only");
  for (auto [extent, stride] : llvm::zip(type.getShape(), strides))
    if (extent != 1)
      region.dims.push_back({extent, stride * region.elementBytes});
  llvm::stable_sort(region.dims, [](const auto &a, const auto &b) {
    return a.stride > b.stride;
  });
  for (size_t i = region.dims.size(); i-- > 1;) {
    ByteRegion::Dim &outer = region.dims[i - 1], &inner = region.dims[i];
    if (outer.stride != inner.extent * inner.stride)
      continue;
    outer = {outer.extent * inner.extent, inner.stride};
    region.dims.erase(region.dims.begin() + i);
  }

  while (true) {
    if (auto alias = value.getDefiningOp<AliasOp>()) {
      value = alias.getSource();
      region.offset += static_cast<int64_t>(alias.getOffset()) *
                       getBufferElementBytes(cast<MemRefType>(value.getType()));
    } else if (auto view = value.getDefiningOp<ViewOp>()) {
      value = view.getBase();
      region.offset += view.getOffset();
    } else {
      break;
    }
  }
  region.base = value;
  return region;
}

int64_t ByteRegion::getEnd() const {
  if (empty)
    return offset;
  int64_t last = offset;
  for (Dim dim : dims)
    last += (dim.extent - 1) * dim.stride;
  return last + elementBytes;
}

bool ByteRegion::operator==(const ByteRegion &other) const {
  return base == other.base && offset == other.offset && dims == other.dims &&
         elementBytes == other.elementBytes && empty == other.empty;
}

/// How many bytes `region` spans if steps by multiples of `modulus` are taken
/// as none.
static int64_t getSpanModulo(const ByteRegion &region, int64_t modulus) {
  int64_t span = region.elementBytes;
  for (ByteRegion::Dim dim : region.dims)
    if (dim.stride % modulus != 0)
      span += (dim.extent - 1) * dim.stride;
  return span;
}

bool kernel::areDisjoint(const ByteRegion &a, const ByteRegion &b) {
  if (a.base != b.base || a.empty || b.empty || a.getEnd() <= b.offset ||
      b.getEnd() <= a.offset)
    return true;
  // Parts of one buffer lie side by side within each step of an outer
  // dimension: seen modulo that step, they are intervals on a circle.
  for (const ByteRegion *region : {&a, &b})
    for (ByteRegion::Dim dim : region->dims) {
      int64_t modulus = dim.stride;
      if (modulus <= 0)
        continue;
      int64_t distance = (b.offset - a.offset) % modulus;
      if (distance < 0)
        distance += modulus;
      if (distance >= getSpanModulo(a, modulus) &&
          modulus - distance >= getSpanModulo(b, modulus))
        return true;
    }
  return false;
}

//===----------------------------------------------------------------------===//
// Lifetimes
//===----------------------------------------------------------------------===//

bool kernel::isStackNumber(Value buffer) {
  constexpr int64_t most = 8;
  auto alloc = buffer.getDefiningOp<memref::AllocOp>();
  return alloc && getSpanBytes(alloc.getType()) <= most &&
         alloc->getParentOp()->hasAttr(kStackNumbersAttr);
}

bool kernel::isPlanned(Value buffer) {
  if (buffer.getDefiningOp<memref::AllocOp>())
    return !isStackNumber(buffer);
  auto argument = dyn_cast<BlockArgument>(buffer);
  if (!argument)
    return false;
  auto main = dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp());
  return main && main.getArgAttr(argument.getArgNumber(), kInArenaAttr);
}

/// Whether the caller fills the argument `buffer` before the first step.
static bool isInput(Value buffer) {
  auto argument = dyn_cast<BlockArgument>(buffer);
  if (!argument)
    return false;
  auto main = cast<func::FuncOp>(argument.getOwner()->getParentOp());
  auto inputs = main->getAttrOfType<IntegerAttr>(kInputsAttr);
  return inputs && argument.getArgNumber() < inputs.getInt();
}

ArenaBuffer kernel::getArenaBuffer(Value buffer, ArrayRef<ByteAccess> given,
                                   int64_t endStep) {
  int64_t bytes = getSpanBytes(cast<MemRefType>(buffer.getType()));
  SmallVector<ByteAccess> accesses(given);
  if (isa<BlockArgument>(buffer))
    accesses.push_back({isInput(buffer) ? -1 : endStep, 0, bytes});
  SmallVector<int64_t> cuts;
  for (const ByteAccess &access : accesses) {
    cuts.push_back(access.begin);
    cuts.push_back(access.end);
  }
  llvm::sort(cuts);
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());

  ArenaBuffer result{bytes, endStep, -1};
  for (size_t i = 0; i + 1 < cuts.size(); ++i) {
    ArenaPart part{cuts[i], cuts[i + 1] - cuts[i], endStep, -1};
    bool isUsed = false;
    for (const ByteAccess &access : accesses) {
      if (access.begin > cuts[i] || access.end < cuts[i + 1])
        continue;
      part.first = std::min(part.first, access.step);
      part.last = std::max(part.last, access.step);
      isUsed = true;
    }
    if (!isUsed)
      continue;
    result.first = std::min(result.first, part.first);
    result.last = std::max(result.last, part.last);
    ArenaPart *before = result.parts.empty() ? nullptr : &result.parts.back();
    if (before && before->offset + before->bytes == part.offset &&
        before->first == part.first && before->last == part.last)
      before->bytes += part.bytes;
    else
      result.parts.push_back(part);
  }
  // Alive as a whole, or empty.
  if (result.parts.empty())
    for (const ByteAccess &access : accesses) {
      result.first = std::min(result.first, access.step);
      result.last = std::max(result.last, access.step);
    }
  if (result.parts.size() == 1 && result.parts.front().bytes == bytes)
    result.parts.clear();
  return result;
}

SmallVector<Lifetime>
kernel::getLifetimes(func::FuncOp main,
                     llvm::function_ref<bool(Value)> isMeant) {
  llvm::MapVector<Value, SmallVector<ByteAccess>> accessed;
  int64_t step = 0;
  for (Operation &op : main.getBody().front()) {
    Accesses accesses = getAccesses(&op);
    for (Value access : llvm::concat<Value>(accesses.reads, accesses.writes)) {
      Value buffer = getBuffer(access);
      if (!isMeant(buffer))
        continue;
      ByteRegion region = getByteRegion(access);
      accessed[buffer].push_back({step, region.offset, region.getEnd()});
    }
    ++step;
  }
  for (BlockArgument argument : main.getArguments())
    if (isMeant(argument))
      accessed.insert({argument, {}});
  SmallVector<Lifetime> result;
  for (auto &[buffer, accesses] : accessed)
    result.push_back({buffer, getArenaBuffer(buffer, accesses, step)});
  return result;
}

void kernel::eraseUnusedBuffers(func::FuncOp main) {
  for (Operation &op :
       llvm::make_early_inc_range(llvm::reverse(main.getBody().front())))
    if (isa<memref::AllocOp, ConstantOp, AliasOp, ViewOp>(op) && op.use_empty())
      op.erase();
}
