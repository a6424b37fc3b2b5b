//===- KernelFamilies.h - Kernel families as loops --------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Attaches KernelFamilyInterface to the operators of the kernel dialect: one
// file per family, written once over the facts of a target.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_KERNELS_KERNELFAMILIES_H
#define MEGCC_CODEGEN_KERNELS_KERNELFAMILIES_H

#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/Value.h"

#include <string>

namespace megcc {

/// All families; every tool that expands kernels calls this.
void registerKernelFamilies(mlir::DialectRegistry &registry);

void registerNestFamily(mlir::DialectRegistry &registry);
void registerChainFamily(mlir::DialectRegistry &registry);
void registerGemmFamily(mlir::DialectRegistry &registry);
void registerWinogradFamily(mlir::DialectRegistry &registry);
void registerAxisFamilies(mlir::DialectRegistry &registry);
void registerScatterFamilies(mlir::DialectRegistry &registry);
void registerVisionFamilies(mlir::DialectRegistry &registry);
void registerGridSampleFamily(mlir::DialectRegistry &registry);
void registerRecurrentFamily(mlir::DialectRegistry &registry);
void registerDetFamily(mlir::DialectRegistry &registry);

/// `conv_f32_24x56x56`: what is done, the element type of `output`, and sizes.
std::string getKernelStem(llvm::StringRef kind, mlir::Value output,
                          llvm::ArrayRef<int64_t> sizes);

} // namespace megcc

#endif // MEGCC_CODEGEN_KERNELS_KERNELFAMILIES_H
