//===- KernelIrregular.cpp - Verifiers of the irregular families ----------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Kernel/Kernel.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

namespace {

/// What a buffer must look like; kAny is any extent.
constexpr int64_t kAny = -1;
struct Expected {
  StringRef name;
  SmallVector<int64_t> shape;
};

} // namespace

static ArrayRef<int64_t> shapeOf(Value buffer) {
  return cast<MemRefType>(buffer.getType()).getShape();
}

static bool matches(ArrayRef<int64_t> shape, ArrayRef<int64_t> expected) {
  return shape.size() == expected.size() &&
         llvm::all_of(llvm::zip(shape, expected), [](auto pair) {
           auto [found, wanted] = pair;
           return wanted == kAny || found == wanted;
         });
}

static std::string toString(ArrayRef<int64_t> shape) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << '[';
  llvm::interleaveComma(shape, os, [&](int64_t extent) {
    if (extent == kAny)
      os << '?';
    else
      os << extent;
  });
  os << ']';
  return text;
}

static LogicalResult verifyBuffers(Operation *op, OperandRange buffers,
                                   StringRef group,
                                   ArrayRef<Expected> expected) {
  if (buffers.size() != expected.size())
    return op->emitOpError() << "has " << buffers.size() << ' ' << group
                             << ", expected " << expected.size();
  for (auto [buffer, wanted] : llvm::zip(buffers, expected))
    if (!matches(shapeOf(buffer), wanted.shape))
      return op->emitOpError()
             << wanted.name << " is " << toString(shapeOf(buffer))
             << ", expected " << toString(wanted.shape);
  return success();
}

/// The extents of the first input, once it has been seen to have `rank`.
static FailureOr<ArrayRef<int64_t>> firstInput(Operation *op,
                                               OperandRange inputs, size_t rank,
                                               bool orMore = false) {
  if (inputs.empty())
    return op->emitOpError("has no inputs");
  ArrayRef<int64_t> shape = shapeOf(inputs[0]);
  if (shape.size() == rank || (orMore && shape.size() > rank))
    return shape;
  return op->emitOpError() << "first input has " << shape.size()
                           << " dimensions, expected " << rank
                           << (orMore ? " or more" : "");
}

LogicalResult ArgReduceOp::verify() {
  auto x = firstInput(*this, getInputs(), 3);
  if (failed(x) || failed(verifyBuffers(*this, getInputs(), "inputs",
                                        {{"x", SmallVector<int64_t>(*x)}})))
    return failure();
  return verifyBuffers(*this, getOutputs(), "outputs",
                       {{"result", {(*x)[0], (*x)[2]}}});
}

LogicalResult ScanOp::verify() {
  auto x = firstInput(*this, getInputs(), 3);
  if (failed(x) || failed(verifyBuffers(*this, getInputs(), "inputs",
                                        {{"x", SmallVector<int64_t>(*x)}})))
    return failure();
  return verifyBuffers(*this, getOutputs(), "outputs",
                       {{"result", SmallVector<int64_t>(*x)}});
}

LogicalResult TopKOp::verify() {
  auto x = firstInput(*this, getInputs(), 3);
  if (failed(x) || failed(verifyBuffers(*this, getInputs(), "inputs",
                                        {{"x", SmallVector<int64_t>(*x)}})))
    return failure();
  Expected values{"values", {(*x)[0], kAny, (*x)[2]}}, indices = values;
  indices.name = "indices";
  if (failed(verifyBuffers(*this, getOutputs(), "outputs", {values, indices})))
    return failure();
  int64_t k = shapeOf(getOutputs()[0])[1];
  if (k > (*x)[1] || k != shapeOf(getOutputs()[1])[1])
    return emitOpError() << "gives " << k << " of " << (*x)[1] << " elements";
  return success();
}

LogicalResult ScatterElementsOp::verify() {
  auto x = firstInput(*this, getInputs(), 1, /*orMore=*/true);
  if (failed(x))
    return failure();
  if (getInputs().size() != 3)
    return emitOpError("expected x, indices and updates");
  if (getAxis() >= x->size())
    return emitOpError() << "axis " << getAxis() << " of " << x->size()
                         << " dimensions";
  ArrayRef<int64_t> indices = shapeOf(getInputs()[1]);
  if (indices.size() != x->size() || indices != shapeOf(getInputs()[2]))
    return emitOpError("indices and updates differ in shape");
  for (auto [dim, extent] : llvm::enumerate(indices))
    if (dim != getAxis() && extent > (*x)[dim])
      return emitOpError() << "has " << extent << " indices in dimension "
                           << dim << " of extent " << (*x)[dim];
  return verifyBuffers(*this, getOutputs(), "outputs",
                       {{"result", SmallVector<int64_t>(*x)}});
}

LogicalResult ScatterNDOp::verify() {
  auto x = firstInput(*this, getInputs(), 1, /*orMore=*/true);
  if (failed(x))
    return failure();
  int64_t tuples =
      getInputs().size() > 1 ? shapeOf(getInputs()[1]).front() : kAny;
  if (failed(verifyBuffers(
          *this, getInputs(), "inputs",
          {{"x", SmallVector<int64_t>(*x)},
           {"indices", {tuples, static_cast<int64_t>(x->size()) - 1}},
           {"updates", {tuples, x->back()}}})))
    return failure();
  return verifyBuffers(*this, getOutputs(), "outputs",
                       {{"result", SmallVector<int64_t>(*x)}});
}

LogicalResult MaxUnpoolOp::verify() {
  auto x = firstInput(*this, getInputs(), 1);
  if (failed(x) ||
      failed(verifyBuffers(*this, getInputs(), "inputs",
                           {{"x", SmallVector<int64_t>(*x)},
                            {"indices", SmallVector<int64_t>(*x)}})))
    return failure();
  return verifyBuffers(*this, getOutputs(), "outputs", {{"result", {kAny}}});
}

LogicalResult ReverseSequenceOp::verify() {
  auto x = firstInput(*this, getInputs(), 2, /*orMore=*/true);
  if (failed(x))
    return failure();
  if (getBatchAxis() >= x->size() || getTimeAxis() >= x->size() ||
      getBatchAxis() == getTimeAxis())
    return emitOpError("needs two different axes of x");
  if (failed(verifyBuffers(*this, getInputs(), "inputs",
                           {{"x", SmallVector<int64_t>(*x)},
                            {"lengths", {(*x)[getBatchAxis()]}}})))
    return failure();
  return verifyBuffers(*this, getOutputs(), "outputs",
                       {{"result", SmallVector<int64_t>(*x)}});
}

LogicalResult MaxPoolOp::verify() {
  auto x = firstInput(*this, getInputs(), 2, /*orMore=*/true);
  if (failed(x) || failed(verifyBuffers(*this, getInputs(), "inputs",
                                        {{"x", SmallVector<int64_t>(*x)}})))
    return failure();
  for (ArrayRef<int64_t> attr :
       {getKernel(), getStrides(), getPads(), getDilations()})
    if (attr.size() + 1 != x->size())
      return emitOpError("needs one entry per spatial dimension");
  SmallVector<int64_t> result(x->size(), kAny);
  result[0] = (*x)[0];
  return verifyBuffers(*this, getOutputs(), "outputs",
                       {{"values", result}, {"indices", result}});
}

LogicalResult NonMaxSuppressionOp::verify() {
  auto boxes = firstInput(*this, getInputs(), 3);
  if (failed(boxes))
    return failure();
  int64_t batch = (*boxes)[0], count = (*boxes)[1];
  if (failed(verifyBuffers(
          *this, getInputs(), "inputs",
          {{"boxes", {batch, count, 4}}, {"scores", {batch, kAny, count}}})))
    return failure();
  if (failed(verifyBuffers(
          *this, getOutputs(), "outputs",
          {{"indices", {kAny, 3}}, {"count", {}}, {"alive", {count}}})))
    return failure();
  int64_t classes = shapeOf(getInputs()[1])[1];
  int64_t rows = shapeOf(getOutputs()[0])[0];
  int64_t most = batch * classes *
                 std::min<int64_t>(static_cast<int64_t>(getMaxBoxes()), count);
  if (rows < most)
    return emitOpError() << "has " << rows << " rows for up to " << most
                         << " choices";
  return success();
}

LogicalResult RoiAlignOp::verify() {
  auto x = firstInput(*this, getInputs(), 4);
  if (failed(x))
    return failure();
  int64_t regions =
      getInputs().size() > 1 ? shapeOf(getInputs()[1]).front() : kAny;
  if (failed(verifyBuffers(*this, getInputs(), "inputs",
                           {{"x", SmallVector<int64_t>(*x)},
                            {"regions", {regions, 4}},
                            {"images", {regions}}})))
    return failure();
  return verifyBuffers(*this, getOutputs(), "outputs",
                       {{"result", {regions, (*x)[1], kAny, kAny}}});
}

LogicalResult GridSampleOp::verify() {
  auto x = firstInput(*this, getInputs(), 3, /*orMore=*/true);
  if (failed(x))
    return failure();
  SmallVector<int64_t> grid(x->size(), kAny), result(x->size(), kAny);
  grid.front() = result.front() = x->front();
  grid.back() = x->size() - 2;
  result[1] = (*x)[1];
  if (failed(verifyBuffers(*this, getInputs(), "inputs",
                           {{"x", SmallVector<int64_t>(*x)}, {"grid", grid}})))
    return failure();
  ArrayRef<int64_t> positions =
      shapeOf(getInputs()[1]).drop_front().drop_back();
  std::copy(positions.begin(), positions.end(), result.begin() + 2);
  return verifyBuffers(*this, getOutputs(), "outputs", {{"result", result}});
}

LogicalResult RecurrentOp::verify() {
  auto x = firstInput(*this, getInputs(), 3);
  if (failed(x))
    return failure();
  int64_t steps = (*x)[0], batch = (*x)[1], inputs = (*x)[2];
  int64_t directions = getDirectionCount(), gates = getGateCount();
  if (getInputs().size() < 3 || shapeOf(getInputs()[2]).empty())
    return emitOpError("expected x, w and r");
  int64_t hidden = shapeOf(getInputs()[2]).back();
  bool isLstm = getCell() == Cell::lstm;
  if (!isLstm && (getHasInitialC() || getHasPeepholes()))
    return emitOpError("has inputs that only an lstm has");

  SmallVector<Expected> expected = {
      {"x", SmallVector<int64_t>(*x)},
      {"w", {directions, gates * hidden, inputs}},
      {"r", {directions, gates * hidden, hidden}}};
  if (getHasBias())
    expected.push_back({"bias", {directions, 2 * gates * hidden}});
  if (getHasLengths())
    expected.push_back({"lengths", {batch}});
  if (getHasInitialH())
    expected.push_back({"initial_h", {directions, batch, hidden}});
  if (getHasInitialC())
    expected.push_back({"initial_c", {directions, batch, hidden}});
  if (getHasPeepholes())
    expected.push_back({"peepholes", {directions, 3 * hidden}});
  if (failed(verifyBuffers(*this, getInputs(), "inputs", expected)))
    return failure();

  SmallVector<Expected> results = {{"y", {steps, directions, batch, hidden}},
                                   {"y_h", {directions, batch, hidden}}};
  if (isLstm)
    results.push_back({"y_c", {directions, batch, hidden}});
  results.push_back({"gates", {gates + 1, hidden}});
  if (failed(verifyBuffers(*this, getOutputs(), "outputs", results)))
    return failure();

  int64_t activations = directions * (isLstm                   ? 3
                                      : getCell() == Cell::gru ? 2
                                                               : 1);
  if (static_cast<int64_t>(getActivations().size()) != activations)
    return emitOpError() << "has " << getActivations().size()
                         << " activations, expected " << activations;
  return success();
}

LogicalResult DetOp::verify() {
  auto x = firstInput(*this, getInputs(), 3);
  if (failed(x) || failed(verifyBuffers(*this, getInputs(), "inputs",
                                        {{"x", {kAny, (*x)[2], kAny}}})))
    return failure();
  int64_t n = (*x)[2];
  return verifyBuffers(*this, getOutputs(), "outputs",
                       {{"result", {(*x)[0]}}, {"matrix", {n, n}}});
}
