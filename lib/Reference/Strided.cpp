//===- Strided.cpp - Copies through strides -------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Reference/Operators.h"

using namespace mlir;
using namespace megcc;

namespace {
/// The bytes of one element, moved as a whole.
template <size_t N> struct Element {
  char bytes[N];
};
} // namespace

template <typename T>
static void copyElements(HostTensor &result, const HostTensor &source,
                         int64_t start, ArrayRef<int64_t> strides) {
  auto *to = reinterpret_cast<T *>(result.data());
  auto *from = reinterpret_cast<const T *>(source.data());
  if (result.getRank() == 0) {
    *to = from[start];
    return;
  }
  int64_t rowLength = result.getShape().back();
  int64_t rowStride = strides.back();
  forEachIndex(result.getShape().drop_back(), [&](const Index &index) {
    const T *row = from + start + getOffset(index, strides.drop_back());
    for (int64_t i = 0; i < rowLength; ++i)
      *to++ = row[i * rowStride];
  });
}

HostTensor megcc::copyStrided(RankedTensorType type, const HostTensor &source,
                              int64_t start, ArrayRef<int64_t> strides) {
  HostTensor result(type);
  if (result.size() == 0)
    return result;
  switch (getElementBytes(type.getElementType())) {
  case 1:
    copyElements<Element<1>>(result, source, start, strides);
    break;
  case 2:
    copyElements<Element<2>>(result, source, start, strides);
    break;
  case 4:
    copyElements<Element<4>>(result, source, start, strides);
    break;
  default:
    copyElements<Element<8>>(result, source, start, strides);
    break;
  }
  return result;
}

HostTensor megcc::broadcastTo(const HostTensor &source,
                              ArrayRef<int64_t> shape) {
  if (source.getShape() == shape)
    return source;
  Index sourceStrides = getRowMajorStrides(source.getShape());
  Index strides(shape.size(), 0);
  size_t lead = shape.size() - source.getRank();
  for (size_t d = lead; d < shape.size(); ++d)
    if (source.getDim(d - lead) != 1)
      strides[d] = sourceStrides[d - lead];
  return copyStrided(RankedTensorType::get(shape, source.getElementType()),
                     source, /*start=*/0, strides);
}
