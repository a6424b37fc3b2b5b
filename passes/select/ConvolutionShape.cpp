//===- ConvolutionShape.cpp - A convolution in numbers --------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/select/ConvolutionShape.h"

using namespace mlir;
using namespace megcc;

bool ConvolutionShape::readsMoreRows() const {
  if (spatial() < 2 || kernel[0] == 1)
    return false;
  int64_t reach = (kernel[0] - 1) * dilations[0];
  return reach * inPerGroup * strides[1] > reach / strides[0] * outPerGroup;
}

ConvolutionShape megcc::getConvolutionShape(nn::ConvOp conv,
                                            RankedTensorType input,
                                            RankedTensorType weight,
                                            RankedTensorType result) {
  ConvolutionShape shape;
  shape.batch = input.getDimSize(0);
  shape.groups = conv.getGroups();
  shape.inPerGroup = weight.getDimSize(1);
  shape.outPerGroup = weight.getDimSize(0) / shape.groups;
  shape.kernel = SmallVector<int64_t>(weight.getShape().drop_front(2));
  shape.out = SmallVector<int64_t>(result.getShape().drop_front(2));
  shape.strides = SmallVector<int64_t>(conv.getStrides());
  shape.dilations = SmallVector<int64_t>(conv.getDilations());
  shape.pads = SmallVector<int64_t>(conv.getPads());
  return shape;
}

SmallVector<int64_t> megcc::getReadPads(const ConvolutionShape &shape,
                                        RankedTensorType input) {
  SmallVector<int64_t> pads = shape.pads;
  for (unsigned i = 0; i < shape.spatial(); ++i) {
    int64_t read = (shape.out[i] - 1) * shape.strides[i] +
                   (shape.kernel[i] - 1) * shape.dilations[i] + 1;
    int64_t &behind = pads[shape.spatial() + i];
    behind = std::clamp<int64_t>(read - pads[i] - input.getDimSize(2 + i), 0,
                                 behind);
  }
  return pads;
}
