//===- FunctionPrinter.h - One function as C statements ---------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A value that is used once prints inside its user, a value used more often is
// a const local. Loop-carried values are variables that a loop assigns:
//
//     %r = scf.for %i = %c0 to %c56 step %c1 iter_args(%a = %zero) -> f32 {
//       %x = memref.load %X[%i] : memref<56xf32>
//       %s = arith.addf %a, %x : f32
//       scf.yield %s : f32
//     }
//
//     float acc1 = 0.0f;
//     for (int32_t i = 0; i < 56; ++i) {
//       acc1 = acc1 + x[i];
//     }
//
// Expressions wait in `pending` until their user takes them. What could change
// their value meanwhile - a write to memory, an assignment to a variable -
// first turns those that read it into const locals.
//
//===----------------------------------------------------------------------===//
#ifndef MEGCC_CODEGEN_C_FUNCTIONPRINTER_H
#define MEGCC_CODEGEN_C_FUNCTIONPRINTER_H

#include "codegen/c/CText.h"
#include "codegen/c/ExpressionPrinter.h"
#include "codegen/c/Walk.h"
#include "dialects/ISA/ISA.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/MapVector.h"

namespace megcc {

/// Whether `root` or what is in it writes to memory.
bool writesMemory(mlir::Operation *root);

class FunctionPrinter : private ExpressionPrinter {
public:
  FunctionPrinter(CFile &file, llvm::raw_ostream &os)
      : ExpressionPrinter(file), os(os) {}

  mlir::LogicalResult print(mlir::func::FuncOp function);

  /// The function's declaration without storage class and semicolon; the names
  /// of its parameters are taken.
  std::string signature(mlir::func::FuncOp function);

private:
  mlir::LogicalResult print(mlir::Block &block);
  mlir::LogicalResult print(mlir::Operation *op);
  mlir::LogicalResult printValue(mlir::Operation *op);
  mlir::LogicalResult printStore(mlir::Operation *op, mlir::Value value,
                                 mlir::Value memref, mlir::ValueRange indices);
  mlir::LogicalResult printInsert(mlir::Operation *op, mlir::Value vector,
                                  mlir::Value scalar, const CExpr &lane);
  mlir::LogicalResult printAlloca(mlir::Operation *op);
  // TilePrinter.cpp
  mlir::LogicalResult printTileSums(instructions::TileSumsOp op);
  mlir::LogicalResult printTileLoad(instructions::TileLoadOp op);
  mlir::LogicalResult printTileDot(instructions::TileDotOp op);
  mlir::LogicalResult printTileStatement(mlir::Operation *op,
                                         llvm::StringRef name,
                                         llvm::ArrayRef<std::string> texts);
  /// From one row of a tile to the next, in bytes.
  static std::string tileStride(mlir::Value buffer, unsigned dim, int64_t step);
  // ControlPrinter.cpp
  mlir::LogicalResult printFor(mlir::scf::ForOp op);
  mlir::LogicalResult printIf(mlir::scf::IfOp op);
  mlir::LogicalResult printWhile(mlir::scf::WhileOp op);
  mlir::LogicalResult printYield(mlir::scf::YieldOp op);
  mlir::LogicalResult printNested(mlir::Region &region);
  std::string loopName();
  void beginWalk(mlir::scf::ForOp loop);
  void printWalk(mlir::vector::LoadOp load);
  mlir::FailureOr<CExpr> callExpression(mlir::func::CallOp op);

  CExpr operand(mlir::Value value) override;
  CExpr repeatable(mlir::Value value) override;

  /// Whether the expression of `op` may be written where its only user is.
  bool mayWait(mlir::Operation *op, const CExpr &expr);
  /// Names a value and declares it as a const local with this expression.
  void declare(mlir::Value value, const CExpr &expr);
  /// Declares a variable for `value`, which is assigned later; returns its
  /// name.
  std::string declareVariable(mlir::Value value, llvm::StringRef series,
                              const CExpr *initial);
  /// Declare what waits and reads memory, or reads a variable.
  void flushMemoryReaders();
  void flushReadersOf(llvm::StringRef variable);
  void flushIf(llvm::function_ref<bool(const CExpr &)> affected);
  /// The variable that `value` may be assigned to where it is computed, because
  /// it becomes that loop-carried value and nothing reads the old one later.
  std::optional<std::string> assignableNow(mlir::Value value);
  void assign(std::string variable, const CExpr &expr);
  void line(const llvm::Twine &text);

  llvm::raw_ostream &os;
  unsigned indent = 0;
  unsigned depth = 0;
  CNames names;
  llvm::DenseMap<mlir::Value, std::string> named;
  llvm::MapVector<mlir::Value, CExpr> pending;
  /// Variables that loops assign.
  llvm::StringSet<> variables;
  /// The loads of the current loops that take a pointer, and its name.
  std::optional<Walk> walk;
  std::string walker;
  /// What the operands taken for the current expression read.
  bool readsMemory = false;
  llvm::SmallVector<std::string, 1> carried;
};

} // namespace megcc

#endif // MEGCC_CODEGEN_C_FUNCTIONPRINTER_H
