//===- Reduction.cpp - Reductions, positions, running sums ----------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Import/ONNX/OperatorHelpers.h"
#include "lib/Import/ONNX/Registry.h"

#include <limits>

using namespace mlir;
using namespace megcc;

//===----------------------------------------------------------------------===//
// What is reduced: one function per operator
//===----------------------------------------------------------------------===//

using Reducer = Value (*)(NodeContext &call, Value x, ArrayRef<int64_t> axes,
                          bool keepDims);

template <nn::ReduceKind kind>
static Value reducePlainly(NodeContext &call, Value x, ArrayRef<int64_t> axes,
                           bool keepDims) {
  if (axes.empty())
    return x;
  // The greatest and the least truth value are "any" and "all".
  Type type = call.elementOf(x);
  if (!type.isInteger(1))
    return call.reduce(kind, x, axes, keepDims);
  Value wide = call.cast(x, call.builder.getIntegerType(8, /*isSigned=*/false));
  return call.cast(call.reduce(kind, wide, axes, keepDims), type);
}

static Value reduceL1(NodeContext &call, Value x, ArrayRef<int64_t> axes,
                      bool keepDims) {
  return call.reduce(nn::ReduceKind::sum, call.create<nn::AbsOp>(x), axes,
                     keepDims);
}

static Value reduceSumSquare(NodeContext &call, Value x, ArrayRef<int64_t> axes,
                             bool keepDims) {
  return call.reduce(nn::ReduceKind::sum, call.create<nn::MulOp>(x, x), axes,
                     keepDims);
}

static Value reduceL2(NodeContext &call, Value x, ArrayRef<int64_t> axes,
                      bool keepDims) {
  Value sum = reduceSumSquare(call, x, axes, keepDims);
  // nn's square root is for floats.
  Type type = call.elementOf(x);
  if (!isa<FloatType>(type))
    sum = call.cast(sum, call.builder.getF64Type());
  return call.cast(call.create<nn::SqrtOp>(sum), type);
}

static Value reduceLogSum(NodeContext &call, Value x, ArrayRef<int64_t> axes,
                          bool keepDims) {
  return call.create<nn::LogOp>(
      call.reduce(nn::ReduceKind::sum, x, axes, keepDims));
}

/// log(sum(exp(x))) as m + log(sum(exp(x - m))), which doesn't overflow.
static Value reduceLogSumExp(NodeContext &call, Value x, ArrayRef<int64_t> axes,
                             bool keepDims) {
  Value greatest = call.reduce(nn::ReduceKind::max, x, axes, true);
  // A sum of nothing but e^-inf: -inf - -inf must not become NaN.
  Value shift = call.create<nn::ClampOp>(
      greatest, -65504.0, std::numeric_limits<double>::infinity());
  Value powers = call.create<nn::ExpOp>(call.create<nn::SubOp>(x, shift));
  Value sum = call.reduce(nn::ReduceKind::sum, powers, axes, true);
  Value result = call.create<nn::AddOp>(call.create<nn::LogOp>(sum), shift);
  return call.reshape(result, reduceShape(call.dims(x), axes, keepDims));
}

//===----------------------------------------------------------------------===//
// Along which axes
//===----------------------------------------------------------------------===//

/// All choices of `count` axes that give the shape which the file declares for
/// the result. Axes of extent 1 move no element: choices that differ in them
/// only are one.
static SmallVector<SmallVector<int64_t>>
listPossibleAxes(NodeContext &call, int64_t count, bool keepDims) {
  RankedTensorType type = call.declared(0);
  ArrayRef<int64_t> shape = call.dims(call.in(0));
  SmallVector<SmallVector<int64_t>> found, foundLong;
  if (!type || shape.size() > 8)
    return found;
  for (unsigned mask = 0; mask < (1u << shape.size()); ++mask) {
    SmallVector<int64_t> axes, longAxes;
    for (unsigned axis = 0; axis < shape.size(); ++axis) {
      if (!(mask >> axis & 1))
        continue;
      axes.push_back(axis);
      if (shape[axis] != 1)
        longAxes.push_back(axis);
    }
    if (static_cast<int64_t>(axes.size()) != count ||
        ArrayRef<int64_t>(reduceShape(shape, axes, keepDims)) !=
            type.getShape() ||
        llvm::is_contained(foundLong, longAxes))
      continue;
    found.push_back(axes);
    foundLong.push_back(longAxes);
  }
  return found;
}

/// Whether an axis that is given at run time, from either end, is `axis`.
static Value isAxis(NodeContext &call, Value given, int64_t axis,
                    int64_t rank) {
  given = call.reshape(given, {});
  auto equals = [&](int64_t value) {
    return call.create<nn::EqualOp>(
        given, call.ints({}, {value}, call.elementOf(given)));
  };
  return call.create<nn::OrOp>(equals(axis), equals(axis - rank));
}

/// Whether each of the axes in the vector `given` is one of `axes`; as many of
/// both, all distinct, this makes them the same.
static Value areAxes(NodeContext &call, Value given, ArrayRef<int64_t> axes,
                     int64_t rank) {
  Value all;
  for (int64_t index = 0; index < call.dims(given)[0]; ++index) {
    Value one = call.slice(given, 0, index, 1), any;
    for (int64_t axis : axes) {
      Value isThis = isAxis(call, one, axis, rank);
      any = any ? call.create<nn::OrOp>(any, isThis) : isThis;
    }
    all = all ? call.create<nn::AndOp>(all, any) : any;
  }
  return all;
}

/// Axes were an attribute before version `inputSince` and are input 1 since. No
/// axes means all, unless noop_with_empty_axes is set. Where they are computed
/// at run time, every choice that fits the declared result is computed, and one
/// selected; mostly there is a single one.
template <Reducer reduce, int64_t inputSince>
static LogicalResult importReduce(NodeContext &call) {
  Value x = call.in(0), given = call.in(1);
  int64_t rank = call.rankOf(x);
  bool keepDims = call.flagAttr("keepdims", true);
  bool takesInput = call.getVersion() >= inputSince;
  bool emptyMeansNone =
      takesInput && call.flagAttr("noop_with_empty_axes", false);
  std::optional<SmallVector<int64_t>> axes;
  if (takesInput && given && !call.intsOf(given) && call.rankOf(given) == 1) {
    int64_t count = call.dims(given)[0];
    auto choices = listPossibleAxes(call, count, keepDims);
    if (count > 0 && !choices.empty()) {
      Value result = reduce(call, x, choices.front(), keepDims);
      for (ArrayRef<int64_t> other : ArrayRef(choices).drop_front())
        result =
            call.create<nn::WhereOp>(areAxes(call, given, other, rank),
                                     reduce(call, x, other, keepDims), result);
      return call.result(result);
    }
    if (count == 0)
      axes.emplace();
  }
  bool isAbsent = false;
  if (!axes)
    axes = readAxes(call, inputSince, rank, isAbsent);
  if (!axes || call.hasFailed())
    return failure();
  if (axes->empty() && !emptyMeansNone)
    llvm::append_range(*axes, llvm::seq<int64_t>(0, rank));
  llvm::sort(*axes);
  return call.result(reduce(call, x, *axes, keepDims));
}

//===----------------------------------------------------------------------===//
// Positions
//===----------------------------------------------------------------------===//

template <typename OpTy> static LogicalResult importArg(NodeContext &call) {
  auto axis = call.axisAttr("axis", 0, call.rankOf(call.in(0)));
  bool keepDims = call.flagAttr("keepdims", true);
  bool selectLast = call.flagAttr("select_last_index", false);
  if (!axis)
    return failure();
  return call.result(
      call.create<OpTy>(call.in(0), *axis, keepDims, selectLast));
}

/// One position along one axis brought into [0, rank), from an input.
static std::optional<int64_t> readAxisInput(NodeContext &call, unsigned index,
                                            int64_t rank) {
  auto axis = call.requireInts(index, "axis");
  if (!axis)
    return std::nullopt;
  if (axis->size() != 1 || (*axis)[0] < -rank || (*axis)[0] >= rank) {
    call.error() << "input " << index << " (axis): found "
                 << describeShape(*axis) << ", expected one axis in [" << -rank
                 << ", " << rank << ")";
    return std::nullopt;
  }
  return (*axis)[0] < 0 ? (*axis)[0] + rank : (*axis)[0];
}

/// Products of all elements up to each. After a step of distance d, an element
/// is the product of the last 2 d (Hillis and Steele 1986).
static Value buildCumProd(NodeContext &call, Value x, int64_t axis,
                          bool exclusive, bool reverse) {
  int64_t extent = call.dims(x)[axis];
  SmallVector<int64_t> axes{axis}, none(call.rankOf(x), 0), low(none);
  auto shift = [&](Value value, int64_t distance) {
    low[axis] = distance;
    return call.create<nn::PadOp>(
        call.slice(value, axis, 0, extent - distance),
        call.scalarLike(value, 1), ArrayRef<int64_t>(low),
        ArrayRef<int64_t>(none), ArrayRef<int64_t>(none),
        nn::PadMode::constant);
  };
  if (reverse)
    x = call.create<nn::ReverseOp>(x, ArrayRef<int64_t>(axes));
  if (exclusive && extent > 0)
    x = shift(x, 1);
  for (int64_t distance = 1; distance < extent; distance *= 2)
    x = call.create<nn::MulOp>(x, shift(x, distance));
  return reverse ? call.create<nn::ReverseOp>(x, ArrayRef<int64_t>(axes)) : x;
}

static Value buildCumSum(NodeContext &call, Value x, int64_t axis,
                         bool exclusive, bool reverse) {
  return call.create<nn::CumSumOp>(x, axis, exclusive, reverse);
}

template <Value (*build)(NodeContext &, Value, int64_t, bool, bool)>
static LogicalResult importCumulative(NodeContext &call) {
  Value x = call.in(0);
  bool exclusive = call.flagAttr("exclusive", false);
  bool reverse = call.flagAttr("reverse", false);
  auto along = [&](int64_t axis) {
    return build(call, x, axis, exclusive, reverse);
  };
  int64_t rank = call.rankOf(x);
  if (call.intsOf(call.in(1))) {
    auto axis = readAxisInput(call, 1, rank);
    return axis ? call.result(along(*axis)) : failure();
  }
  if (call.typeOf(call.in(1)).getNumElements() != 1 || rank == 0)
    return call.error() << "input 1 (axis): found "
                        << describeType(call.typeOf(call.in(1)))
                        << ", expected one axis";
  Value result = along(0);
  for (int64_t axis = 1; axis < rank; ++axis)
    result = call.create<nn::WhereOp>(isAxis(call, call.in(1), axis, rank),
                                      along(axis), result);
  return call.result(result);
}

/// k became an input at version 10; at run time the declared result tells it.
static LogicalResult importTopK(NodeContext &call) {
  Value x = call.in(0);
  auto axis = call.axisAttr("axis", -1, call.rankOf(x));
  bool largest = call.flagAttr("largest", true);
  bool sorted = call.flagAttr("sorted", true);
  if (!axis)
    return failure();
  int64_t k = 0;
  if (call.getVersion() < 10) {
    k = call.intAttr("k", 0);
  } else {
    RankedTensorType type =
        call.declared(0) ? call.declared(0) : call.declared(1);
    if (!call.in(1))
      return call.error() << "found no input 1 (k), expected 2 inputs";
    if (auto values = call.intsOf(call.in(1)); values && values->size() == 1)
      k = values->front();
    else if (type && type.getRank() == call.rankOf(x))
      k = type.getDimSize(static_cast<unsigned>(*axis));
    else if (!call.requireInts(1, "k"))
      return failure();
  }
  Operation *op = call.createOp<nn::TopKOp>(2, x, k, *axis, !largest, !sorted);
  if (!op)
    return failure();
  call.out(0, op->getResult(0));
  call.out(1, op->getResult(1));
  return success();
}

void megcc::registerReduction(Registry &registry) {
  using nn::ReduceKind;
  registry.beginGroup("Reduction");
  registry.add("ArgMax", 1, 1, 1, importArg<nn::ArgMaxOp>);
  registry.add("ArgMin", 1, 1, 1, importArg<nn::ArgMinOp>);
  registry.add("CumProd", 2, 2, 26, importCumulative<buildCumProd>);
  registry.add("CumSum", 2, 2, 11, importCumulative<buildCumSum>);
  registry.add("ReduceL1", 1, 2, 1, importReduce<reduceL1, 18>);
  registry.add("ReduceL2", 1, 2, 1, importReduce<reduceL2, 18>);
  registry.add("ReduceLogSum", 1, 2, 1, importReduce<reduceLogSum, 18>);
  registry.add("ReduceLogSumExp", 1, 2, 1, importReduce<reduceLogSumExp, 18>);
  registry.add("ReduceMax", 1, 2, 1,
               importReduce<reducePlainly<ReduceKind::max>, 18>);
  registry.add("ReduceMean", 1, 2, 1,
               importReduce<reducePlainly<ReduceKind::mean>, 18>);
  registry.add("ReduceMin", 1, 2, 1,
               importReduce<reducePlainly<ReduceKind::min>, 18>);
  registry.add("ReduceProd", 1, 2, 1,
               importReduce<reducePlainly<ReduceKind::prod>, 18>);
  registry.add("ReduceSum", 1, 2, 1,
               importReduce<reducePlainly<ReduceKind::sum>, 13>);
  registry.add("ReduceSumSquare", 1, 2, 1, importReduce<reduceSumSquare, 18>);
  registry.add("TopK", 1, 2, 1, importTopK);
}
