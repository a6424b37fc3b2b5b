//===- RegionMapMovement.cpp - Input boxes of movement and fusion ---------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/NN/NN.h"
#include "dialects/NN/ReshapedBox.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::nn;

//===----------------------------------------------------------------------===//
// Rearranging elements
//===----------------------------------------------------------------------===//

Box ReshapeOp::getOperandBox(unsigned, unsigned, const Box &box) {
  RankedTensorType x = getX().getType(), result = getType();
  if (box.isEmpty())
    return Box::none(x);
  return getReshapedBox(result.getShape(), x.getShape(), box);
}

Box TransposeOp::getOperandBox(unsigned, unsigned, const Box &box) {
  RankedTensorType x = getX().getType();
  Box input = Box::none(x);
  for (auto [i, dim] : llvm::enumerate(getPerm()))
    input.setDim(dim, box.offsets[i], box.getEnd(i), x.getDimSize(dim));
  return input;
}

Box ConcatOp::getOperandBox(unsigned operand, unsigned, const Box &box) {
  int64_t axis = getAxis(), begin = 0;
  for (Value input : getInputs().take_front(operand))
    begin += tensorType(input).getDimSize(axis);
  RankedTensorType type = tensorType(getInputs()[operand]);
  Box input = box;
  input.setDim(axis, box.offsets[axis] - begin, box.getEnd(axis) - begin,
               type.getDimSize(axis));
  return input.isEmpty() ? Box::none(type) : input;
}

Box SliceOp::getOperandBox(unsigned, unsigned, const Box &box) {
  RankedTensorType x = getX().getType();
  if (box.isEmpty())
    return Box::none(x);
  Box input = Box::none(x);
  for (int64_t i = 0; i < x.getRank(); ++i) {
    int64_t first = getOffsets()[i] + box.offsets[i] * getStrides()[i];
    int64_t last = getOffsets()[i] + (box.getEnd(i) - 1) * getStrides()[i];
    input.setDim(i, std::min(first, last), std::max(first, last) + 1,
                 x.getDimSize(i));
  }
  return input;
}

Box PadOp::getOperandBox(unsigned operand, unsigned, const Box &box) {
  RankedTensorType type = tensorType(getOperand(operand));
  if (box.isEmpty())
    return Box::none(type);
  if (operand > 0)
    return Box::whole(type);
  Box input = Box::none(type);
  for (int64_t i = 0; i < type.getRank(); ++i) {
    int64_t extent = type.getDimSize(i), step = getInterior()[i] + 1;
    int64_t begin = box.offsets[i] - getLow()[i];
    int64_t end = box.getEnd(i) - getLow()[i];
    switch (getMode()) {
    case PadMode::constant:
      // Element j of x stands at position j * step.
      input.setDim(i, llvm::divideCeilSigned(begin, step),
                   llvm::divideFloorSigned(end - 1, step) + 1, extent);
      break;
    case PadMode::edge:
      input.setDim(i, std::min(begin, extent - 1), std::max<int64_t>(end, 1),
                   extent);
      break;
    case PadMode::reflect:
    case PadMode::wrap:
      // Images of elements near either end lie outside.
      if (begin < 0 || end > extent)
        input.setDim(i, 0, extent, extent);
      else
        input.setDim(i, begin, end, extent);
      break;
    }
  }
  return input.isEmpty() ? Box::none(type) : input;
}

Box ExpandOp::getOperandBox(unsigned, unsigned, const Box &box) {
  RankedTensorType x = getX().getType();
  if (box.isEmpty())
    return Box::none(x);
  Box input = Box::whole(x);
  int64_t skipped = box.getRank() - x.getRank();
  for (int64_t i = 0; i < x.getRank(); ++i)
    if (x.getDimSize(i) != 1)
      input.setDim(i, box.offsets[skipped + i], box.getEnd(skipped + i),
                   x.getDimSize(i));
  return input;
}

Box TileOp::getOperandBox(unsigned, unsigned, const Box &box) {
  RankedTensorType x = getX().getType();
  if (box.isEmpty())
    return Box::none(x);
  Box input = Box::whole(x);
  for (int64_t i = 0; i < x.getRank(); ++i) {
    // A box inside one repetition is one of x.
    int64_t extent = x.getDimSize(i), begin = box.offsets[i] % extent;
    if (begin + box.sizes[i] <= extent)
      input.setDim(i, begin, begin + box.sizes[i], extent);
  }
  return input;
}

Box ReverseOp::getOperandBox(unsigned, unsigned, const Box &box) {
  if (box.isEmpty())
    return Box::none(getType());
  Box input = box;
  for (int64_t axis : getAxes()) {
    int64_t extent = getType().getDimSize(axis);
    input.setDim(axis, extent - box.getEnd(axis), extent - box.offsets[axis],
                 extent);
  }
  return input;
}

/// Position in dimension `dim` of x of element `i` of the result.
static double sourcePosition(ResizeOp op, int64_t dim, int64_t i) {
  double extent = op.getX().getType().getDimSize(dim);
  double resized = op.getType().getDimSize(dim);
  double scale = op.getScales()[dim];
  switch (op.getCoordinates()) {
  case Coordinates::half_pixel:
    return (i + 0.5) / scale - 0.5;
  case Coordinates::half_pixel_symmetric:
    return extent / 2 * (1 - resized / (scale * extent)) + (i + 0.5) / scale -
           0.5;
  case Coordinates::pytorch_half_pixel:
    return resized > 1 ? (i + 0.5) / scale - 0.5 : 0;
  case Coordinates::align_corners:
    return resized > 1 ? i * (extent - 1) / (resized - 1) : 0;
  case Coordinates::asymmetric:
    return i / scale;
  case Coordinates::tf_half_pixel_for_nn:
    return (i + 0.5) / scale;
  case Coordinates::tf_crop_and_resize: {
    double start = (*op.getRoi())[dim];
    double end = (*op.getRoi())[op.getScales().size() + dim];
    if (resized <= 1)
      return (start + end) / 2 * (extent - 1);
    return (start + i * (end - start) / (resized - 1)) * (extent - 1);
  }
  }
  llvm_unreachable("unknown coordinates");
}

Box ResizeOp::getOperandBox(unsigned, unsigned, const Box &box) {
  RankedTensorType x = getX().getType();
  if (box.isEmpty())
    return Box::none(x);
  Box input = Box::none(x);
  // Positions are linear in the element's number. An interpolation reaches as
  // far as its kernel; one element more covers rounding.
  for (int64_t i = 0; i < x.getRank(); ++i) {
    int64_t extent = x.getDimSize(i);
    if (getScales()[i] == 1 && extent == getType().getDimSize(i) &&
        getCoordinates() != Coordinates::tf_crop_and_resize) {
      input.setDim(i, box.offsets[i], box.getEnd(i), extent);
      continue;
    }
    double first = sourcePosition(*this, i, box.offsets[i]);
    double last = sourcePosition(*this, i, box.getEnd(i) - 1);
    double reach = getMode() == Interpolation::cubic ? 2 : 1;
    if (getAntialias() && getScales()[i] < 1)
      reach /= getScales()[i];
    // Outside, the nearest element stands for the position.
    auto within = [&](double position) {
      return std::clamp<double>(position, 0, extent - 1);
    };
    double low = within(std::floor(std::min(first, last) - reach) - 1);
    double high = within(std::ceil(std::max(first, last) + reach) + 1);
    input.setDim(i, low, high + 1, extent);
  }
  return input;
}

Box RelayoutOp::getOperandBox(unsigned, unsigned, const Box &box) {
  return box;
}

//===----------------------------------------------------------------------===//
// Movement by indices
//===----------------------------------------------------------------------===//

Box GatherOp::getOperandBox(unsigned operand, unsigned, const Box &box) {
  RankedTensorType type = tensorType(getOperand(operand));
  if (box.isEmpty())
    return Box::none(type);
  Box input = Box::whole(type);
  int64_t axis = getAxis(), indexRank = getIndices().getType().getRank();
  for (int64_t i = 0; i < type.getRank(); ++i) {
    if (operand == 0 && i == axis)
      continue;
    // Indices stand where the axis was.
    int64_t dim = operand == 1 ? axis + i : i < axis ? i : i + indexRank - 1;
    input.setDim(i, box.offsets[dim], box.getEnd(dim), type.getDimSize(i));
  }
  return input;
}

Box GatherElementsOp::getOperandBox(unsigned operand, unsigned,
                                    const Box &box) {
  RankedTensorType type = tensorType(getOperand(operand));
  if (box.isEmpty())
    return Box::none(type);
  if (operand == 1)
    return box;
  Box input = box;
  int64_t extent = type.getDimSize(getAxis());
  input.setDim(getAxis(), 0, extent, extent);
  return input;
}

Box TriluOp::getOperandBox(unsigned operand, unsigned, const Box &box) {
  if (operand == 0)
    return box;
  RankedTensorType k = getK().getType();
  return box.isEmpty() ? Box::none(k) : Box::whole(k);
}

//===----------------------------------------------------------------------===//
// Fusion
//===----------------------------------------------------------------------===//

Box FusedOp::getOperandBox(unsigned operand, unsigned result, const Box &box) {
  // Backwards through the body: what is needed of each value so far.
  Block &body = getBody().front();
  llvm::DenseMap<Value, Box> needed;
  auto need = [&](Value value, const Box &box) {
    auto [it, isNew] = needed.try_emplace(value, box);
    if (!isNew)
      it->second.unite(box);
  };
  need(getYield().getOperand(result), box);
  for (Operation &op : llvm::reverse(body.without_terminator()))
    for (OpResult value : op.getResults()) {
      auto it = needed.find(value);
      if (it == needed.end())
        continue;
      Box ofResult = it->second;
      auto map = cast<RegionMapOpInterface>(op);
      for (auto [i, input] : llvm::enumerate(op.getOperands()))
        need(input, map.getOperandBox(i, value.getResultNumber(), ofResult));
    }
  auto it = needed.find(body.getArgument(operand));
  return it != needed.end() ? it->second
                            : Box::none(tensorType(getInputs()[operand]));
}
