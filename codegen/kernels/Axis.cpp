//===- Axis.cpp - Loops of arg_reduce, scan and top_k ---------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Work along the middle of three dimensions, one line of it after another.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/ScalarMath.h"
#include "codegen/kernels/SimpleFamily.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

namespace {

using Values = LoopBuilder::Values;

/// Whether `a` comes before `b` in the order asked for.
Scalar comesBefore(Scalar a, Scalar b, bool least, bool isUnsigned) {
  return least ? less(a, b, isUnsigned) : less(b, a, isUnsigned);
}

/// Calls `body` for each line: the indices before and behind the axis.
void forEachLine(LoopBuilder &loops, Value x,
                 function_ref<void(AffineExpr outer, AffineExpr inner)> body) {
  loops.forEach(shapeOf(x)[0], [&](AffineExpr outer) {
    loops.forEach(shapeOf(x)[2], [&](AffineExpr inner) { body(outer, inner); });
  });
}

struct ArgReduceFamily : SimpleFamily<ArgReduceFamily, ArgReduceOp> {
  static void build(ArgReduceOp op, LoopBuilder &loops, const Target &) {
    Value x = op.getInputs()[0], y = op.getOutputs()[0];
    forEachLine(loops, x, [&](AffineExpr outer, AffineExpr inner) {
      AffineExpr zero = loops.space.constant(0);
      Values best{loops.load(x, {outer, zero, inner}), loops.index(zero)};
      best = loops.forEach(
          shapeOf(x)[1] - 1, best, [&](AffineExpr i, ValueRange current) {
            Scalar found(loops, loops.load(x, {outer, i + 1, inner}));
            Scalar known(loops, current[0]), at(loops, current[1]);
            bool least = op.getLeast(), isUnsigned = op.getIsUnsigned();
            Scalar better = !op.getSelectLast()
                                ? comesBefore(found, known, least, isUnsigned)
                            : least ? lessOrEqual(found, known, isUnsigned)
                                    : lessOrEqual(known, found, isUnsigned);
            return Values{select(better, found, known),
                          select(better, {loops, loops.index(i + 1)}, at)};
          });
      loops.store(convert({loops, best[1]}, elementOf(y)), y, {outer, inner});
    });
  }
};

struct ScanFamily : SimpleFamily<ScanFamily, ScanOp> {
  static void build(ScanOp op, LoopBuilder &loops, const Target &) {
    Value x = op.getInputs()[0], y = op.getOutputs()[0];
    int64_t extent = shapeOf(x)[1];
    forEachLine(loops, x, [&](AffineExpr outer, AffineExpr inner) {
      Values start{loops.zero(elementOf(x))};
      loops.forEach(extent, start, [&](AffineExpr i, ValueRange current) {
        AffineExpr at = op.getReverse() ? extent - 1 - i : i;
        Scalar before(loops, current[0]);
        Scalar sum = before + Scalar(loops, loops.load(x, {outer, at, inner}));
        loops.store(op.getExclusive() ? before : sum, y, {outer, at, inner});
        return Values{sum};
      });
    });
  }
};

/// The k-th choice is the first in order of what comes behind the one before
/// it: k passes over the line, and no memory but the outputs.
struct TopKFamily : SimpleFamily<TopKFamily, TopKOp> {
  static void build(TopKOp op, LoopBuilder &loops, const Target &) {
    Value x = op.getInputs()[0];
    Value values = op.getOutputs()[0], indices = op.getOutputs()[1];
    bool least = op.getLeast(), isUnsigned = op.getIsUnsigned();
    Value none = loops.builder.create<arith::ConstantIndexOp>(loops.loc, -1);
    forEachLine(loops, x, [&](AffineExpr outer, AffineExpr inner) {
      Values start{loops.zero(elementOf(x)), none};
      loops.forEach(
          shapeOf(values)[1], start, [&](AffineExpr k, ValueRange previous) {
            Scalar last(loops, previous[0]), lastAt(loops, previous[1]);
            Values next = loops.forEach(
                shapeOf(x)[1], start, [&](AffineExpr i, ValueRange current) {
                  Scalar found(loops, loops.load(x, {outer, i, inner}));
                  Scalar at(loops, loops.index(i));
                  Scalar best(loops, current[0]), bestAt(loops, current[1]);
                  // What equals the last choice follows it if it lies behind.
                  Scalar isLeft = (lastAt < 0) |
                                  comesBefore(last, found, least, isUnsigned) |
                                  (equal(last, found) & (at > lastAt));
                  Scalar better =
                      isLeft & ((bestAt < 0) |
                                comesBefore(found, best, least, isUnsigned));
                  return Values{select(better, found, best),
                                select(better, at, bestAt)};
                });
            loops.store(next[0], values, {outer, k, inner});
            loops.store(convert({loops, next[1]}, elementOf(indices)), indices,
                        {outer, k, inner});
            return next;
          });
    });
  }
};

} // namespace

void megcc::registerAxisFamilies(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, KernelDialect *) {
    ArgReduceOp::attachInterface<ArgReduceFamily>(*context);
    ScanOp::attachInterface<ScanFamily>(*context);
    TopKOp::attachInterface<TopKFamily>(*context);
  });
}
