//===- RegionMap.cpp - Which input boxes a result box needs ---------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Default answers, and those of contractions, windows, reductions and
// normalisations. Movement answers in RegionMapMovement.cpp.
//
//===----------------------------------------------------------------------===//

#include "dialects/NN/Window.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::nn;

/// The part of a broadcast operand that is read for `box` of the result.
static Box broadcastBox(RankedTensorType operand, const Box &box) {
  Box input = Box::whole(operand);
  int64_t skipped = box.getRank() - operand.getRank();
  for (int64_t i = 0; i < operand.getRank(); ++i)
    if (operand.getDimSize(i) != 1 || box.isEmpty())
      input.setDim(i, box.offsets[skipped + i], box.getEnd(skipped + i),
                   operand.getDimSize(i));
  return input;
}

Box nn::detail::defaultOperandBox(Operation *op, unsigned operand, unsigned,
                                  const Box &box) {
  RankedTensorType type = tensorType(op->getOperand(operand));
  if (box.isEmpty())
    return Box::none(type);
  if (isa<ElementwiseOpInterface>(op))
    return broadcastBox(type, box);
  return Box::whole(type);
}

/// As `box`, but the whole of dimension `axis`.
static Box wholeAlong(RankedTensorType type, const Box &box, int64_t axis) {
  Box input = box;
  input.setDim(axis, 0, type.getDimSize(axis), type.getDimSize(axis));
  return input;
}

/// The entries of a [C] parameter that channels of `box` use.
static Box channelBox(RankedTensorType type, const Box &box) {
  Box input = Box::whole(type);
  input.setDim(0, box.offsets[1], box.getEnd(1), type.getDimSize(0));
  return input;
}

//===----------------------------------------------------------------------===//
// Contractions
//===----------------------------------------------------------------------===//

/// Channels [begin, end) of a side with `perGroup` channels per group lie in
/// these groups.
static std::pair<int64_t, int64_t> groupsOf(int64_t begin, int64_t end,
                                            int64_t perGroup) {
  return {begin / perGroup, (end - 1) / perGroup + 1};
}

Box ConvOp::getOperandBox(unsigned operand, unsigned, const Box &box) {
  RankedTensorType x = getX().getType(), w = getW().getType();
  RankedTensorType type = tensorType(getOperand(operand));
  if (box.isEmpty())
    return Box::none(type);
  Box input = Box::whole(type);
  if (operand > 0) {
    // Weights and bias of the output channels.
    input.setDim(0, box.offsets[1], box.getEnd(1), w.getDimSize(0));
    return input;
  }
  int64_t perGroup = x.getDimSize(1) / getGroups();
  auto [first, last] =
      groupsOf(box.offsets[1], box.getEnd(1), w.getDimSize(0) / getGroups());
  input.setDim(0, box.offsets[0], box.getEnd(0), x.getDimSize(0));
  input.setDim(1, first * perGroup, last * perGroup, x.getDimSize(1));
  Window{x, w.getShape().drop_front(2), getStrides(), getPads(), getDilations()}
      .narrowToInput(box, input);
  return input;
}

Box ConvTransposeOp::getOperandBox(unsigned operand, unsigned, const Box &box) {
  RankedTensorType x = getX().getType(), w = getW().getType();
  RankedTensorType type = tensorType(getOperand(operand));
  if (box.isEmpty())
    return Box::none(type);
  if (operand == 2)
    return channelBox(type, box);
  Box input = Box::whole(type);
  // Both x and w have the input channels of the groups that are touched.
  int64_t perGroup = x.getDimSize(1) / getGroups();
  auto [first, last] = groupsOf(box.offsets[1], box.getEnd(1), w.getDimSize(1));
  unsigned channelDim = operand == 0 ? 1 : 0;
  input.setDim(channelDim, first * perGroup, last * perGroup, x.getDimSize(1));
  if (operand == 1)
    return input;
  input.setDim(0, box.offsets[0], box.getEnd(0), x.getDimSize(0));
  for (int64_t i = 0; i < x.getRank() - 2; ++i) {
    // Position p of the padded result takes from x the positions i with
    // 0 <= p - i * stride < extent of the kernel.
    int64_t stride = getStrides()[i], pad = getPads()[i];
    int64_t extent = (w.getDimSize(2 + i) - 1) * getDilations()[i] + 1;
    int64_t low = box.offsets[2 + i] + pad - extent + 1;
    int64_t high = box.getEnd(2 + i) - 1 + pad;
    input.setDim(2 + i, llvm::divideCeilSigned(low, stride),
                 llvm::divideFloorSigned(high, stride) + 1,
                 x.getDimSize(2 + i));
  }
  return input;
}

Box MatMulOp::getOperandBox(unsigned operand, unsigned, const Box &box) {
  RankedTensorType lhs = getLhs().getType(), rhs = getRhs().getType();
  RankedTensorType type = tensorType(getOperand(operand));
  if (box.isEmpty())
    return Box::none(type);
  Box input = Box::whole(type);
  // Dimensions of the result after the batch: a row unless lhs is a vector, a
  // column unless rhs is one.
  int64_t rows = lhs.getRank() > 1, columns = rhs.getRank() > 1;
  int64_t batch = box.getRank() - rows - columns;
  int64_t own = std::max<int64_t>(type.getRank() - 2, 0);
  for (int64_t i = 0; i < own; ++i)
    if (type.getDimSize(i) != 1)
      input.setDim(i, box.offsets[batch - own + i], box.getEnd(batch - own + i),
                   type.getDimSize(i));
  if (operand == 0 && rows)
    input.setDim(own, box.offsets[batch], box.getEnd(batch),
                 type.getDimSize(own));
  if (operand == 1 && columns)
    input.setDim(own + 1, box.offsets[batch + rows], box.getEnd(batch + rows),
                 type.getDimSize(own + 1));
  return input;
}

//===----------------------------------------------------------------------===//
// Windows
//===----------------------------------------------------------------------===//

template <typename PoolT> static Box poolBox(PoolT pool, const Box &box) {
  RankedTensorType x = pool.getX().getType();
  if (box.isEmpty())
    return Box::none(x);
  Box input = box;
  Window{x, pool.getKernel(), pool.getStrides(), pool.getPads(),
         pool.getDilations()}
      .narrowToInput(box, input);
  return input;
}

Box MaxPoolOp::getOperandBox(unsigned, unsigned, const Box &box) {
  return poolBox(*this, box);
}

Box AveragePoolOp::getOperandBox(unsigned, unsigned, const Box &box) {
  return poolBox(*this, box);
}

Box LpPoolOp::getOperandBox(unsigned, unsigned, const Box &box) {
  return poolBox(*this, box);
}

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

/// Whole reduced axes, and the box of the result in the others.
static Box reductionBox(RankedTensorType x, ArrayRef<int64_t> axes,
                        bool keepdims, const Box &box) {
  if (box.isEmpty())
    return Box::none(x);
  Box input = Box::whole(x);
  unsigned dim = 0;
  for (int64_t i = 0; i < x.getRank(); ++i) {
    bool isReduced = llvm::is_contained(axes, i);
    if (!isReduced)
      input.setDim(i, box.offsets[dim], box.getEnd(dim), x.getDimSize(i));
    dim += !isReduced || keepdims;
  }
  return input;
}

Box ReduceOp::getOperandBox(unsigned, unsigned, const Box &box) {
  return reductionBox(getX().getType(), getAxes(), getKeepdims(), box);
}

Box ArgMaxOp::getOperandBox(unsigned, unsigned, const Box &box) {
  return reductionBox(getX().getType(), getAxis(), getKeepdims(), box);
}

Box ArgMinOp::getOperandBox(unsigned, unsigned, const Box &box) {
  return reductionBox(getX().getType(), getAxis(), getKeepdims(), box);
}

Box CumSumOp::getOperandBox(unsigned, unsigned, const Box &box) {
  if (box.isEmpty())
    return Box::none(getType());
  Box input = box;
  int64_t axis = getAxis(), extent = getType().getDimSize(axis);
  int64_t exclusive = getExclusive();
  if (getReverse())
    input.setDim(axis, box.offsets[axis] + exclusive, extent, extent);
  else
    input.setDim(axis, 0, box.getEnd(axis) - exclusive, extent);
  return input;
}

Box TopKOp::getOperandBox(unsigned, unsigned, const Box &box) {
  RankedTensorType x = getX().getType();
  return box.isEmpty() ? Box::none(x) : wholeAlong(x, box, getAxis());
}

Box DetOp::getOperandBox(unsigned, unsigned, const Box &box) {
  int64_t rank = getX().getType().getRank();
  return reductionBox(getX().getType(), {rank - 2, rank - 1},
                      /*keepdims=*/false, box);
}

//===----------------------------------------------------------------------===//
// Normalisations
//===----------------------------------------------------------------------===//

Box SoftmaxOp::getOperandBox(unsigned, unsigned, const Box &box) {
  return box.isEmpty() ? Box::none(getType())
                       : wholeAlong(getType(), box, getAxis());
}

Box LogSoftmaxOp::getOperandBox(unsigned, unsigned, const Box &box) {
  return box.isEmpty() ? Box::none(getType())
                       : wholeAlong(getType(), box, getAxis());
}

Box LayerNormOp::getOperandBox(unsigned operand, unsigned, const Box &box) {
  RankedTensorType type = tensorType(getOperand(operand));
  if (box.isEmpty())
    return Box::none(type);
  if (operand > 0)
    return broadcastBox(type, box);
  Box input = box;
  for (int64_t i = getAxis(); i < type.getRank(); ++i)
    input = wholeAlong(type, input, i);
  return input;
}

Box GroupNormOp::getOperandBox(unsigned operand, unsigned, const Box &box) {
  RankedTensorType type = tensorType(getOperand(operand));
  if (box.isEmpty())
    return Box::none(type);
  if (operand > 0)
    return channelBox(type, box);
  Box input = box;
  int64_t perGroup = type.getDimSize(1) / getGroups();
  auto [first, last] = groupsOf(box.offsets[1], box.getEnd(1), perGroup);
  input.setDim(1, first * perGroup, last * perGroup, type.getDimSize(1));
  for (int64_t i = 2; i < type.getRank(); ++i)
    input = wholeAlong(type, input, i);
  return input;
}

Box BatchNormOp::getOperandBox(unsigned operand, unsigned, const Box &box) {
  RankedTensorType type = tensorType(getOperand(operand));
  if (box.isEmpty())
    return Box::none(type);
  return operand == 0 ? box : channelBox(type, box);
}

Box LrnOp::getOperandBox(unsigned, unsigned, const Box &box) {
  if (box.isEmpty())
    return Box::none(getType());
  Box input = box;
  input.setDim(1, box.offsets[1] - (getSize() - 1) / 2,
               box.getEnd(1) + getSize() / 2, getType().getDimSize(1));
  return input;
}
