//===- Intrinsics.h - C spellings of single instructions --------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Most vector arithmetic prints as plain operators of GNU C vectors. The few
// operations that C has no operator for, and that a processor has one
// instruction for, are rows of the table in Intrinsics.cpp. What has no row is
// lowered to arithmetic before the printer sees it.
//
//===----------------------------------------------------------------------===//
#ifndef MEGCC_LIB_TARGET_INTRINSICS_H
#define MEGCC_LIB_TARGET_INTRINSICS_H

#include "megcc/Target.h"
#include "mlir/IR/BuiltinTypes.h"

namespace megcc {

/// How `target` spells operation `name` (an MLIR operation name, or
/// `arith.select.ogt`/`.olt` for `a > b ? a : b` and `a < b ? a : b`, or
/// `arith.mulf.addf` for a product, rounded, plus a third operand, or what
/// getDotProductName or getLaneProductName says, of the type of the sums) on a
/// scalar or 1-D vector `type`: C text in which $0, $1, $2 stand for the
/// operands. Empty if there is no such instruction.
llvm::StringRef lookupIntrinsic(const Target &target, llvm::StringRef name,
                                mlir::Type type);

/// How `target` converts between f32 and f16 or bf16, scalars or vectors, as
/// above; empty if it takes more than one instruction.
llvm::StringRef lookupConversion(const Target &target, mlir::Type from,
                                 mlir::Type to);

/// Registers next to each other that one instruction fills.
struct RegisterTuple {
  llvm::StringRef type; ///< its C type, whose member `val` is an array
  llvm::StringRef load; ///< the C function that loads one
  explicit operator bool() const { return !type.empty(); }
};

/// The tuple that holds a vector of `type`, which is wider than a register;
/// none where `target` has no such instruction.
RegisterTuple lookupTuple(const Target &target, mlir::VectorType type);

/// The header that declares a target's intrinsics, with its angle brackets;
/// empty for targets that have none.
llvm::StringRef intrinsicsHeader(const Target &target);

} // namespace megcc

#endif // MEGCC_LIB_TARGET_INTRINSICS_H
