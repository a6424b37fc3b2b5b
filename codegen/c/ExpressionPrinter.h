//===- ExpressionPrinter.h - Operations as C expressions --------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef MEGCC_CODEGEN_C_EXPRESSIONPRINTER_H
#define MEGCC_CODEGEN_C_EXPRESSIONPRINTER_H

#include "codegen/c/CExpr.h"
#include "codegen/c/CFile.h"
#include "lib/Target/Intrinsics.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

namespace megcc {

/// Whether `op` adds a constant to an index that only memory accesses read. It
/// needs no C of its own: `subscript` writes the constant last, where compilers
/// make it the displacement of one address that neighbours share.
bool isDisplacement(mlir::Operation *op);

/// Forms the C expression of one operation from those of its operands, which
/// a derived class provides.
class ExpressionPrinter {
public:
  explicit ExpressionPrinter(CFile &file) : file(file) {}
  virtual ~ExpressionPrinter() = default;

protected:
  /// The expression of an operand.
  virtual CExpr operand(mlir::Value value) = 0;
  /// The same, of an operand that the text repeats: a name or a literal.
  virtual CExpr repeatable(mlir::Value value) = 0;

  /// The expression of `op`'s only result. Fails if it has none in C.
  mlir::FailureOr<CExpr> expression(mlir::Operation *op);

  /// `x[(c * 3136 + p) * 16 + k]`, from a memref's static strides.
  CExpr subscript(mlir::Value memref, mlir::ValueRange indices);

  /// `spelling`, an intrinsic's, of operands that are text already.
  std::string spell(llvm::StringRef spelling,
                    llvm::ArrayRef<std::string> texts);

  /// The type of a value as the file declares it: comparisons of vectors give
  /// integer masks as wide as what was compared.
  mlir::Type declaredType(mlir::Value value);
  /// Its name; that of a tuple if the value is one.
  std::string declaredTypeName(mlir::Value value);

  CFile &file;
  RegisterTuple tupleOf(mlir::Value value);

private:
  CExpr constant(mlir::Type type, mlir::Attribute value);
  CExpr floatConstant(const llvm::APFloat &value, mlir::Type type);
  CExpr wrapping(mlir::Operation *op, llvm::StringRef symbol, Prec prec);
  CExpr asUnsigned(mlir::Value value);
  CExpr asUnsignedOperation(mlir::Operation *op, llvm::StringRef symbol,
                            Prec prec);
  CExpr bitwise(mlir::Operation *op, llvm::StringRef symbol, Prec prec);
  CExpr shift(mlir::Operation *op, llvm::StringRef symbol, bool isUnsigned);
  CExpr minMax(mlir::Operation *op, llvm::StringRef relation, bool isUnsigned);
  CExpr compareInts(mlir::arith::CmpIOp op);
  mlir::FailureOr<CExpr> compareFloats(mlir::arith::CmpFOp op);
  CExpr select(mlir::arith::SelectOp op);
  CExpr convert(mlir::Operation *op, bool fromUnsigned, bool toUnsigned);
  CExpr bitcast(mlir::Value from, mlir::Type to);
  CExpr mask(mlir::Value value, mlir::Type likeElement);
  mlir::FailureOr<CExpr> vectorExpression(mlir::Operation *op);
  /// `numbers` follow the operands.
  std::string intrinsic(llvm::StringRef spelling, mlir::ValueRange operands,
                        llvm::ArrayRef<int64_t> numbers = {});
  CExpr arithmeticIntrinsic(mlir::Operation *op, llvm::StringRef spelling);
  CExpr shuffle(llvm::ArrayRef<mlir::Value> vectors,
                llvm::ArrayRef<int64_t> lanes);
  unsigned maskBits(mlir::Value value);
  CExpr narrowed(CExpr expr, mlir::Type type);
};

} // namespace megcc

#endif // MEGCC_CODEGEN_C_EXPRESSIONPRINTER_H
