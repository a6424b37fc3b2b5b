//===- StreamedInputs.cpp - --input NAME=streamed -------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Driver/StreamedInputs.h"
#include "dialects/Kernel/PlanAttributes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace llvm;

namespace megcc {

bool hasStreamedInputs(mlir::ModuleOp imported) {
  auto main = imported.lookupSymbol<mlir::func::FuncOp>("main");
  for (unsigned i = 0; i < main.getNumArguments(); ++i)
    if (main.getArgAttr(i, kernel::kStreamedAttr))
      return true;
  return false;
}

Error allowStreamedInputs(mlir::ModuleOp imported, CompileOptions &options) {
  if (!hasStreamedInputs(imported))
    return Error::success();
  if (!options.plan.rows)
    return createStringError(
        "--input: a streamed input needs layers that run row by row, which "
        "--plan leaves out");
  if (!options.rowsBudget)
    options.rowsBudget = anyRowsBudget;
  return Error::success();
}

void makeInputsResident(mlir::ModuleOp imported) {
  auto main = imported.lookupSymbol<mlir::func::FuncOp>("main");
  for (unsigned i = 0; i < main.getNumArguments(); ++i)
    main.removeArgAttr(i, kernel::kStreamedAttr);
}

} // namespace megcc
