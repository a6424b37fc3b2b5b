//===- RowModel.cpp - @main as the planner of rows sees it ----------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/rows/RowModel.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "passes/kernel/memory/Planning.h"
#include "passes/kernel/rows/InputRows.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

/// Whether a kernel adds to what another one left.
static bool resumes(KernelOpInterface op) {
  if (auto nest = dyn_cast<NestOp>(op.getOperation()))
    return nest.getResumes();
  auto gemm = dyn_cast<kernel::GemmOp>(op.getOperation());
  return gemm && gemm.getResumes();
}

RowModel::RowModel(func::FuncOp main, RowTable given, const Target &target)
    : rows(std::move(given)), target(target) {
  for (BlockArgument argument : main.getArguments())
    number(argument);
  auto inputs = main->getAttrOfType<IntegerAttr>(kInputsAttr);
  for (BlockArgument argument : main.getArguments()) {
    RowBuffer &buffer = program.buffers[numbers[argument]];
    buffer.isInput = inputs && argument.getArgNumber() < inputs.getInt();
    buffer.isOutput = !buffer.isInput;
  }
  for (auto op : main.getBody().getOps<KernelOpInterface>())
    addKernel(op);
  for (unsigned k = 0; k < kernels.size(); ++k)
    program.kernels[k].saved = getSavedBytes(k);
  llvm::DenseSet<Value> sums;
  for (unsigned k = kernels.size(); k-- > 0;) {
    Value made = kernels[k].getOutputs()[0];
    if (resumes(kernels[k]))
      sums.insert(made);
    else
      program.kernels[k].beginsSums = sums.erase(made);
  }
  // Rows lie together where a kernel that sees them as rows may say so.
  for (RowBuffer &buffer : program.buffers)
    buffer.mayGrow = buffer.rows > 1;
  for (const RowKernel &kernel : program.kernels)
    for (unsigned buffer : kernel.wholes)
      program.buffers[buffer].mayGrow &= program.buffers[buffer].planes == 1;
}

bool RowModel::isWithin(ArrayRef<RowSegment> segments,
                        ArrayRef<KernelOpInterface> others) const {
  unsigned first = find(others.front()), last = find(others.back());
  return llvm::any_of(segments, [&](const RowSegment &segment) {
    return segment.begin <= first && last < segment.end;
  });
}

bool RowModel::touches(ArrayRef<RowSegment> segments,
                       ArrayRef<KernelOpInterface> others) const {
  return llvm::any_of(others, [&](KernelOpInterface kernel) {
    unsigned k = find(kernel);
    return llvm::any_of(segments, [&](const RowSegment &segment) {
      return segment.begin <= k && k < segment.end;
    });
  });
}

unsigned RowModel::number(Value buffer) {
  auto [it, isNew] = numbers.insert({buffer, program.buffers.size()});
  if (isNew) {
    RowBuffer added;
    bool isWeights = buffer.getDefiningOp<ConstantOp>() != nullptr;
    added.bytes = isPlanned(buffer)
                      ? getSpanBytes(cast<MemRefType>(buffer.getType()))
                      : 0;
    auto row = rows.find(buffer);
    added.rows = row == rows.end() ? 1 : row->second.count;
    added.isInput = isWeights;
    added.mayBeRing = buffer.getDefiningOp<memref::AllocOp>() != nullptr;
    Type element = cast<MemRefType>(buffer.getType()).getElementType();
    added.kind = kinds.insert({element, kinds.size()}).first->second;
    if (row != rows.end())
      added.planes = getSpanBytes(cast<MemRefType>(buffer.getType())) /
                     row->second.getPlaneBytes();
    program.buffers.push_back(added);
  }
  return it->second;
}

void RowModel::addKernel(KernelOpInterface op) {
  std::optional<RowForm> form = RowForm::get(op, rows);
  if (form &&
      (!form->getFound().empty() ||
       (form->accumulates() && !cast<KernelFamilyInterface>(op.getOperation())
                                    .reducesInOrder(target))))
    form = std::nullopt;
  RowKernel kernel;
  if (form && addUses(*form, kernel)) {
    kernel.firings = form->getCount();
    addInPlace(*form, kernel);
  } else
    form = std::nullopt;
  if (!form) {
    kernel = RowKernel();
    for (OpOperand &operand : getBufferOperands(op))
      kernel.wholes.push_back(number(getBuffer(operand.get())));
  }
  kernel.isSource = op->hasAttr(kInputRowsAttr);
  kernels.push_back(op);
  forms.push_back(std::move(form));
  program.kernels.push_back(std::move(kernel));
}

bool RowModel::addUses(const RowForm &form, RowKernel &kernel) {
  unsigned inputs = form.getKernel().getInputs().size();
  for (auto [i, operand] : llvm::enumerate(form.getOperands())) {
    unsigned buffer = number(getBuffer(operand.value));
    if (!operand.hasRows) {
      kernel.wholes.push_back(buffer);
      if (i >= inputs)
        kernel.made.push_back(buffer);
      continue;
    }
    auto [numerator, denominator] = form.getStep(i);
    RowUse use{buffer, i >= inputs, {}, numerator, denominator};
    RowIndex index = form.getRowIndex(i);
    for (int64_t slice = 0; slice < form.getCount(); ++slice) {
      auto values = index.getValues(slice);
      if (!values || (!values->empty() &&
                      (values->front() < 0 ||
                       values->back() >= program.buffers[buffer].rows)))
        return false;
      use.rows.push_back(values->empty()
                             ? RowRange{0, -1}
                             : RowRange{values->front(), values->back()});
    }
    kernel.uses.push_back(std::move(use));
  }
  return true;
}

/// Inputs of which a row may become one of the result.
void RowModel::addInPlace(const RowForm &form, RowKernel &kernel) {
  KernelOpInterface op = form.getKernel();
  ArrayRef<RowOperand> operands = form.getOperands();
  unsigned inputs = op.getInputs().size();
  const RowOperand &output = operands[inputs];
  auto isSame = [&](const RowOperand &input) {
    Value a = getBuffer(input.value), b = getBuffer(output.value);
    return a != b && input.hasRows && output.hasRows &&
           rows.find(a)->second == rows.find(b)->second &&
           getSpanBytes(cast<MemRefType>(a.getType())) ==
               getSpanBytes(cast<MemRefType>(b.getType())) &&
           input.plane == output.plane && input.within == output.within &&
           input.shape == output.shape && input.strides == output.strides &&
           input.rowDim == output.rowDim && input.map == output.map;
  };
  for (unsigned i = 0; i < inputs; ++i) {
    unsigned users = llvm::count_if(operands, [&](const RowOperand &operand) {
      return getBuffer(operand.value) == getBuffer(operands[i].value);
    });
    if (op.mayRunInPlace(i) && users == 1 && isSame(operands[i]) &&
        op.getOutputs().size() == 1)
      kernel.inPlace.push_back({numbers.lookup(getBuffer(operands[i].value)),
                                numbers.lookup(getBuffer(output.value))});
  }
}

/// The bytes of an input that dies at kernel `k` and whose place its result
/// may take.
int64_t RowModel::getSavedBytes(unsigned k) {
  KernelOpInterface op = kernels[k];
  for (unsigned i = 0; i < op.getInputs().size(); ++i) {
    Value buffer = getBuffer(op->getOperand(i));
    if (!op.mayRunInPlace(i) || !isPlanned(buffer))
      continue;
    bool isUsedLater = false;
    for (unsigned later = k + 1; later < kernels.size(); ++later)
      for (OpOperand &operand : getBufferOperands(kernels[later]))
        isUsedLater |= getBuffer(operand.get()) == buffer;
    if (!isUsedLater)
      return program.buffers[numbers.lookup(buffer)].bytes;
  }
  return 0;
}
