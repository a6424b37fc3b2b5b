//===- Loss.cpp - Losses, as models for evaluation hold them --------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Import/ONNX/OperatorHelpers.h"
#include "lib/Import/ONNX/Registry.h"

using namespace mlir;
using namespace megcc;

/// -x[n, target[n, ...], ...] * weight[target], reduced. Elements whose target
/// is ignore_index count nothing.
static Value negativeLogLikelihood(NodeContext &call, Value x, Value target,
                                   Value weight) {
  std::string reduction = call.stringAttr("reduction", "mean");
  if (reduction != "none" && reduction != "sum" && reduction != "mean") {
    call.attrError("reduction", "\"" + reduction + "\"",
                   "\"none\", \"sum\" or \"mean\"");
    return {};
  }
  if (!x || call.rankOf(x) < 2 || call.rankOf(target) + 1 != call.rankOf(x)) {
    if (!call.hasFailed())
      call.error() << "input 1 (target): found "
                   << describeType(call.typeOf(target))
                   << ", expected one dimension less than "
                   << describeType(call.typeOf(x));
    return {};
  }
  Type type = call.elementOf(x);
  SmallVector<int64_t> shape(call.dims(target));
  Value factor;
  if (call.hasAttr("ignore_index")) {
    Value ignored = call.ints({}, {call.intAttr("ignore_index", 0)},
                              call.elementOf(target));
    Value isIgnored = call.create<nn::EqualOp>(target, ignored);
    target = call.create<nn::WhereOp>(
        isIgnored, call.ints({}, {0}, call.elementOf(target)), target);
    factor = call.cast(call.create<nn::NotOp>(isIgnored), type);
  }
  if (weight) {
    Value own = call.create<nn::GatherOp>(weight, target, int64_t(0));
    factor = factor ? call.create<nn::MulOp>(own, factor) : own;
  }
  SmallVector<int64_t> column(shape);
  column.insert(column.begin() + 1, 1);
  Value chosen = call.create<nn::GatherElementsOp>(
      x, call.reshape(target, column), int64_t(1));
  Value loss = call.create<nn::NegOp>(call.reshape(chosen, shape));
  if (factor)
    loss = call.create<nn::MulOp>(loss, factor);
  auto axes = llvm::to_vector(
      llvm::seq<int64_t>(0, static_cast<int64_t>(shape.size())));
  if (reduction == "none")
    return loss;
  if (reduction == "sum" || factor) {
    Value sum = call.reduce(nn::ReduceKind::sum, loss, axes, false);
    if (reduction == "sum")
      return sum;
    // The mean is over the weights, not over the elements.
    return call.create<nn::DivOp>(
        sum, call.reduce(nn::ReduceKind::sum, factor, axes, false));
  }
  return call.reduce(nn::ReduceKind::mean, loss, axes, false);
}

static LogicalResult importNegativeLogLikelihoodLoss(NodeContext &call) {
  return call.result(
      negativeLogLikelihood(call, call.in(0), call.in(1), call.in(2)));
}

static LogicalResult importSoftmaxCrossEntropyLoss(NodeContext &call) {
  if (!call.requireRank(0, 2))
    return failure();
  Value logs = call.create<nn::LogSoftmaxOp>(call.in(0), int64_t(1));
  call.out(1, logs);
  return call.result(negativeLogLikelihood(call, logs, call.in(1), call.in(2)));
}

void megcc::registerLoss(Registry &registry) {
  registry.beginGroup("Loss");
  registry.add("NegativeLogLikelihoodLoss", 2, 3, 12,
               importNegativeLogLikelihoodLoss);
  registry.add("SoftmaxCrossEntropyLoss", 2, 3, 12,
               importSoftmaxCrossEntropyLoss);
}
