//===- FuseEpilogues.cpp - Groups operators into fused regions ------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   %0 = nn.conv %x, %w, %b {...}          %2 = nn.fused (%x, %w, %b, %r) {
//   %1 = nn.add %0, %r               =>      ^bb0(%x_, %w_, %b_, %r_):
//   %2 = nn.relu %1                            %0 = nn.conv %x_, %w_, %b_ {...}
//                                              %1 = nn.add %0, %r_
//                                              %2 = nn.relu %1
//                                              nn.yield %2
//                                          }
//
// A group is grown from its last operator (the sink) towards its operands. An
// operator joins
//   - when all users of its result are in the group: nothing else needs the
//     value, and no path leaves the group and comes back to it;
//   - when its result has the shape and layout of the sink's, so that one walk
//     over the elements computes the whole group;
//   - when it is elementwise and no user of it is the root, or is the root: the
//     one operator of the group that is not elementwise.
// Sinks are taken from the end of the function to its start, so a residual sum
// joins the later of the two branches and the earlier one is not delayed.
//
// Where two branches meet, an elementwise operator that belongs to the root of
// the other branch is left to that: each root keeps its own activation.
//
//===----------------------------------------------------------------------===//

#include "passes/nn/Passes.h"

#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"

namespace megcc::nn {
#define GEN_PASS_DEF_FUSEEPILOGUES
#include "passes/nn/Passes.h.inc"
} // namespace megcc::nn

using namespace mlir;
using namespace megcc;

/// Operators whose kernels apply an epilogue to each element they produce.
static bool isRoot(Operation *op) {
  return op->getNumResults() == 1 &&
         isa<nn::ConvOp, nn::ConvTransposeOp, nn::MatMulOp, nn::MaxPoolOp,
             nn::AveragePoolOp, nn::LpPoolOp, nn::ReduceOp>(op);
}

static bool isElementwise(Operation *op) {
  return isa<nn::ElementwiseOpInterface>(op);
}

/// Shape and layout of the one result; element types may differ in a group.
static bool haveSameForm(Operation *a, Operation *b) {
  auto aType = cast<RankedTensorType>(a->getResult(0).getType());
  auto bType = cast<RankedTensorType>(b->getResult(0).getType());
  return aType.getShape() == bType.getShape() &&
         aType.getEncoding() == bType.getEncoding();
}

namespace {
struct FuseEpilogues : nn::impl::FuseEpiloguesBase<FuseEpilogues> {
  using FuseEpiloguesBase::FuseEpiloguesBase;

  void runOnOperation() override {
    findOwners();
    SmallVector<Operation *> sinks;
    for (Operation &op : getOperation().getBody().getOps())
      if (isElementwise(&op))
        sinks.push_back(&op);
    for (Operation *sink : llvm::reverse(sinks)) {
      if (grouped.contains(sink))
        continue;
      SetVector<Operation *> group = growGroup(sink);
      if (group.size() > 1)
        groups.push_back(std::move(group));
    }
    for (const SetVector<Operation *> &group : groups)
      outline(group);

    owners.clear();
    grouped.clear();
    groups.clear();
  }

private:
  void findOwners();
  bool readsFewTensors(Operation *op, const SetVector<Operation *> &group);
  bool mayJoin(Operation *op, const SetVector<Operation *> &group,
               Operation *root);
  SetVector<Operation *> growGroup(Operation *sink);
  void outline(const SetVector<Operation *> &group);

  /// The root of each operator: the latest one from which elementwise operators
  /// of one form lead to it.
  llvm::DenseMap<Operation *, Operation *> owners;
  llvm::DenseSet<Operation *> grouped;
  SmallVector<SetVector<Operation *>> groups;
};
} // namespace

void FuseEpilogues::findOwners() {
  for (Operation &op : getOperation().getBody().getOps()) {
    if (isRoot(&op))
      owners[&op] = &op;
    if (!isElementwise(&op))
      continue;
    for (Value operand : op.getOperands()) {
      Operation *producer = operand.getDefiningOp();
      Operation *owner = producer ? owners.lookup(producer) : nullptr;
      if (!owner || !haveSameForm(producer, &op))
        continue;
      Operation *&known = owners[&op];
      if (!known || known->isBeforeInBlock(owner))
        known = owner;
    }
  }
}

/// Whether `group` with `op` reads no more than `maxTensors` values as large as
/// its result.
bool FuseEpilogues::readsFewTensors(Operation *op,
                                    const SetVector<Operation *> &group) {
  auto size = [](Value value) {
    return cast<RankedTensorType>(value.getType()).getNumElements();
  };
  llvm::SmallDenseSet<Value> read;
  auto add = [&](Operation *member) {
    for (Value operand : member->getOperands()) {
      Operation *producer = operand.getDefiningOp();
      bool isInside = producer && (producer == op || group.contains(producer));
      if (!isInside && !isa_and_nonnull<nn::ConstantOp>(producer) &&
          size(operand) >= size(op->getResult(0)))
        read.insert(operand);
    }
  };
  add(op);
  llvm::for_each(group, add);
  return read.size() <= maxTensors;
}

bool FuseEpilogues::mayJoin(Operation *op, const SetVector<Operation *> &group,
                            Operation *root) {
  Operation *sink = group.front();
  if (grouped.contains(op) || (!isElementwise(op) && !isRoot(op)) ||
      !haveSameForm(op, sink))
    return false;
  Operation *owner = owners.lookup(op);
  if (owner && owner != owners.lookup(sink))
    return false;
  if (isRoot(op) && root)
    return false;
  if (maxTensors != 0 && !root && !isRoot(op) && !readsFewTensors(op, group))
    return false;
  return llvm::all_of(op->getUsers(), [&](Operation *user) {
    return user != root && group.contains(user);
  });
}

SetVector<Operation *> FuseEpilogues::growGroup(Operation *sink) {
  SetVector<Operation *> group;
  group.insert(sink);
  Operation *root = nullptr;
  while (group.size() < maxOps) {
    // The latest candidate first: then all users of a value have been seen
    // before it.
    Operation *latest = nullptr;
    for (Operation *member : group) {
      for (Value operand : member->getOperands()) {
        Operation *producer = operand.getDefiningOp();
        if (producer && !group.contains(producer) &&
            mayJoin(producer, group, root) &&
            (!latest || latest->isBeforeInBlock(producer)))
          latest = producer;
      }
    }
    if (!latest)
      break;
    group.insert(latest);
    if (isRoot(latest))
      root = latest;
  }
  grouped.insert(group.begin(), group.end());
  return group;
}

/// Moves a group into a region at the place of its sink, where all operands of
/// all members are defined.
void FuseEpilogues::outline(const SetVector<Operation *> &group) {
  SmallVector<Operation *> members(group.begin(), group.end());
  // The root first, what remains in its order: elementwise operators that the
  // root's result does not reach may come before the root in the function.
  llvm::sort(members, [](Operation *a, Operation *b) {
    if (isRoot(a) != isRoot(b))
      return isRoot(a);
    return a->isBeforeInBlock(b);
  });

  SetVector<Value> captured;
  SmallVector<Location> locations;
  for (Operation *member : members) {
    locations.push_back(member->getLoc());
    for (Value operand : member->getOperands())
      if (!group.contains(operand.getDefiningOp()))
        captured.insert(operand);
  }

  Operation *sink = group.front();
  OpBuilder builder(sink);
  auto fused = builder.create<nn::FusedOp>(builder.getFusedLoc(locations),
                                           sink->getResultTypes(),
                                           captured.getArrayRef());
  IRMapping mapping;
  mapping.map(captured, fused.getBody().getArguments());
  builder.setInsertionPointToStart(&fused.getBody().front());
  for (Operation *member : members)
    builder.clone(*member, mapping);
  builder.create<nn::YieldOp>(sink->getLoc(),
                              mapping.lookup(sink->getResult(0)));
  sink->getResult(0).replaceAllUsesWith(fused->getResult(0));
  for (Operation *member : llvm::reverse(members))
    member->erase();
}
