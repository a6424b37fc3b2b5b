//===- ScalarInterpreter.h - Runs scalar arith/math code --------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Elementwise operators give their meaning once, as arith and math operations
// on scalars (ElementwiseOpInterface::buildScalar). This interpreter runs that
// code, each operation on a block of elements at a time, so that the price of
// interpretation is paid once per block.
//
// Upstream's folders are not used: they leave f16 and bf16 transcendental
// functions unfolded and know no blocks.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_REFERENCE_SCALARINTERPRETER_H
#define MEGCC_LIB_REFERENCE_SCALARINTERPRETER_H

#include "mlir/IR/Block.h"
#include "mlir/IR/Operation.h"

#include <vector>

namespace megcc {

/// The values of one SSA scalar for a block of elements: `floats` if its type
/// is a float (each exactly representable in that type), else `ints` (sign-
/// extended from the type's width; 0 or 1 for i1).
struct Lanes {
  std::vector<double> floats;
  std::vector<int64_t> ints;
};

/// Runs the operations of `block` on `count` lanes of its arguments and returns
/// those of `result`, a value of the block. Fails with an error at an operation
/// that is neither arith nor math or not known here.
mlir::FailureOr<Lanes> interpretScalars(mlir::Block &block, mlir::Value result,
                                        llvm::ArrayRef<Lanes> arguments,
                                        size_t count);

} // namespace megcc

#endif // MEGCC_LIB_REFERENCE_SCALARINTERPRETER_H
