//===- DecomposeOps.h - Parts of the pass DecomposeOps ----------*- C++ -*-===//

#ifndef MEGCC_PASSES_NN_DECOMPOSEOPS_H
#define MEGCC_PASSES_NN_DECOMPOSEOPS_H

#include "mlir/IR/PatternMatch.h"

namespace megcc::nn {

/// Rewrites nn.conv_transpose as nn.conv.
void populateDecomposeConvTranspose(mlir::RewritePatternSet &patterns);

} // namespace megcc::nn

#endif // MEGCC_PASSES_NN_DECOMPOSEOPS_H
