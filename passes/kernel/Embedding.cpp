//===- Embedding.cpp - Putting one buffer inside another ------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/Embedding.h"
#include "passes/kernel/ArenaPlanner.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

AccessTable::AccessTable(func::FuncOp main) {
  int64_t step = 0;
  for (Operation &op : main.getBody().front()) {
    steps[&op] = step;
    if (auto kernel = dyn_cast<KernelOpInterface>(op)) {
      for (OpOperand &operand : op.getOpOperands()) {
        bool isWrite = operand.getOperandNumber() >= kernel.getInputs().size();
        accesses[getBuffer(operand.get())].push_back(
            {step, &operand, getByteRegion(operand.get()), isWrite});
      }
    }
    ++step;
  }
}

//===----------------------------------------------------------------------===//
// Walks
//===----------------------------------------------------------------------===//

Walk kernel::getWalk(Value value) {
  auto type = cast<MemRefType>(value.getType());
  return *getWalk(value, AffineMap::getMultiDimIdentityMap(type.getRank(),
                                                           type.getContext()));
}

/// Adds `factor * expr` to a linear form; fails if `expr` isn't linear.
static LogicalResult addLinear(AffineExpr expr, int64_t factor, Walk &walk) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr)) {
    walk.offset += factor * constant.getValue();
    return success();
  }
  if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
    walk.strides[dim.getPosition()] += factor;
    return success();
  }
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return failure();
  if (binary.getKind() == AffineExprKind::Add)
    return success(succeeded(addLinear(binary.getLHS(), factor, walk)) &&
                   succeeded(addLinear(binary.getRHS(), factor, walk)));
  auto constant = dyn_cast<AffineConstantExpr>(binary.getRHS());
  if (binary.getKind() == AffineExprKind::Mul && constant)
    return addLinear(binary.getLHS(), factor * constant.getValue(), walk);
  return failure();
}

std::optional<Walk> kernel::getWalk(Value value, AffineMap map) {
  auto type = cast<MemRefType>(value.getType());
  SmallVector<int64_t> strides;
  int64_t ignoredOffset;
  if (failed(getStridesAndOffset(type, strides, ignoredOffset)))
    return std::nullopt;
  Walk walk;
  walk.buffer = getBuffer(value);
  walk.offset = getByteRegion(value).offset;
  walk.strides.assign(map.getNumDims(), 0);
  for (auto [expr, stride] : llvm::zip(map.getResults(), strides))
    if (failed(addLinear(expr, stride * getBufferElementBytes(type), walk)))
      return std::nullopt;
  return walk;
}

bool kernel::areSameElements(Value a, Value b) {
  auto aType = cast<MemRefType>(a.getType());
  auto bType = cast<MemRefType>(b.getType());
  Walk aWalk = getWalk(a), bWalk = getWalk(b);
  if (aType.getShape() != bType.getShape() ||
      aType.getElementType() != bType.getElementType() ||
      aWalk.buffer != bWalk.buffer || aWalk.offset != bWalk.offset)
    return false;
  for (auto [extent, aStride, bStride] :
       llvm::zip(aType.getShape(), aWalk.strides, bWalk.strides))
    if (extent != 1 && aStride != bStride)
      return false;
  return true;
}

//===----------------------------------------------------------------------===//
// Embedding
//===----------------------------------------------------------------------===//

std::optional<Embedding> Embedding::get(ArrayRef<int64_t> extents,
                                        const Walk &from, const Walk &to) {
  Embedding embedding;
  embedding.source = from.buffer;
  embedding.target = to.buffer;
  embedding.offset = to.offset;
  auto type = cast<MemRefType>(from.buffer.getType());
  auto targetType = cast<MemRefType>(to.buffer.getType());
  embedding.elementBytes = getBufferElementBytes(type);
  if (from.buffer == to.buffer || from.offset != 0 ||
      type.getElementType() != targetType.getElementType())
    return std::nullopt;

  SmallVector<Dim> &dims = embedding.dims;
  for (auto [extent, fromStride, toStride] :
       llvm::zip(extents, from.strides, to.strides)) {
    if (extent == 1)
      continue;
    if (fromStride <= 0 || toStride <= 0)
      return std::nullopt;
    dims.push_back({extent, fromStride, toStride});
  }
  llvm::stable_sort(dims,
                    [](const Dim &a, const Dim &b) { return a.from > b.from; });

  // All of the source, each element once: a mixed-radix number.
  int64_t covered = embedding.elementBytes;
  for (const Dim &dim : llvm::reverse(dims)) {
    if (dim.from != covered)
      return std::nullopt;
    covered *= dim.extent;
  }
  if (covered != getSpanBytes(type))
    return std::nullopt;

  for (size_t i = dims.size(); i-- > 1;) {
    Dim &outer = dims[i - 1], &inner = dims[i];
    if (outer.to != inner.extent * inner.to)
      continue;
    outer = {outer.extent * inner.extent, inner.from, inner.to};
    dims.erase(dims.begin() + i);
  }
  return embedding;
}

ByteRegion Embedding::getRegion() const {
  ByteRegion region;
  region.base = target;
  region.offset = offset;
  region.elementBytes = elementBytes;
  for (const Dim &dim : dims)
    region.dims.push_back({dim.extent, dim.to});
  return region;
}

std::optional<Embedding::Place> Embedding::getPlace(Value value) const {
  auto type = cast<MemRefType>(value.getType());
  int64_t bytes = getBufferElementBytes(type);
  Walk walk = getWalk(value);
  if (bytes != elementBytes)
    return std::nullopt;

  // The place of the value's first element, digit by digit.
  Place place{offset, {}};
  SmallVector<int64_t> reach;
  int64_t rest = walk.offset;
  for (const Dim &dim : dims) {
    reach.push_back(rest / dim.from);
    place.offset += rest / dim.from * dim.to;
    rest %= dim.from;
  }

  // A dimension of the value must run along one dimension of the embedding,
  // and together with the others never past its end.
  SmallVector<int64_t> strides(walk.strides.size(), 0);
  for (auto [k, extent] : llvm::enumerate(type.getShape())) {
    if (extent == 1)
      continue;
    const auto *along = llvm::find_if(
        dims, [&](const Dim &dim) { return dim.from <= walk.strides[k]; });
    if (along == dims.end() || walk.strides[k] % along->from != 0)
      return std::nullopt;
    int64_t steps = walk.strides[k] / along->from;
    reach[along - dims.begin()] += (extent - 1) * steps;
    strides[k] = steps * along->to / bytes;
  }
  for (auto [dim, last] : llvm::zip(dims, reach))
    if (last >= dim.extent)
      return std::nullopt;

  // The stride of an extent of 1 is free: what a plain buffer would have.
  int64_t natural = 1;
  for (size_t k = strides.size(); k-- > 0;) {
    if (type.getDimSize(k) == 1)
      strides[k] = natural;
    natural = strides[k] * type.getDimSize(k);
  }
  place.type = withStrides(type, strides);
  return place;
}

bool Embedding::isAccepted(const AccessTable &table) const {
  int64_t targetBytes =
      getBufferElementBytes(cast<MemRefType>(target.getType()));
  return llvm::all_of(table.of(source), [&](const Access &access) {
    std::optional<Place> place = getPlace(access.operand->get());
    auto kernel = cast<KernelOpInterface>(access.operand->getOwner());
    return place && place->offset % targetBytes == 0 &&
           kernel.acceptsType(access.operand->getOperandNumber(), place->type);
  });
}

bool Embedding::keepsArenaSmall(func::FuncOp main) const {
  // A buffer of the caller or a constant costs nothing more.
  constexpr int64_t alignment = 64;
  std::vector<ArenaBuffer> before, after;
  std::optional<Lifetime> sourceLife;
  for (const Lifetime &life : getLifetimes(main)) {
    if (life.buffer == source)
      sourceLife = life;
    before.push_back({getSpanBytes(cast<MemRefType>(life.buffer.getType())),
                      life.first, life.last});
  }
  for (auto [i, life] : llvm::enumerate(getLifetimes(main))) {
    if (life.buffer == source)
      continue;
    after.push_back(before[i]);
    if (life.buffer == target && sourceLife) {
      after.back().first = std::min(life.first, sourceLife->first);
      after.back().last = std::max(life.last, sourceLife->last);
    }
  }
  return getArenaLowerBound(after, alignment) <=
         getArenaLowerBound(before, alignment);
}

void Embedding::apply(func::FuncOp main, const AccessTable &table) const {
  // The target's allocation has to precede all users of the source.
  OpBuilder builder(main.getContext());
  if (Operation *definition = target.getDefiningOp()) {
    definition->moveBefore(&main.getBody().front().front());
    builder.setInsertionPointAfter(definition);
  } else {
    builder.setInsertionPointToStart(&main.getBody().front());
  }
  int64_t targetBytes =
      getBufferElementBytes(cast<MemRefType>(target.getType()));

  DenseMap<Value, Value> replacements;
  for (const Access &access : table.of(source)) {
    Value &replacement = replacements[access.operand->get()];
    if (!replacement) {
      std::optional<Place> place = getPlace(access.operand->get());
      replacement = place->type == target.getType() && place->offset == 0
                        ? target
                        : builder.create<AliasOp>(
                              access.operand->get().getLoc(), place->type,
                              target, place->offset / targetBytes);
    }
    access.operand->set(replacement);
    auto kernel = cast<KernelOpInterface>(access.operand->getOwner());
    kernel.adoptType(access.operand->getOperandNumber());
  }
}
