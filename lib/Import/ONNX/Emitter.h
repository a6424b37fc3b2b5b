//===- Emitter.h - Building nn operators from untrusted input ---*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A thin layer over OpBuilder. Three things differ:
//
//   * A model file may ask for anything, so every operator's types are inferred
//     and verified as it is built; a refusal becomes the user's error at the
//     node, never an assertion.
//   * After an error every builder returns a null value and does nothing, so
//     that operators can be composed without a check at each step. Whoever
//     looks at the shape of a value that was just built uses dims(), which
//     is empty for null.
//   * An operator on small constants is evaluated at once. This is how shape
//     arithmetic disappears: when Reshape asks for its target, the
//     Shape-Gather-Concat chain before it is already a constant.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_IMPORT_ONNX_EMITTER_H
#define MEGCC_LIB_IMPORT_ONNX_EMITTER_H

#include "dialects/NN/NN.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Diagnostics.h"

namespace megcc {

class Emitter {
public:
  /// `subject` starts every message: `model.onnx: node "conv1" (Conv)`.
  Emitter(mlir::OpBuilder &builder, mlir::Location loc, std::string subject)
      : builder(builder), loc(loc), subject(std::move(subject)) {}

  mlir::InFlightDiagnostic error();
  bool hasFailed() const { return failedFlag; }
  mlir::Location getLoc() const { return loc; }
  mlir::MLIRContext *getContext() const { return builder.getContext(); }
  llvm::StringRef getSubject() const { return subject; }

  //===--------------------------------------------------------------------===//
  // Operators
  //===--------------------------------------------------------------------===//

  /// Builds an operator of one result whose type is inferred.
  template <typename OpTy, typename... Args>
  mlir::Value create(Args &&...args) {
    mlir::Operation *op = createOp<OpTy>(1, std::forward<Args>(args)...);
    return op ? op->getResult(0) : mlir::Value();
  }

  /// Builds an operator of one result of a type that the caller chooses.
  template <typename OpTy, typename... Args>
  mlir::Value createTyped(mlir::Type type, Args &&...args) {
    if (hasFailed())
      return {};
    mlir::OperationState state(loc, OpTy::getOperationName());
    OpTy::build(builder, state, mlir::TypeRange(type),
                std::forward<Args>(args)...);
    mlir::Operation *op = finish(state, /*infer=*/false);
    return op ? op->getResult(0) : mlir::Value();
  }

  /// Builds an operator of one result whose shape is inferred, with `element`
  /// as its element type: integer contractions accumulate in a wider type.
  template <typename OpTy, typename... Args>
  mlir::Value createWithElement(mlir::Type element, Args &&...args) {
    resultElement = element;
    mlir::Value value = create<OpTy>(std::forward<Args>(args)...);
    resultElement = nullptr;
    return value;
  }

  /// Builds an operator of `numResults` results whose types are inferred; null
  /// after an error.
  template <typename OpTy, typename... Args>
  mlir::Operation *createOp(unsigned numResults, Args &&...args) {
    if (hasFailed())
      return nullptr;
    mlir::OperationState state(loc, OpTy::getOperationName());
    llvm::SmallVector<mlir::Type> placeholders(numResults,
                                               builder.getNoneType());
    OpTy::build(builder, state, mlir::TypeRange(placeholders),
                std::forward<Args>(args)...);
    return finish(state, /*infer=*/true);
  }

  //===--------------------------------------------------------------------===//
  // Types
  //===--------------------------------------------------------------------===//

  static mlir::RankedTensorType typeOf(mlir::Value value);
  static mlir::Type elementOf(mlir::Value value);
  /// The shape of a value; empty for null.
  static llvm::ArrayRef<int64_t> dims(mlir::Value value);
  static int64_t rankOf(mlir::Value value) {
    return static_cast<int64_t>(dims(value).size());
  }

  mlir::Type f32() { return builder.getF32Type(); }
  mlir::Type i64() { return builder.getI64Type(); }
  mlir::Type i32() { return builder.getI32Type(); }
  mlir::Type boolType() { return builder.getI1Type(); }

  //===--------------------------------------------------------------------===//
  // Constants
  //===--------------------------------------------------------------------===//

  mlir::Value constant(mlir::ElementsAttr attr);
  mlir::Value splat(llvm::ArrayRef<int64_t> shape, mlir::Type element,
                    double value);
  /// A scalar of the same element type as `like`.
  mlir::Value scalarLike(mlir::Value like, double value);
  mlir::Value ints(llvm::ArrayRef<int64_t> shape,
                   llvm::ArrayRef<int64_t> values, mlir::Type element);
  mlir::Value floats(llvm::ArrayRef<int64_t> shape,
                     llvm::ArrayRef<double> values, mlir::Type element);

  /// The elements of a constant; nothing if the value isn't one.
  static std::optional<llvm::SmallVector<int64_t>> intsOf(mlir::Value value);
  static std::optional<llvm::SmallVector<double>> floatsOf(mlir::Value value);

  //===--------------------------------------------------------------------===//
  // Shorthands; each returns its input where it would change nothing
  //===--------------------------------------------------------------------===//

  mlir::Value reshape(mlir::Value value, llvm::ArrayRef<int64_t> shape);
  mlir::Value transpose(mlir::Value value, llvm::ArrayRef<int64_t> perm);
  mlir::Value cast(mlir::Value value, mlir::Type element);
  mlir::Value expand(mlir::Value value, llvm::ArrayRef<int64_t> shape);
  mlir::Value concat(mlir::ValueRange values, int64_t axis);
  /// Elements [begin, begin + size) of one axis.
  mlir::Value slice(mlir::Value value, int64_t axis, int64_t begin,
                    int64_t size);
  mlir::Value reduce(nn::ReduceKind kind, mlir::Value value,
                     llvm::ArrayRef<int64_t> axes, bool keepDims);

  mlir::OpBuilder &builder;

private:
  template <typename Kind>
  bool requireKind(mlir::Type element, llvm::StringRef expected);
  mlir::Operation *inferAndCreate(mlir::OperationState &state, bool infer);
  mlir::Operation *finish(mlir::OperationState &state, bool infer);

  mlir::Location loc;
  std::string subject;
  bool failedFlag = false;
  /// Replaces the inferred element type while createWithElement runs.
  mlir::Type resultElement;
};

} // namespace megcc

#endif // MEGCC_LIB_IMPORT_ONNX_EMITTER_H
