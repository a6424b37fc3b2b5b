//===- megcc-opt.cpp - Runs single passes on megcc's IR -------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The tool of the lit tests: reads IR of any level, runs the passes named on
// the command line, prints the result.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/KernelFamilies.h"
#include "codegen/package/Passes.h"
#include "dialects/ISA/ISA.h"
#include "dialects/Kernel/Kernel.h"
#include "dialects/NN/NN.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"
#include "passes/kernel/Passes.h"
#include "passes/loops/Passes.h"
#include "passes/nn/Passes.h"
#include "passes/select/Passes.h"
#include "test/lib/TestPasses.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  registry.insert<mlir::arith::ArithDialect, mlir::func::FuncDialect,
                  mlir::math::MathDialect, mlir::memref::MemRefDialect,
                  mlir::scf::SCFDialect, mlir::vector::VectorDialect,
                  megcc::instructions::ISADialect, megcc::kernel::KernelDialect,
                  megcc::nn::NNDialect>();
  megcc::registerKernelFamilies(registry);
  mlir::registerTransformsPasses();
  megcc::registerSelectPasses();
  megcc::kernel::registerKernelPasses();
  megcc::loops::registerLoopPasses();
  megcc::loops::registerLoopPipelines();
  megcc::registerPackagePasses();
  megcc::nn::registerNNPasses();
  megcc::test::registerTestPasses();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "megcc optimiser driver\n", registry));
}
