//===- StackBound.h - How much stack a function may need --------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// C says nothing about stacks, but nothing that this printer prints needs one
// of a size that is not known: no recursion, no arrays of variable size. What a
// compiler may keep on the stack are arrays and the values of a function.
//
// Counted is what is alive at the same time, as if no value were in a register,
// and for each access of a block and of those around it an address that was
// computed ahead. To that come saved registers and alignment. The bound holds
// for compilers that let values share places when they are not alive together,
// as all do when they optimise.
//
//===----------------------------------------------------------------------===//
#ifndef MEGCC_CODEGEN_C_STACKBOUND_H
#define MEGCC_CODEGEN_C_STACKBOUND_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace megcc {

/// Bytes for saved registers, the return address and the alignment of vectors
/// on any target.
constexpr int64_t frameOverhead = 256;

/// The largest stack, in bytes, of `function` as printC prints it, with what it
/// calls. Functions without a body, which are the user's, count nothing.
int64_t getStackBound(mlir::func::FuncOp function);

} // namespace megcc

#endif // MEGCC_CODEGEN_C_STACKBOUND_H
