//===- ControlFlow.cpp - If, Loop, Scan without control flow --------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// nn computes everything always. A branch that is decided at compile time is
// built in place; of one decided at run time both sides are computed and one
// result is selected. Loops of a known number of steps are unrolled.
//
//===----------------------------------------------------------------------===//

#include "lib/Import/ONNX/OperatorHelpers.h"
#include "lib/Import/ONNX/Registry.h"

using namespace mlir;
using namespace megcc;

/// Longer loops would make code of absurd size.
static constexpr int64_t kMaxSteps = 1024;

static LogicalResult importIf(NodeContext &call) {
  const onnx::GraphProto *thenBranch = call.graphAttr("then_branch");
  const onnx::GraphProto *elseBranch = call.graphAttr("else_branch");
  Value condition = call.in(0);
  if (!thenBranch || !elseBranch)
    return call.hasFailed() ? failure()
                            : call.attrError("then_branch or else_branch",
                                             "no value", "a graph");
  if (call.typeOf(condition).getNumElements() != 1)
    return call.error() << "input 0 (cond): found "
                        << describeType(call.typeOf(condition))
                        << ", expected one truth value";
  if (auto known = call.intsOf(condition)) {
    bool isTaken = known->front() != 0;
    auto results = call.importSubgraph(isTaken ? *thenBranch : *elseBranch, {},
                                       isTaken ? "then" : "else");
    if (!results)
      return failure();
    for (auto [index, value] : llvm::enumerate(*results))
      call.out(static_cast<unsigned>(index), value);
    return success();
  }
  auto first = call.importSubgraph(*thenBranch, {}, "then");
  auto second = first ? call.importSubgraph(*elseBranch, {}, "else") : first;
  if (!first || !second)
    return failure();
  for (unsigned index = 0; index < call.getNumOutputs(); ++index) {
    if (index >= first->size() || index >= second->size() ||
        (*first)[index].getType() != (*second)[index].getType())
      return call.error()
             << "output " << index
             << ": the branches differ in type, expected one type for both as "
                "the condition is computed at run time";
    call.out(index,
             call.create<nn::WhereOp>(call.reshape(condition, {}),
                                      (*first)[index], (*second)[index]));
  }
  return success(!call.hasFailed());
}

/// Stacks the values of all steps along a new dimension `axis`.
static Value stack(NodeContext &call, ArrayRef<Value> values, int64_t axis) {
  SmallVector<Value> parts;
  for (Value value : values) {
    SmallVector<int64_t> shape(call.dims(value));
    shape.insert(shape.begin() + axis, 1);
    parts.push_back(call.reshape(value, shape));
  }
  if (call.hasFailed())
    return {};
  return call.concat(parts, axis);
}

static LogicalResult importLoop(NodeContext &call) {
  const onnx::GraphProto *body = call.graphAttr("body");
  if (!body)
    return call.hasFailed() ? failure()
                            : call.attrError("body", "no value", "a graph");
  int64_t limit = INT64_MAX;
  if (call.in(0)) {
    auto given = call.requireInts(0, "trip count");
    if (!given || given->size() != 1)
      return failure();
    limit = given->front();
  }
  Value condition = call.in(1);
  SmallVector<Value> state(
      call.getInputs().drop_front(std::min<size_t>(2, call.getNumInputs())));
  size_t stateSize = state.size();
  SmallVector<SmallVector<Value>> scans;
  for (int64_t step = 0;; ++step) {
    if (condition) {
      auto known = call.intsOf(condition);
      if (!known || known->size() != 1)
        return call.error() << "step " << step
                            << ": found a condition computed at run time, "
                               "expected a constant";
      if (!known->front())
        break;
    }
    if (step >= limit)
      break;
    if (step >= kMaxSteps)
      return call.error() << "found more than " << kMaxSteps
                          << " steps, expected fewer, as loops are unrolled";
    SmallVector<Value> arguments{
        call.ints({}, {step}, call.i64()),
        condition ? condition : call.ints({}, {1}, call.boolType())};
    arguments.append(state);
    auto results = call.importSubgraph(*body, arguments, "step" + Twine(step));
    if (!results)
      return failure();
    if (results->size() < 1 + stateSize)
      return call.error() << "body: found " << results->size()
                          << " outputs, expected at least " << 1 + stateSize;
    condition = results->front();
    ArrayRef<Value> rest = ArrayRef<Value>(*results).drop_front();
    state.assign(rest.begin(), rest.begin() + stateSize);
    scans.resize(rest.size() - stateSize);
    for (auto [list, value] : llvm::zip(scans, rest.drop_front(stateSize)))
      list.push_back(value);
  }
  for (auto [index, value] : llvm::enumerate(state))
    call.out(static_cast<unsigned>(index), value);
  for (auto [index, list] : llvm::enumerate(scans)) {
    for (Value value : list)
      if (value.getType() != list.front().getType())
        return call.error()
               << "body: the type of output " << 1 + stateSize + index
               << " changes from step to step";
    call.out(static_cast<unsigned>(stateSize + index), stack(call, list, 0));
  }
  return success(!call.hasFailed());
}

static LogicalResult importScan(NodeContext &call) {
  const onnx::GraphProto *body = call.graphAttr("body");
  if (!body)
    return call.hasFailed() ? failure()
                            : call.attrError("body", "no value", "a graph");
  if (call.getVersion() < 9)
    return call.error() << "not supported before operator set 9, found "
                        << call.getVersion();
  int64_t scanCount = call.intAttr("num_scan_inputs", 0);
  int64_t inputCount = call.getNumInputs();
  if (scanCount < 1 || scanCount > inputCount)
    return call.attrError("num_scan_inputs", Twine(scanCount),
                          "a number in [1, " + Twine(inputCount) + "]");
  size_t stateSize = static_cast<size_t>(inputCount - scanCount);
  int64_t outputCount = call.getNumOutputs();
  size_t scanOutputs = static_cast<size_t>(
      std::max<int64_t>(0, outputCount - static_cast<int64_t>(stateSize)));
  auto inputAxes = call.intsAttr("scan_input_axes", scanCount, 0);
  auto inputReverse = call.intsAttr("scan_input_directions", scanCount, 0);
  auto outputAxes = call.intsAttr("scan_output_axes", scanOutputs, 0);
  auto outputReverse = call.intsAttr("scan_output_directions", scanOutputs, 0);
  if (call.hasFailed())
    return failure();

  SmallVector<Value> state(call.getInputs().take_front(stateSize));
  ArrayRef<Value> scanned = call.getInputs().drop_front(stateSize);
  std::optional<int64_t> steps;
  for (auto [value, axis] : llvm::zip(scanned, inputAxes)) {
    int64_t rank = value ? call.rankOf(value) : 0;
    axis = axis < 0 ? axis + rank : axis;
    if (axis < 0 || axis >= rank || (steps && *steps != call.dims(value)[axis]))
      return call.error() << "found scan inputs of different length or rank, "
                             "expected one number of steps for all";
    steps = call.dims(value)[axis];
  }
  if (*steps < 1 || *steps > kMaxSteps)
    return call.error() << "found " << *steps << " steps, expected 1 to "
                        << kMaxSteps << ", as loops are unrolled";

  SmallVector<SmallVector<Value>> collected(scanOutputs);
  for (int64_t step = 0; step < *steps; ++step) {
    SmallVector<Value> arguments(state);
    for (auto [value, axis, reverse] :
         llvm::zip(scanned, inputAxes, inputReverse)) {
      Value part =
          call.slice(value, axis, reverse ? *steps - 1 - step : step, 1);
      arguments.push_back(
          call.reshape(part, reduceShape(call.dims(value), {axis}, false)));
    }
    if (call.hasFailed())
      return failure();
    auto results = call.importSubgraph(*body, arguments, "step" + Twine(step));
    if (!results)
      return failure();
    if (results->size() != stateSize + scanOutputs)
      return call.error() << "body: found " << results->size()
                          << " outputs, expected " << stateSize + scanOutputs;
    state.assign(results->begin(), results->begin() + stateSize);
    for (size_t index = 0; index < scanOutputs; ++index)
      collected[index].push_back((*results)[stateSize + index]);
  }
  for (auto [index, value] : llvm::enumerate(state))
    call.out(static_cast<unsigned>(index), value);
  for (size_t index = 0; index < scanOutputs; ++index) {
    SmallVector<Value> &list = collected[index];
    int64_t rank = call.rankOf(list.front()) + 1, axis = outputAxes[index];
    if (axis < -rank || axis >= rank)
      return call.attrError("scan_output_axes", Twine(axis),
                            "an axis in [" + Twine(-rank) + ", " + Twine(rank) +
                                ")");
    if (outputReverse[index])
      std::reverse(list.begin(), list.end());
    call.out(static_cast<unsigned>(stateSize + index),
             stack(call, list, axis < 0 ? axis + rank : axis));
  }
  return success(!call.hasFailed());
}

void megcc::registerControlFlow(Registry &registry) {
  registry.beginGroup("Control flow");
  registry.add("If", 1, 1, 1, importIf,
               "branches whose types differ, decided at run time");
  registry.add("Loop", 1, Registry::kAnyNumber, 1, importLoop,
               "a number of steps known at run time only, or above 1024");
  // Operator set 8 has an optional input in front.
  registry.add("Scan", 0, Registry::kAnyNumber, 8, importScan,
               "operator set 8, more than 1024 steps");
}
