//===- Epilogue.h - What follows a contraction ------------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A contraction ends in a scalar region: bias, activation, residual. It is run
// on whole vectors of output channels where all of it has vectors, else lane by
// lane through a buffer on the stack.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_KERNELS_EPILOGUE_H
#define MEGCC_CODEGEN_KERNELS_EPILOGUE_H

#include "codegen/kernels/LoopBuilder.h"
#include "megcc/Target.h"
#include "mlir/IR/BuiltinAttributes.h"

namespace megcc {

class Epilogue {
public:
  using Exprs = llvm::ArrayRef<mlir::AffineExpr>;

  /// `region` takes the accumulator and one element of each of `inputs`; what
  /// it yields goes to `output`. `maps` (one per input) and `outMap` take a
  /// point, of which dimension `vectorDim` is the vector of channels.
  Epilogue(mlir::Block &region, mlir::ValueRange inputs, mlir::ArrayAttr maps,
           mlir::Value output, mlir::AffineMap outMap, unsigned vectorDim,
           int64_t lanes, const Target &target);

  /// Whether vectors of `lanes` can be stored whole.
  bool isVectorizable() const { return vectorizable; }

  /// All lanes of the last input.
  mlir::Value loadLast(LoopBuilder &loops, Exprs at) const;

  /// Stores all lanes of the vector `acc`, or the scalar if there is one lane.
  void storeVector(LoopBuilder &loops, mlir::Value acc, Exprs at) const;

  /// Stores lane `lane` of a vector, whose accumulator is the scalar `acc`.
  void storeLane(LoopBuilder &loops, mlir::Value acc, Exprs at,
                 mlir::AffineExpr lane) const;

private:
  mlir::AffineMap mapOf(unsigned input) const;
  /// Whether the input has an element for each channel.
  bool isPerChannel(unsigned input) const;

  mlir::Block &region;
  mlir::ValueRange inputs;
  mlir::ArrayAttr maps;
  mlir::Value output;
  mlir::AffineMap outMap;
  unsigned vectorDim;
  int64_t lanes;
  bool vectorizable;
};

} // namespace megcc

#endif // MEGCC_CODEGEN_KERNELS_EPILOGUE_H
