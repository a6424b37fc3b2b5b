//===- Nest.cpp - Loops of kernel.nest ------------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Parallel dimensions become the outer loops in the order given, cut at guards
// and stepped by vectors and by groups of points as NestPlan decides; at the
// innermost, `jam` points at once pass through the reduced dimensions. A 3x3
// depthwise convolution in blocks of 16 channels, padded by 1:
//
//   for block
//     row 0: ...                      rows and columns at the border: the same,
//     for row in 1..H-1               with the taps outside left away
//       column 0: ...
//       for group of 8 columns
//         acc[8] = 0
//         for tap of 9, unrolled      each weight and pixel vector loaded once
//           acc[u] = fma(x[row + kh, column + u + kw], w[kh, kw], acc[u])
//         y[row, column + u] = finish(acc[u])
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/Nest.h"
#include "codegen/kernels/KernelFamilies.h"
#include "codegen/kernels/NestPlan.h"
#include "codegen/kernels/NestTranspose.h"
#include "codegen/kernels/ScalarRegion.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

namespace {

using Values = LoopBuilder::Values;

class NestExpander {
public:
  NestExpander(NestOp op, OpBuilder &builder, const Target &target)
      : op(op), target(target), plan(op, target), loops(builder, op.getLoc()),
        point(op.getRank(), loops.space.constant(0)) {}

  void expand() {
    if (op.getIndex())
      expandGiven(NestPlan::getGivenSegments(op));
    else
      expandParallel(0);
  }

private:
  //===--------------------------------------------------------------------===//
  // A given index
  //===--------------------------------------------------------------------===//

  /// Code for each range of the index, chosen when the kernel runs.
  void expandGiven(ArrayRef<Segment> segments) {
    Segment segment = segments.front();
    auto expandSegment = [&] {
      plan = NestPlan(op, target, segment);
      accessOfLanes.clear();
      point[0] = loops.bind(op.getIndex(), segment.begin, segment.end);
      expandParallel(1);
    };
    if (segments.size() == 1)
      return expandSegment();
    Value end = loops.index(loops.space.constant(segment.end));
    loops.choose(loops.builder.create<arith::CmpIOp>(
                     loops.loc, arith::CmpIPredicate::slt, op.getIndex(), end),
                 expandSegment, [&] { expandGiven(segments.drop_front()); });
  }

  //===--------------------------------------------------------------------===//
  // Parallel dimensions
  //===--------------------------------------------------------------------===//

  void expandParallel(int64_t dim) {
    if (dim == op.getParallelRank()) {
      plan.vectorIsReduced ? expandReducedVector() : expandPoint();
      return;
    }
    for (Segment segment : plan.segments[dim]) {
      if (dim == plan.vectorDim)
        expandVectors(dim, segment);
      else if (dim == plan.jamDim)
        expandGroups(dim, segment, plan.jam, /*step=*/1);
      else
        expandPlain(dim, segment);
    }
  }

  void expandPlain(int64_t dim, Segment segment) {
    forEachIndex(dim, segment, {}, [&](ValueRange) {
      expandParallel(dim + 1);
      return Values();
    });
  }

  /// Runs `body` with point[dim] set to each index of `segment`: one loop, or
  /// two where maps look at quotient and remainder of the index.
  Values forEachIndex(int64_t dim, Segment segment, ValueRange carried,
                      function_ref<Values(ValueRange)> body) {
    int64_t split = plan.getSplit(dim, segment);
    return loops.forEach({segment.size() / split, split}, carried,
                         [&](ArrayRef<AffineExpr> index, ValueRange current) {
                           point[dim] =
                               index[0] * split + index[1] + segment.begin;
                           return body(current);
                         });
  }

  /// Whole vectors, then what is left in ever narrower ones, then points.
  void expandVectors(int64_t dim, Segment segment) {
    for (lanes = plan.lanes; segment.size() > 0; lanes /= 2) {
      if (lanes < plan.leastLanes)
        lanes = 1;
      int64_t steps = segment.size() / lanes;
      Segment covered{segment.begin, segment.begin + steps * lanes};
      if (steps == 0 ||
          (lanes > 1 && !plan.isVectorizable(dim, covered, lanes)))
        continue;
      if (dim == plan.jamDim)
        expandGroups(dim, covered, lanes > 1 ? plan.jam : 1, lanes);
      else if (lanes == 1)
        expandPlain(dim, covered);
      else
        loops.forEach(steps, [&](AffineExpr step) {
          point[dim] = step * lanes + covered.begin;
          expandParallel(dim + 1);
        });
      segment.begin = covered.end;
    }
    lanes = 1;
  }

  /// `size` points, `step` apart, at once; then the rest of them at once.
  void expandGroups(int64_t dim, Segment segment, int64_t size, int64_t step) {
    int64_t points = segment.size() / step;
    auto expand = [&](int64_t groups, int64_t groupSize, int64_t begin) {
      loops.forEach(groups, [&](AffineExpr group) {
        point[dim] = group * (groupSize * step) + begin;
        groupPoints = groupSize;
        groupStep = step;
        expandParallel(dim + 1);
      });
    };
    expand(points / size, size, segment.begin);
    if (int64_t rest = points % size)
      expand(1, rest, segment.end - rest * step);
    groupPoints = 1;
  }

  /// The u-th point of the current group.
  SmallVector<AffineExpr> getPoint(int64_t u) const {
    SmallVector<AffineExpr> result = point;
    if (plan.jamDim >= 0)
      result[plan.jamDim] = result[plan.jamDim] + u * groupStep;
    return result;
  }

  //===--------------------------------------------------------------------===//
  // One group of points
  //===--------------------------------------------------------------------===//

  void expandPoint() {
    LoadScope scope(*this);
    Values acc;
    for (int64_t u = 0; u < groupPoints; ++u)
      acc.push_back(loops.broadcast(
          op.getResumes() ? loadInput(op.getInputs().size() - 1, u)
                          : loops.constant(op.getInit()),
          lanes));
    SmallVector<bool> checked(getNumGuards(), false);
    acc = reduce(op.getParallelRank(), checked, acc);
    for (int64_t u = 0; u < groupPoints; ++u)
      finish(u, acc[u]);
  }

  unsigned getNumGuards() {
    return op.getGuards() ? op.getGuards()->getNumResults() : 0;
  }

  /// The accumulators after all points of the reduced dimensions from `dim` on.
  Values reduce(int64_t dim, SmallVector<bool> checked, Values acc) {
    // Guards are checked as soon as what they depend on is known, if they
    // agree for the whole group.
    Value condition;
    for (unsigned guard = 0; guard < getNumGuards(); ++guard) {
      if (checked[guard] || !isGroupGuard(guard, dim))
        continue;
      bool never = false;
      conjoin(condition, checkGuard(guard, 0, never));
      if (never)
        return acc;
      checked[guard] = true;
    }
    if (condition)
      return loops.branch(condition, acc, [&] {
        LoadScope scope(*this);
        return reduceUnguarded(dim, checked, acc);
      });
    return reduceUnguarded(dim, checked, acc);
  }

  Values reduceUnguarded(int64_t dim, ArrayRef<bool> checked, Values acc) {
    if (dim == op.getRank())
      return applyBody(checked, acc);
    Segment whole{0, op.getExtents()[dim]};
    SmallVector<bool> checks(checked);
    if (dim < plan.firstUnrolled)
      return forEachIndex(dim, whole, acc, [&](ValueRange current) {
        LoadScope scope(*this);
        return reduce(dim + 1, checks, Values(current));
      });
    for (int64_t i = 0; i < whole.end; ++i) {
      point[dim] = loops.space.constant(i);
      acc = reduce(dim + 1, checks, acc);
    }
    return acc;
  }

  /// The body for each point of the group, under the guards not yet checked.
  Values applyBody(ArrayRef<bool> checked, Values acc) {
    for (int64_t u = 0; u < groupPoints; ++u) {
      Value condition;
      bool never = false;
      for (unsigned guard = 0; guard < getNumGuards() && !never; ++guard)
        if (!checked[guard])
          conjoin(condition, checkGuard(guard, u, never));
      if (never)
        continue;
      if (!condition) {
        acc[u] = applyBody(u, acc[u]);
        continue;
      }
      acc[u] = loops.branch(condition, acc[u], [&]() -> Values {
        LoadScope scope(*this);
        return {applyBody(u, acc[u])};
      })[0];
    }
    return acc;
  }

  Value applyBody(int64_t u, Value acc) {
    Values args{acc};
    for (unsigned i = 0; i < op.getBodyInputs(); ++i)
      args.push_back(loadInput(i, u));
    return loops.broadcast(inlineAt(op.getBody().front(), args, u), lanes);
  }

  void finish(int64_t u, Value acc) {
    Values args{acc};
    for (unsigned i = op.getBodyInputs(); i < op.getRegionInputs(); ++i)
      args.push_back(loadInput(i, u));
    Value result =
        loops.broadcast(inlineAt(op.getFinish().front(), args, u), lanes);
    loops.store(result, op.getOutput(),
                loops.space.apply(op.getOutputMap(), getPoint(u)));
  }

  Value inlineAt(Block &block, ValueRange args, int64_t u) {
    SmallVector<AffineExpr> at = getPoint(u);
    RegionContext context;
    context.fma = target.fma && (op.getReductionRank() > 0 || op.getResumes());
    auto indexOf = [&](int64_t dim) { return loops.index(at[dim]); };
    context.indexOf = indexOf;
    context.vectorDim = plan.vectorIsReduced ? -1 : plan.vectorDim;
    context.lanes = lanes;
    return inlineRegion(loops, block, args, context)[0];
  }

  //===--------------------------------------------------------------------===//
  // Guards
  //===--------------------------------------------------------------------===//

  /// Whether `guard` depends on no reduced dimension from `dim` on and has the
  /// same value for all points of the group.
  bool isGroupGuard(unsigned guard, int64_t dim) {
    AffineExpr expr = op.getGuards()->getResult(guard);
    for (int64_t d = dim; d < op.getRank(); ++d)
      if (expr.isFunctionOfDim(d))
        return false;
    if (groupPoints == 1 || !expr.isFunctionOfDim(plan.jamDim))
      return true;
    // Guards that hold for every point agree as well.
    for (int64_t u = 0; u < groupPoints; ++u)
      if (!loops.space.bounds(getGuard(guard, u))
               .within(0, (*op.getGuardExtents())[guard] - 1))
        return false;
    return true;
  }

  AffineExpr getGuard(unsigned guard, int64_t u) {
    return loops.space.simplify(
        op.getGuards()->getResult(guard).replaceDims(getPoint(u)));
  }

  Value checkGuard(unsigned guard, int64_t u, bool &never) {
    return loops.inRange(getGuard(guard, u), (*op.getGuardExtents())[guard],
                         never);
  }

  void conjoin(Value &condition, Value other) {
    if (condition && other)
      condition =
          loops.builder.create<arith::AndIOp>(loops.loc, condition, other);
    else if (other)
      condition = other;
  }

  //===--------------------------------------------------------------------===//
  // Loads
  //===--------------------------------------------------------------------===//

  /// Values loaded in this scope are used again there: neighbouring points
  /// share weights and overlap in what they read.
  struct LoadScope {
    explicit LoadScope(NestExpander &nest)
        : nest(nest), size(nest.loaded.size()) {}
    ~LoadScope() { nest.loaded.truncate(size); }
    NestExpander &nest;
    size_t size;
  };
  struct Loaded {
    unsigned input;
    SmallVector<AffineExpr> at;
    Value value;
  };

  Value loadInput(unsigned i, int64_t u) {
    AffineMap map = op.getInputMap(i);
    if (!map)
      return op.getInputs()[i];
    SmallVector<AffineExpr> at = loops.space.apply(map, getPoint(u));
    for (const Loaded &known : loaded)
      if (known.input == i && known.at == at)
        return known.value;
    bool contiguous = lanes > 1 && isContiguous(i);
    Value value = loops.load(op.getInputs()[i], at, contiguous ? lanes : 1);
    loaded.push_back({i, at, value});
    return value;
  }

  bool isContiguous(unsigned input) {
    SmallVector<Access> &access = accessOfLanes[lanes];
    if (access.empty())
      access = plan.classify(plan.vectorDim, 0, lanes);
    return access[input] == Access::Contiguous;
  }

  //===--------------------------------------------------------------------===//
  // Reductions along the lanes
  //===--------------------------------------------------------------------===//

  /// The last reduced dimension lies along the lanes: several vectors are
  /// accumulated side by side, what is left of the dimension in a scalar.
  void expandReducedVector() {
    constexpr int64_t maxAccumulators = 4;
    int64_t dim = op.getRank() - 1, extent = op.getExtents()[dim];
    Operation *combiner = getCombiner(op.getBody().front());
    int64_t vectors = std::min(maxAccumulators, extent / plan.lanes);
    Value scalar = loops.constant(op.getInit());
    Value start = loops.broadcast(
        loops.constant(getSplitInit(combiner, op.getInit())), plan.lanes);

    Values acc(vectors, start);
    acc.push_back(scalar);
    acc = reduceOuter(op.getParallelRank(), acc, [&](Values current) {
      return reduceRow(dim, extent, vectors, current);
    });
    while (vectors > 1) {
      int64_t half = (vectors + 1) / 2;
      for (int64_t i = half; i < vectors; ++i)
        acc[i - half] = combine(loops, combiner, acc[i - half], acc[i]);
      vectors = half;
    }
    Value sum = combineLanes(loops, combiner, acc[0]);
    finish(0, combine(loops, combiner, acc.back(), sum));
  }

  /// Loops over the reduced dimensions but the last.
  Values reduceOuter(int64_t dim, Values acc,
                     function_ref<Values(Values)> body) {
    if (dim == op.getRank() - 1)
      return body(acc);
    return forEachIndex(dim, {0, op.getExtents()[dim]}, acc,
                        [&](ValueRange current) {
                          return reduceOuter(dim + 1, Values(current), body);
                        });
  }

  /// One row: groups of vectors, single vectors, elements.
  Values reduceRow(int64_t dim, int64_t extent, int64_t vectors, Values acc) {
    int64_t begin = 0;
    auto accumulate = [&](int64_t width, int64_t count) {
      int64_t steps = (extent - begin) / (width * count);
      Values next =
          loops.forEach(steps, acc, [&](AffineExpr step, ValueRange current) {
            Values result(current);
            lanes = width;
            for (int64_t i = 0; i < count; ++i) {
              LoadScope scope(*this);
              point[dim] = (step * count + i) * width + begin;
              Value &target = width == 1 ? result.back() : result[i];
              target = applyBody(0, target);
            }
            lanes = 1;
            return result;
          });
      begin += steps * width * count;
      return next;
    };
    acc = accumulate(plan.lanes, vectors);
    if (vectors > 1)
      acc = accumulate(plan.lanes, 1);
    return accumulate(1, 1);
  }

  NestOp op;
  const Target &target;
  NestPlan plan;
  LoopBuilder loops;
  /// The current index in each dimension of the nest; of a vectorised one that
  /// of lane 0, of the jammed one that of the group's first point.
  SmallVector<AffineExpr> point;
  int64_t lanes = 1;
  int64_t groupPoints = 1;
  int64_t groupStep = 1;
  SmallVector<Loaded> loaded;
  std::map<int64_t, SmallVector<Access>> accessOfLanes;
};

} // namespace

void megcc::buildNest(NestOp op, OpBuilder &builder, const Target &target) {
  if (std::optional<TransposePlan> plan = planTranspose(op, target))
    return buildTranspose(op, *plan, builder, target);
  NestExpander(op, builder, target).expand();
}

namespace {

/// What codegen knows about a nest.
struct NestFamily : KernelFamilyInterface::ExternalModel<NestFamily, NestOp> {
  LogicalResult expand(Operation *op, OpBuilder &builder,
                       const Target &target) const {
    buildNest(cast<NestOp>(op), builder, target);
    return success();
  }

  bool reducesInOrder(Operation *op, const Target &target) const {
    return NestPlan(cast<NestOp>(op), target).reducesInOrder();
  }

  /// A nest multiplies and accumulates if its body does.
  int64_t getMacs(Operation *op) const {
    auto nest = cast<NestOp>(op);
    if (nest.getReductionRank() == 0)
      return 0;
    int64_t products = 0;
    for (Operation &inner : nest.getBody().front())
      products += isa<arith::MulFOp, arith::MulIOp, math::FmaOp>(inner);
    for (int64_t extent : nest.getExtents())
      products *= extent;
    return products;
  }

  std::string getKernelName(Operation *op) const {
    auto nest = cast<NestOp>(op);
    return getKernelStem(nest.getKind(), nest.getOutput(), nest.getExtents());
  }

  std::string describe(Operation *op, const Target &target) const {
    auto nest = cast<NestOp>(op);
    Segment most{0, 0};
    if (nest.getIndex())
      for (Segment given : NestPlan::getGivenSegments(nest))
        if (given.size() > most.size())
          most = given;
    NestPlan plan(nest, target, most);
    std::string text;
    llvm::raw_string_ostream os(text);
    os << "loops over ";
    llvm::interleave(nest.getExtents(), os, "x");
    if (std::optional<TransposePlan> squares = planTranspose(nest, target))
      os << ", squares of " << squares->side << 'x' << squares->side;
    if (plan.lanes > 1)
      os << ", vectors of " << plan.lanes;
    if (plan.jam > 1)
      os << ", " << plan.jam << " at once";
    return text;
  }
};

} // namespace

void megcc::registerNestFamily(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, KernelDialect *) {
    NestOp::attachInterface<NestFamily>(*context);
  });
}
