//===- ReshapedBox.h - Boxes under another shape ----------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two shapes of one number of elements have runs of dimensions that hold the
// same elements: (2, 3, 8) and (6, 4, 2) agree in (2, 3) | 6 and 8 | (4, 2). In
// each run a box reaches from some element to another one in row-major order,
// and so does its image.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_DIALECTS_NN_RESHAPEDBOX_H
#define MEGCC_DIALECTS_NN_RESHAPEDBOX_H

#include "dialects/NN/NNCommon.h"

namespace megcc::nn {

/// The smallest box of a tensor of shape `to` known to hold the elements of
/// `box`, which is not empty, under the shape `from`.
Box getReshapedBox(llvm::ArrayRef<int64_t> from, llvm::ArrayRef<int64_t> to,
                   const Box &box);

} // namespace megcc::nn

#endif // MEGCC_DIALECTS_NN_RESHAPEDBOX_H
