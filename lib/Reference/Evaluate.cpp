//===- Evaluate.cpp - Evaluation of operators and functions ---------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Reference/Operators.h"
#include "lib/Reference/Reference.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace megcc;

namespace {
/// The tensors of the values of a block, while its operators are evaluated.
class Environment {
public:
  void bind(Value value, HostTensor tensor) {
    tensors[value] = std::move(tensor);
  }

  SmallVector<HostTensor> lookup(ValueRange values) const {
    SmallVector<HostTensor> found;
    for (Value value : values)
      found.push_back(tensors.find(value)->second);
    return found;
  }

  /// Forgets the operands of `op` that nothing after it reads.
  void dropDeadOperands(Operation *op) {
    for (Value operand : op->getOperands())
      if (llvm::all_of(operand.getUsers(), [&](Operation *user) {
            return user == op || user->isBeforeInBlock(op);
          }))
        tensors.erase(operand);
  }

private:
  llvm::DenseMap<Value, HostTensor> tensors;
};
} // namespace

/// Runs the operators of a block on its arguments, up to the terminator, whose
/// operands are the results.
static FailureOr<Results> evaluateBlock(Block &block,
                                        ArrayRef<HostTensor> arguments,
                                        EvaluationCallback callback) {
  Environment environment;
  for (auto [argument, tensor] :
       llvm::zip_equal(block.getArguments(), arguments))
    environment.bind(argument, tensor);
  for (Operation &op : block.without_terminator()) {
    FailureOr<Results> results =
        evaluate(&op, environment.lookup(op.getOperands()));
    if (failed(results))
      return failure();
    if (callback)
      callback(&op, *results);
    for (auto [value, tensor] : llvm::zip_equal(op.getResults(), *results))
      environment.bind(value, tensor);
    environment.dropDeadOperands(&op);
  }
  return environment.lookup(block.getTerminator()->getOperands());
}

FailureOr<Results> megcc::evaluate(Operation *op,
                                   ArrayRef<HostTensor> operands) {
  Operands in(op, operands);
  using Outcome = FailureOr<Results>;
  return llvm::TypeSwitch<Operation *, Outcome>(op)
      .Case([&](nn::ElementwiseOpInterface elementwise) {
        return evaluateElementwise(elementwise, in);
      })
      .Case([&](nn::ConstantOp constant) -> Outcome {
        return Results{HostTensor(getResultType(op), constant.getValue())};
      })
      .Case([&](nn::FusedOp fused) {
        return evaluateBlock(fused.getBody().front(), operands, nullptr);
      })
      .Case<nn::ConvOp, nn::ConvTransposeOp, nn::MatMulOp, nn::MaxPoolOp,
            nn::AveragePoolOp, nn::LpPoolOp, nn::ReduceOp, nn::ArgMaxOp,
            nn::ArgMinOp, nn::CumSumOp, nn::TopKOp, nn::SoftmaxOp,
            nn::LogSoftmaxOp, nn::LayerNormOp, nn::GroupNormOp, nn::BatchNormOp,
            nn::LrnOp, nn::ReshapeOp, nn::RelayoutOp, nn::TransposeOp,
            nn::ConcatOp, nn::SliceOp, nn::DynamicSliceOp, nn::PadOp,
            nn::ExpandOp, nn::TileOp, nn::ReverseOp, nn::ReverseSequenceOp,
            nn::TriluOp, nn::GatherOp, nn::GatherElementsOp, nn::GatherNDOp,
            nn::ScatterElementsOp, nn::ScatterNDOp, nn::OneHotOp, nn::ResizeOp,
            nn::NonMaxSuppressionOp, nn::RoiAlignOp, nn::GridSampleOp,
            nn::MaxUnpoolOp, nn::DetOp, nn::RnnOp, nn::GruOp, nn::LstmOp>(
          [&](auto known) -> Outcome { return evaluateOp(known, in); })
      .Default([](Operation *unknown) -> Outcome {
        return unknown->emitOpError("has no reference evaluation");
      });
}

FailureOr<Results> megcc::evaluateFunction(func::FuncOp function,
                                           ArrayRef<HostTensor> inputs,
                                           EvaluationCallback callback) {
  return evaluateBlock(function.getBody().front(), inputs, callback);
}
