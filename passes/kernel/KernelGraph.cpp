//===- KernelGraph.cpp - @main as a graph of steps and buffers ------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/KernelGraph.h"
#include "passes/kernel/Embedding.h"
#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/ADT/MapVector.h"

#include <set>

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

namespace {

/// Bytes of a buffer, from `begin` up to `end`.
struct Span {
  Value buffer;
  int64_t begin, end;
};

/// Two spans of equal lengths of which one is copied to the other, or may lie
/// in its place.
struct Pair {
  unsigned step;
  Span from, to;
  bool isCopy;
};

struct Use {
  unsigned step;
  ByteRegion region;
  bool isWrite;
};

class GraphBuilder {
public:
  explicit GraphBuilder(KernelGraph &result) : result(result) {}

  void build();

private:
  void collectUses();
  void collectPairs(unsigned step);
  void cutBuffers();
  void addBuffers();
  void joinCopies();
  void addStep(unsigned step);
  void addBefore();
  void addRepeats(unsigned step);

  /// The parts that a span covers.
  SmallVector<unsigned> getParts(const Span &span) const;
  Span getSpan(Value value) const {
    ByteRegion region = getByteRegion(value);
    return {getBuffer(value), region.offset, region.getEnd()};
  }
  unsigned getId(unsigned part) const { return classes.getLeaderValue(part); }

  KernelGraph &result;
  llvm::MapVector<Value, SmallVector<Use>> uses;
  SmallVector<Pair> pairs;
  DenseMap<Value, std::set<int64_t>> cuts;
  /// Of each buffer, from its first byte to its last.
  struct Part {
    unsigned id;
    int64_t begin, end;
  };
  DenseMap<Value, SmallVector<Part>> parts;
  /// Parts by their numbers in the graph.
  llvm::EquivalenceClasses<unsigned> classes;
};

} // namespace

void GraphBuilder::collectUses() {
  for (auto [i, op] : llvm::enumerate(result.kernels))
    for (OpOperand &operand : op->getOpOperands()) {
      Value buffer = getBuffer(operand.get());
      if (buffer.getDefiningOp<ConstantOp>())
        continue;
      bool isWrite = operand.getOperandNumber() >= op.getInputs().size();
      ByteRegion region = getByteRegion(operand.get());
      cuts[buffer].insert({region.offset, region.getEnd()});
      uses[buffer].push_back({unsigned(i), region, isWrite});
    }
}

/// What `walk` visits, if that is one run of bytes.
static std::optional<Span> getRun(ArrayRef<int64_t> extents, const Walk &walk,
                                  int64_t elementBytes) {
  int64_t end = walk.offset + elementBytes, visited = elementBytes;
  for (auto [extent, stride] : llvm::zip(extents, walk.strides)) {
    if (extent != 1 && stride <= 0)
      return std::nullopt;
    end += (extent - 1) * stride;
    visited *= extent;
  }
  if (visited != end - walk.offset)
    return std::nullopt;
  return Span{walk.buffer, walk.offset, end};
}

/// Whether two walks meet their elements in one order, so that one buffer may
/// lie spread out in the other.
static bool haveSameOrder(ArrayRef<int64_t> extents, const Walk &from,
                          const Walk &to) {
  for (size_t i = 0; i < extents.size(); ++i)
    for (size_t j = 0; j < extents.size(); ++j)
      if (extents[i] != 1 && extents[j] != 1 &&
          from.strides[i] < from.strides[j] && to.strides[i] >= to.strides[j])
        return false;
  return true;
}

void GraphBuilder::collectPairs(unsigned step) {
  KernelOpInterface op = result.kernels[step];
  auto nest = dyn_cast<NestOp>(op.getOperation());
  if (nest && movesElements(nest)) {
    std::optional<Walk> from =
        getWalk(nest.getInputs()[0], nest.getInputMap(0));
    std::optional<Walk> to = getWalk(nest.getOutput(), nest.getOutputMap());
    if (!from || !to || from->buffer.getDefiningOp<ConstantOp>())
      return;
    if (nest.getGuards()) {
      // Padding: what is padded may be written into its place.
      pairs.push_back({step, getSpan(nest.getInputs()[0]),
                       getSpan(nest.getOutput()), false});
      return;
    }
    int64_t bytes =
        getBufferElementBytes(cast<MemRefType>(nest.getOutput().getType()));
    std::optional<Span> source = getRun(nest.getExtents(), *from, bytes);
    std::optional<Span> target = getRun(nest.getExtents(), *to, bytes);
    if (source && target && source->buffer != target->buffer &&
        llvm::all_of_zip(nest.getExtents(), from->strides, to->strides,
                         [](int64_t extent, int64_t a, int64_t b) {
                           return extent == 1 || a == b;
                         }))
      pairs.push_back({step, *source, *target, true});
    else if (haveSameOrder(nest.getExtents(), *from, *to))
      pairs.push_back({step, getSpan(nest.getInputs()[0]),
                       getSpan(nest.getOutput()), false});
    return;
  }
  for (auto [i, input] : llvm::enumerate(op.getInputs())) {
    Value buffer = getBuffer(input);
    if (!isPlanned(buffer) || isOutput(buffer) || !op.mayRunInPlace(i))
      continue;
    auto type = cast<MemRefType>(input.getType());
    for (Value output : op.getOutputs()) {
      auto outputType = cast<MemRefType>(output.getType());
      if (type.getShape() == outputType.getShape() &&
          type.getElementType() == outputType.getElementType())
        pairs.push_back({step, getSpan(input), getSpan(output), false});
    }
  }
}

/// Cuts on one side of a pair are cuts on the other.
void GraphBuilder::cutBuffers() {
  constexpr int rounds = 8;
  bool changed = true;
  for (int round = 0; changed && round < rounds; ++round) {
    changed = false;
    auto carry = [&](const Span &from, const Span &to) {
      if (from.end - from.begin != to.end - to.begin)
        return;
      std::set<int64_t> &target = cuts[to.buffer];
      std::set<int64_t> &source = cuts[from.buffer];
      for (auto it = source.lower_bound(from.begin);
           it != source.end() && *it <= from.end; ++it)
        changed |= target.insert(*it - from.begin + to.begin).second;
    };
    for (const Pair &pair : pairs) {
      carry(pair.from, pair.to);
      carry(pair.to, pair.from);
    }
  }
}

void GraphBuilder::addBuffers() {
  constexpr int64_t alignment = 64;
  unsigned inputs = 0;
  if (auto attribute = result.main->getAttrOfType<IntegerAttr>(kInputsAttr))
    inputs = attribute.getInt();
  for (auto &[buffer, list] : uses) {
    std::set<int64_t> &edges = cuts[buffer];
    auto argument = dyn_cast<BlockArgument>(buffer);
    bool planned = isPlanned(buffer);
    bool isWhole = edges.size() <= 2;
    for (auto it = edges.begin(); std::next(it) != edges.end(); ++it) {
      Part part{unsigned(result.steps.buffers.size()), *it, *std::next(it)};
      // Bytes that nobody uses are no buffer.
      if (llvm::none_of(list, [&](const Use &use) {
            return use.region.offset < part.end &&
                   use.region.getEnd() > part.begin;
          }))
        continue;
      StepGraph::Buffer entry;
      entry.bytes = planned ? part.end - part.begin : 0;
      if (isWhole)
        entry.bytes = llvm::alignTo(entry.bytes, alignment);
      entry.isInput = argument && argument.getArgNumber() < inputs;
      entry.isOutput = argument && !entry.isInput;
      classes.insert(part.id);
      parts[buffer].push_back(part);
      result.steps.buffers.push_back(entry);
    }
  }
}

SmallVector<unsigned> GraphBuilder::getParts(const Span &span) const {
  SmallVector<unsigned> covered;
  for (const Part &part : parts.lookup(span.buffer))
    if (part.begin < span.end && part.end > span.begin)
      covered.push_back(part.id);
  return covered;
}

/// The two sides of a copy are one where nobody else writes either one after
/// the source is made.
void GraphBuilder::joinCopies() {
  auto hasWriters = [&](const Span &span, unsigned copy, bool after) {
    return llvm::any_of(uses.find(span.buffer)->second, [&](const Use &use) {
      return use.isWrite && use.step != copy && (!after || use.step > copy) &&
             use.region.offset < span.end && use.region.getEnd() > span.begin;
    });
  };
  // Copies go where the whole of a buffer of ours can be a part of the other.
  auto isMovable = [](const Span &span) {
    auto alloc = span.buffer.getDefiningOp<memref::AllocOp>();
    return alloc && span.begin == 0 &&
           span.end == getSpanBytes(alloc.getType());
  };
  std::vector<StepGraph::Buffer> &buffers = result.steps.buffers;
  for (const Pair &pair : pairs) {
    if (!pair.isCopy || (!isMovable(pair.from) && !isMovable(pair.to)) ||
        hasWriters(pair.from, pair.step, true) ||
        hasWriters(pair.to, pair.step, false))
      continue;
    SmallVector<unsigned> from = getParts(pair.from), to = getParts(pair.to);
    if (from.size() != to.size())
      continue;
    for (auto [a, b] : llvm::zip(from, to)) {
      StepGraph::Buffer &first = buffers[getId(a)], &second = buffers[getId(b)];
      if (&first == &second || ((first.isInput || first.isOutput) &&
                                (second.isInput || second.isOutput)))
        continue;
      StepGraph::Buffer joined{std::min(first.bytes, second.bytes),
                               first.isInput || second.isInput,
                               first.isOutput || second.isOutput};
      first = second = joined;
      classes.unionSets(a, b);
      buffers[getId(a)] = joined;
    }
  }
}

void GraphBuilder::addStep(unsigned number) {
  StepGraph::Step &step = result.steps.steps[number];
  KernelOpInterface op = result.kernels[number];
  auto add = [&](Value value, std::vector<unsigned> &list) {
    if (getBuffer(value).getDefiningOp<ConstantOp>())
      return;
    for (unsigned part : getParts(getSpan(value)))
      if (!llvm::is_contained(list, getId(part)))
        list.push_back(getId(part));
  };
  for (Value input : op.getInputs())
    add(input, step.reads);
  for (Value output : op.getOutputs())
    add(output, step.writes);
  // A copy between what is one buffer does nothing to it.
  llvm::erase_if(step.writes, [&](unsigned buffer) {
    return llvm::is_contained(step.reads, buffer);
  });
  if (auto family = dyn_cast<KernelFamilyInterface>(op.getOperation()))
    step.cost = family.getMacs();
}

/// What conflicts over bytes keeps its order; so do functions of the user's.
void GraphBuilder::addBefore() {
  std::vector<StepGraph::Step> &steps = result.steps.steps;
  for (auto &[buffer, list] : uses)
    for (size_t i = 0; i < list.size(); ++i)
      for (size_t j = 0; j < i; ++j)
        if ((list[i].isWrite || list[j].isWrite) &&
            list[i].step != list[j].step &&
            !areDisjoint(list[i].region, list[j].region))
          steps[list[i].step].before.push_back(list[j].step);
  std::optional<unsigned> call;
  for (auto [i, op] : llvm::enumerate(result.kernels)) {
    if (!isa<CallOp>(op.getOperation()))
      continue;
    if (call)
      steps[i].before.push_back(*call);
    call = i;
  }
  for (StepGraph::Step &step : steps) {
    llvm::sort(step.before);
    step.before.erase(std::unique(step.before.begin(), step.before.end()),
                      step.before.end());
  }
}

/// Whether a kernel may run again: it alone writes its output buffers, all of
/// them allocations, and nothing outside them. A streamed input comes but once.
void GraphBuilder::addRepeats(unsigned number) {
  KernelOpInterface op = result.kernels[number];
  StepGraph::Step &step = result.steps.steps[number];
  step.mayRepeat = !isa<CallOp>(op.getOperation()) && !step.writes.empty() &&
                   llvm::none_of(op.getInputs(), [](Value v) {
                     return isStreamed(getBuffer(v));
                   });
  for (Value output : op.getOutputs()) {
    Value buffer = getBuffer(output);
    Span span = getSpan(output);
    bool isWhole = buffer.getDefiningOp<memref::AllocOp>() && span.begin == 0 &&
                   span.end == getSpanBytes(cast<MemRefType>(buffer.getType()));
    step.mayRepeat &= isWhole;
    for (const Use &use : uses.find(buffer)->second) {
      if (use.isWrite && use.step != number)
        step.mayRepeat = false;
      // Once copied it lies where the copy has it.
      bool copies = llvm::any_of(pairs, [&](const Pair &pair) {
        return pair.isCopy && pair.step == use.step;
      });
      if (!use.isWrite && copies)
        step.fixedBy.push_back(use.step);
    }
  }
  for (Value input : op.getInputs())
    for (Value output : op.getOutputs())
      if (getBuffer(input) == getBuffer(output))
        step.mayRepeat = false;
}

void GraphBuilder::build() {
  result.steps.steps.resize(result.kernels.size());
  collectUses();
  for (unsigned i = 0; i < result.kernels.size(); ++i)
    collectPairs(i);
  cutBuffers();
  addBuffers();
  joinCopies();
  for (unsigned i = 0; i < result.kernels.size(); ++i) {
    addStep(i);
    addRepeats(i);
  }
  addBefore();
  for (const Pair &pair : pairs) {
    StepGraph::Step &step = result.steps.steps[pair.step];
    SmallVector<unsigned> from = getParts(pair.from), to = getParts(pair.to);
    auto add = [&](unsigned a, unsigned b) {
      if (getId(a) != getId(b) && llvm::is_contained(step.reads, getId(a)) &&
          llvm::is_contained(step.writes, getId(b)))
        step.inPlace.push_back({getId(a), getId(b)});
    };
    if (from.size() == to.size())
      for (auto [a, b] : llvm::zip(from, to))
        add(a, b);
    else if (from.size() == 1 || to.size() == 1)
      for (unsigned a : from)
        for (unsigned b : to)
          add(a, b);
  }
  // What the caller gives and nobody reads is dead from the beginning.
  std::vector<bool> isUsed(result.steps.buffers.size(), false);
  for (const StepGraph::Step &step : result.steps.steps) {
    for (unsigned buffer : step.reads)
      isUsed[buffer] = true;
    for (unsigned buffer : step.writes)
      isUsed[buffer] = true;
  }
  for (auto [buffer, used] : llvm::zip(result.steps.buffers, isUsed))
    if (!used)
      buffer.bytes = 0;
}

KernelGraph::KernelGraph(func::FuncOp main)
    : main(main),
      kernels(llvm::to_vector(main.getBody().getOps<KernelOpInterface>())) {
  GraphBuilder(*this).build();
}

//===----------------------------------------------------------------------===//
// Application
//===----------------------------------------------------------------------===//

namespace {

/// Which allocation holds the latest instance of each buffer.
class Instances {
public:
  explicit Instances(OpBuilder &builder) : builder(builder) {}

  /// `value` of the latest instance of its buffer.
  Value get(Value value) {
    Value buffer = getBuffer(value);
    auto it = latest.find(buffer);
    if (it == latest.end())
      return value;
    if (value == buffer)
      return it->second;
    Value &alias = aliases[{value, it->second}];
    if (!alias) {
      auto old = value.getDefiningOp<AliasOp>();
      Value source = get(old.getSource());
      auto copy = cast<AliasOp>(builder.clone(*old));
      copy->setOperand(0, source);
      alias = copy;
    }
    return alias;
  }

  /// Makes a new instance of the buffer behind `value`.
  void renew(Value value) {
    Value buffer = getBuffer(value);
    Operation *alloc = buffer.getDefiningOp<memref::AllocOp>();
    latest[buffer] = builder.clone(*alloc)->getResult(0);
  }

private:
  OpBuilder &builder;
  DenseMap<Value, Value> latest;
  DenseMap<std::pair<Value, Value>, Value> aliases;
};

} // namespace

void KernelGraph::apply(const std::vector<unsigned> &sequence) {
  OpBuilder builder(main.getBody().front().getTerminator());
  Instances instances(builder);
  std::vector<SmallVector<Value>> operands(kernels.size());
  std::vector<bool> hasRun(kernels.size(), false);
  for (unsigned step : sequence) {
    KernelOpInterface op = kernels[step];
    Operation *run = op;
    builder.setInsertionPoint(main.getBody().front().getTerminator());
    if (hasRun[step]) {
      // Inputs and outputs are in different buffers.
      for (Value output :
           ArrayRef(operands[step]).drop_front(op.getInputs().size()))
        instances.renew(output);
      run = builder.clone(*op);
      run->setAttr(kRepeatedAttr, builder.getUnitAttr());
    } else {
      operands[step] = llvm::to_vector(op->getOperands());
      run->moveBefore(main.getBody().front().getTerminator());
      hasRun[step] = true;
    }
    builder.setInsertionPoint(run);
    SmallVector<Value> current;
    for (Value value : operands[step])
      current.push_back(instances.get(value));
    run->setOperands(current);
  }
}
