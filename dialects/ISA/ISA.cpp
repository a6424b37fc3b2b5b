//===- ISA.cpp - The isa dialect ------------------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/ISA/ISA.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::instructions;

#include "dialects/ISA/ISADialect.cpp.inc"

#define GET_OP_CLASSES
#include "dialects/ISA/ISAOps.cpp.inc"

void ISADialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/ISA/ISAOps.cpp.inc"
      >();
}

static unsigned getBits(VectorType type) {
  return type.getNumElements() * type.getElementTypeBitWidth();
}

LogicalResult RepeatOp::verify() {
  VectorType source = getSource().getType(), result = getType();
  // isa_repeat
  if (source.getElementType() != result.getElementType() ||
      getBits(source) != 32 ||
      result.getNumElements() % source.getNumElements() != 0)
    return emitOpError(
               "expected 32 bits, and a vector of several of them, found ")
           << source << " and " << result;
  return success();
}

LogicalResult DotOp::verify() {
  VectorType factors = getLhs().getType(), sums = getAcc().getType();
  // isa_dot
  if (getBits(factors) != getBits(sums) ||
      factors.getNumElements() % sums.getNumElements() != 0)
    return emitOpError("expected vectors of the same size, found ")
           << factors << " and " << sums;
  return success();
}

LogicalResult LaneFmaOp::verify() {
  VectorType lhs = getLhs().getType(), rhs = getRhs().getType();
  int64_t lanes = getAcc().getType().getNumElements();
  // isa_lane_fma
  if (lhs.getElementType() != rhs.getElementType() ||
      int64_t(getLane()) >= lhs.getNumElements() ||
      int64_t(getPart() + 1) * lanes > rhs.getNumElements())
    return emitOpError("expected a lane of its lhs and ")
           << lanes << " elements of its rhs, found lane " << getLane()
           << " of " << lhs << " and part " << getPart() << " of " << rhs;
  return success();
}

int64_t TileSumsOp::getTotalRows() {
  int64_t total = 0;
  for (int64_t rows : getRows())
    total += rows;
  return total;
}

LogicalResult TileSumsOp::verify() {
  auto isShape = [](int64_t rows) { return rows >= 1 && rows <= 16; };
  // isa_tile_sums_shape
  if (getRows().empty() || getRows().size() > 2 || getVectors() < 1 ||
      getVectors() > 2 || !llvm::all_of(getRows(), isShape) ||
      !isShape(int64_t(getDepth()) / 2))
    return emitOpError("expected one or two tiles of 1 to 16 rows, 1 or 2 "
                       "vectors, and a depth of 2 to 32");
  auto type = cast<MemRefType>(getBuffer().getType());
  // isa_tile_sums_buffer
  if (type.getRank() != 2 || getIndices().size() != 2 ||
      !type.getElementType().isF32())
    return emitOpError("expected a matrix of f32 and two indices, found ")
           << type << " and " << getIndices().size();
  return success();
}

LogicalResult TileLoadOp::verify() {
  auto type = cast<MemRefType>(getBase().getType());
  int64_t rank = type.getRank(), dim = getDim();
  // isa_tile_load
  if (rank != int64_t(getIndices().size()) || dim < 0 || dim + 1 >= rank ||
      int64_t(getRows()) < 1 || int64_t(getRows()) > 16 ||
      int64_t(getStep()) < 1)
    return emitOpError("expected ")
           << rank << " indices, and 1 to 16 rows along a dimension before the "
           << "last of " << type;
  return success();
}
