//===- ConvolutionNest.h - Convolutions as loop nests -----------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_SELECT_CONVOLUTIONNEST_H
#define MEGCC_PASSES_SELECT_CONVOLUTIONNEST_H

#include "passes/select/Selector.h"

namespace megcc {

/// Any convolution as a loop nest with guards where taps fall into padding.
/// Depthwise convolutions in a blocked layout keep channel blocks and lanes as
/// dimensions of their own.
mlir::LogicalResult selectConvolutionNest(const Node &node, Selector &selector,
                                          nn::ConvOp conv);

} // namespace megcc

#endif // MEGCC_PASSES_SELECT_CONVOLUTIONNEST_H
