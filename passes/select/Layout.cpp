//===- Layout.cpp - Tensor indices and buffer indices ---------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/select/Selector.h"

using namespace mlir;
using namespace megcc;

Type layout::storageType(Type type) { return nn::getScalarType(type); }

MemRefType layout::bufferType(RankedTensorType type) {
  return MemRefType::get(nn::physicalShape(type),
                         storageType(type.getElementType()));
}

int64_t layout::blockSize(RankedTensorType type) {
  std::optional<nn::BlockedLayout> blocked = nn::getLayout(type);
  return blocked ? blocked->size : 1;
}

bool layout::isBlocked(RankedTensorType type, int64_t dim) {
  std::optional<nn::BlockedLayout> blocked = nn::getLayout(type);
  return blocked && blocked->dim == dim;
}

SmallVector<AffineExpr> layout::logicalIndex(RankedTensorType type,
                                             ArrayRef<AffineExpr> physical) {
  SmallVector<AffineExpr> logical(physical.take_front(type.getRank()));
  if (std::optional<nn::BlockedLayout> blocked = nn::getLayout(type))
    logical[blocked->dim] =
        physical[blocked->dim] * blocked->size + physical.back();
  return logical;
}

SmallVector<AffineExpr> layout::physicalIndex(RankedTensorType type,
                                              ArrayRef<AffineExpr> logical) {
  SmallVector<AffineExpr> physical(logical);
  if (std::optional<nn::BlockedLayout> blocked = nn::getLayout(type)) {
    AffineExpr split = logical[blocked->dim];
    physical[blocked->dim] = split.floorDiv(blocked->size);
    physical.push_back(split % blocked->size);
  }
  return physical;
}

SmallVector<AffineExpr> layout::broadcastIndex(RankedTensorType operand,
                                               RankedTensorType result,
                                               ArrayRef<AffineExpr> physical) {
  unsigned shift = result.getRank() - operand.getRank();
  SmallVector<AffineExpr> logical = logicalIndex(result, physical);
  SmallVector<AffineExpr> index;
  AffineExpr zero = physical.empty()
                        ? getAffineConstantExpr(0, operand.getContext())
                        : physical[0] * 0;
  for (unsigned i = 0; i < operand.getRank(); ++i) {
    bool broadcast =
        operand.getDimSize(i) == 1 && result.getDimSize(i + shift) != 1;
    index.push_back(broadcast ? zero : logical[i + shift]);
  }
  // Where both are blocked alike, block and lane carry over; going through the
  // logical index would need a division.
  std::optional<nn::BlockedLayout> from = nn::getLayout(operand),
                                   to = nn::getLayout(result);
  bool alike = from && to && from->size == to->size &&
               from->dim + shift == to->dim &&
               operand.getDimSize(from->dim) == result.getDimSize(to->dim);
  if (!alike)
    return physicalIndex(operand, index);
  index[from->dim] = physical[to->dim];
  index.push_back(physical.back());
  return index;
}
