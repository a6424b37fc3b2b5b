//===- AssignLayouts.cpp - Blocks channels for the target's vectors -------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// On a target with vectors, activations of convolutional networks keep blocks
// of channels innermost (NCHW16c), one block filling one vector register: every
// kernel then loads and stores whole vectors, whatever the image's size. Which
// results have blocks is chosen for the whole graph (ChooseLayouts.h); what
// cannot have them gets the plain layout back. Graph inputs and outputs stay
// plain.
//
// Before, for vectors of 16:
//
//   %y = nn.conv %x, %w ... -> tensor<1x24x56x56xf32>
//   %z = nn.relu %y : tensor<1x24x56x56xf32>
//   %f = nn.reshape %z : ... -> tensor<1x75264xf32>
//
// After:
//
//   %y = nn.conv %x, %w ... -> tensor<1x24x56x56xf32, #blocked>
//   %z = nn.relu %y : tensor<1x24x56x56xf32, #blocked>
//   %p = nn.relayout %z : ... -> tensor<1x24x56x56xf32>
//   %f = nn.reshape %p : ... -> tensor<1x75264xf32>
//
// where #blocked = #nn.info<layout = blocked<1 x 16>>.
//
//===----------------------------------------------------------------------===//

#include "dialects/Kernel/PlanAttributes.h"
#include "dialects/NN/NN.h"
#include "megcc/Target.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "passes/nn/ChooseLayouts.h"
#include "passes/nn/Passes.h"

namespace megcc::nn {
#define GEN_PASS_DEF_ASSIGNLAYOUTS
#include "passes/nn/Passes.h.inc"
} // namespace megcc::nn

using namespace mlir;
using namespace megcc;

namespace {

/// Rewrites one function, remembering each value's version in either layout.
class LayoutAssigner {
public:
  LayoutAssigner(const nn::LayoutChoice &choice, MLIRContext *context)
      : choice(choice), builder(context) {}

  void run(Block &block) {
    for (Operation &op : llvm::make_early_inc_range(block))
      assign(&op);
  }

private:
  const nn::LayoutChoice &choice;
  OpBuilder builder;
  DenseMap<Value, Value> plainVersion, blockedVersion;

  static RankedTensorType typeOf(Value value) {
    return cast<RankedTensorType>(value.getType());
  }
  static bool isBlocked(Value value) {
    return nn::getLayout(typeOf(value)).has_value();
  }
  static nn::BlockedLayout blockedLayout(int64_t lanes) {
    return {nn::channelDim, lanes};
  }

  Value relayout(Value value, std::optional<nn::BlockedLayout> layout,
                 DenseMap<Value, Value> &versions) {
    Value &version = versions[value];
    if (!version)
      version = builder.create<nn::RelayoutOp>(
          builder.getInsertionPoint()->getLoc(),
          nn::withLayout(typeOf(value), layout), value);
    return version;
  }
  Value asPlain(Value value) {
    return isBlocked(value) ? relayout(value, std::nullopt, plainVersion)
                            : value;
  }
  Value asBlocked(Value value, int64_t lanes) {
    return isBlocked(value)
               ? value
               : relayout(value, blockedLayout(lanes), blockedVersion);
  }

  void setBlocked(Value result, int64_t lanes) {
    result.setType(nn::withLayout(typeOf(result), blockedLayout(lanes)));
  }

  void assign(Operation *op) {
    builder.setInsertionPoint(op);
    auto block = choice.blocks.find(op);
    int64_t size = block == choice.blocks.end() ? 1 : block->second;
    for (OpOperand &operand : op->getOpOperands()) {
      if (size > 1 && nn::wantsBlocks(operand, size))
        operand.set(asBlocked(operand.get(), size));
      else if (size == 1 || !isa<nn::ConvOp>(op))
        operand.set(asPlain(operand.get()));
    }
    if (size > 1)
      setBlocked(op->getResult(0), size);
  }
};

class AssignLayouts : public nn::impl::AssignLayoutsBase<AssignLayouts> {
public:
  using AssignLayoutsBase::AssignLayoutsBase;

  void runOnOperation() override {
    llvm::Expected<Target> target = lookupTarget(targetName);
    if (!target) {
      getOperation().emitError(llvm::toString(target.takeError()));
      return signalPassFailure();
    }
    if (!target->hasVectors())
      return;
    if (getOperation().isDeclaration())
      return;
    std::vector<std::string> names(blocked.begin(), blocked.end());
    nn::LayoutChoice choice =
        nn::chooseLayouts(getOperation().front(), *target, names);
    LayoutAssigner(choice, &getContext()).run(getOperation().front());
    if (choice.free == 0)
      return;
    std::string how = "least cost over the graph";
    if (choice.fixed > 0)
      how += ", " + std::to_string(choice.fixed) + " of " +
             std::to_string(choice.free) + " operators left in blocks";
    if (auto module = getOperation()->getParentOfType<ModuleOp>())
      module->setAttr(kernel::kLayoutsAttr,
                      StringAttr::get(&getContext(), how));
  }
};

} // namespace
