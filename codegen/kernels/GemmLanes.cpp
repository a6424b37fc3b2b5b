//===- GemmLanes.cpp - Products with one lane of a register ---------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/GemmLanes.h"
#include "codegen/kernels/GemmPrefetch.h"
#include "lib/Target/DotProducts.h"
#include "lib/Target/Intrinsics.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

bool megcc::isContiguousAlongDepth(GemmOp op, int64_t lanes) {
  AffineMap map = op.getLhsMap();
  auto type = cast<MemRefType>(op.getLhs().getType());
  SmallVector<int64_t> strides;
  int64_t offset;
  if (map.getNumResults() == 0 || op.getDepth().empty() ||
      failed(getStridesAndOffset(type, strides, offset)) || strides.back() != 1)
    return false;
  MLIRContext *context = op.getContext();
  AffineExpr last = getAffineDimExpr(map.getNumDims() - 1, context);
  auto indexAt = [&](int64_t lane) {
    AffineMap at = map.replace(last, last * lanes + lane, map.getNumDims(),
                               map.getNumSymbols());
    return simplifyAffineMap(at);
  };
  AffineMap first = indexAt(0);
  for (int64_t lane = 1; lane < lanes; ++lane)
    for (auto [i, pair] : llvm::enumerate(
             llvm::zip(first.getResults(), indexAt(lane).getResults()))) {
      auto [from, to] = pair;
      int64_t distance = i + 1 == first.getNumResults() ? lane : 0;
      if (simplifyAffineExpr(to - from, map.getNumDims(), 0) !=
          getAffineConstantExpr(distance, context))
        return false;
    }
  return true;
}

bool megcc::hasLaneProducts(const Target &target) {
  return target.architecture == Architecture::AArch64 && target.fma;
}

bool megcc::multipliesByLane(GemmOp op, const Target &target) {
  int64_t lanes = op.getLanes();
  auto elementOf = [](Value buffer) {
    return cast<MemRefType>(buffer.getType()).getElementType();
  };
  Type lhs = elementOf(op.getLhs()), sum = op.getAccumulatorType();
  auto vectorOf = [&](Type element) {
    return VectorType::get({lanes}, element);
  };
  bool takes =
      getDepthGroup(op) == 1
          ? lhs == sum ||
                !lookupConversion(target, vectorOf(lhs), vectorOf(sum)).empty()
          : findDotProduct(target, {lhs}, {elementOf(op.getRhs())}, sum).byLane;
  return hasLaneProducts(target) && lanes > 1 && takes &&
         !op.getDepth().empty() && op.getDepth().back() % lanes == 0 &&
         isContiguousAlongDepth(op, lanes);
}
