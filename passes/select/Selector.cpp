//===- Selector.cpp - From nn operators to kernel families ----------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/select/Selector.h"
#include "codegen/kernels/Choices.h"
#include "codegen/kernels/CodeSize.h"
#include "codegen/kernels/GemmDiagonal.h"
#include "codegen/kernels/GemmLanes.h"
#include "codegen/kernels/GemmMatrix.h"
#include "codegen/kernels/GemmPrefetch.h"
#include "codegen/kernels/GemmTile.h"
#include "dialects/Kernel/PlanAttributes.h"
#include "passes/select/Panels.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace megcc;

/// Tiles of a GEMM that are worth measuring.
static constexpr unsigned kMostChoices = 4;

//===----------------------------------------------------------------------===//
// Buffers
//===----------------------------------------------------------------------===//

void Selector::bind(Value tensor, Value memref) { buffers.map(tensor, memref); }

Value Selector::allocate(MemRefType type) {
  return builder.create<memref::AllocOp>(loc(), type);
}

Value Selector::allocateBlock(MemRefType type) {
  if (!threads)
    return allocate(type);
  auto block = builder.create<memref::AllocaOp>(loc(), type);
  block->setAttr(kernel::kPrivateAttr, builder.getUnitAttr());
  return block;
}

Value Selector::allocateFor(Value tensor) {
  Value memref =
      allocate(layout::bufferType(cast<RankedTensorType>(tensor.getType())));
  bind(tensor, memref);
  return memref;
}

Value Selector::alias(Value source, MemRefType type, int64_t offset) {
  if (source.getType() == type && offset == 0)
    return source;
  return builder.create<kernel::AliasOp>(loc(), type, source, offset);
}

Value Selector::buffer(Value tensor) {
  if (Value memref = buffers.lookupOrNull(tensor))
    return memref;
  std::optional<Constant> value = constant(tensor);
  assert(value && "operators are selected in order of definition");
  auto type = cast<RankedTensorType>(tensor.getType());
  MemRefType memref = layout::bufferType(type);
  unsigned rank = memref.getRank();
  Value result = packed(*value, memref,
                        map(rank, layout::logicalIndex(type, dims(0, rank))));
  bind(tensor, result);
  return result;
}

//===----------------------------------------------------------------------===//
// Constants and packing
//===----------------------------------------------------------------------===//

/// Whether a reshape only adds or drops dimensions of extent 1. Then an index
/// outside the tensor stays outside, as packing's zero fill needs.
static AffineMap unitReshapeMap(nn::ReshapeOp reshape) {
  auto from = cast<RankedTensorType>(reshape.getX().getType());
  auto to = cast<RankedTensorType>(reshape.getType());
  MLIRContext *context = reshape.getContext();
  SmallVector<AffineExpr> index;
  unsigned j = 0;
  auto skipUnits = [&] {
    while (j < to.getRank() && to.getDimSize(j) == 1)
      ++j;
  };
  for (int64_t extent : from.getShape()) {
    if (extent == 1) {
      index.push_back(getAffineConstantExpr(0, context));
      continue;
    }
    skipUnits();
    if (j == to.getRank() || to.getDimSize(j) != extent)
      return AffineMap();
    index.push_back(getAffineDimExpr(j++, context));
  }
  skipUnits();
  if (j != to.getRank())
    return AffineMap();
  return AffineMap::get(to.getRank(), 0, index, context);
}

std::optional<Selector::Constant> Selector::constant(Value tensor) const {
  auto type = cast<RankedTensorType>(tensor.getType());
  Operation *op = tensor.getDefiningOp();
  MLIRContext *context = type.getContext();
  AffineMap identity =
      AffineMap::getMultiDimIdentityMap(type.getRank(), context);
  if (auto literal = dyn_cast_or_null<nn::ConstantOp>(op))
    return Constant{literal.getValue(), identity};
  // Movements of a constant: the map from the result's to the input's index.
  AffineMap move;
  Value input;
  if (auto transpose = dyn_cast_or_null<nn::TransposeOp>(op)) {
    SmallVector<AffineExpr> index(type.getRank());
    for (auto [i, p] : llvm::enumerate(transpose.getPerm()))
      index[p] = getAffineDimExpr(i, context);
    move = AffineMap::get(type.getRank(), 0, index, context);
    input = transpose.getX();
  } else if (auto reshape = dyn_cast_or_null<nn::ReshapeOp>(op)) {
    move = unitReshapeMap(reshape);
    input = reshape.getX();
  } else if (auto relayout = dyn_cast_or_null<nn::RelayoutOp>(op)) {
    move = identity;
    input = relayout.getX();
  } else if (auto reverse = dyn_cast_or_null<nn::ReverseOp>(op)) {
    SmallVector<AffineExpr> index(identity.getResults());
    for (int64_t axis : reverse.getAxes())
      index[axis] = -index[axis] + (type.getDimSize(axis) - 1);
    move = AffineMap::get(type.getRank(), 0, index, context);
    input = reverse.getX();
  }
  if (!move)
    return std::nullopt;
  std::optional<Constant> source = constant(input);
  if (!source)
    return std::nullopt;
  return Constant{source->value, source->map.compose(move)};
}

Value Selector::packed(const Constant &constant, MemRefType type,
                       AffineMap map) {
  AffineMap whole = simplifyAffineMap(constant.map.compose(map));
  bool plain =
      whole.isIdentity() &&
      cast<ShapedType>(constant.value.getType()).getShape() == type.getShape();
  return builder.create<kernel::ConstantOp>(loc(), type, constant.value,
                                            plain ? AffineMapAttr()
                                                  : AffineMapAttr::get(whole));
}

Value Selector::packedFilters(const Constant &constant, MemRefType type,
                              AffineMap map, int64_t tile) {
  AffineMap whole = simplifyAffineMap(constant.map.compose(map));
  return builder.create<kernel::ConstantOp>(loc(), type, constant.value,
                                            builder.getI64IntegerAttr(tile),
                                            AffineMapAttr::get(whole));
}

/// Whether `expr` of the indices of a buffer of `extents` may leave [0,
/// extent).
static bool mayLeave(AffineExpr expr, ArrayRef<int64_t> extents,
                     int64_t extent) {
  SmallVector<std::optional<int64_t>> lower(extents.size(), 0), upper;
  for (int64_t each : extents)
    upper.push_back(each - 1);
  auto bound = [&](bool isUpper) {
    return getBoundForAffineExpr(expr, extents.size(), /*numSymbols=*/0, lower,
                                 upper, isUpper);
  };
  std::optional<int64_t> least = bound(false), most = bound(true);
  return !least || !most || *least < 0 || *most >= extent;
}

Value Selector::packed(Value tensor, MemRefType type, AffineMap map) {
  if (std::optional<Constant> value = constant(tensor))
    return packed(*value, type, map);
  auto source = cast<RankedTensorType>(tensor.getType());
  NestSpec spec;
  spec.kind = "pack";
  llvm::append_range(spec.extents, type.getShape());
  SmallVector<AffineExpr> guards;
  for (auto [expr, extent] : llvm::zip(map.getResults(), source.getShape())) {
    if (!mayLeave(expr, type.getShape(), extent))
      continue;
    guards.push_back(expr);
    spec.guardExtents.push_back(extent);
  }
  unsigned rank = type.getRank();
  if (!guards.empty())
    spec.guards = this->map(rank, guards);
  spec.bodyInputs.push_back(
      {buffer(tensor),
       this->map(rank, layout::physicalIndex(
                           source, llvm::to_vector(map.getResults())))});
  spec.output = allocate(type);
  spec.outputMap = builder.getMultiDimIdentityMap(rank);
  nest(spec, [](const Scalars &, ValueRange args) { return args[1]; });
  return spec.output;
}

Selector::Operand Selector::operandFor(Value tensor, RankedTensorType result) {
  auto type = cast<RankedTensorType>(tensor.getType());
  std::optional<nn::BlockedLayout> blocked = nn::getLayout(result);
  int64_t shift = result.getRank() - type.getRank();
  int64_t dim = blocked ? blocked->dim - shift : -1;
  if (dim < 0 || nn::getLayout(type) || type.getDimSize(dim) == 1 ||
      type.getDimSize(dim) % blocked->size == 0)
    return {type, buffer(tensor)};
  RankedTensorType aligned =
      nn::withLayout(type, nn::BlockedLayout{dim, blocked->size});
  MemRefType memref = layout::bufferType(aligned);
  unsigned rank = memref.getRank();
  return {aligned,
          packed(tensor, memref,
                 map(rank, layout::logicalIndex(aligned, dims(0, rank))))};
}

Selector::Operand Selector::padded(Operand operand, ArrayRef<int64_t> pads) {
  if (llvm::all_of(pads, [](int64_t pad) { return pad == 0; }))
    return operand;
  RankedTensorType type = operand.type;
  unsigned spatial = type.getRank() - 2;
  SmallVector<int64_t> shape(type.getShape());
  for (unsigned i = 0; i < spatial; ++i)
    shape[2 + i] += pads[i] + pads[spatial + i];
  auto larger =
      RankedTensorType::get(shape, type.getElementType(), type.getEncoding());
  NestSpec spec;
  spec.kind = "pad";
  spec.output = allocate(layout::bufferType(larger));
  auto bufferType = cast<MemRefType>(spec.output.getType());
  unsigned rank = bufferType.getRank();
  spec.extents = SmallVector<int64_t>(bufferType.getShape());
  spec.outputMap = builder.getMultiDimIdentityMap(rank);
  SmallVector<AffineExpr> from = dims(0, rank), guards;
  for (unsigned i = 0; i < spatial; ++i) {
    if (pads[i] == 0 && pads[spatial + i] == 0)
      continue;
    from[2 + i] = from[2 + i] - pads[i];
    guards.push_back(from[2 + i]);
    spec.guardExtents.push_back(type.getDimSize(2 + i));
  }
  spec.bodyInputs.push_back({operand.buffer, map(rank, from)});
  spec.guards = map(rank, guards);
  nest(spec, [](const Scalars &, ValueRange args) { return args[1]; });
  return {larger, spec.output};
}

//===----------------------------------------------------------------------===//
// Nests
//===----------------------------------------------------------------------===//

SmallVector<AffineExpr> Selector::dims(unsigned from, unsigned to) {
  SmallVector<AffineExpr> result;
  for (unsigned i = from; i < to; ++i)
    result.push_back(dim(i));
  return result;
}

/// Fills `region` with a block of an accumulator and one argument per input.
static void buildRegion(OpBuilder &builder, Location loc, Region &region,
                        Type accumulator, ArrayRef<NestSpec::Input> inputs,
                        NestSpec::Region body) {
  OpBuilder::InsertionGuard guard(builder);
  SmallVector<Type> types{accumulator};
  for (const NestSpec::Input &input : inputs) {
    auto type = cast<MemRefType>(input.buffer.getType());
    types.push_back(input.map ? type.getElementType() : Type(type));
  }
  Block *block = builder.createBlock(&region, region.end(), types,
                                     SmallVector<Location>(types.size(), loc));
  Value result = body ? body({builder, loc}, block->getArguments())
                      : Value(block->getArgument(0));
  builder.create<kernel::YieldOp>(loc, result);
}

void Selector::nest(const NestSpec &spec, NestSpec::Region body,
                    NestSpec::Region finish) {
  SmallVector<Value> inputs;
  SmallVector<Attribute> maps;
  for (const auto *list : {&spec.bodyInputs, &spec.finishInputs})
    for (const NestSpec::Input &input : *list) {
      inputs.push_back(input.buffer);
      maps.push_back(input.map ? Attribute(AffineMapAttr::get(input.map))
                               : builder.getUnitAttr());
    }
  maps.push_back(AffineMapAttr::get(spec.outputMap));
  TypedAttr init = spec.init;
  if (!init)
    init = builder.getZeroAttr(
        cast<MemRefType>(spec.output.getType()).getElementType());
  auto op = builder.create<kernel::NestOp>(
      loc(), inputs, ValueRange{spec.output}, spec.extents, spec.reductionRank,
      builder.getArrayAttr(maps), spec.bodyInputs.size(), init,
      spec.guards ? AffineMapAttr::get(spec.guards) : AffineMapAttr(),
      spec.guards ? builder.getDenseI64ArrayAttr(spec.guardExtents)
                  : DenseI64ArrayAttr(),
      spec.kind, /*index=*/Value());
  buildRegion(builder, loc(), op.getBody(), init.getType(), spec.bodyInputs,
              body);
  buildRegion(builder, loc(), op.getFinish(), init.getType(), spec.finishInputs,
              finish);
}

void Selector::copy(Value from, Value to) {
  auto type = cast<MemRefType>(to.getType());
  unsigned rank = type.getRank();
  NestSpec spec;
  spec.kind = "copy";
  spec.extents = SmallVector<int64_t>(type.getShape());
  spec.bodyInputs.push_back({from, builder.getMultiDimIdentityMap(rank)});
  spec.output = to;
  spec.outputMap = builder.getMultiDimIdentityMap(rank);
  nest(spec, [](const Scalars &, ValueRange args) { return args[1]; });
}

void Selector::nestWithEpilogue(NestSpec spec, const Node &node,
                                NestSpec::Region body,
                                NestSpec::Region before) {
  RankedTensorType result = node.resultType();
  spec.output = allocateFor(node.results[0]);
  unsigned physicalRank = cast<MemRefType>(spec.output.getType()).getRank();
  unsigned rank = spec.extents.size();
  SmallVector<AffineExpr> physical = dims(0, physicalRank);
  spec.outputMap = map(rank, physical);
  if (!spec.init)
    spec.init = builder.getZeroAttr(
        layout::storageType(node.rootType().getElementType()));
  ScalarCode epilogue(node, /*withRoot=*/false);
  unsigned own = spec.finishInputs.size();
  for (Value tensor : epilogue.inputs()) {
    Operand operand = operandFor(tensor, result);
    spec.finishInputs.push_back(
        {operand.buffer,
         map(rank, layout::broadcastIndex(operand.type, result, physical))});
  }
  nest(spec, body, [&](const Scalars &s, ValueRange args) {
    Value value = before ? before(s, args.take_front(1 + own)) : args.front();
    return epilogue.build(s.builder, value, args.drop_front(1 + own));
  });
}

//===----------------------------------------------------------------------===//
// GEMM
//===----------------------------------------------------------------------===//

void Selector::buildEpilogue(Region &region, const Node &node,
                             const ScalarCode &epilogue, ArrayRef<Value> inputs,
                             bool hasBias) {
  Type stored = layout::storageType(node.rootType().getElementType());
  Type accumulator = accumulatorType(stored);
  SmallVector<NestSpec::Input> elements;
  for (Value input : inputs)
    elements.push_back(
        {input, builder.getMultiDimIdentityMap(
                    cast<MemRefType>(input.getType()).getRank())});
  buildRegion(builder, loc(), region, accumulator, elements,
              [&](const Scalars &s, ValueRange args) {
                Value value = args[0];
                if (hasBias)
                  value = s.add(value, s.convertFloat(args[1], accumulator));
                value = s.convertFloat(value, stored);
                return epilogue.build(s.builder, value,
                                      args.drop_front(hasBias ? 2 : 1));
              });
}

void Selector::explain(Operation *op, const Node &node,
                       std::vector<Estimate> choices) {
  // A GEMM's tiles stand for it.
  for (const Estimate &other : otherChoices)
    if (choices.empty() || other.choice != getName(Algorithm::Gemm))
      choices.push_back(other);
  // Where code counts they come in that order already.
  bool small = prefersSmallCode(node.root);
  if (!small)
    llvm::stable_sort(choices, [](const Estimate &a, const Estimate &b) {
      return a.cycles < b.cycles;
    });
  SmallVector<StringRef> names;
  for (const Estimate &estimate : choices)
    names.push_back(estimate.choice);
  std::string reason = "asked for";
  if (!rules.lookup(node.root->getLoc())) {
    if (choices.size() < 2)
      return;
    auto thousands = [](double cycles) {
      return llvm::formatv("{0:f0}", cycles / 1000).str();
    };
    reason = small ? "little code and " : "";
    reason += "few cycles by estimate: " + thousands(choices[0].cycles) +
              " thousand; " + choices[1].choice + ": " +
              thousands(choices[1].cycles);
  }
  op->setAttr(kReasonAttr, builder.getStringAttr(reason));
  op->setAttr(kChoicesAttr,
              builder.getArrayAttr({LocationAttr(node.root->getLoc()),
                                    builder.getStrArrayAttr(names)}));
}

void Selector::gemm(const GemmSpec &spec, const Node &node,
                    const ScalarCode &epilogue) {
  // A prologue's block is written, and what it is made from comes first.
  SmallVector<Value> inputs(spec.inputs), outputs{spec.output};
  IntegerAttr blocks;
  ArrayAttr prologueMaps;
  if (int64_t count = spec.prologue.blocks) {
    outputs.push_back(inputs.front());
    inputs.front() = spec.prologue.inputs.front();
    llvm::append_range(inputs, ArrayRef(spec.prologue.inputs).drop_front());
    blocks = builder.getI64IntegerAttr(count);
    prologueMaps = builder.getAffineMapArrayAttr(spec.prologue.maps);
  }
  auto op = builder.create<kernel::GemmOp>(
      loc(), inputs, outputs, spec.outer, spec.rows, spec.columns, spec.lanes,
      spec.depth, spec.lhsMap, spec.rhsMap, spec.outMap,
      builder.getAffineMapArrayAttr(spec.epilogueMaps),
      /*tileRows=*/1, /*tileVectors=*/1, spec.lhsUnsigned, spec.rhsUnsigned,
      spec.kind, blocks, prologueMaps,
      spec.diagonal ? builder.getI64IntegerAttr(spec.diagonal) : IntegerAttr(),
      /*index=*/Value());
  buildEpilogue(op.getEpilogue(), node, epilogue,
                ArrayRef(spec.inputs).drop_front(2), spec.hasBias);
  // One step takes a group of elements.
  int64_t steps = 1;
  for (auto [i, extent] : llvm::enumerate(spec.depth))
    steps *= extent / getDepthUnit(op, i);
  // Tiles are cut from what one block has.
  SmallVector<int64_t> rows(spec.rows);
  if (spec.prologue.blocks)
    rows.front() /= spec.prologue.blocks;
  GemmShape shape{rows, op.getVectors(), steps, prefersSmallCode(node.root),
                  multipliesByLane(op, target)};
  shape.run = findLaneRun(op, target);
  shape.interleaves = canInterleavePanels(op, target);
  if (spec.diagonal) {
    shape.depth = steps / spec.lanes * spec.diagonal;
    shape.diagonal = planDiagonal(op);
  }
  if (auto matrix = planMatrixTiles(op, target))
    shape.matrixSteps = ShapedType::getNumElements(spec.depth) / matrix->depth;
  std::vector<Estimate> choices;
  for (GemmTile tile : rankGemmTiles(shape, target, kMostChoices))
    choices.push_back({getText(tile), estimateGemmCycles(shape, tile, target)});
  GemmTile tile = chooseGemmTile(shape, target);
  // Of a node in several regions the borders may be too small for it.
  std::optional<Choice> forced = rules.lookup(node.root->getLoc());
  if (forced && forced->tile && isWholeTile(shape, *forced->tile))
    tile = *forced->tile;
  op.setTileRows(tile.rows);
  op.setTileVectors(tile.vectors);
  if (tile.matrix)
    op->setAttr(kMatrixTilesAttr, builder.getUnitAttr());
  if (readsInterleaved(shape, tile.vectors))
    interleavePanels(op, builder);
  if (blocks) {
    SmallVector<Type> types;
    for (Value input : spec.prologue.inputs)
      types.push_back(cast<MemRefType>(input.getType()).getElementType());
    OpBuilder::InsertionGuard guard(builder);
    Block *body =
        builder.createBlock(&op.getPrologue(), {}, types,
                            SmallVector<Location>(types.size(), loc()));
    Node leaders = node.prologue();
    Value made = ScalarCode(leaders, /*withRoot=*/true)
                     .build(builder, Value(), body->getArguments());
    builder.create<kernel::YieldOp>(loc(), made);
  }
  explain(op, node, std::move(choices));
}

LogicalResult Selector::unsupported(Operation *op, const Twine &why) {
  return op->emitError("no kernel for ") << op->getName() << ": " << why;
}
