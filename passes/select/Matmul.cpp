//===- Matmul.cpp - Selects kernels for matrix multiplication -------------===//
//
// numpy's matmul: the last two dimensions are matrices, those before them are
// broadcast, a vector operand is a matrix of one row or column. Always a GEMM:
// rows are A's rows, columns B's columns.
//
//===----------------------------------------------------------------------===//

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

static LogicalResult selectMatmul(const Node &node, Selector &selector) {
  auto matmul = cast<nn::MatMulOp>(node.root);
  Value lhs = node.operand(matmul.getLhs()),
        rhs = node.operand(matmul.getRhs());
  auto lhsType = cast<RankedTensorType>(lhs.getType());
  auto rhsType = cast<RankedTensorType>(rhs.getType());
  RankedTensorType result = node.resultType();
  bool lhsVector = lhsType.getRank() == 1, rhsVector = rhsType.getRank() == 1;
  int64_t depth = lhsType.getShape().back();
  int64_t rows = lhsVector ? 1 : lhsType.getDimSize(lhsType.getRank() - 2);
  int64_t columns = rhsVector ? 1 : rhsType.getShape().back();
  SmallVector<int64_t> batch(
      result.getShape().drop_back((lhsVector ? 0 : 1) + (rhsVector ? 0 : 1)));
  int64_t lanes =
      selector.target.lanes(accumulatorType(result.getElementType()));

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
  // constant (packing that costs nothing then), else in panels of one vector.
  SmallVector<AffineExpr> rhsIndex =
      batchIndex(rhsType, batch, batchDims, zero);
  AffineExpr v = selector.dim(outer), k = selector.dim(outer + 1);
  Value rhsBuffer;
  if (columns % lanes == 0 && !rhsVector && !selector.constant(rhs)) {
    rhsBuffer = selector.buffer(rhs);
    rhsIndex.push_back(k);
    rhsIndex.push_back(v * lanes);
  } else {
    unsigned own = rhsIndex.size();
    SmallVector<int64_t> shape(rhsType.getShape().take_front(own));
    shape.append({int64_t(llvm::divideCeil(columns, lanes)), depth, lanes});
    SmallVector<AffineExpr> source = selector.dims(0, own);
    source.push_back(selector.dim(own + 1));
    // A vector has one column: every lane repeats it, lanes past it are
    // dropped.
    if (!rhsVector)
      source.push_back(selector.dim(own) * lanes + selector.dim(own + 2));
    rhsBuffer = selector.packed(
        rhs,
        MemRefType::get(shape, layout::storageType(rhsType.getElementType())),
        selector.map(own + 3, source));
    rhsIndex.append({v, k, zero});
  }

  SmallVector<AffineExpr> out = batchDims;
  if (!lhsVector)
    out.push_back(selector.dim(outer));
  if (!rhsVector)
    out.push_back(selector.dim(outer + 1) * lanes);

  ScalarCode epilogue(node, /*withRoot=*/false);
  GemmSpec spec;
  spec.kind = "matmul";
  spec.outer = batch;
  spec.rows = {rows};
  spec.depth = {depth};
  spec.columns = columns;
  spec.lanes = lanes;
  spec.lhsUnsigned = lhsType.getElementType().isUnsignedInteger();
  spec.rhsUnsigned = rhsType.getElementType().isUnsignedInteger();
  spec.inputs = {selector.buffer(lhs), rhsBuffer};
  for (Value tensor : epilogue.inputs()) {
    spec.inputs.push_back(selector.buffer(tensor));
    spec.epilogueMaps.push_back(selector.map(
        outer + 2, layout::broadcastIndex(
                       cast<RankedTensorType>(tensor.getType()), result, out)));
  }
  spec.output = selector.allocateFor(node.results[0]);
  spec.lhsMap = selector.map(outer + 2, lhsIndex);
  spec.rhsMap = selector.map(outer + 2, rhsIndex);
  spec.outMap = selector.map(outer + 2, out);
  selector.gemm(spec, node, epilogue);
  return success();
}

void megcc::addMatmul(SelectRegistry &registry) {
  registry.add<nn::MatMulOp>(selectMatmul);
}
