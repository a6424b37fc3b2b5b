//===- SplitWindows.cpp - Windows row by row ------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/rows/SplitWindows.h"

#include "codegen/kernels/GemmMatrix.h"
#include "dialects/Kernel/Strides.h"
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

namespace {

/// The dimension of a kernel that may be the rows of a window: the outermost
/// that is summed over.
struct Window {
  int64_t taps = 0;
  /// What it moves along, where it is in the maps, and from where on these have
  /// dimensions that are summed over.
  SmallVector<std::pair<Value, AffineMap>> inputs = {};
  unsigned dim = 0, parallel = 0;
  /// Sums.
  int64_t points = 0;
};

} // namespace

static Window getWindow(NestOp nest) {
  Window window;
  window.dim = window.parallel = nest.getParallelRank();
  window.taps = nest.getExtents()[window.dim];
  window.points =
      ShapedType::getNumElements(nest.getExtents().take_front(window.parallel));
  for (unsigned i = 0; i < nest.getBodyInputs(); ++i)
    if (AffineMap map = nest.getInputMap(i))
      window.inputs.push_back({nest.getInputs()[i], map});
  return window;
}

static Window getWindow(kernel::GemmOp gemm) {
  ArrayRef<int64_t> depth = gemm.getDepth();
  Window window;
  window.taps = depth.front();
  window.dim = window.parallel = gemm.getOuter().size() + gemm.getRows().size();
  window.points = ShapedType::getNumElements(gemm.getOuter()) *
                  ShapedType::getNumElements(gemm.getRows()) *
                  gemm.getColumns();
  window.inputs.push_back({gemm.getLhs(), gemm.getLhsMap()});
  return window;
}

/// Bytes that a kernel with such a window needs less if it is split: all but
/// one of the rows that it reads, while there are more of the sums.
static int64_t getSaving(const Window &window, Value result,
                         const RowTable &rows) {
  auto outputRows = rows.find(getBuffer(result));
  if (outputRows == rows.end())
    return 0;
  int64_t sumBytes = window.points *
                     getBufferElementBytes(cast<MemRefType>(result.getType())) /
                     outputRows->second.count;
  int64_t saving = 0;
  for (auto [value, map] : window.inputs) {
    Value input = getBuffer(value);
    auto inputRows = rows.find(input);
    if (inputRows == rows.end())
      continue;
    auto type = cast<MemRefType>(value.getType());
    SmallVector<int64_t> strides;
    int64_t offset;
    (void)kernel::getStrides(type, strides, offset);
    for (auto [i, result] : llvm::enumerate(map.getResults())) {
      int64_t perTap = getCoefficient(result, window.dim), perRow = 0;
      for (unsigned dim = 0; dim < window.parallel; ++dim)
        perRow = std::max(perRow, getCoefficient(result, dim));
      if (perTap <= 0 || perRow <= 0 ||
          strides[i] * getBufferElementBytes(type) != inputRows->second.stride)
        continue;
      int64_t reach = (window.taps - 1) * perTap;
      saving += reach * getRowBytes(input, inputRows->second) -
                reach / perRow * sumBytes;
    }
  }
  return saving;
}

/// Whether what a nest has so far may lie in its result, and is a sum of the
/// same kind if it is split.
static bool maySplit(NestOp nest, const Target &target) {
  if (nest.getIndex() || nest.getResumes() || nest.getReductionRank() < 2)
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
  return !knowsIndices && cast<KernelFamilyInterface>(nest.getOperation())
                              .reducesInOrder(target);
}

static bool maySplit(kernel::GemmOp gemm) {
  if (gemm.getIndex() || gemm.getResumes() || gemm.hasPrologue() ||
      gemm.getDepth().size() < 2 || gemm.getColumns() % gemm.getLanes() != 0 ||
      gemm->hasAttr(kMatrixTilesAttr))
    return false;
  Value output = gemm.getOutput();
  for (Value input : gemm.getInputs())
    if (getBuffer(input) == getBuffer(output))
      return false;
  return cast<MemRefType>(output.getType()).getElementType() ==
         gemm.getAccumulatorType();
}

/// The taps of the window of `op`, if splitting it is possible and saves bytes;
/// otherwise 0.
static int64_t getTaps(KernelOpInterface op, const RowTable &rows,
                       const Target &target) {
  constexpr int64_t mostRows = 16;
  Window window;
  if (auto nest = dyn_cast<NestOp>(op.getOperation());
      nest && maySplit(nest, target))
    window = getWindow(nest);
  if (auto gemm = dyn_cast<kernel::GemmOp>(op.getOperation());
      gemm && maySplit(gemm))
    window = getWindow(gemm);
  bool isWorth = window.taps >= 2 && window.taps <= mostRows &&
                 getSaving(window, op.getOutputs()[0], rows) > 0;
  return isWorth ? window.taps : 0;
}

/// `map` where dimension `window` is `tap`, and no dimension any more.
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

static kernel::GemmOp buildPart(OpBuilder &builder, kernel::GemmOp gemm,
                                int64_t tap) {
  unsigned rows = gemm.getOuter().size() + gemm.getRows().size();
  bool isFirst = tap == 0, isLast = tap + 1 == gemm.getDepth().front();
  AffineMap lhs = fixDim(gemm.getLhsMap(), rows, tap);
  AffineMap rhs = fixDim(gemm.getRhsMap(), gemm.getOuter().size() + 1, tap);
  SmallVector<Value> inputs(gemm.getInputs().take_front(2));
  SmallVector<Attribute> maps;
  if (isLast) {
    inputs.assign(gemm.getInputs().begin(), gemm.getInputs().end());
    maps.assign(gemm.getEpilogueMaps().begin(), gemm.getEpilogueMaps().end());
  }
  if (!isFirst) {
    inputs.push_back(gemm.getOutput());
    maps.push_back(gemm.getOutMapAttr());
  }
  auto part = builder.create<kernel::GemmOp>(
      gemm.getLoc(), inputs, gemm.getOutputs(), gemm.getOuter(), gemm.getRows(),
      gemm.getColumns(), gemm.getLanes(), gemm.getDepth().drop_front(), lhs,
      rhs, gemm.getOutMap(), builder.getArrayAttr(maps), gemm.getTileRows(),
      gemm.getTileVectors(), gemm.getLhsUnsigned(), gemm.getRhsUnsigned(),
      gemm.getKind(), /*prologue_blocks=*/IntegerAttr(),
      /*prologue_maps=*/ArrayAttr(), gemm.getDiagonalAttr(), /*index=*/Value(),
      /*resumes=*/!isFirst);
  part->setDiscardableAttrs(gemm->getDiscardableAttrDictionary());
  Type sum = gemm.getAccumulatorType();
  if (isLast) {
    IRMapping mapping;
    gemm.getEpilogue().cloneInto(&part.getEpilogue(), mapping);
    part.getEpilogue().addArgument(sum, gemm.getLoc());
    return part;
  }
  OpBuilder::InsertionGuard guard(builder);
  Block *epilogue = builder.createBlock(
      &part.getEpilogue(), {}, SmallVector<Type>(isFirst ? 1 : 2, sum),
      SmallVector<Location>(isFirst ? 1 : 2, gemm.getLoc()));
  builder.create<YieldOp>(gemm.getLoc(), epilogue->getArgument(0));
  return part;
}

void SplitWindow::undo() {
  parts.front()->getBlock()->getOperations().insert(
      parts.front()->getIterator(), whole);
  for (KernelOpInterface part : parts)
    part->erase();
  parts.clear();
}

SmallVector<SplitWindow> kernel::splitWindows(func::FuncOp main,
                                              const RowTable &rows,
                                              const Target &target) {
  // Kernels one behind the other that make parts of one tensor.
  SmallVector<SmallVector<KernelOpInterface>> groups;
  KernelOpInterface before;
  for (auto op : main.getBody().getOps<KernelOpInterface>()) {
    bool isSplit = getTaps(op, rows, target) != 0;
    bool continues = isSplit && before &&
                     op.getInputs()[0] == before.getInputs()[0] &&
                     op.getOutputs()[0] == before.getOutputs()[0];
    if (continues)
      groups.back().push_back(op);
    else if (isSplit)
      groups.push_back({op});
    before = isSplit ? op : KernelOpInterface();
  }
  // All first rows come first: rows are used up together.
  SmallVector<SplitWindow> windows;
  for (ArrayRef<KernelOpInterface> group : groups) {
    OpBuilder builder(group.back());
    size_t first = windows.size();
    int64_t most = 0;
    for (KernelOpInterface op : group) {
      windows.push_back({op, {}});
      most = std::max(most, getTaps(op, rows, target));
    }
    for (int64_t tap = 0; tap < most; ++tap)
      for (SplitWindow &window : MutableArrayRef(windows).drop_front(first)) {
        if (tap >= getTaps(window.whole, rows, target))
          continue;
        auto gemm = dyn_cast<kernel::GemmOp>(window.whole.getOperation());
        window.parts.push_back(
            gemm ? KernelOpInterface(buildPart(builder, gemm, tap))
                 : buildPart(builder, cast<NestOp>(window.whole.getOperation()),
                             tap));
      }
    for (KernelOpInterface op : group)
      op->remove();
  }
  return windows;
}
