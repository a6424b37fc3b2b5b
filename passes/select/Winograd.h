//===- Winograd.h - Selects kernel.winograd ---------------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_SELECT_WINOGRAD_H
#define MEGCC_PASSES_SELECT_WINOGRAD_H

#include "codegen/kernels/WinogradPlan.h"
#include "passes/select/Selector.h"

namespace megcc {

/// Decides whether kernel.winograd runs the convolution of `node`, and how:
/// what the user forces, else the tile of least estimated cost whose estimated
/// error is small enough, if that is less than a GEMM's. A plan with m = 0 says
/// no; failure is that what is forced cannot be.
mlir::FailureOr<WinogradPlan> planWinograd(const Node &node, Selector &selector,
                                           nn::ConvOp conv);

/// Creates the kernel.
void selectWinograd(const Node &node, Selector &selector, nn::ConvOp conv,
                    const WinogradPlan &plan);

} // namespace megcc

#endif // MEGCC_PASSES_SELECT_WINOGRAD_H
