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
