//===- Winograd.cpp - Selects kernel.winograd -----------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A 3x3 convolution of stride 1 with constant weights can be computed with a
// half to a fifth of the multiplications. It is where that is estimated to be
// faster and the result stays within 1e-4 of the output's largest magnitude;
// docs/rationale-kernel.md derives the estimate.
//
//===----------------------------------------------------------------------===//

#include "passes/select/Winograd.h"
#include "codegen/kernels/CodeSize.h"
#include "codegen/kernels/GemmLanes.h"
#include "lib/Support/Constants.h"
#include "lib/Support/Winograd.h"
#include "passes/select/Panels.h"
#include <cmath>

using namespace mlir;
using namespace megcc;

static constexpr double kLargestError = 1e-4;

/// The components of a filter with an infinite tap would all be infinite.
static bool areFinite(ElementsAttr weights) {
  ConstantBytes bytes(weights);
  size_t size = getElementBytes(weights.getElementType());
  std::vector<double> block(4096);
  size_t count = bytes.size() / size;
  for (size_t first = 0; first < count; first += block.size()) {
    size_t part = std::min(block.size(), count - first);
    loadFloats(weights.getElementType(), bytes.data() + first * size, part,
               block.data());
    for (size_t i = 0; i < part; ++i)
      if (!std::isfinite(block[i]))
        return false;
  }
  return true;
}

/// Why `conv` cannot be computed this way; empty if it can.
static std::string whyNot(const Node &node, Selector &selector,
                          nn::ConvOp conv) {
  auto input = cast<RankedTensorType>(node.operand(conv.getX()).getType());
  auto weight = cast<RankedTensorType>(node.operand(conv.getW()).getType());
  RankedTensorType result = node.resultType();
  auto allAre = [](ArrayRef<int64_t> values, int64_t expected) {
    return llvm::all_of(values,
                        [&](int64_t value) { return value == expected; });
  };
  if (weight.getRank() != 4 || !allAre(weight.getShape().drop_front(2), 3))
    return "the filter is not 3x3";
  if (!allAre(conv.getStrides(), 1) || !allAre(conv.getDilations(), 1))
    return "strides or dilations are not 1";
  if (conv.getGroups() != 1)
    return "it has groups";
  if (!input.getElementType().isF32() || !weight.getElementType().isF32() ||
      !node.rootType().getElementType().isF32())
    return "it is not of f32";
  if (result.getNumElements() == 0 || input.getNumElements() == 0)
    return "it has no elements";
  int64_t lanes = selector.target.lanes(result.getElementType());
  int64_t inputLanes = layout::blockSize(input);
  if (layout::blockSize(result) != lanes ||
      (inputLanes != 1 && inputLanes != lanes))
    return "its layout does not fill vectors";
  std::optional<Selector::Constant> constant =
      selector.constant(node.operand(conv.getW()));
  if (!constant)
    return "the filter is not constant";
  if (!areFinite(constant->value))
    return "the filter has infinite elements or NaN";
  return "";
}

static WinogradShape shapeOf(const Node &node, nn::ConvOp conv) {
  auto input = cast<RankedTensorType>(node.operand(conv.getX()).getType());
  RankedTensorType result = node.resultType();
  return {result.getDimSize(0),     result.getDimSize(2),
          result.getDimSize(3),     input.getDimSize(1),
          result.getDimSize(1),     layout::blockSize(input),
          layout::blockSize(result)};
}

FailureOr<WinogradPlan>
megcc::planWinograd(const Node &node, Selector &selector, nn::ConvOp conv) {
  std::optional<Choice> forced = selector.rules.lookup(conv.getLoc());
  int64_t forcedTile = forced ? getWinogradTile(forced->algorithm) : 0;
  // Transforms are most of the code of a network that has them.
  bool forbidden = selector.rules.isExact() || prefersSmallCode(conv);
  if (forced ? !forcedTile : forbidden)
    return WinogradPlan();
  std::string reason = whyNot(node, selector, conv);
  if (!reason.empty()) {
    if (forcedTile)
      return conv.emitError("--algorithm: ")
             << getName(forced->algorithm)
             << " cannot compute this convolution: " << reason;
    return WinogradPlan();
  }

  WinogradShape shape = shapeOf(node, conv);
  if (forcedTile)
    return planWinograd(shape, forcedTile, selector.target);
  // Processors without vectors have little memory, and filters become up to
  // seven times as large.
  if (shape.outputLanes == 1)
    return WinogradPlan();
  WinogradPlan best;
  best.cycles = estimateDirectConvolution(shape, selector.target);
  selector.otherChoices.push_back(
      {getName(Algorithm::Gemm).str(), best.cycles});
  for (int64_t m : getWinogradTiles()) {
    if (estimateWinogradError(m, shape.inputs) > kLargestError)
      continue;
    WinogradPlan plan = planWinograd(shape, m, selector.target);
    selector.otherChoices.push_back(
        {"winograd" + std::to_string(m), plan.cycles});
    if (plan.cycles < best.cycles)
      best = plan;
  }
  return best;
}

void megcc::selectWinograd(const Node &node, Selector &selector,
                           nn::ConvOp conv, const WinogradPlan &plan) {
  OpBuilder &builder = selector.builder;
  WinogradShape shape = shapeOf(node, conv);
  RankedTensorType result = node.resultType();
  Value inputTensor = node.operand(conv.getX());
  auto inputType = cast<RankedTensorType>(inputTensor.getType());
  int64_t size = plan.m + 2, components = size * size,
          lanes = shape.outputLanes;
  int64_t vectors = llvm::divideCeil(shape.outputs, lanes);
  int64_t channels =
      llvm::divideCeil(shape.inputs, shape.inputLanes) * shape.inputLanes;
  AffineExpr zero = builder.getAffineConstantExpr(0);
  Type element = builder.getF32Type();

  // Filters as [component][vector][channel][lane], or several panels at once.
  SmallVector<AffineExpr> tap{selector.dim(1) * lanes + selector.dim(3),
                              selector.dim(2), selector.dim(4),
                              selector.dim(5)};
  SmallVector<Value> inputs{
      selector.buffer(inputTensor),
      selector.packedFilters(
          *selector.constant(node.operand(conv.getW())),
          MemRefType::get({components, vectors, shape.inputs, lanes}, element),
          selector.map(6, tap), plan.m)};

  if (hasLaneProducts(selector.target) &&
      canFillBlocks(vectors, plan.registers.vectors)) {
    auto panels = inputs.back().getDefiningOp<kernel::ConstantOp>();
    inputs.back() =
        interleavePanels(panels, 1, plan.registers.vectors, builder);
    panels.erase();
  }

  // Activations by image, vector of channels, row, column.
  auto positions = [&](int64_t block) {
    SmallVector<AffineExpr> at = selector.dims(0, 4);
    if (block > 1)
      at.push_back(zero);
    return at;
  };
  SmallVector<AffineExpr> out = positions(lanes);
  SmallVector<AffineMap> maps;
  Value bias = node.operand(conv.getBias());
  if (bias) {
    inputs.push_back(selector.packed(
        bias, MemRefType::get({vectors, lanes}, element),
        selector.map(2, {selector.dim(0) * lanes + selector.dim(1)})));
    maps.push_back(selector.map(4, {selector.dim(1), zero}));
  }
  ScalarCode epilogue(node, /*withRoot=*/false);
  for (Value tensor : epilogue.inputs()) {
    Selector::Operand operand = selector.operandFor(tensor, result);
    inputs.push_back(operand.buffer);
    maps.push_back(
        selector.map(4, layout::broadcastIndex(operand.type, result, out)));
  }

  auto scratch = [&](int64_t width) {
    WinogradStrides strides = spreadOverCache(plan.group, width);
    return selector.allocate(kernel::withStrides(
        MemRefType::get({components, plan.group, width}, element),
        {strides.component, strides.tile, 1}));
  };
  // Where rows of the product take lanes, a vector of channels has its tiles
  // side by side, which few instructions load.
  auto blocked = [&] {
    int64_t block = shape.inputLanes, stride = plan.group * block;
    return selector.allocate(kernel::withStrides(
        MemRefType::get({components, channels / block, plan.group, block},
                        element),
        {spreadOverCache(channels / block, stride).component, stride, block,
         1}));
  };
  bool isBlocked = shape.inputLanes > 1 && hasLaneProducts(selector.target);
  SmallVector<Value> outputs{selector.allocateFor(node.results[0]),
                             isBlocked ? blocked() : scratch(channels),
                             scratch(vectors * lanes)};
  auto op = builder.create<kernel::WinogradOp>(
      selector.loc(), "conv", inputs, outputs, plan.m, shape.images,
      inputType.getShape().drop_front(2), shape.inputs, shape.inputLanes,
      result.getShape().drop_front(2), shape.outputs, lanes,
      conv.getPads().take_front(2),
      selector.map(4, positions(shape.inputLanes)), selector.map(4, out),
      builder.getAffineMapArrayAttr(maps), plan.registers.rows,
      plan.registers.vectors);
  selector.buildEpilogue(op.getEpilogue(), node, epilogue,
                         ArrayRef(inputs).drop_front(2),
                         static_cast<bool>(bias));
  selector.explain(op, node, {});
}
