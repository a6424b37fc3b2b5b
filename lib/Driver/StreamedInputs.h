//===- StreamedInputs.h - --input NAME=streamed -----------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_DRIVER_STREAMEDINPUTS_H
#define MEGCC_LIB_DRIVER_STREAMEDINPUTS_H

#include "megcc/Compiler.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"

namespace megcc {

/// The rows' budget under which only those layers take turns that must.
constexpr int64_t anyRowsBudget = int64_t(1) << 50;

/// Whether an input of an imported model comes row by row.
bool hasStreamedInputs(mlir::ModuleOp imported);

/// Lets layers take turns where an input comes row by row; fails if `options`
/// do not allow it.
llvm::Error allowStreamedInputs(mlir::ModuleOp imported,
                                CompileOptions &options);

/// Has all inputs whole, for what measures layers alone.
void makeInputsResident(mlir::ModuleOp imported);

} // namespace megcc

#endif // MEGCC_LIB_DRIVER_STREAMEDINPUTS_H
