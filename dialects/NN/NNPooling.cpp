//===- NNPooling.cpp - Sliding windows ------------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/NN/Inference.h"
#include "dialects/NN/Window.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::nn;

void NNDialect::registerPoolingOps() {
  addOperations<
#define GET_OP_LIST
#include "dialects/NN/NNPooling.cpp.inc"
      >();
}

#define GET_OP_CLASSES
#include "dialects/NN/NNPooling.cpp.inc"

/// The shape of a pool's result.
static LogicalResult inferPool(const Inference &infer, const Window &window,
                               SmallVectorImpl<int64_t> &shape) {
  // pool_rank
  if (failed(infer.minRank(window.x, 3, "x")) || failed(window.check(infer)))
    return failure();
  shape.assign({window.x.getDimSize(0), window.x.getDimSize(1)});
  return window.appendResult(infer, shape);
}

LogicalResult MaxPoolOp::inferReturnTypes(MLIRContext *,
                                          std::optional<Location> loc,
                                          Adaptor adaptor,
                                          SmallVectorImpl<Type> &types) {
  Inference infer(loc, getOperationName());
  RankedTensorType x = tensorType(adaptor.getX());
  Window window{x, adaptor.getKernel(), adaptor.getStrides(), adaptor.getPads(),
                adaptor.getDilations()};
  SmallVector<int64_t> shape;
  if (failed(inferPool(infer, window, shape)) ||
      failed(infer.result(shape, x.getElementType(), types, x.getEncoding())))
    return failure();
  if (!adaptor.getWithIndices())
    return success();
  // max_pool_indices_layout
  if (getLayout(x))
    return infer.error("with indices expected row-major x, found ", x);
  return infer.result(shape, IntegerType::get(x.getContext(), 64), types);
}

LogicalResult MaxPoolOp::canonicalize(MaxPoolOp op, PatternRewriter &rewriter) {
  if (!op.getIndices() || !op.getIndices().use_empty())
    return failure();
  auto pool = rewriter.create<MaxPoolOp>(
      op.getLoc(), TypeRange(op.getValues().getType()), op.getX(),
      op.getKernel(), op.getStrides(), op.getPads(), op.getDilations());
  rewriter.replaceAllUsesWith(op.getValues(), pool.getValues());
  rewriter.eraseOp(op);
  return success();
}

LogicalResult AveragePoolOp::inferReturnTypes(MLIRContext *,
                                              std::optional<Location> loc,
                                              Adaptor adaptor,
                                              SmallVectorImpl<Type> &types) {
  Inference infer(loc, getOperationName());
  RankedTensorType x = tensorType(adaptor.getX());
  Window window{x, adaptor.getKernel(), adaptor.getStrides(), adaptor.getPads(),
                adaptor.getDilations()};
  SmallVector<int64_t> shape;
  if (failed(inferPool(infer, window, shape)))
    return failure();
  ArrayRef<int64_t> counted = adaptor.getCountedPads();
  if (failed(infer.count(counted, window.pads.size(), "counted_pads")) ||
      failed(infer.range(counted, 0, "counted_pads")))
    return failure();
  // average_pool_counted
  for (auto [count, pad] : llvm::zip(counted, window.pads))
    if (count > pad)
      return infer.error(
          "expected counted_pads of at most pads = ", listString(window.pads),
          ", found ", listString(counted));
  return infer.result(shape, x.getElementType(), types, x.getEncoding());
}

LogicalResult LpPoolOp::inferReturnTypes(MLIRContext *,
                                         std::optional<Location> loc,
                                         Adaptor adaptor,
                                         SmallVectorImpl<Type> &types) {
  Inference infer(loc, getOperationName());
  RankedTensorType x = tensorType(adaptor.getX());
  Window window{x, adaptor.getKernel(), adaptor.getStrides(), adaptor.getPads(),
                adaptor.getDilations()};
  SmallVector<int64_t> shape;
  // lp_pool_p
  if (failed(inferPool(infer, window, shape)) ||
      failed(infer.range({adaptor.getP()}, 1, "p")))
    return failure();
  return infer.result(shape, x.getElementType(), types, x.getEncoding());
}
