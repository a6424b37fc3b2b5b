//===- Convolution.cpp - Selects kernels for convolutions -----------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where output channels fill vectors, a convolution is a GEMM: rows are output
// positions, columns output channels, depth input channels and taps. Groups too
// narrow for that are merged until they do, with zeros where a channel of one
// meets a filter of another. Depthwise convolutions are nests that are
// vectorised over channels; groups of odd widths are nests over the plain
// layout.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/CodeSize.h"
#include "codegen/kernels/GemmLanes.h"
#include "codegen/kernels/GemmTile.h"
#include "lib/Target/DotProducts.h"
#include "passes/select/ConvolutionNest.h"
#include "passes/select/ConvolutionShape.h"
#include "passes/select/TapRegions.h"
#include "passes/select/Winograd.h"
#include <numeric>

using namespace mlir;
using namespace megcc;

namespace {

/// Operands whose spatial dimensions may have been merged into one.
struct Operands {
  Selector::Operand input, result;
  SmallVector<Selector::Operand> epilogue;
  /// What the kernel makes the input from, of which there is no buffer then,
  /// and in how many blocks.
  SmallVector<Selector::Operand> prologue;
  int64_t blocks = 0;
};

/// `count` times `merged` neighbouring groups from `first` on, the merged ones
/// computed as if they were one.
struct Groups {
  int64_t first, count, merged;
};

} // namespace

/// A pointwise convolution sees positions only as a list: merges the spatial
/// dimensions of all operands into one, so that tiles need not end at a row.
/// Not possible if an epilogue operand is broadcast along some of them.
static bool mergePositions(Selector &selector, ConvolutionShape &shape,
                           Operands &operands) {
  auto isOne = [](int64_t value) { return value == 1; };
  if (shape.spatial() < 2 || !llvm::all_of(shape.kernel, isOne) ||
      !llvm::all_of(shape.strides, isOne) ||
      llvm::any_of(shape.pads, [](int64_t pad) { return pad != 0; }))
    return false;
  unsigned spatial = shape.spatial();
  int64_t positions = std::accumulate(shape.out.begin(), shape.out.end(),
                                      int64_t(1), std::multiplies<>());
  auto mergedType = [&](RankedTensorType type) -> RankedTensorType {
    // Operands of lower rank have no position dimensions or all of them.
    int64_t leading = type.getRank() - spatial;
    if (leading < 0)
      return llvm::all_of(type.getShape(), isOne) ? type : RankedTensorType();
    int64_t count = 1;
    for (int64_t extent : type.getShape().take_back(spatial))
      count *= extent;
    if (count != 1 && count != positions)
      return RankedTensorType();
    SmallVector<int64_t> merged(type.getShape().take_front(leading));
    merged.push_back(count);
    return RankedTensorType::get(merged, type.getElementType(),
                                 type.getEncoding());
  };
  Operands merged = operands;
  SmallVector<Selector::Operand *> all{&merged.input, &merged.result};
  for (auto *list : {&merged.epilogue, &merged.prologue})
    for (Selector::Operand &operand : *list)
      all.push_back(&operand);
  for (Selector::Operand *operand : all) {
    operand->type = mergedType(operand->type);
    if (!operand->type)
      return false;
  }
  for (Selector::Operand *operand : all)
    if (operand->buffer)
      operand->buffer =
          selector.alias(operand->buffer, layout::bufferType(operand->type));
  operands = merged;
  shape.kernel = shape.strides = shape.dilations = {1};
  shape.pads = {0, 0};
  shape.out = {positions};
  return true;
}

/// Index expressions of channel `first + inner`, where `first` is a multiple
/// of `step`, `inner < step` and step divides the block size.
static void pushChannel(RankedTensorType type, AffineExpr first,
                        AffineExpr inner, AffineExpr &block, AffineExpr &lane) {
  int64_t size = layout::blockSize(type);
  block = size == 1 ? first + inner : first.floorDiv(size);
  lane = size == 1 ? AffineExpr() : first % size + inner;
}

/// Lets `spec` make its lhs in blocks, of which `operands` get the buffer;
/// `lhs` is the index of an element in the input and becomes one in a block.
/// Row dimensions begin at `rowsAt`.
static void makePrologue(Selector &selector, Operands &operands,
                         const ConvolutionShape &shape, unsigned rowsAt,
                         SmallVectorImpl<AffineExpr> &lhs, GemmSpec &spec) {
  RankedTensorType whole = operands.input.type;
  int64_t lines = shape.out.front() / operands.blocks;
  SmallVector<int64_t> extents{1, whole.getDimSize(1), lines};
  llvm::append_range(extents, ArrayRef(shape.out).drop_front());
  MemRefType block = layout::bufferType(RankedTensorType::get(
      extents, whole.getElementType(), whole.getEncoding()));
  operands.input.buffer = selector.allocateBlock(block);

  // The number of the block, then the block's dimensions.
  AffineExpr number = selector.dim(0);
  SmallVector<AffineExpr> index = selector.dims(1, block.getRank() + 1);
  index[0] = selector.builder.getAffineConstantExpr(0);
  if (shape.batch > 1) {
    index[0] = number.floorDiv(operands.blocks);
    number = number % operands.blocks;
  }
  index[2] = number * lines + index[2];
  for (unsigned i = 0; i < shape.spatial(); ++i)
    index[2 + i] = index[2 + i] * shape.strides[i];
  selector.setPrologue(spec, whole, operands.prologue, operands.blocks, index);

  lhs[0] = selector.builder.getAffineConstantExpr(0);
  for (unsigned i = 0; i < shape.spatial(); ++i)
    lhs[2 + i] = selector.dim(rowsAt + i);
  lhs[2] = lhs[2] % lines;
}

/// Whether narrow groups are worth shuffles of their channels: they are much
/// code, and cores that multiply by lanes have instructions for the whole.
static bool hasDiagonals(const Node &node, const Target &target) {
  return !hasLaneProducts(target) && !prefersSmallCode(node.root) &&
         isa<FloatType>(accumulatorType(
             layout::storageType(node.rootType().getElementType())));
}

/// A GEMM for some groups of a convolution, and a region of its output in which
/// all taps of the region are inside of the input.
static void selectGemm(const Node &node, Selector &selector, nn::ConvOp conv,
                       Operands operands, const ConvolutionShape &shape,
                       Groups groups, const TapRegion &region, int64_t lanes,
                       const ScalarCode &epilogue) {
  Value weight = node.operand(conv.getW());
  auto weightType = cast<RankedTensorType>(weight.getType());
  int64_t inPerGroup = groups.merged * shape.inPerGroup;
  int64_t outPerGroup = groups.merged * shape.outPerGroup;
  int64_t firstIn = groups.first * shape.inPerGroup;
  int64_t firstOut = groups.first * shape.outPerGroup;

  // Dimensions of the iteration space; those of extent 1 are left out.
  SmallVector<int64_t> outer, depth;
  unsigned next = 0;
  AffineExpr zero = selector.builder.getAffineConstantExpr(0);
  AffineExpr n = zero, g = zero;
  if (shape.batch > 1) {
    outer.push_back(shape.batch);
    n = selector.dim(next++);
  }
  if (groups.count > 1) {
    outer.push_back(groups.count);
    g = selector.dim(next++);
  }
  unsigned rowsAt = next, spatial = shape.spatial();

  // Channels in groups that never straddle a block of the input's layout. The
  // few of a plain image that vectors are made from come innermost, and its
  // rows before its columns: two steps of the depth then never read what the
  // neighbouring row of the tile has just read, which gcc would keep in
  // registers that the tile needs. Where neighbours load together what they
  // share, the taps of a line come innermost. Rows of the window come before
  // channels where they may be worth a kernel each (SplitWindows.h).
  int64_t block = layout::blockSize(operands.input.type);
  bool isImage = block == 1 && lanes > 1 &&
                 !canShareWindows(selector.target, shape.kernel.back());
  int64_t step =
      isImage ? inPerGroup : std::gcd(std::gcd(inPerGroup, firstIn), block);
  int64_t steps = inPerGroup / step;

  bool byRows = !isImage && shape.readsMoreRows();
  auto tapAt = [&](unsigned i) { return isImage ? spatial - 1 - i : i; };
  auto depthDims = [&](unsigned at, ArrayRef<int64_t> kernel,
                       AffineExpr &channel, AffineExpr &inner,
                       SmallVectorImpl<AffineExpr> &taps) {
    depth.clear();
    taps.assign(spatial, zero);
    auto addTap = [&](unsigned tap) {
      if (kernel[tap] == 1)
        return;
      taps[tap] = selector.dim(at++);
      depth.push_back(kernel[tap]);
    };
    if (byRows)
      addTap(0);
    channel = selector.dim(at++);
    depth.push_back(steps);
    for (unsigned i = byRows ? 1 : 0; i < spatial; ++i)
      addTap(tapAt(i));
    inner = zero;
    if (step != 1) {
      inner = selector.dim(at++);
      depth.push_back(step);
    }
    return at;
  };

  // Channels of a block lie side by side, for instructions that take several.
  Type element = layout::storageType(weightType.getElementType());
  GemmSpec spec;
  spec.lhsUnsigned = operands.input.type.getElementType().isUnsignedInteger();
  spec.rhsUnsigned = weightType.getElementType().isUnsignedInteger();
  DotProduct dot = findDotProduct(
      selector.target,
      {layout::storageType(operands.input.type.getElementType()),
       spec.lhsUnsigned},
      {element, spec.rhsUnsigned},
      accumulatorType(layout::storageType(node.rootType().getElementType())));
  if (block == 1 || step % dot.getStep(lanes) != 0)
    dot = {};
  int64_t group = dot.group;

  // Weights are packed as [group][vector][channel][taps][channel in
  // step][lane], all taps of the filter, or with several channels in a lane.
  AffineExpr channel, inner, channelBlock, lane;
  SmallVector<AffineExpr> taps;
  int64_t vectors = llvm::divideCeil(outPerGroup, lanes);
  SmallVector<int64_t> packedShape;
  unsigned at = 0;
  AffineExpr pg = groups.count > 1 ? selector.dim(at++) : zero;
  AffineExpr pv = selector.dim(at++);
  at = depthDims(at, shape.kernel, channel, inner, taps);
  if (groups.count > 1)
    packedShape.push_back(groups.count);
  packedShape.push_back(vectors);
  llvm::append_range(packedShape, depth);
  packedShape.back() /= group;
  // Narrow groups side by side in a vector, which meet only their own channels.
  if (groups.merged > 1 && group == 1 && block == lanes && step == lanes &&
      steps == 1 && shape.inPerGroup == shape.outPerGroup &&
      hasDiagonals(node, selector.target)) {
    spec.diagonal = shape.inPerGroup;
    packedShape.back() = spec.diagonal;
  }
  packedShape.push_back(lanes * group);
  // A filter has weights for the channels of its own group only.
  auto [column, neighbour] = dot.unpack(selector.dim(at), lanes);
  AffineExpr filter = pv * lanes + column;
  if (group > 1)
    inner = inner * group + neighbour;
  AffineExpr own = groups.merged == 1 || spec.diagonal
                       ? zero
                       : filter.floorDiv(shape.outPerGroup) * shape.inPerGroup;
  SmallVector<AffineExpr> source{pg * outPerGroup + filter + firstOut,
                                 channel * step + inner - own};
  // Merged positions have no taps left; the filter still has its dimensions.
  taps.resize(weightType.getRank() - 2, zero);
  llvm::append_range(source, taps);
  Value rhsBuffer =
      selector.packed(weight, MemRefType::get(packedShape, element),
                      selector.map(packedShape.size(), source));

  // lhs: the input.
  SmallVector<int64_t> rows, kernel;
  for (const TapSegment &segment : region) {
    rows.push_back(segment.size);
    kernel.push_back(segment.taps);
  }
  unsigned rank = depthDims(rowsAt + spatial, kernel, channel, inner, taps);
  pushChannel(operands.input.type, g * inPerGroup + channel * step + firstIn,
              inner, channelBlock, lane);
  SmallVector<AffineExpr> lhs{n, channelBlock};
  for (unsigned i = 0; i < spatial; ++i)
    lhs.push_back(
        (selector.dim(rowsAt + i) + region[i].begin) * shape.strides[i] +
        (taps[i] + region[i].firstTap) * shape.dilations[i] - shape.pads[i]);
  if (lane)
    lhs.push_back(lane);
  if (operands.blocks)
    makePrologue(selector, operands, shape, rowsAt, lhs, spec);
  AffineMap lhsMap = selector.map(rank, lhs);

  // rhs: the taps of the region.
  unsigned rhsRank = depthDims(rowsAt + 1, kernel, channel, inner, taps);
  SmallVector<AffineExpr> rhs;
  if (groups.count > 1)
    rhs.push_back(g);
  rhs.push_back(selector.dim(rowsAt));
  auto pushTap = [&](unsigned tap) {
    if (shape.kernel[tap] != 1)
      rhs.push_back(taps[tap] + region[tap].firstTap);
  };
  if (byRows)
    pushTap(0);
  rhs.push_back(channel);
  for (unsigned i = byRows ? 1 : 0; i < spatial; ++i)
    pushTap(tapAt(i));
  if (step != 1)
    rhs.push_back(spec.diagonal ? inner % spec.diagonal
                                : inner.floorDiv(group));
  rhs.push_back(zero);
  AffineMap rhsMap = selector.map(rhsRank, rhs);

  // Output, and what the epilogue reads beside it.
  unsigned outRank = rowsAt + spatial + 1;
  AffineExpr vector =
      g * vectors + selector.dim(outRank - 1) + firstOut / lanes;
  SmallVector<AffineExpr> out{n, vector};
  for (unsigned i = 0; i < spatial; ++i)
    out.push_back(selector.dim(rowsAt + i) + region[i].begin);
  if (lanes > 1)
    out.push_back(zero);
  SmallVector<Value> inputs{operands.input.buffer, rhsBuffer};
  SmallVector<AffineMap> maps;
  if (Value bias = node.operand(conv.getBias())) {
    int64_t all = llvm::divideCeil(shape.groups * shape.outPerGroup, lanes);
    inputs.push_back(selector.packed(
        bias,
        MemRefType::get({all, lanes},
                        layout::storageType(getElementTypeOrSelf(bias))),
        selector.map(2, {selector.dim(0) * lanes + selector.dim(1)})));
    maps.push_back(selector.map(outRank, {vector, zero}));
  }
  for (const Selector::Operand &operand : operands.epilogue) {
    inputs.push_back(operand.buffer);
    maps.push_back(selector.map(
        outRank,
        layout::broadcastIndex(operand.type, operands.result.type, out)));
  }
  spec.kind = "conv";
  spec.outer = outer;
  spec.rows = rows;
  spec.depth = depth;
  spec.columns = lanes > 1 ? vectors * lanes : outPerGroup;
  spec.lanes = lanes;
  spec.inputs = inputs;
  spec.output = operands.result.buffer;
  spec.lhsMap = lhsMap;
  spec.rhsMap = rhsMap;
  spec.outMap = selector.map(outRank, out);
  spec.epilogueMaps = maps;
  spec.hasBias = static_cast<bool>(conv.getBias());
  selector.gemm(spec, node, epilogue);
}

/// The output as one region, without padding.
static TapRegion getWhole(const ConvolutionShape &shape) {
  TapRegion whole;
  for (auto [size, taps] : llvm::zip_equal(shape.out, shape.kernel))
    whole.push_back({0, size, 0, taps});
  return whole;
}

/// The regions that `input` is convolved by without a padded copy of it; none
/// where that copy is expected to be faster.
static std::vector<TapRegion> getRegions(const ConvolutionShape &shape,
                                         RankedTensorType input, int64_t inputs,
                                         int64_t outputs, int64_t lanes,
                                         const Target &target) {
  if (llvm::all_of(shape.pads, [](int64_t pad) { return pad == 0; }))
    return {};
  SmallVector<TapWindow> windows;
  int64_t copied = 1;
  for (unsigned i = 0; i < shape.spatial(); ++i) {
    int64_t extent = input.getDimSize(2 + i);
    windows.push_back({extent, shape.out[i], shape.kernel[i], shape.strides[i],
                       shape.dilations[i], shape.pads[i]});
    copied *= extent + shape.pads[i] + shape.pads[shape.spatial() + i];
  }
  // Cycles, of one group of one image. Filters are read again by each region,
  // the copy is written and read.
  constexpr double bytesPerCycle = 8, elementBytes = 4;
  auto estimate = [&](const TapRegion &region) {
    SmallVector<int64_t> rows;
    int64_t depth = inputs;
    for (const TapSegment &segment : region) {
      rows.push_back(segment.size);
      depth *= segment.taps;
    }
    GemmShape gemm{rows, int64_t(llvm::divideCeil(outputs, lanes)), depth};
    return estimateGemmCycles(gemm, chooseGemmTile(gemm, target), target) +
           double(depth) * outputs * elementBytes / bytesPerCycle;
  };
  std::vector<TapRegion> regions = getTapRegions(windows);
  double parts = 0;
  for (const TapRegion &region : regions)
    parts += estimate(region);
  double padded = estimate(getWhole(shape)) +
                  2 * double(copied) * inputs * elementBytes / bytesPerCycle;
  // Code for each region must be worth it.
  constexpr double worthwhile = 0.75;
  if (parts > worthwhile * padded)
    regions.clear();
  return regions;
}

/// Into how many blocks the input is best cut that the kernel makes itself; 0
/// where it is a buffer, which has to be if windows overlap.
static int64_t getBlocks(const Node &node, Selector &selector,
                         const ConvolutionShape &shape, int64_t lanes) {
  auto isOne = [](int64_t value) { return value == 1; };
  if (shape.groups != 1 || !llvm::all_of(shape.kernel, isOne) ||
      llvm::any_of(shape.pads, [](int64_t pad) { return pad != 0; }))
    return 0;
  SmallVector<int64_t> rows(shape.out);
  if (llvm::all_of(shape.strides, isOne))
    rows = {std::accumulate(rows.begin(), rows.end(), int64_t(1),
                            std::multiplies<>())};
  GemmShape gemm{rows, int64_t(llvm::divideCeil(shape.outPerGroup, lanes)),
                 shape.inPerGroup, prefersSmallCode(node.root)};
  return selector.getPrologueBlocks(gemm, shape.out.front(), node);
}

static void selectGemms(Node node, Selector &selector, nn::ConvOp conv,
                        int64_t lanes, int64_t merged) {
  RankedTensorType result = node.resultType();
  Operands operands;
  operands.input.type = conv.getX().getType();
  auto weightType = cast<RankedTensorType>(node.operand(conv.getW()).getType());
  ConvolutionShape shape =
      getConvolutionShape(conv, operands.input.type, weightType, result);
  operands.blocks = getBlocks(node, selector, shape, lanes);
  if (operands.blocks) {
    Node leaders = node.prologue();
    for (Value tensor : ScalarCode(leaders, /*withRoot=*/true).inputs())
      operands.prologue.push_back(
          selector.operandFor(tensor, operands.input.type));
  } else {
    node = selector.withoutPrologue(node);
    operands.input.buffer = selector.buffer(node.operand(conv.getX()));
  }
  ScalarCode epilogue(node, /*withRoot=*/false);
  for (Value tensor : epilogue.inputs())
    operands.epilogue.push_back(selector.operandFor(tensor, result));
  operands.result = {result, selector.allocateFor(node.results[0])};

  mergePositions(selector, shape, operands);
  std::vector<TapRegion> regions;
  if (!prefersSmallCode(conv))
    regions = getRegions(shape, operands.input.type, merged * shape.inPerGroup,
                         merged * shape.outPerGroup, lanes, selector.target);
  if (regions.empty()) {
    regions.push_back(getWhole(shape));
    operands.input = selector.padded(operands.input,
                                     getReadPads(shape, operands.input.type));
    shape.pads.assign(shape.pads.size(), 0);
  }

  int64_t count = shape.groups / merged, rest = shape.groups % merged;
  for (const TapRegion &region : regions) {
    if (count)
      selectGemm(node, selector, conv, operands, shape, {0, count, merged},
                 region, lanes, epilogue);
    if (rest)
      selectGemm(node, selector, conv, operands, shape,
                 {count * merged, 1, rest}, region, lanes, epilogue);
  }
}

static LogicalResult selectConv(const Node &node, Selector &selector) {
  auto conv = cast<nn::ConvOp>(node.root);
  RankedTensorType result = node.resultType();
  FailureOr<WinogradPlan> winograd = planWinograd(node, selector, conv);
  if (failed(winograd))
    return failure();
  if (winograd->m) {
    selectWinograd(selector.withoutPrologue(node), selector, conv, *winograd);
    return success();
  }
  int64_t vector =
      selector.target.lanes(accumulatorType(result.getElementType()));
  int64_t lanes = layout::blockSize(result);
  if (conv.isDepthwise())
    return selectConvolutionNest(selector.withoutPrologue(node), selector,
                                 conv);
  // Columns must fill vectors; on a target without vectors they always do.
  int64_t merged = conv.getGroupsPerBlock(lanes);
  if (lanes == vector && merged) {
    selectGemms(node, selector, conv, lanes, merged);
    return success();
  }
  if (lanes > 1)
    return selector.unsupported(conv, "groups that do not fill the blocks of "
                                      "its layout");
  return selectConvolutionNest(selector.withoutPrologue(node), selector, conv);
}

void megcc::addConvolution(SelectRegistry &registry) {
  registry.add<nn::ConvOp>(selectConv);
}
