//===- Buffers.cpp - Which bytes a memref value means, and when -----------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/Buffers.h"
#include "dialects/Kernel/Strides.h"
#include "passes/kernel/Slices.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

FailureOr<func::FuncOp> kernel::getMain(ModuleOp module) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  if (!main || main.isExternal())
    return module.emitError("expected a function @main with a body");
  if (!main.getBody().hasOneBlock())
    return main.emitError("expected one block");
  WalkResult result = main.walk([&](KernelOpInterface op) {
    if (op->getParentOp() == main || isa<StreamOp, ChainOp>(op->getParentOp()))
      return WalkResult::advance();
    op->emitOpError("expected kernels only at the top level of @main, in "
                    "streams and in chains");
    return WalkResult::interrupt();
  });
  if (result.wasInterrupted())
    return failure();
  return main;
}

Value kernel::getBuffer(Value value) {
  while (auto alias = value.getDefiningOp<AliasOp>())
    value = alias.getSource();
  return value;
}

Accesses kernel::getAccesses(Operation *op) {
  Accesses accesses;
  if (auto kernel = dyn_cast<KernelOpInterface>(op)) {
    llvm::append_range(accesses.reads, kernel.getInputs());
    llvm::append_range(accesses.writes, kernel.getOutputs());
    return accesses;
  }
  if (auto stream = dyn_cast<StreamOp>(op)) {
    for (Operation *inner : getKernels(stream)) {
      Accesses all = getAccesses(inner);
      llvm::append_range(accesses.reads, all.reads);
      llvm::append_range(accesses.writes, all.writes);
    }
    return accesses;
  }
  auto call = dyn_cast<func::CallOp>(op);
  if (!call)
    return accesses;
  auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
      op, call.getCalleeAttr());
  for (auto [i, operand] : llvm::enumerate(call.getOperands())) {
    auto access = callee.getArgAttrOfType<StringAttr>(i, kAccessAttr);
    if (!access || access.getValue() != "write")
      accesses.reads.push_back(operand);
    if (!access || access.getValue() != "read")
      accesses.writes.push_back(operand);
  }
  return accesses;
}

//===----------------------------------------------------------------------===//
// ByteRegion
//===----------------------------------------------------------------------===//

static ByteRegion getRegion(Value value,
                            std::optional<std::pair<unsigned, int64_t>> fixed) {
  ByteRegion region;
  auto type = cast<MemRefType>(value.getType());
  region.elementBytes = getBufferElementBytes(type);
  region.empty = type.getNumElements() == 0;

  SmallVector<int64_t> strides;
  int64_t ignoredOffset;
  if (failed(kernel::getStrides(type, strides, ignoredOffset)))
    llvm_unreachable("the kernel level has strided memrefs only");
  for (auto [i, extent] : llvm::enumerate(type.getShape())) {
    int64_t stride = strides[i] * region.elementBytes;
    if (fixed && fixed->first == i)
      region.offset += fixed->second * stride;
    else if (extent != 1)
      region.dims.push_back({extent, stride});
  }
  llvm::stable_sort(region.dims, [](const auto &a, const auto &b) {
    return a.stride > b.stride;
  });
  for (size_t i = region.dims.size(); i-- > 1;) {
    ByteRegion::Dim &outer = region.dims[i - 1], &inner = region.dims[i];
    if (outer.stride != inner.extent * inner.stride)
      continue;
    outer = {outer.extent * inner.extent, inner.stride};
    region.dims.erase(region.dims.begin() + i);
  }

  while (true) {
    if (auto alias = value.getDefiningOp<AliasOp>()) {
      value = alias.getSource();
      region.offset += static_cast<int64_t>(alias.getOffset()) *
                       getBufferElementBytes(cast<MemRefType>(value.getType()));
    } else if (auto view = value.getDefiningOp<ViewOp>()) {
      value = view.getBase();
      region.offset += view.getOffset();
    } else {
      break;
    }
  }
  region.base = value;
  return region;
}

ByteRegion kernel::getByteRegion(Value value) {
  return getRegion(value, std::nullopt);
}

ByteRegion kernel::getByteRegion(Value value,
                                 std::pair<unsigned, int64_t> fixed) {
  return getRegion(value, fixed);
}

SmallVector<std::pair<int64_t, int64_t>>
kernel::getRuns(const ByteRegion &region) {
  constexpr int64_t mostRuns = 1 << 16;
  SmallVector<std::pair<int64_t, int64_t>> runs;
  if (region.empty)
    return runs;
  ArrayRef<ByteRegion::Dim> dims = region.dims;
  int64_t length = region.elementBytes;
  if (!dims.empty() && dims.back().stride == length) {
    length *= dims.back().extent;
    dims = dims.drop_back();
  }
  int64_t count = 1;
  for (ByteRegion::Dim dim : dims)
    count *= dim.extent;
  if (count > mostRuns)
    return {{region.offset, region.getEnd()}};
  for (int64_t i = 0; i < count; ++i) {
    int64_t begin = region.offset, rest = i;
    for (ByteRegion::Dim dim : llvm::reverse(dims)) {
      begin += rest % dim.extent * dim.stride;
      rest /= dim.extent;
    }
    runs.push_back({begin, begin + length});
  }
  return runs;
}

int64_t ByteRegion::getEnd() const {
  if (empty)
    return offset;
  int64_t last = offset;
  for (Dim dim : dims)
    last += (dim.extent - 1) * dim.stride;
  return last + elementBytes;
}

bool ByteRegion::operator==(const ByteRegion &other) const {
  return base == other.base && offset == other.offset && dims == other.dims &&
         elementBytes == other.elementBytes && empty == other.empty;
}

/// How many bytes `region` spans if steps by multiples of `modulus` are taken
/// as none.
static int64_t getSpanModulo(const ByteRegion &region, int64_t modulus) {
  int64_t span = region.elementBytes;
  for (ByteRegion::Dim dim : region.dims)
    if (dim.stride % modulus != 0)
      span += (dim.extent - 1) * dim.stride;
  return span;
}

bool kernel::areDisjoint(const ByteRegion &a, const ByteRegion &b) {
  if (a.base != b.base || a.empty || b.empty || a.getEnd() <= b.offset ||
      b.getEnd() <= a.offset)
    return true;
  // Parts of one buffer lie side by side within each step of an outer
  // dimension: seen modulo that step, they are intervals on a circle.
  for (const ByteRegion *region : {&a, &b})
    for (ByteRegion::Dim dim : region->dims) {
      int64_t modulus = dim.stride;
      if (modulus <= 0)
        continue;
      int64_t distance = (b.offset - a.offset) % modulus;
      if (distance < 0)
        distance += modulus;
      if (distance >= getSpanModulo(a, modulus) &&
          modulus - distance >= getSpanModulo(b, modulus))
        return true;
    }
  return false;
}

//===----------------------------------------------------------------------===//
// Lifetimes
//===----------------------------------------------------------------------===//

bool kernel::isStackNumber(Value buffer) {
  constexpr int64_t most = 8;
  auto alloc = buffer.getDefiningOp<memref::AllocOp>();
  return alloc && getSpanBytes(alloc.getType()) <= most &&
         alloc->getParentOp()->hasAttr(kStackNumbersAttr);
}

bool kernel::isPlanned(Value buffer) {
  if (buffer.getDefiningOp<memref::AllocOp>())
    return !isStackNumber(buffer);
  auto argument = dyn_cast<BlockArgument>(buffer);
  if (!argument)
    return false;
  auto main = dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp());
  return main && main.getArgAttr(argument.getArgNumber(), kInArenaAttr);
}

bool kernel::isStreamed(Value buffer) {
  auto argument = dyn_cast<BlockArgument>(buffer);
  auto main = argument
                  ? dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp())
                  : func::FuncOp();
  return main && main.getArgAttr(argument.getArgNumber(), kStreamedAttr);
}

int64_t kernel::getCallersBytes(func::FuncOp main) {
  int64_t bytes = 0;
  for (BlockArgument argument : main.getArguments())
    if (!isPlanned(argument) && !isStreamed(argument))
      bytes += getSpanBytes(cast<MemRefType>(argument.getType()));
  return bytes;
}

/// The number of main's argument `buffer` and of its first output; nothing if
/// it is no argument.
static std::optional<std::pair<unsigned, unsigned>> getPort(Value buffer) {
  auto argument = dyn_cast<BlockArgument>(buffer);
  auto main = argument
                  ? dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp())
                  : func::FuncOp();
  auto inputs =
      main ? main->getAttrOfType<IntegerAttr>(kInputsAttr) : IntegerAttr();
  if (!inputs)
    return std::nullopt;
  return std::pair<unsigned, unsigned>(argument.getArgNumber(),
                                       inputs.getInt());
}

/// Whether the caller fills the argument `buffer` before the first step.
static bool isInput(Value buffer) {
  auto port = getPort(buffer);
  return port && port->first < port->second;
}

bool kernel::isOutput(Value buffer) {
  auto port = getPort(buffer);
  return port && port->first >= port->second;
}

ArenaBuffer kernel::getArenaBuffer(Value buffer, ArrayRef<ByteAccess> given,
                                   int64_t endStep) {
  int64_t bytes = getSpanBytes(cast<MemRefType>(buffer.getType()));
  SmallVector<ByteAccess> accesses(given);
  if (isa<BlockArgument>(buffer))
    accesses.push_back({isInput(buffer) ? -1 : endStep, 0, bytes});
  SmallVector<int64_t> cuts;
  for (const ByteAccess &access : accesses) {
    cuts.push_back(access.begin);
    cuts.push_back(access.end);
  }
  llvm::sort(cuts);
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());

  size_t cells = cuts.empty() ? 0 : cuts.size() - 1;
  std::vector<ArenaPart> parts;
  for (size_t i = 0; i < cells; ++i)
    parts.push_back({cuts[i], cuts[i + 1] - cuts[i], endStep, -2});
  for (const ByteAccess &access : accesses)
    for (size_t i = llvm::lower_bound(cuts, access.begin) - cuts.begin();
         i < cells && cuts[i] < access.end; ++i) {
      parts[i].first = std::min(parts[i].first, access.step);
      parts[i].last = std::max(parts[i].last, access.step);
    }

  ArenaBuffer result{bytes, endStep, -1};
  for (const ArenaPart &part : parts) {
    bool isUsed = part.last != -2;
    if (!isUsed)
      continue;
    result.first = std::min(result.first, part.first);
    result.last = std::max(result.last, part.last);
    ArenaPart *before = result.parts.empty() ? nullptr : &result.parts.back();
    if (before && before->offset + before->bytes == part.offset &&
        before->first == part.first && before->last == part.last)
      before->bytes += part.bytes;
    else
      result.parts.push_back(part);
  }
  // Alive as a whole, or empty.
  if (result.parts.empty())
    for (const ByteAccess &access : accesses) {
      result.first = std::min(result.first, access.step);
      result.last = std::max(result.last, access.step);
    }
  if (result.parts.size() == 1 && result.parts.front().bytes == bytes)
    result.parts.clear();
  return result;
}

Timeline::Timeline(func::FuncOp main) {
  for (Operation &op : main.getBody().front()) {
    int64_t length = 1;
    if (auto stream = dyn_cast<StreamOp>(op))
      length = std::max<int64_t>(1, static_cast<int64_t>(stream.getTicks()) *
                                        getKernels(stream).size());
    steps[&op] = {endStep, endStep + length - 1};
    endStep += length;
  }
}

namespace {

/// What the kernels of a stream do with one of its buffers.
struct StreamUse {
  SmallVector<ByteAccess> accesses;
  /// Kernels by which it is first and last used in a tick.
  int64_t firstPosition = INT64_MAX, lastPosition = -1;
  /// The tick in which each row was written last.
  llvm::DenseMap<int64_t, int64_t> written;
  /// Whether what is read was always written in the same tick.
  bool isWithinTick = true;
};

} // namespace

/// What `stream`, which begins at `step`, does with planned buffers.
static llvm::MapVector<Value, StreamUse> getUses(StreamOp stream,
                                                 int64_t step) {
  llvm::MapVector<Value, StreamUse> uses;
  int64_t kernels = getKernels(stream).size();
  forEachFiring(stream, [&](const Firing &firing) {
    int64_t now = step + firing.tick * kernels + firing.position;
    for (const SliceAccess &access :
         getSliceAccesses(firing.op, firing.slice)) {
      Value buffer = getBuffer(access.value);
      if (!isPlanned(buffer))
        continue;
      StreamUse &use = uses[buffer];
      use.firstPosition = std::min(use.firstPosition, firing.position);
      use.lastPosition = std::max(use.lastPosition, firing.position);
      for (const SliceRow &row : access.rows) {
        for (auto [begin, end] : getRuns(row.region))
          use.accesses.push_back({now, begin, end});
        // Parts of a row written in different ticks outlive one.
        if (access.isWrite)
          use.isWithinTick &=
              use.written.try_emplace(row.row, firing.tick).first->second ==
              firing.tick;
        else if (auto it = use.written.find(row.row);
                 it == use.written.end() || it->second != firing.tick)
          use.isWithinTick = false;
      }
    }
  });
  return uses;
}

/// Whether all users of `value` and its aliases are in `stream`.
static bool isUsedOnlyIn(Value value, StreamOp stream) {
  return llvm::all_of(value.getUsers(), [&](Operation *user) {
    if (auto alias = dyn_cast<AliasOp>(user))
      return isUsedOnlyIn(alias, stream);
    return user->getParentOp() == stream;
  });
}

/// Packs the buffers of `uses` that live within ticks into one place.
static std::optional<Lifetime>
takeTickBuffers(StreamOp stream, llvm::MapVector<Value, StreamUse> &uses,
                int64_t alignment) {
  Lifetime shared;
  std::vector<ArenaBuffer> buffers;
  SmallVector<ByteAccess> accesses;
  uses.remove_if([&](auto &entry) {
    auto &[buffer, use] = entry;
    if (!use.isWithinTick ||
        !isa_and_nonnull<memref::AllocOp>(Value(buffer).getDefiningOp()) ||
        !isUsedOnlyIn(buffer, stream))
      return false;
    buffers.push_back({getSpanBytes(cast<MemRefType>(buffer.getType())),
                       use.firstPosition, use.lastPosition});
    shared.members.push_back({buffer, 0});
    llvm::append_range(accesses, use.accesses);
    return true;
  });
  if (buffers.empty())
    return std::nullopt;
  ArenaPlan plan = planArena(buffers, {alignment, /*effort=*/1'000'000});
  for (auto [member, offset] : llvm::zip_equal(shared.members, plan.offsets))
    member.second = offset;
  shared.bytes = {plan.bytes, INT64_MAX, -1};
  for (const ByteAccess &access : accesses) {
    shared.bytes.first = std::min(shared.bytes.first, access.step);
    shared.bytes.last = std::max(shared.bytes.last, access.step);
  }
  return shared;
}

StreamLifetimes kernel::getStreamLifetimes(StreamOp stream, int64_t step,
                                           int64_t alignment) {
  StreamLifetimes lifetimes;
  llvm::MapVector<Value, StreamUse> uses = getUses(stream, step);
  lifetimes.shared = takeTickBuffers(stream, uses, alignment);
  for (auto &[buffer, use] : uses)
    lifetimes.accesses[buffer] = std::move(use.accesses);
  return lifetimes;
}

SmallVector<Lifetime> kernel::getLifetimes(func::FuncOp main,
                                           int64_t alignment) {
  llvm::MapVector<Value, SmallVector<ByteAccess>> accessed;
  SmallVector<Lifetime> result;
  Timeline timeline(main);
  for (Operation &op : main.getBody().front()) {
    int64_t step = timeline.steps[&op].first;
    if (auto stream = dyn_cast<StreamOp>(op)) {
      StreamLifetimes lifetimes = getStreamLifetimes(stream, step, alignment);
      if (lifetimes.shared)
        result.push_back(std::move(*lifetimes.shared));
      for (auto &[buffer, accesses] : lifetimes.accesses)
        llvm::append_range(accessed[buffer], accesses);
      continue;
    }
    Accesses accesses = getAccesses(&op);
    for (Value access : llvm::concat<Value>(accesses.reads, accesses.writes)) {
      Value buffer = getBuffer(access);
      if (!isPlanned(buffer))
        continue;
      ByteRegion region = getByteRegion(access);
      accessed[buffer].push_back({step, region.offset, region.getEnd()});
    }
  }
  for (BlockArgument argument : main.getArguments())
    if (isPlanned(argument))
      accessed.insert({argument, {}});
  for (auto &[buffer, accesses] : accessed)
    result.push_back(
        {buffer, getArenaBuffer(buffer, accesses, timeline.endStep)});
  return result;
}

SmallVector<Lifetime> kernel::getNumberLifetimes(func::FuncOp main) {
  llvm::MapVector<Value, SmallVector<ByteAccess>> accessed;
  Timeline timeline(main);
  for (Operation &op : main.getBody().front()) {
    auto [first, last] = timeline.steps[&op];
    op.walk([&](KernelOpInterface kernel) {
      for (Value value : kernel->getOperands())
        if (Value buffer = getBuffer(value); isStackNumber(buffer)) {
          int64_t bytes = getSpanBytes(cast<MemRefType>(buffer.getType()));
          accessed[buffer].push_back({first, 0, bytes});
          accessed[buffer].push_back({last, 0, bytes});
        }
    });
  }
  SmallVector<Lifetime> result;
  for (auto &[buffer, accesses] : accessed)
    result.push_back(
        {buffer, getArenaBuffer(buffer, accesses, timeline.endStep)});
  return result;
}

void kernel::eraseUnusedBuffers(func::FuncOp main) {
  for (Operation &op :
       llvm::make_early_inc_range(llvm::reverse(main.getBody().front())))
    if (isa<memref::AllocOp, ConstantOp, AliasOp, ViewOp>(op) && op.use_empty())
      op.erase();
}
