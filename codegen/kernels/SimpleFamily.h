//===- SimpleFamily.h - What most families say of themselves ----*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_KERNELS_SIMPLEFAMILY_H
#define MEGCC_CODEGEN_KERNELS_SIMPLEFAMILY_H

#include "codegen/kernels/KernelFamilies.h"
#include "codegen/kernels/LoopBuilder.h"
#include "dialects/Kernel/Kernel.h"
#include "megcc/Target.h"

namespace megcc {

/// The interface for families that multiply nothing worth counting and are
/// called after their operator and output. `Model` has
///
///   static void build(Op op, LoopBuilder &loops, const Target &target);
template <typename Model, typename Op>
struct SimpleFamily : kernel::KernelFamilyInterface::ExternalModel<Model, Op> {
  mlir::LogicalResult expand(mlir::Operation *op, mlir::OpBuilder &builder,
                             const Target &target) const {
    LoopBuilder loops(builder, op->getLoc());
    Model::build(mlir::cast<Op>(op), loops, target);
    return mlir::success();
  }

  int64_t getMacs(mlir::Operation *op) const { return 0; }

  std::string getKernelName(mlir::Operation *op) const {
    mlir::Value output = mlir::cast<Op>(op).getOutputs().front();
    return getKernelStem(
        Op::getOperationName().split('.').second, output,
        mlir::cast<mlir::MemRefType>(output.getType()).getShape());
  }

  std::string describe(mlir::Operation *op, const Target &target) const {
    return "plain loops";
  }
};

/// The extents of a buffer.
inline llvm::ArrayRef<int64_t> shapeOf(mlir::Value buffer) {
  return mlir::cast<mlir::MemRefType>(buffer.getType()).getShape();
}

inline mlir::Type elementOf(mlir::Value buffer) {
  return mlir::cast<mlir::MemRefType>(buffer.getType()).getElementType();
}

} // namespace megcc

#endif // MEGCC_CODEGEN_KERNELS_SIMPLEFAMILY_H
