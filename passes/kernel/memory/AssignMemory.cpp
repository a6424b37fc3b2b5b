//===- AssignMemory.cpp - Which buffers lie outside the arena -------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Before:
//
//   func.func @main(%x: memref<256xf32>, %y: memref<256xf32>)
//
// After:
//
//   func.func @main(%x: memref<256xf32> {kernel.in_arena},
//                   %y: memref<256xf32> {kernel.in_arena})
//
// which lets the planner place them like buffers of ours. An input's bytes are
// used again once it is dead, so that a run destroys it. And, where every byte
// counts, `attributes {kernel.stack_numbers}`: a buffer of one element, as the
// sum that a softmax divides by, need not take a whole line of the arena.
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/Buffers.h"
#include "passes/kernel/Passes.h"

namespace megcc::kernel {
#define GEN_PASS_DEF_ASSIGNMEMORY
#include "passes/kernel/Passes.h.inc"
} // namespace megcc::kernel

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

namespace {

struct AssignMemory : kernel::impl::AssignMemoryBase<AssignMemory> {
  using AssignMemoryBase::AssignMemoryBase;

  void runOnOperation() override {
    FailureOr<func::FuncOp> main = getMain(getOperation());
    if (failed(main))
      return signalPassFailure();
    if (stackNumbers)
      (*main)->setAttr(kStackNumbersAttr, UnitAttr::get(&getContext()));
    if (!ioInArena)
      return;
    // What is streamed is nowhere as a whole.
    for (BlockArgument argument : main->getArguments())
      if (!main->getArgAttr(argument.getArgNumber(), kStreamedAttr))
        main->setArgAttr(argument.getArgNumber(), kInArenaAttr,
                         UnitAttr::get(&getContext()));
  }
};

} // namespace
