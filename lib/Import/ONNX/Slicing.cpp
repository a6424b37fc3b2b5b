//===- Slicing.cpp - Slice and Pad, constant or at run time ---------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Both take their parameters as inputs. Constant ones become attributes. Where
// they are computed at run time but the file declares the result's shape, the
// elements are gathered from positions that are computed at run time, too.
//
//===----------------------------------------------------------------------===//

#include "lib/Import/ONNX/OperatorHelpers.h"
#include "lib/Import/ONNX/Registry.h"

using namespace mlir;
using namespace megcc;

static Value number(NodeContext &call, int64_t value) {
  return call.ints({}, {value}, call.i64());
}

/// Element `index` of a vector, as a scalar.
static Value element(NodeContext &call, Value vector, int64_t index) {
  return call.reshape(call.slice(vector, 0, index, 1), {});
}

//===----------------------------------------------------------------------===//
// Slice
//===----------------------------------------------------------------------===//

namespace {

/// The inputs of Slice; null where left out.
struct SliceInputs {
  Value starts, ends, axes, steps;
};

} // namespace

/// starts and ends may lie outside, as Python's do.
static Value sliceConstant(NodeContext &call, ArrayRef<int64_t> starts,
                           ArrayRef<int64_t> ends, ArrayRef<int64_t> axes,
                           ArrayRef<int64_t> steps) {
  Value x = call.in(0);
  ArrayRef<int64_t> dims = call.dims(x);
  SmallVector<int64_t> offsets(dims.size(), 0), sizes(dims),
      strides(dims.size(), 1);
  for (auto [start, end, axis, step] : llvm::zip(starts, ends, axes, steps)) {
    int64_t extent = dims[static_cast<size_t>(axis)];
    if (step == 0) {
      call.error() << "steps: found 0, expected another number";
      return {};
    }
    int64_t low = step > 0 ? 0 : -1, high = step > 0 ? extent : extent - 1;
    auto clip = [&](int64_t position) {
      if (position < 0)
        position = position < -extent ? low : position + extent;
      return std::clamp(position, low, std::max(low, high));
    };
    int64_t first = clip(start), last = clip(end);
    int64_t room = step > 0 ? last - first : first - last;
    // A step from one end to the other is as good as any longer one.
    int64_t stride = std::clamp<int64_t>(step, -std::max<int64_t>(extent, 1),
                                         std::max<int64_t>(extent, 1));
    int64_t length = std::abs(stride);
    int64_t size = room <= 0 ? 0 : (room + length - 1) / length;
    offsets[static_cast<size_t>(axis)] = size ? first : 0;
    sizes[static_cast<size_t>(axis)] = size;
    strides[static_cast<size_t>(axis)] = size ? stride : 1;
  }
  if (ArrayRef<int64_t>(sizes) == dims &&
      llvm::all_of(strides, [](int64_t s) { return s == 1; }))
    return x;
  return call.create<nn::SliceOp>(x, ArrayRef<int64_t>(offsets),
                                  ArrayRef<int64_t>(sizes),
                                  ArrayRef<int64_t>(strides));
}

/// Constant axes and steps: only the offsets are known at run time.
static Value sliceAtOffsets(NodeContext &call, Value starts,
                            ArrayRef<int64_t> axes, ArrayRef<int64_t> steps,
                            RankedTensorType result) {
  Value x = call.in(0);
  SmallVector<int64_t> sizes, extents;
  for (int64_t axis : axes) {
    sizes.push_back(result.getDimSize(static_cast<unsigned>(axis)));
    extents.push_back(call.dims(x)[static_cast<size_t>(axis)]);
  }
  int64_t count = static_cast<int64_t>(axes.size());
  starts = call.cast(starts, call.i64());
  Value isNegative = call.create<nn::LessOp>(starts, number(call, 0));
  Value fromEnd =
      call.create<nn::AddOp>(starts, call.ints({count}, extents, call.i64()));
  starts = call.create<nn::WhereOp>(isNegative, fromEnd, starts);
  return call.create<nn::DynamicSliceOp>(x, starts, axes,
                                         ArrayRef<int64_t>(sizes), steps);
}

/// Everything known at run time: for each axis of x, its start and step are
/// picked from the inputs by comparing with `axes`, then elements are gathered.
static Value sliceGathered(NodeContext &call, const SliceInputs &inputs,
                           RankedTensorType result) {
  Value x = call.in(0);
  int64_t rank = call.rankOf(x);
  int64_t count = call.dims(inputs.starts)[0];
  Value zero = number(call, 0), one = number(call, 1);
  Value starts = call.cast(inputs.starts, call.i64());
  Value axes =
      inputs.axes ? call.cast(inputs.axes, call.i64()) : iota(call, count);
  Value steps = inputs.steps ? call.cast(inputs.steps, call.i64())
                             : call.splat({count}, call.i64(), 1);
  axes = call.create<nn::WhereOp>(
      call.create<nn::LessOp>(axes, zero),
      call.create<nn::AddOp>(axes, number(call, rank)), axes);
  // mask[axis, i]: entry i speaks of this axis.
  Value mask =
      call.create<nn::EqualOp>(call.reshape(iota(call, rank), {rank, 1}), axes);
  auto pick = [&](Value values, Value otherwise) {
    Value difference = call.create<nn::SubOp>(values, otherwise);
    Value chosen = call.create<nn::WhereOp>(mask, difference, zero);
    return call.create<nn::AddOp>(
        call.reduce(nn::ReduceKind::sum, chosen, {1}, false), otherwise);
  };
  Value extents = call.ints({rank}, call.dims(x), call.i64());
  Value step = pick(steps, one), start = pick(starts, zero);
  start =
      call.create<nn::WhereOp>(call.create<nn::LessOp>(start, zero),
                               call.create<nn::AddOp>(start, extents), start);
  Value last = call.create<nn::SubOp>(extents, one);
  start = call.create<nn::MaxOp>(call.create<nn::MinOp>(start, last), zero);
  for (int64_t axis = 0; axis < rank; ++axis) {
    int64_t size = result.getDimSize(static_cast<unsigned>(axis));
    Value positions = call.create<nn::AddOp>(
        call.create<nn::MulOp>(iota(call, size), element(call, step, axis)),
        element(call, start, axis));
    x = call.create<nn::GatherOp>(x, positions, axis);
  }
  return x;
}

static LogicalResult importSlice(NodeContext &call) {
  int64_t rank = call.rankOf(call.in(0));
  SliceInputs inputs{call.in(1), call.in(2), call.in(3), call.in(4)};
  if (call.getVersion() < 10) {
    auto starts = call.intsAttr("starts"), ends = call.intsAttr("ends");
    auto axes = call.intsAttr("axes");
    if (!starts || !ends)
      return call.attrError("starts and ends", "no value", "lists of integers");
    auto vector = [&](ArrayRef<int64_t> values) {
      return call.ints({static_cast<int64_t>(values.size())}, values,
                       call.i64());
    };
    inputs = {vector(*starts), vector(*ends), axes ? vector(*axes) : Value(),
              Value()};
  }
  if (!inputs.starts || !inputs.ends)
    return call.error() << "found no starts or ends, expected at least 3 "
                           "inputs";
  for (Value input : {inputs.starts, inputs.ends, inputs.axes, inputs.steps})
    if (input && (call.rankOf(input) != 1 ||
                  call.dims(input) != call.dims(inputs.starts) ||
                  !isa<IntegerType>(call.elementOf(input))))
      return call.error() << "found a parameter of type "
                          << describeType(call.typeOf(input))
                          << ", expected integers of one length";

  int64_t count = call.dims(inputs.starts)[0];
  auto starts = call.intsOf(inputs.starts), ends = call.intsOf(inputs.ends);
  auto steps =
      inputs.steps ? call.intsOf(inputs.steps) : SmallVector<int64_t>(count, 1);
  auto axes = inputs.axes ? call.intsOf(inputs.axes)
                          : llvm::to_vector(llvm::seq<int64_t>(0, count));
  if (axes && !(axes = call.normalizeAxes(*axes, rank)))
    return failure();
  if (starts && ends && steps && axes)
    return call.result(sliceConstant(call, *starts, *ends, *axes, *steps));

  RankedTensorType type = call.declared(0);
  if (!type || type.getRank() != rank) {
    for (unsigned index : {1u, 2u, 3u, 4u})
      if (call.in(index) && !call.requireInts(index, index == 1   ? "starts"
                                                     : index == 2 ? "ends"
                                                     : index == 3 ? "axes"
                                                                  : "steps"))
        return failure();
    return failure();
  }
  if (steps && llvm::is_contained(*steps, 0))
    return call.error() << "steps: found 0, expected another number";
  if (axes && steps)
    return call.result(
        sliceAtOffsets(call, inputs.starts, *axes, *steps, type));
  return call.result(sliceGathered(call, inputs, type));
}

//===----------------------------------------------------------------------===//
// Pad
//===----------------------------------------------------------------------===//

/// Where an element of the padded axis comes from. `positions` count from the
/// axis's own first element and lie outside it in the padding.
static Value wrapPositions(NodeContext &call, Value positions, int64_t extent,
                           nn::PadMode mode) {
  Value last = number(call, extent - 1), zero = number(call, 0);
  switch (mode) {
  case nn::PadMode::constant:
  case nn::PadMode::edge:
    return call.create<nn::MaxOp>(call.create<nn::MinOp>(positions, last),
                                  zero);
  case nn::PadMode::wrap:
    return call.create<nn::ModOp>(positions, number(call, extent), false);
  case nn::PadMode::reflect: {
    // A triangle wave: there and back again.
    int64_t period = std::max<int64_t>(1, 2 * (extent - 1));
    Value phase =
        call.create<nn::ModOp>(positions, number(call, period), false);
    return call.create<nn::MinOp>(
        phase, call.create<nn::SubOp>(number(call, period), phase));
  }
  }
  return {};
}

static Value padGathered(NodeContext &call, ArrayRef<int64_t> axes, Value pads,
                         Value value, nn::PadMode mode,
                         RankedTensorType result) {
  Value x = call.in(0), isInside;
  pads = call.cast(pads, call.i64());
  int64_t rank = call.rankOf(x);
  for (auto [index, axis] : llvm::enumerate(axes)) {
    int64_t extent = call.dims(call.in(0))[static_cast<size_t>(axis)];
    int64_t size = result.getDimSize(static_cast<unsigned>(axis));
    Value positions = call.create<nn::SubOp>(
        iota(call, size), element(call, pads, static_cast<int64_t>(index)));
    Value wrapped = wrapPositions(call, positions, extent, mode);
    x = call.create<nn::GatherOp>(x, wrapped, axis);
    if (mode != nn::PadMode::constant)
      continue;
    SmallVector<int64_t> shape(static_cast<size_t>(rank - axis), 1);
    shape[0] = size;
    Value inside =
        call.reshape(call.create<nn::EqualOp>(positions, wrapped), shape);
    isInside = isInside ? call.create<nn::AndOp>(isInside, inside) : inside;
  }
  if (!isInside)
    return x;
  if (!value)
    value = call.splat({}, call.elementOf(x), 0);
  return call.create<nn::WhereOp>(isInside, x, value);
}

static LogicalResult importPad(NodeContext &call) {
  Value x = call.in(0);
  int64_t rank = call.rankOf(x);
  std::string name = call.stringAttr("mode", "constant");
  auto mode = nn::symbolizePadMode(name);
  if (!mode)
    return call.attrError("mode", "\"" + name + "\"",
                          "\"constant\", \"reflect\", \"edge\" or \"wrap\"");
  std::optional<SmallVector<int64_t>> pads, axes;
  Value value, runTimePads;
  axes = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  if (call.getVersion() < 11) {
    pads = call.intsAttr(call.getVersion() < 2 ? "paddings" : "pads");
    double fill = call.floatAttr("value", 0);
    if (!pads)
      return call.attrError("pads", "no value", "a list of integers");
    if (fill != 0)
      value = call.scalarLike(x, fill);
  } else {
    if (!call.in(1))
      return call.error() << "found no input 1 (pads), expected 2 inputs";
    pads = call.intsOf(call.in(1));
    value = call.in(2);
    if (call.in(3)) {
      auto given = call.requireInts(3, "axes");
      if (!given || !(axes = call.normalizeAxes(*given, rank)))
        return failure();
    }
    runTimePads = call.in(1);
  }
  size_t found =
      pads ? pads->size()
           : static_cast<size_t>(call.typeOf(runTimePads).getNumElements());
  if (found != 2 * axes->size())
    return call.error() << "pads: found " << found << " values, expected "
                        << 2 * axes->size() << " for "
                        << describeType(call.typeOf(x));
  if (value) {
    if (call.typeOf(value).getNumElements() != 1)
      return call.error() << "input 2 (constant_value): found "
                          << describeType(call.typeOf(value))
                          << ", expected a scalar";
    value = call.reshape(value, {});
  }
  if (!pads) {
    RankedTensorType type = call.declared(0);
    if (!type || type.getRank() != rank || call.rankOf(runTimePads) != 1 ||
        (*mode != nn::PadMode::constant &&
         call.typeOf(x).getNumElements() == 0)) {
      call.requireInts(1, "pads");
      return failure();
    }
    return call.result(
        padGathered(call, *axes, runTimePads, value, *mode, type));
  }
  SmallVector<int64_t> low(rank, 0), high(rank, 0), interior(rank, 0);
  for (auto [index, axis] : llvm::enumerate(*axes)) {
    low[static_cast<size_t>(axis)] = (*pads)[index];
    high[static_cast<size_t>(axis)] = (*pads)[axes->size() + index];
  }
  for (int64_t number : *pads)
    if (number < -kMaxTensorElements || number > kMaxTensorElements)
      return call.error() << "pads: found " << number
                          << ", expected at most 2^40";
  if (llvm::all_of(*pads, [](int64_t p) { return p == 0; }))
    return call.result(x);
  return call.result(call.create<nn::PadOp>(
      x, *mode == nn::PadMode::constant ? value : Value(),
      ArrayRef<int64_t>(low), ArrayRef<int64_t>(high),
      ArrayRef<int64_t>(interior), *mode));
}

//===----------------------------------------------------------------------===//
// CenterCropPad
//===----------------------------------------------------------------------===//

/// Crops or pads each axis around its centre; an odd element goes to the end.
static LogicalResult importCenterCropPad(NodeContext &call) {
  Value x = call.in(0);
  int64_t rank = call.rankOf(x);
  auto given = call.intsAttr("axes");
  auto axes = given ? call.normalizeAxes(*given, rank)
                    : llvm::to_vector(llvm::seq<int64_t>(0, rank));
  if (!axes)
    return failure();
  auto shape = call.intsOf(call.in(1));
  RankedTensorType type = call.declared(0);
  if (!shape && type && type.getRank() == rank) {
    shape.emplace();
    for (int64_t axis : *axes)
      shape->push_back(type.getDimSize(static_cast<unsigned>(axis)));
  }
  if (!shape)
    shape = call.requireInts(1, "shape");
  if (!shape)
    return failure();
  if (shape->size() != axes->size())
    return call.error() << "input 1 (shape): found " << shape->size()
                        << " values, expected " << axes->size();
  SmallVector<int64_t> low(rank, 0), high(rank, 0), interior(rank, 0);
  for (auto [axis, wanted] : llvm::zip(*axes, *shape)) {
    int64_t own = call.dims(x)[static_cast<size_t>(axis)];
    if (wanted < 0 || wanted > kMaxTensorElements)
      return call.error() << "input 1 (shape): found " << wanted
                          << ", expected a size";
    int64_t missing = wanted - own;
    int64_t begin = missing >= 0 ? missing / 2 : -(-missing / 2);
    low[static_cast<size_t>(axis)] = begin;
    high[static_cast<size_t>(axis)] = missing - begin;
  }
  return call.result(call.create<nn::PadOp>(
      x, Value(), ArrayRef<int64_t>(low), ArrayRef<int64_t>(high),
      ArrayRef<int64_t>(interior), nn::PadMode::constant));
}

void megcc::registerSlicing(Registry &registry) {
  registry.beginGroup("Data movement");
  registry.add("CenterCropPad", 2, 2, 18, importCenterCropPad);
  registry.add("Pad", 1, 4, 1, importPad);
  registry.add("Slice", 1, 5, 1, importSlice);
}
