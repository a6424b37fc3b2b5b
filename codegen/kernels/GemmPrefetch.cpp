//===- GemmPrefetch.cpp - What a contraction fetches ahead ----------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/GemmPrefetch.h"
#include "codegen/kernels/GemmLanes.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace megcc;

/// More prefetches in a row than this hold up the arithmetic: rather each step
/// of the depth brings some, not each line of the lhs.
static constexpr int64_t kMostAtOnce = 4;
/// More than this are never worth it.
static constexpr int64_t kMost = 16;

/// Depths up to this are small enough to be gone through one by one.
static constexpr int64_t kMostBelow = 256;

static MemRefType typeOf(Value buffer) {
  return cast<MemRefType>(buffer.getType());
}

static int64_t elementBytes(Value buffer) {
  return (typeOf(buffer).getElementTypeBitWidth() + 7) / 8;
}

SmallVector<AffineExpr>
megcc::getTileRow(kernel::GemmOp op, LoopBuilder::Exprs first, AffineExpr r) {
  SmallVector<AffineExpr> row(first);
  int64_t extent = op.getRows().back();
  bool spans =
      row.size() > 1 && static_cast<int64_t>(op.getTileRows()) > extent;
  row.back() = row.back() + (spans ? r % extent : r);
  if (spans)
    row[row.size() - 2] = row[row.size() - 2] + r.floorDiv(extent);
  return row;
}

/// The divisor of `dim` in `expr` if it occurs in no other way, 1 if it does, 0
/// if it does not occur.
static int64_t getDivisor(AffineExpr expr, unsigned dim) {
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return expr.isFunctionOfDim(dim) ? 1 : 0;
  auto divided = dyn_cast<AffineDimExpr>(binary.getLHS());
  if (expr.getKind() == AffineExprKind::FloorDiv && divided &&
      divided.getPosition() == dim)
    return cast<AffineConstantExpr>(binary.getRHS()).getValue();
  int64_t left = getDivisor(binary.getLHS(), dim);
  int64_t right = getDivisor(binary.getRHS(), dim);
  return left && right ? 1 : std::max(left, right);
}

int64_t megcc::getDepthGroup(kernel::GemmOp op) {
  unsigned last = op.getOuter().size() + op.getDepth().size();
  int64_t group = 0;
  for (AffineExpr expr : op.getRhsMap().getResults())
    if (int64_t divisor = getDivisor(expr, last))
      group = group ? 1 : divisor;
  // Groups fill 32 bits.
  return group * typeOf(op.getRhs()).getElementTypeBitWidth() == 32 ? group : 1;
}

int64_t megcc::getDepthUnit(kernel::GemmOp op, unsigned i) {
  return i + 1 == op.getDepth().size() ? getDepthGroup(op) : 1;
}

int64_t GemmPrefetch::getDepthSplit(unsigned dim, int64_t extent) {
  // Cores with lane products start few instructions at a time, which another
  // loop would cost; rows in one piece are guessed by their own prefetching.
  if (target.lineBytes == 0 || op.getLanes() == 1 || hasLaneProducts(target) ||
      !isWorthwhile(op.getLhs()) ||
      getStride(op.getLhs(), op.getLhsMap(), dim) != 1)
    return 1;
  int64_t line = lineElements(op.getLhs());
  return extent > line && extent % line == 0 ? line : 1;
}

void GemmPrefetch::setDepthLoops(ArrayRef<int64_t> extents) {
  depthLoops.assign(extents.begin(), extents.end());
  if (target.lineBytes == 0 || op.getLanes() == 1)
    return;
  // The innermost loops that read neighbours, up to a line.
  unsigned firstDepth = op.getOuter().size() + op.getRows().size();
  int64_t run = getDepthGroup(op);
  lineLevel = depthLoops.size();
  while (lineLevel > 0 && run < lineElements(op.getLhs())) {
    unsigned loop = lineLevel - 1;
    int64_t step =
        (loop % 2 ? 1 : depthLoops[loop + 1]) * getDepthUnit(op, loop / 2);
    if (depthLoops[loop] > 1 && getStride(op.getLhs(), op.getLhsMap(),
                                          firstDepth + loop / 2, step) != run)
      break;
    run *= depthLoops[loop];
    --lineLevel;
  }
  // What a prologue made a moment ago is near.
  fetchesLhs = run > 1 && run <= lineElements(op.getLhs()) &&
               !op.hasPrologue() && isWorthwhile(op.getLhs()) && !staysNear();
  fetchesBelow = run == 1 && op.getRows().size() > 1 && !op.hasPrologue() &&
                 isWorthwhile(op.getLhs());
  lhsLevel = lineLevel;
  while (lhsLevel > 0 && (depthLoops[lhsLevel - 1] == 1 || isTap(lhsLevel - 1)))
    --lhsLevel;
  // Panels follow each other in memory, as far as the same cores know.
  fetchesRhs =
      isPackedPanel() && isWorthwhile(op.getRhs()) && !hasLaneProducts(target);
}

int64_t GemmPrefetch::lineElements(Value buffer) {
  return std::max<int64_t>(1, target.lineBytes / elementBytes(buffer));
}

int64_t GemmPrefetch::getOffset(Value buffer, AffineMap map,
                                ArrayRef<int64_t> point) {
  SmallVector<int64_t> strides;
  int64_t offset = 0;
  if (failed(getStridesAndOffset(typeOf(buffer), strides, offset)))
    return 0;
  for (auto [index, stride] : llvm::zip_equal(map.compose(point), strides))
    offset += index * stride;
  return offset;
}

int64_t GemmPrefetch::getStride(Value buffer, AffineMap map, unsigned dim,
                                int64_t distance) {
  SmallVector<int64_t> point(map.getNumDims());
  int64_t from = getOffset(buffer, map, point);
  point[dim] = distance;
  return getOffset(buffer, map, point) - from;
}

bool GemmPrefetch::isWorthwhile(Value buffer) {
  int64_t elements = typeOf(buffer).getNumElements();
  return elements * elementBytes(buffer) > target.l1Bytes &&
         elements < (int64_t(1) << 30);
}

/// Whether few instructions start in a cycle, and what one index of the outer
/// dimensions reads stays in the nearest cache after its first vectors.
bool GemmPrefetch::staysNear() {
  MemRefType type = typeOf(op.getLhs());
  int64_t bytes = type.getNumElements() * elementBytes(op.getLhs());
  for (auto [i, extent] : llvm::enumerate(op.getOuter()))
    if (op.getLhsMap().isFunctionOfDim(i))
      bytes /= extent;
  return hasLaneProducts(target) && bytes <= target.l1Bytes / 2;
}

/// Whether a loop moves along a dimension of the lhs that the rows move along.
bool GemmPrefetch::isTap(unsigned loop) {
  unsigned firstRow = op.getOuter().size();
  unsigned firstDepth = firstRow + op.getRows().size();
  return llvm::any_of(op.getLhsMap().getResults(), [&](AffineExpr expr) {
    return expr.isFunctionOfDim(firstDepth + loop / 2) &&
           llvm::any_of(llvm::seq(firstRow, firstDepth), [&](unsigned row) {
             return expr.isFunctionOfDim(row);
           });
  });
}

/// Whether each vector of columns has its whole depth in one piece.
bool GemmPrefetch::isPackedPanel() {
  if (!typeOf(op.getRhs()).getLayout().isIdentity())
    return false;
  unsigned vector = op.getOuter().size();
  int64_t run = op.getLanes() * getDepthGroup(op);
  for (unsigned i = op.getDepth().size(); i-- > 0;) {
    int64_t unit = getDepthUnit(op, i);
    if (op.getDepth()[i] > unit &&
        getStride(op.getRhs(), op.getRhsMap(), vector + 1 + i, unit) != run)
      return false;
    run *= op.getDepth()[i] / unit;
  }
  return op.getVectors() == 1 ||
         getStride(op.getRhs(), op.getRhsMap(), vector) == run;
}

/// The lines, counted from that of the tile's first element, which the tile
/// `down` rows below reads; for each the row of the tile and the depth of one
/// element in it.
std::map<int64_t, SmallVector<int64_t>>
GemmPrefetch::collectLines(int64_t tileRows, int64_t down) {
  std::map<int64_t, SmallVector<int64_t>> lines;
  unsigned firstRow = op.getOuter().size();
  unsigned firstDepth = firstRow + op.getRows().size();
  int64_t line = lineElements(op.getLhs());
  SmallVector<int64_t> point(op.getLhsMap().getNumDims());
  point[firstDepth - 2] = down;
  int64_t points = ShapedType::getNumElements(op.getDepth());
  for (int64_t number = 0; number < points; ++number) {
    int64_t rest = number;
    for (unsigned i = op.getDepth().size(); i-- > 0;) {
      point[firstDepth + i] = rest % op.getDepth()[i];
      rest /= op.getDepth()[i];
    }
    for (int64_t r = 0; r < tileRows; ++r) {
      point[firstDepth - 1] = r;
      int64_t offset = getOffset(op.getLhs(), op.getLhsMap(), point);
      lines.try_emplace(llvm::divideFloorSigned(offset, line),
                        ArrayRef(point).drop_front(firstDepth - 1));
    }
  }
  return lines;
}

/// What the tile a row below reads and this one does not.
void GemmPrefetch::fetchBelow(const GemmPosition &at) {
  int64_t points = ShapedType::getNumElements(op.getDepth());
  if (at.tileRows > op.getRows().back() || points > kMostBelow)
    return;
  auto here = collectLines(at.tileRows, 0);
  auto below = collectLines(at.tileRows, 1);
  for (const auto &line : here)
    below.erase(line.first);
  // One for each step of the depth at most: they must cost little.
  if (static_cast<int64_t>(below.size()) > points)
    return;
  for (const auto &[line, element] : below) {
    SmallVector<AffineExpr> point(at.outer);
    llvm::append_range(point, at.rows);
    point[point.size() - 2] = point[point.size() - 2] + 1;
    point.back() = point.back() + element.front();
    for (int64_t index : ArrayRef(element).drop_front())
      point.push_back(loops.space.constant(index));
    loops.prefetch(op.getLhs(), loops.space.apply(op.getLhsMap(), point));
  }
}

void GemmPrefetch::beforeTile(const GemmPosition &at) {
  if (target.lineBytes == 0 || op.getLanes() == 1)
    return;
  if (fetchesBelow)
    fetchBelow(at);
  unsigned lastRow = op.getOuter().size() + op.getRows().size() - 1;
  for (auto [i, attr] : llvm::enumerate(op.getEpilogueMaps())) {
    AffineMap map = cast<AffineMapAttr>(attr).getValue();
    Value buffer = op.getInputs()[2 + i];
    if (!map.isFunctionOfDim(lastRow) || !map.isFunctionOfDim(lastRow + 1) ||
        !isWorthwhile(buffer))
      continue;
    // Neighbours may share a line.
    auto perLine = [&](unsigned dim) {
      int64_t stride = std::abs(getStride(buffer, map, dim));
      return stride ? std::max<int64_t>(1, lineElements(buffer) / stride) : 1;
    };
    for (int64_t v = 0; v < at.tileVectors; v += perLine(lastRow + 1))
      for (int64_t r = 0; r < at.tileRows; r += perLine(lastRow)) {
        SmallVector<AffineExpr> point(at.outer);
        llvm::append_range(point,
                           getTileRow(op, at.rows, loops.space.constant(r)));
        point.push_back(at.firstVector + v);
        loops.prefetch(buffer, loops.space.apply(map, point));
      }
  }
}

void GemmPrefetch::beforeDepthLoop(const GemmPosition &at,
                                   LoopBuilder::Exprs index) {
  if (fetchesLhs && index.size() == lhsLevel && !at.nextRows.empty()) {
    // Rows of a window but the last were fetched by what was above.
    unsigned row = 0;
    while (row < lhsLevel && (depthLoops[row] == 1 || !isTap(row)))
      ++row;
    if (row < lhsLevel)
      loops.ifLast(index[row], depthLoops[row], [&] { fetchLhs(at, index); });
    else
      fetchLhs(at, index);
  }
  if (fetchesRhs && at.tiles > 0 && !streamsPanel(at) &&
      index.size() == getRhsLevel(at))
    fetchRhs(at, index);
}

/// Lines of the panel of the next block.
int64_t GemmPrefetch::countPanelLines(const GemmPosition &at) {
  int64_t depth = ShapedType::getNumElements(op.getDepth());
  return llvm::divideCeil(at.tileVectors * depth * op.getLanes(),
                          lineElements(op.getRhs()));
}

/// Tiles of one block.
int64_t GemmPrefetch::countTiles(const GemmPosition &at) {
  return at.runs * (at.tiles + (at.rest > 0));
}

/// How often the loops outside of `level` come round for one tile.
int64_t GemmPrefetch::countRounds(unsigned level) {
  return ShapedType::getNumElements(ArrayRef(depthLoops).take_front(level));
}

/// Whether one tile reads a panel so large that the next, fetched a block
/// ahead, would be gone before it is read.
bool GemmPrefetch::streamsPanel(const GemmPosition &at) {
  return countTiles(at) == 1 &&
         countPanelLines(at) * target.lineBytes > target.l2Bytes / 2;
}

/// Before which loop the rhs is fetched.
unsigned GemmPrefetch::getRhsLevel(const GemmPosition &at) {
  int64_t lines = countPanelLines(at), tiles = countTiles(at);
  bool isBurst = lines > kMostAtOnce * tiles * countRounds(lineLevel);
  bool isForEachStep = 2 * lines >= tiles * countRounds(depthLoops.size());
  return isBurst && isForEachStep ? depthLoops.size() : lineLevel;
}

void GemmPrefetch::fetchLhs(const GemmPosition &at, LoopBuilder::Exprs index) {
  SmallVector<AffineExpr> loop(index), depth;
  for (unsigned i = index.size(); i < depthLoops.size(); ++i)
    loop.push_back(loops.space.constant(i < lineLevel ? depthLoops[i] - 1 : 0));
  for (unsigned i = 0; i < loop.size(); i += 2)
    depth.push_back((loop[i] * depthLoops[i + 1] + loop[i + 1]) *
                    getDepthUnit(op, i / 2));
  int64_t stride = getStride(op.getLhs(), op.getLhsMap(),
                             op.getOuter().size() + op.getRows().size() - 1);
  int64_t step =
      stride ? std::max<int64_t>(1, lineElements(op.getLhs()) / stride) : 1;
  for (int64_t r = 0; r < at.tileRows; r += step) {
    SmallVector<AffineExpr> point(at.outer);
    llvm::append_range(point,
                       getTileRow(op, at.nextRows, loops.space.constant(r)));
    point.append(depth);
    loops.prefetch(op.getLhs(), loops.space.apply(op.getLhsMap(), point));
  }
}

void GemmPrefetch::fetchRhs(const GemmPosition &at, LoopBuilder::Exprs index) {
  int64_t lines = countPanelLines(at), rounds = countRounds(index.size());
  int64_t rows = at.runs * (at.tiles * op.getTileRows() + at.rest);
  // A tile takes as large a part of the lines as of the rows; what rounding
  // leaves of them is the rest's.
  int64_t share = llvm::divideCeil(lines * op.getTileRows(), rows * rounds);
  int64_t whole = at.runs * at.tiles * rounds * share;
  int64_t restShare = at.rest && lines > whole
                          ? llvm::divideCeil(lines - whole, at.runs * rounds)
                          : 0;
  // Many tiles hide the way of few weights anyway.
  if (std::max(share, restShare) > kMost || 2 * lines < countTiles(at) * rounds)
    return;
  AffineExpr step = loops.space.constant(0);
  for (auto [variable, extent] : llvm::zip(index, depthLoops))
    step = step * extent + variable;
  AffineExpr line = at.run * (rounds * (at.tiles * share + restShare));
  line = at.isRest ? line + at.tiles * rounds * share + step * restShare
                   : line + (at.tile * rounds + step) * share;
  SmallVector<AffineExpr> point(at.outer);
  point.push_back(at.firstVector + at.tileVectors);
  point.append(op.getDepth().size(), loops.space.constant(0));
  SmallVector<AffineExpr> panel = loops.space.apply(op.getRhsMap(), point);
  AffineExpr begin = panel.back();
  for (int64_t i = 0; i < (at.isRest ? restShare : share); ++i) {
    panel.back() =
        loops.space.simplify(begin + (line + i) * lineElements(op.getRhs()));
    loops.prefetch(op.getRhs(), panel);
  }
}
