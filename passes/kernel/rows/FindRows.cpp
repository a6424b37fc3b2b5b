//===- FindRows.cpp - What the rows of buffers are ------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Kernel/Strides.h"
#include "passes/kernel/Embedding.h"
#include "passes/kernel/rows/RowForm.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

static MemRefType typeOf(Value value) {
  return cast<MemRefType>(value.getType());
}

/// The rows of the output of `op`, if `dim` of its output's map counts them.
static std::optional<BufferRows> getOutputRows(KernelOpInterface op,
                                               unsigned dim) {
  SmallVector<int64_t> extents;
  unsigned output = op.getInputs().size();
  Value value = op->getOperand(output);
  AffineMap map = getOperandMap(op, output, extents);
  SmallVector<int64_t> strides;
  int64_t offset;
  (void)kernel::getStrides(typeOf(value), strides, offset);
  // A kernel may make but a part of the rows, from some row on.
  for (auto [i, result] : llvm::enumerate(map.getResults())) {
    AffineExpr row = getAffineDimExpr(dim, op->getContext());
    if (extents[dim] > 1 && isa<AffineConstantExpr>(result - row))
      return BufferRows::get(value,
                             strides[i] * getBufferElementBytes(typeOf(value)),
                             typeOf(value).getDimSize(i));
  }
  return std::nullopt;
}

/// Whether `expr` moves by as much whenever `dim` does: a group's first channel
/// does not.
static bool isLinearIn(AffineExpr expr, unsigned dim) {
  bool isLinear = true;
  expr.walk([&](AffineExpr part) {
    if (isa<AffineBinaryOpExpr>(part) &&
        part.getKind() != AffineExprKind::Add &&
        part.getKind() != AffineExprKind::Mul)
      isLinear &= !part.isFunctionOfDim(dim);
  });
  return isLinear;
}

/// The dimension of the output's map along which windows move from row to row;
/// of windows of one row only if there are no others.
static std::optional<unsigned> getWindowDim(KernelOpInterface op) {
  if (auto gemm = dyn_cast<kernel::GemmOp>(op.getOperation())) {
    if (gemm.getRows().size() > 1)
      return gemm.getOuter().size();
    return std::nullopt;
  }
  auto nest = dyn_cast<NestOp>(op.getOperation());
  if (!nest)
    return std::nullopt;
  std::optional<unsigned> ofOne;
  for (unsigned dim = 0; dim < nest.getParallelRank(); ++dim)
    for (unsigned i = 0; i < nest.getBodyInputs(); ++i)
      if (AffineMap map = nest.getInputMap(i))
        for (AffineExpr result : map.getResults())
          for (unsigned r = nest.getParallelRank(); r < nest.getRank(); ++r) {
            if (!result.isFunctionOfDim(dim) || !result.isFunctionOfDim(r) ||
                !isLinearIn(result, dim))
              continue;
            if (nest.getExtents()[r] > 1)
              return dim;
            if (!ofOne)
              ofOne = dim;
          }
  return ofOne;
}

/// Whether every byte of `buffer` is written once, so that the order of its
/// users does not matter as long as what is read was written.
static bool isWrittenOnce(ArrayRef<std::pair<ByteRegion, bool>> accesses) {
  for (size_t i = 0; i < accesses.size(); ++i)
    if (accesses[i].second)
      for (const auto &[region, isWrite] : accesses.take_front(i))
        if (!areDisjoint(region, accesses[i].first))
          return false;
  return true;
}

/// The bytes of `operand` that `op` touches, as far as its map is linear: of a
/// gemm's output whole vectors.
static ByteRegion getTouched(KernelOpInterface op, OpOperand &operand) {
  unsigned number = operand.getOperandNumber();
  SmallVector<int64_t> extents;
  AffineMap map = getOperandMap(op, number, extents);
  std::optional<Walk> walk;
  if (map)
    walk = getWalk(operand.get(), map);
  ByteRegion whole = getByteRegion(operand.get());
  if (!walk || llvm::any_of(walk->strides, [](int64_t s) { return s < 0; }))
    return whole;
  ByteRegion region;
  region.base = whole.base;
  region.offset = walk->offset;
  region.elementBytes = whole.elementBytes;
  if (auto gemm = dyn_cast<kernel::GemmOp>(op.getOperation()); gemm && number)
    region.elementBytes *= gemm.getLanes();
  for (auto [extent, stride] : llvm::zip_equal(extents, walk->strides))
    if (extent != 1 && stride != 0)
      region.dims.push_back({extent, stride});
  return region;
}

namespace {

/// Lets rows follow from kernel to kernel.
class RowFinder {
public:
  explicit RowFinder(func::FuncOp main) {
    llvm::MapVector<Value, SmallVector<std::pair<ByteRegion, bool>>> accesses;
    for (auto op : main.getBody().getOps<KernelOpInterface>()) {
      auto gemm = dyn_cast<kernel::GemmOp>(op.getOperation());
      if (!isa<NestOp>(op.getOperation()) && (!gemm || gemm.hasPrologue()))
        continue;
      kernels.push_back(op);
    }
    for (auto op : main.getBody().getOps<KernelOpInterface>())
      for (OpOperand &operand : getBufferOperands(op)) {
        bool isWrite = operand.getOperandNumber() >= op.getInputs().size();
        accesses[getBuffer(operand.get())].push_back(
            {getTouched(op, operand), isWrite});
      }
    for (auto &[buffer, list] : accesses)
      if (!isWrittenOnce(list))
        excluded.insert(buffer);
  }

  RowTable run() {
    // All windows before anything follows from one of them: their own rows are
    // the finest that there are.
    for (KernelOpInterface op : kernels)
      if (auto dim = getWindowDim(op))
        seed(op, *dim);
    propagate();
    // A streamed input has some in any case.
    for (KernelOpInterface op : kernels)
      if (op->hasAttr(kInputRowsAttr))
        seedInput(op);
    // Where nothing has windows, positions are rows.
    for (KernelOpInterface op : kernels)
      if (auto gemm = dyn_cast<kernel::GemmOp>(op.getOperation()))
        if (seed(op, gemm.getOuter().size()))
          propagate();
    for (KernelOpInterface op : kernels)
      if (op->hasAttr(kInputRowsAttr) && !writesRowByRow(op))
        rows.erase(getBuffer(op.getOutputs()[0]));
    return std::move(rows);
  }

private:
  /// Learns the rows of what `op` writes; false if they are known or aren't
  /// rows.
  bool seed(KernelOpInterface op, unsigned dim) {
    Value buffer = getBuffer(op.getOutputs()[0]);
    std::optional<BufferRows> found = getOutputRows(op, dim);
    if (!found || rows.count(buffer) || excluded.count(buffer))
      return false;
    learn(buffer, *found);
    return true;
  }

  /// Along which dimension of an input that nothing reads by windows its rows
  /// are: the first one, unless along another half as much is read at a time.
  /// Rows are more than single elements, where there is a choice.
  void seedInput(KernelOpInterface op) {
    Value buffer = getBuffer(op.getOutputs()[0]);
    SmallVector<std::pair<unsigned, int64_t>> candidates;
    for (unsigned dim = 0; dim < typeOf(buffer).getRank(); ++dim)
      if (std::optional<BufferRows> found = getOutputRows(op, dim))
        candidates.push_back({dim, getBytesRead(buffer, *found)});
    if (candidates.size() > 1)
      candidates.pop_back();
    if (candidates.empty())
      return;
    auto best = candidates.front();
    for (auto candidate : candidates)
      if (2 * candidate.second <= best.second)
        best = candidate;
    if (seed(op, best.first))
      propagate();
  }

  /// What readers of `buffer` need of it at a time, if `found` are its rows.
  int64_t getBytesRead(Value buffer, BufferRows found) {
    RowTable table = rows;
    table[buffer] = found;
    int64_t whole = getSpanBytes(typeOf(buffer)), most = 0;
    for (KernelOpInterface op : kernels)
      for (auto [i, input] : llvm::enumerate(op.getInputs())) {
        if (getBuffer(input) != buffer)
          continue;
        std::optional<RowForm> form = RowForm::get(op, table);
        std::optional<SmallVector<int64_t>> read;
        if (form && form->getOperands()[i].hasRows)
          read = form->getRowIndex(i).getValues(form->getCount() / 2);
        most = std::max(most, read ? int64_t(read->size()) * whole / found.count
                                   : whole);
      }
    return most;
  }

  /// Whether `op`, which stands for the caller, makes one row of its own at a
  /// time.
  bool writesRowByRow(KernelOpInterface op) {
    Value buffer = getBuffer(op.getOutputs()[0]);
    auto known = rows.find(buffer);
    if (known == rows.end())
      return false;
    std::optional<RowForm> form = RowForm::get(op, rows);
    unsigned output = op.getInputs().size();
    if (!form || form->getCount() != known->second.count ||
        !form->getOperands()[output].hasRows)
      return false;
    std::optional<SmallVector<int64_t>> written =
        form->getRowIndex(output).getValues(0);
    return written && written->size() == 1;
  }

  void propagate() {
    while (!changed.empty()) {
      Value next = changed.pop_back_val();
      for (KernelOpInterface kernel : kernels)
        if (llvm::any_of(getBufferOperands(kernel), [&](OpOperand &operand) {
              return getBuffer(operand.get()) == next;
            }))
          if (std::optional<RowForm> form = RowForm::get(kernel, rows))
            for (auto [other, otherRows] : form->getFound())
              if (!excluded.count(other))
                learn(other, otherRows);
    }
  }

  void learn(Value buffer, BufferRows found) {
    if (!rows.insert({buffer, found}).second)
      return;
    changed.push_back(buffer);
  }

  SmallVector<KernelOpInterface> kernels;
  llvm::DenseSet<Value> excluded;
  SmallVector<Value> changed;
  RowTable rows;
};

} // namespace

RowTable kernel::findRows(func::FuncOp main) { return RowFinder(main).run(); }
