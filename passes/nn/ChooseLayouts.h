//===- ChooseLayouts.h - Which results have channels in blocks --*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_NN_CHOOSELAYOUTS_H
#define MEGCC_PASSES_NN_CHOOSELAYOUTS_H

#include "dialects/NN/NN.h"
#include "megcc/Target.h"

namespace megcc::nn {

/// The dimension that holds channels.
constexpr int64_t channelDim = 1;

/// For each operator whose result has blocks of channels, their size.
struct LayoutChoice {
  llvm::DenseMap<mlir::Operation *, int64_t> blocks;
  /// How many operators there was a choice for, and how many of them were left
  /// out of it because too many depend on them.
  unsigned free = 0, fixed = 0;
};

/// Whether `op` reads operand `operand` in blocks if its own result has blocks
/// of `size`.
bool wantsBlocks(mlir::OpOperand &operand, int64_t size);

/// The choice that costs least: kernels, and relayouts between them. Nodes with
/// a name in `blocked` have blocks where that is possible at all.
LayoutChoice chooseLayouts(mlir::Block &block, const Target &target,
                           llvm::ArrayRef<std::string> blocked = {});

} // namespace megcc::nn

#endif // MEGCC_PASSES_NN_CHOOSELAYOUTS_H
