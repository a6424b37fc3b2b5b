//===- Strides.cpp - Strides of buffers -----------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Kernel/Strides.h"

using namespace mlir;
using namespace megcc;

LogicalResult kernel::getStrides(MemRefType type,
                                 SmallVectorImpl<int64_t> &strides,
                                 int64_t &offset) {
  MemRefLayoutAttrInterface layout = type.getLayout();
  if (auto strided = dyn_cast<StridedLayoutAttr>(layout)) {
    strides.assign(strided.getStrides().begin(), strided.getStrides().end());
    offset = strided.getOffset();
    return success();
  }
  if (!layout.isIdentity() || !type.hasStaticShape())
    return getStridesAndOffset(type, strides, offset);
  ArrayRef<int64_t> shape = type.getShape();
  strides.resize(shape.size());
  offset = 0;
  int64_t stride = 1;
  for (size_t i = shape.size(); i-- > 0;) {
    strides[i] = stride;
    stride *= shape[i];
  }
  return success();
}
