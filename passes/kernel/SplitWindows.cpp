//===- SplitWindows.cpp - Windows row by row ------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/SplitWindows.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

/// The coefficient of `dim` in `expr`, where that is a sum.
static int64_t getCoefficient(AffineExpr expr, unsigned dim) {
  if (auto variable = dyn_cast<AffineDimExpr>(expr))
    return variable.getPosition() == dim;
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return 0;
  if (expr.getKind() == AffineExprKind::Add)
    return getCoefficient(binary.getLHS(), dim) +
           getCoefficient(binary.getRHS(), dim);
  auto factor = dyn_cast<AffineConstantExpr>(binary.getRHS());
  return expr.getKind() == AffineExprKind::Mul && factor
             ? getCoefficient(binary.getLHS(), dim) * factor.getValue()
             : 0;
}

static int64_t getRowBytes(Value buffer, const BufferRows &rows) {
  return getSpanBytes(cast<MemRefType>(buffer.getType())) / rows.count;
}

/// Bytes that a nest needs less if its first reduced dimension is split: all
/// but one of the rows that a window reads, while there are more of the sums.
static int64_t getSaving(NestOp nest, const RowTable &rows) {
  Value output = getBuffer(nest.getOutput());
  auto outputRows = rows.find(output);
  if (outputRows == rows.end())
    return 0;
  int64_t window = nest.getParallelRank();
  int64_t saving = 0;
  for (unsigned i = 0; i < nest.getBodyInputs(); ++i) {
    Value input = getBuffer(nest.getInputs()[i]);
    auto inputRows = rows.find(input);
    AffineMap map = nest.getInputMap(i);
    if (inputRows == rows.end() || !map)
      continue;
    for (AffineExpr result : map.getResults()) {
      int64_t perTap = getCoefficient(result, window), perRow = 0;
      for (unsigned dim = 0; dim < window; ++dim)
        perRow = std::max(perRow, getCoefficient(result, dim));
      if (perTap <= 0 || perRow <= 0)
        continue;
      int64_t reach = (nest.getExtents()[window] - 1) * perTap;
      saving += reach * getRowBytes(input, inputRows->second) -
                reach / perRow * getRowBytes(output, outputRows->second);
    }
  }
  return saving;
}

static bool maySplit(NestOp nest, const RowTable &rows, const Target &target) {
  // Each part has something left to reduce, so that it is the same kind of sum.
  constexpr int64_t mostRows = 16;
  int64_t window = nest.getParallelRank();
  if (nest.getIndex() || nest.getResumes() || nest.getReductionRank() < 2 ||
      nest.getExtents()[window] < 2 || nest.getExtents()[window] > mostRows)
    return false;
  Value output = nest.getOutput();
  if (cast<MemRefType>(output.getType()).getElementType() !=
      nest.getInit().getType())
    return false;
  for (Value input : nest.getInputs())
    if (getBuffer(input) == getBuffer(output))
      return false;
  bool knowsIndices =
      nest->walk([](IndexOp) { return WalkResult::interrupt(); })
          .wasInterrupted();
  return !knowsIndices && getSaving(nest, rows) > 0 &&
         cast<KernelFamilyInterface>(nest.getOperation())
             .reducesInOrder(target);
}

/// `map` where the first reduced dimension is `tap`, and no dimension any more.
static AffineMap fixDim(AffineMap map, unsigned window, int64_t tap) {
  MLIRContext *context = map.getContext();
  SmallVector<AffineExpr> dims;
  for (unsigned dim = 0; dim < map.getNumDims(); ++dim)
    dims.push_back(dim == window
                       ? getAffineConstantExpr(tap, context)
                       : getAffineDimExpr(dim - (dim > window), context));
  return map.replaceDimsAndSymbols(dims, {}, map.getNumDims() - 1, 0);
}

/// The part of `nest` that is row `tap` of its window.
static NestOp buildPart(OpBuilder &builder, NestOp nest, int64_t tap) {
  unsigned window = nest.getParallelRank(), body = nest.getBodyInputs();
  bool isFirst = tap == 0, isLast = tap + 1 == nest.getExtents()[window];
  SmallVector<int64_t> extents(nest.getExtents());
  extents.erase(extents.begin() + window);
  SmallVector<Value> inputs(nest.getInputs().take_front(body));
  if (isLast)
    inputs.assign(nest.getInputs().begin(), nest.getInputs().end());
  SmallVector<Attribute> maps;
  for (unsigned i = 0; i < inputs.size(); ++i) {
    AffineMap map = nest.getInputMap(i);
    maps.push_back(map ? Attribute(AffineMapAttr::get(fixDim(map, window, tap)))
                       : builder.getUnitAttr());
  }
  auto output = AffineMapAttr::get(fixDim(nest.getOutputMap(), window, tap));
  maps.push_back(output);
  if (!isFirst) {
    inputs.push_back(nest.getOutput());
    maps.push_back(output);
  }
  AffineMapAttr guards;
  if (nest.getGuards())
    guards = AffineMapAttr::get(fixDim(*nest.getGuards(), window, tap));
  auto part = builder.create<NestOp>(
      nest.getLoc(), inputs, nest.getOutputs(), extents,
      nest.getReductionRank() - 1, builder.getArrayAttr(maps), body,
      nest.getInit(), guards, nest.getGuardExtentsAttr(), nest.getKind(),
      /*index=*/Value(), /*resumes=*/!isFirst);
  part->setDiscardableAttrs(nest->getDiscardableAttrDictionary());
  IRMapping mapping;
  nest.getBody().cloneInto(&part.getBody(), mapping);
  if (isLast) {
    nest.getFinish().cloneInto(&part.getFinish(), mapping);
    return part;
  }
  OpBuilder::InsertionGuard guard(builder);
  Block *finish = builder.createBlock(&part.getFinish(), {},
                                      nest.getInit().getType(), nest.getLoc());
  builder.create<YieldOp>(nest.getLoc(), finish->getArgument(0));
  return part;
}

void SplitWindow::undo() {
  parts.front()->getBlock()->getOperations().insert(
      parts.front()->getIterator(), whole);
  for (NestOp part : parts)
    part->erase();
  parts.clear();
}

SmallVector<SplitWindow> kernel::splitWindows(func::FuncOp main,
                                              const RowTable &rows,
                                              const Target &target) {
  SmallVector<NestOp> nests;
  for (auto nest : main.getBody().getOps<NestOp>())
    if (maySplit(nest, rows, target))
      nests.push_back(nest);
  SmallVector<SplitWindow> windows;
  for (NestOp nest : nests) {
    OpBuilder builder(nest);
    SplitWindow window{nest, {}};
    int64_t taps = nest.getExtents()[nest.getParallelRank()];
    for (int64_t tap = 0; tap < taps; ++tap)
      window.parts.push_back(buildPart(builder, nest, tap));
    nest->remove();
    windows.push_back(std::move(window));
  }
  return windows;
}
