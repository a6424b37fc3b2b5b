//===- ChainSlices.cpp - Where a chain's slices lie -----------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/chains/ChainSlices.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

ChainSlices::ChainSlices(const ChainForm &form,
                         const ChainForm::Slicing &slicing, OpBuilder &builder)
    : form(form), slicing(slicing), builder(builder), count(slicing.blocks) {
  for (int64_t extent : form.getRowExtents().drop_back())
    count *= extent;
  for (const ChainTensor &tensor : form.getTensors())
    tensor.vanishes ? layVanishing(tensor) : layKept(tensor);
}

//===----------------------------------------------------------------------===//
// Rows
//===----------------------------------------------------------------------===//

AffineExpr ChainSlices::getRowIndex(unsigned begin, unsigned end) {
  ArrayRef<int64_t> extents = form.getRowExtents();
  auto extentOf = [&](unsigned row) {
    return row + 1 == extents.size() ? slicing.blocks : extents[row];
  };
  int64_t below = 1, own = 1;
  for (unsigned row = end; row < extents.size(); ++row)
    below *= extentOf(row);
  for (unsigned row = begin; row < end; ++row)
    own *= extentOf(row);
  AffineExpr index = builder.getAffineDimExpr(0);
  if (below > 1)
    index = index.floorDiv(below);
  if (begin > 0)
    index = index % own;
  return own == 1 ? constant(0) : index;
}

void ChainSlices::replaceRows(const ChainKernel &kernel,
                              SmallVectorImpl<AffineExpr> &dims,
                              AffineExpr within) {
  unsigned rows = kernel.rowDims.size();
  for (auto [row, dim] : llvm::enumerate(kernel.rowDims)) {
    AffineExpr index = getRowIndex(row, row + 1);
    if (row + 1 == rows) {
      index = index * slicing.size + slicing.first;
      if (within)
        index = index + within;
    }
    dims[dim] = index;
  }
}

SmallVector<WalkDim> ChainSlices::getRowDims(ArrayRef<int64_t> strides) {
  unsigned rows = strides.size();
  auto strideOf = [&](unsigned row) {
    return row + 1 == rows ? strides[row] * slicing.size : strides[row];
  };
  auto extentOf = [&](unsigned row) {
    return row + 1 == rows ? slicing.blocks : form.getRowExtents()[row];
  };
  SmallVector<WalkDim> dims;
  for (unsigned begin = 0, end; begin < rows; begin = end) {
    int64_t extent = extentOf(begin);
    for (end = begin + 1;
         end < rows && strideOf(end - 1) == strideOf(end) * extentOf(end);
         ++end)
      extent *= extentOf(end);
    if (int64_t stride = strideOf(end - 1); stride != 0 && extent > 1)
      dims.push_back({extent, stride, getRowIndex(begin, end)});
  }
  return dims;
}

AffineExpr ChainSlices::getIndex(unsigned number, unsigned operand) {
  const ChainTensor *tensor = form.getTensor(number, operand);
  AffineExpr sum = constant(0);
  for (auto [expr, stride] : llvm::zip_equal(
           form.getTensorIndex(number, operand), of(tensor).strides))
    if (stride != 0)
      sum = sum + expr * stride;
  return sum;
}

//===----------------------------------------------------------------------===//
// What is between kernels
//===----------------------------------------------------------------------===//

int64_t ChainSlices::getPaddedColumns(unsigned number,
                                      const ChainTensor &tensor) {
  auto gemm =
      dyn_cast<kernel::GemmOp>(form.getKernels()[number].op.getOperation());
  if (!gemm || tensor.dims.empty() || tensor.dims.back().row >= 0 ||
      tensor.dims.back().extent != static_cast<int64_t>(gemm.getColumns()) ||
      llvm::count_if(tensor.dims, [](const ChainTensor::Dim &dim) {
        return dim.row < 0;
      }) != 1)
    return 0;
  unsigned vector = gemm.getOuter().size() + gemm.getRows().size();
  for (Attribute attr : gemm.getEpilogueMaps())
    if (cast<AffineMapAttr>(attr).getValue().isFunctionOfDim(vector))
      return 0;
  return llvm::alignTo(gemm.getColumns(), gemm.getLanes());
}

void ChainSlices::layVanishing(const ChainTensor &tensor) {
  SliceTensor &own = slices.emplace_back();
  // Like what it is made from, so that it may take its place.
  auto isAlike = [](const ChainTensor::Dim &a, const ChainTensor::Dim &b) {
    return a.extent == b.extent && a.row == b.row;
  };
  for (size_t i = 0; i + 1 < slices.size(); ++i) {
    const ChainTensor &other = form.getTensors()[i];
    if (other.vanishes && llvm::is_contained(other.readers, tensor.writer) &&
        llvm::equal(other.dims, tensor.dims, isAlike)) {
      own.strides = slices[i].strides;
      own.elements = slices[i].elements;
      return;
    }
  }
  own.strides.resize(tensor.dims.size(), 0);
  int64_t padded = getPaddedColumns(tensor.writer, tensor);
  int64_t lastRow = form.getRowExtents().size() - 1;
  for (unsigned i = tensor.dims.size(); i-- > 0;) {
    const ChainTensor::Dim &dim = tensor.dims[i];
    int64_t extent = dim.row < 0          ? dim.extent
                     : dim.row == lastRow ? slicing.size
                                          : 1;
    if (extent == 1)
      continue;
    own.strides[i] = own.elements;
    bool isLast = i + 1 == tensor.dims.size();
    own.elements *= isLast && padded ? padded : extent;
  }
}

void ChainSlices::layKept(const ChainTensor &tensor) {
  SliceTensor &own = slices.emplace_back();
  int64_t lastRow = form.getRowExtents().size() - 1;
  int64_t first = tensor.region.offset / tensor.region.elementBytes;
  int64_t length = 1;
  for (const ChainTensor::Dim &dim : tensor.dims) {
    bool isLast = dim.row == lastRow;
    own.strides.push_back(dim.row < 0 || (isLast && isBlocked()) ? dim.stride
                                                                 : 0);
    if (dim.row < 0)
      length += (dim.extent - 1) * dim.stride;
    else if (isLast)
      length += (slicing.size - 1) * dim.stride;
    if (isLast)
      first += slicing.first * dim.stride;
  }
  SmallVector<int64_t> strides(lastRow + 1);
  for (const ChainTensor::Dim &dim : tensor.dims)
    if (dim.row >= 0)
      strides[dim.row] = dim.stride;
  SmallVector<WalkDim> rows = getRowDims(strides);
  SmallVector<int64_t> shape, steps;
  AffineExpr sum = constant(0);
  bool isApart = true;
  for (const WalkDim &dim : rows)
    isApart &= dim.stride >= length;
  for (const WalkDim &dim : rows) {
    if (isApart) {
      shape.push_back(dim.extent);
      steps.push_back(dim.stride);
      own.rows.push_back(dim.index);
    } else {
      length += (dim.extent - 1) * dim.stride;
      sum = sum + dim.index * dim.stride;
    }
  }
  if (!isApart)
    own.rows.push_back(sum);
  own.kept =
      getAlias(tensor.buffer, shape, steps, length, first, tensor.element);
}

Value ChainSlices::getAlias(Value buffer, ArrayRef<int64_t> shape,
                            ArrayRef<int64_t> strides, int64_t length,
                            int64_t offset, Type element) {
  SmallVector<int64_t> extents(shape), steps(strides);
  extents.push_back(length);
  steps.push_back(1);
  auto type = withStrides(MemRefType::get(extents, element), steps);
  if (buffer.getType() == type && offset == 0)
    return buffer;
  for (AliasOp alias : aliases)
    if (alias.getSource() == buffer && alias.getType() == type &&
        static_cast<int64_t>(alias.getOffset()) == offset)
      return alias;
  aliases.push_back(
      builder.create<AliasOp>(buffer.getLoc(), type, buffer, offset));
  return aliases.back();
}
