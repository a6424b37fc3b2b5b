//===- Passes.td - From nn to kernel -----------------------*- tablegen -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_SELECT_PASSES
#define MEGCC_SELECT_PASSES

include "mlir/Pass/PassBase.td"

def SelectKernels : Pass<"select-kernels", "::mlir::ModuleOp"> {
  let summary = "Choose the kernel that runs each operator, on buffers";
  let description = [{
    The step from the nn to the kernel level. Layout, algorithm and
    configuration are fixed here for the target.
  }];
  let options = [
    Option<"targetName", "target", "std::string", /*default=*/"\"generic\"",
           "The target to choose kernels for">,
    Option<"exact", "exact", "bool", /*default=*/"false",
           "Take no algorithm whose rounding errors exceed those of plain sums">,
    ListOption<"algorithms", "algorithm", "std::string",
               "NODE=ALGORITHM: how a convolution or matrix product is "
               "computed; winograd2, winograd4, winograd6, gemm or gemm:RxV, a "
               "register tile of R rows by V vectors">,
    Option<"threads", "threads", "bool", /*default=*/"false",
           "Kernels run in parts: what one needs for itself alone each part has "
           "for itself">
  ];
  let dependentDialects = [
    "::megcc::kernel::KernelDialect", "::mlir::arith::ArithDialect",
    "::mlir::math::MathDialect", "::mlir::memref::MemRefDialect",
    "::mlir::func::FuncDialect", "::mlir::scf::SCFDialect"];
}

#endif // MEGCC_SELECT_PASSES
