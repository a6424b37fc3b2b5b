//===- KernelContraction.cpp - kernel.gemm and kernel.winograd ------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Kernel/Kernel.h"
#include "dialects/Kernel/Verification.h"
#include "mlir/IR/AffineExpr.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

//===----------------------------------------------------------------------===//
// GemmOp
//===----------------------------------------------------------------------===//

SmallVector<Value> GemmOp::getPrologueInputs() {
  SmallVector<Value> inputs{getInputs().front()};
  llvm::append_range(inputs,
                     getInputs().drop_front(2 + getEpilogueMaps().size()));
  return inputs;
}

AffineMap GemmOp::getStoreMap(unsigned operand) {
  if (operand == getInputs().size())
    return getOutMap();
  if (operand < 2 || operand >= 2 + getEpilogueMaps().size())
    return AffineMap();
  return cast<AffineMapAttr>(getEpilogueMaps()[operand - 2]).getValue();
}

/// A residual may be overwritten with the sum: it is read where it is written,
/// by the same tile.
bool GemmOp::mayRunInPlace(unsigned input) {
  MemRefType in = bufferType(getInputs()[input]), out = bufferType(getOutput());
  return in.getShape() == out.getShape() &&
         in.getElementType() == out.getElementType() &&
         getStoreMap(input) == getOutMap();
}

/// Single elements may lie anywhere; vectors must stay contiguous, which other
/// strides leave alone only within the last dimension.
bool GemmOp::acceptsType(unsigned operand, MemRefType type) {
  MemRefType current = bufferType(getOperand(operand));
  if (type == current)
    return true;
  // The block of a prologue is the kernel's own.
  if (!hasSameLastStride(current, type) || operand > getInputs().size())
    return false;
  AffineMap map = operand == 1 ? getRhsMap() : getStoreMap(operand);
  // Read element by element, or by the loops of a prologue.
  if (!map || getLanes() == 1)
    return true;
  // A vector that begins a last dimension and does not reach past it.
  auto begin = dyn_cast<AffineConstantExpr>(map.getResults().back());
  if (begin && begin.getValue() + static_cast<int64_t>(getLanes()) <=
                   type.getShape().back())
    return true;
  unsigned vector = getOuter().size() + (operand == 1 ? 0 : getRows().size());
  return llvm::none_of(map.getResults().drop_back(), [&](AffineExpr index) {
    return index.isFunctionOfDim(vector);
  });
}

static LogicalResult verifyPrologue(GemmOp op) {
  if (!op.hasPrologue()) {
    if (op.getPrologueBlocks() || op.getPrologueMaps())
      return op.emitOpError("has prologue_blocks or prologue_maps, but no "
                            "prologue");
    return success();
  }
  if (!op.getPrologueBlocks() || !op.getPrologueMaps())
    return op.emitOpError("has a prologue, but no prologue_blocks or no "
                          "prologue_maps");
  if (op.getIndex())
    return op.emitOpError("has a prologue and is given an index");
  int64_t blocks = *op.getPrologueBlocks();
  if (blocks < 1 || op.getRows().front() % blocks != 0)
    return op.emitOpError("makes its lhs in ")
           << blocks << " blocks, expected a divisor of its "
           << op.getRows().front() << " first rows";
  SmallVector<Value> inputs = op.getPrologueInputs();
  ArrayAttr maps = *op.getPrologueMaps();
  if (maps.size() != inputs.size())
    return op.emitOpError("has ")
           << maps.size() << " prologue maps, expected " << inputs.size();
  MemRefType block = bufferType(op.getLhs());
  Block &prologue = op.getPrologue().front();
  if (prologue.getNumArguments() != inputs.size())
    return op.emitOpError("prologue has ")
           << prologue.getNumArguments() << " arguments, expected "
           << inputs.size();
  for (auto [i, attr, input] : llvm::enumerate(maps, inputs)) {
    if (failed(verifyMap(op, cast<AffineMapAttr>(attr).getValue(),
                         1 + block.getRank(), input,
                         "prologue input " + Twine(i))))
      return failure();
    Type expected = bufferType(input).getElementType();
    if (prologue.getArgument(i).getType() != expected)
      return op.emitOpError("prologue argument ")
             << i << " is " << prologue.getArgument(i).getType()
             << ", expected " << expected;
  }
  Type yielded = prologue.getTerminator()->getOperand(0).getType();
  if (yielded != block.getElementType())
    return op.emitOpError("prologue yields ")
           << yielded << ", its block holds " << block.getElementType();
  return success();
}

/// Sums that begin with what is there are one vector for each that is written.
static LogicalResult verifyResumes(GemmOp op) {
  if (!op.getResumes())
    return success();
  if (op.getEpilogueInputs().empty())
    return op.emitOpError("resumes, but has no input to begin with");
  Type found = bufferType(op.getEpilogueInputs().back()).getElementType();
  if (found != op.getAccumulatorType())
    return op.emitOpError("resumes with ")
           << found << ", expected " << op.getAccumulatorType();
  unsigned last = 1 + op.getEpilogueMaps().size();
  if (op.getStoreMap(last) != op.getOutMap())
    return op.emitOpError("resumes with other elements than it writes");
  if (op.hasPrologue() || op.getColumns() % op.getLanes() != 0)
    return op.emitOpError("resumes with a prologue or with part of a vector");
  return success();
}

/// Whether the elements of the last dimension of `map` lie side by side.
static bool endsInLastResult(AffineMap map) {
  unsigned last = map.getNumDims() - 1;
  AffineExpr variable = getAffineDimExpr(last, map.getContext());
  AffineExpr result = map.getResults().back();
  AffineExpr next = result.replace(variable, variable + 1);
  return llvm::none_of(
             map.getResults().drop_back(),
             [&](AffineExpr index) { return index.isFunctionOfDim(last); }) &&
         simplifyAffineExpr(next - result, map.getNumDims(), 0) ==
             getAffineConstantExpr(1, map.getContext());
}

static LogicalResult verifyDiagonal(GemmOp op) {
  if (!op.getDiagonal())
    return success();
  int64_t lanes = op.getLanes(), width = *op.getDiagonal();
  if (width < 1 || lanes % width != 0 || op.getDepth().back() != lanes)
    return op.emitOpError("has groups of ")
           << width << " columns, expected a divisor of its " << lanes
           << " lanes and as many elements along the last depth dimension, "
              "found "
           << op.getDepth().back();
  if (!endsInLastResult(op.getLhsMap()))
    return op.emitOpError("has groups of ")
           << width << " columns, whose elements do not lie side by side";
  if (!isa<FloatType>(op.getAccumulatorType()))
    return op.emitOpError("has groups of ")
           << width << " columns, expected sums of floats, found "
           << op.getAccumulatorType();
  if (op.hasPrologue())
    return op.emitOpError("has groups of ")
           << width << " columns and a prologue";
  return success();
}

LogicalResult GemmOp::verify() {
  if (getInputs().size() < 2 || getOutputs().size() != (hasPrologue() ? 2 : 1))
    return emitOpError(
        "expected lhs, rhs, epilogue inputs and one output, with "
        "a prologue its inputs and a block");
  unsigned outer = getOuter().size(), rows = getRows().size(),
           depth = getDepth().size();
  if (rows == 0 || depth == 0)
    return emitOpError("expected at least one row and one depth dimension");
  if (outer < getGivenRank())
    return emitOpError("is given an index, but has no outer dimension for it");
  if (failed(verifyMap(*this, getLhsMap(), outer + rows + depth, getLhs(),
                       "lhs")) ||
      failed(
          verifyMap(*this, getRhsMap(), outer + 1 + depth, getRhs(), "rhs")) ||
      failed(verifyMap(*this, getOutMap(), outer + rows + 1, getOutput(),
                       "output")))
    return failure();
  unsigned epilogueInputs = getEpilogueMaps().size();
  if (hasPrologue() ? epilogueInputs + 2 > getInputs().size()
                    : epilogueInputs + 2 != getInputs().size())
    return emitOpError("has ") << epilogueInputs << " epilogue maps, expected "
                               << getInputs().size() - 2;
  for (auto [i, attr] : llvm::enumerate(getEpilogueMaps()))
    if (failed(verifyMap(*this, cast<AffineMapAttr>(attr).getValue(),
                         outer + rows + 1, getInputs()[2 + i],
                         "epilogue input " + Twine(i))))
      return failure();
  if (getEpilogue().front().getNumArguments() != epilogueInputs + 1)
    return emitOpError("epilogue has ")
           << getEpilogue().front().getNumArguments() << " arguments, expected "
           << epilogueInputs + 1;
  if (getLanes() < 1 || getColumns() < 1 || getTileRows() < 1 ||
      getTileVectors() < 1)
    return emitOpError("columns, lanes and tile must be positive");
  if (failed(verifyPrologue(*this)) || failed(verifyResumes(*this)) ||
      failed(verifyDiagonal(*this)))
    return failure();
  int64_t tile = getTileRows(), last = getRows().empty() ? 0 : getRows().back();
  if (getRows().size() > 1 && tile > last && tile % last != 0)
    return emitOpError("a tile of ")
           << tile << " rows takes no whole number of the last dimension's "
           << last;
  return success();
}

//===----------------------------------------------------------------------===//
// WinogradOp
//===----------------------------------------------------------------------===//

/// A residual is read where it is written, after all that the tile needs; the
/// input is read again by the tiles around.
bool WinogradOp::mayRunInPlace(unsigned input) {
  MemRefType in = bufferType(getInputs()[input]), out = bufferType(getY());
  return input >= 2 && in == out &&
         cast<AffineMapAttr>(getEpilogueMaps()[input - 2]).getValue() ==
             getOutMap();
}

/// Of activations any strides do where a vector is the whole last dimension.
bool WinogradOp::acceptsType(unsigned operand, MemRefType type) {
  MemRefType current = bufferType(getOperand(operand));
  if (type == current)
    return true;
  unsigned outputs = getInputs().size();
  if (operand == 1 || operand > outputs)
    return false;
  int64_t lanes = operand == 0 ? getChannelLanes() : getLanes();
  return lanes == 1 ||
         (hasSameLastStride(current, type) && type.getShape().back() == lanes);
}

LogicalResult WinogradOp::verify() {
  if (getInputs().size() < 2 || getOutputs().size() != 3)
    return emitOpError("expected x, filters, epilogue inputs, and as outputs y "
                       "and two buffers of its own");
  if (!llvm::is_contained({2, 4, 6}, getTile()))
    return emitOpError("has tiles of ") << getTile() << ", expected 2, 4 or 6";
  for (auto [sizes, what] :
       {std::pair(getInSize(), "in"), std::pair(getOutSize(), "out"),
        std::pair(getPads(), "pads")})
    if (sizes.size() != 2)
      return emitOpError() << what << " has " << sizes.size()
                           << " entries, expected 2";
  if (getChannels() < 1 || getColumns() < 1 || getLanes() < 1 ||
      getChannelLanes() < 1 || getImages() < 1 || getTileRows() < 1 ||
      getTileVectors() < 1)
    return emitOpError("images, channels, columns, lanes and register tile "
                       "must be positive");
  if (failed(verifyMap(*this, getInMap(), 4, getX(), "in")) ||
      failed(verifyMap(*this, getOutMap(), 4, getY(), "output")))
    return failure();
  if (getEpilogueMaps().size() + 2 != getInputs().size())
    return emitOpError("has ")
           << getEpilogueMaps().size() << " epilogue maps, expected "
           << getInputs().size() - 2;
  for (auto [i, attr] : llvm::enumerate(getEpilogueMaps()))
    if (failed(verifyMap(*this, cast<AffineMapAttr>(attr).getValue(), 4,
                         getInputs()[2 + i], "epilogue input " + Twine(i))))
      return failure();
  if (getEpilogue().front().getNumArguments() != getInputs().size() - 1)
    return emitOpError("epilogue has ")
           << getEpilogue().front().getNumArguments() << " arguments, expected "
           << getInputs().size() - 1;

  int64_t components = (getTile() + 2) * (getTile() + 2);
  int64_t columns = getVectors() * getLanes();
  auto verifyShape = [&](Value buffer, ArrayRef<int64_t> expected,
                         StringRef what) -> LogicalResult {
    ArrayRef<int64_t> found = bufferType(buffer).getShape();
    if (found == expected)
      return success();
    InFlightDiagnostic error = emitOpError(what) << " is ";
    llvm::interleave(found, error, "x");
    error << ", expected ";
    llvm::interleave(expected, error, "x");
    return error;
  };
  ArrayRef<int64_t> v = bufferType(getV()).getShape();
  bool isBlocked = v.size() == 4;
  int64_t tiles = isBlocked ? v[2] : v.size() == 3 ? v[1] : 1;
  SmallVector<int64_t> expected{
      components, tiles, getChannelVectors() * int64_t(getChannelLanes())};
  if (isBlocked)
    expected = {components, getChannelVectors(), tiles,
                int64_t(getChannelLanes())};
  SmallVector<int64_t> filters{
      components, int64_t(llvm::divideCeil(getVectors(), getPanels())),
      int64_t(getChannels()), int64_t(getLanes())};
  if (getPanels() > 1)
    filters.insert(filters.end() - 1, getPanels());
  if (failed(verifyShape(getFilters(), filters, "the filters' buffer")) ||
      failed(verifyShape(getV(), expected, "v")) ||
      failed(verifyShape(getZ(), {components, tiles, columns}, "z")))
    return failure();
  return success();
}
