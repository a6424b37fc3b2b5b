//===- InputRows.h - Rows of streamed inputs --------------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_PACKAGE_INPUTROWS_H
#define MEGCC_CODEGEN_PACKAGE_INPUTROWS_H

#include "codegen/package/Package.h"

namespace megcc {

/// What the rows of input `port` are, from the ring that `call`, which asks the
/// caller for one, has it write to.
mlir::LogicalResult describeInputRows(mlir::func::CallOp call, int64_t port,
                                      std::vector<Port> &inputs, Layer &layer);

/// Whether streamed inputs have the same rows in both.
bool haveEqualRows(llvm::ArrayRef<Port> a, llvm::ArrayRef<Port> b);

} // namespace megcc

#endif // MEGCC_CODEGEN_PACKAGE_INPUTROWS_H
