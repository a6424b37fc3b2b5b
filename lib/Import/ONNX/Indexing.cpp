//===- Indexing.cpp - Gather, scatter, one-hot ----------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Import/ONNX/OperatorHelpers.h"
#include "lib/Import/ONNX/Registry.h"

using namespace mlir;
using namespace megcc;

static LogicalResult importGather(NodeContext &call) {
  auto axis = call.axisAttr("axis", 0, call.rankOf(call.in(0)));
  if (!axis)
    return failure();
  return call.result(call.create<nn::GatherOp>(call.in(0), call.in(1), *axis));
}

static LogicalResult importGatherElements(NodeContext &call) {
  auto axis = call.axisAttr("axis", 0, call.rankOf(call.in(0)));
  if (!axis)
    return failure();
  return call.result(
      call.create<nn::GatherElementsOp>(call.in(0), call.in(1), *axis));
}

static LogicalResult importGatherND(NodeContext &call) {
  int64_t batchDims = call.intAttr("batch_dims", 0);
  return call.result(
      call.create<nn::GatherNDOp>(call.in(0), call.in(1), batchDims));
}

/// Nothing, after an error, for a reduction that isn't known.
static std::optional<nn::ScatterKind> readReduction(NodeContext &call) {
  std::string name = call.stringAttr("reduction", "none");
  if (name == "none")
    return nn::ScatterKind::assign;
  auto kind = nn::symbolizeScatterKind(name);
  if (!kind || *kind == nn::ScatterKind::assign) {
    call.attrError("reduction", "\"" + name + "\"",
                   "\"none\", \"add\", \"mul\", \"max\" or \"min\"");
    return std::nullopt;
  }
  return kind;
}

static LogicalResult importScatterElements(NodeContext &call) {
  auto axis = call.axisAttr("axis", 0, call.rankOf(call.in(0)));
  auto kind = readReduction(call);
  if (!axis || !kind)
    return failure();
  return call.result(call.create<nn::ScatterElementsOp>(
      call.in(0), call.in(1), call.in(2), *axis, *kind));
}

static LogicalResult importScatterND(NodeContext &call) {
  auto kind = readReduction(call);
  if (!kind)
    return failure();
  return call.result(
      call.create<nn::ScatterNDOp>(call.in(0), call.in(1), call.in(2), *kind));
}

/// Any number type may index; the depth may come at run time if the declared
/// result tells it.
static LogicalResult importOneHot(NodeContext &call) {
  int64_t rank = call.rankOf(call.in(0)) + 1;
  auto axis = call.axisAttr("axis", -1, rank);
  if (!axis)
    return failure();
  int64_t depth = 0;
  RankedTensorType type = call.declared(0);
  if (auto value = call.floatsOf(call.in(1)); value && value->size() == 1)
    depth = static_cast<int64_t>(std::clamp(value->front(), -1.0, 1e12));
  else if (type && type.getRank() == rank)
    depth = type.getDimSize(static_cast<unsigned>(*axis));
  else if (!call.requireFloats(1, "depth"))
    return failure();
  if (depth < 1 || call.typeOf(call.in(1)).getNumElements() != 1)
    return call.error() << "input 1 (depth): found " << depth
                        << ", expected one number of at least 1";
  Value indices = call.cast(call.in(0), call.i64());
  return call.result(
      call.create<nn::OneHotOp>(indices, call.in(2), depth, *axis));
}

static LogicalResult importTrilu(NodeContext &call) {
  bool upper = call.flagAttr("upper", true);
  Value k = call.in(1);
  if (k) {
    if (call.typeOf(k).getNumElements() != 1)
      return call.error() << "input 1 (k): found "
                          << describeType(call.typeOf(k))
                          << ", expected a scalar";
    k = call.reshape(k, {});
  }
  return call.result(call.create<nn::TriluOp>(call.in(0), k, upper));
}

static LogicalResult importReverseSequence(NodeContext &call) {
  int64_t rank = call.rankOf(call.in(0));
  auto batchAxis = call.axisAttr("batch_axis", 1, rank);
  auto timeAxis = call.axisAttr("time_axis", 0, rank);
  if (!batchAxis || !timeAxis)
    return failure();
  return call.result(call.create<nn::ReverseSequenceOp>(
      call.in(0), call.cast(call.in(1), call.i64()), *batchAxis, *timeAxis));
}

//===----------------------------------------------------------------------===//
// Results whose size depends on values: constants only
//===----------------------------------------------------------------------===//

/// The first `count` positions at which `isTaken`, a vector, is true. Where the
/// file declares how many there are, this needs no more than a sort.
static Value firstPositions(NodeContext &call, Value isTaken, int64_t count) {
  if (!isTaken)
    return {};
  int64_t size = call.dims(isTaken)[0];
  Value ranks = call.create<nn::SubOp>(call.ints({}, {size}, call.i64()),
                                       iota(call, size));
  Value ranked =
      call.create<nn::WhereOp>(isTaken, ranks, call.ints({}, {0}, call.i64()));
  Operation *top = call.createOp<nn::TopKOp>(2, ranked, count, int64_t(0),
                                             /*least=*/false,
                                             /*unsorted=*/false);
  return top ? top->getResult(1) : Value();
}

/// NonZero of a tensor known at run time, with as many results as declared.
static LogicalResult importDeclaredNonZero(NodeContext &call, int64_t count) {
  Value x = call.in(0);
  ArrayRef<int64_t> dims = call.dims(x);
  int64_t size = call.typeOf(x).getNumElements();
  Value isTaken = call.reshape(call.cast(x, call.boolType()), {size});
  Value rest = firstPositions(call, isTaken, count);
  SmallVector<Value> rows(dims.size());
  for (size_t axis = dims.size(); axis-- > 0;) {
    Value extent = call.ints({}, {dims[axis]}, call.i64());
    rows[axis] =
        call.reshape(call.create<nn::ModOp>(rest, extent, false), {1, count});
    rest = call.create<nn::DivOp>(rest, extent);
  }
  return call.hasFailed() ? failure() : call.result(call.concat(rows, 0));
}

/// The positions of the elements that aren't 0, one row per dimension.
static LogicalResult importNonZero(NodeContext &call) {
  if (RankedTensorType type = call.declared(0);
      type && !call.floatsOf(call.in(0)) && type.getRank() == 2 &&
      type.getDimSize(0) == call.rankOf(call.in(0)) && type.getDimSize(0) > 0 &&
      type.getDimSize(1) > 0)
    return importDeclaredNonZero(call, type.getDimSize(1));
  auto values = call.requireFloats(0, "the values decide the result's size");
  if (!values)
    return failure();
  ArrayRef<int64_t> dims = call.dims(call.in(0));
  SmallVector<SmallVector<int64_t>> rows(dims.size());
  int64_t count = 0;
  for (auto [flat, value] : llvm::enumerate(*values)) {
    if (value == 0)
      continue;
    ++count;
    int64_t rest = static_cast<int64_t>(flat);
    for (size_t axis = dims.size(); axis-- > 0;) {
      rows[axis].push_back(rest % dims[axis]);
      rest /= dims[axis];
    }
  }
  SmallVector<int64_t> all;
  for (const SmallVector<int64_t> &row : rows)
    all.append(row);
  return call.result(
      call.ints({static_cast<int64_t>(dims.size()), count}, all, call.i64()));
}

/// The slices whose condition is true.
static LogicalResult importCompress(NodeContext &call) {
  Value x = call.in(0);
  int64_t axis = 0;
  if (call.hasAttr("axis")) {
    auto given = call.axisAttr("axis", 0, call.rankOf(x));
    if (!given)
      return failure();
    axis = *given;
  } else {
    x = call.reshape(x, {call.typeOf(x).getNumElements()});
  }
  RankedTensorType type = call.declared(0);
  if (!call.intsOf(call.in(1)) && type && type.getRank() == call.rankOf(x) &&
      call.rankOf(call.in(1)) == 1) {
    Value chosen = firstPositions(call, call.in(1),
                                  type.getDimSize(static_cast<unsigned>(axis)));
    return call.result(call.create<nn::GatherOp>(x, chosen, axis));
  }
  auto condition =
      call.requireInts(1, "the condition decides the result's size");
  if (!condition)
    return failure();
  SmallVector<int64_t> indices;
  for (auto [index, isTaken] : llvm::enumerate(*condition))
    if (isTaken && static_cast<int64_t>(index) < call.dims(x)[axis])
      indices.push_back(static_cast<int64_t>(index));
  Value chosen =
      call.ints({static_cast<int64_t>(indices.size())}, indices, call.i64());
  return call.result(call.create<nn::GatherOp>(x, chosen, axis));
}

void megcc::registerIndexing(Registry &registry) {
  registry.beginGroup("Indexing");
  registry.add("Compress", 2, 2, 9, importCompress,
               "a result whose size is not declared");
  registry.add("Gather", 2, 2, 1, importGather);
  registry.add("GatherElements", 2, 2, 11, importGatherElements);
  registry.add("GatherND", 2, 2, 11, importGatherND);
  registry.add("NonZero", 1, 1, 9, importNonZero,
               "a result whose size is not declared");
  registry.add("OneHot", 3, 3, 9, importOneHot);
  registry.add("ReverseSequence", 2, 2, 10, importReverseSequence);
  registry.add("Scatter", 3, 3, 9, importScatterElements);
  registry.add("ScatterElements", 3, 3, 11, importScatterElements);
  registry.add("ScatterND", 3, 3, 11, importScatterND);
  registry.add("Trilu", 1, 2, 14, importTrilu);
}
