//===- NNTraits.h - Traits of nn operators ----------------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_DIALECTS_NN_NNTRAITS_H
#define MEGCC_DIALECTS_NN_NNTRAITS_H

#include "mlir/IR/OpDefinition.h"

namespace megcc::nn {

namespace detail {
mlir::LogicalResult verifyRowMajor(mlir::Operation *op);

/// The type of an elementwise result over operands of one element type; null
/// `element` stands for that type.
mlir::LogicalResult inferBroadcast(std::optional<mlir::Location> loc,
                                   llvm::StringRef op,
                                   mlir::ValueRange operands,
                                   mlir::Type element,
                                   llvm::SmallVectorImpl<mlir::Type> &types);
} // namespace detail

/// Operands and results carry no layout.
template <typename OpT>
class RowMajor : public mlir::OpTrait::TraitBase<OpT, RowMajor> {
public:
  static mlir::LogicalResult verifyTrait(mlir::Operation *op) {
    return detail::verifyRowMajor(op);
  }
};

/// Infers the result of an elementwise operator in its operands' element type.
template <typename OpT>
class BroadcastsToSame
    : public mlir::OpTrait::TraitBase<OpT, BroadcastsToSame> {
public:
  static mlir::LogicalResult
  inferReturnTypes(mlir::MLIRContext *, std::optional<mlir::Location> loc,
                   mlir::ValueRange operands, mlir::DictionaryAttr,
                   mlir::OpaqueProperties, mlir::RegionRange,
                   llvm::SmallVectorImpl<mlir::Type> &types) {
    return detail::inferBroadcast(loc, OpT::getOperationName(), operands,
                                  mlir::Type(), types);
  }
};

/// Infers the result of an elementwise operator that gives truth values.
template <typename OpT>
class BroadcastsToBool
    : public mlir::OpTrait::TraitBase<OpT, BroadcastsToBool> {
public:
  static mlir::LogicalResult inferReturnTypes(
      mlir::MLIRContext *context, std::optional<mlir::Location> loc,
      mlir::ValueRange operands, mlir::DictionaryAttr, mlir::OpaqueProperties,
      mlir::RegionRange, llvm::SmallVectorImpl<mlir::Type> &types) {
    return detail::inferBroadcast(loc, OpT::getOperationName(), operands,
                                  mlir::IntegerType::get(context, 1), types);
  }
};

} // namespace megcc::nn

#endif // MEGCC_DIALECTS_NN_NNTRAITS_H
