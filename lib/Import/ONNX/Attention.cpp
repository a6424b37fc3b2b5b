//===- Attention.cpp - Attention as products and a softmax ----------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Scaled dot-product attention (Vaswani et al. 2017) with ONNX's options:
// heads folded into the last dimension, fewer heads of keys than of queries,
// a cache of earlier keys, masks, lengths known at run time, a soft bound of
// the scores, subgraphs that change scores and weights.
//
//===----------------------------------------------------------------------===//

#include "lib/Import/ONNX/OperatorHelpers.h"
#include "lib/Import/ONNX/Registry.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace megcc;

/// [batch, steps, heads * size] as [batch, heads, steps, size].
static Value splitHeads(NodeContext &call, Value x, int64_t heads) {
  if (!x || call.rankOf(x) == 4)
    return x;
  ArrayRef<int64_t> dims = call.dims(x);
  if (heads < 1 || dims[2] % heads != 0) {
    call.error() << "found " << heads << " heads for "
                 << describeType(call.typeOf(x))
                 << ", expected a divisor of the last dimension";
    return {};
  }
  Value split = call.reshape(x, {dims[0], dims[1], heads, dims[2] / heads});
  return call.transpose(split, {0, 2, 1, 3});
}

/// Each head repeated, for as many heads as the queries have.
static Value repeatHeads(NodeContext &call, Value x, int64_t heads) {
  if (!x || call.dims(x)[1] == heads)
    return x;
  SmallVector<int64_t> dims(call.dims(x));
  if (dims[1] == 0 || heads % dims[1] != 0) {
    call.error() << "found " << dims[1] << " heads of keys for " << heads
                 << " of queries, expected a divisor";
    return {};
  }
  int64_t times = heads / dims[1];
  Value wide =
      call.expand(call.reshape(x, {dims[0], dims[1], 1, dims[2], dims[3]}),
                  {dims[0], dims[1], times, dims[2], dims[3]});
  return call.reshape(wide, {dims[0], heads, dims[2], dims[3]});
}

/// What is added to the scores: the model's mask, and -inf for keys later than
/// the query. Null if nothing is.
static Value buildMask(NodeContext &call, Value scores, bool isCausal,
                       int64_t pastSteps) {
  Type type = call.elementOf(scores);
  double low = -std::numeric_limits<double>::infinity();
  Value mask = call.in(3);
  if (mask && call.elementOf(mask).isInteger(1))
    mask = call.create<nn::WhereOp>(mask, call.splat({}, type, 0),
                                    call.splat({}, type, low));
  else if (mask)
    mask = call.cast(mask, type);
  int64_t queries = call.dims(scores)[2], keys = call.dims(scores)[3];
  // A mask that ends early masks the keys behind its end.
  if (mask && call.rankOf(mask) > 0 && call.dims(mask).back() != 1 &&
      call.dims(mask).back() < keys) {
    SmallVector<int64_t> none(call.rankOf(mask), 0), high(none);
    high.back() = keys - call.dims(mask).back();
    mask =
        call.create<nn::PadOp>(mask, call.splat({}, type, low),
                               ArrayRef<int64_t>(none), ArrayRef<int64_t>(high),
                               ArrayRef<int64_t>(none), nn::PadMode::constant);
  }
  auto join = [&](Value other) {
    mask = mask ? call.create<nn::AddOp>(mask, other) : other;
  };
  auto hide = [&](Value isSeen) {
    join(call.create<nn::WhereOp>(isSeen, call.splat({}, type, 0),
                                  call.splat({}, type, low)));
  };
  // Lengths at run time: keys behind them are hidden, and queries stand at the
  // end of what is left.
  if (Value lengths = call.in(6)) {
    if (!call.requireRank(6, 1, 1))
      return {};
    lengths = call.reshape(call.cast(lengths, call.i64()),
                           {call.dims(lengths)[0], 1, 1, 1});
    Value positions = iota(call, keys);
    hide(call.create<nn::LessOp>(positions, lengths));
    if (!isCausal)
      return mask;
    Value last = call.create<nn::AddOp>(
        call.reshape(iota(call, queries), {queries, 1}),
        call.create<nn::SubOp>(lengths, call.ints({}, {queries}, call.i64())));
    hide(call.create<nn::LessEqualOp>(positions, last));
    return mask;
  }
  if (!isCausal)
    return mask;
  if (queries > (int64_t(1) << 26) / std::max<int64_t>(keys, 1)) {
    call.error() << "found " << queries << " queries and " << keys
                 << " keys, expected a mask of at most 2^26 elements";
    return {};
  }
  SmallVector<double> causal;
  for (int64_t query = 0; query < queries; ++query)
    for (int64_t key = 0; key < keys; ++key)
      causal.push_back(key > query + pastSteps ? low : 0);
  join(call.floats({queries, keys}, causal, type));
  return mask;
}

static LogicalResult importAttention(NodeContext &call) {
  for (unsigned index : {0u, 1u, 2u})
    if (!call.requireRank(index, 3, 4))
      return failure();
  bool isFolded = call.rankOf(call.in(0)) == 3;
  int64_t queryHeads = call.intAttr("q_num_heads", 0);
  int64_t keyHeads = call.intAttr("kv_num_heads", 0);
  bool isCausal = call.flagAttr("is_causal", false);
  int64_t mode = call.intAttr("qk_matmul_output_mode", 0);
  double softcap = call.floatAttr("softcap", 0);
  Type precision = call.hasAttr("softmax_precision")
                       ? call.typeAttr("softmax_precision")
                       : Type();
  Value q = splitHeads(call, call.in(0), queryHeads);
  Value k = splitHeads(call, call.in(1), keyHeads);
  Value v = splitHeads(call, call.in(2), keyHeads);
  int64_t pastSteps = 0;
  if (call.in(4) && call.in(5) && k && v) {
    if (!call.requireRank(4, 4, 4) || !call.requireRank(5, 4, 4))
      return failure();
    pastSteps = call.dims(call.in(4))[2];
    k = call.concat({call.in(4), k}, 2);
    v = call.concat({call.in(5), v}, 2);
  }
  call.out(1, k);
  call.out(2, v);
  if (!q || !k || !v)
    return failure();
  queryHeads = call.dims(q)[1];
  double scale = call.floatAttr(
      "scale", 1 / std::sqrt(static_cast<double>(call.dims(q)[3])));
  k = repeatHeads(call, k, queryHeads);
  v = repeatHeads(call, v, queryHeads);

  // Half of the scale on each side keeps narrow floats in range.
  if (!(scale > 0))
    return call.attrError("scale", std::to_string(scale), "a number above 0");
  Value root = call.scalarLike(q, std::sqrt(scale));
  Value scores = call.create<nn::MatMulOp>(
      call.create<nn::MulOp>(q, root),
      call.transpose(call.create<nn::MulOp>(k, root), {0, 1, 3, 2}));
  if (!scores)
    return failure();
  Value shown = scores;
  auto bound = [&] {
    if (softcap == 0)
      return;
    Value limit = call.scalarLike(scores, softcap);
    scores = call.create<nn::MulOp>(
        call.create<nn::TanhOp>(call.create<nn::DivOp>(scores, limit)), limit);
  };
  Value mask = buildMask(call, scores, isCausal, pastSteps);
  bound();
  if (mode == 1)
    shown = scores;
  if (mask)
    scores = call.create<nn::AddOp>(scores, mask);
  if (mode == 2)
    shown = scores;
  Type type = call.elementOf(q);
  Value weights = call.cast(
      call.create<nn::SoftmaxOp>(
          precision ? call.cast(scores, precision) : scores, int64_t(3)),
      type);
  // A query that may see no key gets nothing, since version 24.
  if (mask && call.getVersion() >= 24) {
    Value greatest = call.reduce(nn::ReduceKind::max, scores, {3}, true);
    Value isBlind = call.create<nn::EqualOp>(
        greatest,
        call.scalarLike(scores, -std::numeric_limits<double>::infinity()));
    weights =
        call.create<nn::WhereOp>(isBlind, call.scalarLike(weights, 0), weights);
  }
  if (mode == 3)
    shown = weights;
  call.out(3, shown);
  Value result = call.create<nn::MatMulOp>(weights, v);
  if (isFolded && result) {
    ArrayRef<int64_t> dims = call.dims(result);
    result = call.reshape(call.transpose(result, {0, 2, 1, 3}),
                          {dims[0], dims[2], dims[1] * dims[3]});
  }
  return call.result(result);
}

/// The scores or the weights after a subgraph of the model's; null after an
/// error, which may be one at a node of the subgraph.
static Value applySubgraph(NodeContext &call, StringRef name, Value x) {
  if (!call.hasAttr(name))
    return x;
  const onnx::GraphProto *graph = call.graphAttr(name);
  if (!graph || !x)
    return {};
  auto results = call.importSubgraph(*graph, {x}, name);
  if (!results)
    return {};
  if (results->size() == 1 && results->front().getType() == x.getType())
    return results->front();
  call.attrError(name, "another result", "one result of its input's type");
  return {};
}

/// Attention whose scores and weights the model may change.
static LogicalResult importFlexAttention(NodeContext &call) {
  for (unsigned index : {0u, 1u, 2u})
    if (!call.requireRank(index, 4, 4))
      return failure();
  Value q = call.in(0);
  ArrayRef<int64_t> dims = call.dims(q);
  Type type = call.elementOf(q);
  Type precision = call.hasAttr("softmax_precision")
                       ? call.typeAttr("softmax_precision")
                       : type;
  double scale =
      call.floatAttr("scale", 1 / std::sqrt(static_cast<double>(dims[3])));
  Value k = repeatHeads(call, call.in(1), dims[1]);
  Value v = repeatHeads(call, call.in(2), dims[1]);
  Value scores = call.create<nn::MatMulOp>(q, call.transpose(k, {0, 1, 3, 2}));
  scores = call.create<nn::MulOp>(scores, call.scalarLike(scores, scale));
  scores = applySubgraph(call, "score_mod", scores);
  if (!scores)
    return failure();
  Value weights =
      call.create<nn::SoftmaxOp>(call.cast(scores, precision), int64_t(3));
  weights = applySubgraph(call, "prob_mod", call.cast(weights, type));
  if (!weights)
    return failure();
  return call.result(call.create<nn::MatMulOp>(weights, v));
}

/// Rotates pairs of elements by angles that follow from their position (Su et
/// al. 2021).
static LogicalResult importRotaryEmbedding(NodeContext &call) {
  if (!call.requireRank(0, 3, 4))
    return failure();
  bool isFolded = call.rankOf(call.in(0)) == 3;
  bool isInterleaved = call.flagAttr("interleaved", false);
  int64_t heads = call.intAttr("num_heads", 0);
  int64_t rotated = call.intAttr("rotary_embedding_dim", 0);
  // [batch, heads, steps, size], to [batch, steps, heads, size].
  Value x = splitHeads(call, call.in(0), heads);
  if (!x)
    return failure();
  x = call.transpose(x, {0, 2, 1, 3});
  SmallVector<int64_t> dims(call.dims(x));
  int64_t size = dims[3];
  rotated = rotated == 0 ? size : rotated;
  if (rotated < 2 || rotated > size || rotated % 2 != 0)
    return call.attrError("rotary_embedding_dim", Twine(rotated),
                          "an even number up to " + Twine(size));
  int64_t half = rotated / 2;
  auto angles = [&](Value table) {
    if (call.in(3))
      table = call.create<nn::GatherOp>(table, call.in(3), int64_t(0));
    if (!table || call.rankOf(table) != 3 || call.dims(table)[2] < half) {
      if (!call.hasFailed())
        call.error() << "found a table of angles "
                     << describeType(call.typeOf(table))
                     << ", expected [batch, steps, " << half << "]";
      return Value();
    }
    ArrayRef<int64_t> own = call.dims(table);
    return call.reshape(call.slice(table, 2, 0, half),
                        {own[0], own[1], 1, half});
  };
  Value cosine = angles(call.in(1)), sine = angles(call.in(2));
  Value moving = call.slice(x, 3, 0, rotated), first, second;
  if (isInterleaved) {
    Value pairs = call.reshape(moving, {dims[0], dims[1], dims[2], half, 2});
    first = call.reshape(call.slice(pairs, 4, 0, 1),
                         {dims[0], dims[1], dims[2], half});
    second = call.reshape(call.slice(pairs, 4, 1, 1),
                          {dims[0], dims[1], dims[2], half});
  } else {
    first = call.slice(moving, 3, 0, half);
    second = call.slice(moving, 3, half, half);
  }
  Value real = call.create<nn::SubOp>(call.create<nn::MulOp>(cosine, first),
                                      call.create<nn::MulOp>(sine, second));
  Value imaginary =
      call.create<nn::AddOp>(call.create<nn::MulOp>(sine, first),
                             call.create<nn::MulOp>(cosine, second));
  if (call.hasFailed())
    return failure();
  Value result;
  if (isInterleaved) {
    SmallVector<int64_t> column{dims[0], dims[1], dims[2], half, 1};
    result = call.reshape(
        call.concat(
            {call.reshape(real, column), call.reshape(imaginary, column)}, 4),
        {dims[0], dims[1], dims[2], rotated});
  } else {
    result = call.concat({real, imaginary}, 3);
  }
  if (rotated < size && result)
    result =
        call.concat({result, call.slice(x, 3, rotated, size - rotated)}, 3);
  if (isFolded)
    return call.result(
        call.reshape(result, {dims[0], dims[1], dims[2] * dims[3]}));
  return call.result(call.transpose(result, {0, 2, 1, 3}));
}

void megcc::registerAttention(Registry &registry) {
  registry.beginGroup("Attention");
  registry.add("Attention", 3, 7, 23, importAttention);
  registry.add("RotaryEmbedding", 3, 4, 23, importRotaryEmbedding);
  registry.beginGroup("Attention", "ai.onnx.preview");
  registry.add("FlexAttention", 3, 3, 1, importFlexAttention);
}
