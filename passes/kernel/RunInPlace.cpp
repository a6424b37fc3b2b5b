//===- RunInPlace.cpp - Let results take their inputs' buffers ------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Before:
//
//     %a = memref.alloc() : memref<256xf32>
//     %b = memref.alloc() : memref<256xf32>
//     kernel.nest "exp" ... ins(%x ...) outs(%a ...)
//     kernel.nest "relu" ... ins(%a ...) outs(%b ...)
//     kernel.nest "exp" ... ins(%b ...) outs(%y ...)
//
// After:
//
//     %a = memref.alloc() : memref<256xf32>
//     kernel.nest "exp" ... ins(%x ...) outs(%a ...)
//     kernel.nest "relu" ... ins(%a ...) outs(%a ...)
//     kernel.nest "exp" ... ins(%a ...) outs(%y ...)
//
// and likewise into %y, where %a can live there. Only where the kernel says it
// may (KernelOpInterface::mayRunInPlace), the input is not read afterwards, and
// it is a buffer of ours: a caller's input and the weights stay as they are,
// and so does an output wherever it lies.
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/Embedding.h"
#include "passes/kernel/Passes.h"

namespace megcc::kernel {
#define GEN_PASS_DEF_RUNINPLACE
#include "passes/kernel/Passes.h.inc"
} // namespace megcc::kernel

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

static bool isAllocation(Value buffer) {
  return buffer.getDefiningOp<memref::AllocOp>() != nullptr;
}

/// Whether `access` is by `op`, of exactly the elements of its `input`, and one
/// that the kernel may overwrite with its result.
static bool mayOverwrite(const Access &access, KernelOpInterface op,
                         Value input) {
  return access.operand->getOwner() == op && !access.isWrite &&
         areSameElements(access.operand->get(), input) &&
         op.mayRunInPlace(access.operand->getOperandNumber());
}

/// The output's buffer may begin its life in the input's: `op` is its first
/// user, and the input's last.
static bool mayTakeInput(const Embedding &embedding, KernelOpInterface op,
                         Value input, const AccessTable &table) {
  int64_t step = table.getStep(op);
  ArrayRef<Access> output = table.of(embedding.getSource());
  if (output.front().step < step)
    return false;
  ByteRegion region = embedding.getRegion();
  return llvm::none_of(
      table.of(embedding.getTarget()), [&](const Access &access) {
        return access.step >= step && !mayOverwrite(access, op, input) &&
               !areDisjoint(access.region, region);
      });
}

/// The input's buffer may live in the output's: nobody else uses these bytes
/// from the input's first write up to `op`, its last user.
static bool mayTakeOutput(const Embedding &embedding, KernelOpInterface op,
                          Value input, const AccessTable &table) {
  int64_t step = table.getStep(op);
  ArrayRef<Access> source = table.of(embedding.getSource());
  if (llvm::any_of(source, [&](const Access &access) {
        return access.step >= step && !mayOverwrite(access, op, input);
      }))
    return false;
  ByteRegion region = embedding.getRegion();
  bool usedBefore =
      llvm::any_of(table.of(embedding.getTarget()), [&](const Access &access) {
        return access.step >= source.front().step && access.step < step &&
               !areDisjoint(access.region, region);
      });
  // While it runs, the kernel itself uses these bytes as its output only.
  unsigned uses = llvm::count_if(
      table.of(embedding.getTarget()), [&](const Access &access) {
        return access.step == step && !areDisjoint(access.region, region);
      });
  return !usedBefore && uses == 1;
}

/// Lets inputs of `op` that are the elements of operand `output` be that
/// operand, so that the types of a shared buffer are the same.
static void unifyOperands(KernelOpInterface op, unsigned output) {
  Value value = op->getOperand(output);
  for (unsigned i = 0; i < op.getInputs().size(); ++i) {
    if (!areSameElements(op->getOperand(i), value))
      continue;
    op->setOperand(i, value);
    op.adoptType(i);
  }
}

/// Makes one buffer of an input and an output of `op` if that is sound.
static bool share(KernelOpInterface op, unsigned inputNumber, unsigned output,
                  AccessTable &table) {
  Value input = op->getOperand(inputNumber), result = op->getOperand(output);
  auto inputType = cast<MemRefType>(input.getType());
  auto outputType = cast<MemRefType>(result.getType());
  if (inputType.getShape() != outputType.getShape() ||
      inputType.getElementType() != outputType.getElementType())
    return false;
  Walk in = getWalk(input), out = getWalk(result);
  if (!isPlanned(in.buffer) || isOutput(in.buffer) || in.buffer == out.buffer)
    return false;

  auto embed = [&](const Walk &source, const Walk &target, auto isSound) {
    if (!isAllocation(source.buffer))
      return false;
    std::optional<Embedding> embedding = Embedding::get(
        Move{SmallVector<int64_t>(inputType.getShape()), source, target});
    if (!embedding || !isSound(*embedding, op, input, table) ||
        !embedding->isAccepted(table) || !embedding->keepsArenaSmall(table))
      return false;
    embedding->apply(table);
    unifyOperands(op, output);
    return true;
  };
  return embed(out, in, mayTakeInput) || embed(in, out, mayTakeOutput);
}

namespace {

struct RunInPlace : kernel::impl::RunInPlaceBase<RunInPlace> {
  void runOnOperation() override {
    FailureOr<func::FuncOp> main = getMain(getOperation());
    if (failed(main))
      return signalPassFailure();
    AccessTable table(*main);
    for (auto op : main->getBody().getOps<KernelOpInterface>())
      for (unsigned output = 0; output < op.getOutputs().size(); ++output)
        for (unsigned input = 0; input < op.getInputs().size(); ++input)
          if (op.mayRunInPlace(input) &&
              share(op, input, op.getInputs().size() + output, table))
            break;
    eraseUnusedBuffers(*main);
  }
};

} // namespace
