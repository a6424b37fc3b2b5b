//===- Cost.cpp - What operators cost -------------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One execution of an operator, whatever runs it: each operand is read once,
// each result written once; contractions count multiply-accumulates, all others
// count arithmetic of any kind.
//
//===----------------------------------------------------------------------===//

#include "dialects/NN/NN.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::nn;

/// The product of numbers that are not negative; saturates.
static int64_t product(std::initializer_list<int64_t> factors) {
  int64_t result = 1;
  for (int64_t factor : factors)
    if (llvm::MulOverflow(result, factor, result))
      return std::numeric_limits<int64_t>::max();
  return result;
}

static int64_t product(ArrayRef<int64_t> factors) {
  int64_t result = 1;
  for (int64_t factor : factors)
    result = product({result, factor});
  return result;
}

static int64_t count(Value value) {
  return product(tensorType(value).getShape());
}

/// The bytes that an operator moves.
static Cost trafficOf(Operation *op) {
  Cost cost;
  for (Value operand : op->getOperands())
    cost += {0, 0, physicalBytes(tensorType(operand)), 0};
  for (Value result : op->getResults())
    cost += {0, 0, 0, physicalBytes(tensorType(result))};
  return cost;
}

/// Traffic and so many operations.
static Cost withOperations(Operation *op, int64_t operations) {
  Cost cost = trafficOf(op);
  cost.operations = operations;
  return cost;
}

/// Traffic and so many multiply-accumulates.
static Cost withMacs(Operation *op, int64_t macs) {
  Cost cost = trafficOf(op);
  cost.macs = macs;
  return cost;
}

Cost nn::detail::defaultCost(Operation *op) {
  Cost cost = trafficOf(op);
  for (Value result : op->getResults())
    cost += {0, count(result), 0, 0};
  return cost;
}

//===----------------------------------------------------------------------===//
// Contractions
//===----------------------------------------------------------------------===//

Cost ConvOp::getCost() {
  // Each output takes one group's input channels times the kernel.
  ArrayRef<int64_t> w = getW().getType().getShape();
  return withMacs(*this,
                  product({count(getResult()), product(w.drop_front())}));
}

Cost ConvTransposeOp::getCost() {
  // Each input goes to one group's output channels times the kernel.
  ArrayRef<int64_t> w = getW().getType().getShape();
  return withMacs(*this, product({count(getX()), product(w.drop_front())}));
}

Cost MatMulOp::getCost() {
  return withMacs(*this, product({count(getResult()),
                                  getLhs().getType().getShape().back()}));
}

//===----------------------------------------------------------------------===//
// Windows and reductions
//===----------------------------------------------------------------------===//

Cost MaxPoolOp::getCost() {
  return withOperations(*this,
                        product({count(getValues()), product(getKernel())}));
}

Cost AveragePoolOp::getCost() {
  return withOperations(*this,
                        product({count(getResult()), product(getKernel())}));
}

Cost LpPoolOp::getCost() {
  return withOperations(*this,
                        product({2, count(getResult()), product(getKernel())}));
}

Cost ReduceOp::getCost() { return withOperations(*this, count(getX())); }
Cost ArgMaxOp::getCost() { return withOperations(*this, count(getX())); }
Cost ArgMinOp::getCost() { return withOperations(*this, count(getX())); }

Cost TopKOp::getCost() {
  // A heap of k elements sees each element once.
  return withOperations(
      *this, product({count(getX()), llvm::Log2_64_Ceil(getK() + 1) + 1}));
}

Cost DetOp::getCost() {
  // Elimination.
  int64_t n = getX().getType().getShape().back();
  return withOperations(*this, product({count(getX()), n}) / 3);
}

//===----------------------------------------------------------------------===//
// Normalisations: passes over the tensor times operations in each
//===----------------------------------------------------------------------===//

Cost SoftmaxOp::getCost() {
  // Maximum, exponential of the difference, sum, division.
  return withOperations(*this, product({5, count(getX())}));
}

Cost LogSoftmaxOp::getCost() {
  return withOperations(*this, product({5, count(getX())}));
}

Cost LayerNormOp::getCost() {
  // Mean, variance, normalisation, scale and bias.
  return withOperations(*this, product({7, count(getX())}));
}

Cost GroupNormOp::getCost() {
  return withOperations(*this, product({7, count(getX())}));
}

Cost BatchNormOp::getCost() {
  // A scale and an offset per channel.
  return withOperations(*this, product({2, count(getX())}));
}

Cost LrnOp::getCost() {
  return withOperations(*this, product({2, count(getX()), getSize()}));
}

//===----------------------------------------------------------------------===//
// Movement computes nothing
//===----------------------------------------------------------------------===//

Cost ReshapeOp::getCost() { return trafficOf(*this); }
Cost TransposeOp::getCost() { return trafficOf(*this); }
Cost ConcatOp::getCost() { return trafficOf(*this); }
Cost ExpandOp::getCost() { return trafficOf(*this); }
Cost TileOp::getCost() { return trafficOf(*this); }
Cost ReverseOp::getCost() { return trafficOf(*this); }
Cost PadOp::getCost() { return trafficOf(*this); }
Cost RelayoutOp::getCost() { return trafficOf(*this); }
Cost ScatterElementsOp::getCost() { return trafficOf(*this); }
Cost ScatterNDOp::getCost() { return trafficOf(*this); }
Cost MaxUnpoolOp::getCost() { return trafficOf(*this); }

/// A constant is read where it is used.
Cost ConstantOp::getCost() { return {}; }

/// Of x only as much is read as is selected.
static Cost selection(Operation *op, Value x, Value result) {
  Cost cost = trafficOf(op);
  cost.bytesRead -= physicalBytes(tensorType(x));
  cost += {0, 0, physicalBytes(tensorType(result)), 0};
  return cost;
}

Cost SliceOp::getCost() { return selection(*this, getX(), getResult()); }
Cost GatherOp::getCost() { return selection(*this, getX(), getResult()); }
Cost GatherNDOp::getCost() { return selection(*this, getX(), getResult()); }
Cost DynamicSliceOp::getCost() { return selection(*this, getX(), getResult()); }
Cost GatherElementsOp::getCost() {
  return selection(*this, getX(), getResult());
}

//===----------------------------------------------------------------------===//
// Sampling and detection
//===----------------------------------------------------------------------===//

/// Elements that one interpolated element is made of.
static int64_t tapsOf(Interpolation mode, int64_t dims) {
  int64_t perDim = mode == Interpolation::nearest  ? 1
                   : mode == Interpolation::linear ? 2
                                                   : 4;
  int64_t taps = 1;
  for (int64_t i = 0; i < dims; ++i)
    taps = product({taps, perDim});
  return taps;
}

Cost ResizeOp::getCost() {
  int64_t resized =
      llvm::count_if(getScales(), [](double s) { return s != 1; });
  return withOperations(
      *this, product({2, count(getResult()), tapsOf(getMode(), resized)}));
}

Cost GridSampleOp::getCost() {
  int64_t dims = getX().getType().getRank() - 2;
  return withOperations(
      *this, product({2, count(getResult()), tapsOf(getMode(), dims)}));
}

Cost RoiAlignOp::getCost() {
  // Bins take as many samples as they have elements if no number is given; two
  // per direction are usual.
  int64_t samples = getSamplingRatio() ? getSamplingRatio() : 2;
  return withOperations(*this,
                        product({8, count(getResult()), samples, samples}));
}

Cost NonMaxSuppressionOp::getCost() {
  // Each choice is compared with each score; an overlap takes some 15
  // operations.
  ArrayRef<int64_t> scores = getScores().getType().getShape();
  int64_t choices = std::min(getMaxBoxes(), scores[2]);
  return withOperations(*this, product({15, count(getScores()), choices}));
}

//===----------------------------------------------------------------------===//
// Recurrent networks and fusion
//===----------------------------------------------------------------------===//

/// Products of the inputs and of the state with all gates, at every step.
template <typename CellT> static Cost cellCost(CellT cell) {
  ArrayRef<int64_t> x = cell.getX().getType().getShape();
  int64_t macsPerRow = product({x[0], x[1]});
  Cost cost = withMacs(cell, product({macsPerRow, count(cell.getW())}));
  cost.macs =
      (cost += {product({macsPerRow, count(cell.getR())}), 0, 0, 0}).macs;
  // About ten operations per gate and element.
  int64_t rows = cell.getW().getType().getDimSize(1);
  cost.operations = product({10, macsPerRow, rows});
  return cost;
}

Cost RnnOp::getCost() { return cellCost(*this); }
Cost GruOp::getCost() { return cellCost(*this); }
Cost LstmOp::getCost() { return cellCost(*this); }

Cost FusedOp::getCost() {
  // The arithmetic of the body; only what comes in and goes out is moved.
  Cost cost = trafficOf(*this);
  for (Operation &op : getBody().front().without_terminator()) {
    Cost part = cast<CostOpInterface>(op).getCost();
    cost += {part.macs, part.operations, 0, 0};
  }
  return cost;
}
