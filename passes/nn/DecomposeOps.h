//===- DecomposeOps.h - Parts of the pass DecomposeOps ----------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_NN_DECOMPOSEOPS_H
#define MEGCC_PASSES_NN_DECOMPOSEOPS_H

#include "mlir/IR/PatternMatch.h"

namespace megcc::nn {

/// Rewrites nn.conv_transpose as nn.conv.
void populateDecomposeConvTranspose(mlir::RewritePatternSet &patterns);

} // namespace megcc::nn

#endif // MEGCC_PASSES_NN_DECOMPOSEOPS_H
