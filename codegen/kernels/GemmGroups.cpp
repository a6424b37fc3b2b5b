//===- GemmGroups.cpp - Rows that stay near -------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/GemmGroups.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

static int64_t getBytes(Value buffer) {
  auto type = cast<MemRefType>(buffer.getType());
  return type.getNumElements() * ((type.getElementTypeBitWidth() + 7) / 8);
}

/// Whether `groups` equal groups of rows exist: of indices of the first of
/// several row dimensions, or of whole tiles of the only one.
static bool canGroup(GemmOp op, int64_t groups) {
  int64_t first = op.getRows().front(), size = op.getTileRows();
  if (op.getRows().size() == 1)
    return groups == 1 || first / size % groups == 0;
  // Indices of it that one tile takes.
  int64_t spanned = op.getRows().size() == 2
                        ? std::max(size / op.getRows().back(), int64_t(1))
                        : 1;
  return first % groups == 0 && first / groups >= std::min(first, spanned);
}

/// How often the rows are cut into groups, of which each passes by all vector
/// blocks before the next begins (Goto & van de Geijn 2008).
///
/// While a group lasts, its part of the lhs is read once per vector block, so
/// it should fit the second cache (half of it: the rest is for what streams);
/// the rhs is read once per group. Where one group does, the packed panel of a
/// block stays in the nearest cache while all rows pass by. Groups are equal,
/// so that one loop holds them all. A prologue's are given.
int64_t megcc::chooseGemmGroups(GemmOp op, const Target &target) {
  if (op.hasPrologue())
    return *op.getPrologueBlocks();
  unsigned outer = op.getOuter().size();
  auto bytesPerOuter = [&](Value buffer, AffineMap map) {
    int64_t bytes = getBytes(buffer);
    for (unsigned i = 0; i < outer; ++i)
      if (i >= op.getGivenRank() && map.isFunctionOfDim(i))
        bytes /= op.getOuter()[i];
    return bytes;
  };
  int64_t lhs = bytesPerOuter(op.getLhs(), op.getLhsMap());
  // Of a slice only its own part is read.
  if (op.getIndex())
    lhs = std::min(lhs, ShapedType::getNumElements(op.getRows()) *
                            ShapedType::getNumElements(op.getDepth()) *
                            getBufferElementBytes(
                                cast<MemRefType>(op.getLhs().getType())));
  int64_t rhs = bytesPerOuter(op.getRhs(), op.getRhsMap());
  int64_t blocks = llvm::divideCeil(op.getVectors(), op.getTileVectors());
  int64_t cache = target.l2Bytes / 2;
  int64_t best = 1, leastTraffic = INT64_MAX;
  for (int64_t groups = 1; groups <= op.getRows().front(); ++groups) {
    if (!canGroup(op, groups))
      continue;
    int64_t traffic = (lhs / groups > cache ? lhs * blocks : lhs) +
                      (rhs > cache ? rhs * groups : rhs);
    if (traffic < leastTraffic) {
      leastTraffic = traffic;
      best = groups;
    }
  }
  return best;
}
