//===- KernelBase.td - The kernel dialect ------------------*- tablegen -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_KERNEL_BASE
#define MEGCC_KERNEL_BASE

include "mlir/IR/OpBase.td"

def Kernel_Dialect : Dialect {
  let name = "kernel";
  let cppNamespace = "::megcc::kernel";
  let summary = "Which kernel family, in which configuration, runs each layer";
  let description = [{
    The level between meaning and loops. Operators write into buffers they are
    given (destination-passing style): memrefs with static shapes, static
    strides, offset zero and signless element types. Every family is one
    operator; `select` creates them, `expand-kernels` turns each into loops for
    a target. A family never allocates: what it needs beside its inputs and
    outputs is an operand as well.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::memref::MemRefDialect"];
}

#endif // MEGCC_KERNEL_BASE
