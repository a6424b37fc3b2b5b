//===- CExpr.h - A C expression and how tightly it binds --------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An expression under construction: its text and the precedence of its
// outermost operator, so that parentheses are written only where C, or a
// reader, or a compiler's warnings, need them.
//
//===----------------------------------------------------------------------===//
#ifndef MEGCC_CODEGEN_C_CEXPR_H
#define MEGCC_CODEGEN_C_CEXPR_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <string>

namespace megcc {

/// C's precedence levels, loosest first.
enum class Prec {
  Conditional,
  Or,
  And,
  BitOr,
  BitXor,
  BitAnd,
  Equality,
  Relational,
  Shift,
  Additive,
  Multiplicative,
  Unary,
  Primary
};

struct CExpr {
  std::string text;
  Prec prec = Prec::Primary;
  /// Reads memory that the function may also write, so it must not move past a
  /// write.
  bool readsMemory = false;
  /// Where this is a cast of an unsigned result to its signed type: that
  /// result.
  std::string unsignedText;
  Prec unsignedPrec = Prec::Primary;
  /// Where this is a product by an intrinsic: its two factors.
  llvm::SmallVector<std::string, 0> factors;
  /// The loop-carried variables it reads; it must not move past an assignment
  /// to one of them.
  llvm::SmallVector<std::string, 1> carried;

  CExpr() = default;
  CExpr(std::string text, Prec prec = Prec::Primary)
      : text(std::move(text)), prec(prec) {}

  /// The text, in parentheses if it binds less tightly than `least`.
  std::string at(Prec least) const {
    return prec < least ? "(" + text + ")" : text;
  }
};

/// The next tighter level.
inline Prec tighter(Prec prec) { return Prec(int(prec) + 1); }

/// `lhs op rhs`, where the operator is left-associative.
inline CExpr binary(const CExpr &lhs, llvm::StringRef op, const CExpr &rhs,
                    Prec prec) {
  return {lhs.at(prec) + " " + op.str() + " " + rhs.at(tighter(prec)), prec};
}

/// Like `binary`, but never leaves a reader to know that an operand's operator
/// binds more tightly: for shifts and bitwise operators, where compilers warn.
inline CExpr binaryExplicit(const CExpr &lhs, llvm::StringRef op,
                            const CExpr &rhs, Prec prec) {
  return {lhs.at(Prec::Unary) + " " + op.str() + " " + rhs.at(Prec::Unary),
          prec};
}

/// `(type)operand`.
inline CExpr castTo(const std::string &type, const CExpr &operand) {
  return {"(" + type + ")" + operand.at(Prec::Unary), Prec::Unary};
}

/// `operand`, an unsigned result, as the signed type that the IR gives it.
inline CExpr asSigned(const std::string &type, const CExpr &operand) {
  CExpr expr = castTo(type, operand);
  expr.unsignedText = operand.text;
  expr.unsignedPrec = operand.prec;
  return expr;
}

/// `name(arguments)`.
inline CExpr call(const std::string &name,
                  llvm::ArrayRef<std::string> arguments) {
  std::string text = name + "(";
  for (const auto &argument : arguments)
    text += (&argument == arguments.begin() ? "" : ", ") + argument;
  return {text + ")"};
}

} // namespace megcc

#endif // MEGCC_CODEGEN_C_CEXPR_H
