//===- ConvolutionNest.cpp - Convolutions as loop nests -------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/select/ConvolutionNest.h"

#include "passes/select/ConvolutionShape.h"

using namespace mlir;
using namespace megcc;

LogicalResult megcc::selectConvolutionNest(const Node &node, Selector &selector,
                                           nn::ConvOp conv) {
  RankedTensorType result = node.resultType();
  Value inputTensor = node.operand(conv.getX());
  Value weight = node.operand(conv.getW());
  auto inputType = cast<RankedTensorType>(inputTensor.getType());
  auto weightType = cast<RankedTensorType>(weight.getType());
  ConvolutionShape shape =
      getConvolutionShape(conv, inputType, weightType, result);
  unsigned spatial = shape.spatial();
  bool depthwise = conv.isDepthwise();
  bool blocked = layout::blockSize(result) > 1;

  NestSpec spec;
  spec.kind = depthwise ? "depthwise_conv" : "conv";
  auto bufferType = layout::bufferType(result);
  spec.extents = SmallVector<int64_t>(bufferType.getShape());
  unsigned parallel = spec.extents.size();
  unsigned channelAt = parallel;
  if (!depthwise)
    spec.extents.push_back(shape.inPerGroup);
  unsigned tapsAt = spec.extents.size();
  llvm::append_range(spec.extents, shape.kernel);
  unsigned rank = spec.extents.size();
  spec.reductionRank = rank - parallel;

  AffineExpr outChannel = selector.dim(1);
  AffineExpr inChannel =
      depthwise ? outChannel
                : outChannel.floorDiv(shape.outPerGroup) * shape.inPerGroup +
                      selector.dim(channelAt);
  SmallVector<AffineExpr> input{selector.dim(0), inChannel}, guards;
  SmallVector<AffineExpr> filter{outChannel};
  SmallVector<int64_t> filterShape{bufferType.getDimSize(1)};
  if (!depthwise) {
    filter.push_back(selector.dim(channelAt));
    filterShape.push_back(shape.inPerGroup);
  }
  for (unsigned i = 0; i < spatial; ++i) {
    AffineExpr position = selector.dim(2 + i) * shape.strides[i] +
                          selector.dim(tapsAt + i) * shape.dilations[i] -
                          shape.pads[i];
    input.push_back(position);
    filter.push_back(selector.dim(tapsAt + i));
    filterShape.push_back(shape.kernel[i]);
    if (shape.pads[i] != 0 || shape.pads[spatial + i] != 0) {
      guards.push_back(position);
      spec.guardExtents.push_back(inputType.getDimSize(2 + i));
    }
  }
  int64_t lanes = layout::blockSize(result);
  if (blocked) {
    AffineExpr lane = selector.dim(parallel - 1);
    input.push_back(lane);
    filter.push_back(lane);
    filterShape.push_back(lanes);
  }
  if (!guards.empty())
    spec.guards = selector.map(rank, guards);

  // The filter as [channel block][channel in group][taps][lane].
  unsigned filterRank = filterShape.size();
  SmallVector<AffineExpr> source{selector.dim(0)};
  if (blocked)
    source[0] = selector.dim(0) * lanes + selector.dim(filterRank - 1);
  source.push_back(depthwise ? selector.builder.getAffineConstantExpr(0)
                             : selector.dim(1));
  llvm::append_range(
      source, selector.dims(depthwise ? 1 : 2, (depthwise ? 1 : 2) + spatial));
  Type element = layout::storageType(weightType.getElementType());
  Value packedFilter =
      selector.packed(weight, MemRefType::get(filterShape, element),
                      selector.map(filterRank, source));

  spec.bodyInputs = {{selector.buffer(inputTensor), selector.map(rank, input)},
                     {packedFilter, selector.map(rank, filter)}};
  Type accumulator =
      accumulatorType(layout::storageType(node.rootType().getElementType()));
  spec.init = selector.builder.getZeroAttr(accumulator);
  if (Value bias = node.operand(conv.getBias())) {
    SmallVector<int64_t> biasShape{bufferType.getDimSize(1)};
    SmallVector<AffineExpr> biasIndex{outChannel};
    AffineExpr from = selector.dim(0);
    if (blocked) {
      biasShape.push_back(lanes);
      biasIndex.push_back(selector.dim(parallel - 1));
      from = selector.dim(0) * lanes + selector.dim(1);
    }
    Value packedBias = selector.packed(
        bias,
        MemRefType::get(biasShape,
                        layout::storageType(getElementTypeOrSelf(bias))),
        selector.map(biasShape.size(), {from}));
    spec.finishInputs.push_back({packedBias, selector.map(rank, biasIndex)});
  }
  Type stored = layout::storageType(node.rootType().getElementType());
  selector.nestWithEpilogue(
      spec, node,
      [&](const Scalars &s, ValueRange args) {
        return s.multiplyAdd(args[1], args[2], args[0],
                             inputType.getElementType(),
                             weightType.getElementType());
      },
      [&](const Scalars &s, ValueRange args) {
        Value value = args[0];
        if (args.size() > 1)
          value = s.add(value, s.convertFloat(args[1], accumulator));
        return s.convertFloat(value, stored);
      });
  return success();
}
