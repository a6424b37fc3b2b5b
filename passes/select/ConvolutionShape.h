//===- ConvolutionShape.h - A convolution in numbers ------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_SELECT_CONVOLUTIONSHAPE_H
#define MEGCC_PASSES_SELECT_CONVOLUTIONSHAPE_H

#include "dialects/NN/NN.h"

namespace megcc {

/// A convolution in numbers, spatial dimensions in order.
struct ConvolutionShape {
  int64_t batch, groups, inPerGroup, outPerGroup;
  llvm::SmallVector<int64_t> kernel, out, strides, dilations, pads;
  unsigned spatial() const { return kernel.size(); }
  /// Whether the rows that a window keeps, all but one, are more than the sums
  /// kept instead if each row of the window were added by itself.
  bool readsMoreRows() const;
};

ConvolutionShape getConvolutionShape(nn::ConvOp conv,
                                     mlir::RankedTensorType input,
                                     mlir::RankedTensorType weight,
                                     mlir::RankedTensorType result);

/// The padding of `input` less what lies behind the last window: strides may
/// leave some of it unread.
llvm::SmallVector<int64_t> getReadPads(const ConvolutionShape &shape,
                                       mlir::RankedTensorType input);

} // namespace megcc

#endif // MEGCC_PASSES_SELECT_CONVOLUTIONSHAPE_H
