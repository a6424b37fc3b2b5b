//===- Traffic.cpp - How often the bytes of a buffer are used -------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/memory/Traffic.h"
#include "passes/kernel/Buffers.h"

using namespace mlir;
using namespace megcc;

llvm::DenseMap<Value, double> kernel::getTraffic(func::FuncOp main) {
  llvm::DenseMap<Value, double> traffic;
  main.walk([&](KernelOpInterface op) {
    if (isa<ChainOp>(op->getParentOp()))
      return;
    double macs = 0;
    if (auto family = dyn_cast<KernelFamilyInterface>(op.getOperation()))
      macs = double(family.getMacs());
    auto add = [&](Value value, bool isFactor) {
      auto type = cast<MemRefType>(value.getType());
      double bytes = double(getSpanBytes(type));
      double products = isFactor ? macs * getBufferElementBytes(type) : 0;
      traffic[getBuffer(value)] += std::max(bytes, products);
    };
    // The factors come first; what an epilogue reads follows.
    constexpr size_t factors = 2;
    for (auto [i, input] : llvm::enumerate(op.getInputs()))
      add(input, i < factors);
    for (Value output : op.getOutputs())
      add(output, false);
  });
  return traffic;
}
