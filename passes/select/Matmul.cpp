//===- Matmul.cpp - Selects kernels for matrix multiplication -------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// numpy's matmul: the last two dimensions are matrices, those before them are
// broadcast, a vector operand is a matrix of one row or column. Always a GEMM:
// rows are A's rows, columns B's columns.
//
//===----------------------------------------------------------------------===//

#include "lib/Target/DotProducts.h"
#include "passes/select/Selector.h"

using namespace mlir;
using namespace megcc;

namespace {

/// Index of an operand's batch dimensions, given those of the result.
SmallVector<AffineExpr> batchIndex(RankedTensorType operand,
                                   ArrayRef<int64_t> batch,
                                   ArrayRef<AffineExpr> dims, AffineExpr zero) {
  int64_t own = std::max<int64_t>(operand.getRank() - 2, 0);
  SmallVector<AffineExpr> index;
  for (int64_t i = 0; i < own; ++i) {
    unsigned at = batch.size() - own + i;
    index.push_back(operand.getDimSize(i) == 1 ? zero : dims[at]);
  }
  return index;
}

} // namespace

/// Where all batches meet the same matrix on the right, batches are only more
/// rows: sees lhs, result and what the epilogue reads with one row dimension.
/// Not possible if an epilogue operand is broadcast along some of the rows.
static void mergeBatches(Selector &selector, RankedTensorType rhs,
                         Selector::Operand &lhs, Selector::Operand &result,
                         SmallVectorImpl<Selector::Operand> &epilogue) {
  auto isOne = [](int64_t extent) { return extent == 1; };
  int64_t rank = result.type.getRank();
  if (rank < 3 || rhs.getRank() < 2 || lhs.type.getRank() != rank ||
      !llvm::all_of(rhs.getShape().drop_back(2), isOne))
    return;
  int64_t rows = 1;
  for (int64_t extent : result.type.getShape().drop_back())
    rows *= extent;
  auto merged = [&](RankedTensorType type) -> RankedTensorType {
    if (type.getRank() == 0)
      return type;
    int64_t count = 1;
    for (int64_t extent : type.getShape().drop_back())
      count *= extent;
    if (count != rows && count != 1)
      return RankedTensorType();
    return RankedTensorType::get({count, type.getShape().back()},
                                 type.getElementType());
  };
  SmallVector<Selector::Operand *> all{&lhs, &result};
  for (Selector::Operand &operand : epilogue)
    all.push_back(&operand);
  if (llvm::any_of(all, [&](Selector::Operand *operand) {
        return !merged(operand->type);
      }))
    return;
  for (Selector::Operand *operand : all) {
    operand->type = merged(operand->type);
    operand->buffer =
        selector.alias(operand->buffer, layout::bufferType(operand->type));
  }
}

static LogicalResult selectMatmul(const Node &node, Selector &selector) {
  auto matmul = cast<nn::MatMulOp>(node.root);
  Value rhs = node.operand(matmul.getRhs());
  Selector::Operand left, output;
  left.buffer = selector.buffer(node.operand(matmul.getLhs()));
  left.type = cast<RankedTensorType>(node.operand(matmul.getLhs()).getType());
  ScalarCode epilogue(node, /*withRoot=*/false);
  SmallVector<Selector::Operand> epilogueOperands;
  for (Value tensor : epilogue.inputs())
    epilogueOperands.push_back(
        {cast<RankedTensorType>(tensor.getType()), selector.buffer(tensor)});
  output = {node.resultType(), selector.allocateFor(node.results[0])};
  auto rhsType = cast<RankedTensorType>(rhs.getType());
  mergeBatches(selector, rhsType, left, output, epilogueOperands);
  RankedTensorType lhsType = left.type, result = output.type;
  bool lhsVector = lhsType.getRank() == 1, rhsVector = rhsType.getRank() == 1;
  int64_t depth = lhsType.getShape().back();
  int64_t rows = lhsVector ? 1 : lhsType.getDimSize(lhsType.getRank() - 2);
  int64_t columns = rhsVector ? 1 : rhsType.getShape().back();
  SmallVector<int64_t> batch(
      result.getShape().drop_back((lhsVector ? 0 : 1) + (rhsVector ? 0 : 1)));
  int64_t lanes =
      selector.target.lanes(accumulatorType(result.getElementType()));

  GemmSpec spec;
  spec.lhsUnsigned = lhsType.getElementType().isUnsignedInteger();
  spec.rhsUnsigned = rhsType.getElementType().isUnsignedInteger();
  Type element = layout::storageType(rhsType.getElementType());
  int64_t group = 1;
  int64_t together =
      findDotProduct(
          selector.target,
          {layout::storageType(lhsType.getElementType()), spec.lhsUnsigned},
          {element, spec.rhsUnsigned},
          accumulatorType(
              layout::storageType(node.rootType().getElementType())))
          .group;
  if (depth % together == 0)
    group = together;

  // Iteration dimensions: batch..., row, then depth or column vector.
  unsigned outer = batch.size();
  AffineExpr zero = selector.builder.getAffineConstantExpr(0);
  SmallVector<AffineExpr> batchDims = selector.dims(0, outer);

  SmallVector<AffineExpr> lhsIndex =
      batchIndex(lhsType, batch, batchDims, zero);
  if (!lhsVector)
    lhsIndex.push_back(selector.dim(outer));
  lhsIndex.push_back(selector.dim(outer + 1));

  // rhs: read where it lies if its rows are whole vectors and it is no
  // constant (packing that costs nothing then), else in panels of one vector,
  // with several rows in a lane where instructions take several.
  SmallVector<AffineExpr> rhsIndex =
      batchIndex(rhsType, batch, batchDims, zero);
  AffineExpr v = selector.dim(outer), k = selector.dim(outer + 1);
  Value rhsBuffer;
  if (columns % lanes == 0 && !rhsVector && !selector.constant(rhs) &&
      group == 1) {
    rhsBuffer = selector.buffer(rhs);
    rhsIndex.push_back(k);
    rhsIndex.push_back(v * lanes);
  } else {
    unsigned own = rhsIndex.size();
    SmallVector<int64_t> shape(rhsType.getShape().take_front(own));
    shape.append({int64_t(llvm::divideCeil(columns, lanes)), depth / group,
                  lanes * group});
    SmallVector<AffineExpr> source = selector.dims(0, own);
    AffineExpr lane = selector.dim(own + 2);
    source.push_back(selector.dim(own + 1) * group + lane % group);
    // A vector has one column: every lane repeats it, lanes past it are
    // dropped.
    if (!rhsVector)
      source.push_back(selector.dim(own) * lanes + lane.floorDiv(group));
    rhsBuffer = selector.packed(rhs, MemRefType::get(shape, element),
                                selector.map(own + 3, source));
    rhsIndex.append({v, k.floorDiv(group), zero});
  }

  SmallVector<AffineExpr> out = batchDims;
  if (!lhsVector)
    out.push_back(selector.dim(outer));
  if (!rhsVector)
    out.push_back(selector.dim(outer + 1) * lanes);

  spec.kind = "matmul";
  spec.outer = batch;
  spec.rows = {rows};
  spec.depth = {depth};
  spec.columns = columns;
  spec.lanes = lanes;
  spec.inputs = {left.buffer, rhsBuffer};
  for (const Selector::Operand &operand : epilogueOperands) {
    spec.inputs.push_back(operand.buffer);
    spec.epilogueMaps.push_back(selector.map(
        outer + 2, layout::broadcastIndex(operand.type, result, out)));
  }
  spec.output = output.buffer;
  spec.lhsMap = selector.map(outer + 2, lhsIndex);
  spec.rhsMap = selector.map(outer + 2, rhsIndex);
  spec.outMap = selector.map(outer + 2, out);
  selector.gemm(spec, node, epilogue);
  return success();
}

void megcc::addMatmul(SelectRegistry &registry) {
  registry.add<nn::MatMulOp>(selectMatmul);
}
