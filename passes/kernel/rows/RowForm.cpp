//===- RowForm.cpp - Kernels seen as sequences of rows --------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/rows/RowForm.h"
#include "dialects/Kernel/Strides.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "passes/kernel/KernelSpace.h"
#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

/// By how much `expr` grows on average as `dim` grows by one: a fraction.
static std::pair<int64_t, int64_t> getSlope(AffineExpr expr, unsigned dim) {
  if (auto variable = dyn_cast<AffineDimExpr>(expr))
    return {variable.getPosition() == dim ? 1 : 0, 1};
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return {0, 1};
  auto [a, b] = getSlope(binary.getLHS(), dim);
  auto constant = dyn_cast<AffineConstantExpr>(binary.getRHS());
  switch (expr.getKind()) {
  case AffineExprKind::Add: {
    auto [c, d] = getSlope(binary.getRHS(), dim);
    a = a * d + c * b;
    b *= d;
    break;
  }
  case AffineExprKind::Mul:
    a *= constant.getValue();
    break;
  case AffineExprKind::FloorDiv:
  case AffineExprKind::CeilDiv:
    b *= constant.getValue();
    break;
  default:
    return {0, 1};
  }
  int64_t common = std::gcd(a, b);
  return common ? std::pair(a / common, b / common)
                : std::pair<int64_t, int64_t>(0, 1);
}

static MemRefType typeOf(Value value) {
  return cast<MemRefType>(value.getType());
}

static SmallVector<int64_t> getByteStrides(Value value) {
  SmallVector<int64_t> strides;
  int64_t offset;
  (void)kernel::getStrides(typeOf(value), strides, offset);
  for (int64_t &stride : strides)
    stride *= getBufferElementBytes(typeOf(value));
  return strides;
}

/// Whether `value` holds what kernels make, not weights.
static bool isActivation(Value value) {
  return !getBuffer(value).getDefiningOp<ConstantOp>();
}

std::optional<BufferRows> BufferRows::get(Value value, int64_t stride,
                                          int64_t count) {
  Value buffer = getBuffer(value);
  MemRefType type = typeOf(buffer);
  if (!type.getLayout().isIdentity())
    return std::nullopt;
  // What is seen may be a part of the rows that there are.
  if (value != buffer)
    for (auto [extent, known] :
         llvm::zip(type.getShape(), getByteStrides(buffer)))
      if (known == stride && extent > 1)
        count = std::max(count, extent);
  BufferRows rows{stride, count};
  if (getSpanBytes(type) % rows.getPlaneBytes() != 0)
    return std::nullopt;
  return rows;
}

//===----------------------------------------------------------------------===//
// Building a row form
//===----------------------------------------------------------------------===//

namespace megcc::kernel {

class RowFormBuilder : KernelSpace {
public:
  RowFormBuilder(KernelOpInterface op, const RowTable &rows)
      : KernelSpace(op), context(op->getContext()), rows(rows) {}

  std::optional<RowForm> run() {
    if (!collectDims())
      return std::nullopt;
    for (OpOperand &operand : getBufferOperands(op))
      if (!addOperand(operand))
        return std::nullopt;
    splitDims();
    if (!seeOperands() || !chooseSlice() || !finishOperands())
      return std::nullopt;
    form.op = op;
    form.count = newExtents[slice];
    return form;
  }

private:
  struct Operand {
    AffineMap map;
    /// The number of each dimension of the map.
    SmallVector<unsigned> dims;
    std::optional<BufferRows> rows;
    SmallVector<int64_t> strides;
    /// The results of the map over the new dimensions, and of the dimensions
    /// that are rows, or of which one is: their part of the row.
    SmallVector<AffineExpr> results;
    AffineExpr row;
  };

  bool collectDims() {
    if (auto nest = dyn_cast<NestOp>(op.getOperation()))
      nest->walk([&](IndexOp index) { fixed.insert(index.getDim()); });
    return KernelSpace::collectDims();
  }

  /// Finds which dimensions count positions of several rows.
  bool addOperand(OpOperand &given) {
    Operand operand;
    SmallVector<int64_t> ignored;
    operand.map = getOperandMap(op, given.getOperandNumber(), ignored);
    operand.dims = getMapDims(given.getOperandNumber());
    operand.strides = getByteStrides(given.get());
    auto it = rows.find(getBuffer(given.get()));
    if (it != rows.end() && operand.map)
      operand.rows = it->second;
    if (operand.rows)
      for (auto [i, stride] : llvm::enumerate(operand.strides)) {
        int64_t extent = typeOf(given.get()).getDimSize(i);
        BufferRows rows = *operand.rows;
        if (extent == 1 || stride % rows.stride == 0 ||
            extent * stride <= rows.stride)
          continue;
        auto dim = dyn_cast<AffineDimExpr>(operand.map.getResult(i));
        if (!dim || rows.stride % stride != 0 ||
            extent * stride % rows.stride != 0 ||
            extent * stride > rows.getPlaneBytes())
          return false;
        unsigned number = operand.dims[dim.getPosition()];
        int64_t inner = rows.stride / stride;
        auto [known, isNew] = splits.try_emplace(number, inner);
        if (known->second != inner || extents[number] != extent ||
            fixed.count(number))
          return false;
      }
    operands.push_back(operand);
    return true;
  }

  /// Numbers the dimensions anew, a split one becoming two.
  void splitDims() {
    for (auto [dim, extent] : llvm::enumerate(extents)) {
      auto split = splits.find(dim);
      bool isSplit = split != splits.end();
      first.push_back(newExtents.size());
      if (isSplit)
        newExtents.push_back(extent / split->second);
      newExtents.push_back(isSplit ? split->second : extent);
      AffineExpr outer = getAffineDimExpr(first.back(), context);
      replacements.push_back(
          isSplit ? outer * split->second +
                        getAffineDimExpr(first.back() + 1, context)
                  : outer);
      if (dim + 1 == parallel)
        newParallel = newExtents.size();
    }
  }

  AffineExpr renew(const Operand &operand, AffineExpr expr) {
    SmallVector<AffineExpr> dims;
    for (unsigned dim : operand.dims)
      dims.push_back(replacements[dim]);
    return expr.replaceDims(dims);
  }

  /// What is row, plane and position in a row of each operand.
  bool seeOperands() {
    for (auto [number, operand] : llvm::enumerate(operands)) {
      Value value = op->getOperand(number);
      RowOperand seen;
      seen.value = value;
      AffineExpr zero = getAffineConstantExpr(0, context);
      operand.row = zero;
      if (!operand.rows) {
        if (operand.map)
          for (AffineExpr result : operand.map.getResults())
            operand.results.push_back(renew(operand, result));
        seen.shape.assign(typeOf(value).getShape().begin(),
                          typeOf(value).getShape().end());
        form.operands.push_back(seen);
        continue;
      }
      BufferRows rows = *operand.rows;
      int64_t offset = getByteRegion(value).offset;
      seen.hasRows = true;
      seen.plane = offset / rows.getPlaneBytes();
      seen.within = offset % rows.stride;
      operand.row = operand.row + offset % rows.getPlaneBytes() / rows.stride;
      bool hasRowDim = false;
      auto addRow = [&, &operand = operand](AffineExpr expr) {
        if (!hasRowDim) {
          seen.rowDim = seen.shape.size();
          seen.shape.push_back(rows.count);
          seen.strides.push_back(rows.stride);
          operand.results.push_back(zero);
          hasRowDim = true;
        }
        operand.row = operand.row + expr;
      };
      auto addOther = [&, &operand = operand](int64_t extent, int64_t stride,
                                              AffineExpr expr) {
        seen.shape.push_back(extent);
        seen.strides.push_back(stride);
        operand.results.push_back(expr);
      };
      int64_t reach = seen.within;
      for (auto [i, stride] : llvm::enumerate(operand.strides)) {
        int64_t extent = typeOf(value).getDimSize(i);
        AffineExpr given = operand.map.getResult(i);
        AffineExpr expr = renew(operand, given);
        if (extent == 1) {
          addOther(1, stride, expr);
        } else if (stride % rows.getPlaneBytes() == 0) {
          addOther(extent, stride, expr);
        } else if (stride % rows.stride == 0) {
          if (extent * stride > rows.getPlaneBytes())
            return false;
          addRow(expr * (stride / rows.stride));
        } else if (extent * stride <= rows.stride) {
          reach += (extent - 1) * stride;
          addOther(extent, stride, expr);
        } else {
          unsigned dim =
              first[operand.dims[cast<AffineDimExpr>(given).getPosition()]];
          addRow(getAffineDimExpr(dim, context));
          reach += rows.stride - stride;
          addOther(rows.stride / stride, stride,
                   getAffineDimExpr(dim + 1, context));
        }
      }
      if (!hasRowDim || reach >= rows.stride)
        return false;
      form.operands.push_back(seen);
    }
    return true;
  }

  /// The first reduced dimension that is more than one point: slices of it
  /// keep the order.
  std::optional<unsigned> getOuterReduction() {
    auto nest = dyn_cast<NestOp>(op.getOperation());
    for (unsigned dim = newParallel; nest && dim < newExtents.size(); ++dim)
      if (newExtents[dim] > 1)
        return dim;
    return std::nullopt;
  }

  /// The dimension that moves from row to row.
  bool chooseSlice() {
    // The output's if it has rows, as every slice must make its own.
    unsigned output = op.getInputs().size();
    for (unsigned number = 0; number < operands.size(); ++number) {
      const Operand &operand = operands[(number + output) % operands.size()];
      if (!operand.rows)
        continue;
      double best = 0;
      for (unsigned dim = 0; dim < newParallel; ++dim) {
        auto [a, b] = getSlope(operand.row, dim);
        if (double(a) / double(b) > best) {
          best = double(a) / double(b);
          slice = dim;
        }
      }
      // A window over everything has one place to be in.
      if (std::optional<unsigned> dim = getOuterReduction();
          dim && (best == 0 || newExtents[slice] == 1) &&
          !operands[output].rows && getSlope(operand.row, *dim).first > 0 &&
          mayAccumulate()) {
        slice = *dim;
        form.isAccumulating = true;
        return true;
      }
      return best > 0;
    }
    return false;
  }

  /// Whether what lies between slices says all that a nest knows there. Its
  /// last part, which follows as a nest of its own, must not fuse other
  /// products with sums than it does now.
  bool mayAccumulate() {
    auto nest = cast<NestOp>(op.getOperation());
    for (Operation &inner : nest.getFinish().front())
      if (isa<arith::AddFOp, arith::SubFOp>(inner))
        for (Value operand : inner.getOperands())
          if (operand.getDefiningOp<arith::MulFOp>())
            return false;
    return !nest.getResumes();
  }

  /// Checks that nothing else moves with the slice, finds the rows of further
  /// buffers, and puts the slice's dimension first.
  bool finishOperands() {
    for (auto [number, operand] : llvm::enumerate(operands)) {
      Value value = op->getOperand(number);
      if (operand.rows && getSlope(operand.row, slice).first <= 0)
        return false;
      if (!isActivation(value))
        continue;
      bool isKnown = bool(operand.rows);
      for (auto [i, result] : llvm::enumerate(operand.results)) {
        if (!result.isFunctionOfDim(slice))
          continue;
        if (isKnown || !findRows(value, operand, i))
          return false;
        isKnown = true;
      }
      // Every slice would write all of it.
      if (!isKnown && number >= op.getInputs().size() && !form.isAccumulating)
        return false;
    }
    renumber();
    if (form.isAccumulating)
      chooseSum();
    return true;
  }

  /// `slice` moves along dimension `i` of an operand: what its rows are.
  bool findRows(Value value, const Operand &operand, unsigned i) {
    auto [numerator, denominator] = getSlope(operand.results[i], slice);
    if (numerator <= 0)
      return false;
    int64_t extent = typeOf(value).getDimSize(i), stride = operand.strides[i];
    // Where it is a split dimension, its other half is within a row.
    auto dim = dyn_cast<AffineDimExpr>(operand.map.getResult(i));
    if (dim)
      if (auto split = splits.find(operand.dims[dim.getPosition()]);
          split != splits.end()) {
        if (extent % split->second != 0)
          return false;
        extent /= split->second;
        stride *= split->second;
      }
    std::optional<BufferRows> rows = BufferRows::get(value, stride, extent);
    return rows &&
           form.found.insert({getBuffer(value), *rows}).first->second == *rows;
  }

  /// Sums lie in the output if it holds elements of their type.
  void chooseSum() {
    auto nest = cast<NestOp>(op.getOperation());
    if (typeOf(nest.getOutput()).getElementType() != nest.getInit().getType())
      return;
    form.sum = nest.getOutput();
    form.sumMap = form.operands.back().map;
  }

  /// The slice's dimension becomes the first of all, others keep their order.
  void renumber() {
    auto gemm = dyn_cast<kernel::GemmOp>(op.getOperation());
    bool wasRow = gemm && slice >= first[gemm.getOuter().size()];
    SmallVector<unsigned> order{slice};
    for (unsigned dim = 0; dim < newExtents.size(); ++dim)
      if (dim != slice)
        order.push_back(dim);
    unsigned outerEnd =
        gemm ? first[gemm.getOuter().size()] + (wasRow ? 1 : 0) : 0;
    for (unsigned at = 0; at < order.size(); ++at) {
      int64_t extent = newExtents[order[at]];
      if (!gemm || at < outerEnd)
        form.extents.push_back(extent);
      else if (at < newParallel)
        form.rowExtents.push_back(extent);
    }
    // A gemm of one row in each slice has a dimension for it all the same.
    bool addsRow = gemm && form.rowExtents.empty();
    if (addsRow)
      form.rowExtents.push_back(1);

    auto makeMap = [&](ArrayRef<unsigned> dims, ArrayRef<AffineExpr> results) {
      SmallVector<AffineExpr> renewed(newExtents.size(),
                                      getAffineConstantExpr(0, context));
      for (auto [at, dim] : llvm::enumerate(dims))
        if (dim != newExtents.size())
          renewed[dim] = getAffineDimExpr(at, context);
      SmallVector<AffineExpr> exprs;
      for (AffineExpr result : results)
        exprs.push_back(result.replaceDims(renewed));
      return AffineMap::get(dims.size(), 0, exprs, context);
    };
    for (auto [number, operand] : llvm::enumerate(operands)) {
      if (!operand.map)
        continue;
      SmallVector<unsigned> dims;
      for (unsigned at = 0; at < order.size(); ++at) {
        bool isOuter = at < outerEnd, isRow = !isOuter && at < newParallel;
        bool isVector = at == newParallel, isDepth = at > newParallel;
        if (gemm && ((isRow && number == 1) || (isVector && number == 0) ||
                     (isDepth && number > 1)))
          continue;
        if (addsRow && isVector && number != 1)
          dims.push_back(newExtents.size());
        if (addsRow && number == 0 && isDepth && at == newParallel + 1)
          dims.push_back(newExtents.size());
        dims.push_back(order[at]);
      }
      SmallVector<AffineExpr> results = operand.results;
      if (operand.rows)
        results[form.operands[number].rowDim] = operand.row;
      form.operands[number].map = makeMap(dims, results);
    }
    form.reductionRank = newExtents.size() - newParallel;
    form.reductionRank -= form.isAccumulating ? 1 : 0;
    auto nest = dyn_cast<NestOp>(op.getOperation());
    if (!nest)
      return;
    SmallVector<unsigned> positions(newExtents.size());
    for (auto [at, dim] : llvm::enumerate(order))
      positions[dim] = at;
    for (unsigned dim : first)
      form.places.push_back(positions[dim]);
    if (nest.getGuards()) {
      SmallVector<AffineExpr> guards;
      for (AffineExpr guard : nest.getGuards()->getResults())
        guards.push_back(guard.replaceDims(replacements));
      form.guards = makeMap(order, guards);
    }
  }

  MLIRContext *context;
  const RowTable &rows;
  RowForm form;
  SmallVector<int64_t> newExtents;
  unsigned newParallel = 0;
  unsigned slice = 0;
  /// Dimensions of which a region speaks.
  llvm::SmallDenseSet<unsigned> fixed;
  /// The inner extents of dimensions that become two.
  llvm::SmallDenseMap<unsigned, int64_t> splits;
  /// For each dimension, its new number or that of its outer half.
  SmallVector<unsigned> first;
  SmallVector<AffineExpr> replacements;
  SmallVector<Operand> operands;
};

} // namespace megcc::kernel

std::optional<RowForm> RowForm::get(KernelOpInterface op,
                                    const RowTable &rows) {
  return RowFormBuilder(op, rows).run();
}

//===----------------------------------------------------------------------===//
// Asking a row form
//===----------------------------------------------------------------------===//

RowIndex RowForm::getRowIndex(unsigned number) const {
  const RowOperand &operand = operands[number];
  RowIndex index;
  index.expr = operand.map.getResult(operand.rowDim);
  index.extents = extents;
  auto nest = dyn_cast<NestOp>(KernelOpInterface(op).getOperation());
  if (!nest) {
    // Of a gemm the row depends on rows and depth.
    auto gemm = cast<kernel::GemmOp>(KernelOpInterface(op).getOperation());
    if (number != 1)
      llvm::append_range(index.extents, rowExtents);
    if (number != 0)
      index.extents.push_back(gemm.getVectors());
    if (number <= 1)
      llvm::append_range(index.extents, gemm.getDepth());
  } else if (guards && number < nest.getBodyInputs()) {
    llvm::append_range(index.guards, guards.getResults());
    llvm::append_range(index.guardExtents, *nest.getGuardExtents());
  }
  return index;
}

std::pair<int64_t, int64_t> RowForm::getStep(unsigned number) const {
  const RowOperand &operand = operands[number];
  return getSlope(operand.map.getResult(operand.rowDim), 0);
}
