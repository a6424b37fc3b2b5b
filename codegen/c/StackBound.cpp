//===- StackBound.cpp - How much stack a function may need ----------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/c/StackBound.h"
#include "dialects/ISA/ISA.h"
#include "mlir/Analysis/Liveness.h"
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

namespace {

/// Walks one function; an array is alive from its block's begin to its end.
class StackCounter {
public:
  explicit StackCounter(func::FuncOp function)
      : function(function), liveness(function) {}

  int64_t count() { return count(function.getBody(), {}, 0); }

private:
  using Values = llvm::SmallDenseSet<Value, 32>;

  /// What `region` needs inside of which `around` is alive all the time, and
  /// `fixed` bytes besides.
  int64_t count(Region &region, const Values &around, int64_t fixed) {
    int64_t largest = 0;
    for (Block &block : region)
      largest = std::max(largest, count(block, around, fixed));
    return largest;
  }

  int64_t count(Block &block, const Values &around, int64_t fixed) {
    for (Operation &op : block) {
      if (auto array = dyn_cast<memref::AllocaOp>(op))
        fixed += array.getType().getNumElements() *
                 llvm::divideCeil(array.getType().getElementTypeBitWidth(), 8);
      if (isa<memref::LoadOp, memref::StoreOp, vector::LoadOp, vector::StoreOp,
              memref::PrefetchOp, instructions::TileLoadOp>(op))
        fixed += getBytes(IndexType::get(op.getContext()));
    }
    int64_t largest = 0;
    for (Operation &op : block) {
      Values alive = around, across = around;
      for (Value value :
           liveness.getLiveness(&block)->currentlyLiveValues(&op)) {
        if (matchPattern(value, m_Constant()))
          continue;
        alive.insert(value);
        if (value.getDefiningOp() != &op && !liveness.isDeadAfter(value, &op))
          across.insert(value);
      }
      int64_t bytes = fixed;
      for (Value value : alive)
        bytes += getBytes(value.getType());
      largest = std::max(largest, bytes);
      for (Region &inner : op.getRegions())
        largest = std::max(largest, count(inner, across, fixed));
      if (auto call = dyn_cast<func::CallOp>(op))
        if (auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
                call, call.getCalleeAttr()))
          largest = std::max(largest, bytes + getStackBound(callee));
    }
    return largest;
  }

  func::FuncOp function;
  Liveness liveness;
};

} // namespace

int64_t megcc::getStackBound(func::FuncOp function) {
  if (function.isExternal())
    return 0;
  return frameOverhead + StackCounter(function).count();
}
