//===- Accesses.h - What calls touch ----------------------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Read from what passes left: kernel.access, kernel.bytes_read and _written of
// functions' arguments, kernel.row_accesses of calls in streams.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_PACKAGE_ACCESSES_H
#define MEGCC_CODEGEN_PACKAGE_ACCESSES_H

#include "codegen/package/Package.h"

namespace megcc {

/// Whether `callee` writes to its argument.
bool writesArgument(mlir::func::FuncOp callee, unsigned argument);

/// Says what `callee` does with its argument, which is `operand`.
void describeAccess(Operand &operand, mlir::func::FuncOp callee,
                    unsigned argument);

/// What a call in a stream does in each firing; nothing if that was not
/// recorded.
std::vector<RowAccess> getRowAccesses(mlir::func::CallOp call);

/// Whether elements of memrefs of `type` follow each other in the order of its
/// dimensions, which that of a transpose that nobody makes do not.
bool isInOrder(mlir::MemRefType type);

/// With what options the operators of a planned module were chosen.
GraphOptions getGraphOptions(mlir::ModuleOp module);

} // namespace megcc

#endif // MEGCC_CODEGEN_PACKAGE_ACCESSES_H
