//===- Reduction.cpp - Reductions, positions, running sums ----------------===//

#include "lib/Import/ONNX/OperatorHelpers.h"
#include "lib/Import/ONNX/Registry.h"

#include <limits>

using namespace mlir;
using namespace megcc;

//===----------------------------------------------------------------------===//
// Reduce*
//===----------------------------------------------------------------------===//

/// Axes that are given at run time can be read off the declared result where
/// it leaves only one choice of `count` axes (axes of extent 1 aside, whose
/// reduction moves no element).
static std::optional<SmallVector<int64_t>>
deduceAxes(NodeContext &call, int64_t count, bool keepDims) {
  RankedTensorType type = call.declared(0);
  ArrayRef<int64_t> shape = call.dims(call.in(0));
  if (!type || shape.size() > 8)
    return std::nullopt;
  std::optional<SmallVector<int64_t>> found, foundLong;
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
            type.getShape())
      continue;
    if (found && *foundLong != longAxes)
      return std::nullopt;
    found = axes;
    foundLong = longAxes;
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

/// The axes and keepdims of a Reduce operator.
struct ReduceParameters {
  SmallVector<int64_t> axes;
  bool keepDims = true;
};

/// Reads the parameters, whose axes moved from an attribute to input 1 at
/// version `inputSince`. No axes means all, unless noop_with_empty_axes is set.
static std::optional<ReduceParameters> readReduce(NodeContext &call,
                                                  int64_t inputSince) {
  ReduceParameters result;
  int64_t rank = call.rankOf(call.in(0));
  result.keepDims = call.flagAttr("keepdims", true);
  bool takesInput = call.getVersion() >= inputSince;
  bool emptyMeansNone =
      takesInput && call.flagAttr("noop_with_empty_axes", false);
  std::optional<SmallVector<int64_t>> axes;
  if (takesInput && call.in(1) && !call.intsOf(call.in(1))) {
    int64_t count = call.typeOf(call.in(1)).getNumElements();
    if (count == 0)
      axes.emplace();
    else
      axes = deduceAxes(call, count, result.keepDims);
  }
  bool isAbsent = false;
  if (!axes)
    axes = readAxes(call, inputSince, rank, isAbsent);
  if (!axes || call.hasFailed())
    return std::nullopt;
  if (axes->empty() && !emptyMeansNone)
    llvm::append_range(*axes, llvm::seq<int64_t>(0, rank));
  llvm::sort(*axes);
  result.axes = *axes;
  return result;
}

template <nn::ReduceKind kind, int64_t inputSince>
static LogicalResult importReduce(NodeContext &call) {
  auto parameters = readReduce(call, inputSince);
  if (!parameters)
    return failure();
  Value x = call.in(0);
  if (parameters->axes.empty())
    return call.result(x);
  // The greatest and the least truth value are "any" and "all".
  Type type = call.elementOf(x);
  bool isBool = type.isInteger(1);
  if (isBool)
    x = call.cast(x, call.builder.getIntegerType(8, /*isSigned=*/false));
  Value result =
      call.reduce(kind, x, parameters->axes, parameters->keepDims);
  return call.result(isBool ? call.cast(result, type) : result);
}

static Value square(NodeContext &call, Value x) {
  return call.create<nn::MulOp>(x, x);
}

static LogicalResult importReduceL1(NodeContext &call) {
  auto parameters = readReduce(call, 18);
  if (!parameters)
    return failure();
  Value x = call.create<nn::AbsOp>(call.in(0));
  return call.result(call.reduce(nn::ReduceKind::sum, x, parameters->axes,
                                 parameters->keepDims));
}

static LogicalResult importReduceL2(NodeContext &call) {
  auto parameters = readReduce(call, 18);
  if (!parameters)
    return failure();
  Value sum = call.reduce(nn::ReduceKind::sum, square(call, call.in(0)),
                          parameters->axes, parameters->keepDims);
  if (!sum)
    return failure();
  // nn's square root is for floats.
  Type type = call.elementOf(sum);
  if (!isa<FloatType>(type))
    sum = call.cast(sum, call.builder.getF64Type());
  return call.result(call.cast(call.create<nn::SqrtOp>(sum), type));
}

static LogicalResult importReduceSumSquare(NodeContext &call) {
  auto parameters = readReduce(call, 18);
  if (!parameters)
    return failure();
  return call.result(call.reduce(nn::ReduceKind::sum, square(call, call.in(0)),
                                 parameters->axes, parameters->keepDims));
}

static LogicalResult importReduceLogSum(NodeContext &call) {
  auto parameters = readReduce(call, 18);
  if (!parameters)
    return failure();
  Value sum = call.reduce(nn::ReduceKind::sum, call.in(0), parameters->axes,
                          parameters->keepDims);
  return call.result(call.create<nn::LogOp>(sum));
}

/// log(sum(exp(x))) as m + log(sum(exp(x - m))), which doesn't overflow.
static LogicalResult importReduceLogSumExp(NodeContext &call) {
  auto parameters = readReduce(call, 18);
  if (!parameters)
    return failure();
  Value x = call.in(0);
  Value greatest = call.reduce(nn::ReduceKind::max, x, parameters->axes, true);
  // A sum of nothing but e^-inf: -inf - -inf must not become NaN.
  Value shift = call.create<nn::ClampOp>(
      greatest, -65504.0, std::numeric_limits<double>::infinity());
  Value powers = call.create<nn::ExpOp>(call.create<nn::SubOp>(x, shift));
  Value sum = call.reduce(nn::ReduceKind::sum, powers, parameters->axes, true);
  Value result =
      call.create<nn::AddOp>(call.create<nn::LogOp>(sum), shift);
  if (!result)
    return failure();
  return call.result(call.reshape(
      result, reduceShape(call.dims(x), parameters->axes,
                          parameters->keepDims)));
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

static LogicalResult importCumSum(NodeContext &call) {
  Value x = call.in(0);
  bool exclusive = call.flagAttr("exclusive", false);
  bool reverse = call.flagAttr("reverse", false);
  auto along = [&](int64_t axis) {
    return call.create<nn::CumSumOp>(x, axis, exclusive, reverse);
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
    RankedTensorType type = call.declared(0) ? call.declared(0)
                                             : call.declared(1);
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
  registry.add("CumSum", 2, 2, 11, importCumSum);
  registry.add("ReduceL1", 1, 2, 1, importReduceL1);
  registry.add("ReduceL2", 1, 2, 1, importReduceL2);
  registry.add("ReduceLogSum", 1, 2, 1, importReduceLogSum);
  registry.add("ReduceLogSumExp", 1, 2, 1, importReduceLogSumExp);
  registry.add("ReduceMax", 1, 2, 1, importReduce<ReduceKind::max, 18>);
  registry.add("ReduceMean", 1, 2, 1, importReduce<ReduceKind::mean, 18>);
  registry.add("ReduceMin", 1, 2, 1, importReduce<ReduceKind::min, 18>);
  registry.add("ReduceProd", 1, 2, 1, importReduce<ReduceKind::prod, 18>);
  registry.add("ReduceSum", 1, 2, 1, importReduce<ReduceKind::sum, 13>);
  registry.add("ReduceSumSquare", 1, 2, 1, importReduceSumSquare);
  registry.add("TopK", 1, 2, 1, importTopK);
}
