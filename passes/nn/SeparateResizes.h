//===- SeparateResizes.h - Interpolation by dimension -----------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_NN_SEPARATERESIZES_H
#define MEGCC_PASSES_NN_SEPARATERESIZES_H

#include "dialects/NN/NN.h"
#include "megcc/Target.h"

namespace megcc::nn {

/// The order in which `resize`, in the plain layout, had better go through the
/// dimensions that change; empty where all at once is as good.
llvm::SmallVector<int64_t> getResizeOrder(nn::ResizeOp resize,
                                          const Target &target);

} // namespace megcc::nn

#endif // MEGCC_PASSES_NN_SEPARATERESIZES_H
