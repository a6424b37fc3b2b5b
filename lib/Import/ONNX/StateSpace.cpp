//===- StateSpace.cpp - Linear attention and what goes with it ------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Layers that carry a state of fixed size from step to step instead of all
// earlier keys (Katharopoulos et al. 2020, Yang et al. 2024 "Gated Delta
// Networks"), and the updates of caches that decoders make.
//
//===----------------------------------------------------------------------===//

#include "lib/Import/ONNX/OperatorHelpers.h"
#include "lib/Import/ONNX/Registry.h"

#include <cmath>

using namespace mlir;
using namespace megcc;

/// Steps are unrolled; more would make code of absurd size.
static constexpr int64_t kMaxSteps = 1024;

namespace {

/// The operands of a linear attention, unpacked, in single precision at least.
struct LinearAttention {
  int64_t batch, steps, queryHeads, heads, keySize, valueSize;
  Value query, key, value, decay, beta;
  Value state;
};

} // namespace

/// [batch, steps, heads * size] as [batch, steps, heads, size].
static Value unpack(NodeContext &call, unsigned index, int64_t heads,
                    Type element) {
  Value x = call.in(index);
  if (!x || !call.requireRank(index, 3, 3))
    return {};
  ArrayRef<int64_t> dims = call.dims(x);
  if (dims[2] % heads != 0) {
    call.error() << "input " << index << ": found "
                 << describeType(call.typeOf(x))
                 << ", expected a last dimension that " << heads
                 << " heads divide";
    return {};
  }
  return call.cast(call.reshape(x, {dims[0], dims[1], heads, dims[2] / heads}),
                   element);
}

static std::optional<LinearAttention> readOperands(NodeContext &call,
                                                   bool isGated, bool isDelta) {
  LinearAttention result;
  result.queryHeads = call.intAttr("q_num_heads", 0);
  result.heads = call.intAttr("kv_num_heads", 0);
  if (result.heads < 1 || result.queryHeads < 1 ||
      result.queryHeads % result.heads != 0) {
    call.attrError("q_num_heads", Twine(result.queryHeads),
                   "a multiple of kv_num_heads = " + Twine(result.heads));
    return std::nullopt;
  }
  for (auto [index, isNeeded] : {std::pair(4u, isGated), {5u, isDelta}})
    if (!!call.in(index) != isNeeded) {
      call.error() << "input " << index << (index == 4 ? " (decay)" : " (beta)")
                   << ": expected " << (isNeeded ? "it" : "none")
                   << " for this update_rule";
      return std::nullopt;
    }
  Type element = call.elementOf(call.in(0));
  Type type = element.isF64() ? element : call.f32();
  result.query = unpack(call, 0, result.queryHeads, type);
  result.key = unpack(call, 1, result.heads, type);
  result.value = unpack(call, 2, result.heads, type);
  result.decay = unpack(call, 4, result.heads, type);
  // One factor for all heads, or one for each.
  bool isShared =
      isDelta && call.rankOf(call.in(5)) == 3 && call.dims(call.in(5))[2] == 1;
  result.beta = unpack(call, 5, isShared ? 1 : result.heads, type);
  if (call.hasFailed())
    return std::nullopt;
  ArrayRef<int64_t> key = call.dims(result.key);
  result.batch = key[0];
  result.steps = key[1];
  result.keySize = key[3];
  result.valueSize = call.dims(result.value)[3];
  if (result.steps < 1 || result.steps > kMaxSteps) {
    call.error() << "found " << result.steps << " steps, expected 1 to "
                 << kMaxSteps;
    return std::nullopt;
  }
  for (Value x : {result.query, result.value, result.decay, result.beta})
    if (x && call.dims(x).take_front(2) != key.take_front(2)) {
      call.error() << "found " << describeType(call.typeOf(x)) << " beside "
                   << describeType(call.typeOf(result.key))
                   << ", expected the same batch and steps";
      return std::nullopt;
    }
  SmallVector<int64_t> shape{result.batch, result.heads, result.keySize,
                             result.valueSize};
  if (Value past = call.in(3)) {
    if (call.dims(past) != ArrayRef<int64_t>(shape)) {
      call.error() << "input 3 (past_state): found "
                   << describeType(call.typeOf(past)) << ", expected "
                   << describeShape(shape);
      return std::nullopt;
    }
    result.state = call.cast(past, type);
  } else {
    result.state = call.splat(shape, type, 0);
  }
  return result;
}

/// S = exp(g) S + k (beta (v - S' k))', y = scale q S; a rule may leave out the
/// decay g, and the correction by what the state already gives for k.
static LogicalResult importLinearAttention(NodeContext &call) {
  call.ignoreAttrs({"chunk_size"});
  std::string rule = call.stringAttr("update_rule", "gated_delta");
  bool isGated = rule == "gated" || rule == "gated_delta";
  bool isDelta = rule == "delta" || rule == "gated_delta";
  if (!isGated && !isDelta && rule != "linear")
    return call.attrError("update_rule", "\"" + rule + "\"",
                          "\"linear\", \"gated\", \"delta\" or "
                          "\"gated_delta\"");
  auto operands = readOperands(call, isGated, isDelta);
  if (!operands)
    return failure();
  auto &[batch, steps, queryHeads, heads, keySize, valueSize, query, key, value,
         decay, beta, state] = *operands;
  double scale = call.floatAttr("scale", 0);
  if (scale == 0)
    scale = 1 / std::sqrt(static_cast<double>(keySize));
  query = call.create<nn::MulOp>(query, call.scalarLike(query, scale));
  if (decay)
    decay = call.create<nn::ExpOp>(decay);
  // One step of x, as a row or a column for each head.
  auto at = [&, batch = batch](Value x, int64_t step, int64_t rows,
                               int64_t columns) {
    return call.reshape(call.slice(x, 1, step, 1),
                        {batch, call.dims(x)[2], rows, columns});
  };
  SmallVector<Value> results;
  for (int64_t step = 0; step < steps && !call.hasFailed(); ++step) {
    if (decay)
      state = call.create<nn::MulOp>(state,
                                     at(decay, step, call.dims(decay)[3], 1));
    Value update = at(value, step, 1, valueSize);
    if (beta)
      update = call.create<nn::MulOp>(
          call.create<nn::SubOp>(update, call.create<nn::MatMulOp>(
                                             at(key, step, 1, keySize), state)),
          at(beta, step, 1, 1));
    state = call.create<nn::AddOp>(
        state, call.create<nn::MulOp>(at(key, step, keySize, 1), update));
    // The queries of a group read the same state.
    Value rows = call.reshape(call.slice(query, 1, step, 1),
                              {batch, heads, queryHeads / heads, keySize});
    results.push_back(call.reshape(call.create<nn::MatMulOp>(rows, state),
                                   {batch, 1, queryHeads * valueSize}));
  }
  if (call.hasFailed())
    return failure();
  Type element = call.elementOf(call.in(0));
  call.out(1,
           call.cast(state, call.in(3) ? call.elementOf(call.in(3)) : element));
  return call.result(call.cast(call.concat(results, 1), element));
}

/// A convolution of each channel with what came before, of which the last
/// elements are kept for the next call.
static LogicalResult importCausalConv(NodeContext &call) {
  if (!call.requireRank(0, 3, 3) || !call.requireRank(1, 3, 3))
    return failure();
  std::string activation = call.stringAttr("activation", "none");
  if (activation != "none" && activation != "silu" && activation != "swish")
    return call.attrError("activation", "\"" + activation + "\"",
                          "\"none\", \"silu\" or \"swish\"");
  Value x = call.in(0), weights = call.in(1), past = call.in(3);
  ArrayRef<int64_t> dims = call.dims(x);
  int64_t length = dims[2], kept = call.dims(weights)[2] - 1;
  SmallVector<int64_t> shape{dims[0], dims[1], kept};
  if (kept < 0 || kept > INT32_MAX)
    return call.error() << "input 1 (weight): found "
                        << describeType(call.typeOf(weights))
                        << ", expected at least one tap";
  if (past && call.dims(past) != ArrayRef<int64_t>(shape))
    return call.error() << "input 3 (past_state): found "
                        << describeType(call.typeOf(past)) << ", expected "
                        << describeShape(shape);
  if (kept > 0)
    x = call.concat({past ? past : call.splat(shape, call.elementOf(x), 0), x},
                    2);
  SmallVector<int64_t> ones{1}, none{0, 0};
  Value y = call.create<nn::ConvOp>(
      x, weights, call.in(2), ArrayRef<int64_t>(ones), ArrayRef<int64_t>(none),
      ArrayRef<int64_t>(ones), dims[1]);
  if (activation != "none" && y)
    y = call.create<nn::MulOp>(y, call.create<nn::SigmoidOp>(y));
  call.out(1, call.slice(x, 2, length, kept));
  return call.result(y);
}

/// New steps written into a cache, for each batch from a position of its own.
static LogicalResult importTensorScatter(NodeContext &call) {
  Value past = call.in(0), update = call.in(1), starts = call.in(2);
  int64_t rank = call.rankOf(past);
  std::string mode = call.stringAttr("mode", "linear");
  if (mode != "linear" && mode != "circular")
    return call.attrError("mode", "\"" + mode + "\"",
                          "\"linear\" or \"circular\"");
  auto axis = call.axisAttr("axis", -2, rank);
  if (!axis || !call.requireRank(1, rank, rank))
    return failure();
  SmallVector<int64_t> shape(call.dims(update)), column(rank, 1), row(rank, 1);
  if (*axis == 0)
    return call.attrError("axis", "0", "an axis behind the batch");
  if (starts && call.dims(starts) != call.dims(past).take_front(1))
    return call.error() << "input 2 (write_indices): found "
                        << describeType(call.typeOf(starts)) << ", expected "
                        << describeShape(call.dims(past).take_front(1));
  row[static_cast<size_t>(*axis)] = shape[static_cast<size_t>(*axis)];
  if (row[*axis] > call.dims(past)[*axis])
    return call.error() << "found " << row[*axis] << " steps for a cache of "
                        << call.dims(past)[*axis];
  Value positions = call.reshape(iota(call, row[*axis]), row);
  if (starts) {
    column.front() = shape.front();
    positions = call.create<nn::AddOp>(
        positions, call.reshape(call.cast(starts, call.i64()), column));
  }
  if (mode == "circular" && positions)
    positions = call.create<nn::ModOp>(
        positions, call.ints({}, {call.dims(past)[*axis]}, call.i64()),
        /*fmod=*/false);
  return call.result(call.create<nn::ScatterElementsOp>(
      past, call.expand(positions, shape), update, *axis,
      nn::ScatterKind::assign));
}

void megcc::registerStateSpace(Registry &registry) {
  registry.beginGroup("State space");
  registry.add("CausalConvWithState", 2, 4, 27, importCausalConv);
  registry.add("LinearAttention", 3, 6, 27, importLinearAttention,
               "more than 1024 steps, which are unrolled");
  registry.add("TensorScatter", 2, 3, 24, importTensorScatter);
}
