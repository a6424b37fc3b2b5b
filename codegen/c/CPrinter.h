//===- CPrinter.h - Prints the loop level as C11 ----------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The printer only prints. It accepts the loop level as the passes in
// passes/loops leave it - func, scf, arith, what is left of math, memref and
// 1-D vector operations - and says which operation it was given otherwise.
// Everything else (math functions, vectors that a target lacks, names) is
// settled before.
//
//   - A memref is a pointer to its first element: `const float *restrict x`
//     where the function never stores through it. Subscripts are linearised
//     with the memref's static strides.
//   - `index` is int32_t, or int64_t in a file with a buffer of 2^31 elements
//     or more. Index arithmetic prints as it stands: ProveBounds has shown that
//     it does not overflow where it addresses memory.
//   - Other integers wrap around, through unsigned types, unless an operation
//     is marked `overflow<nsw>`.
//   - f16 and bf16 are stored as uint16_t, i1 as uint8_t.
//   - Vectors are GNU C vectors. Contraction of a*b+c is off in the file.
//
//===----------------------------------------------------------------------===//
#ifndef MEGCC_CODEGEN_C_CPRINTER_H
#define MEGCC_CODEGEN_C_CPRINTER_H

#include "megcc/Target.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/raw_ostream.h"

namespace megcc {

/// How a file is framed.
struct CPrintOptions {
  /// A comment at the top of the file, without comment marks.
  std::string banner;
  /// What the file includes besides what its functions need: each with its
  /// quotes or angle brackets.
  std::vector<std::string> includes;
  /// The function that is not printed: the caller prints it, in `tail`.
  std::string entry = "main";
  /// Prints what follows the functions, still inside the target's pragmas.
  llvm::function_ref<mlir::LogicalResult(llvm::raw_ostream &)> tail;
};

/// Prints every function of `module` but the entry as one C file for `target`.
/// Private functions are static, and inline where they touch no memory. Fails
/// with a diagnostic at the first operation that has no C form.
mlir::LogicalResult printC(mlir::ModuleOp module, const Target &target,
                           const CPrintOptions &options, llvm::raw_ostream &os);

/// The declaration of `function` without its storage class and semicolon:
/// `void gemm(const float *restrict x, float *restrict y)`.
std::string printCSignature(mlir::func::FuncOp function);

/// The C type that stores one element of type `element` in memory.
std::string cStorageType(mlir::Type element);

/// Whether any store of the function, or of one that it calls, may go through
/// this memref argument; if not, it is printed as a pointer to const.
bool isStoredThrough(mlir::BlockArgument argument);

} // namespace megcc

#endif // MEGCC_CODEGEN_C_CPRINTER_H
