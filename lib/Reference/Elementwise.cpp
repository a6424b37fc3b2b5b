//===- Elementwise.cpp - Evaluation of elementwise operators --------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   result[i] = scalar function of (operand[i], ...), operands broadcast
//
// The scalar function is the operator's own (buildScalar), run by the scalar
// interpreter over blocks of elements.
//
//===----------------------------------------------------------------------===//

#include "lib/Reference/Operators.h"
#include "lib/Reference/ScalarInterpreter.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace megcc;

/// Elements interpreted at a time: their lanes stay in the first-level cache.
static constexpr int64_t kBlockElements = 1024;

static Lanes loadLanes(const HostTensor &tensor, int64_t first, size_t count) {
  Type type = nn::getScalarType(tensor.getElementType());
  const char *bytes = tensor.data() + first * getElementBytes(type);
  Lanes lanes;
  if (isa<FloatType>(type)) {
    lanes.floats.resize(count);
    loadFloats(type, bytes, count, lanes.floats.data());
  } else {
    lanes.ints.resize(count);
    loadInts(type, bytes, count, lanes.ints.data());
  }
  return lanes;
}

static void storeLanes(const Lanes &lanes, HostTensor &tensor, int64_t first,
                       size_t count) {
  Type type = nn::getScalarType(tensor.getElementType());
  char *bytes = tensor.data() + first * getElementBytes(type);
  if (isa<FloatType>(type))
    storeFloats(type, lanes.floats.data(), count, bytes);
  else
    storeInts(type, lanes.ints.data(), count, bytes);
}

FailureOr<Results> megcc::evaluateElementwise(nn::ElementwiseOpInterface op,
                                              const Operands &in) {
  HostTensor result(getResultType(op));
  SmallVector<HostTensor> inputs;
  Block scalarCode;
  for (const HostTensor &tensor : in.all()) {
    inputs.push_back(broadcastTo(tensor, result.getShape()));
    scalarCode.addArgument(nn::getScalarType(tensor.getElementType()),
                           op.getLoc());
  }
  OpBuilder builder(op.getContext());
  builder.setInsertionPointToStart(&scalarCode);
  Value scalar =
      op.buildScalar(builder, op.getLoc(), scalarCode.getArguments());

  for (int64_t first = 0; first < result.size(); first += kBlockElements) {
    size_t count = std::min(kBlockElements, result.size() - first);
    SmallVector<Lanes> arguments;
    for (const HostTensor &input : inputs)
      arguments.push_back(loadLanes(input, first, count));
    FailureOr<Lanes> lanes =
        interpretScalars(scalarCode, scalar, arguments, count);
    if (failed(lanes))
      return failure();
    storeLanes(*lanes, result, first, count);
  }
  return Results{result};
}
