//===- StackBound.cpp - How much stack a function may need ----------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/c/StackBound.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace megcc;

/// What one value takes; buffers are pointers.
static int64_t getBytes(Type type) {
  constexpr int64_t word = 8;
  auto vector = dyn_cast<VectorType>(type);
  if (!vector)
    return word;
  // Masks have lanes as wide as what they choose from.
  int64_t bits = std::max(8u, vector.getElementTypeBitWidth());
  if (vector.getElementType().isInteger(1))
    bits = 32;
  return std::max(word, vector.getNumElements() * bits / 8);
}

static int64_t getBound(Region &region) {
  int64_t values = 0, nested = 0;
  for (Operation &op : region.getOps()) {
    if (matchPattern(&op, m_Constant()))
      continue;
    for (Value result : op.getResults())
      values += getBytes(result.getType());
    if (auto array = dyn_cast<memref::AllocaOp>(op))
      values += array.getType().getNumElements() *
                llvm::divideCeil(array.getType().getElementTypeBitWidth(), 8);
    bool isAccess = isa<memref::LoadOp, memref::StoreOp, vector::LoadOp,
                        vector::StoreOp, memref::PrefetchOp>(op);
    values += isAccess ? getBytes(IndexType::get(op.getContext())) : 0;
    for (Region &inner : op.getRegions())
      nested = std::max(nested, getBound(inner));
    if (auto call = dyn_cast<func::CallOp>(op))
      if (auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
              call, call.getCalleeAttr()))
        nested = std::max(nested, getStackBound(callee));
  }
  for (BlockArgument argument : region.getArguments())
    values += getBytes(argument.getType());
  return values + nested;
}

int64_t megcc::getStackBound(func::FuncOp function) {
  if (function.isExternal())
    return 0;
  return frameOverhead + getBound(function.getBody());
}
