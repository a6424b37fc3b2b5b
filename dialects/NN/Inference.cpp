//===- Inference.cpp - Checks shared by type inference --------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/NN/Inference.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CheckedArithmetic.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::nn;

std::string nn::shapeString(ArrayRef<int64_t> shape) {
  if (shape.empty())
    return "scalar";
  return llvm::join(llvm::map_range(shape,
                                    [](int64_t extent) {
                                      return ShapedType::isDynamic(extent)
                                                 ? std::string("?")
                                                 : std::to_string(extent);
                                    }),
                    "x");
}

std::string nn::listString(ArrayRef<int64_t> values) {
  return "[" +
         llvm::join(
             llvm::map_range(
                 values, [](int64_t value) { return std::to_string(value); }),
             ", ") +
         "]";
}

//===----------------------------------------------------------------------===//
// Inference
//===----------------------------------------------------------------------===//

FailureOr<RankedTensorType> Inference::tensor(ArrayRef<int64_t> shape,
                                              Type element,
                                              Attribute encoding) const {
  std::optional<int64_t> bits = element.getIntOrFloatBitWidth();
  for (int64_t extent : shape) {
    // An extent of zero must not hide the overflow of the others.
    bits = llvm::checkedMul(*bits, std::max<int64_t>(extent, 1));
    // result_size
    if (!bits)
      return error("result of shape ", shapeString(shape), " is too large");
  }
  auto emitError = [&]() {
    return mlir::emitError(loc.value_or(UnknownLoc::get(element.getContext())));
  };
  if (auto type =
          RankedTensorType::getChecked(emitError, shape, element, encoding))
    return type;
  return failure();
}

LogicalResult Inference::result(ArrayRef<int64_t> shape, Type element,
                                SmallVectorImpl<Type> &types,
                                Attribute encoding) const {
  FailureOr<RankedTensorType> type = tensor(shape, element, encoding);
  if (failed(type))
    return failure();
  types.push_back(*type);
  return success();
}

LogicalResult Inference::axis(int64_t axis, int64_t rank,
                              StringRef name) const {
  if (axis >= 0 && axis < rank)
    return success();
  return error("expected ", name, " in [0, ", rank, "), found ", axis);
}

LogicalResult Inference::axes(ArrayRef<int64_t> axes, int64_t rank) const {
  for (auto [i, value] : llvm::enumerate(axes)) {
    if (failed(axis(value, rank, "axes")))
      return failure();
    if (i > 0 && axes[i - 1] >= value)
      return error("expected ascending axes, found ", listString(axes));
  }
  return success();
}

LogicalResult Inference::count(ArrayRef<int64_t> values, int64_t expected,
                               StringRef name) const {
  if (static_cast<int64_t>(values.size()) == expected)
    return success();
  return error("expected ", expected, " values in ", name, ", found ",
               values.size());
}

LogicalResult Inference::range(ArrayRef<int64_t> values, int64_t low,
                               StringRef name) const {
  constexpr int64_t high = std::numeric_limits<int32_t>::max();
  for (int64_t value : values)
    if (value < low || value > high)
      return error("expected ", name, " in [", low, ", ", high, "], found ",
                   value);
  return success();
}

LogicalResult Inference::sameElement(RankedTensorType type,
                                     RankedTensorType expected,
                                     StringRef name) const {
  if (type.getElementType() == expected.getElementType())
    return success();
  return error("expected ", name, " of element type ",
               expected.getElementType(), ", found ", type.getElementType());
}

LogicalResult Inference::rank(RankedTensorType type, int64_t expected,
                              StringRef name) const {
  if (type.getRank() == expected)
    return success();
  return error("expected ", name, " of rank ", expected, ", found ", type);
}

LogicalResult Inference::minRank(RankedTensorType type, int64_t least,
                                 StringRef name) const {
  if (type.getRank() >= least)
    return success();
  return error("expected ", name, " of rank ", least, " or more, found ", type);
}

LogicalResult Inference::shape(RankedTensorType type,
                               ArrayRef<int64_t> expected,
                               StringRef name) const {
  if (type.getShape() == expected)
    return success();
  return error("expected ", name, " of shape ", shapeString(expected),
               ", found ", shapeString(type.getShape()));
}

LogicalResult Inference::unblocked(RankedTensorType type, int64_t dim) const {
  std::optional<BlockedLayout> layout = getLayout(type);
  if (!layout || layout->dim != dim)
    return success();
  return error("cannot work on dimension ", dim, " of ", type,
               ", which its layout splits; expected another layout");
}

//===----------------------------------------------------------------------===//
// Elementwise operators
//===----------------------------------------------------------------------===//

FailureOr<SmallVector<int64_t>> nn::broadcastShapes(const Inference &infer,
                                                    ValueRange operands) {
  SmallVector<int64_t> shape;
  for (Value operand : operands) {
    ArrayRef<int64_t> other = tensorType(operand).getShape();
    if (other.size() > shape.size())
      shape.insert(shape.begin(), other.size() - shape.size(), 1);
    size_t offset = shape.size() - other.size();
    for (auto [i, extent] : llvm::enumerate(other)) {
      int64_t &common = shape[offset + i];
      if (common == 1) {
        common = extent;
      } else if (extent != 1 && extent != common) {
        // broadcast_shapes
        std::string shapes = llvm::join(
            llvm::map_range(operands,
                            [](Value value) {
                              return shapeString(tensorType(value).getShape());
                            }),
            ", ");
        return infer.error("expected shapes that broadcast, found ", shapes);
      }
    }
  }
  return shape;
}

FailureOr<Attribute> nn::broadcastEncoding(const Inference &infer,
                                           ValueRange operands,
                                           ArrayRef<int64_t> shape) {
  // Operands of the result's shape decide; the first of them speaks for all.
  RankedTensorType full;
  for (Value operand : operands) {
    RankedTensorType type = tensorType(operand);
    if (type.getShape() != shape)
      continue;
    if (!full)
      full = type;
    // broadcast_layout
    if (type.getEncoding() != full.getEncoding())
      return infer.error("expected operands of one layout, found ", full,
                         " and ", type);
  }
  Attribute encoding = full ? full.getEncoding() : Attribute();
  for (Value operand : operands) {
    RankedTensorType type = tensorType(operand);
    if (type.getShape() == shape || !type.getEncoding())
      continue;
    // broadcast_stretched_layout
    if (type.getEncoding() != encoding ||
        type.getRank() != static_cast<int64_t>(shape.size()))
      return infer.error("expected a stretched operand to be row-major or of "
                         "the result's rank and layout, found ",
                         type);
  }
  return encoding;
}

LogicalResult nn::detail::inferBroadcast(std::optional<Location> loc,
                                         StringRef op, ValueRange operands,
                                         Type element,
                                         SmallVectorImpl<Type> &types) {
  Inference infer(loc, op);
  RankedTensorType first = tensorType(operands.front());
  for (Value operand : operands.drop_front())
    // broadcast_element
    if (tensorType(operand).getElementType() != first.getElementType())
      return infer.error("expected operands of one element type, found ",
                         first.getElementType(), " and ",
                         tensorType(operand).getElementType());
  FailureOr<SmallVector<int64_t>> shape = broadcastShapes(infer, operands);
  if (failed(shape))
    return failure();
  FailureOr<Attribute> encoding = broadcastEncoding(infer, operands, *shape);
  if (failed(encoding))
    return failure();
  return infer.result(*shape, element ? element : first.getElementType(), types,
                      *encoding);
}

//===----------------------------------------------------------------------===//
// Comparison of inferred and actual types
//===----------------------------------------------------------------------===//

bool nn::isWidening(Type from, Type to) {
  if (from == to)
    return true;
  bool sameKind = (isa<FloatType>(from) && isa<FloatType>(to)) ||
                  (isa<IntegerType>(from) && isa<IntegerType>(to));
  return sameKind && to.getIntOrFloatBitWidth() > from.getIntOrFloatBitWidth();
}

bool nn::isSameShapeWidening(TypeRange inferred, TypeRange actual) {
  if (inferred.size() != actual.size())
    return false;
  for (auto [from, to] : llvm::zip(inferred, actual)) {
    auto fromType = cast<RankedTensorType>(from);
    auto toType = cast<RankedTensorType>(to);
    if (fromType.getShape() != toType.getShape() ||
        !isWidening(fromType.getElementType(), toType.getElementType()))
      return false;
  }
  return true;
}
