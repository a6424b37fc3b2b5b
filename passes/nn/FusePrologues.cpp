//===- FusePrologues.cpp - Moves elementwise operators into what reads ----===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   %0 = nn.fused (%x, %s, %t) {        %1 = nn.fused (%x, %s, %t, %w) {
//     %a = nn.mul %x_, %s_               ^bb0(%x_, %s_, %t_, %w_):
//     %b = nn.add %a, %t_                  %a = nn.mul %x_, %s_
//     %c = nn.relu %b              =>      %b = nn.add %a, %t_
//     nn.yield %c                          %c = nn.relu %b
//   }                                      %d = nn.conv %c, %w_ {...}
//   %1 = nn.conv %0, %w {...}              nn.yield %d
//                                        }
//
// Elementwise operators that could not follow an operator before them, since
// others want its result as well, precede a contraction instead, if nobody else
// wants theirs. They read one tensor of the result's shape, and beside it only
// what is broadcast: so no more is alive while the contraction runs, and one
// tensor less if the one that they read is alive anyway.
//
// Whether a kernel applies them as it reads is for `select` to say, which knows
// the kernels and their costs.
//
//===----------------------------------------------------------------------===//

#include "passes/nn/Passes.h"

#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"

namespace megcc::nn {
#define GEN_PASS_DEF_FUSEPROLOGUES
#include "passes/nn/Passes.h.inc"
} // namespace megcc::nn

using namespace mlir;
using namespace megcc;

/// The contraction that `op` is or holds.
static Operation *getContraction(Operation *op) {
  auto fused = dyn_cast<nn::FusedOp>(op);
  Operation *root = fused ? fused.getRoot() : op;
  return isa_and_nonnull<nn::ConvOp, nn::MatMulOp>(root) ? root : nullptr;
}

/// The value outside `op` that the first operand of its contraction is, if
/// that operand alone uses it.
static Value getOnlyOperand(Operation *op, Operation *root) {
  Value operand = root->getOperand(0);
  if (auto fused = dyn_cast<nn::FusedOp>(op)) {
    auto argument = dyn_cast<BlockArgument>(operand);
    if (!argument || !argument.hasOneUse())
      return Value();
    operand = fused.getInputs()[argument.getArgNumber()];
  }
  return operand.hasOneUse() ? operand : Value();
}

/// Whether `op` is or holds elementwise operators alone and reads one tensor of
/// its result's shape, which then takes no longer the place of a smaller one.
static bool mayPrecede(Operation *op) {
  auto fused = dyn_cast<nn::FusedOp>(op);
  if (op->getNumResults() != 1 ||
      (fused ? fused.getRoot() != nullptr
             : !isa<nn::ElementwiseOpInterface>(op)))
    return false;
  auto typeOf = [](Value value) {
    return cast<RankedTensorType>(value.getType());
  };
  RankedTensorType result = typeOf(op->getResult(0));
  llvm::SmallSetVector<Value, 4> operands(op->operand_begin(),
                                          op->operand_end());
  Value whole;
  for (Value operand : operands) {
    RankedTensorType type = typeOf(operand);
    if (type.getNumElements() < result.getNumElements())
      continue;
    if (whole || type.getShape() != result.getShape() ||
        type.getEncoding() != result.getEncoding())
      return false;
    whole = operand;
  }
  return whole &&
         (!whole.hasOneUse() || typeOf(whole).getElementTypeBitWidth() <=
                                    result.getElementTypeBitWidth());
}

/// Clones what `op` is or holds to the builder's insertion point, without the
/// end of the region, and maps its result.
static void cloneInto(Operation *op, OpBuilder &builder, IRMapping &mapping) {
  auto fused = dyn_cast<nn::FusedOp>(op);
  if (!fused) {
    builder.clone(*op, mapping);
    return;
  }
  Block &body = fused.getBody().front();
  for (auto [argument, input] :
       llvm::zip_equal(body.getArguments(), fused.getInputs()))
    mapping.map(argument, mapping.lookup(input));
  for (Operation &inner : body.without_terminator())
    builder.clone(inner, mapping);
  for (auto [result, yielded] :
       llvm::zip_equal(fused.getResults(), fused.getYield().getOperands()))
    mapping.map(result, mapping.lookup(yielded));
}

static void fuse(Operation *producer, Operation *op) {
  SetVector<Value> captured(producer->operand_begin(), producer->operand_end());
  for (Value operand : op->getOperands())
    if (operand != producer->getResult(0))
      captured.insert(operand);
  OpBuilder builder(op);
  auto fused = builder.create<nn::FusedOp>(
      builder.getFusedLoc({producer->getLoc(), op->getLoc()}),
      op->getResultTypes(), captured.getArrayRef());
  IRMapping mapping;
  mapping.map(captured, fused.getBody().getArguments());
  builder.setInsertionPointToStart(&fused.getBody().front());
  cloneInto(producer, builder, mapping);
  cloneInto(op, builder, mapping);
  SmallVector<Value> results;
  for (Value result : op->getResults())
    results.push_back(mapping.lookup(result));
  builder.create<nn::YieldOp>(op->getLoc(), results);
  op->replaceAllUsesWith(fused);
  op->erase();
  producer->erase();
}

namespace {
struct FusePrologues : nn::impl::FuseProloguesBase<FusePrologues> {
  void runOnOperation() override {
    for (Operation &op :
         llvm::make_early_inc_range(getOperation().getBody().getOps())) {
      Operation *root = getContraction(&op);
      Value operand = root ? getOnlyOperand(&op, root) : Value();
      Operation *producer = operand ? operand.getDefiningOp() : nullptr;
      if (producer && mayPrecede(producer))
        fuse(producer, &op);
    }
  }
};
} // namespace
