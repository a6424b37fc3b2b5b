//===- OperatorHelpers.h - Shared by the operators' imports -----*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_IMPORT_ONNX_OPERATORHELPERS_H
#define MEGCC_LIB_IMPORT_ONNX_OPERATORHELPERS_H

#include "lib/Import/ONNX/NodeContext.h"
#include "lib/Import/ONNX/TensorData.h"
#include "lib/Support/Constants.h"

namespace megcc {

/// Constants that the importer computes (ranges, masks, matrices) stay below
/// this number of elements.
constexpr int64_t kMaxComputedElements = int64_t(1) << 26;

/// The numbers from 0 to `count` - 1 in an i64 vector; reports an error if
/// there are too many.
mlir::Value iota(NodeContext &call, int64_t count);

/// The shape with 1 along `axes`; without them if not `keepDims`.
llvm::SmallVector<int64_t> reduceShape(llvm::ArrayRef<int64_t> shape,
                                       llvm::ArrayRef<int64_t> axes,
                                       bool keepDims);

/// Joins the dimensions before `axis` and those from it on.
llvm::SmallVector<int64_t> flattenShape(llvm::ArrayRef<int64_t> shape,
                                        int64_t axis);

/// The permutation that undoes `perm`.
llvm::SmallVector<int64_t> invertPermutation(llvm::ArrayRef<int64_t> perm);

/// The axes of a Reduce or Squeeze, which moved from an attribute to input 1 at
/// version `inputSince`. Nothing after an error; `isAbsent` tells missing axes
/// from an empty list.
std::optional<llvm::SmallVector<int64_t>>
readAxes(NodeContext &call, int64_t inputSince, int64_t rank, bool &isAbsent);

/// A numpy-like broadcast of two shapes; nothing if they don't match.
std::optional<llvm::SmallVector<int64_t>>
broadcastShapes(llvm::ArrayRef<int64_t> lhs, llvm::ArrayRef<int64_t> rhs);

/// A sliding window along spatial axes, with ONNX's automatic padding and
/// rounding resolved.
struct Window {
  llvm::SmallVector<int64_t> kernel, strides, dilations;
  /// The model's padding: begins, then ends.
  llvm::SmallVector<int64_t> pads;
  /// Padding to apply: more at the ends where ceil_mode asks for a last window
  /// that sticks out, less where the last window ends early.
  llvm::SmallVector<int64_t> appliedPads;
};

/// Reads kernel_shape (or takes `kernel`), strides, dilations, pads, auto_pad,
/// ceil_mode for an input of `spatial` extents.
std::optional<Window> readWindow(NodeContext &call,
                                 llvm::ArrayRef<int64_t> spatial,
                                 std::optional<llvm::ArrayRef<int64_t>> kernel,
                                 bool hasCeilMode);

/// Whether inputs `x` and `w` have the dimensions of a convolution's operands;
/// reports an error if not. The rest is nn.conv's to check.
bool checkConvRanks(NodeContext &call, unsigned x, unsigned w);

/// What Conv, ConvInteger and QLinearConv have in common: the attributes, and a
/// window that comes from the weights.
mlir::Value buildConv(NodeContext &call, mlir::Value x, mlir::Value w,
                      mlir::Value bias, mlir::Type element);

/// Whether a zero point is absent or a constant 0, so that 8-bit values go into
/// a contraction as they are.
bool isZeroPointZero(mlir::Value zeroPoint);

/// x minus its zero point, as i32. A zero point of several values belongs to
/// dimension `axis` of x.
mlir::Value subtractZeroPoint(NodeContext &call, mlir::Value x,
                              mlir::Value zeroPoint, int64_t axis);

} // namespace megcc

#endif // MEGCC_LIB_IMPORT_ONNX_OPERATORHELPERS_H
