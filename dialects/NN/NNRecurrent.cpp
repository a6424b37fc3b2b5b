//===- NNRecurrent.cpp - Recurrent networks -------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/NN/Inference.h"
#include "llvm/Support/CheckedArithmetic.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::nn;

void NNDialect::registerRecurrentOps() {
  addOperations<
#define GET_OP_LIST
#include "dialects/NN/NNRecurrent.cpp.inc"
      >();
}

#define GET_OP_CLASSES
#include "dialects/NN/NNRecurrent.cpp.inc"

/// What the three cells differ in.
struct Cell {
  int64_t gates;
  /// Activation functions per direction.
  int64_t functions;
};

/// Checks everything that cells share; sets the shapes of y and of a state.
template <typename AdaptorT>
static LogicalResult inferCell(const Inference &infer, AdaptorT adaptor,
                               Cell cell, SmallVectorImpl<int64_t> &y,
                               SmallVectorImpl<int64_t> &state) {
  RankedTensorType x = tensorType(adaptor.getX());
  RankedTensorType w = tensorType(adaptor.getW());
  RankedTensorType r = tensorType(adaptor.getR());
  // recurrent_rank
  if (failed(infer.rank(x, 3, "x")) || failed(infer.rank(w, 3, "w")) ||
      failed(infer.rank(r, 3, "r")))
    return failure();
  // recurrent_element
  for (Value operand : adaptor.getOperands()) {
    RankedTensorType type = tensorType(operand);
    if (isa<FloatType>(type.getElementType()) &&
        failed(infer.sameElement(type, x, "floating-point operands")))
      return failure();
  }
  int64_t directions =
      adaptor.getDirection() == Direction::bidirectional ? 2 : 1;
  int64_t batch = x.getDimSize(1), hidden = r.getDimSize(2);
  std::optional<int64_t> rows = llvm::checkedMul(cell.gates, hidden);
  if (!rows)
    return infer.error("has too large a hidden size, ", hidden);
  // recurrent_weights
  if (failed(infer.shape(w, {directions, *rows, x.getDimSize(2)}, "w")) ||
      failed(infer.shape(r, {directions, *rows, hidden}, "r")))
    return failure();
  // recurrent_bias
  if (Value bias = adaptor.getBias())
    if (failed(infer.shape(tensorType(bias), {directions, 2 * *rows}, "bias")))
      return failure();
  // recurrent_lengths
  if (Value lengths = adaptor.getLengths())
    if (failed(infer.shape(tensorType(lengths), {batch}, "lengths")))
      return failure();
  y.assign({x.getDimSize(0), directions, batch, hidden});
  state.assign({directions, batch, hidden});
  // recurrent_state
  if (Value initial = adaptor.getInitialH())
    if (failed(infer.shape(tensorType(initial), state, "initial_h")))
      return failure();
  // recurrent_activations
  int64_t functions = cell.functions * directions;
  if (static_cast<int64_t>(adaptor.getActivations().size()) != functions ||
      static_cast<int64_t>(adaptor.getAlpha().size()) != functions ||
      static_cast<int64_t>(adaptor.getBeta().size()) != functions)
    return infer.error(
        "expected ", functions, " activations with alpha and beta, found ",
        adaptor.getActivations().size(), ", ", adaptor.getAlpha().size(), ", ",
        adaptor.getBeta().size());
  return success();
}

/// Results y and last h, and for an LSTM the last c.
static LogicalResult cellResults(const Inference &infer, Type element,
                                 ArrayRef<int64_t> y, ArrayRef<int64_t> state,
                                 int64_t states, SmallVectorImpl<Type> &types) {
  if (failed(infer.result(y, element, types)))
    return failure();
  for (int64_t i = 0; i < states; ++i)
    if (failed(infer.result(state, element, types)))
      return failure();
  return success();
}

LogicalResult RnnOp::inferReturnTypes(MLIRContext *,
                                      std::optional<Location> loc,
                                      Adaptor adaptor,
                                      SmallVectorImpl<Type> &types) {
  Inference infer(loc, getOperationName());
  SmallVector<int64_t> y, state;
  if (failed(
          inferCell(infer, adaptor, {/*gates=*/1, /*functions=*/1}, y, state)))
    return failure();
  return cellResults(infer, tensorType(adaptor.getX()).getElementType(), y,
                     state, /*states=*/1, types);
}

LogicalResult GruOp::inferReturnTypes(MLIRContext *,
                                      std::optional<Location> loc,
                                      Adaptor adaptor,
                                      SmallVectorImpl<Type> &types) {
  Inference infer(loc, getOperationName());
  SmallVector<int64_t> y, state;
  if (failed(
          inferCell(infer, adaptor, {/*gates=*/3, /*functions=*/2}, y, state)))
    return failure();
  return cellResults(infer, tensorType(adaptor.getX()).getElementType(), y,
                     state, /*states=*/1, types);
}

LogicalResult LstmOp::inferReturnTypes(MLIRContext *,
                                       std::optional<Location> loc,
                                       Adaptor adaptor,
                                       SmallVectorImpl<Type> &types) {
  Inference infer(loc, getOperationName());
  SmallVector<int64_t> y, state;
  if (failed(
          inferCell(infer, adaptor, {/*gates=*/4, /*functions=*/3}, y, state)))
    return failure();
  // lstm_state
  if (Value initial = adaptor.getInitialC())
    if (failed(infer.shape(tensorType(initial), state, "initial_c")))
      return failure();
  // lstm_peepholes
  if (Value peepholes = adaptor.getPeepholes())
    if (failed(infer.shape(tensorType(peepholes),
                           {state.front(), 3 * state.back()}, "peepholes")))
      return failure();
  return cellResults(infer, tensorType(adaptor.getX()).getElementType(), y,
                     state, /*states=*/2, types);
}
