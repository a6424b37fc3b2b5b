//===- Elementwise.cpp - Arithmetic, comparisons, logic -------------------===//
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
// Unary
//===----------------------------------------------------------------------===//

template <typename OpTy> static LogicalResult importUnary(NodeContext &call) {
  call.ignoreAttrs({"consumed_inputs"});
  return call.result(call.create<OpTy>(call.in(0)));
}

/// Rounding leaves integers as they are, which some models ask for.
template <typename OpTy>
static LogicalResult importRounding(NodeContext &call) {
  if (isa<IntegerType>(call.elementOf(call.in(0))))
    return call.result(call.in(0));
  return importUnary<OpTy>(call);
}

static LogicalResult importIsInf(NodeContext &call) {
  bool negative = call.flagAttr("detect_negative", true);
  bool positive = call.flagAttr("detect_positive", true);
  return call.result(call.create<nn::IsInfOp>(call.in(0), negative, positive));
}

//===----------------------------------------------------------------------===//
// Binary
//===----------------------------------------------------------------------===//

/// Before version 7 the second operand was broadcast only on request, and from
/// the axis that was given.
static Value alignLegacyOperand(NodeContext &call) {
  Value rhs = call.in(1);
  if (call.getVersion() >= 7)
    return rhs;
  call.ignoreAttrs({"consumed_inputs"});
  bool broadcasts = call.flagAttr("broadcast", false);
  if (!call.hasAttr("axis") || !broadcasts)
    return rhs;
  int64_t rank = call.rankOf(call.in(0)), own = call.rankOf(rhs);
  auto axis = call.axisAttr("axis", 0, rank);
  if (!axis)
    return {};
  if (*axis + own > rank) {
    call.attrError("axis", Twine(*axis),
                   "at most " + Twine(rank - own) + " for an operand of " +
                       Twine(own) + " dimensions");
    return {};
  }
  SmallVector<int64_t> shape(call.dims(rhs));
  shape.resize(static_cast<size_t>(rank - *axis), 1);
  return call.reshape(rhs, shape);
}

template <typename OpTy> static LogicalResult importBinary(NodeContext &call) {
  Value rhs = alignLegacyOperand(call);
  return call.result(call.create<OpTy>(call.in(0), rhs));
}

/// `a > b` is `b < a`.
template <typename OpTy> static LogicalResult importSwapped(NodeContext &call) {
  Value rhs = alignLegacyOperand(call);
  return call.result(call.create<OpTy>(rhs, call.in(0)));
}

static LogicalResult importPow(NodeContext &call) {
  Value base = call.in(0), exponent = alignLegacyOperand(call);
  if (!exponent)
    return failure();
  Type type = call.elementOf(base);
  if (isa<FloatType>(type) || isa<IntegerType>(call.elementOf(exponent)))
    return call.result(call.create<nn::PowOp>(base, call.cast(exponent, type)));
  // An integer to a fractional power, truncated; f64 holds every i32 exactly.
  Type wide = call.builder.getF64Type();
  Value power =
      call.create<nn::PowOp>(call.cast(base, wide), call.cast(exponent, wide));
  return call.result(call.cast(power, type));
}

static LogicalResult importMod(NodeContext &call) {
  bool isFmod = call.flagAttr("fmod", false);
  if (!isFmod && isa<FloatType>(call.elementOf(call.in(0))))
    return call.attrError("fmod", "0", "1 for floats");
  return call.result(call.create<nn::ModOp>(call.in(0), call.in(1), isFmod));
}

static LogicalResult importBitShift(NodeContext &call) {
  std::string direction = call.stringAttr("direction", "");
  if (direction == "LEFT")
    return importBinary<nn::ShiftLeftOp>(call);
  if (direction == "RIGHT")
    return importBinary<nn::ShiftRightOp>(call);
  return call.attrError("direction", "\"" + direction + "\"",
                        "\"LEFT\" or \"RIGHT\"");
}

/// Max, Min and Sum take any number of operands.
template <typename OpTy>
static LogicalResult importVariadic(NodeContext &call) {
  call.ignoreAttrs({"consumed_inputs"});
  Value result = call.in(0);
  for (Value operand : call.getInputs().drop_front()) {
    if (!operand)
      return call.error() << "found an input left out, expected all of them";
    result = call.create<OpTy>(result, operand);
  }
  return call.result(result);
}

static LogicalResult importMean(NodeContext &call) {
  Value sum = call.in(0);
  for (Value operand : call.getInputs().drop_front()) {
    if (!operand)
      return call.error() << "found an input left out, expected all of them";
    sum = call.create<nn::AddOp>(sum, operand);
  }
  call.ignoreAttrs({"consumed_inputs"});
  if (call.getNumInputs() == 1)
    return call.result(sum);
  return call.result(
      call.create<nn::DivOp>(sum, call.scalarLike(sum, call.getNumInputs())));
}

static LogicalResult importWhere(NodeContext &call) {
  return call.result(
      call.create<nn::WhereOp>(call.in(0), call.in(1), call.in(2)));
}

/// PRelu's slope is broadcast as numpy does, but was one value per channel
/// before version 7.
static LogicalResult importPRelu(NodeContext &call) {
  call.ignoreAttrs({"consumed_inputs"});
  Value x = call.in(0), slope = call.in(1);
  if (call.getVersion() < 7 && call.rankOf(slope) == 1 && call.rankOf(x) > 2 &&
      call.dims(slope)[0] > 1) {
    SmallVector<int64_t> shape(call.rankOf(x) - 1, 1);
    shape[0] = call.dims(slope)[0];
    slope = call.reshape(slope, shape);
  }
  Value result = call.create<nn::PReluOp>(x, slope);
  if (result && result.getType() != x.getType())
    return call.error() << "input 1 (slope): its shape "
                        << describeShape(call.dims(slope))
                        << " can't be broadcast to "
                        << describeShape(call.dims(x));
  return call.result(result);
}

/// Operators that became known later than the arithmetic they stand for.
static Value buildSwish(NodeContext &call) {
  Value x = call.in(0), scaled = x;
  double alpha = call.floatAttr("alpha", 1.0);
  if (alpha != 1.0)
    scaled = call.create<nn::MulOp>(x, call.scalarLike(x, alpha));
  return call.create<nn::MulOp>(x, call.create<nn::SigmoidOp>(scaled));
}
static LogicalResult importSwish(NodeContext &call) {
  return call.result(buildSwish(call));
}
static LogicalResult importSwiGLU(NodeContext &call) {
  return call.result(call.create<nn::MulOp>(buildSwish(call), call.in(1)));
}

//===----------------------------------------------------------------------===//
// Casts
//===----------------------------------------------------------------------===//

static LogicalResult importCast(NodeContext &call) {
  call.ignoreAttrs({"saturate", "round_mode"});
  // Version 1 spelled the type out.
  if (call.getVersion() < 6)
    return call.error() << "found operator set " << call.getVersion()
                        << ", expected at least 6";
  if (!call.hasAttr("to"))
    return call.attrError("to", "no value", "a data type");
  Type type = call.typeAttr("to");
  return type ? call.result(call.cast(call.in(0), type)) : failure();
}

static LogicalResult importCastLike(NodeContext &call) {
  call.ignoreAttrs({"saturate", "round_mode"});
  return call.result(call.cast(call.in(0), call.elementOf(call.in(1))));
}

static LogicalResult importIdentity(NodeContext &call) {
  return call.result(call.in(0));
}

/// Dropout does nothing at inference; its mask keeps every element.
static LogicalResult importDropout(NodeContext &call) {
  call.ignoreAttrs({"seed", "ratio", "is_test", "consumed_inputs"});
  if (Value training = call.in(2)) {
    auto isTraining = call.requireInts(2, "training_mode");
    if (!isTraining)
      return failure();
    auto ratio = call.floatsOf(call.in(1));
    bool dropsNothing = ratio && ratio->size() == 1 && ratio->front() == 0;
    if (!isTraining->empty() && isTraining->front() && !dropsNothing)
      return call.error() << "input 2 (training_mode): found true, expected "
                             "false: training is not supported";
  }
  call.out(0, call.in(0));
  if (call.wants(1)) {
    // Before version 10 the mask had the data's own type.
    Type type =
        call.getVersion() < 10 ? call.elementOf(call.in(0)) : call.boolType();
    call.out(1, call.splat(call.dims(call.in(0)), type, 1));
  }
  return success();
}

void megcc::registerElementwise(Registry &registry) {
  registry.beginGroup("Arithmetic");
  registry.add("Abs", 1, 1, 1, importUnary<nn::AbsOp>);
  registry.add("Acos", 1, 1, 7, importUnary<nn::AcosOp>);
  registry.add("Acosh", 1, 1, 9, importUnary<nn::AcoshOp>);
  registry.add("Add", 2, 2, 1, importBinary<nn::AddOp>);
  registry.add("Asin", 1, 1, 7, importUnary<nn::AsinOp>);
  registry.add("Asinh", 1, 1, 9, importUnary<nn::AsinhOp>);
  registry.add("Atan", 1, 1, 7, importUnary<nn::AtanOp>);
  registry.add("Atanh", 1, 1, 9, importUnary<nn::AtanhOp>);
  registry.add("BitShift", 2, 2, 11, importBitShift);
  registry.add("Ceil", 1, 1, 1, importRounding<nn::CeilOp>);
  registry.add("Cos", 1, 1, 7, importUnary<nn::CosOp>);
  registry.add("Cosh", 1, 1, 9, importUnary<nn::CoshOp>);
  registry.add("Div", 2, 2, 1, importBinary<nn::DivOp>);
  registry.add("Erf", 1, 1, 9, importUnary<nn::ErfOp>);
  registry.add("Exp", 1, 1, 1, importUnary<nn::ExpOp>);
  registry.add("Floor", 1, 1, 1, importRounding<nn::FloorOp>);
  registry.add("Log", 1, 1, 1, importUnary<nn::LogOp>);
  registry.add("Max", 1, Registry::kAnyNumber, 1, importVariadic<nn::MaxOp>);
  registry.add("Mean", 1, Registry::kAnyNumber, 1, importMean);
  registry.add("Min", 1, Registry::kAnyNumber, 1, importVariadic<nn::MinOp>);
  registry.add("Mod", 2, 2, 10, importMod);
  registry.add("Mul", 2, 2, 1, importBinary<nn::MulOp>);
  registry.add("Neg", 1, 1, 1, importUnary<nn::NegOp>);
  registry.add("Pow", 2, 2, 1, importPow);
  registry.add("Reciprocal", 1, 1, 1, importUnary<nn::ReciprocalOp>);
  registry.add("Round", 1, 1, 11, importRounding<nn::RoundOp>);
  registry.add("Sign", 1, 1, 9, importUnary<nn::SignOp>);
  registry.add("Sin", 1, 1, 7, importUnary<nn::SinOp>);
  registry.add("Sinh", 1, 1, 9, importUnary<nn::SinhOp>);
  registry.add("Sqrt", 1, 1, 1, importUnary<nn::SqrtOp>);
  registry.add("Sub", 2, 2, 1, importBinary<nn::SubOp>);
  registry.add("Sum", 1, Registry::kAnyNumber, 1, importVariadic<nn::AddOp>);
  registry.add("Tan", 1, 1, 7, importUnary<nn::TanOp>);

  registry.beginGroup("Logic and comparison");
  registry.add("And", 2, 2, 1, importBinary<nn::AndOp>);
  registry.add("BitwiseAnd", 2, 2, 18, importBinary<nn::BitwiseAndOp>);
  registry.add("BitwiseNot", 1, 1, 18, importUnary<nn::BitwiseNotOp>);
  registry.add("BitwiseOr", 2, 2, 18, importBinary<nn::BitwiseOrOp>);
  registry.add("BitwiseXor", 2, 2, 18, importBinary<nn::BitwiseXorOp>);
  registry.add("Equal", 2, 2, 1, importBinary<nn::EqualOp>);
  registry.add("Greater", 2, 2, 1, importSwapped<nn::LessOp>);
  registry.add("GreaterOrEqual", 2, 2, 12, importSwapped<nn::LessEqualOp>);
  registry.add("IsInf", 1, 1, 10, importIsInf);
  registry.add("IsNaN", 1, 1, 9, importUnary<nn::IsNaNOp>);
  registry.add("Less", 2, 2, 1, importBinary<nn::LessOp>);
  registry.add("LessOrEqual", 2, 2, 12, importBinary<nn::LessEqualOp>);
  registry.add("Not", 1, 1, 1, importUnary<nn::NotOp>);
  registry.add("Or", 2, 2, 1, importBinary<nn::OrOp>);
  registry.add("Where", 3, 3, 9, importWhere);
  registry.add("Xor", 2, 2, 1, importBinary<nn::XorOp>);

  registry.beginGroup("Conversion");
  registry.add("Cast", 1, 1, 1, importCast,
               "strings, complex and 8-bit floats");
  registry.add("CastLike", 2, 2, 15, importCastLike,
               "strings, complex and 8-bit floats");
  registry.add("Dropout", 1, 3, 1, importDropout, "training");
  registry.add("Identity", 1, 1, 1, importIdentity);

  registry.beginGroup("Activation");
  registry.add("PRelu", 2, 2, 1, importPRelu);
  registry.add("Sigmoid", 1, 1, 1, importUnary<nn::SigmoidOp>);
  registry.add("Softplus", 1, 1, 1, importUnary<nn::SoftplusOp>);
  registry.add("Softsign", 1, 1, 1, importUnary<nn::SoftsignOp>);
  registry.add("Relu", 1, 1, 1, importUnary<nn::ReluOp>);
  registry.add("Tanh", 1, 1, 1, importUnary<nn::TanhOp>);
  registry.add("HardSwish", 1, 1, 14, importUnary<nn::HardSwishOp>);
  registry.add("Mish", 1, 1, 18, importUnary<nn::MishOp>);
  registry.add("SwiGLU", 2, 2, 28, importSwiGLU);
  registry.add("Swish", 1, 1, 24, importSwish);
}
