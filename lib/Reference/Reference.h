//===- Reference.h - Naive evaluation of every nn operator ------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The oracle: what each nn operator computes, as plain loops over the formula
// of its documentation. Constant folding runs on it, the tests of everything
// faster compare with it, `megcc verify --layers` finds the first departing
// layer by it. Floats are computed in double and rounded once, to the element
// type of the result; integers wrap around.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_REFERENCE_REFERENCE_H
#define MEGCC_LIB_REFERENCE_REFERENCE_H

#include "lib/Reference/HostTensor.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace megcc {

/// Evaluates one nn operator on `operands`, one tensor for each of its operands
/// in their order. Fails, with an error at the operator, only where it has no
/// meaning known here (nn.custom_call) or an operand's value has none (an index
/// out of bounds).
mlir::FailureOr<mlir::SmallVector<HostTensor>>
evaluate(mlir::Operation *op, mlir::ArrayRef<HostTensor> operands);

/// Called after each operator of a function with its results.
using EvaluationCallback = llvm::function_ref<void(
    mlir::Operation *, mlir::ArrayRef<HostTensor> results)>;

/// Evaluates a function of nn operators on `inputs`.
mlir::FailureOr<mlir::SmallVector<HostTensor>>
evaluateFunction(mlir::func::FuncOp function, mlir::ArrayRef<HostTensor> inputs,
                 EvaluationCallback callback = nullptr);

} // namespace megcc

#endif // MEGCC_LIB_REFERENCE_REFERENCE_H
