//===- BuildRowForm.cpp - Kernels that compute one row --------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From what is known of a kernel as a sequence of rows (RowForm.cpp) to the
// kernels of a stream: one that takes the number of its row, and before and
// after a sum over rows one that begins and one that ends it.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "passes/kernel/rows/RowForm.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

/// Gives `region` a block that yields the last of its arguments: an accumulator
/// and `types`.
static void yieldArgument(Region &region, Type accumulator, TypeRange types) {
  OpBuilder builder(region.getContext());
  SmallVector<Type> all{accumulator};
  llvm::append_range(all, types);
  Block *block =
      builder.createBlock(&region, region.end(), all,
                          SmallVector<Location>(all.size(), region.getLoc()));
  builder.create<YieldOp>(region.getLoc(), block->getArguments().back());
}

AffineMap RowForm::dropSlice(AffineMap map) const {
  int64_t parallel = extents.size() - reductionRank - 1;
  SmallVector<AffineExpr> dims(map.getNumDims(),
                               getAffineConstantExpr(0, map.getContext()));
  for (int64_t dim = 0; dim < parallel; ++dim)
    dims[1 + dim] = getAffineDimExpr(dim, map.getContext());
  return map.replaceDimsAndSymbols(dims, {}, parallel, 0);
}

/// A nest over the points of the result, which moves its first input.
NestOp RowForm::buildWhole(OpBuilder &builder, ValueRange inputs, Value output,
                           ArrayRef<AffineMap> maps, StringRef kind) {
  auto nest = cast<NestOp>(op.getOperation());
  ArrayRef<int64_t> points =
      ArrayRef<int64_t>(extents).drop_front().drop_back(reductionRank);
  auto built = builder.create<NestOp>(
      nest.getLoc(), inputs, ValueRange{output}, points, /*reduction_rank=*/0,
      builder.getAffineMapArrayAttr(maps), inputs.empty() ? 0 : 1,
      nest.getInit(), AffineMapAttr(), DenseI64ArrayAttr(), kind,
      /*index=*/Value());
  Type type = nest.getInit().getType();
  yieldArgument(built.getBody(), type,
                inputs.empty() ? TypeRange() : TypeRange(type));
  return built;
}

void RowForm::buildBegin(OpBuilder &builder) {
  auto nest = cast<NestOp>(op.getOperation());
  Type type = nest.getInit().getType();
  if (!sum) {
    // One element for each point of the result.
    ArrayRef<int64_t> shape =
        ArrayRef<int64_t>(extents).drop_front().drop_back(reductionRank);
    SmallVector<AffineExpr> index;
    for (unsigned dim = 0; dim < shape.size(); ++dim)
      index.push_back(builder.getAffineDimExpr(1 + dim));
    sum = builder.create<memref::AllocOp>(nest.getLoc(),
                                          MemRefType::get(shape, type));
    sumMap = AffineMap::get(extents.size(), 0, index, builder.getContext());
  }
  NestOp fill = buildWhole(builder, {}, sum, dropSlice(sumMap), "fill");
  yieldArgument(fill.getFinish(), type, {});
}

void RowForm::buildEnd(OpBuilder &builder) {
  auto nest = cast<NestOp>(op.getOperation());
  Block &block = nest.getFinish().front();
  bool isDone = block.getTerminator()->getOperand(0) == block.getArgument(0);
  if (isDone && sum == nest.getOutput())
    return;
  SmallVector<Value> inputs{sum};
  SmallVector<AffineMap> maps{dropSlice(sumMap)};
  for (unsigned i = nest.getBodyInputs(); i < nest.getInputs().size(); ++i) {
    inputs.push_back(operands[i].value);
    maps.push_back(operands[i].map ? dropSlice(operands[i].map) : AffineMap());
  }
  maps.push_back(dropSlice(operands.back().map));
  NestOp last =
      buildWhole(builder, inputs, nest.getOutput(), maps, nest.getKind());
  last.getFinish().takeBody(nest.getFinish());
  last.getFinish().walk(
      [&](IndexOp at) { at.setDim(places[at.getDim()] - 1); });
}

void RowForm::build(OpBuilder &builder, ValueRange values,
                    ArrayRef<int64_t> ringPlaces, ArrayRef<int64_t> ringOffsets,
                    Value index) {
  SmallVector<AffineMap> maps;
  SmallVector<Attribute> ringRows;
  for (auto [operand, places, offset] :
       llvm::zip_equal(operands, ringPlaces, ringOffsets)) {
    AffineMap map = operand.map;
    ringRows.push_back(builder.getUnitAttr());
    if (places > 0) {
      // Rows count on from the offset, so that those of two buffers in one
      // ring are never taken for each other.
      SmallVector<AffineExpr> results(map.getResults());
      AffineExpr row = results[operand.rowDim];
      ringRows.back() = AffineMapAttr::get(
          AffineMap::get(map.getNumDims(), 0,
                         {row + offset, builder.getAffineConstantExpr(places),
                          builder.getAffineConstantExpr(operand.rowDim)},
                         builder.getContext()));
      results[operand.rowDim] = (row + offset % places) % places;
      map = AffineMap::get(map.getNumDims(), 0, results, builder.getContext());
    }
    maps.push_back(map);
  }
  unsigned inputs = op.getInputs().size();
  SmallVector<Value> in(values.take_front(inputs));
  ValueRange out = values.drop_front(inputs);
  if (auto nest = dyn_cast<NestOp>(op.getOperation())) {
    if (isAccumulating) {
      // Its own finish comes after the last slice.
      unsigned body = nest.getBodyInputs();
      in.resize(body);
      in.push_back(sum);
      out = sum;
      maps.resize(body);
      maps.append({sumMap, sumMap});
      ringRows.resize(body);
      ringRows.append(2, builder.getUnitAttr());
    }
    SmallVector<Attribute> attributes;
    for (AffineMap map : maps)
      attributes.push_back(map ? Attribute(AffineMapAttr::get(map))
                               : builder.getUnitAttr());
    auto built = builder.create<NestOp>(
        nest.getLoc(), in, out, extents, reductionRank,
        builder.getArrayAttr(attributes), nest.getBodyInputs(), nest.getInit(),
        guards ? AffineMapAttr::get(guards) : AffineMapAttr(),
        nest.getGuardExtentsAttr(), nest.getKind(), index,
        isAccumulating || nest.getResumes());
    built->setDiscardableAttrs(nest->getDiscardableAttrDictionary());
    built.getBody().takeBody(nest.getBody());
    if (isAccumulating)
      yieldArgument(built.getFinish(), nest.getInit().getType(), {});
    else
      built.getFinish().takeBody(nest.getFinish());
    built->walk([&](IndexOp at) { at.setDim(places[at.getDim()]); });
    built->setAttr(kRingRowsAttr, builder.getArrayAttr(ringRows));
    return;
  }
  auto gemm = cast<kernel::GemmOp>(op.getOperation());
  // As many rows at once as before, or equal parts of what a slice has.
  int64_t last = rowExtents.back();
  int64_t tiles =
      llvm::divideCeil(last, std::min<int64_t>(last, gemm.getTileRows()));
  auto built = builder.create<kernel::GemmOp>(
      gemm.getLoc(), in, out, extents, rowExtents, gemm.getColumns(),
      gemm.getLanes(), gemm.getDepth(), maps[0], maps[1], maps.back(),
      builder.getAffineMapArrayAttr(ArrayRef(maps).drop_front(2).drop_back()),
      llvm::divideCeil(last, tiles), gemm.getTileVectors(),
      gemm.getLhsUnsigned(), gemm.getRhsUnsigned(), gemm.getKind(),
      /*prologue_blocks=*/IntegerAttr(), /*prologue_maps=*/ArrayAttr(),
      gemm.getDiagonalAttr(), index, gemm.getResumes());
  built->setDiscardableAttrs(gemm->getDiscardableAttrDictionary());
  built.getEpilogue().takeBody(gemm.getEpilogue());
  built->setAttr(kRingRowsAttr, builder.getArrayAttr(ringRows));
}
