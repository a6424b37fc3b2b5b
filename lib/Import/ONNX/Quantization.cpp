//===- Quantization.cpp - Affine quantisation -----------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// nn has quantize and dequantize with broadcast scales, and contractions that
// accumulate integers in i32. The QLinear operators are these, composed.
//
//===----------------------------------------------------------------------===//

#include "lib/Import/ONNX/OperatorHelpers.h"
#include "lib/Import/ONNX/Registry.h"

using namespace mlir;
using namespace megcc;

/// Shapes a scale or zero point so that it broadcasts to x: as it is for a
/// scalar, along `axis` for a vector, repeated for blocks of `blockSize`.
static Value alignParameter(NodeContext &call, Value parameter, Value x,
                            int64_t axis, int64_t blockSize) {
  if (!parameter || !x)
    return {};
  ArrayRef<int64_t> dims = call.dims(x), own = call.dims(parameter);
  int64_t rank = static_cast<int64_t>(dims.size());
  if (blockSize == 0 && call.typeOf(parameter).getNumElements() == 1)
    return call.reshape(parameter, {});
  auto refuse = [&]() {
    call.error() << "found a scale or zero point of shape "
                 << describeShape(own) << " along axis " << axis << " of "
                 << describeType(call.typeOf(x))
                 << ", expected a scalar or one value for each element or "
                    "block of the axis";
    return Value();
  };
  if (axis < -rank || axis >= rank)
    return refuse();
  size_t position = static_cast<size_t>(axis < 0 ? axis + rank : axis);
  if (blockSize == 0) {
    if (own.size() != 1 || own[0] != dims[position])
      return refuse();
    SmallVector<int64_t> shape(dims.size() - position, 1);
    shape[0] = own[0];
    return call.reshape(parameter, shape);
  }
  if (blockSize < 0 || own.size() != dims.size() ||
      own[position] != (dims[position] + blockSize - 1) / blockSize)
    return refuse();
  SmallVector<int64_t> split(own), wide, joined(own);
  split.insert(split.begin() + static_cast<ptrdiff_t>(position) + 1, 1);
  wide = split;
  wide[position + 1] = blockSize;
  joined[position] = own[position] * blockSize;
  Value repeated =
      call.reshape(call.expand(call.reshape(parameter, split), wide), joined);
  return repeated ? call.slice(repeated, static_cast<int64_t>(position), 0,
                               dims[position])
                  : Value();
}

static LogicalResult importQuantizeLinear(NodeContext &call) {
  call.ignoreAttrs({"saturate", "precision"});
  Value x = call.in(0), zeroPoint = call.in(2);
  int64_t axis = call.intAttr("axis", 1);
  int64_t blockSize = call.intAttr("block_size", 0);
  Type type = call.hasAttr("output_dtype") && call.intAttr("output_dtype", 0)
                  ? call.typeAttr("output_dtype")
                  : Type();
  if (call.hasFailed())
    return failure();
  if (!zeroPoint)
    zeroPoint = call.splat(
        {}, type ? type : call.builder.getIntegerType(8, /*isSigned=*/false),
        0);
  else if (type && type != call.elementOf(zeroPoint))
    return call.attrError("output_dtype", "another type",
                          "the type of the zero point");
  Value scale = call.in(1);
  // Integers may be quantised too; the scale's type decides.
  x = call.cast(x, call.elementOf(scale));
  scale = alignParameter(call, scale, x, axis, blockSize);
  // A missing zero point is a scalar, whatever the scale is.
  if (call.in(2))
    zeroPoint = alignParameter(call, zeroPoint, x, axis, blockSize);
  return call.result(call.create<nn::QuantizeOp>(x, scale, zeroPoint));
}

static LogicalResult importDequantizeLinear(NodeContext &call) {
  Value x = call.in(0), zeroPoint = call.in(2);
  int64_t axis = call.intAttr("axis", 1);
  int64_t blockSize = call.intAttr("block_size", 0);
  Type type = call.hasAttr("output_dtype") && call.intAttr("output_dtype", 0)
                  ? call.typeAttr("output_dtype")
                  : Type();
  if (call.hasFailed())
    return failure();
  Value scale = alignParameter(call, call.in(1), x, axis, blockSize);
  if (zeroPoint)
    zeroPoint = alignParameter(call, zeroPoint, x, axis, blockSize);
  else
    zeroPoint = call.splat({}, call.elementOf(x), 0);
  Value result = call.create<nn::DequantizeOp>(x, scale, zeroPoint);
  return call.result(type ? call.cast(result, type) : result);
}

/// The range of x, stretched to hold 0, is laid on 0 to 255.
static LogicalResult importDynamicQuantizeLinear(NodeContext &call) {
  Value x = call.in(0);
  auto axes = llvm::to_vector(llvm::seq<int64_t>(0, call.rankOf(x)));
  Value zero = call.scalarLike(x, 0), steps = call.scalarLike(x, 255);
  auto extreme = [&](nn::ReduceKind kind) {
    return axes.empty() ? x : call.reduce(kind, x, axes, false);
  };
  Value high = call.create<nn::MaxOp>(extreme(nn::ReduceKind::max), zero);
  Value low = call.create<nn::MinOp>(extreme(nn::ReduceKind::min), zero);
  Value scale =
      call.create<nn::DivOp>(call.create<nn::SubOp>(high, low), steps);
  Value offset = call.create<nn::DivOp>(call.create<nn::NegOp>(low), scale);
  Value rounded =
      call.create<nn::RoundOp>(call.create<nn::ClampOp>(offset, 0.0, 255.0));
  Value zeroPoint =
      call.cast(rounded, call.builder.getIntegerType(8, /*isSigned=*/false));
  call.out(0, call.create<nn::QuantizeOp>(x, scale, zeroPoint));
  call.out(1, scale);
  call.out(2, zeroPoint);
  return success(!call.hasFailed());
}

//===----------------------------------------------------------------------===//
// Integer contractions
//===----------------------------------------------------------------------===//

bool megcc::isZeroPointZero(Value zeroPoint) {
  if (!zeroPoint)
    return true;
  auto values = Emitter::intsOf(zeroPoint);
  return values && llvm::all_of(*values, [](int64_t v) { return v == 0; });
}

Value megcc::subtractZeroPoint(NodeContext &call, Value x, Value zeroPoint,
                               int64_t axis) {
  Value wide = call.cast(x, call.i32());
  if (isZeroPointZero(zeroPoint))
    return wide;
  Value zero = alignParameter(call, call.cast(zeroPoint, call.i32()), x,
                              std::max<int64_t>(axis, 0), 0);
  return call.create<nn::SubOp>(wide, zero);
}

/// The product of the scales of both operands, aligned with the result, for
/// the one step from i32 sums to the result's integers.
static Value requantize(NodeContext &call, Value sum, Value leftScale,
                        int64_t leftAxis, Value rightScale, int64_t rightAxis,
                        Value scale, Value zeroPoint) {
  if (!sum)
    return {};
  leftScale = alignParameter(call, leftScale, sum, leftAxis, 0);
  rightScale = alignParameter(call, rightScale, sum, rightAxis, 0);
  Value factor = call.create<nn::MulOp>(leftScale, rightScale);
  Value real =
      call.create<nn::DequantizeOp>(sum, factor, call.splat({}, call.i32(), 0));
  return call.create<nn::QuantizeOp>(
      real, alignParameter(call, scale, sum, -1, 0),
      alignParameter(call, zeroPoint, sum, -1, 0));
}

static LogicalResult importQLinearConv(NodeContext &call) {
  if (!checkConvRanks(call, 0, 3))
    return failure();
  Value x = call.in(0), w = call.in(3), bias = call.in(8);
  if (!isZeroPointZero(call.in(2)) || !isZeroPointZero(call.in(5))) {
    x = subtractZeroPoint(call, x, call.in(2), 0);
    w = subtractZeroPoint(call, w, call.in(5), 0);
  }
  if (!x || !w)
    return failure();
  Value sum = buildConv(call, x, w, bias, call.i32());
  return call.result(requantize(call, sum, call.in(1), 0, call.in(4), 1,
                                call.in(6), call.in(7)));
}

static LogicalResult importQLinearMatMul(NodeContext &call) {
  Value a = call.in(0), b = call.in(3);
  if (!isZeroPointZero(call.in(2)) || !isZeroPointZero(call.in(5))) {
    a = subtractZeroPoint(call, a, call.in(2), call.rankOf(a) - 2);
    b = subtractZeroPoint(call, b, call.in(5), call.rankOf(b) - 1);
  }
  if (!a || !b)
    return failure();
  Value sum = call.createWithElement<nn::MatMulOp>(call.i32(), a, b);
  return call.result(requantize(call, sum, call.in(1), -2, call.in(4), -1,
                                call.in(6), call.in(7)));
}

static LogicalResult importConvInteger(NodeContext &call) {
  if (!checkConvRanks(call, 0, 1))
    return failure();
  Value x = call.in(0), w = call.in(1);
  if (!isZeroPointZero(call.in(2)) || !isZeroPointZero(call.in(3))) {
    x = subtractZeroPoint(call, x, call.in(2), 0);
    w = subtractZeroPoint(call, w, call.in(3), 0);
  }
  if (!x || !w)
    return failure();
  return call.result(buildConv(call, x, w, nullptr, call.i32()));
}

static LogicalResult importMatMulInteger(NodeContext &call) {
  Value a = call.in(0), b = call.in(1);
  if (!isZeroPointZero(call.in(2)) || !isZeroPointZero(call.in(3))) {
    a = subtractZeroPoint(call, a, call.in(2), call.rankOf(a) - 2);
    b = subtractZeroPoint(call, b, call.in(3), call.rankOf(b) - 1);
  }
  if (!a || !b)
    return failure();
  return call.result(call.createWithElement<nn::MatMulOp>(call.i32(), a, b));
}

void megcc::registerQuantization(Registry &registry) {
  registry.beginGroup("Quantisation");
  registry.add("ConvInteger", 2, 4, 10, importConvInteger);
  registry.add("DequantizeLinear", 2, 3, 10, importDequantizeLinear,
               "8-bit floats");
  registry.add("DynamicQuantizeLinear", 1, 1, 11, importDynamicQuantizeLinear);
  registry.add("MatMulInteger", 2, 4, 10, importMatMulInteger);
  registry.add("QLinearConv", 8, 9, 10, importQLinearConv);
  registry.add("QLinearMatMul", 8, 8, 10, importQLinearMatMul);
  registry.add("QuantizeLinear", 2, 3, 10, importQuantizeLinear,
               "8-bit floats and 4-bit integers");
}
