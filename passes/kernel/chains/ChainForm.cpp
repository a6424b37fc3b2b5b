//===- ChainForm.cpp - Kernels that can run slice by slice ----------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/chains/ChainForm.h"
#include "dialects/Kernel/Strides.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

static MemRefType typeOf(Value value) {
  return cast<MemRefType>(value.getType());
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

std::optional<ChainKernel> ChainKernel::get(KernelOpInterface op) {
  ChainKernel kernel(op);
  for (OpOperand &operand : getBufferOperands(op))
    if (getByteRegion(operand.get()).empty)
      return std::nullopt;
  if (auto nest = dyn_cast<NestOp>(op.getOperation())) {
    bool usesIndex = nest->walk([](IndexOp) { return WalkResult::interrupt(); })
                         .wasInterrupted();
    if (nest.getIndex() || nest.getResumes() || usesIndex)
      return std::nullopt;
    for (unsigned i = 0; i < nest.getInputs().size(); ++i)
      if (!nest.getInputMap(i))
        return std::nullopt;
  }
  if (auto gemm = dyn_cast<kernel::GemmOp>(op.getOperation());
      gemm && gemm.getResumes())
    return std::nullopt;
  return kernel.collectDims() ? std::optional(kernel) : std::nullopt;
}

static AffineMap getMap(KernelOpInterface op, unsigned operand) {
  if (auto nest = dyn_cast<NestOp>(op.getOperation()))
    return operand < nest.getInputs().size() ? nest.getInputMap(operand)
                                             : nest.getOutputMap();
  auto gemm = cast<kernel::GemmOp>(op.getOperation());
  if (operand <= 1)
    return operand == 0 ? gemm.getLhsMap() : gemm.getRhsMap();
  return gemm.getStoreMap(operand);
}

SmallVector<AffineExpr> ChainKernel::getIndex(unsigned operand) const {
  SmallVector<AffineExpr> dims;
  for (unsigned dim : getMapDims(operand))
    dims.push_back(getAffineDimExpr(dim, op->getContext()));
  SmallVector<AffineExpr> index;
  for (AffineExpr result : getMap(op, operand).getResults())
    index.push_back(result.replaceDims(dims));
  return index;
}

//===----------------------------------------------------------------------===//
// What is between the kernels
//===----------------------------------------------------------------------===//

int64_t ChainTensor::getBytes() const { return elements * region.elementBytes; }

int64_t ChainTensor::getRowElements() const {
  int64_t count = elements;
  for (const Dim &dim : dims)
    if (dim.row >= 0)
      count /= dim.extent;
  return count;
}

/// The dimensions of more than one index.
static SmallVector<ChainTensor::Dim> getDims(Value value) {
  SmallVector<int64_t> strides;
  int64_t offset;
  (void)getStrides(typeOf(value), strides, offset);
  SmallVector<ChainTensor::Dim> dims;
  for (auto [extent, stride] : llvm::zip(typeOf(value).getShape(), strides))
    if (extent != 1)
      dims.push_back({extent, stride});
  return dims;
}

/// Whether nothing but `ops` uses `buffer`, an allocation.
static bool isUsedOnlyBy(Value buffer, ArrayRef<ChainKernel> kernels) {
  SmallVector<Value> values{buffer};
  while (!values.empty())
    for (Operation *user : values.pop_back_val().getUsers()) {
      if (auto alias = dyn_cast<AliasOp>(user))
        values.push_back(alias.getResult());
      else if (llvm::none_of(kernels, [&](const ChainKernel &kernel) {
                 return kernel.op.getOperation() == user;
               }))
        return false;
    }
  return true;
}

bool ChainForm::findTensors() {
  struct Use {
    unsigned kernel;
    Value value;
    ByteRegion region;
    bool isWrite;
  };
  SmallVector<Use> uses;
  for (auto [number, kernel] : llvm::enumerate(kernels))
    for (OpOperand &operand : getBufferOperands(kernel.op))
      uses.push_back(
          {static_cast<unsigned>(number), operand.get(),
           getByteRegion(operand.get()),
           operand.getOperandNumber() >= kernel.op.getInputs().size()});
  for (const Use &write : uses) {
    if (!write.isWrite)
      continue;
    ChainTensor tensor;
    tensor.buffer = getBuffer(write.value);
    tensor.region = write.region;
    tensor.element = typeOf(write.value).getElementType();
    tensor.dims = getDims(write.value);
    tensor.writer = write.kernel;
    for (const ChainTensor::Dim &dim : tensor.dims)
      tensor.elements *= dim.extent;
    for (const Use &use : uses) {
      if (&use == &write || use.region.base != write.region.base ||
          areDisjoint(use.region, write.region))
        continue;
      // Only what is read as it was written, by those that come later.
      SmallVector<ChainTensor::Dim> dims = getDims(use.value);
      bool isSame =
          use.region == write.region && dims.size() == tensor.dims.size() &&
          typeOf(use.value).getElementType() == tensor.element &&
          llvm::all_of(llvm::zip_equal(dims, tensor.dims), [](auto pair) {
            const auto &[a, b] = pair;
            return a.extent == b.extent && a.stride == b.stride;
          });
      if (use.isWrite || use.kernel <= write.kernel || !isSame)
        return false;
      if (!llvm::is_contained(tensor.readers, use.kernel))
        tensor.readers.push_back(use.kernel);
    }
    if (tensor.readers.empty())
      continue;
    int64_t bytes = tensor.getBytes();
    // What has gaps is not ours between them.
    if (tensor.region.getEnd() - tensor.region.offset != bytes)
      return false;
    tensor.vanishes = tensor.buffer.getDefiningOp<memref::AllocOp>() &&
                      getSpanBytes(typeOf(tensor.buffer)) == bytes &&
                      isUsedOnlyBy(tensor.buffer, kernels);
    tensors.push_back(tensor);
  }
  return true;
}

const ChainTensor *ChainForm::getTensor(unsigned kernel,
                                        unsigned operand) const {
  KernelOpInterface op = kernels[kernel].op;
  ByteRegion region = getByteRegion(op->getOperand(operand));
  for (const ChainTensor &tensor : tensors)
    if (tensor.region == region)
      return &tensor;
  return nullptr;
}

SmallVector<AffineExpr> ChainForm::getTensorIndex(unsigned kernel,
                                                  unsigned operand) const {
  SmallVector<AffineExpr> index, all = kernels[kernel].getIndex(operand);
  ArrayRef<int64_t> shape =
      typeOf(kernels[kernel].op->getOperand(operand)).getShape();
  for (auto [expr, extent] : llvm::zip_equal(all, shape))
    if (extent != 1)
      index.push_back(expr);
  return index;
}

//===----------------------------------------------------------------------===//
// Rows
//===----------------------------------------------------------------------===//

/// The dimension that `expr` is, -1 if it is another expression.
static int64_t getPureDim(AffineExpr expr) {
  auto dim = dyn_cast<AffineDimExpr>(expr);
  return dim ? static_cast<int64_t>(dim.getPosition()) : -1;
}

bool ChainForm::findRows() {
  // Dimensions of the first kernel are followed through all others. What a
  // later kernel does not get from it is not common.
  constexpr int64_t none = -1, ambiguous = -2;
  SmallVector<SmallVector<int64_t>> classes;
  for (auto [number, kernel] : llvm::enumerate(kernels)) {
    SmallVector<int64_t> own(kernel.extents.size(), none);
    auto nest = dyn_cast<NestOp>(kernel.op.getOperation());
    for (unsigned dim = 0; dim < kernel.parallel; ++dim) {
      if (number == 0)
        own[dim] = dim;
      // What a guard depends on stays within the kernel.
      if (nest && nest.getGuards() && nest.getGuards()->isFunctionOfDim(dim))
        own[dim] = ambiguous;
    }
    auto forEachTensorDim = [&](bool isWrite, auto visit) {
      unsigned inputs = kernel.op.getInputs().size();
      for (unsigned i = 0; i < inputs + kernel.op.getOutputs().size(); ++i) {
        const ChainTensor *tensor = getTensor(number, i);
        if (!tensor || (i >= inputs) != isWrite)
          continue;
        for (auto [at, expr] : llvm::enumerate(getTensorIndex(number, i))) {
          int64_t dim = getPureDim(expr);
          bool isWhole = dim >= 0 && dim < int64_t(kernel.parallel) &&
                         kernel.extents[dim] == tensor->dims[at].extent;
          visit(const_cast<ChainTensor &>(*tensor).dims[at],
                isWhole ? &own[dim] : nullptr);
        }
      }
    };
    forEachTensorDim(false, [&](ChainTensor::Dim &dim, int64_t *mine) {
      if (mine && number != 0)
        *mine = *mine == none || *mine == dim.row ? dim.row : ambiguous;
    });
    forEachTensorDim(true, [&](ChainTensor::Dim &dim, int64_t *mine) {
      dim.row = mine ? *mine : none;
    });
    classes.push_back(own);
  }

  // Common is what every kernel has once, and every tensor, wherever used.
  auto isCommon = [&](int64_t row) {
    if (kernels.front().extents[row] == 1)
      return false;
    for (const ChainTensor &tensor : tensors)
      if (llvm::count_if(tensor.dims, [&](const ChainTensor::Dim &dim) {
            return dim.row == row;
          }) != 1)
        return false;
    for (auto [number, kernel] : llvm::enumerate(kernels)) {
      if (llvm::count(classes[number], row) != 1)
        return false;
      unsigned dim = llvm::find(classes[number], row) - classes[number].begin();
      unsigned operands =
          kernel.op.getInputs().size() + kernel.op.getOutputs().size();
      for (unsigned i = 0; i < operands; ++i) {
        const ChainTensor *tensor = getTensor(number, i);
        if (!tensor)
          continue;
        for (auto [at, expr] : llvm::enumerate(getTensorIndex(number, i)))
          if ((tensor->dims[at].row == row) !=
                  (getPureDim(expr) == static_cast<int64_t>(dim)) ||
              (tensor->dims[at].row != row && expr.isFunctionOfDim(dim)))
            return false;
      }
    }
    return true;
  };
  SmallVector<int64_t> rows;
  for (unsigned dim = 0; dim < kernels.front().parallel; ++dim)
    if (isCommon(dim))
      rows.push_back(dim);
  if (rows.empty())
    return false;

  // Guards speak of coordinates, which a slice's list has no more.
  for (auto [number, kernel] : llvm::enumerate(kernels)) {
    auto nest = dyn_cast<NestOp>(kernel.op.getOperation());
    if (!nest || !nest.getGuards())
      continue;
    for (unsigned i = 0; i < nest->getNumOperands(); ++i)
      if (getTensor(number, i))
        for (AffineExpr expr : getTensorIndex(number, i))
          if (getPureDim(expr) < 0)
            return false;
  }

  // In the order in which the largest tensor has them.
  const ChainTensor *largest = &tensors.front();
  for (const ChainTensor &tensor : tensors)
    if (tensor.elements > largest->elements)
      largest = &tensor;
  SmallVector<int64_t> ordered;
  for (const ChainTensor::Dim &dim : largest->dims)
    if (llvm::is_contained(rows, dim.row))
      ordered.push_back(dim.row);
  for (int64_t row : ordered)
    rowExtents.push_back(kernels.front().extents[row]);
  for (auto [number, kernel] : llvm::enumerate(kernels))
    for (int64_t row : ordered)
      kernel.rowDims.push_back(llvm::find(classes[number], row) -
                               classes[number].begin());
  for (ChainTensor &tensor : tensors)
    for (ChainTensor::Dim &dim : tensor.dims) {
      auto *found = llvm::find(ordered, dim.row);
      dim.row = found == ordered.end() ? -1 : found - ordered.begin();
    }
  return true;
}

int64_t ChainForm::getRows() const {
  int64_t rows = 1;
  for (int64_t extent : rowExtents)
    rows *= extent;
  return rows;
}

/// As buffers of a slice are shared: by what a nest reads for the last time and
/// what it writes, element by element.
int64_t ChainForm::getVanishingRowBytes() const {
  int64_t bytes = 0;
  for (const ChainTensor &tensor : tensors) {
    if (!tensor.vanishes)
      continue;
    bool isShared = llvm::any_of(tensors, [&](const ChainTensor &read) {
      return read.vanishes && read.readers.back() == tensor.writer &&
             !kernels[tensor.writer].isGemm() &&
             read.element == tensor.element && read.elements == tensor.elements;
    });
    if (!isShared)
      bytes += tensor.getRowElements() * tensor.region.elementBytes;
  }
  return bytes;
}

std::optional<ChainForm> ChainForm::get(ArrayRef<KernelOpInterface> kernels) {
  ChainForm form;
  for (KernelOpInterface op : kernels) {
    std::optional<ChainKernel> kernel = ChainKernel::get(op);
    if (!kernel)
      return std::nullopt;
    form.kernels.push_back(*kernel);
  }
  if (!form.findTensors() || form.tensors.empty() || !form.findRows())
    return std::nullopt;
  return form;
}
