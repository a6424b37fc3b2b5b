//===- NN.h - The nn dialect ------------------------------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Declares the dialect, its attribute and enumerations, its interfaces and all
// operators, and how layouts are read and operators are made from user data.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_DIALECTS_NN_NN_H
#define MEGCC_DIALECTS_NN_NN_H

#include "dialects/NN/NNCommon.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TensorEncoding.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/NN/NNDialect.h.inc"
#include "dialects/NN/NNEnums.h.inc"
#include "dialects/NN/NNInterfaces.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/NN/NNAttributes.h.inc"

#include "dialects/NN/NNTraits.h"

#define GET_OP_CLASSES
#include "dialects/NN/NNUnary.h.inc"
#define GET_OP_CLASSES
#include "dialects/NN/NNActivation.h.inc"
#define GET_OP_CLASSES
#include "dialects/NN/NNBinary.h.inc"
#define GET_OP_CLASSES
#include "dialects/NN/NNConversion.h.inc"
#define GET_OP_CLASSES
#include "dialects/NN/NNContraction.h.inc"
#define GET_OP_CLASSES
#include "dialects/NN/NNPooling.h.inc"
#define GET_OP_CLASSES
#include "dialects/NN/NNReduction.h.inc"
#define GET_OP_CLASSES
#include "dialects/NN/NNNormalization.h.inc"
#define GET_OP_CLASSES
#include "dialects/NN/NNMovement.h.inc"
#define GET_OP_CLASSES
#include "dialects/NN/NNIndexing.h.inc"
#define GET_OP_CLASSES
#include "dialects/NN/NNVision.h.inc"
#define GET_OP_CLASSES
#include "dialects/NN/NNRecurrent.h.inc"
#define GET_OP_CLASSES
#include "dialects/NN/NNStructure.h.inc"

namespace megcc::nn {

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

/// The layout of a tensor type; none is row-major.
std::optional<BlockedLayout> getLayout(mlir::RankedTensorType type);

/// The type with another layout; bounds stay.
mlir::RankedTensorType withLayout(mlir::RankedTensorType type,
                                  std::optional<BlockedLayout> layout);

/// Extents of the buffer that holds a tensor: row-major ones are those of the
/// type, a blocked dimension is divided and its block is appended.
llvm::SmallVector<int64_t> physicalShape(mlir::RankedTensorType type);

/// Bytes of the buffer that holds a tensor; saturates.
int64_t physicalBytes(mlir::RankedTensorType type);

/// The type of one element in buildScalar: integers become signless.
mlir::Type getScalarType(mlir::Type elementType);

inline mlir::RankedTensorType tensorType(mlir::Value value) {
  return mlir::cast<mlir::RankedTensorType>(value.getType());
}

/// Position of the elements of a broadcast operand: takes an index of `to` to
/// the index of `from` that is read there.
mlir::AffineMap getBroadcastMap(mlir::RankedTensorType from,
                                mlir::RankedTensorType to);

//===----------------------------------------------------------------------===//
// Operators from user data
//===----------------------------------------------------------------------===//

namespace detail {
/// How many result types the builders of an operator insist on.
template <typename OpT> constexpr unsigned numRequiredResults() {
  if (OpT::template hasTrait<mlir::OpTrait::NResults<2>::Impl>())
    return 2;
  if (OpT::template hasTrait<mlir::OpTrait::NResults<3>::Impl>())
    return 3;
  return 1;
}

/// Verifies an operator that was just made; erases it if it is wrong.
mlir::LogicalResult verifyOrErase(mlir::Operation *op);
} // namespace detail

/// Creates an operator, inferring its result types, from operands and
/// attributes that may be wrong: reports what is wrong at `loc` and fails.
/// (The builders that infer types abort instead.) Takes what the operator's
/// builder takes after the result types.
template <typename OpT, typename... Args>
mlir::FailureOr<OpT> createChecked(mlir::OpBuilder &builder, mlir::Location loc,
                                   Args &&...args) {
  mlir::MLIRContext *context = builder.getContext();
  mlir::OperationState state(loc, OpT::getOperationName());
  // Inference replaces the types that the builder is given.
  llvm::SmallVector<mlir::Type> types(detail::numRequiredResults<OpT>(),
                                      builder.getNoneType());
  OpT::build(builder, state, mlir::TypeRange(types),
             std::forward<Args>(args)...);
  types.clear();
  if (mlir::failed(OpT::inferReturnTypes(
          context, loc, state.operands, state.attributes.getDictionary(context),
          state.getRawProperties(), state.regions, types)))
    return mlir::failure();
  state.types.assign(types.begin(), types.end());
  mlir::Operation *op = builder.create(state);
  if (mlir::failed(detail::verifyOrErase(op)))
    return mlir::failure();
  return mlir::cast<OpT>(op);
}

/// The same for an operator whose result types are given.
template <typename OpT, typename... Args>
mlir::FailureOr<OpT> createCheckedAs(mlir::OpBuilder &builder,
                                     mlir::Location loc, mlir::TypeRange types,
                                     Args &&...args) {
  auto op = builder.create<OpT>(loc, types, std::forward<Args>(args)...);
  if (mlir::failed(detail::verifyOrErase(op)))
    return mlir::failure();
  return op;
}

} // namespace megcc::nn

#endif // MEGCC_DIALECTS_NN_NN_H
