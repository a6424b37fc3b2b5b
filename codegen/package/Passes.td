//===- Passes.td - Emission as a pass ----------------------*- tablegen -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PACKAGE_PASSES
#define MEGCC_PACKAGE_PASSES

include "mlir/Pass/PassBase.td"

def WritePackage : Pass<"write-package", "::mlir::ModuleOp"> {
  let summary = "Write the C library of a module whose kernels are loops";
  let description = [{
    The last step of `megcc compile` for one target, on its own: for tests and
    for those who run the pipeline by hand.
  }];
  let options = [
    Option<"directory", "directory", "std::string", /*default=*/"",
           "The output folder">,
    Option<"name", "name", "std::string", /*default=*/"\"model\"",
           "Prefix of all names; a C identifier">,
    Option<"target", "target", "std::string", /*default=*/"\"generic\"",
           "The target that the kernels were expanded for">,
    Option<"weights", "weights", "::megcc::WeightsForm",
           /*default=*/"::megcc::WeightsForm::Auto",
           "How the weights reach the program", [{::llvm::cl::values(
             clEnumValN(::megcc::WeightsForm::Auto, "auto", "by size"),
             clEnumValN(::megcc::WeightsForm::C, "c", "a C array"),
             clEnumValN(::megcc::WeightsForm::Incbin, "incbin", "assembled"),
             clEnumValN(::megcc::WeightsForm::File, "file", "loaded"))}]>,
    Option<"threads", "threads", "::megcc::ThreadsForm",
           /*default=*/"::megcc::ThreadsForm::None",
           "How the package uses threads", [{::llvm::cl::values(
             clEnumValN(::megcc::ThreadsForm::None, "none", "not at all"),
             clEnumValN(::megcc::ThreadsForm::Pool, "pool", "its own"),
             clEnumValN(::megcc::ThreadsForm::User, "user", "the program's"))}]>
  ];
}

#endif // MEGCC_PACKAGE_PASSES
