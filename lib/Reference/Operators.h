//===- Operators.h - Evaluation of single operators -------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the files of this folder, one per group of operators, offer to
// Evaluate.cpp: an overload of `evaluateOp` per operator. Private to it.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_REFERENCE_OPERATORS_H
#define MEGCC_LIB_REFERENCE_OPERATORS_H

#include "dialects/NN/NN.h"
#include "lib/Reference/HostTensor.h"
#include "lib/Reference/Index.h"

namespace megcc {

using Results = mlir::SmallVector<HostTensor>;

/// The tensors of an operator's operands, found by the operands' values.
class Operands {
public:
  Operands(mlir::Operation *op, mlir::ArrayRef<HostTensor> tensors)
      : op(op), tensors(tensors) {}

  const HostTensor &operator[](mlir::Value value) const {
    const HostTensor *tensor = find(value);
    assert(tensor && "not an operand");
    return *tensor;
  }

  /// Null for an optional operand that is not there.
  const HostTensor *find(mlir::Value value) const {
    for (unsigned i = 0; i < tensors.size(); ++i)
      if (op->getOperand(i) == value)
        return &tensors[i];
    return nullptr;
  }

  mlir::ArrayRef<HostTensor> all() const { return tensors; }

private:
  mlir::Operation *op;
  mlir::ArrayRef<HostTensor> tensors;
};

inline mlir::RankedTensorType getResultType(mlir::Operation *op,
                                            unsigned i = 0) {
  return mlir::cast<mlir::RankedTensorType>(op->getResult(i).getType());
}

/// A tensor of `type` whose element at an index is that of `source` at offset
/// `start` + sum of index * strides: transposes, slices, broadcasts.
HostTensor copyStrided(mlir::RankedTensorType type, const HostTensor &source,
                       int64_t start, mlir::ArrayRef<int64_t> strides);

/// `source` broadcast to a shape as numpy does.
HostTensor broadcastTo(const HostTensor &source, mlir::ArrayRef<int64_t> shape);

/// Fails where a scalar function has an operation that the interpreter doesn't
/// know.
mlir::FailureOr<Results> evaluateElementwise(nn::ElementwiseOpInterface op,
                                             const Operands &in);

/// One overload per operator that is not elementwise; each computes the formula
/// of the operator's documentation.
// Contraction.cpp
Results evaluateOp(nn::ConvOp op, const Operands &in);
Results evaluateOp(nn::ConvTransposeOp op, const Operands &in);
Results evaluateOp(nn::MatMulOp op, const Operands &in);
// Pooling.cpp
Results evaluateOp(nn::MaxPoolOp op, const Operands &in);
Results evaluateOp(nn::AveragePoolOp op, const Operands &in);
Results evaluateOp(nn::LpPoolOp op, const Operands &in);
// Reduction.cpp
Results evaluateOp(nn::ReduceOp op, const Operands &in);
Results evaluateOp(nn::ArgMaxOp op, const Operands &in);
Results evaluateOp(nn::ArgMinOp op, const Operands &in);
Results evaluateOp(nn::CumSumOp op, const Operands &in);
Results evaluateOp(nn::TopKOp op, const Operands &in);
// Normalization.cpp
Results evaluateOp(nn::SoftmaxOp op, const Operands &in);
Results evaluateOp(nn::LogSoftmaxOp op, const Operands &in);
Results evaluateOp(nn::LayerNormOp op, const Operands &in);
Results evaluateOp(nn::GroupNormOp op, const Operands &in);
Results evaluateOp(nn::BatchNormOp op, const Operands &in);
Results evaluateOp(nn::LrnOp op, const Operands &in);
// Movement.cpp
Results evaluateOp(nn::ReshapeOp op, const Operands &in);
Results evaluateOp(nn::RelayoutOp op, const Operands &in);
Results evaluateOp(nn::TransposeOp op, const Operands &in);
Results evaluateOp(nn::ConcatOp op, const Operands &in);
Results evaluateOp(nn::SliceOp op, const Operands &in);
Results evaluateOp(nn::DynamicSliceOp op, const Operands &in);
Results evaluateOp(nn::PadOp op, const Operands &in);
Results evaluateOp(nn::ExpandOp op, const Operands &in);
Results evaluateOp(nn::TileOp op, const Operands &in);
Results evaluateOp(nn::ReverseOp op, const Operands &in);
Results evaluateOp(nn::ReverseSequenceOp op, const Operands &in);
Results evaluateOp(nn::TriluOp op, const Operands &in);
// Indexing.cpp
Results evaluateOp(nn::GatherOp op, const Operands &in);
Results evaluateOp(nn::GatherElementsOp op, const Operands &in);
Results evaluateOp(nn::GatherNDOp op, const Operands &in);
Results evaluateOp(nn::ScatterElementsOp op, const Operands &in);
Results evaluateOp(nn::ScatterNDOp op, const Operands &in);
Results evaluateOp(nn::OneHotOp op, const Operands &in);
// Resize.cpp
Results evaluateOp(nn::ResizeOp op, const Operands &in);
// Vision.cpp
Results evaluateOp(nn::NonMaxSuppressionOp op, const Operands &in);
Results evaluateOp(nn::RoiAlignOp op, const Operands &in);
Results evaluateOp(nn::GridSampleOp op, const Operands &in);
Results evaluateOp(nn::MaxUnpoolOp op, const Operands &in);
Results evaluateOp(nn::DetOp op, const Operands &in);
// Recurrent.cpp
Results evaluateOp(nn::RnnOp op, const Operands &in);
Results evaluateOp(nn::GruOp op, const Operands &in);
Results evaluateOp(nn::LstmOp op, const Operands &in);

} // namespace megcc

#endif // MEGCC_LIB_REFERENCE_OPERATORS_H
