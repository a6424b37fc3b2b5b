//===- NestPlan.cpp - How a kernel.nest becomes loops ---------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/NestPlan.h"
#include "codegen/kernels/CodeSize.h"
#include "codegen/kernels/ScalarRegion.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

/// Windows of up to 5x5 are unrolled: their guards are then known at compile
/// time and their loads shared between neighbouring points.
constexpr int64_t kMaxUnrolledTaps = 25;
/// Where code counts, a row of a window.
constexpr int64_t kMaxUnrolledTapsIfSmall = 3;
/// Points computed at once; covers the latency of two multiply-adds a cycle.
constexpr int64_t kMaxJam = 8;
constexpr int64_t kMaxJamIfSmall = 4;
/// Dimensions that are cut at guards: each cut makes three copies of the body.
constexpr unsigned kMaxCutDims = 2;
constexpr unsigned kMaxCutDimsIfSmall = 1;

NestPlan::NestPlan(NestOp op, const Target &target, Segment given)
    : op(op), target(&target), givenRank(op.getGivenRank()), given(given),
      small(prefersSmallCode(op)) {
  cutAtGuards();
  chooseUnrolling();
  chooseVectorDim();
  if (vectorDim < 0)
    chooseReducedVectorDim();
  chooseJam();
}

//===----------------------------------------------------------------------===//
// Guards
//===----------------------------------------------------------------------===//

SmallVector<AffineExpr> NestPlan::addDimensions(IndexSpace &space) {
  SmallVector<AffineExpr> point;
  for (auto [dim, extent] : llvm::enumerate(op.getExtents()))
    if (static_cast<int64_t>(dim) < givenRank && given.size() > 0)
      point.push_back(space.addVariable(given.size()) + given.begin);
    else
      point.push_back(space.addVariable(std::max<int64_t>(extent, 1)));
  return point;
}

Segment NestPlan::getInterior(int64_t dim) {
  IndexSpace space(op.getContext());
  SmallVector<AffineExpr> point = addDimensions(space);
  Segment interior{0, op.getExtents()[dim]};
  SmallVector<AffineExpr> guards = space.apply(*op.getGuards(), point);
  for (auto [guard, extent] : llvm::zip(guards, *op.getGuardExtents())) {
    LinearForm form = space.linearize(guard);
    int64_t step = form.getCoefficient(point[dim]);
    if (step == 0)
      continue;
    Interval rest = space.bounds(guard - point[dim] * step);
    // step * i + rest.low >= 0 and step * i + rest.high < extent, or with the
    // direction reversed.
    int64_t least = -rest.low, most = extent - 1 - rest.high;
    if (step < 0) {
      std::swap(least, most);
      least = -least, most = -most;
    }
    interior.begin =
        std::max(interior.begin, llvm::divideCeilSigned(least, std::abs(step)));
    interior.end = std::min(interior.end,
                            llvm::divideFloorSigned(most, std::abs(step)) + 1);
  }
  return interior;
}

SmallVector<Segment, 3> NestPlan::cut(Segment whole, Segment inside) {
  if (inside.size() <= 0 || inside.size() == whole.size())
    return {whole};
  SmallVector<Segment, 3> parts;
  for (Segment part :
       {Segment{0, inside.begin}, inside, Segment{inside.end, whole.end}})
    if (part.size() > 0)
      parts.push_back(part);
  return parts;
}

SmallVector<Segment, 3> NestPlan::getGivenSegments(NestOp op) {
  Segment whole{0, op.getExtents()[0]};
  if (!op.getGuards())
    return {whole};
  NestPlan plan(op);
  return cut(whole, plan.getInterior(0));
}

void NestPlan::cutAtGuards() {
  unsigned cuts = 0, most = small ? kMaxCutDimsIfSmall : kMaxCutDims;
  segments.resize(op.getParallelRank());
  for (int64_t dim = op.getParallelRank() - 1; dim >= givenRank; --dim) {
    Segment whole{0, op.getExtents()[dim]};
    Segment inside = whole;
    if (op.getGuards() && cuts < most)
      inside = getInterior(dim);
    segments[dim] = cut(whole, inside);
    cuts += segments[dim].size() > 1;
  }
}

//===----------------------------------------------------------------------===//
// Vectors
//===----------------------------------------------------------------------===//

static bool hasUnitStride(Value buffer) {
  SmallVector<int64_t> strides;
  int64_t offset;
  return succeeded(getStridesAndOffset(cast<MemRefType>(buffer.getType()),
                                       strides, offset)) &&
         !strides.empty() && strides.back() == 1;
}

static Access classifyIndex(ArrayRef<AffineExpr> index, AffineExpr lane,
                            const IndexSpace &space) {
  auto usesLane = [&](AffineExpr expr) {
    return expr.isFunctionOfDim(cast<AffineDimExpr>(lane).getPosition());
  };
  if (llvm::none_of(index, usesLane))
    return Access::Uniform;
  AffineExpr last = index.back();
  if (llvm::any_of(index.drop_back(), usesLane) ||
      space.linearize(last).getCoefficient(lane) != 1 ||
      usesLane(space.simplify(last - lane)))
    return Access::Irregular;
  return Access::Contiguous;
}

SmallVector<Access> NestPlan::classify(int64_t dim, int64_t begin,
                                       int64_t lanes) {
  IndexSpace space(op.getContext());
  SmallVector<AffineExpr> point = addDimensions(space);
  int64_t steps = std::max<int64_t>(1, op.getExtents()[dim] / lanes);
  AffineExpr step = space.addVariable(steps);
  AffineExpr lane = space.addVariable(lanes);
  point[dim] = step * lanes + lane + begin;

  SmallVector<Access> access;
  auto add = [&](AffineMap map, Value buffer) {
    Access kind = classifyIndex(space.apply(map, point), lane, space);
    if (kind == Access::Contiguous && !hasUnitStride(buffer))
      kind = Access::Irregular;
    access.push_back(kind);
  };
  for (auto [i, input] : llvm::enumerate(op.getInputs()))
    if (AffineMap map = op.getInputMap(i))
      add(map, input);
    else
      access.push_back(Access::Buffer);
  add(op.getOutputMap(), op.getOutput());
  return access;
}

int64_t NestPlan::getLegalLanes(ArrayRef<Access> access, int64_t dim) {
  SmallVector<bool> body{op.getReductionRank() > 0 || op.getResumes()},
      finish{true};
  for (unsigned i = 0; i < op.getRegionInputs(); ++i)
    (i < op.getBodyInputs() ? body : finish)
        .push_back(access[i] == Access::Contiguous);
  int64_t lanes =
      std::min(getRegionLanes(op.getBody().front(), body, dim, *target),
               getRegionLanes(op.getFinish().front(), finish, dim, *target));
  auto output = cast<MemRefType>(op.getOutput().getType());
  return std::min(lanes, getVectorLanes(output.getElementType(), *target));
}

bool NestPlan::isVectorizable(int64_t dim, Segment segment, int64_t lanes) {
  SmallVector<Access> access = classify(dim, segment.begin, lanes);
  if (access.back() != Access::Contiguous ||
      llvm::is_contained(access, Access::Irregular))
    return false;
  if (!op.getGuards())
    return true;
  // A guard that depends on the lane must hold throughout.
  IndexSpace space(op.getContext());
  SmallVector<AffineExpr> point = addDimensions(space);
  point[dim] = space.addVariable(segment.size()) + segment.begin;
  SmallVector<AffineExpr> guards = space.apply(*op.getGuards(), point);
  for (auto [i, guard] : llvm::enumerate(guards))
    if (op.getGuards()->getResult(i).isFunctionOfDim(dim) &&
        !space.bounds(guard).within(0, (*op.getGuardExtents())[i] - 1))
      return false;
  return true;
}

void NestPlan::chooseVectorDim() {
  for (int64_t dim = op.getParallelRank() - 1; dim >= givenRank; --dim) {
    SmallVector<Access> access = classify(dim, 0, 2);
    if (access.back() != Access::Contiguous)
      continue;
    int64_t legal = getLegalLanes(access, dim);
    if (legal == 1)
      continue;
    // Narrow vectors are better than none where the dimension is short or its
    // blocks are.
    leastLanes = std::max<int64_t>(2, legal * 128 / target->vectorBits);
    for (int64_t width = legal; width >= leastLanes; width /= 2)
      for (Segment segment : segments[dim])
        if (segment.size() >= width && isVectorizable(dim, segment, width)) {
          vectorDim = dim;
          lanes = width;
          // Each width is another copy of the code.
          if (small)
            leastLanes = lanes;
          return;
        }
  }
}

int64_t NestPlan::getReducedLanes(int64_t dim) {
  if (op.getReductionRank() == 0 || op.getGuards() || op.getResumes() ||
      !getCombiner(op.getBody().front()))
    return 1;
  SmallVector<Access> access = classify(dim, 0, 2);
  SmallVector<bool> varying{true};
  for (unsigned i = 0; i < op.getBodyInputs(); ++i) {
    if (access[i] == Access::Irregular || access[i] == Access::Buffer)
      return 1;
    varying.push_back(access[i] == Access::Contiguous);
  }
  access.pop_back();
  return llvm::is_contained(access, Access::Contiguous)
             ? getRegionLanes(op.getBody().front(), varying, dim, *target)
             : 1;
}

bool NestPlan::reducesInOrder() {
  if (vectorDim >= 0)
    return !vectorIsReduced;
  int64_t points = 1;
  for (int64_t dim = op.getParallelRank(); dim < op.getRank(); ++dim)
    points *= op.getExtents()[dim];
  for (int64_t dim = op.getParallelRank(); dim < op.getRank(); ++dim)
    if (op.getExtents()[dim] > 1)
      if (int64_t lanes = getReducedLanes(dim); lanes > 1 && points >= lanes)
        return false;
  return true;
}

/// A sum, product, maximum.. over contiguous elements.
void NestPlan::chooseReducedVectorDim() {
  int64_t dim = op.getRank() - 1, legal = getReducedLanes(dim);
  if (legal == 1 || op.getExtents()[dim] < legal)
    return;
  // Blocked layouts are contiguous only within a block.
  SmallVector<Access> access = classify(dim, 0, legal);
  for (unsigned i = 0; i < op.getBodyInputs(); ++i)
    if (access[i] == Access::Irregular)
      return;
  vectorDim = dim;
  lanes = legal;
  vectorIsReduced = true;
}

//===----------------------------------------------------------------------===//
// Unrolling
//===----------------------------------------------------------------------===//

void NestPlan::chooseUnrolling() {
  firstUnrolled = op.getRank();
  int64_t taps = 1;
  int64_t most = small ? kMaxUnrolledTapsIfSmall : kMaxUnrolledTaps;
  while (firstUnrolled > op.getParallelRank()) {
    taps *= op.getExtents()[firstUnrolled - 1];
    if (taps > most)
      break;
    --firstUnrolled;
  }
}

void NestPlan::chooseJam() {
  if (vectorDim < 0 || vectorIsReduced || op.getReductionRank() == 0)
    return;
  // Points that share an input or whose windows overlap; otherwise, several
  // vectors side by side.
  auto shares = [&](int64_t dim) {
    for (unsigned i = 0; i < op.getBodyInputs(); ++i) {
      AffineMap map = op.getInputMap(i);
      if (!map)
        continue;
      if (!map.isFunctionOfDim(dim))
        return true;
      for (AffineExpr result : map.getResults())
        for (int64_t r = op.getParallelRank(); r < op.getRank(); ++r)
          if (result.isFunctionOfDim(dim) && result.isFunctionOfDim(r))
            return true;
    }
    return false;
  };
  jamDim = vectorDim;
  for (int64_t dim = op.getParallelRank() - 1; dim >= givenRank; --dim)
    if (dim != vectorDim && op.getExtents()[dim] > 1 && shares(dim)) {
      jamDim = dim;
      break;
    }

  // Registers that `points` points need: their accumulators, and what is read
  // for one row of the window.
  int64_t row = firstUnrolled < op.getRank() ? op.getExtents().back() : 1;
  auto registersFor = [&](int64_t points) {
    int64_t registers = points;
    for (unsigned i = 0; i < op.getBodyInputs(); ++i) {
      AffineMap map = op.getInputMap(i);
      int64_t step = 0;
      if (map && jamDim != vectorDim) {
        IndexSpace space(op.getContext());
        SmallVector<AffineExpr> point = addDimensions(space);
        for (AffineExpr result : space.apply(map, point))
          step = std::max(
              step, space.linearize(result).getCoefficient(point[jamDim]));
      }
      registers += step == 0 ? 1 : (points - 1) * step + row;
    }
    return registers;
  };

  int64_t extent = 0;
  for (Segment segment : segments[jamDim])
    extent = std::max(extent, segment.size());
  if (jamDim == vectorDim)
    extent /= lanes;
  int64_t most = std::min(small ? kMaxJamIfSmall : kMaxJam, extent);
  while (most > 1 && registersFor(most) > target->vectorRegisters)
    --most;
  // Down to half of it, take what divides the extent best.
  auto rest = [&](int64_t points) {
    return (points - extent % points) % points;
  };
  jam = std::max<int64_t>(most, 1);
  for (int64_t points = most; points > 0 && 2 * points >= most; --points)
    if (rest(points) < rest(jam))
      jam = points;
}

//===----------------------------------------------------------------------===//
// Splitting
//===----------------------------------------------------------------------===//

int64_t NestPlan::getSplit(int64_t dim, Segment segment) {
  int64_t split = 1;
  for (Attribute attr : op.getMaps())
    if (auto map = dyn_cast<AffineMapAttr>(attr))
      split = std::max(split, getDimensionSplit(map.getValue(), dim,
                                                segment.begin, segment.size()));
  return split;
}
