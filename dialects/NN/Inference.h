//===- Inference.h - Checks shared by type inference ------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Inference of result types is where operators check shapes and attributes: the
// importer, the builders and the verifier all come through it. It may be fed
// anything a model file can hold, so sums and products are checked, and a
// mistake is reported at the operator as found and expected.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_DIALECTS_NN_INFERENCE_H
#define MEGCC_DIALECTS_NN_INFERENCE_H

#include "dialects/NN/NN.h"
#include "mlir/IR/Diagnostics.h"

namespace megcc::nn {

/// "2x3x4", or "scalar".
std::string shapeString(llvm::ArrayRef<int64_t> shape);
/// "[1, 2]"
std::string listString(llvm::ArrayRef<int64_t> values);

/// Inference of one operator's results: says whose mistakes are reported where.
class Inference {
public:
  Inference(std::optional<mlir::Location> loc, llvm::StringRef op)
      : loc(loc), op(op) {}

  /// Reports a mistake, if anybody listens.
  template <typename... Args> mlir::LogicalResult error(Args &&...args) const {
    return mlir::emitOptionalError(loc, "'", op, "' op ",
                                   std::forward<Args>(args)...);
  }

  /// A tensor type of that shape, unless it is too large to count its bits.
  mlir::FailureOr<mlir::RankedTensorType>
  tensor(llvm::ArrayRef<int64_t> shape, mlir::Type element,
         mlir::Attribute encoding = {}) const;

  /// As `tensor`, appended to `types`.
  mlir::LogicalResult result(llvm::ArrayRef<int64_t> shape, mlir::Type element,
                             llvm::SmallVectorImpl<mlir::Type> &types,
                             mlir::Attribute encoding = {}) const;

  /// Checks 0 <= axis < rank.
  mlir::LogicalResult axis(int64_t axis, int64_t rank,
                           llvm::StringRef name = "axis") const;

  /// Checks that axes lie in [0, rank) and ascend.
  mlir::LogicalResult axes(llvm::ArrayRef<int64_t> axes, int64_t rank) const;

  /// Checks the number of values of an attribute.
  mlir::LogicalResult count(llvm::ArrayRef<int64_t> values, int64_t expected,
                            llvm::StringRef name) const;

  /// Checks low <= value for all values, and value < 2^31, so that products of
  /// two and sums of some do not overflow.
  mlir::LogicalResult range(llvm::ArrayRef<int64_t> values, int64_t low,
                            llvm::StringRef name) const;

  /// Checks that two element types agree.
  mlir::LogicalResult sameElement(mlir::RankedTensorType type,
                                  mlir::RankedTensorType expected,
                                  llvm::StringRef name) const;

  /// Checks the rank of an operand.
  mlir::LogicalResult rank(mlir::RankedTensorType type, int64_t expected,
                           llvm::StringRef name) const;
  mlir::LogicalResult minRank(mlir::RankedTensorType type, int64_t least,
                              llvm::StringRef name) const;

  /// Checks the whole shape of an operand.
  mlir::LogicalResult shape(mlir::RankedTensorType type,
                            llvm::ArrayRef<int64_t> expected,
                            llvm::StringRef name) const;

  /// Checks that no layout splits dimension `dim`.
  mlir::LogicalResult unblocked(mlir::RankedTensorType type, int64_t dim) const;

private:
  std::optional<mlir::Location> loc;
  llvm::StringRef op;
};

/// The common shape of operands that broadcast as numpy does; null (and a
/// report) if they don't.
mlir::FailureOr<llvm::SmallVector<int64_t>>
broadcastShapes(const Inference &infer, mlir::ValueRange operands);

/// The encoding of an elementwise result of shape `shape`: that of the operands
/// of this shape, which agree.
mlir::FailureOr<mlir::Attribute>
broadcastEncoding(const Inference &infer, mlir::ValueRange operands,
                  llvm::ArrayRef<int64_t> shape);

/// Whether sums of `from` may be taken in `to`: floats or integers that are not
/// narrower.
bool isWidening(mlir::Type from, mlir::Type to);

/// Whether `actual` is `inferred` up to encoding and a wider element type.
bool isSameShapeWidening(mlir::TypeRange inferred, mlir::TypeRange actual);

} // namespace megcc::nn

#endif // MEGCC_DIALECTS_NN_INFERENCE_H
