//===- StackBound.h - How much stack a function may need --------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// C says nothing about stacks, but nothing that this printer prints needs one of
// a size that is not known: no recursion, no arrays of variable size. What a
// compiler may keep on the stack are arrays and the values of a function.
//
// Counted are all values of a block, as if none shared a place with another,
// and for each access the address that a compiler may have computed ahead. Of
// blocks and calls one after another the largest counts: they do not run at the
// same time. To that come saved registers and alignment. So the bound holds for
// compilers that let values of different blocks share places, as all do when
// they optimise.
//
//===----------------------------------------------------------------------===//
#ifndef MEGCC_CODEGEN_C_STACKBOUND_H
#define MEGCC_CODEGEN_C_STACKBOUND_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace megcc {

/// Bytes for saved registers, the return address and the alignment of vectors
/// on any target.
constexpr int64_t frameOverhead = 512;

/// The largest stack, in bytes, of `function` as printC prints it, with what it
/// calls. Functions without a body, which are the user's, count nothing.
int64_t getStackBound(mlir::func::FuncOp function);

} // namespace megcc

#endif // MEGCC_CODEGEN_C_STACKBOUND_H
