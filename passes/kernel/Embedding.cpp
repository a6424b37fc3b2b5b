//===- Embedding.cpp - Putting one buffer inside another ------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/Embedding.h"
#include "dialects/Kernel/Strides.h"
#include "passes/kernel/Slices.h"
#include "passes/kernel/memory/ArenaPlanner.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

/// Arenas are compared as if their buffers were aligned to this.
static constexpr int64_t kAlignment = 64;

AccessTable::AccessTable(func::FuncOp main) : main(main), profile(kAlignment) {
  Timeline timeline(main);
  for (Operation &op : main.getBody().front())
    steps[&op] = timeline.steps[&op].first;
  for (Operation &op : main.getBody().front()) {
    if (auto kernel = dyn_cast<KernelOpInterface>(op))
      insert(kernel, steps[&op]);
    auto stream = dyn_cast<StreamOp>(op);
    if (!stream)
      continue;
    for (Operation *kernel : getKernels(stream))
      insert(cast<KernelOpInterface>(kernel), steps[&op]);
    StreamLifetimes lifetimes =
        getStreamLifetimes(stream, steps[&op], kAlignment);
    if (lifetimes.shared)
      tickBuffers.push_back(lifetimes.shared->bytes);
    for (auto &[buffer, list] : lifetimes.accesses)
      llvm::append_range(streamed[buffer], list);
    if (lifetimes.shared)
      for (auto [member, offset] : lifetimes.shared->members)
        lives.erase(member);
  }
  for (const ArenaBuffer &buffer : tickBuffers)
    profile.add(buffer);
  endStep = timeline.endStep;
  for (BlockArgument argument : main.getArguments())
    update(argument);
  SmallVector<Value> planned;
  for (auto &entry : lives)
    planned.push_back(entry.first);
  for (Value buffer : planned)
    update(buffer);
}

void AccessTable::insert(KernelOpInterface op, int64_t step) {
  steps[op] = step;
  for (OpOperand &operand : getBufferOperands(op)) {
    bool isWrite = operand.getOperandNumber() >= op.getInputs().size();
    Value buffer = getBuffer(operand.get());
    SmallVector<Access> &list = accesses[buffer];
    Access access{step, &operand, getByteRegion(operand.get()), isWrite};
    list.insert(llvm::upper_bound(list, access,
                                  [](const Access &a, const Access &b) {
                                    return a.step < b.step;
                                  }),
                std::move(access));
    if (endStep != 0)
      update(buffer);
    else if (isPlanned(buffer))
      lives.try_emplace(buffer, ArenaBuffer{0, 0, -1});
  }
}

void AccessTable::erase(KernelOpInterface op) {
  for (OpOperand &operand : getBufferOperands(op)) {
    Value buffer = getBuffer(operand.get());
    auto it = accesses.find(buffer);
    if (it == accesses.end())
      continue;
    llvm::erase_if(it->second, [&](const Access &access) {
      return access.operand->getOwner() == op;
    });
    update(buffer);
  }
  steps.erase(op);
}

void AccessTable::move(Value source, Value target) {
  SmallVector<Access> moved = std::move(accesses[source]);
  accesses.erase(source);
  setLife(source, std::nullopt);
  SmallVector<Access> &list = accesses[target];
  for (Access &access : moved) {
    access.region = getByteRegion(access.operand->get());
    list.push_back(std::move(access));
  }
  llvm::stable_sort(list, [](const Access &a, const Access &b) {
    return a.step != b.step
               ? a.step < b.step
               : a.operand->getOperandNumber() < b.operand->getOperandNumber();
  });
  update(target);
}

/// Whether a kernel of a stream uses the buffer here.
static bool isInStream(const Access &access) {
  return isa<StreamOp>(access.operand->getOwner()->getParentOp());
}

SmallVector<ByteAccess> AccessTable::getByteAccesses(Value buffer) const {
  SmallVector<ByteAccess> result = streamed.lookup(buffer);
  for (const Access &access : of(buffer))
    if (!isInStream(access))
      result.push_back(
          {access.step, access.region.offset, access.region.getEnd()});
  return result;
}

/// Brings the lifetime of `buffer` up to date.
void AccessTable::update(Value buffer) {
  if (!isPlanned(buffer))
    return;
  ArrayRef<Access> list = of(buffer);
  if (list.empty() && !isa<BlockArgument>(buffer))
    setLife(buffer, std::nullopt);
  else
    setLife(buffer, getArenaBuffer(buffer, getByteAccesses(buffer), endStep));
}

void AccessTable::setLife(Value buffer, std::optional<ArenaBuffer> life) {
  if (auto it = lives.find(buffer); it != lives.end()) {
    profile.remove(it->second);
    lives.erase(it);
  }
  if (!life)
    return;
  profile.add(*life);
  lives.try_emplace(buffer, std::move(*life));
}

bool AccessTable::keepsArenaSmall(Value source, Value target,
                                  ArrayRef<ByteAccess> moved) const {
  std::vector<ArenaBuffer> removed;
  for (Value buffer : {source, target})
    if (std::optional<ArenaBuffer> life = getLife(buffer))
      removed.push_back(std::move(*life));
  // A buffer of the caller or a constant costs nothing more.
  if (!getLife(target))
    return true;
  SmallVector<ByteAccess> all = getByteAccesses(target);
  llvm::append_range(all, moved);
  ArenaBuffer after = getArenaBuffer(target, all, endStep);
  int64_t peak = profile.getPeakWith(removed, after);
  if (peak <= profile.getPeak())
    return true;
  // A buffer is in one piece even where its parts are never alive together.
  return llvm::any_of(lives,
                      [&](auto &entry) { return entry.second.bytes >= peak; });
}

std::vector<ArenaBuffer> AccessTable::getArenaBuffers() const {
  std::vector<ArenaBuffer> buffers = tickBuffers;
  for (auto &entry : lives)
    buffers.push_back(entry.second);
  return buffers;
}

std::vector<ArenaBuffer>
AccessTable::getArenaBuffers(Value source, Value target,
                             ArrayRef<ByteAccess> moved) const {
  std::vector<ArenaBuffer> buffers = tickBuffers;
  for (auto &[buffer, life] : lives) {
    if (buffer == target) {
      SmallVector<ByteAccess> all = getByteAccesses(target);
      llvm::append_range(all, moved);
      buffers.push_back(getArenaBuffer(target, all, endStep));
    } else if (buffer != source) {
      buffers.push_back(life);
    }
  }
  return buffers;
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
  if (failed(kernel::getStrides(type, strides, ignoredOffset)))
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

bool kernel::movesElements(NestOp nest) {
  auto yields = [](Region &region, unsigned argument) {
    Operation *terminator = region.front().getTerminator();
    return terminator->getOperand(0) == region.getArgument(argument);
  };
  return nest.getInputs().size() == 1 && nest.getBodyInputs() == 1 &&
         nest.getReductionRank() == 0 && nest.getInputMap(0) &&
         yields(nest.getBody(), 1) && yields(nest.getFinish(), 0);
}

//===----------------------------------------------------------------------===//
// Embedding
//===----------------------------------------------------------------------===//

/// Derives from one move how the whole source lies in the target: as the move
/// does, each dimension going on until the next outer one begins.
bool Embedding::setDims(const Move &move) {
  for (auto [extent, from, to] :
       llvm::zip(move.extents, move.from.strides, move.to.strides)) {
    if (extent == 1)
      continue;
    if (from <= 0 || to <= 0)
      return false;
    dims.push_back({extent, from, to});
  }
  llvm::stable_sort(dims,
                    [](const Dim &a, const Dim &b) { return a.from > b.from; });
  if (dims.empty() || dims.back().from != elementBytes)
    dims.push_back({1, elementBytes, elementBytes});

  auto mergeRuns = [&] {
    for (size_t i = dims.size(); i-- > 1;) {
      Dim &outer = dims[i - 1], &inner = dims[i];
      if (outer.from != inner.extent * inner.from ||
          outer.to != inner.extent * inner.to)
        continue;
      outer = {outer.extent * inner.extent, inner.from, inner.to};
      dims.erase(dims.begin() + i);
    }
  };
  mergeRuns();
  int64_t whole = getSpanBytes(cast<MemRefType>(source.getType()));
  for (Dim &dim : dims) {
    if (whole % dim.from != 0 || whole / dim.from < dim.extent)
      return false;
    dim.extent = whole / dim.from;
    whole = dim.from;
  }
  mergeRuns();

  // No two elements in one place.
  SmallVector<Dim> byTarget = dims;
  llvm::sort(byTarget, [](const Dim &a, const Dim &b) { return a.to < b.to; });
  int64_t reach = elementBytes;
  for (const Dim &dim : byTarget) {
    if (dim.extent > 1 && dim.to < reach)
      return false;
    reach = std::max(reach, dim.extent * dim.to);
  }
  return true;
}

/// The bytes that a walk visits.
static ByteRegion getVisited(ArrayRef<int64_t> extents, const Walk &walk,
                             int64_t elementBytes) {
  ByteRegion region;
  region.base = walk.buffer;
  region.offset = walk.offset;
  region.elementBytes = elementBytes;
  for (auto [extent, stride] : llvm::zip(extents, walk.strides))
    if (extent != 1)
      region.dims.push_back({extent, stride});
  return region;
}

std::optional<Embedding> Embedding::get(ArrayRef<Move> moves) {
  Embedding embedding;
  embedding.source = moves.front().from.buffer;
  embedding.target = moves.front().to.buffer;
  auto type = cast<MemRefType>(embedding.source.getType());
  auto targetType = cast<MemRefType>(embedding.target.getType());
  embedding.elementBytes = getBufferElementBytes(type);
  if (embedding.source == embedding.target ||
      type.getElementType() != targetType.getElementType() ||
      !embedding.setDims(moves.front()))
    return std::nullopt;

  // The offset is what takes the first move to its place.
  std::optional<Walk> first =
      embedding.map(moves.front().extents, moves.front().from);
  if (!first)
    return std::nullopt;
  embedding.offset = moves.front().to.offset - first->offset;
  if (embedding.offset < 0 ||
      embedding.getRegion().getEnd() > getSpanBytes(targetType))
    return std::nullopt;

  int64_t visited = 0;
  SmallVector<ByteRegion> regions;
  for (const Move &move : moves) {
    std::optional<Walk> mapped = embedding.map(move.extents, move.from);
    if (!mapped || mapped->offset != move.to.offset)
      return std::nullopt;
    int64_t elements = 1;
    for (auto [extent, mappedStride, stride] :
         llvm::zip(move.extents, mapped->strides, move.to.strides)) {
      if (extent != 1 && mappedStride != stride)
        return std::nullopt;
      elements *= extent;
    }
    visited += elements * embedding.elementBytes;
    ByteRegion region =
        getVisited(move.extents, move.from, embedding.elementBytes);
    if (llvm::any_of(regions, [&](const ByteRegion &other) {
          return !areDisjoint(region, other);
        }))
      return std::nullopt;
    regions.push_back(std::move(region));
  }
  if (visited != getSpanBytes(type))
    return std::nullopt;
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

int64_t Embedding::getPlace(int64_t at) const {
  int64_t place = offset;
  for (const Dim &dim : dims) {
    place += at / dim.from * dim.to;
    at %= dim.from;
  }
  return place;
}

std::optional<Walk> Embedding::map(ArrayRef<int64_t> extents,
                                   const Walk &walk) const {
  // The place of the first element, digit by digit.
  Walk mapped;
  mapped.buffer = target;
  mapped.offset = offset;
  mapped.strides.assign(walk.strides.size(), 0);
  SmallVector<int64_t> reach;
  int64_t rest = walk.offset;
  for (const Dim &dim : dims) {
    reach.push_back(rest / dim.from);
    mapped.offset += rest / dim.from * dim.to;
    rest %= dim.from;
  }

  // Each dimension of the walk must run along one dimension of the embedding,
  // and together with the others never past its end.
  for (auto [k, extent] : llvm::enumerate(extents)) {
    if (extent == 1)
      continue;
    int64_t stride = walk.strides[k];
    const auto *along =
        llvm::find_if(dims, [&](const Dim &dim) { return dim.from <= stride; });
    if (along == dims.end() || stride % along->from != 0)
      return std::nullopt;
    int64_t steps = stride / along->from;
    reach[along - dims.begin()] += (extent - 1) * steps;
    mapped.strides[k] = steps * along->to;
  }
  for (auto [dim, last] : llvm::zip(dims, reach))
    if (last >= dim.extent)
      return std::nullopt;
  return mapped;
}

std::optional<Embedding::Place> Embedding::getPlace(Value value) const {
  auto type = cast<MemRefType>(value.getType());
  if (getBufferElementBytes(type) != elementBytes)
    return std::nullopt;
  std::optional<Walk> walk = map(type.getShape(), getWalk(value));
  if (!walk)
    return std::nullopt;
  // The stride of an extent of 1 is free: what a plain buffer would have.
  int64_t natural = 1;
  for (size_t k = walk->strides.size(); k-- > 0;) {
    int64_t &stride = walk->strides[k];
    stride = type.getDimSize(k) == 1 ? natural : stride / elementBytes;
    natural = stride * type.getDimSize(k);
  }
  return Place{walk->offset, withStrides(type, walk->strides)};
}

bool Embedding::isAccepted(const AccessTable &table) const {
  int64_t targetBytes =
      getBufferElementBytes(cast<MemRefType>(target.getType()));
  return llvm::all_of(table.of(source), [&](const Access &access) {
    if (isInStream(access))
      return false;
    std::optional<Place> place = getPlace(access.operand->get());
    auto kernel = cast<KernelOpInterface>(access.operand->getOwner());
    return place && place->offset % targetBytes == 0 &&
           kernel.acceptsType(access.operand->getOperandNumber(), place->type);
  });
}

bool Embedding::keepsArenaSmall(const AccessTable &table) const {
  // A buffer that begins as the other ends, and takes its place as a whole,
  // costs nothing more; to compare the sums takes a look at all buffers.
  std::optional<ArenaBuffer> from = table.getLife(source),
                             to = table.getLife(target);
  if (from && to && from->parts.empty() && to->parts.empty() &&
      from->bytes == to->bytes &&
      (from->last == to->first || to->last == from->first))
    return true;
  SmallVector<ByteAccess> moved;
  for (const Access &access : table.of(source)) {
    std::optional<Place> place = getPlace(access.operand->get());
    moved.push_back({access.step, place->offset,
                     place->offset + getSpanBytes(place->type)});
  }
  return table.keepsArenaSmall(source, target, moved);
}

void Embedding::apply(AccessTable &table) const {
  func::FuncOp main = table.getMain();
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
  table.move(source, target);
}
