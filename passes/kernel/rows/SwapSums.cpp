//===- SwapSums.cpp - Which summand comes first ---------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/rows/SwapSums.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

/// The argument of the epilogue that is operand `input`.
static BlockArgument getArgument(GemmOp gemm, unsigned input) {
  return gemm.getEpilogue().front().getArgument(1 + input - 2);
}

/// Whether `value` is all of a buffer, in its order.
static bool isWhole(Value value) {
  auto type = cast<MemRefType>(value.getType());
  auto whole = cast<MemRefType>(getBuffer(value).getType());
  return type.getLayout().isIdentity() && whole.getLayout().isIdentity() &&
         getSpanBytes(type) == getSpanBytes(whole) &&
         type.getElementType() == whole.getElementType();
}

/// The operand of `gemm` that is `buffer`, an element of which is added to each
/// element of the result; 0 if there is none.
static unsigned findAddend(GemmOp gemm, Value buffer) {
  for (unsigned i = 2; i < gemm.getInputs().size(); ++i)
    if (getBuffer(gemm.getInputs()[i]) == buffer && gemm.mayRunInPlace(i) &&
        getArgument(gemm, i).hasOneUse())
      return i;
  return 0;
}

/// The sum of what an epilogue has made so far and of `addend`, if what comes
/// before does not know of `addend`, and what follows knows of the sum alone.
static arith::AddFOp getSum(GemmOp gemm, unsigned addend) {
  auto sum = dyn_cast<arith::AddFOp>(*getArgument(gemm, addend).user_begin());
  if (!sum || sum.getLhs() == sum.getRhs())
    return nullptr;
  bool isAfter = false;
  for (Operation &op : gemm.getEpilogue().front()) {
    for (Value operand : op.getOperands()) {
      Operation *made = operand.getDefiningOp();
      bool isOwn = isAfter && made && !made->isBeforeInBlock(sum);
      if (isAfter && !isOwn &&
          !(made && made->hasTrait<OpTrait::ConstantLike>()))
        return nullptr;
    }
    isAfter |= &op == sum;
  }
  return sum;
}

/// Whether both write the same elements in the same way, `second` where it adds
/// input `addend` to them.
static bool writesSame(GemmOp first, GemmOp second, unsigned addend) {
  return first.getOutput() == second.getInputs()[addend] &&
         first.getOutMap() == second.getOutMap();
}

/// Whether a kernel between `first` and `second` writes what one of them uses.
static bool isDisturbed(GemmOp first, GemmOp second) {
  llvm::SmallDenseSet<Value> used;
  for (GemmOp gemm : {first, second})
    for (OpOperand &operand : getBufferOperands(gemm))
      used.insert(getBuffer(operand.get()));
  for (Operation *op = first->getNextNode(); op != second;
       op = op->getNextNode())
    if (auto kernel = dyn_cast<KernelOpInterface>(op))
      for (Value output : kernel.getOutputs())
        if (used.contains(getBuffer(output)))
          return true;
  return false;
}

static bool isPlain(GemmOp gemm) {
  return !gemm.hasPrologue() && !gemm.getIndex() && !gemm.getResumes();
}

SmallVector<SwappedSum> kernel::findSums(func::FuncOp main) {
  llvm::MapVector<Value, SmallVector<KernelOpInterface>> users;
  for (auto op : main.getBody().getOps<KernelOpInterface>())
    for (OpOperand &operand : getBufferOperands(op))
      users[getBuffer(operand.get())].push_back(op);
  SmallVector<SwappedSum> sums;
  for (auto &[buffer, list] : users) {
    if (list.size() != 2)
      continue;
    auto first = dyn_cast<GemmOp>(list[0].getOperation());
    auto second = dyn_cast<GemmOp>(list[1].getOperation());
    if (!first || !second || first == second || !isPlain(first) ||
        !isPlain(second) || getBuffer(first.getOutput()) != buffer ||
        first.getColumns() != second.getColumns() ||
        first.getLanes() != second.getLanes())
      continue;
    unsigned addend = findAddend(second, buffer);
    auto type = cast<MemRefType>(buffer.getType());
    bool isAllOf = addend != 0 && isWhole(first.getOutput()) &&
                   isWhole(second.getOutput()) &&
                   isWhole(second.getInputs()[addend]);
    if (addend != 0 && (isAllOf || writesSame(first, second, addend)) &&
        first.getAccumulatorType() == second.getAccumulatorType() &&
        type.getElementType() == second.getAccumulatorType() &&
        getSum(second, addend) && !isDisturbed(first, second))
      sums.push_back({first, second, nullptr, nullptr, nullptr});
  }
  return sums;
}

/// `gemm` with other inputs of its epilogue and another output.
static GemmOp rebuild(OpBuilder &builder, GemmOp gemm, ValueRange inputs,
                      ArrayRef<Attribute> maps, Value output) {
  auto built = builder.create<GemmOp>(
      gemm.getLoc(), inputs, output, gemm.getOuter(), gemm.getRows(),
      gemm.getColumns(), gemm.getLanes(), gemm.getDepth(), gemm.getLhsMap(),
      gemm.getRhsMap(), gemm.getOutMap(), builder.getArrayAttr(maps),
      gemm.getTileRows(), gemm.getTileVectors(), gemm.getLhsUnsigned(),
      gemm.getRhsUnsigned(), gemm.getKind(), /*prologue_blocks=*/IntegerAttr(),
      /*prologue_maps=*/ArrayAttr(), gemm.getDiagonalAttr(), /*index=*/Value());
  built->setDiscardableAttrs(gemm->getDiscardableAttrDictionary());
  return built;
}

void SwappedSum::apply() {
  unsigned addend = findAddend(second, getBuffer(first.getOutput()));
  arith::AddFOp sum = getSum(second, addend);
  BlockArgument added = getArgument(second, addend);
  Value before = sum.getLhs() == added ? sum.getRhs() : sum.getLhs();

  // The second without what is added, up to there.
  OpBuilder builder(first);
  SmallVector<Value> inputs(second.getInputs());
  inputs.erase(inputs.begin() + addend);
  SmallVector<Attribute> maps(second.getEpilogueMaps().getValue());
  maps.erase(maps.begin() + addend - 2);
  newFirst = rebuild(builder, second, inputs, maps, second.getInputs()[addend]);
  newFirst->setAttr(kResultOfAttr, builder.getUnknownLoc());
  IRMapping mapping;
  second.getEpilogue().cloneInto(&newFirst.getEpilogue(), mapping);
  Block &start = newFirst.getEpilogue().front();
  start.getTerminator()->setOperand(0, mapping.lookup(before));
  for (Operation &op : llvm::make_early_inc_range(
           llvm::drop_begin(llvm::reverse(start.getOperations()))))
    if (op.use_empty())
      op.erase();
  start.eraseArgument(1 + addend - 2);

  // The first, which adds, and what follows then.
  builder.setInsertionPoint(second);
  inputs.assign(first.getInputs().begin(), first.getInputs().end());
  inputs.push_back(first.getOutput());
  maps.assign(first.getEpilogueMaps().begin(), first.getEpilogueMaps().end());
  maps.push_back(first.getOutMapAttr());
  Value output = second.getOutput();
  if (!writesSame(first, second, addend)) {
    result =
        builder.create<AliasOp>(second.getLoc(), first.getOutput().getType(),
                                getBuffer(second.getOutput()), 0);
    output = result;
  }
  newSecond = rebuild(builder, first, inputs, maps, output);
  newSecond->setAttr(kResultOfAttr, second.getLoc());
  IRMapping ends;
  first.getEpilogue().cloneInto(&newSecond.getEpilogue(), ends);
  Block &block = newSecond.getEpilogue().front();
  Value argument = block.addArgument(added.getType(), second.getLoc());
  Operation *end = block.getTerminator();
  builder.setInsertionPoint(end);
  Value made =
      builder.create<arith::AddFOp>(sum.getLoc(), end->getOperand(0), argument);
  ends.map(sum.getResult(), made);
  for (Operation &op : second.getEpilogue().front())
    if (op.hasTrait<OpTrait::ConstantLike>() ||
        (sum->isBeforeInBlock(&op) && !op.hasTrait<OpTrait::IsTerminator>()))
      builder.clone(op, ends);
  end->setOperand(
      0,
      ends.lookup(second.getEpilogue().front().getTerminator()->getOperand(0)));
  first->remove();
  second->remove();
}

void SwappedSum::undo() {
  Block *block = newFirst->getBlock();
  block->getOperations().insert(newFirst->getIterator(), first);
  block->getOperations().insert(newSecond->getIterator(), second);
  newFirst->erase();
  newSecond->erase();
  if (result)
    result->erase();
}
