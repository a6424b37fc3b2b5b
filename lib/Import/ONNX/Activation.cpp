//===- Activation.cpp - Activations with parameters -----------------------===//
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

static LogicalResult importLeakyRelu(NodeContext &call) {
  call.ignoreAttrs({"consumed_inputs"});
  double alpha = call.floatAttr("alpha", 0.01f);
  return call.result(call.create<nn::LeakyReluOp>(call.in(0), alpha));
}

static LogicalResult importElu(NodeContext &call) {
  call.ignoreAttrs({"consumed_inputs"});
  double alpha = call.floatAttr("alpha", 1.0);
  return call.result(call.create<nn::EluOp>(call.in(0), alpha));
}

/// celu(x, a) = a * elu(x / a, 1).
static LogicalResult importCelu(NodeContext &call) {
  double alpha = call.floatAttr("alpha", 1.0);
  if (alpha == 0)
    return call.attrError("alpha", "0", "a number that isn't 0");
  Value x = call.in(0);
  if (alpha == 1)
    return call.result(call.create<nn::EluOp>(x, 1.0));
  Value factor = call.scalarLike(x, alpha);
  Value elu = call.create<nn::EluOp>(call.create<nn::DivOp>(x, factor), 1.0);
  return call.result(call.create<nn::MulOp>(elu, factor));
}

static LogicalResult importSelu(NodeContext &call) {
  call.ignoreAttrs({"consumed_inputs"});
  // The defaults of the first version are a little off, as it was printed.
  bool isFirst = call.getVersion() < 6;
  double alpha =
      call.floatAttr("alpha", isFirst ? 1.6732f : 1.67326319217681884765625f);
  double gamma =
      call.floatAttr("gamma", isFirst ? 1.0507f : 1.05070102214813232421875f);
  return call.result(call.create<nn::SeluOp>(call.in(0), alpha, gamma));
}

static LogicalResult importHardSigmoid(NodeContext &call) {
  call.ignoreAttrs({"consumed_inputs"});
  double alpha = call.floatAttr("alpha", 0.2f);
  double beta = call.floatAttr("beta", 0.5f);
  return call.result(call.create<nn::HardSigmoidOp>(call.in(0), alpha, beta));
}

static LogicalResult importThresholdedRelu(NodeContext &call) {
  double alpha = call.floatAttr("alpha", 1.0);
  return call.result(call.create<nn::ThresholdedReluOp>(call.in(0), alpha));
}

static LogicalResult importShrink(NodeContext &call) {
  double bias = call.floatAttr("bias", 0.0);
  double lambd = call.floatAttr("lambd", 0.5);
  Value x = call.in(0);
  // nn's shrink is for floats; integers go through f64, which is exact enough
  // for every type whose sums with `bias` are.
  Type type = call.elementOf(x);
  Value wide =
      isa<FloatType>(type) ? x : call.cast(x, call.builder.getF64Type());
  Value result = call.create<nn::ShrinkOp>(wide, lambd, bias);
  return call.result(call.cast(result, type));
}

static LogicalResult importGelu(NodeContext &call) {
  std::string approximate = call.stringAttr("approximate", "none");
  if (approximate != "none" && approximate != "tanh")
    return call.attrError("approximate", "\"" + approximate + "\"",
                          "\"none\" or \"tanh\"");
  return call.result(call.create<nn::GeluOp>(
      call.in(0),
      approximate == "tanh" ? nn::GeluKind::tanh : nn::GeluKind::erf));
}

//===----------------------------------------------------------------------===//
// Clip
//===----------------------------------------------------------------------===//

/// Whether a bound is the same number in nn.clamp's attribute, a double.
static bool isExact(ElementsAttr attr, double value) {
  return isa<FloatType>(attr.getElementType()) ||
         std::abs(value) < 9007199254740992.0;
}

/// The bounds were attributes first, then inputs, which may be computed at run
/// time.
static LogicalResult importClip(NodeContext &call) {
  constexpr double inf = std::numeric_limits<double>::infinity();
  Value x = call.in(0);
  if (call.getVersion() < 11) {
    call.ignoreAttrs({"consumed_inputs"});
    double low = call.floatAttr("min", -inf), high = call.floatAttr("max", inf);
    return call.result(call.create<nn::ClampOp>(x, low, high));
  }
  double bounds[2] = {-inf, inf};
  bool areConstant = true;
  for (unsigned index : {1u, 2u}) {
    Value bound = call.in(index);
    if (!bound)
      continue;
    if (call.typeOf(bound).getNumElements() != 1)
      return call.error() << "input " << index << ": found "
                          << describeType(call.typeOf(bound))
                          << ", expected a scalar";
    auto value = call.floatsOf(bound);
    areConstant = areConstant && value &&
                  isExact(getConstantValue(bound), value->front());
    if (value)
      bounds[index - 1] = value->front();
  }
  if (areConstant) {
    if (bounds[0] == -inf && bounds[1] == inf)
      return call.result(x);
    return call.result(call.create<nn::ClampOp>(x, bounds[0], bounds[1]));
  }
  Value result = x;
  if (call.in(1))
    result = call.create<nn::MaxOp>(result, call.reshape(call.in(1), {}));
  if (call.in(2))
    result = call.create<nn::MinOp>(result, call.reshape(call.in(2), {}));
  return call.result(result);
}

void megcc::registerActivation(Registry &registry) {
  registry.beginGroup("Activation");
  registry.add("Celu", 1, 1, 12, importCelu);
  registry.add("Clip", 1, 3, 1, importClip);
  registry.add("Elu", 1, 1, 1, importElu);
  registry.add("Gelu", 1, 1, 20, importGelu);
  registry.add("HardSigmoid", 1, 1, 1, importHardSigmoid);
  registry.add("LeakyRelu", 1, 1, 1, importLeakyRelu);
  registry.add("Selu", 1, 1, 1, importSelu);
  registry.add("Shrink", 1, 1, 9, importShrink);
  registry.add("ThresholdedRelu", 1, 1, 1, importThresholdedRelu);
}
