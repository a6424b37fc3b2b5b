//===- PatchOps.cpp - Parts of an operator's result -----------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/nn/PatchOps.h"
#include "dialects/NN/ReshapedBox.h"
#include "dialects/NN/Window.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::nn;

RankedTensorType nn::getPartType(RankedTensorType type, const Box &box) {
  return RankedTensorType::get(box.sizes, type.getElementType(),
                               type.getEncoding());
}

/// Whether every operator of a group computes the same box: none before the
/// root.
static bool isUniform(FusedOp fused) {
  Operation *root = fused.getRoot();
  if (fused.getNumResults() != 1 ||
      (root && !llvm::all_of(root->getOperands(), [](Value operand) {
         return isa<BlockArgument>(operand);
       })))
    return false;
  ArrayRef<int64_t> shape = tensorType(fused.getResult(0)).getShape();
  for (Operation &op : fused.getBody().front().without_terminator())
    if (!hasParts(&op) || tensorType(op.getResult(0)).getShape() != shape)
      return false;
  return true;
}

bool nn::hasParts(Operation *op) {
  if (op->getNumResults() != 1 || op->getNumOperands() == 0)
    return false;
  if (auto fused = dyn_cast<FusedOp>(op))
    return isUniform(fused);
  return isa<ElementwiseOpInterface, ConvOp, MatMulOp, MaxPoolOp, AveragePoolOp,
             LpPoolOp, ReduceOp, SoftmaxOp, LogSoftmaxOp, LayerNormOp,
             BatchNormOp, LrnOp, ReshapeOp, TransposeOp, ConcatOp, SliceOp,
             PadOp, RelayoutOp>(op);
}

/// Grows dimension `dim` to the whole extent.
static void takeWhole(Box &box, RankedTensorType type, int64_t dim) {
  box.setDim(dim, 0, type.getDimSize(dim), type.getDimSize(dim));
}

Box nn::getPartBox(Operation *op, const Box &box) {
  RankedTensorType type = tensorType(op->getResult(0));
  Box part = box;
  auto whole = [&](int64_t dim) { takeWhole(part, type, dim); };
  llvm::TypeSwitch<Operation *>(op)
      .Case([&](FusedOp fused) {
        if (Operation *root = fused.getRoot())
          part = getPartBox(root, part);
      })
      .Case<ConvOp, LrnOp>([&](auto) { whole(1); })
      .Case([&](MatMulOp product) {
        if (product.getRhs().getType().getRank() > 1)
          whole(type.getRank() - 1);
      })
      .Case<SoftmaxOp, LogSoftmaxOp>(
          [&](auto softmax) { whole(softmax.getAxis()); })
      .Case([&](LayerNormOp norm) {
        for (int64_t i = norm.getAxis(); i < type.getRank(); ++i)
          whole(i);
      })
      .Case([&](PadOp pad) {
        // What is reflected depends on where the end is.
        bool copies =
            pad.getMode() == PadMode::reflect || pad.getMode() == PadMode::wrap;
        for (int64_t i = 0; i < type.getRank(); ++i)
          if (copies && (pad.getLow()[i] != 0 || pad.getHigh()[i] != 0))
            whole(i);
      })
      .Case([&](ReshapeOp reshape) {
        // As many elements as the box of x has that holds them.
        ArrayRef<int64_t> shape = tensorType(reshape.getX()).getShape();
        Box input = getReshapedBox(type.getShape(), shape, part);
        while (input.getNumElements() != part.getNumElements()) {
          part = getReshapedBox(shape, type.getShape(), input);
          input = getReshapedBox(type.getShape(), shape, part);
        }
      })
      .Case([&](RelayoutOp relayout) {
        if (auto layout = getLayout(tensorType(relayout.getX())))
          whole(layout->dim);
      });
  if (auto layout = getLayout(type))
    whole(layout->dim);
  return part;
}

LogicalResult
nn::forEachOperandBox(Operation *op, const Box &box,
                      llvm::function_ref<void(Value, const Box &)> visit) {
  if (auto fused = dyn_cast<FusedOp>(op)) {
    for (Operation &inner : fused.getBody().front().without_terminator())
      if (failed(forEachOperandBox(&inner, box, [&](Value value, const Box &b) {
            if (auto argument = dyn_cast<BlockArgument>(value))
              visit(fused.getInputs()[argument.getArgNumber()], b);
          })))
        return failure();
    return success();
  }
  auto map = cast<RegionMapOpInterface>(op);
  for (auto [i, operand] : llvm::enumerate(op->getOperands())) {
    RankedTensorType type = tensorType(operand);
    Box needed = map.getOperandBox(i, 0, box);
    if (needed.isEmpty() && type.getNumElements() != 0) {
      if (isa<ConcatOp>(op))
        continue;
      return failure();
    }
    auto layout = getLayout(type);
    if (layout && needed.sizes[layout->dim] != type.getDimSize(layout->dim))
      return failure();
    visit(operand, needed);
  }
  return success();
}

Value nn::buildSlice(OpBuilder &builder, Location loc, Value value,
                     const Box &have, const Box &box) {
  if (have == box)
    return value;
  SmallVector<int64_t> offsets;
  for (auto [outer, inner] : llvm::zip(have.offsets, box.offsets))
    offsets.push_back(inner - outer);
  return builder.create<SliceOp>(loc, value, offsets, box.sizes,
                                 SmallVector<int64_t>(box.getRank(), 1));
}

/// The padding of the windows at the positions of `box`.
static SmallVector<int64_t> getPartPads(const Window &window, const Box &box) {
  int64_t rank = window.getRank();
  SmallVector<int64_t> pads(2 * rank);
  for (int64_t i = 0; i < rank; ++i) {
    int64_t stride = window.strides[i];
    int64_t first = box.offsets[2 + i] * stride - window.getBegin(i);
    int64_t last = (box.getEnd(2 + i) - 1) * stride - window.getBegin(i) +
                   window.getExtent(i);
    pads[i] = std::max<int64_t>(0, -first);
    pads[rank + i] = std::max<int64_t>(0, last - window.x.getDimSize(2 + i));
  }
  return pads;
}

/// What changes in the attributes of `part`, a copy of `op`.
static void setPartAttributes(Operation *part, Operation *op, const Box &box) {
  llvm::TypeSwitch<Operation *>(op)
      .Case([&](ConvOp conv) {
        Window window{conv.getX().getType(),
                      conv.getW().getType().getShape().drop_front(2),
                      conv.getStrides(), conv.getPads(), conv.getDilations()};
        cast<ConvOp>(part).setPads(getPartPads(window, box));
      })
      .Case<MaxPoolOp, AveragePoolOp, LpPoolOp>([&](auto pool) {
        Window window{pool.getX().getType(), pool.getKernel(),
                      pool.getStrides(), pool.getPads(), pool.getDilations()};
        SmallVector<int64_t> pads = getPartPads(window, box);
        cast<decltype(pool)>(part).setPads(pads);
        if (auto average = dyn_cast<AveragePoolOp>(part)) {
          // Padding counts where it did.
          SmallVector<int64_t> counted(average.getCountedPads());
          for (auto [number, pad] : llvm::zip(counted, pads))
            number = std::min(number, pad);
          average.setCountedPads(counted);
        }
      })
      .Case([&](SliceOp slice) {
        SmallVector<int64_t> offsets;
        for (auto [size, stride] : llvm::zip(box.sizes, slice.getStrides()))
          offsets.push_back(stride > 0 ? 0 : (size - 1) * -stride);
        cast<SliceOp>(part).setOffsets(offsets);
        cast<SliceOp>(part).setSizes(box.sizes);
      })
      .Case([&](PadOp pad) {
        Box input = pad.getOperandBox(0, 0, box);
        SmallVector<int64_t> low, high;
        for (int64_t i = 0; i < box.getRank(); ++i) {
          // Element j of x stands at position low + j * step.
          int64_t step = pad.getInterior()[i] + 1;
          int64_t first = pad.getLow()[i] + input.offsets[i] * step;
          int64_t last = pad.getLow()[i] + (input.getEnd(i) - 1) * step;
          low.push_back(first - box.offsets[i]);
          high.push_back(box.getEnd(i) - 1 - last);
        }
        cast<PadOp>(part).setLow(low);
        cast<PadOp>(part).setHigh(high);
      });
}

/// A group whose operators compute box `box`.
static Value buildFusedPart(OpBuilder &builder, FusedOp fused, const Box &box,
                            llvm::function_ref<Value(Value, const Box &)> get) {
  // An operand of which operators need different parts comes in once for each.
  SmallVector<std::pair<Value, Box>> parts;
  SmallVector<Value> inputs;
  Block &body = fused.getBody().front();
  for (Operation &op : body.without_terminator())
    (void)forEachOperandBox(&op, box, [&](Value value, const Box &needed) {
      auto argument = dyn_cast<BlockArgument>(value);
      if (!argument ||
          llvm::is_contained(parts, std::pair<Value, Box>(value, needed)))
        return;
      parts.push_back({value, needed});
      inputs.push_back(get(fused.getInputs()[argument.getArgNumber()], needed));
    });
  Type type = getPartType(tensorType(fused.getResult(0)), box);
  auto part = builder.create<FusedOp>(fused.getLoc(), TypeRange(type), inputs);
  OpBuilder inside = OpBuilder::atBlockBegin(&part.getBody().front());
  DenseMap<Value, Value> computed;
  for (Operation &op : body.without_terminator())
    computed[op.getResult(0)] =
        buildPart(inside, &op, box, [&](Value value, const Box &needed) {
          if (!isa<BlockArgument>(value))
            return computed.lookup(value);
          auto *it = llvm::find(parts, std::pair<Value, Box>(value, needed));
          return Value(part.getBody().getArgument(it - parts.begin()));
        });
  inside.create<YieldOp>(fused.getYield().getLoc(),
                         computed.lookup(fused.getYield().getOperand(0)));
  return part.getResult(0);
}

Value nn::buildPart(OpBuilder &builder, Operation *op, const Box &box,
                    llvm::function_ref<Value(Value, const Box &)> get) {
  if (auto fused = dyn_cast<FusedOp>(op))
    return buildFusedPart(builder, fused, box, get);
  SmallVector<Value> operands;
  (void)forEachOperandBox(op, box, [&](Value value, const Box &needed) {
    operands.push_back(get(value, needed));
  });
  if (auto concat = dyn_cast<ConcatOp>(op))
    return builder.create<ConcatOp>(op->getLoc(), operands, concat.getAxis());
  Operation *part = op->cloneWithoutRegions();
  part->setOperands(operands);
  part->getResult(0).setType(getPartType(tensorType(op->getResult(0)), box));
  setPartAttributes(part, op, box);
  builder.insert(part);
  return part->getResult(0);
}
