//===- NNConversion.cpp - Changes of the element type ---------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/NN/Inference.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::nn;

void NNDialect::registerConversionOps() {
  addOperations<
#define GET_OP_LIST
#include "dialects/NN/NNConversion.cpp.inc"
      >();
}

#define GET_OP_CLASSES
#include "dialects/NN/NNConversion.cpp.inc"

LogicalResult CastOp::verify() {
  RankedTensorType x = tensorType(getX()), result = getType();
  // cast_shape
  if (x.getShape() != result.getShape() ||
      x.getEncoding() != result.getEncoding())
    return emitOpError("expected a result that differs from ")
           << x << " in its element type only, found " << result;
  return success();
}

/// Quantisation parameters broadcast to x; the result has its shape.
static LogicalResult inferQuantization(const Inference &infer,
                                       ValueRange operands, Type element,
                                       SmallVectorImpl<Type> &types) {
  RankedTensorType x = tensorType(operands.front());
  FailureOr<SmallVector<int64_t>> shape = broadcastShapes(infer, operands);
  if (failed(shape))
    return failure();
  // quantize_shape
  if (failed(infer.shape(x, *shape, "x")))
    return failure();
  FailureOr<Attribute> encoding = broadcastEncoding(infer, operands, *shape);
  if (failed(encoding))
    return failure();
  return infer.result(*shape, element, types, *encoding);
}

LogicalResult QuantizeOp::inferReturnTypes(MLIRContext *,
                                           std::optional<Location> loc,
                                           Adaptor adaptor,
                                           SmallVectorImpl<Type> &types) {
  Inference infer(loc, getOperationName());
  // quantize_scale
  if (failed(infer.sameElement(tensorType(adaptor.getScale()),
                               tensorType(adaptor.getX()), "scale")))
    return failure();
  return inferQuantization(infer, adaptor.getOperands(),
                           tensorType(adaptor.getZeroPoint()).getElementType(),
                           types);
}

LogicalResult DequantizeOp::inferReturnTypes(MLIRContext *,
                                             std::optional<Location> loc,
                                             Adaptor adaptor,
                                             SmallVectorImpl<Type> &types) {
  Inference infer(loc, getOperationName());
  // dequantize_zero_point
  if (failed(infer.sameElement(tensorType(adaptor.getZeroPoint()),
                               tensorType(adaptor.getX()), "zero_point")))
    return failure();
  return inferQuantization(infer, adaptor.getOperands(),
                           tensorType(adaptor.getScale()).getElementType(),
                           types);
}
