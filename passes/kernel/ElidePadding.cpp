//===- ElidePadding.cpp - Producers write into padded buffers -------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Before:
//
//     %a = memref.alloc() : memref<4x56x56x16xf32>
//     %p = memref.alloc() : memref<4x58x58x16xf32>
//     kernel.gemm "conv" ... outs(%a ...)
//     kernel.nest "pad" extents [4, 58, 58, 16] ins(%a ...) outs(%p ...)
//
// After: whoever wrote or read %a uses the middle of %p, of which only the
// border is left to be filled.
//
//     %p = memref.alloc() : memref<4x58x58x16xf32, strided<[51984, 912, 16,
//     1]>> %a = kernel.alias %p[928] : ... to memref<4x56x56x16xf32,
//     strided<...>> kernel.gemm "conv" ... outs(%a ...) kernel.nest "fill"
//     extents [4, 1, 58, 16] ins() outs(%p ...)     // 4 such
//
// The border after one row or image is the border before the next, so the
// strides are smaller than the extents: %p takes 57 x 57 positions an image.
//
// A kernel that saw rows and columns as one list of positions sees them as two
// dimensions afterwards, which may cost it a little time. So this is done only
// where it makes the largest sum of live bytes smaller.
//
// Before rows take turns (`for-rows`) it is done wherever it can be: rows of
// the padded buffer then need none of the source beside them. Borders are not
// shared there, because a row has to end before the next one begins.
//
//===----------------------------------------------------------------------===//

#include "dialects/Kernel/Strides.h"
#include "passes/kernel/Embedding.h"
#include "passes/kernel/Passes.h"

namespace megcc::kernel {
#define GEN_PASS_DEF_ELIDEPADDING
#include "passes/kernel/Passes.h.inc"
} // namespace megcc::kernel

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

namespace {

/// A nest that copies a buffer into the middle of a larger one.
struct Padding {
  NestOp nest;
  /// Of each dimension of the nest: where the copied part begins, how long it
  /// is.
  SmallVector<int64_t> low, extents;
  Move move;

  Value getSource() const { return move.from.buffer; }
  Value getTarget() const { return move.to.buffer; }
};

} // namespace

/// What `nest` pads, if that is all it does and it makes the whole of a buffer.
static std::optional<Padding> getPadding(NestOp nest) {
  if (!movesElements(nest) || !nest.getGuards() ||
      !nest.getOutput().getDefiningOp<memref::AllocOp>() ||
      !nest.getOutputMap().isIdentity())
    return std::nullopt;
  Padding padding;
  padding.nest = nest;
  padding.low.assign(nest.getRank(), 0);
  padding.extents = SmallVector<int64_t>(nest.getExtents());
  for (auto [guard, extent] :
       llvm::zip(nest.getGuards()->getResults(), *nest.getGuardExtents())) {
    auto dim = dyn_cast<AffineDimExpr>(guard);
    int64_t low = 0;
    if (auto sum = dyn_cast<AffineBinaryOpExpr>(guard);
        sum && sum.getKind() == AffineExprKind::Add) {
      dim = dyn_cast<AffineDimExpr>(sum.getLHS());
      auto constant = dyn_cast<AffineConstantExpr>(sum.getRHS());
      low = constant ? -constant.getValue() : -1;
    }
    if (!dim || low < 0 || padding.low[dim.getPosition()] != 0 ||
        low + extent > nest.getExtents()[dim.getPosition()])
      return std::nullopt;
    padding.low[dim.getPosition()] = low;
    padding.extents[dim.getPosition()] = extent;
  }
  SmallVector<AffineExpr> shifted;
  for (auto [i, low] : llvm::enumerate(padding.low))
    shifted.push_back(getAffineDimExpr(i, nest.getContext()) + low);
  auto getShifted = [&](Value value, AffineMap map) {
    return getWalk(value,
                   map.replaceDimsAndSymbols(shifted, {}, nest.getRank(), 0));
  };
  std::optional<Walk> from =
      getShifted(nest.getInputs()[0], nest.getInputMap(0));
  std::optional<Walk> to = getShifted(nest.getOutput(), nest.getOutputMap());
  if (!from || !to || !from->buffer.getDefiningOp<memref::AllocOp>() ||
      from->buffer == to->buffer)
    return std::nullopt;
  padding.move = {padding.extents, *from, *to};
  return padding;
}

/// Lets the border behind one row or image be the one before the next, if all
/// users of the padded buffer can do with it.
static void shareBorders(const Padding &padding, AccessTable &table) {
  Value target = padding.getTarget();
  auto type = cast<MemRefType>(target.getType());
  if (!type.getLayout().isIdentity())
    return;
  SmallVector<int64_t> strides(type.getRank());
  int64_t stride = 1;
  for (int64_t i = type.getRank(); i-- > 0;) {
    strides[i] = stride;
    int64_t extent = type.getDimSize(i), low = padding.low[i];
    stride *= extent - std::min(low, extent - low - padding.extents[i]);
  }
  MemRefType shared = withStrides(type, strides);
  for (const Access &access : table.of(target)) {
    auto kernel = cast<KernelOpInterface>(access.operand->getOwner());
    if (access.operand->get() != target ||
        !kernel.acceptsType(access.operand->getOperandNumber(), shared))
      return;
  }
  target.setType(shared);
  for (const Access &access : table.of(target))
    cast<KernelOpInterface>(access.operand->getOwner())
        .adoptType(access.operand->getOperandNumber());
  table.move(target, target);
}

/// Nobody uses the bytes of the padded buffer in which the source will live
/// before the padding, and nobody writes the one while the other is still read.
static bool isSound(const Embedding &embedding, const Padding &padding,
                    const AccessTable &table) {
  ArrayRef<Access> source = table.of(embedding.getSource());
  int64_t step = table.getStep(padding.nest);
  if (llvm::any_of(source, [&](const Access &access) {
        return access.isWrite && access.step >= step;
      }))
    return false;
  ByteRegion region = embedding.getRegion();
  return llvm::none_of(
      table.of(embedding.getTarget()), [&](const Access &access) {
        bool matters = access.step >= source.front().step &&
                       access.step <= source.back().step &&
                       (access.step < step || access.isWrite) &&
                       access.operand->getOwner() != padding.nest;
        return matters && !areDisjoint(access.region, region);
      });
}

/// Whether the largest sum of live bytes is reached while the source or the
/// padded buffer lives, and shrinks there.
static bool isWorthIt(const Embedding &embedding, const AccessTable &table) {
  constexpr int64_t alignment = 64;
  int64_t first = table.of(embedding.getSource()).front().step;
  int64_t last = std::max(table.of(embedding.getSource()).back().step,
                          table.of(embedding.getTarget()).back().step);
  std::vector<ArenaBuffer> before = table.getArenaBuffers();
  int64_t largest = getLiveBytes(before, alignment, first, last);
  if (largest != getArenaLowerBound(before, alignment))
    return false;
  // The middle of a larger buffer keeps the order of the elements.
  SmallVector<ByteAccess> moved;
  for (const Access &access : table.of(embedding.getSource())) {
    int64_t size = access.region.elementBytes;
    moved.push_back({access.step, embedding.getPlace(access.region.offset),
                     embedding.getPlace(access.region.getEnd() - size) + size});
  }
  return getLiveBytes(table.getArenaBuffers(embedding.getSource(),
                                            embedding.getTarget(), moved),
                      alignment, first, last) < largest;
}

/// Makes two dimensions of the one along which `gemm` walks over positions,
/// `columns` of them in a row.
static void splitPositions(kernel::GemmOp gemm, int64_t columns) {
  OpBuilder builder(gemm);
  unsigned at = gemm.getOuter().size();
  SmallVector<int64_t> rows{gemm.getRows()[0] / columns, columns};
  // Maps of the epilogue and the output have no dimensions behind the vector,
  // that of lhs has the depth's.
  auto widen = [&](AffineMap map) {
    SmallVector<AffineExpr> dims;
    for (unsigned i = 0; i < map.getNumDims(); ++i) {
      AffineExpr dim = builder.getAffineDimExpr(i + (i > at ? 1 : 0));
      dims.push_back(i == at ? dim * columns + builder.getAffineDimExpr(at + 1)
                             : dim);
    }
    return map.replaceDimsAndSymbols(dims, {}, map.getNumDims() + 1, 0);
  };
  // Where an index is the position, it becomes row and column.
  auto split = [&](OpOperand &operand, AffineMap map) {
    AffineMap wide = widen(map);
    auto type = cast<MemRefType>(operand.get().getType());
    SmallVector<int64_t> strides, newStrides, shape;
    int64_t offset;
    (void)kernel::getStrides(type, strides, offset);
    SmallVector<AffineExpr> results;
    for (auto [i, result] : llvm::enumerate(map.getResults())) {
      if (result != builder.getAffineDimExpr(at) ||
          type.getDimSize(i) % columns != 0) {
        shape.push_back(type.getDimSize(i));
        newStrides.push_back(strides[i]);
        results.push_back(wide.getResult(i));
        continue;
      }
      shape.append({type.getDimSize(i) / columns, columns});
      newStrides.append({strides[i] * columns, strides[i]});
      results.append(
          {builder.getAffineDimExpr(at), builder.getAffineDimExpr(at + 1)});
    }
    if (results == wide.getResults())
      return wide;
    auto view = builder.create<AliasOp>(
        gemm.getLoc(),
        withStrides(MemRefType::get(shape, type.getElementType()), newStrides),
        operand.get(), 0);
    operand.set(view);
    return AffineMap::get(wide.getNumDims(), 0, results, builder.getContext());
  };
  gemm.setRows(rows);
  // What a prologue makes is a block of rows, not a part of a buffer.
  gemm.setLhsMap(gemm.hasPrologue()
                     ? widen(gemm.getLhsMap())
                     : split(gemm->getOpOperand(0), gemm.getLhsMap()));
  // A tile that is more than a row takes whole ones.
  if (int64_t tile = gemm.getTileRows(); tile > columns)
    gemm.setTileRows(tile - tile % columns);
  SmallVector<AffineMap> epilogue;
  for (auto [i, map] : llvm::enumerate(gemm.getEpilogueMaps()))
    epilogue.push_back(
        split(gemm->getOpOperand(2 + i), cast<AffineMapAttr>(map).getValue()));
  gemm.setEpilogueMapsAttr(builder.getAffineMapArrayAttr(epilogue));
  gemm.setOutMap(
      split(gemm->getOpOperand(gemm.getInputs().size()), gemm.getOutMap()));
}

/// Lets kernels that see the source's rows and columns as one dimension see
/// them as two.
static void splitUsers(const Padding &padding, AccessTable &table) {
  auto type = cast<MemRefType>(padding.getSource().getType());
  NestOp nest = padding.nest;
  SmallVector<int64_t> extents;
  for (auto [extent, whole] : llvm::zip(padding.extents, nest.getExtents()))
    if (extent != whole)
      extents.push_back(extent);
  if (extents.size() != 2)
    return;
  llvm::SmallSetVector<Operation *, 4> users;
  for (const Access &access : table.of(padding.getSource())) {
    auto gemm = dyn_cast<kernel::GemmOp>(access.operand->getOwner());
    auto seen = cast<MemRefType>(access.operand->get().getType());
    if (gemm && gemm.getRows().size() == 1 &&
        gemm.getRows()[0] == extents[0] * extents[1] &&
        (gemm.getStoreMap(access.operand->getOperandNumber()) ||
         access.operand->get() == gemm.getLhs()) &&
        seen.getRank() + 1 == type.getRank())
      users.insert(gemm);
  }
  for (Operation *user : users) {
    auto kernel = cast<KernelOpInterface>(user);
    int64_t step = table.getStep(user);
    table.erase(kernel);
    splitPositions(cast<kernel::GemmOp>(user), extents[1]);
    table.insert(kernel, step);
  }
}

/// Puts nests that fill the border in place of the one that pads.
static void fillBorder(const Padding &padding, AccessTable &table) {
  NestOp nest = padding.nest;
  int64_t step = table.getStep(nest);
  OpBuilder builder(nest);
  // Dimensions before the one of the slab are within the middle, those behind
  // it whole.
  SmallVector<int64_t> begin(nest.getRank(), 0), extents(nest.getExtents());
  SmallVector<NestOp> slabs;
  for (int64_t i = 0; i < nest.getRank(); ++i) {
    int64_t whole = nest.getExtents()[i];
    int64_t end = padding.low[i] + padding.extents[i];
    for (auto [from, to] : {std::pair<int64_t, int64_t>(0, padding.low[i]),
                            std::pair<int64_t, int64_t>(end, whole)}) {
      if (from == to)
        continue;
      begin[i] = from;
      extents[i] = to - from;
      SmallVector<AffineExpr> index;
      for (auto [dim, low] : llvm::enumerate(begin))
        index.push_back(builder.getAffineDimExpr(dim) + low);
      auto slab = builder.create<NestOp>(
          nest.getLoc(), ValueRange(), ValueRange{nest.getOutput()}, extents,
          /*reduction_rank=*/0,
          builder.getArrayAttr(AffineMapAttr::get(
              AffineMap::get(nest.getRank(), 0, index, builder.getContext()))),
          /*body_inputs=*/0, nest.getInit(), AffineMapAttr(),
          DenseI64ArrayAttr(), "fill", /*index=*/Value());
      for (Region *region : {&slab.getBody(), &slab.getFinish()}) {
        OpBuilder::InsertionGuard guard(builder);
        Block *block = builder.createBlock(
            region, region->end(), nest.getInit().getType(), nest.getLoc());
        builder.create<YieldOp>(nest.getLoc(), block->getArgument(0));
      }
      slabs.push_back(slab);
    }
    begin[i] = padding.low[i];
    extents[i] = padding.extents[i];
  }
  table.erase(nest);
  for (NestOp slab : slabs)
    table.insert(slab, step);
  nest.erase();
}

/// Removes the copy of `nest` if that is possible and good, or at any price.
static bool elide(NestOp nest, AccessTable &table, bool forRows) {
  std::optional<Padding> padding = getPadding(nest);
  if (!padding)
    return false;
  std::optional<Embedding> embedding = Embedding::get(padding->move);
  if (!embedding || !isSound(*embedding, *padding, table) ||
      (!forRows && !isWorthIt(*embedding, table)))
    return false;
  splitUsers(*padding, table);
  if (!embedding->isAccepted(table))
    return false;
  if (!forRows) {
    shareBorders(*padding, table);
    // The strides are other ones now.
    padding = getPadding(nest);
    embedding = Embedding::get(padding->move);
    if (!embedding || !embedding->isAccepted(table) ||
        !embedding->keepsArenaSmall(table))
      return false;
  }
  embedding->apply(table);
  fillBorder(*padding, table);
  return true;
}

namespace {

struct ElidePadding : kernel::impl::ElidePaddingBase<ElidePadding> {
  using ElidePaddingBase::ElidePaddingBase;

  void runOnOperation() override {
    FailureOr<func::FuncOp> main = getMain(getOperation());
    if (failed(main))
      return signalPassFailure();
    AccessTable table(*main);
    // Where one copy fewer lowers the peak, another one may hold it up.
    bool changed = true;
    while (changed) {
      changed = false;
      for (auto nest :
           llvm::make_early_inc_range(main->getBody().getOps<NestOp>()))
        changed |= elide(nest, table, forRows);
    }
    eraseUnusedBuffers(*main);
  }
};

} // namespace
