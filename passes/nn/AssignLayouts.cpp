//===- AssignLayouts.cpp - Blocks channels for the target's vectors -------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// On a target with vectors, activations of convolutional networks keep blocks
// of channels innermost (NCHW16c), one block filling one vector register: every
// kernel then loads and stores whole vectors, whatever the image's size.
// Convolutions ask for the layout, operators that do not care pass it on, all
// others get the plain layout back. Graph inputs and outputs stay plain.
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

#include "dialects/NN/NN.h"
#include "megcc/Target.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "passes/nn/Passes.h"

namespace megcc::nn {
#define GEN_PASS_DEF_ASSIGNLAYOUTS
#include "passes/nn/Passes.h.inc"
} // namespace megcc::nn

using namespace mlir;
using namespace megcc;

/// The dimension that holds channels.
static constexpr int64_t channelDim = 1;

namespace {

/// Rewrites one function, remembering each value's version in either layout.
class LayoutAssigner {
public:
  LayoutAssigner(const Target &target, MLIRContext *context)
      : target(target), builder(context) {}

  void run(Block &block) {
    for (Operation &op : llvm::make_early_inc_range(block))
      assign(&op);
  }

private:
  const Target &target;
  OpBuilder builder;
  DenseMap<Value, Value> plainVersion, blockedVersion;

  static RankedTensorType typeOf(Value value) {
    return cast<RankedTensorType>(value.getType());
  }
  static bool isBlocked(Value value) {
    return nn::getLayout(typeOf(value)).has_value();
  }
  int64_t lanes(Value value) const {
    return target.lanes(typeOf(value).getElementType());
  }
  static nn::BlockedLayout blockedLayout(int64_t lanes) {
    return {channelDim, lanes};
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

  /// The block size that a convolution's result wants; 1 to keep it plain.
  int64_t wantedBlock(nn::ConvOp conv) const {
    int64_t size = lanes(conv.getResult());
    return conv.isDepthwise() || conv.getGroupsPerBlock(size) ? size : 1;
  }

  /// Whether `op` computes the same with blocked operands and result.
  bool isAgnostic(Operation *op, int64_t size) const {
    if (op->getNumResults() != 1 || op->getNumOperands() == 0)
      return false;
    RankedTensorType result = typeOf(op->getResult(0));
    if (result.getRank() <= channelDim)
      return false;
    if (isa<nn::ElementwiseOpInterface>(op))
      return target.lanes(result.getElementType()) == size ||
             result.getElementType().isInteger(1);
    if (isa<nn::MaxPoolOp, nn::AveragePoolOp, nn::LpPoolOp>(op))
      return true;
    if (auto reduce = dyn_cast<nn::ReduceOp>(op))
      return reduce.getKeepdims() &&
             !llvm::is_contained(reduce.getAxes(), channelDim);
    if (auto concat = dyn_cast<nn::ConcatOp>(op))
      return concat.getAxis() != channelDim ||
             llvm::all_of(concat.getInputs(), [&](Value input) {
               return typeOf(input).getDimSize(channelDim) % size == 0;
             });
    if (auto pad = dyn_cast<nn::PadOp>(op))
      return pad.getLow()[channelDim] == 0 && pad.getHigh()[channelDim] == 0 &&
             pad.getInterior()[channelDim] == 0;
    return false;
  }

  void assign(Operation *op) {
    builder.setInsertionPoint(op);
    if (auto conv = dyn_cast<nn::ConvOp>(op)) {
      int64_t size = wantedBlock(conv);
      if (size > 1) {
        // Few channels, as in an image, are read as they lie.
        if (conv.isDepthwise() ||
            typeOf(conv.getX()).getDimSize(channelDim) >= size)
          op->setOperand(0, asBlocked(conv.getX(), size));
        setBlocked(conv.getResult(), size);
        return;
      }
    }
    auto blocked = llvm::find_if(op->getOperands(), isBlocked);
    if (blocked == op->operand_end())
      return;
    int64_t size = nn::getLayout(typeOf(*blocked))->size;
    bool carries = isAgnostic(op, size);
    if (carries) {
      RankedTensorType result = typeOf(op->getResult(0));
      for (OpOperand &operand : op->getOpOperands()) {
        // Operands broadcast along channels, or of lower rank, are read plain.
        RankedTensorType type = typeOf(operand.get());
        bool spans =
            isa<nn::ConcatOp>(op) ||
            (type.getRank() == result.getRank() &&
             type.getDimSize(channelDim) == result.getDimSize(channelDim));
        operand.set(spans ? asBlocked(operand.get(), size)
                          : asPlain(operand.get()));
      }
      setBlocked(op->getResult(0), size);
      return;
    }
    for (OpOperand &operand : op->getOpOperands())
      operand.set(asPlain(operand.get()));
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
    if (!getOperation().isDeclaration())
      LayoutAssigner(*target, &getContext()).run(getOperation().front());
  }
};

} // namespace
