//===- Recurrent.cpp - RNN, GRU, LSTM -------------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Import/ONNX/OperatorHelpers.h"
#include "lib/Import/ONNX/Registry.h"

using namespace mlir;
using namespace megcc;

namespace {

struct KnownActivation {
  StringRef name;
  nn::Activation kind;
  /// How many of alpha and beta it takes, and their defaults.
  unsigned parameters;
  double alpha, beta;
};

constexpr KnownActivation kActivations[] = {
    {"sigmoid", nn::Activation::sigmoid, 0, 0, 0},
    {"tanh", nn::Activation::tanh, 0, 0, 0},
    {"relu", nn::Activation::relu, 0, 0, 0},
    {"leakyrelu", nn::Activation::leaky_relu, 1, 0.01, 0},
    {"thresholdedrelu", nn::Activation::thresholded_relu, 1, 1, 0},
    {"scaledtanh", nn::Activation::scaled_tanh, 2, 1, 1},
    {"hardsigmoid", nn::Activation::hard_sigmoid, 2, 0.2, 0.5},
    {"elu", nn::Activation::elu, 1, 1, 0},
    {"softsign", nn::Activation::softsign, 0, 0, 0},
    {"softplus", nn::Activation::softplus, 0, 0, 0},
    {"affine", nn::Activation::affine, 2, 1, 0},
};

/// What the three operators have in common.
struct Cell {
  Value x, w, r, bias, lengths, initialH;
  nn::Direction direction;
  ArrayAttr activations;
  SmallVector<double> alpha, beta;
  FloatAttr clip;
  /// Batch first, since version 14.
  bool isBatchFirst = false;
};

} // namespace

static bool readActivations(NodeContext &call, Cell &cell,
                            ArrayRef<StringRef> defaults, size_t directions) {
  std::vector<std::string> names;
  for (size_t direction = 0; direction < directions; ++direction)
    for (StringRef name : defaults)
      names.push_back(name.str());
  if (auto given = call.stringsAttr("activations"))
    names = *given;
  if (names.size() != defaults.size() * directions) {
    call.attrError("activations", Twine(names.size()) + " names",
                   Twine(defaults.size() * directions));
    return false;
  }
  // The parameters are listed for those activations only that take them.
  auto alphas = call.floatsAttr("activation_alpha");
  auto betas = call.floatsAttr("activation_beta");
  size_t nextAlpha = 0, nextBeta = 0;
  auto take = [](std::optional<SmallVector<double>> &values, size_t &next,
                 double otherwise) {
    return values && next < values->size() ? (*values)[next++] : otherwise;
  };
  SmallVector<Attribute> kinds;
  for (StringRef name : names) {
    const auto *known = llvm::find_if(kActivations, [&](const auto &entry) {
      return entry.name == name.lower();
    });
    if (known == std::end(kActivations)) {
      call.attrError("activations", "\"" + name + "\"",
                     "an activation that ONNX knows");
      return false;
    }
    kinds.push_back(nn::ActivationAttr::get(call.getContext(), known->kind));
    cell.alpha.push_back(
        known->parameters >= 1 ? take(alphas, nextAlpha, known->alpha) : 0);
    cell.beta.push_back(
        known->parameters >= 2 ? take(betas, nextBeta, known->beta) : 0);
  }
  cell.activations = call.builder.getArrayAttr(kinds);
  return true;
}

static std::optional<Cell>
readCell(NodeContext &call, ArrayRef<StringRef> activations, int64_t gates) {
  for (unsigned index : {0u, 1u, 2u})
    if (!call.requireRank(index, 3, 3))
      return std::nullopt;
  Cell cell;
  std::string direction = call.stringAttr("direction", "forward");
  auto kind = nn::symbolizeDirection(direction);
  if (!kind) {
    call.attrError("direction", "\"" + direction + "\"",
                   "\"forward\", \"reverse\" or \"bidirectional\"");
    return std::nullopt;
  }
  cell.direction = *kind;
  size_t directions = *kind == nn::Direction::bidirectional ? 2 : 1;
  int64_t hidden = call.dims(call.in(2))[2];
  if (call.intAttr("hidden_size", hidden) != hidden) {
    call.attrError("hidden_size", Twine(call.intAttr("hidden_size", hidden)),
                   Twine(hidden) + " as input 2 (R) has");
    return std::nullopt;
  }
  if (call.dims(call.in(1))[1] != gates * hidden) {
    call.error() << "input 1 (W): found "
                 << describeType(call.typeOf(call.in(1))) << ", expected "
                 << gates << " gates of " << hidden << " rows";
    return std::nullopt;
  }
  // A result that version 1 let one switch off; the outputs say so as well.
  call.ignoreAttrs({"output_sequence"});
  cell.isBatchFirst = call.flagAttr("layout", false);
  if (call.hasAttr("clip"))
    cell.clip = call.builder.getF64FloatAttr(call.floatAttr("clip", 0));
  if (!readActivations(call, cell, activations, directions))
    return std::nullopt;
  auto fromBatch = [&](Value value) {
    return value && cell.isBatchFirst && call.rankOf(value) == 3
               ? call.transpose(value, {1, 0, 2})
               : value;
  };
  cell.x = fromBatch(call.in(0));
  cell.w = call.in(1);
  cell.r = call.in(2);
  cell.bias = call.in(3);
  cell.lengths = call.in(4);
  cell.initialH = fromBatch(call.in(5));
  return cell;
}

/// Sets the outputs: the whole sequence, then the last states.
static LogicalResult setOutputs(NodeContext &call, const Cell &cell,
                                Operation *op) {
  if (!op)
    return failure();
  for (auto [index, value] : llvm::enumerate(op->getResults())) {
    Value result = value;
    if (!call.wants(static_cast<unsigned>(index)))
      continue;
    if (cell.isBatchFirst)
      result = index == 0 ? call.transpose(result, {2, 0, 1, 3})
                          : call.transpose(result, {1, 0, 2});
    call.out(static_cast<unsigned>(index), result);
  }
  return success(!call.hasFailed());
}

static LogicalResult importRNN(NodeContext &call) {
  auto cell = readCell(call, {"Tanh"}, 1);
  if (!cell)
    return failure();
  return setOutputs(call, *cell,
                    call.createOp<nn::RnnOp>(
                        2, cell->x, cell->w, cell->r, cell->bias, cell->lengths,
                        cell->initialH, cell->direction, cell->activations,
                        cell->alpha, cell->beta, cell->clip));
}

static LogicalResult importGRU(NodeContext &call) {
  auto cell = readCell(call, {"Sigmoid", "Tanh"}, 3);
  bool linearBeforeReset = call.flagAttr("linear_before_reset", false);
  if (!cell)
    return failure();
  return setOutputs(
      call, *cell,
      call.createOp<nn::GruOp>(2, cell->x, cell->w, cell->r, cell->bias,
                               cell->lengths, cell->initialH, cell->direction,
                               cell->activations, cell->alpha, cell->beta,
                               cell->clip, linearBeforeReset));
}

static LogicalResult importLSTM(NodeContext &call) {
  auto cell = readCell(call, {"Sigmoid", "Tanh", "Tanh"}, 4);
  bool inputForget = call.flagAttr("input_forget", false);
  if (!cell)
    return failure();
  Value initialC = call.in(6);
  if (initialC && cell->isBatchFirst && call.rankOf(initialC) == 3)
    initialC = call.transpose(initialC, {1, 0, 2});
  return setOutputs(call, *cell,
                    call.createOp<nn::LstmOp>(
                        3, cell->x, cell->w, cell->r, cell->bias, cell->lengths,
                        cell->initialH, initialC, call.in(7), cell->direction,
                        cell->activations, cell->alpha, cell->beta, cell->clip,
                        inputForget));
}

void megcc::registerRecurrent(Registry &registry) {
  registry.beginGroup("Recurrent");
  registry.add("GRU", 3, 6, 1, importGRU);
  registry.add("LSTM", 3, 8, 1, importLSTM);
  registry.add("RNN", 3, 6, 1, importRNN);
}
