//===- Types.cpp - Layouts, boxes and costs -------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/NN/NN.h"
#include "mlir/IR/AffineMap.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::nn;

//===----------------------------------------------------------------------===//
// Tensor types
//===----------------------------------------------------------------------===//

std::optional<BlockedLayout> nn::getLayout(RankedTensorType type) {
  if (auto info = dyn_cast_or_null<InfoAttr>(type.getEncoding()))
    return info.getLayout();
  return std::nullopt;
}

RankedTensorType nn::withLayout(RankedTensorType type,
                                std::optional<BlockedLayout> layout) {
  ArrayRef<int64_t> bounds;
  if (auto info = dyn_cast_or_null<InfoAttr>(type.getEncoding()))
    bounds = info.getBounds();
  Attribute encoding;
  if (layout || !bounds.empty())
    encoding = InfoAttr::get(type.getContext(), layout, bounds);
  return RankedTensorType::get(type.getShape(), type.getElementType(),
                               encoding);
}

SmallVector<int64_t> nn::physicalShape(RankedTensorType type) {
  SmallVector<int64_t> shape(type.getShape());
  if (auto info = dyn_cast_or_null<InfoAttr>(type.getEncoding()))
    for (auto [extent, bound] : llvm::zip(shape, info.getBounds()))
      if (ShapedType::isDynamic(extent))
        extent = bound;
  if (std::optional<BlockedLayout> layout = getLayout(type)) {
    int64_t &split = shape[layout->dim];
    split = llvm::divideCeil(split, layout->size);
    shape.push_back(layout->size);
  }
  return shape;
}

/// a * b for numbers that are not negative.
static int64_t saturatingMul(int64_t a, int64_t b) {
  int64_t product;
  return llvm::MulOverflow(a, b, product) ? std::numeric_limits<int64_t>::max()
                                          : product;
}

static int64_t saturatingAdd(int64_t a, int64_t b) {
  int64_t sum;
  return llvm::AddOverflow(a, b, sum) ? std::numeric_limits<int64_t>::max()
                                      : sum;
}

int64_t nn::physicalBytes(RankedTensorType type) {
  int64_t bytes = llvm::divideCeil(type.getElementTypeBitWidth(), 8);
  for (int64_t extent : physicalShape(type))
    bytes = saturatingMul(bytes, extent);
  return bytes;
}

Type nn::getScalarType(Type elementType) {
  if (auto integer = dyn_cast<IntegerType>(elementType))
    return IntegerType::get(elementType.getContext(), integer.getWidth());
  return elementType;
}

AffineMap nn::getBroadcastMap(RankedTensorType from, RankedTensorType to) {
  MLIRContext *context = to.getContext();
  int64_t skipped = to.getRank() - from.getRank();
  SmallVector<AffineExpr> position;
  for (int64_t i = 0; i < from.getRank(); ++i) {
    bool stretched = from.getDimSize(i) == 1 && to.getDimSize(skipped + i) != 1;
    position.push_back(stretched ? getAffineConstantExpr(0, context)
                                 : getAffineDimExpr(skipped + i, context));
  }
  return AffineMap::get(to.getRank(), 0, position, context);
}

//===----------------------------------------------------------------------===//
// Box
//===----------------------------------------------------------------------===//

Box Box::whole(ShapedType type) {
  return {SmallVector<int64_t>(type.getRank(), 0),
          SmallVector<int64_t>(type.getShape())};
}

Box Box::none(ShapedType type) {
  return {SmallVector<int64_t>(type.getRank(), 0),
          SmallVector<int64_t>(type.getRank(), 0)};
}

bool Box::isEmpty() const {
  return llvm::any_of(sizes, [](int64_t size) { return size == 0; });
}

int64_t Box::getNumElements() const {
  int64_t count = 1;
  for (int64_t size : sizes)
    count = saturatingMul(count, size);
  return count;
}

void Box::setDim(unsigned dim, int64_t begin, int64_t end, int64_t extent) {
  begin = std::clamp<int64_t>(begin, 0, extent);
  end = std::clamp<int64_t>(end, begin, extent);
  offsets[dim] = begin;
  sizes[dim] = end - begin;
}

void Box::unite(const Box &other) {
  if (other.isEmpty())
    return;
  if (isEmpty()) {
    *this = other;
    return;
  }
  for (unsigned i = 0; i < sizes.size(); ++i) {
    int64_t end = std::max(getEnd(i), other.getEnd(i));
    offsets[i] = std::min(offsets[i], other.offsets[i]);
    sizes[i] = end - offsets[i];
  }
}

//===----------------------------------------------------------------------===//
// Cost
//===----------------------------------------------------------------------===//

Cost &Cost::operator+=(const Cost &other) {
  macs = saturatingAdd(macs, other.macs);
  operations = saturatingAdd(operations, other.operations);
  bytesRead = saturatingAdd(bytesRead, other.bytesRead);
  bytesWritten = saturatingAdd(bytesWritten, other.bytesWritten);
  return *this;
}
