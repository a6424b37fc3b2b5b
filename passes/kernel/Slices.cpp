//===- Slices.cpp - What kernels of a stream touch, and when --------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/Slices.h"

#include "dialects/Kernel/Strides.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

//===----------------------------------------------------------------------===//
// Values of an index
//===----------------------------------------------------------------------===//

static int64_t evaluate(AffineExpr expr, ArrayRef<int64_t> point) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return constant.getValue();
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return point[dim.getPosition()];
  auto binary = cast<AffineBinaryOpExpr>(expr);
  int64_t a = evaluate(binary.getLHS(), point);
  int64_t b = evaluate(binary.getRHS(), point);
  switch (expr.getKind()) {
  case AffineExprKind::Add:
    return a + b;
  case AffineExprKind::Mul:
    return a * b;
  case AffineExprKind::FloorDiv:
    return llvm::divideFloorSigned(a, b);
  case AffineExprKind::CeilDiv:
    return llvm::divideCeilSigned(a, b);
  case AffineExprKind::Mod:
    return a - llvm::divideFloorSigned(a, b) * b;
  default:
    llvm_unreachable("not an affine operation");
  }
}

std::optional<SmallVector<int64_t>> RowIndex::getValues(int64_t slice) const {
  constexpr int64_t mostPoints = 4096;
  SmallVector<unsigned> free;
  int64_t points = 1;
  for (unsigned dim = 1; dim < extents.size(); ++dim)
    if (expr.isFunctionOfDim(dim)) {
      free.push_back(dim);
      points *= extents[dim];
    }
  if (points > mostPoints)
    return std::nullopt;
  // Guards that look at other dimensions may hold.
  SmallVector<unsigned> known;
  for (auto [i, guard] : llvm::enumerate(guards)) {
    bool isKnown = true;
    for (unsigned dim = 1; dim < extents.size(); ++dim)
      isKnown &= !guard.isFunctionOfDim(dim) || expr.isFunctionOfDim(dim);
    if (isKnown)
      known.push_back(i);
  }
  SmallVector<int64_t> point(extents.size(), 0), values;
  point[0] = slice;
  for (int64_t number = 0; number < points; ++number) {
    int64_t rest = number;
    for (unsigned dim : llvm::reverse(free)) {
      point[dim] = rest % extents[dim];
      rest /= extents[dim];
    }
    if (llvm::all_of(known, [&](unsigned i) {
          int64_t value = evaluate(guards[i], point);
          return value >= 0 && value < guardExtents[i];
        }))
      values.push_back(evaluate(expr, point));
  }
  llvm::sort(values);
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

AffineMap kernel::getOperandMap(Operation *op, unsigned operand,
                                SmallVectorImpl<int64_t> &extents) {
  extents.clear();
  if (auto nest = dyn_cast<NestOp>(op)) {
    llvm::append_range(extents, nest.getExtents());
    return operand < nest.getInputs().size() ? nest.getInputMap(operand)
                                             : nest.getOutputMap();
  }
  auto gemm = dyn_cast<kernel::GemmOp>(op);
  // The parts of a prologue's block follow each other.
  if (!gemm || gemm.hasPrologue())
    return AffineMap();
  llvm::append_range(extents, gemm.getOuter());
  if (operand != 1)
    llvm::append_range(extents, gemm.getRows());
  if (operand != 0)
    extents.push_back(gemm.getVectors());
  if (operand <= 1)
    llvm::append_range(extents, gemm.getDepth());
  if (operand == 0)
    return gemm.getLhsMap();
  if (operand == 1)
    return gemm.getRhsMap();
  if (operand < gemm.getInputs().size())
    return cast<AffineMapAttr>(gemm.getEpilogueMaps()[operand - 2]).getValue();
  return gemm.getOutMap();
}

/// In how many pieces a row lies, where `dim` counts rows; 0 if the other
/// dimensions lie in another order than that in which they are named.
static int64_t getPlanes(MemRefType type, unsigned dim) {
  SmallVector<int64_t> strides;
  int64_t offset, planes = 1, last = std::numeric_limits<int64_t>::max();
  if (failed(kernel::getStrides(type, strides, offset)))
    return 0;
  for (auto [i, extent] : llvm::enumerate(type.getShape())) {
    if (i == dim || extent == 1)
      continue;
    if (strides[i] > last)
      return 0;
    last = strides[i];
    if (i < dim)
      planes *= extent;
  }
  return planes;
}

/// What operand `number` of `op` is in firing `slice`, seen as `value`.
static SliceAccess getAccess(KernelOpInterface op, unsigned number, Value value,
                             ArrayAttr ringRows, int64_t slice) {
  bool isWrite = number >= op.getInputs().size();
  SliceAccess access{value, number, isWrite, false, /*planes=*/1, {}};
  ByteRegion whole = getByteRegion(value);
  RowIndex index;
  AffineMap map = getOperandMap(op, number, index.extents);
  auto takeAll = [&] {
    access.rows = {{-1, whole}};
    return access;
  };
  if (!map)
    return takeAll();
  std::optional<unsigned> dim;
  int64_t places = 0;
  if (auto ring = ringRows ? dyn_cast<AffineMapAttr>(ringRows[number])
                           : AffineMapAttr()) {
    auto number = [&](unsigned result) {
      return cast<AffineConstantExpr>(ring.getValue().getResult(result))
          .getValue();
    };
    index.expr = ring.getValue().getResult(0);
    places = number(1);
    dim = number(2);
  } else {
    for (auto [i, result] : llvm::enumerate(map.getResults())) {
      if (!result.isFunctionOfDim(0))
        continue;
      if (dim)
        return takeAll();
      dim = i;
    }
    if (!dim)
      return takeAll();
    index.expr = map.getResult(*dim);
  }
  if (auto nest = dyn_cast<NestOp>(op.getOperation()); nest && nest.getGuards())
    if (number < nest.getBodyInputs()) {
      llvm::append_range(index.guards, nest.getGuards()->getResults());
      llvm::append_range(index.guardExtents, *nest.getGuardExtents());
    }
  std::optional<SmallVector<int64_t>> rows = index.getValues(slice);
  if (!rows)
    return takeAll();
  access.isRing = places != 0;
  access.planes = getPlanes(cast<MemRefType>(value.getType()), *dim);
  for (int64_t row : *rows) {
    int64_t place =
        places ? row - llvm::divideFloorSigned(row, places) * places : row;
    access.rows.push_back({row, getByteRegion(value, {*dim, place})});
  }
  return access;
}

/// What the caller writes that is asked for a row: `ring` as in kRingRowsAttr.
static SliceAccess getInputRow(func::CallOp call, AffineMap ring,
                               int64_t slice) {
  auto number = [&](unsigned result) {
    return cast<AffineConstantExpr>(ring.getResult(result)).getValue();
  };
  SmallVector<int64_t> point(ring.getNumDims(), 0);
  point[0] = slice;
  int64_t row = evaluate(ring.getResult(0), point);
  std::pair<unsigned, int64_t> place(number(2), row % number(1));
  Value value = call.getOperand(0);
  return {value, 0, true, true, 1, {{row, getByteRegion(value, place)}}};
}

SmallVector<SliceAccess> kernel::getSliceAccesses(Operation *op,
                                                  int64_t slice) {
  SmallVector<SliceAccess> accesses;
  auto ringRows = op->getAttrOfType<ArrayAttr>(kRingRowsAttr);
  if (auto kernel = dyn_cast<KernelOpInterface>(op)) {
    for (OpOperand &operand : getBufferOperands(kernel))
      accesses.push_back(getAccess(kernel, operand.getOperandNumber(),
                                   operand.get(), ringRows, slice));
    return accesses;
  }
  auto call = cast<func::CallOp>(op);
  if (op->hasAttr(kInputRowsAttr))
    return {
        getInputRow(call, cast<AffineMapAttr>(ringRows[0]).getValue(), slice)};
  auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
      op, call.getCalleeAttr());
  for (auto kernel : callee.getOps<KernelOpInterface>())
    for (OpOperand &operand : getBufferOperands(kernel)) {
      unsigned argument = cast<BlockArgument>(operand.get()).getArgNumber();
      accesses.push_back(getAccess(kernel, operand.getOperandNumber(),
                                   call.getOperand(argument), ringRows, slice));
    }
  return accesses;
}

//===----------------------------------------------------------------------===//
// Streams
//===----------------------------------------------------------------------===//

SmallVector<Operation *> kernel::getKernels(StreamOp stream) {
  SmallVector<Operation *> kernels;
  for (Operation &op : stream.getBody().front())
    if (getFiring(&op))
      kernels.push_back(&op);
  return kernels;
}

void kernel::forEachFiring(StreamOp stream,
                           function_ref<void(const Firing &)> visit) {
  struct Turn {
    Operation *op;
    int64_t start, period, count;
  };
  SmallVector<Turn> turns;
  for (Operation *op : getKernels(stream)) {
    FiringOp firing = getFiring(op);
    turns.push_back({op, static_cast<int64_t>(firing.getStart()),
                     static_cast<int64_t>(firing.getPeriod()),
                     static_cast<int64_t>(firing.getCount())});
  }
  int64_t ticks = stream.getTicks();
  for (int64_t tick = 0; tick < ticks; ++tick)
    for (auto [position, turn] : llvm::enumerate(turns)) {
      int64_t since = tick - turn.start;
      if (since >= 0 && since % turn.period == 0 &&
          since / turn.period < turn.count)
        visit({tick, static_cast<int64_t>(position), turn.op,
               since / turn.period});
    }
}
