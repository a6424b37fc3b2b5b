//===- FoldConstants.cpp - Computes operators on constants ----------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   %s = nn.constant dense<[1, 2]>               %r = nn.constant dense<[2, 4]>
//   %r = nn.add %s, %s                     =>
//
// Shape arithmetic that a front end left over, transposed weights and folded
// scales all end here.
//
//===----------------------------------------------------------------------===//

#include "lib/Reference/Reference.h"
#include "lib/Support/Constants.h"
#include "passes/nn/Passes.h"
#include "passes/nn/Utils.h"

namespace megcc::nn {
#define GEN_PASS_DEF_FOLDCONSTANTS
#include "passes/nn/Passes.h.inc"
} // namespace megcc::nn

using namespace mlir;
using namespace megcc;

static int64_t getBytes(TypeRange types) {
  int64_t bytes = 0;
  for (Type type : types)
    bytes += getTensorBytes(cast<ShapedType>(type));
  return bytes;
}

/// A change of the element type (weights stored as i8 or f16) is worth its
/// memory: it makes a result at most this many times as large.
static constexpr int64_t kMaxElementGrowth = 8;

/// Whether the reference evaluation has all that it needs, and its results are
/// worth storing.
static bool isFoldable(Operation &op, int64_t maxGrowth) {
  if (op.getNumOperands() == 0 || op.getNumResults() == 0 ||
      isa<nn::CustomCallOp>(op) || !isa<nn::NNDialect>(op.getDialect()))
    return false;
  auto isConstant = [](Value value) { return !!getConstantValue(value); };
  return llvm::all_of(op.getOperands(), isConstant) &&
         getBytes(op.getResultTypes()) <=
             kMaxElementGrowth * getBytes(op.getOperandTypes()) + maxGrowth;
}

/// The values of the results; those of mere changes of type share their bytes
/// with the operand.
static FailureOr<SmallVector<ElementsAttr>> fold(Operation &op) {
  if (isa<nn::ReshapeOp, nn::RelayoutOp>(op)) {
    auto type = cast<RankedTensorType>(op.getResult(0).getType());
    return SmallVector<ElementsAttr>{
        retypeConstant(getConstantValue(op.getOperand(0)), type)};
  }
  SmallVector<HostTensor> operands;
  for (Value operand : op.getOperands())
    operands.emplace_back(cast<RankedTensorType>(operand.getType()),
                          getConstantValue(operand));
  FailureOr<SmallVector<HostTensor>> results = evaluate(&op, operands);
  if (failed(results))
    return failure();
  SmallVector<ElementsAttr> values;
  for (const HostTensor &result : *results)
    values.push_back(result.toConstant(nn::getNodeName(op.getLoc())));
  return values;
}

namespace {
struct FoldConstants : nn::impl::FoldConstantsBase<FoldConstants> {
  using FoldConstantsBase::FoldConstantsBase;

  void runOnOperation() override {
    // Operators come after their operands, so one walk folds whole trees.
    for (Operation &op :
         llvm::make_early_inc_range(getOperation().getBody().getOps())) {
      if (!isFoldable(op, maxGrowth))
        continue;
      FailureOr<SmallVector<ElementsAttr>> values = fold(op);
      if (failed(values))
        return signalPassFailure();
      replaceByConstants(op, *values);
    }
  }

private:
  /// Also erases the constants that nothing else uses.
  void replaceByConstants(Operation &op, ArrayRef<ElementsAttr> values) {
    OpBuilder builder(&op);
    for (auto [result, value] : llvm::zip_equal(op.getResults(), values))
      result.replaceAllUsesWith(
          builder.create<nn::ConstantOp>(op.getLoc(), result.getType(), value));
    SetVector<Operation *> constants;
    for (Value operand : op.getOperands())
      constants.insert(operand.getDefiningOp());
    op.erase();
    for (Operation *constant : constants)
      if (constant->use_empty())
        constant->erase();
  }
};
} // namespace
