//===- Recurrent.cpp - Selects the kernel of recurrent layers -------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/select/Selector.h"

using namespace mlir;
using namespace megcc;

/// The activation of a gate as scalar code (ONNX, RNN: activation functions).
static Value activation(const Scalars &s, nn::Activation kind, Value x,
                        double alpha, double beta) {
  Type type = x.getType();
  auto number = [&](double value) { return s.constant(type, value); };
  auto exponential = [&](Value value) -> Value {
    return s.builder.create<math::ExpOp>(s.loc, value);
  };
  auto tangent = [&](Value value) -> Value {
    return s.builder.create<math::TanhOp>(s.loc, value);
  };
  switch (kind) {
  case nn::Activation::sigmoid:
    return s.div(number(1), s.add(number(1), exponential(s.sub(number(0), x))));
  case nn::Activation::tanh:
    return tangent(x);
  case nn::Activation::relu:
    return s.max(x, number(0));
  case nn::Activation::leaky_relu:
    return s.select(s.less(x, number(0)), s.mul(number(alpha), x), x);
  case nn::Activation::thresholded_relu:
    return s.select(s.less(number(alpha), x), x, number(0));
  case nn::Activation::scaled_tanh:
    return s.mul(number(alpha), tangent(s.mul(number(beta), x)));
  case nn::Activation::hard_sigmoid:
    return s.min(s.max(s.add(s.mul(number(alpha), x), number(beta)), number(0)),
                 number(1));
  case nn::Activation::elu:
    return s.select(s.less(x, number(0)),
                    s.mul(number(alpha), s.sub(exponential(x), number(1))), x);
  case nn::Activation::softsign: {
    Value magnitude = s.builder.create<math::AbsFOp>(s.loc, x);
    return s.div(x, s.add(number(1), magnitude));
  }
  case nn::Activation::softplus:
    return s.builder.create<math::LogOp>(s.loc,
                                         s.add(number(1), exponential(x)));
  case nn::Activation::affine:
    return s.add(s.mul(number(alpha), x), number(beta));
  }
  llvm_unreachable("all activations are listed");
}

namespace {

/// What the cells have in common; optional operands in the kernel's order.
struct Layer {
  kernel::Cell cell;
  Value x, w, r, bias, lengths, initialH, initialC, peepholes;
  nn::Direction direction;
  ArrayAttr activations;
  ArrayRef<double> alpha, beta;
  FloatAttr clip;
  bool linearBeforeReset = false, inputForget = false;
};

} // namespace

template <typename Op> static Layer commonLayer(Op op, kernel::Cell cell) {
  Layer layer;
  layer.cell = cell;
  layer.x = op.getX();
  layer.w = op.getW();
  layer.r = op.getR();
  layer.bias = op.getBias();
  layer.lengths = op.getLengths();
  layer.initialH = op.getInitialH();
  layer.direction = op.getDirection();
  layer.activations = op.getActivations();
  layer.alpha = op.getAlpha();
  layer.beta = op.getBeta();
  layer.clip = op.getClipAttr();
  return layer;
}

static LogicalResult selectLayer(const Node &node, Selector &selector,
                                 const Layer &layer) {
  OpBuilder &builder = selector.builder;
  SmallVector<Value> inputs{selector.buffer(layer.x), selector.buffer(layer.w),
                            selector.buffer(layer.r)};
  auto optional = [&](Value tensor) {
    if (tensor)
      inputs.push_back(selector.buffer(tensor));
    return static_cast<bool>(tensor);
  };
  bool bias = optional(layer.bias), lengths = optional(layer.lengths),
       initialH = optional(layer.initialH), initialC = optional(layer.initialC),
       peepholes = optional(layer.peepholes);
  auto r = cast<RankedTensorType>(layer.r.getType());
  int64_t hidden = r.getDimSize(2), gates = r.getDimSize(1) / hidden;
  Type element = r.getElementType();
  SmallVector<Value> outputs;
  for (Value result : node.results)
    outputs.push_back(selector.allocateFor(result));
  outputs.push_back(
      selector.allocate(MemRefType::get({gates + 1, hidden}, element)));

  auto op = builder.create<kernel::RecurrentOp>(
      selector.loc(), inputs, outputs, layer.cell,
      *kernel::symbolizeDirection(nn::stringifyDirection(layer.direction)),
      bias, lengths, initialH, initialC, peepholes, layer.clip,
      layer.linearBeforeReset, layer.inputForget, layer.activations.size());
  for (auto [i, attribute] : llvm::enumerate(layer.activations)) {
    OpBuilder::InsertionGuard guard(builder);
    Block *block = builder.createBlock(&op.getActivations()[i], {}, element,
                                       selector.loc());
    Scalars scalars{builder, selector.loc()};
    Value result =
        activation(scalars, cast<nn::ActivationAttr>(attribute).getValue(),
                   block->getArgument(0), layer.alpha[i], layer.beta[i]);
    builder.create<kernel::YieldOp>(selector.loc(), result);
  }
  return success();
}

static LogicalResult selectRnn(const Node &node, Selector &selector) {
  return selectLayer(
      node, selector,
      commonLayer(cast<nn::RnnOp>(node.root), kernel::Cell::rnn));
}

static LogicalResult selectGru(const Node &node, Selector &selector) {
  auto op = cast<nn::GruOp>(node.root);
  Layer layer = commonLayer(op, kernel::Cell::gru);
  layer.linearBeforeReset = op.getLinearBeforeReset();
  return selectLayer(node, selector, layer);
}

static LogicalResult selectLstm(const Node &node, Selector &selector) {
  auto op = cast<nn::LstmOp>(node.root);
  Layer layer = commonLayer(op, kernel::Cell::lstm);
  layer.initialC = op.getInitialC();
  layer.peepholes = op.getPeepholes();
  layer.inputForget = op.getInputForget();
  return selectLayer(node, selector, layer);
}

void megcc::addRecurrent(SelectRegistry &registry) {
  registry.add<nn::RnnOp>(selectRnn);
  registry.add<nn::GruOp>(selectGru);
  registry.add<nn::LstmOp>(selectLstm);
}
