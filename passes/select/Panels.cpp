//===- Panels.cpp - Interleaves the panels of packed weights --------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/select/Panels.h"
#include "codegen/kernels/GemmLanes.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

/// Which dimension of the rhs the vectors are; nothing if they are none of
/// their own.
static std::optional<unsigned> getVectorDim(GemmOp op) {
  AffineMap map = op.getRhsMap();
  AffineExpr vector = getAffineDimExpr(op.getOuter().size(), op.getContext());
  std::optional<unsigned> found;
  for (auto [i, index] : llvm::enumerate(map.getResults())) {
    if (index == vector)
      found = i;
    else if (index.isFunctionOfDim(op.getOuter().size()))
      return std::nullopt;
  }
  return found;
}

bool megcc::canInterleavePanels(GemmOp op, const Target &target) {
  auto weights = op.getRhs().getDefiningOp<ConstantOp>();
  return weights && weights->hasOneUse() && weights.getPack() &&
         getVectorDim(op) && isRhsInOrder(op, 1, target);
}

void megcc::interleavePanels(GemmOp op, OpBuilder &builder) {
  auto weights = op.getRhs().getDefiningOp<ConstantOp>();
  unsigned dim = *getVectorDim(op);
  int64_t panels = op.getTileVectors();
  SmallVector<AffineExpr> index(op.getRhsMap().getResults());
  AffineExpr vector = index[dim];
  index[dim] = vector.floorDiv(panels);
  index.insert(index.end() - 1, vector % panels);
  op.setRhsMap(
      AffineMap::get(op.getRhsMap().getNumDims(), 0, index, op.getContext()));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(weights);
  weights.replaceAllUsesWith(interleavePanels(weights, dim, panels, builder));
  weights.erase();
}

Value megcc::interleavePanels(ConstantOp weights, unsigned dim, int64_t panels,
                              OpBuilder &builder) {
  auto type = cast<MemRefType>(weights.getType());
  unsigned rank = type.getRank();
  SmallVector<int64_t> shape(type.getShape());
  shape[dim] = llvm::divideCeil(shape[dim], panels);
  shape.insert(shape.end() - 1, panels);
  // An index of the new buffer, as one of the old; what `pack` takes beside it
  // follows.
  AffineMap pack = *weights.getPack();
  SmallVector<AffineExpr> old;
  for (unsigned i = 0; i < pack.getNumDims(); ++i)
    old.push_back(builder.getAffineDimExpr(i < rank - 1 ? i : i + 1));
  old[dim] = old[dim] * panels + builder.getAffineDimExpr(rank - 1);
  AffineMap whole = simplifyAffineMap(pack.replaceDimsAndSymbols(
      old, {}, pack.getNumDims() + 1, /*numResultSyms=*/0));
  return builder.create<ConstantOp>(
      weights.getLoc(), MemRefType::get(shape, type.getElementType()),
      weights.getValue(), weights.getWinogradAttr(), AffineMapAttr::get(whole));
}
