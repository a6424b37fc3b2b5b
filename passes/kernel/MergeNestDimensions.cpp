//===- MergeNestDimensions.cpp - Turns nests into fewer, longer loops -----===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Dimensions that all operands walk through without a gap become one, and those
// of extent 1 vanish: inner loops get long, whatever the tensor's shape.
// Buffers are then seen as lists of elements; parts of buffers, which have gaps
// that are not theirs, keep one dimension for each of the nest's.
//
// Before:
//
//   kernel.nest "relu" extents [1, 8, 7, 7] ins(%x : memref<1x8x7x7xf32>)
//   outs(%y : memref<1x8x7x7xf32>)
//     {maps = [(n, c, h, w) -> (n, c, h, w), (n, c, h, w) -> (n, c, h, w)]} ...
//
// After:
//
//   %0 = kernel.alias %x[0] : memref<1x8x7x7xf32> to memref<392xf32>
//   %1 = kernel.alias %y[0] : memref<1x8x7x7xf32> to memref<392xf32>
//   kernel.nest "relu" extents [392] ins(%0 : memref<392xf32>) outs(%1 :
//   memref<392xf32>)
//     {maps = [(i) -> (i), (i) -> (i)]} ...
//
//===----------------------------------------------------------------------===//

#include "dialects/Kernel/Strides.h"
#include "passes/kernel/Passes.h"

namespace megcc::kernel {
#define GEN_PASS_DEF_MERGENESTDIMENSIONS
#include "passes/kernel/Passes.h.inc"
} // namespace megcc::kernel

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

namespace {

/// The position of an element in its buffer: a sum over dimensions.
struct LinearIndex {
  SmallVector<int64_t> coefficients;
  int64_t constant = 0;
};

/// Adds `factor * expr` to `index`; fails if that is not linear.
bool addLinear(AffineExpr expr, int64_t factor, LinearIndex &index) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr)) {
    index.constant += factor * constant.getValue();
    return true;
  }
  if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
    index.coefficients[dim.getPosition()] += factor;
    return true;
  }
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return false;
  if (expr.getKind() == AffineExprKind::Add)
    return addLinear(binary.getLHS(), factor, index) &&
           addLinear(binary.getRHS(), factor, index);
  auto scale = dyn_cast<AffineConstantExpr>(binary.getRHS());
  return expr.getKind() == AffineExprKind::Mul && scale &&
         addLinear(binary.getLHS(), factor * scale.getValue(), index);
}

std::optional<LinearIndex> linearIndex(AffineMap map, MemRefType type) {
  SmallVector<int64_t> strides;
  int64_t offset;
  if (failed(kernel::getStrides(type, strides, offset)))
    return std::nullopt;
  LinearIndex index;
  index.coefficients.resize(map.getNumDims());
  for (auto [expr, stride] : llvm::zip(map.getResults(), strides))
    if (!addLinear(expr, stride, index))
      return std::nullopt;
  return index;
}

/// The buffer as a list of the elements from its first to its last.
Value asList(OpBuilder &builder, Location loc, Value buffer) {
  auto type = cast<MemRefType>(buffer.getType());
  SmallVector<int64_t> strides;
  int64_t offset, length = 1;
  (void)kernel::getStrides(type, strides, offset);
  for (auto [extent, stride] : llvm::zip(type.getShape(), strides))
    length += (extent - 1) * stride;
  auto list = MemRefType::get({length}, type.getElementType());
  if (list == type)
    return buffer;
  return builder.create<AliasOp>(loc, list, buffer, 0);
}

bool hasGaps(MemRefType type) {
  return getSpanBytes(type) !=
         type.getNumElements() * getBufferElementBytes(type);
}

/// A nest that may have fewer dimensions.
class Merger {
public:
  explicit Merger(NestOp nest) : nest(nest), extents(nest.getExtents()) {}

  /// Whether there is something to merge.
  bool analyse() {
    // A guard proves that a coordinate lies inside its buffer's dimension; the
    // dimension has to stay for that.
    if (nest.getGuards() || nest.getIndex() || llvm::is_contained(extents, 0))
      return false;
    unsigned operands = nest.getInputs().size() + 1;
    for (unsigned i = 0; i < operands; ++i) {
      auto map = dyn_cast<AffineMapAttr>(nest.getMaps()[i]);
      if (!map) {
        indices.push_back(std::nullopt);
        continue;
      }
      indices.push_back(linearIndex(map.getValue(), typeOf(i)));
      if (!indices.back() ||
          (hasGaps(typeOf(i)) && !map.getValue().isProjectedPermutation(
                                     /*allowZeroInResults=*/true)))
        return false;
    }
    findFixed();
    group();
    return groups.size() < extents.size();
  }

  void rewrite() {
    OpBuilder builder(nest);
    SmallVector<int64_t> newExtents;
    for (const SmallVector<unsigned> &group : groups) {
      int64_t extent = 1;
      for (unsigned dim : group)
        extent *= extents[dim];
      newExtents.push_back(extent);
    }
    SmallVector<Value> inputs;
    SmallVector<Attribute> maps;
    for (unsigned i = 0; i < nest.getInputs().size(); ++i) {
      auto [buffer, map] = merge(builder, i);
      inputs.push_back(buffer);
      maps.push_back(map);
    }
    auto [output, outputMap] = merge(builder, nest.getInputs().size());
    maps.push_back(outputMap);
    int64_t reductions = 0;
    for (const SmallVector<unsigned> &group : groups)
      reductions += group.front() >= nest.getParallelRank();
    auto merged = builder.create<NestOp>(
        nest.getLoc(), inputs, ValueRange{output}, newExtents, reductions,
        builder.getArrayAttr(maps), nest.getBodyInputs(), nest.getInit(),
        AffineMapAttr(), DenseI64ArrayAttr(), nest.getKind(),
        /*index=*/Value());
    merged->setDiscardableAttrs(nest->getDiscardableAttrDictionary());
    merged.getBody().takeBody(nest.getBody());
    merged.getFinish().takeBody(nest.getFinish());
    merged->walk([&](IndexOp index) { index.setDim(groupOf(index.getDim())); });
    nest.erase();
  }

private:
  NestOp nest;
  ArrayRef<int64_t> extents;
  SmallVector<std::optional<LinearIndex>> indices;
  /// Dimensions that the regions speak of.
  llvm::SmallDenseSet<unsigned> fixed;
  /// The dimensions that become one, in order; those of extent 1 are in none.
  SmallVector<SmallVector<unsigned>> groups;

  Value operand(unsigned i) {
    return i < nest.getInputs().size() ? nest.getInputs()[i] : nest.getOutput();
  }
  MemRefType typeOf(unsigned i) {
    return cast<MemRefType>(operand(i).getType());
  }

  void findFixed() {
    nest->walk([&](IndexOp index) { fixed.insert(index.getDim()); });
  }

  /// Whether `next` continues where a step of `dim` ends, for all operands.
  bool continues(unsigned dim, unsigned next) {
    bool sameKind =
        (dim < nest.getParallelRank()) == (next < nest.getParallelRank());
    if (!sameKind || fixed.count(dim) || fixed.count(next))
      return false;
    return llvm::all_of(indices, [&](const auto &index) {
      return !index || index->coefficients[dim] ==
                           index->coefficients[next] * extents[next];
    });
  }

  void group() {
    for (unsigned dim = 0; dim < extents.size(); ++dim) {
      if (extents[dim] == 1 && !fixed.count(dim))
        continue;
      if (!groups.empty() && continues(groups.back().back(), dim))
        groups.back().push_back(dim);
      else
        groups.push_back({dim});
    }
  }

  unsigned groupOf(unsigned dim) {
    for (auto [i, group] : llvm::enumerate(groups))
      if (group.front() == dim)
        return i;
    llvm_unreachable("a dimension that regions speak of is a group");
  }

  /// Operand `i` as the merged nest sees it, and the map to it.
  std::pair<Value, Attribute> merge(OpBuilder &builder, unsigned i) {
    if (!indices[i])
      return {operand(i), builder.getUnitAttr()};
    if (hasGaps(typeOf(i)))
      return mergePart(builder, i);
    return {asList(builder, nest.getLoc(), operand(i)),
            newMap(builder, *indices[i])};
  }

  /// A part of a buffer: a dimension for each group that walks through it.
  std::pair<Value, Attribute> mergePart(OpBuilder &builder, unsigned i) {
    SmallVector<int64_t> shape, strides;
    SmallVector<AffineExpr> results;
    for (auto [g, group] : llvm::enumerate(groups)) {
      int64_t stride = indices[i]->coefficients[group.back()], extent = 1;
      if (stride == 0)
        continue;
      for (unsigned dim : group)
        extent *= extents[dim];
      shape.push_back(extent);
      strides.push_back(stride);
      results.push_back(builder.getAffineDimExpr(g));
    }
    auto type = withStrides(MemRefType::get(shape, typeOf(i).getElementType()),
                            strides);
    Value part = operand(i);
    if (part.getType() != type)
      part = builder.create<AliasOp>(nest.getLoc(), type, part, 0);
    return {part, AffineMapAttr::get(AffineMap::get(groups.size(), 0, results,
                                                    builder.getContext()))};
  }

  AffineMapAttr newMap(OpBuilder &builder, const LinearIndex &index) {
    AffineExpr sum = builder.getAffineConstantExpr(index.constant);
    for (auto [i, group] : llvm::enumerate(groups))
      sum =
          sum + builder.getAffineDimExpr(i) * index.coefficients[group.back()];
    return AffineMapAttr::get(AffineMap::get(groups.size(), 0, sum));
  }
};

class MergeNestDimensions
    : public megcc::kernel::impl::MergeNestDimensionsBase<MergeNestDimensions> {
public:
  void runOnOperation() override {
    SmallVector<NestOp> nests;
    getOperation()->walk([&](NestOp nest) { nests.push_back(nest); });
    for (NestOp nest : nests) {
      Merger merger(nest);
      if (merger.analyse())
        merger.rewrite();
    }
  }
};

} // namespace
