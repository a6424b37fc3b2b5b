//===- NNBinary.cpp - Registers the operators of NNBinary.td --------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/NN/Inference.h"

using namespace mlir;
using namespace megcc::nn;

void NNDialect::registerBinaryOps() {
  addOperations<
#define GET_OP_LIST
#include "dialects/NN/NNBinary.cpp.inc"
      >();
}

#define GET_OP_CLASSES
#include "dialects/NN/NNBinary.cpp.inc"

LogicalResult WhereOp::inferReturnTypes(MLIRContext *,
                                        std::optional<Location> loc,
                                        Adaptor adaptor,
                                        SmallVectorImpl<Type> &types) {
  Inference infer(loc, getOperationName());
  RankedTensorType lhs = tensorType(adaptor.getLhs());
  // where_element
  if (failed(infer.sameElement(tensorType(adaptor.getRhs()), lhs, "rhs")))
    return failure();
  FailureOr<SmallVector<int64_t>> shape =
      broadcastShapes(infer, adaptor.getOperands());
  if (failed(shape))
    return failure();
  FailureOr<Attribute> encoding =
      broadcastEncoding(infer, adaptor.getOperands(), *shape);
  if (failed(encoding))
    return failure();
  return infer.result(*shape, lhs.getElementType(), types, *encoding);
}
