//===- StoreHalf.cpp - Contractions of half-precision numbers -------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Before:
//   %1 = nn.relu %0 : tensor<1x64x56x56xf32>
//   %2 = nn.conv %1, %w ... : (tensor<1x64x56x56xf32>, tensor<64x64x1x1xf32>)
//                             -> tensor<1x64x56x56xf32>
//   %3 = nn.add %1, %2 : ...
//
// After:
//   %1 = nn.relu %0 : tensor<1x64x56x56xf32>
//   %4 = nn.cast %1 : tensor<1x64x56x56xbf16>
//   %5 = nn.cast %w : tensor<64x64x1x1xbf16>
//   %2 = nn.conv %4, %5 ... : (tensor<1x64x56x56xbf16>, tensor<64x64x1x1xbf16>)
//                             -> tensor<1x64x56x56xf32>
//   %6 = nn.cast %4 : tensor<1x64x56x56xf32>
//   %3 = nn.add %6, %2 : ...
//
// Sums and everything between contractions stay f32; fusion takes the casts
// into the kernels around them, so that only half of the bytes move. A cast
// passes reshapes, transposes, slices and concatenations on its way up, to meet
// a kernel that computes.
//
// A contraction stays as it is if the instruction behind all this has nothing
// to take from it: a depthwise convolution, an odd depth, the few channels of
// an image.
//
//===----------------------------------------------------------------------===//

#include "passes/nn/Passes.h"

namespace megcc::nn {
#define GEN_PASS_DEF_STOREHALF
#include "passes/nn/Passes.h.inc"
} // namespace megcc::nn

using namespace mlir;
using namespace megcc;

/// Channels that an image has at most.
static constexpr int64_t kImageChannels = 4;

static RankedTensorType typeOf(Value value) {
  return cast<RankedTensorType>(value.getType());
}

/// The operands of `op` that are to be narrowed; none if it is no contraction
/// that gains.
static MutableArrayRef<OpOperand> getFactors(Operation *op) {
  auto isFloat = [](Value value) {
    return typeOf(value).getElementType().isF32();
  };
  if (op->getNumOperands() < 2 || !isFloat(op->getOperand(0)) ||
      !isFloat(op->getOperand(1)))
    return {};
  int64_t depth = 1, least = 1;
  if (auto conv = dyn_cast<nn::ConvOp>(op)) {
    depth = typeOf(conv.getW()).getDimSize(1);
    least = kImageChannels;
  } else if (auto matmul = dyn_cast<nn::MatMulOp>(op)) {
    depth = typeOf(matmul.getLhs()).getShape().back();
  }
  if (depth <= least || depth % 2 != 0)
    return {};
  return op->getOpOperands().take_front(2);
}

/// Whether `op` only moves the elements of its operands.
static bool isMovement(Operation *op) {
  return isa_and_nonnull<nn::ReshapeOp, nn::TransposeOp, nn::SliceOp,
                         nn::ConcatOp>(op);
}

namespace {
struct StoreHalf : nn::impl::StoreHalfBase<StoreHalf> {
  using StoreHalfBase::StoreHalfBase;

  void runOnOperation() override {
    MLIRContext *context = &getContext();
    half = type == "f16" ? Type(Float16Type::get(context))
                         : Type(BFloat16Type::get(context));
    narrowed.clear();
    moved.clear();
    casts.clear();
    SmallVector<OpOperand *> factors;
    for (Operation &op : getOperation().getBody().getOps())
      for (OpOperand &factor : getFactors(&op))
        factors.push_back(&factor);
    for (OpOperand *factor : factors)
      factor->set(narrow(factor->get()));
    // What moved what has been replaced.
    for (Operation *op : llvm::reverse(moved))
      if (op->use_empty())
        op->erase();
    for (nn::CastOp cast : casts)
      shareWithOthers(cast);
  }

private:
  RankedTensorType halved(Value value) {
    RankedTensorType type = typeOf(value);
    return RankedTensorType::get(type.getShape(), half, type.getEncoding());
  }

  /// `value` in half precision, from its definition on.
  Value narrow(Value value) {
    if (Value known = narrowed.lookup(value))
      return known;
    OpBuilder builder(&getContext());
    builder.setInsertionPointAfterValue(value);
    Operation *op = value.getDefiningOp();
    Value result;
    if (isMovement(op) && value.hasOneUse()) {
      SmallVector<Value> operands;
      for (Value operand : op->getOperands())
        operands.push_back(narrow(operand));
      builder.setInsertionPoint(op);
      Operation *clone = builder.clone(*op);
      clone->setOperands(operands);
      clone->getResult(0).setType(halved(value));
      result = clone->getResult(0);
      moved.push_back(op);
    } else {
      auto cast =
          builder.create<nn::CastOp>(value.getLoc(), halved(value), value);
      casts.push_back(cast);
      result = cast;
    }
    narrowed[value] = result;
    return result;
  }

  /// Lets elementwise users of what `cast` reads read its result as well, if no
  /// others are left: then one buffer of half the size does.
  void shareWithOthers(nn::CastOp cast) {
    Value value = cast.getX();
    Operation *producer = value.getDefiningOp();
    if (!producer || isa<nn::ConstantOp>(producer))
      return;
    SmallVector<OpOperand *> others;
    for (OpOperand &use : value.getUses()) {
      if (use.getOwner() == cast)
        continue;
      if (!isa<nn::ElementwiseOpInterface>(use.getOwner()) ||
          typeOf(use.getOwner()->getResult(0)).getShape() !=
              typeOf(value).getShape())
        return;
      others.push_back(&use);
    }
    for (OpOperand *use : others) {
      OpBuilder builder(use->getOwner());
      use->set(
          builder.create<nn::CastOp>(value.getLoc(), value.getType(), cast));
    }
  }

  Type half;
  llvm::DenseMap<Value, Value> narrowed;
  /// Movements that were done again on narrow elements, and casts.
  SmallVector<Operation *> moved;
  SmallVector<nn::CastOp> casts;
};
} // namespace
