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

#include "codegen/kernels/CodeSize.h"
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
                         SmallVectorImpl<Selector::Operand> &epilogue,
                         SmallVectorImpl<Selector::Operand> &prologue) {
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
  for (auto *list : {&epilogue, &prologue})
    for (Selector::Operand &operand : *list)
      all.push_back(&operand);
  if (llvm::any_of(all, [&](Selector::Operand *operand) {
        return !merged(operand->type);
      }))
    return;
  for (Selector::Operand *operand : all) {
    operand->type = merged(operand->type);
    if (operand->buffer)
      operand->buffer =
          selector.alias(operand->buffer, layout::bufferType(operand->type));
  }
}

/// Into how many blocks of rows the lhs is best cut that the kernel makes
/// itself; 0 where it is a buffer, which has to be where there are several
/// matrices.
static int64_t getBlocks(const Node &node, Selector &selector,
                         RankedTensorType lhs, RankedTensorType rhs) {
  auto isOne = [](int64_t extent) { return extent == 1; };
  if (lhs.getRank() < 2 || rhs.getRank() < 2 ||
      !llvm::all_of(rhs.getShape().drop_back(2), isOne) || node.leaders.empty())
    return 0;
  // Several matrices are one if all that is read beside them allows it.
  Node leaders = node.prologue();
  auto allows = [](const ScalarCode &code, RankedTensorType whole) {
    return llvm::all_of(code.inputs(), [&](Value tensor) {
      auto type = cast<RankedTensorType>(tensor.getType());
      return type.getRank() < 2 || type.getShape() == whole.getShape();
    });
  };
  if (!llvm::all_of(lhs.getShape().drop_back(2), isOne) &&
      !(allows(ScalarCode(leaders, /*withRoot=*/true), lhs) &&
        allows(ScalarCode(node, /*withRoot=*/false), node.resultType())))
    return 0;
  int64_t rows = lhs.getNumElements() / lhs.getShape().back();
  int64_t lanes = selector.target.lanes(
      accumulatorType(node.resultType().getElementType()));
  GemmShape gemm{rows, int64_t(llvm::divideCeil(rhs.getShape().back(), lanes)),
                 lhs.getShape().back(), prefersSmallCode(node.root)};
  return selector.getPrologueBlocks(gemm, rows, node);
}

/// Lets `spec` make the lhs, a matrix, in `blocks` blocks; returns the buffer
/// of one. `lhsIndex` becomes an index of it.
static Value makePrologue(Selector &selector, GemmSpec &spec,
                          RankedTensorType whole,
                          ArrayRef<Selector::Operand> operands, int64_t blocks,
                          SmallVectorImpl<AffineExpr> &lhsIndex) {
  SmallVector<int64_t> extents(whole.getShape());
  unsigned row = whole.getRank() - 2;
  extents[row] /= blocks;
  SmallVector<AffineExpr> index = selector.dims(1, whole.getRank() + 1);
  index[row] = selector.dim(0) * extents[row] + index[row];
  selector.setPrologue(spec, whole, operands, blocks, index);
  lhsIndex[row] = lhsIndex[row] % extents[row];
  return selector.allocateBlock(
      MemRefType::get(extents, layout::storageType(whole.getElementType())));
}

static LogicalResult selectMatmul(const Node &given, Selector &selector) {
  Node node = given;
  auto matmul = cast<nn::MatMulOp>(node.root);
  Value rhs = node.operand(matmul.getRhs());
  Selector::Operand left, output;
  left.type = matmul.getLhs().getType();
  SmallVector<Selector::Operand> prologueOperands;
  int64_t blocks = getBlocks(node, selector, left.type,
                             cast<RankedTensorType>(rhs.getType()));
  if (blocks) {
    Node leaders = node.prologue();
    for (Value tensor : ScalarCode(leaders, /*withRoot=*/true).inputs())
      prologueOperands.push_back(
          {cast<RankedTensorType>(tensor.getType()), selector.buffer(tensor)});
  } else {
    node = selector.withoutPrologue(node);
    left.buffer = selector.buffer(node.operand(matmul.getLhs()));
  }
  ScalarCode epilogue(node, /*withRoot=*/false);
  SmallVector<Selector::Operand> epilogueOperands;
  for (Value tensor : epilogue.inputs())
    epilogueOperands.push_back(
        {cast<RankedTensorType>(tensor.getType()), selector.buffer(tensor)});
  output = {node.resultType(), selector.allocateFor(node.results[0])};
  auto rhsType = cast<RankedTensorType>(rhs.getType());
  mergeBatches(selector, rhsType, left, output, epilogueOperands,
               prologueOperands);
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
  DotProduct dot = findDotProduct(
      selector.target,
      {layout::storageType(lhsType.getElementType()), spec.lhsUnsigned},
      {element, spec.rhsUnsigned},
      accumulatorType(layout::storageType(node.rootType().getElementType())));
  if (depth % dot.getStep(lanes) != 0)
    dot = {};
  int64_t group = dot.group;

  // Iteration dimensions: batch..., row, then depth or column vector.
  unsigned outer = batch.size();
  AffineExpr zero = selector.builder.getAffineConstantExpr(0);
  SmallVector<AffineExpr> batchDims = selector.dims(0, outer);

  SmallVector<AffineExpr> lhsIndex =
      batchIndex(lhsType, batch, batchDims, zero);
  if (!lhsVector)
    lhsIndex.push_back(selector.dim(outer));
  lhsIndex.push_back(selector.dim(outer + 1));
  if (blocks)
    left.buffer = makePrologue(selector, spec, lhsType, prologueOperands,
                               blocks, lhsIndex);

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
    auto [column, neighbour] = dot.unpack(selector.dim(own + 2), lanes);
    source.push_back(selector.dim(own + 1) * group + neighbour);
    // A vector has one column: every lane repeats it, lanes past it are
    // dropped.
    if (!rhsVector)
      source.push_back(selector.dim(own) * lanes + column);
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
