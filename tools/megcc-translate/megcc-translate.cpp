//===- megcc-translate.cpp - Prints loop-level IR as C --------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The tool of the printer's tests: `megcc-translate --mlir-to-c --target=T`
// prints the functions of a module that megcc-opt has legalised.
//
//===----------------------------------------------------------------------===//

#include "codegen/c/CPrinter.h"
#include "dialects/ISA/ISA.h"
#include "dialects/NN/NN.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Tools/mlir-translate/MlirTranslateMain.h"
#include "mlir/Tools/mlir-translate/Translation.h"
#include "llvm/Support/CommandLine.h"

static llvm::cl::opt<std::string>
    targetName("target", llvm::cl::desc("the target's name"),
               llvm::cl::init("generic"));

int main(int argc, char **argv) {
  mlir::TranslateFromMLIRRegistration toC(
      "mlir-to-c", "print loop-level functions as C",
      [](mlir::ModuleOp module, llvm::raw_ostream &os) -> mlir::LogicalResult {
        auto target = megcc::lookupTarget(targetName);
        if (!target)
          return module.emitError(llvm::toString(target.takeError()));
        return megcc::printC(module, *target, {}, os);
      },
      [](mlir::DialectRegistry &registry) {
        registry
            .insert<mlir::arith::ArithDialect, mlir::func::FuncDialect,
                    mlir::math::MathDialect, mlir::memref::MemRefDialect,
                    mlir::scf::SCFDialect, mlir::vector::VectorDialect,
                    megcc::instructions::ISADialect, megcc::nn::NNDialect>();
      });
  return mlir::failed(
      mlir::mlirTranslateMain(argc, argv, "megcc translation driver\n"));
}
