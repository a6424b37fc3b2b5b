//===- Normalization.cpp - Normalisations and softmax ---------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Import/ONNX/OperatorHelpers.h"
#include "lib/Import/ONNX/Registry.h"

using namespace mlir;
using namespace megcc;

//===----------------------------------------------------------------------===//
// Softmax
//===----------------------------------------------------------------------===//

/// Before version 13 the input was seen as a matrix, split before `axis`
/// (default 1), and rows were normalised; since then one axis is.
template <typename OpTy> static LogicalResult importSoftmax(NodeContext &call) {
  Value x = call.in(0);
  int64_t rank = call.rankOf(x);
  if (call.getVersion() >= 13) {
    auto axis = call.axisAttr("axis", -1, rank);
    return axis ? call.result(call.create<OpTy>(x, *axis)) : failure();
  }
  // The axis behind the last is allowed here: rows of one element.
  int64_t axis = call.intAttr("axis", 1);
  if (axis < -rank || axis > rank)
    return call.attrError("axis", Twine(axis),
                          "an axis in [" + Twine(-rank) + ", " + Twine(rank) +
                              "]");
  axis = axis < 0 ? axis + rank : axis;
  // The last axis alone needs no reshaping.
  if (axis == rank - 1)
    return call.result(call.create<OpTy>(x, axis));
  Value matrix = call.reshape(x, flattenShape(call.dims(x), axis));
  return call.result(
      call.reshape(call.create<OpTy>(matrix, int64_t(1)), call.dims(x)));
}

/// 1 at the first greatest element along the axis, 0 elsewhere.
static LogicalResult importHardmax(NodeContext &call) {
  Value x = call.in(0);
  int64_t rank = call.rankOf(x);
  bool isFlattened = call.getVersion() < 13;
  auto axis = call.axisAttr("axis", isFlattened ? 1 : -1, rank);
  if (!axis)
    return failure();
  Value source = x;
  if (isFlattened) {
    source = call.reshape(x, flattenShape(call.dims(x), *axis));
    axis = 1;
  }
  Value position = call.create<nn::ArgMaxOp>(source, *axis, false, false);
  Value values = call.floats({2}, {0.0, 1.0}, call.elementOf(x));
  if (!position)
    return failure();
  Value result = call.create<nn::OneHotOp>(position, values,
                                           call.dims(source)[*axis], *axis);
  return call.result(call.reshape(result, call.dims(x)));
}

//===----------------------------------------------------------------------===//
// Normalisation by statistics
//===----------------------------------------------------------------------===//

/// Training: the batch's own statistics normalise it, and move the running
/// ones. Since version 14 there are three outputs, before five, of which the
/// last two were meant for the exporter's own use.
static LogicalResult importTrainingBatchNorm(NodeContext &call, double epsilon,
                                             double momentum) {
  Value x = call.in(0);
  int64_t rank = call.rankOf(x);
  SmallVector<int64_t> axes{0}, shape(static_cast<size_t>(rank - 1), 1);
  for (int64_t axis = 2; axis < rank; ++axis)
    axes.push_back(axis);
  shape[0] = call.dims(x)[1];
  Value mean = call.reduce(nn::ReduceKind::mean, x, axes, false);
  Value centred = call.create<nn::SubOp>(x, call.reshape(mean, shape));
  Value variance =
      call.reduce(nn::ReduceKind::mean,
                  call.create<nn::MulOp>(centred, centred), axes, false);
  call.out(0, call.create<nn::BatchNormOp>(x, call.in(1), call.in(2), mean,
                                           variance, epsilon));
  auto mix = [&](Value running, Value own) {
    if (!call.wants(running == call.in(3) ? 1 : 2))
      return Value();
    return call.create<nn::AddOp>(
        call.create<nn::MulOp>(running, call.scalarLike(running, momentum)),
        call.create<nn::MulOp>(own, call.scalarLike(own, 1 - momentum)));
  };
  call.out(1, mix(call.in(3), mean));
  call.out(2, mix(call.in(4), variance));
  return success(!call.hasFailed());
}

static LogicalResult importBatchNormalization(NodeContext &call) {
  if (!call.requireRank(0, 1))
    return failure();
  call.ignoreAttrs({"is_test", "consumed_inputs"});
  double epsilon = call.floatAttr("epsilon", 1e-5f);
  double momentum = call.floatAttr("momentum", 0.9f);
  if (call.getVersion() < 9 && !call.flagAttr("spatial", true) &&
      call.rankOf(call.in(0)) > 2)
    return call.attrError("spatial", "0", "1");
  Value x = call.in(0);
  bool trains = call.flagAttr("training_mode", false);
  for (unsigned index = 1; index < call.getNumOutputs(); ++index)
    trains = trains || call.wants(index);
  if (trains && call.getVersion() >= 14 && call.rankOf(x) >= 2)
    return importTrainingBatchNorm(call, epsilon, momentum);
  if (!trains)
    return call.result(call.create<nn::BatchNormOp>(
        x, call.in(1), call.in(2), call.in(3), call.in(4), epsilon));
  return call.error() << "found a use of the outputs for training, expected "
                         "operator set 14 or newer for it";
}

static LogicalResult importInstanceNormalization(NodeContext &call) {
  if (!call.requireRank(0, 3))
    return failure();
  call.ignoreAttrs({"consumed_inputs"});
  double epsilon = call.floatAttr("epsilon", 1e-5f);
  return call.result(call.create<nn::GroupNormOp>(
      call.in(0), call.in(1), call.in(2), call.dims(call.in(0))[1], epsilon));
}

/// Version 18 has one scale and bias per group, 21 one per channel.
static LogicalResult importGroupNormalization(NodeContext &call) {
  if (!call.requireRank(0, 3))
    return failure();
  call.ignoreAttrs({"stash_type"});
  double epsilon = call.floatAttr("epsilon", 1e-5f);
  int64_t groups = call.intAttr("num_groups", 0);
  int64_t channels = call.dims(call.in(0))[1];
  if (groups < 1 || channels % groups != 0)
    return call.attrError("num_groups", Twine(groups),
                          "a divisor of the " + Twine(channels) + " channels");
  auto perChannel = [&](Value value) {
    if (call.getVersion() >= 21 || call.rankOf(value) != 1 ||
        call.dims(value)[0] != groups || groups == channels)
      return value;
    Value wide = call.expand(call.reshape(value, {groups, 1}),
                             {groups, channels / groups});
    return call.reshape(wide, {channels});
  };
  return call.result(
      call.create<nn::GroupNormOp>(call.in(0), perChannel(call.in(1)),
                                   perChannel(call.in(2)), groups, epsilon));
}

/// Mean and inverse standard deviation are outputs too, if someone wants them;
/// then they are computed apart.
static LogicalResult importLayerNormalization(NodeContext &call) {
  Value x = call.in(0);
  int64_t rank = call.rankOf(x);
  auto axis = call.axisAttr("axis", -1, rank);
  double epsilon = call.floatAttr("epsilon", 1e-5f);
  call.ignoreAttrs({"stash_type"});
  if (!axis)
    return failure();
  call.out(0, call.create<nn::LayerNormOp>(x, call.in(1), call.in(2), *axis,
                                           epsilon));
  if (call.wants(1) || call.wants(2)) {
    auto axes = llvm::to_vector(llvm::seq<int64_t>(*axis, rank));
    Value wide = call.cast(x, call.f32());
    Value mean = call.reduce(nn::ReduceKind::mean, wide, axes, true);
    Value centred = call.create<nn::SubOp>(wide, mean);
    Value variance =
        call.reduce(nn::ReduceKind::mean,
                    call.create<nn::MulOp>(centred, centred), axes, true);
    Value shifted =
        call.create<nn::AddOp>(variance, call.scalarLike(variance, epsilon));
    call.out(1, mean);
    call.out(2,
             call.create<nn::ReciprocalOp>(call.create<nn::SqrtOp>(shifted)));
  }
  return success(!call.hasFailed());
}

/// x / sqrt(mean(x^2) + epsilon) * scale over the axes from `axis` on.
static LogicalResult importRMSNormalization(NodeContext &call) {
  Value x = call.in(0);
  auto axis = call.axisAttr("axis", -1, call.rankOf(x));
  double epsilon = call.floatAttr("epsilon", 1e-5f);
  call.ignoreAttrs({"stash_type"});
  if (!axis)
    return failure();
  Type type = call.elementOf(x);
  bool isNarrow = type.getIntOrFloatBitWidth() < 32;
  Value wide = isNarrow ? call.cast(x, call.f32()) : x;
  auto axes = llvm::to_vector(llvm::seq<int64_t>(*axis, call.rankOf(x)));
  Value squares = call.reduce(nn::ReduceKind::mean,
                              call.create<nn::MulOp>(wide, wide), axes, true);
  Value root = call.create<nn::SqrtOp>(
      call.create<nn::AddOp>(squares, call.scalarLike(squares, epsilon)));
  Value normal = call.cast(call.create<nn::DivOp>(wide, root), type);
  return call.result(
      call.create<nn::MulOp>(normal, call.cast(call.in(1), type)));
}

/// (x - mean) / (deviation + 1e-9), over all but the channels by default.
static LogicalResult importMeanVarianceNormalization(NodeContext &call) {
  Value x = call.in(0);
  auto given = call.intsAttr("axes");
  auto axes = call.normalizeAxes(given ? *given : SmallVector<int64_t>{0, 2, 3},
                                 call.rankOf(x));
  if (!axes)
    return failure();
  llvm::sort(*axes);
  Value mean = call.reduce(nn::ReduceKind::mean, x, *axes, true);
  Value centred = call.create<nn::SubOp>(x, mean);
  Value variance =
      call.reduce(nn::ReduceKind::mean,
                  call.create<nn::MulOp>(centred, centred), *axes, true);
  Value deviation = call.create<nn::SqrtOp>(variance);
  Value divisor = call.create<nn::AddOp>(deviation, call.scalarLike(x, 1e-9));
  return call.result(call.create<nn::DivOp>(centred, divisor));
}

/// x divided by its p-norm along an axis; where that is 0, x stays.
static LogicalResult importLpNormalization(NodeContext &call) {
  Value x = call.in(0);
  auto axis = call.axisAttr("axis", -1, call.rankOf(x));
  int64_t p = call.intAttr("p", 2);
  if (!axis)
    return failure();
  if (p != 1 && p != 2)
    return call.attrError("p", Twine(p), "1 or 2");
  Value powers =
      p == 1 ? call.create<nn::AbsOp>(x) : call.create<nn::MulOp>(x, x);
  Value norm = call.reduce(nn::ReduceKind::sum, powers, {*axis}, true);
  if (p == 2)
    norm = call.create<nn::SqrtOp>(norm);
  Value isZero = call.create<nn::EqualOp>(norm, call.scalarLike(x, 0));
  Value divisor = call.create<nn::WhereOp>(isZero, call.scalarLike(x, 1), norm);
  return call.result(call.create<nn::DivOp>(x, divisor));
}

static LogicalResult importLRN(NodeContext &call) {
  double alpha = call.floatAttr("alpha", 1e-4f);
  double beta = call.floatAttr("beta", 0.75f);
  double bias = call.floatAttr("bias", 1.0f);
  int64_t size = call.intAttr("size", 0);
  if (!call.hasFailed() && size < 1)
    return call.attrError("size", Twine(size), "at least 1");
  return call.result(
      call.create<nn::LrnOp>(call.in(0), size, alpha, beta, bias));
}

void megcc::registerNormalization(Registry &registry) {
  registry.beginGroup("Normalisation");
  registry.add("BatchNormalization", 5, 5, 1, importBatchNormalization);
  registry.add("GroupNormalization", 3, 3, 18, importGroupNormalization);
  registry.add("Hardmax", 1, 1, 1, importHardmax);
  registry.add("InstanceNormalization", 3, 3, 1, importInstanceNormalization);
  registry.add("LRN", 1, 1, 1, importLRN);
  registry.add("LayerNormalization", 2, 3, 17, importLayerNormalization);
  registry.add("LogSoftmax", 1, 1, 1, importSoftmax<nn::LogSoftmaxOp>);
  registry.add("LpNormalization", 1, 1, 1, importLpNormalization);
  registry.add("MeanVarianceNormalization", 1, 1, 9,
               importMeanVarianceNormalization);
  registry.add("RMSNormalization", 2, 2, 23, importRMSNormalization);
  registry.add("Softmax", 1, 1, 1, importSoftmax<nn::SoftmaxOp>);
}
