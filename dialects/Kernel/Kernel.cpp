//===- Kernel.cpp - Verifiers of the kernel dialect -----------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Kernel/Kernel.h"
#include "dialects/Kernel/Strides.h"
#include "dialects/Kernel/Verification.h"
#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

#include "dialects/Kernel/KernelDialect.cpp.inc"
#include "dialects/Kernel/KernelEnums.cpp.inc"
#include "dialects/Kernel/KernelInterfaces.cpp.inc"

void KernelDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/Kernel/KernelOps.cpp.inc"
      >();
}

//===----------------------------------------------------------------------===//
// Shared by all families
//===----------------------------------------------------------------------===//

using Effects =
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>;

/// A family reads its inputs and writes its outputs.
static void addEffects(MutableOperandRange inputs, MutableOperandRange outputs,
                       Effects &effects) {
  for (OpOperand &input : inputs)
    effects.emplace_back(MemoryEffects::Read::get(), &input);
  for (OpOperand &output : outputs)
    effects.emplace_back(MemoryEffects::Write::get(), &output);
}

bool megcc::kernel::hasSameLastStride(MemRefType a, MemRefType b) {
  SmallVector<int64_t> aStrides, bStrides;
  int64_t offset;
  return succeeded(kernel::getStrides(a, aStrides, offset)) &&
         succeeded(kernel::getStrides(b, bStrides, offset)) &&
         (aStrides.empty() || a.getShape().back() == 1 ||
          aStrides.back() == bStrides.back());
}

LogicalResult megcc::kernel::verifyMap(Operation *op, AffineMap map,
                                       unsigned dims, Value buffer,
                                       const Twine &what) {
  if (map.getNumDims() != dims || map.getNumSymbols() != 0)
    return op->emitOpError() << what << " map takes " << map.getNumDims()
                             << " dimensions, expected " << dims;
  int64_t rank = bufferType(buffer).getRank();
  if (map.getNumResults() != rank)
    return op->emitOpError() << what << " map has " << map.getNumResults()
                             << " results, expected the buffer's rank " << rank;
  return success();
}

int64_t megcc::kernel::getBufferElementBytes(MemRefType type) {
  return (type.getElementTypeBitWidth() + 7) / 8;
}

int64_t megcc::kernel::getSpanBytes(MemRefType type) {
  SmallVector<int64_t> strides;
  int64_t offset;
  if (failed(kernel::getStrides(type, strides, offset)))
    return -1;
  int64_t last = 0;
  for (auto [extent, stride] : llvm::zip(type.getShape(), strides)) {
    if (extent == 0)
      return 0;
    last += (extent - 1) * stride;
  }
  return (last + 1) * getBufferElementBytes(type);
}

MemRefType megcc::kernel::withStrides(MemRefType type,
                                      ArrayRef<int64_t> strides) {
  MemRefType plain = MemRefType::get(type.getShape(), type.getElementType());
  SmallVector<int64_t> plainStrides;
  int64_t offset;
  if (succeeded(kernel::getStrides(plain, plainStrides, offset)) &&
      strides == ArrayRef(plainStrides))
    return plain;
  return MemRefType::get(
      type.getShape(), type.getElementType(),
      StridedLayoutAttr::get(type.getContext(), /*offset=*/0, strides));
}

MutableArrayRef<OpOperand>
megcc::kernel::getBufferOperands(KernelOpInterface op) {
  return op->getOpOperands().take_front(op.getInputs().size() +
                                        op.getOutputs().size());
}

FiringOp megcc::kernel::getFiring(Operation *op) {
  for (Value operand : op->getOperands())
    if (auto firing = operand.getDefiningOp<FiringOp>())
      return firing;
  return FiringOp();
}

//===----------------------------------------------------------------------===//
// Buffers
//===----------------------------------------------------------------------===//

LogicalResult ConstantOp::verify() {
  auto source = cast<ShapedType>(getValue().getType());
  MemRefType type = bufferType(getResult());
  int64_t taps = 0;
  if (std::optional<uint64_t> tile = getWinograd()) {
    taps = 2;
    int64_t components = (*tile + 2) * (*tile + 2);
    if (!llvm::is_contained({2, 4, 6}, *tile))
      return emitOpError("transforms filters for tiles of ")
             << *tile << ", expected 2, 4 or 6";
    if (!getPack() || type.getRank() == 0 || type.getDimSize(0) != components)
      return emitOpError("transforms filters, expected a packing map and ")
             << components << " components first, found " << type;
  }
  if (std::optional<AffineMap> pack = getPack()) {
    if (pack->getNumDims() != static_cast<unsigned>(type.getRank() + taps) ||
        pack->getNumResults() != static_cast<unsigned>(source.getRank()))
      return emitOpError("packing map must take an index of ")
             << type << " to an index of " << source;
    return success();
  }
  if (source.getNumElements() != type.getNumElements())
    return emitOpError("without packing expected ")
           << type.getNumElements() << " elements, found "
           << source.getNumElements();
  return success();
}

LogicalResult ViewOp::verify() {
  int64_t end =
      static_cast<int64_t>(getOffset()) + getSpanBytes(bufferType(getResult()));
  int64_t size = bufferType(getBase()).getNumElements();
  if (static_cast<int64_t>(getOffset()) < 0 || end > size)
    return emitOpError("ends at byte ") << end << " of a base of " << size;
  return success();
}

LogicalResult AliasOp::verify() {
  MemRefType source = bufferType(getSource()), result = bufferType(getResult());
  int64_t end =
      static_cast<int64_t>(getOffset()) * getBufferElementBytes(source) +
      getSpanBytes(result);
  if (static_cast<int64_t>(getOffset()) < 0 || end > getSpanBytes(source))
    return emitOpError("ends at byte ")
           << end << " of a source of " << getSpanBytes(source);
  return success();
}

//===----------------------------------------------------------------------===//
// Line buffers
//===----------------------------------------------------------------------===//

LogicalResult StreamOp::verify() {
  if (static_cast<int64_t>(getTicks()) < 1)
    return emitOpError("runs for ") << getTicks() << " ticks, expected some";
  for (Operation &op : getBody().front()) {
    if (isa<FiringOp, AliasOp>(op))
      continue;
    FiringOp firing = getFiring(&op);
    if (!firing)
      return op.emitOpError("in a stream takes no kernel.firing");
    int64_t extent = firing.getCount();
    if (auto nest = dyn_cast<NestOp>(op))
      extent = nest.getExtents().front();
    else if (auto gemm = dyn_cast<GemmOp>(op))
      extent = gemm.getOuter().front();
    if (extent != static_cast<int64_t>(firing.getCount()))
      return op.emitOpError("fires ")
             << firing.getCount() << " times, expected once for each of "
             << extent << " slices";
  }
  return success();
}

LogicalResult FiringOp::verify() {
  if (static_cast<int64_t>(getStart()) < 0 ||
      static_cast<int64_t>(getPeriod()) < 1 ||
      static_cast<int64_t>(getCount()) < 1)
    return emitOpError("expected a start of 0 or more, a period and a count of "
                       "1 or more");
  int64_t last = getStart() + getPeriod() * (getCount() - 1);
  if (last >= static_cast<int64_t>(getParentOp().getTicks()))
    return emitOpError("fires in tick ")
           << last << " of " << getParentOp().getTicks();
  return success();
}

//===----------------------------------------------------------------------===//
// NestOp
//===----------------------------------------------------------------------===//

AffineMap NestOp::getInputMap(unsigned i) {
  if (auto map = dyn_cast<AffineMapAttr>(getMaps()[i]))
    return map.getValue();
  return AffineMap();
}

AffineMap NestOp::getOutputMap() {
  return cast<AffineMapAttr>(getMaps()[getInputs().size()]).getValue();
}

/// In place is safe where each point reads exactly the element it writes: not
/// for inputs of a reduction's body, which are read at many points.
bool NestOp::mayRunInPlace(unsigned input) {
  if (getReductionRank() != 0 && input < getBodyInputs())
    return false;
  MemRefType in = bufferType(getInputs()[input]), out = bufferType(getOutput());
  AffineMap map = getInputMap(input);
  return map && map == getOutputMap() && in.getShape() == out.getShape() &&
         in.getElementType() == out.getElementType();
}

/// Any strides do; those of the last dimension stay as they are, as vectors lie
/// along it.
bool NestOp::acceptsType(unsigned operand, MemRefType type) {
  return hasSameLastStride(bufferType(getOperand(operand)), type);
}

void NestOp::adoptType(unsigned operand) {
  if (operand >= getRegionInputs() || getInputMap(operand))
    return;
  bool inBody = operand < getBodyInputs();
  Block &block = (inBody ? getBody() : getFinish()).front();
  unsigned argument = 1 + operand - (inBody ? 0 : getBodyInputs());
  block.getArgument(argument).setType(getInputs()[operand].getType());
}

LogicalResult NestOp::verify() {
  unsigned inputs = getInputs().size();
  if (getOutputs().size() != 1)
    return emitOpError("has ") << getOutputs().size() << " outputs, expected 1";
  if (getMaps().size() != inputs + 1)
    return emitOpError("has ")
           << getMaps().size() << " maps, expected " << inputs + 1;
  if (getParallelRank() < 0 || getBodyInputs() > inputs)
    return emitOpError("reduction_rank or body_inputs out of range");
  if (getResumes() && getBodyInputs() == inputs)
    return emitOpError("resumes, but has no input to begin with");
  if (getParallelRank() < static_cast<int64_t>(getGivenRank()))
    return emitOpError("is given an index, but has no dimension for it");
  for (unsigned i = 0; i < inputs; ++i)
    if (AffineMap map = getInputMap(i))
      if (failed(verifyMap(*this, map, getRank(), getInputs()[i],
                           "input " + Twine(i))))
        return failure();
  if (failed(
          verifyMap(*this, getOutputMap(), getRank(), getOutput(), "output")))
    return failure();
  if (getGuards().has_value() != getGuardExtents().has_value() ||
      (getGuards() &&
       getGuards()->getNumResults() != getGuardExtents()->size()))
    return emitOpError("needs one guard extent per guard");

  auto verifyRegion = [&](Region &region, unsigned first, unsigned last,
                          StringRef name) -> LogicalResult {
    Block &block = region.front();
    if (block.getNumArguments() != 1 + last - first)
      return emitOpError() << name << " has " << block.getNumArguments()
                           << " arguments, expected " << 1 + last - first;
    if (block.getArgument(0).getType() != getInit().getType())
      return emitOpError() << name << " takes "
                           << block.getArgument(0).getType()
                           << " as accumulator, init is "
                           << getInit().getType();
    for (unsigned i = first; i < last; ++i) {
      Type expected = getInputMap(i)
                          ? bufferType(getInputs()[i]).getElementType()
                          : getInputs()[i].getType();
      Type found = block.getArgument(1 + i - first).getType();
      if (found != expected)
        return emitOpError() << name << " argument of input " << i << " is "
                             << found << ", expected " << expected;
    }
    return success();
  };
  if (failed(verifyRegion(getBody(), 0, getBodyInputs(), "body")) ||
      failed(verifyRegion(getFinish(), getBodyInputs(), getRegionInputs(),
                          "finish")))
    return failure();
  if (getResumes()) {
    AffineMap map = getInputMap(inputs - 1);
    Type found = bufferType(getInputs().back()).getElementType();
    if (!map || found != getInit().getType())
      return emitOpError("resumes with ")
             << found << ", init is " << getInit().getType();
    for (int64_t dim = getParallelRank(); dim < getRank(); ++dim)
      if (map.isFunctionOfDim(dim))
        return emitOpError("resumes with more than one element of a point");
  }
  Type yielded = getFinish().front().getTerminator()->getOperand(0).getType();
  if (yielded != bufferType(getOutput()).getElementType())
    return emitOpError("finish yields ")
           << yielded << ", the output holds "
           << bufferType(getOutput()).getElementType();
  return success();
}

//===----------------------------------------------------------------------===//
// ChainOp
//===----------------------------------------------------------------------===//

SmallVector<Operation *> ChainOp::getKernels() {
  SmallVector<Operation *> kernels;
  for (auto kernel : getBody().front().getOps<KernelOpInterface>())
    kernels.push_back(kernel);
  return kernels;
}

/// The map by which operand `number` of a chain's kernel is used.
static AffineMap getChainedMap(Operation *op, unsigned number) {
  if (auto nest = dyn_cast<NestOp>(op))
    return number < nest.getInputs().size() ? nest.getInputMap(number)
                                            : nest.getOutputMap();
  auto gemm = cast<GemmOp>(op);
  if (number == 0)
    return gemm.getLhsMap();
  return number == 1 ? gemm.getRhsMap() : gemm.getStoreMap(number);
}

/// Where a slice lies: for each result of `map` that depends on the slice's
/// index alone, that result; null for others. Nothing if one depends on other
/// indices as well.
static std::optional<SmallVector<AffineExpr>> getSlicePlace(AffineMap map) {
  SmallVector<AffineExpr> place;
  if (!map)
    return std::nullopt;
  for (AffineExpr result : map.getResults()) {
    bool isOfSlice = result.isFunctionOfDim(0);
    for (unsigned dim = 1; isOfSlice && dim < map.getNumDims(); ++dim)
      if (result.isFunctionOfDim(dim))
        return std::nullopt;
    place.push_back(isOfSlice ? result : AffineExpr());
  }
  return place;
}

/// In place is safe if every slice reads of the input only what lies where it
/// writes itself, and has read that by then.
bool ChainOp::mayRunInPlace(unsigned input) {
  MemRefType in = bufferType(getInputs()[input]);
  SmallVector<Operation *> kernels = getKernels();
  bool hasOutput = false;
  for (auto [number, output] : llvm::enumerate(getOutputs())) {
    if (bufferType(output) != in)
      continue;
    hasOutput = true;
    Value read = getInner(input);
    Value written = getInner(getInputs().size() + number);
    std::optional<SmallVector<AffineExpr>> place;
    bool isWritten = false;
    for (Operation *kernel : kernels) {
      auto family = cast<KernelOpInterface>(kernel);
      unsigned inputs = family.getInputs().size();
      bool writes = llvm::is_contained(family.getOutputs(), written);
      for (OpOperand &operand : getBufferOperands(family)) {
        unsigned i = operand.getOperandNumber();
        if (operand.get() != read && operand.get() != written)
          continue;
        auto found = getSlicePlace(getChainedMap(kernel, i));
        if (!found || (place && *place != *found) ||
            llvm::all_of(*found, [](AffineExpr expr) { return !expr; }))
          return false;
        place = found;
        if (operand.get() == read &&
            (isWritten ||
             (writes && (i >= inputs || !family.mayRunInPlace(i)))))
          return false;
      }
      isWritten |= writes;
    }
  }
  return hasOutput;
}

LogicalResult ChainOp::verify() {
  if (static_cast<int64_t>(getCount()) < 1)
    return emitOpError("runs for ") << getCount() << " slices, expected some";
  Block &body = getBody().front();
  if (body.getNumArguments() != 1 + getNumOperands() ||
      !body.getArgument(0).getType().isIndex())
    return emitOpError("expected an index and an argument for each of the ")
           << getNumOperands() << " operands";
  for (auto [i, operand] : llvm::enumerate(getOperands()))
    if (getInner(i).getType() != operand.getType())
      return emitOpError("argument ")
             << i + 1 << " is " << getInner(i).getType() << ", expected "
             << operand.getType();
  for (Operation &op : body) {
    if (isa<memref::AllocaOp>(op))
      continue;
    auto nest = dyn_cast<NestOp>(op);
    auto gemm = dyn_cast<GemmOp>(op);
    if ((!nest || nest.getIndex() != body.getArgument(0)) &&
        (!gemm || gemm.getIndex() != body.getArgument(0) || gemm.hasPrologue()))
      return op.emitOpError("in a chain is no kernel of its slices");
    int64_t extent = nest ? nest.getExtents().front() : gemm.getOuter().front();
    if (extent != static_cast<int64_t>(getCount()))
      return op.emitOpError("has ")
             << extent << " slices, expected the chain's " << getCount();
  }
  return success();
}

//===----------------------------------------------------------------------===//
// CallOp
//===----------------------------------------------------------------------===//

LogicalResult CallOp::verify() {
  if (getElements() && getElements()->size() != getNumOperands())
    return emitOpError("has ")
           << getElements()->size() << " element types, expected "
           << getNumOperands() << ", one for each operand";
  for (Value operand : getOperands())
    if (!bufferType(operand).getLayout().isIdentity())
      return emitOpError("passes ")
             << operand.getType() << " to a C function, expected plain strides";
  return success();
}

#define GET_OP_CLASSES
#include "dialects/Kernel/KernelOps.cpp.inc"
