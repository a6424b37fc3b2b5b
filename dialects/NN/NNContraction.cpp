//===- NNContraction.cpp - Convolutions and matrix products ---------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/NN/Inference.h"
#include "dialects/NN/Window.h"
#include "mlir/Dialect/Traits.h"
#include "llvm/Support/CheckedArithmetic.h"
#include <numeric>

using namespace mlir;
using namespace megcc;
using namespace megcc::nn;

void NNDialect::registerContractionOps() {
  addOperations<
#define GET_OP_LIST
#include "dialects/NN/NNContraction.cpp.inc"
      >();
}

#define GET_OP_CLASSES
#include "dialects/NN/NNContraction.cpp.inc"

//===----------------------------------------------------------------------===//
// Element types
//===----------------------------------------------------------------------===//

/// The element type in which products of `lhs` and `rhs` are summed unless a
/// wider one is asked for.
static FailureOr<Type> accumulatorType(const Inference &infer, Type lhs,
                                       Type rhs) {
  auto left = dyn_cast<IntegerType>(lhs), right = dyn_cast<IntegerType>(rhs);
  if (left && right) {
    unsigned width = std::max(left.getWidth(), right.getWidth());
    if (width <= 16)
      return Type(IntegerType::get(lhs.getContext(), 32));
    return left.getWidth() == width ? lhs : rhs;
  }
  // contraction_elements
  if (lhs != rhs)
    return infer.error(
        "expected floats of one type or integers, found factors of ", lhs,
        " and ", rhs);
  return lhs;
}

/// Checks the bias of `channels` channels, but for its element type.
static LogicalResult inferBias(const Inference &infer, Value bias,
                               int64_t channels) {
  // contraction_bias
  return bias ? infer.shape(tensorType(bias), {channels}, "bias") : success();
}

/// A bias is added in the type of the sum.
template <typename ConvT> static LogicalResult verifyBias(ConvT conv) {
  if (!conv.getBias())
    return success();
  Type bias = conv.getBias().getType().getElementType();
  Type result = conv.getType().getElementType();
  // contraction_bias_element
  if (bias != result)
    return conv.emitOpError("expected bias of the result's element type ")
           << result << ", found " << bias;
  return success();
}

//===----------------------------------------------------------------------===//
// Convolution
//===----------------------------------------------------------------------===//

/// Checks what convolutions share: ranks, groups, the window.
static LogicalResult checkConv(const Inference &infer, RankedTensorType x,
                               RankedTensorType w, int64_t groups,
                               const Window &window) {
  // conv_rank
  if (failed(infer.minRank(x, 3, "x")) ||
      failed(infer.rank(w, x.getRank(), "w")))
    return failure();
  // conv_weights_layout
  if (getLayout(w))
    return infer.error("expected row-major w, found ", w);
  if (failed(window.check(infer)))
    return failure();
  // conv_groups
  if (failed(infer.range({groups}, 1, "groups")))
    return failure();
  return success();
}

bool ConvOp::isDepthwise() {
  int64_t groups = getGroups();
  return groups > 1 && getW().getType().getDimSize(1) == 1 &&
         getW().getType().getDimSize(0) == groups;
}

int64_t ConvOp::getGroupsPerBlock(int64_t lanes) {
  int64_t groups = getGroups();
  if (groups == 1)
    return 1;
  int64_t perGroup = getW().getType().getDimSize(0) / groups;
  int64_t merged = lanes / std::gcd(perGroup, lanes);
  return merged < lanes || lanes == 1 ? merged : 0;
}

LogicalResult ConvOp::inferReturnTypes(MLIRContext *,
                                       std::optional<Location> loc,
                                       Adaptor adaptor,
                                       SmallVectorImpl<Type> &types) {
  Inference infer(loc, getOperationName());
  RankedTensorType x = tensorType(adaptor.getX());
  RankedTensorType w = tensorType(adaptor.getW());
  int64_t groups = adaptor.getGroups();
  Window window{x, w.getShape().drop_front(std::min<size_t>(2, w.getRank())),
                adaptor.getStrides(), adaptor.getPads(),
                adaptor.getDilations()};
  if (failed(checkConv(infer, x, w, groups, window)))
    return failure();
  // conv_channels
  int64_t channels = x.getDimSize(1), outputs = w.getDimSize(0);
  if (channels % groups != 0 || channels / groups != w.getDimSize(1))
    return infer.error("expected w with channels / groups = ", channels, " / ",
                       groups, " input channels, found ", w.getDimSize(1));
  // conv_outputs
  if (outputs % groups != 0)
    return infer.error("expected output channels divisible by groups = ",
                       groups, ", found ", outputs);
  if (failed(inferBias(infer, adaptor.getBias(), outputs)))
    return failure();
  FailureOr<Type> element =
      accumulatorType(infer, x.getElementType(), w.getElementType());
  SmallVector<int64_t> shape = {x.getDimSize(0), outputs};
  if (failed(element) || failed(window.appendResult(infer, shape)))
    return failure();
  return infer.result(shape, *element, types, x.getEncoding());
}

bool ConvOp::isCompatibleReturnTypes(TypeRange inferred, TypeRange actual) {
  return isSameShapeWidening(inferred, actual);
}

LogicalResult ConvOp::verify() { return verifyBias(*this); }

//===----------------------------------------------------------------------===//
// Transposed convolution
//===----------------------------------------------------------------------===//

LogicalResult ConvTransposeOp::inferReturnTypes(MLIRContext *,
                                                std::optional<Location> loc,
                                                Adaptor adaptor,
                                                SmallVectorImpl<Type> &types) {
  Inference infer(loc, getOperationName());
  RankedTensorType x = tensorType(adaptor.getX());
  RankedTensorType w = tensorType(adaptor.getW());
  int64_t groups = adaptor.getGroups();
  Window window{x, w.getShape().drop_front(std::min<size_t>(2, w.getRank())),
                adaptor.getStrides(), adaptor.getPads(),
                adaptor.getDilations()};
  if (failed(checkConv(infer, x, w, groups, window)))
    return failure();
  // conv_transpose_channels
  int64_t channels = x.getDimSize(1);
  if (w.getDimSize(0) != channels)
    return infer.error("expected w with ", channels, " input channels, found ",
                       w.getDimSize(0));
  // conv_transpose_groups
  if (channels % groups != 0)
    return infer.error("expected channels divisible by groups = ", groups,
                       ", found ", channels);
  // conv_transpose_output_padding
  ArrayRef<int64_t> outputPadding = adaptor.getOutputPadding();
  if (failed(infer.count(outputPadding, window.getRank(), "output_padding")) ||
      failed(infer.range(outputPadding, 0, "output_padding")))
    return failure();
  std::optional<int64_t> outputs = llvm::checkedMul(w.getDimSize(1), groups);
  if (!outputs)
    return infer.error("has too many output channels");
  if (failed(inferBias(infer, adaptor.getBias(), *outputs)))
    return failure();

  SmallVector<int64_t> shape = {x.getDimSize(0), *outputs};
  for (int64_t i = 0; i < window.getRank(); ++i) {
    std::optional<int64_t> extent = llvm::checkedMulAdd(
        window.strides[i], x.getDimSize(2 + i) - 1,
        (window.kernel[i] - 1) * window.dilations[i] + 1 + outputPadding[i] -
            window.getBegin(i) - window.getEnd(i));
    // conv_transpose_extent
    if (!extent || *extent < 1)
      return infer.error("pads take away all of dimension ", 2 + i,
                         " of the result");
    shape.push_back(*extent);
  }
  FailureOr<Type> element =
      accumulatorType(infer, x.getElementType(), w.getElementType());
  if (failed(element))
    return failure();
  return infer.result(shape, *element, types, x.getEncoding());
}

bool ConvTransposeOp::isCompatibleReturnTypes(TypeRange inferred,
                                              TypeRange actual) {
  return isSameShapeWidening(inferred, actual);
}

LogicalResult ConvTransposeOp::verify() { return verifyBias(*this); }

//===----------------------------------------------------------------------===//
// Matrix product
//===----------------------------------------------------------------------===//

LogicalResult MatMulOp::inferReturnTypes(MLIRContext *,
                                         std::optional<Location> loc,
                                         Adaptor adaptor,
                                         SmallVectorImpl<Type> &types) {
  Inference infer(loc, getOperationName());
  RankedTensorType lhs = tensorType(adaptor.getLhs());
  RankedTensorType rhs = tensorType(adaptor.getRhs());
  // matmul_rank
  if (failed(infer.minRank(lhs, 1, "lhs")) ||
      failed(infer.minRank(rhs, 1, "rhs")))
    return failure();
  // matmul_depth
  int64_t depth = lhs.getShape().back();
  int64_t rhsDepth = rhs.getDimSize(std::max<int64_t>(rhs.getRank() - 2, 0));
  if (depth != rhsDepth)
    return infer.error("expected as many columns of lhs as rows of rhs, found ",
                       depth, " and ", rhsDepth);

  // The batch broadcasts.
  ArrayRef<int64_t> lhsBatch =
      lhs.getShape().drop_back(std::min<int64_t>(lhs.getRank(), 2));
  ArrayRef<int64_t> rhsBatch =
      rhs.getShape().drop_back(std::min<int64_t>(rhs.getRank(), 2));
  SmallVector<int64_t> shape;
  // matmul_batch
  if (!OpTrait::util::getBroadcastedShape(lhsBatch, rhsBatch, shape))
    return infer.error("expected batches that broadcast, found ",
                       shapeString(lhsBatch), " and ", shapeString(rhsBatch));
  if (lhs.getRank() > 1)
    shape.push_back(lhs.getDimSize(lhs.getRank() - 2));
  if (rhs.getRank() > 1)
    shape.push_back(rhs.getShape().back());
  FailureOr<Type> element =
      accumulatorType(infer, lhs.getElementType(), rhs.getElementType());
  if (failed(element))
    return failure();
  return infer.result(shape, *element, types);
}

bool MatMulOp::isCompatibleReturnTypes(TypeRange inferred, TypeRange actual) {
  return isSameShapeWidening(inferred, actual);
}
