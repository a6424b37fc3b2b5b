//===- Passes.td - Passes of the loop level ----------------*- tablegen -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In the order in which they run. Each is explained, with the IR before and
// after, at the head of the file named after it.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LOOPS_PASSES
#define MEGCC_LOOPS_PASSES

include "mlir/Pass/PassBase.td"

def SplitKernels : Pass<"split-kernels", "::mlir::ModuleOp"> {
  let summary = "Let kernels run in parts, for threads";
  let description = [{
    A private function whose loops are proven to have no order among their
    iterations gets two more arguments, the range of its units of work to do.
    Its attribute `kernel.split` says how many units there are, and into how
    many parts they should be divided at most. A kernel that runs in steps, one
    after the other, gets the range of steps to do as well, and the attribute
    has their number; the range of units is that of each step.
  }];
  let options = [
    Option<"leastWork", "least-work", "int64_t", /*default=*/"8000",
           "Estimated operations that are worth a part of their own">,
    Option<"mostParts", "most-parts", "int64_t", /*default=*/"64",
           "Parts that are never exceeded">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect"
  ];
}

def ProveBounds : Pass<"prove-bounds", "::mlir::func::FuncOp"> {
  let summary = "Prove that every access is inside its buffer";
  let description = [{
    Always runs. Follows the interval of every integer through a function and
    checks the indices of every load and store. An access that cannot be shown
    to be inside is an error of megcc itself. Attributes of the arguments say
    from and to which byte each is read and written.
  }];
}

def LowerReductions : Pass<"lower-reductions", "::mlir::ModuleOp"> {
  let summary = "Reduce vectors in functions that halve them";
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::vector::VectorDialect"
  ];
}

def LowerMath : Pass<"lower-math", "::mlir::ModuleOp"> {
  let summary = "Turn mathematical functions into calls of own functions";
  let description = [{
    exp, log, tanh, erf, ... become calls of private functions such as
    `exp_f32x16`, defined once in the module by arithmetic alone, so that the
    generated C needs no libm and computes the same bits everywhere. What the
    target has one instruction for stays.
  }];
  let options = [
    Option<"targetName", "target", "std::string", /*default=*/"\"native\"",
           "The target, by its name on the command line">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::math::MathDialect", "::mlir::scf::SCFDialect",
    "::mlir::vector::VectorDialect"
  ];
}

def WidenHalf : Pass<"widen-half", "::mlir::ModuleOp"> {
  let summary = "Compute f16 and bf16 in f32";
  let description = [{
    Afterwards f16 and bf16 are only loaded, stored, selected and handed to
    functions such as `f16_to_f32`, which convert by the target's instruction, or
    by integer arithmetic where it has none.
  }];
  let options = [
    Option<"targetName", "target", "std::string", /*default=*/"\"generic\"",
           "The target, by its name on the command line">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect"
  ];
}

def DefineArithmetic : Pass<"define-arithmetic", "::mlir::ModuleOp"> {
  let summary = "Give a value to what C leaves undefined";
  let description = [{
    Conversions to integers saturate and turn NaN into 0; a quotient by 0 is 0;
    bits shifted too far are gone. Maxima and minima of floats become
    comparisons unless the target has an instruction for them.
  }];
  let options = [
    Option<"targetName", "target", "std::string", /*default=*/"\"native\"",
           "The target, by its name on the command line">
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def LegalizeForC : Pass<"legalize-for-c", "::mlir::ModuleOp"> {
  let summary = "Remove what C compilers warn of, and names that C reserves";
  let description = [{
    Values that loops carry for nobody and functions that nobody calls
    disappear; functions get names that C allows. Afterwards the printer only
    prints.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect"
  ];
}

#endif // MEGCC_LOOPS_PASSES
