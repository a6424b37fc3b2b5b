//===- Scatter.cpp - Loops of scatters, max_unpool, reverse_sequence ------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Elements go where data says. Whatever the data is, an access stays inside its
// buffer: indices are clamped or checked before they are used.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/ScalarMath.h"
#include "codegen/kernels/SimpleFamily.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

namespace {

using Values = LoopBuilder::Values;
using Exprs = LoopBuilder::Exprs;

/// Copies x to y, unless they are one buffer.
void copyUnlessSame(LoopBuilder &loops, Value x, Value y) {
  if (x == y)
    return;
  loops.forEach(shapeOf(x), {}, [&](Exprs at, ValueRange) {
    loops.store(loops.load(x, at), y, at);
    return Values();
  });
}

Scalar combine(ScatterKind kind, bool isUnsigned, Scalar old, Scalar update) {
  switch (kind) {
  case ScatterKind::assign:
    return update;
  case ScatterKind::add:
    return old + update;
  case ScatterKind::mul:
    return old * update;
  case ScatterKind::min:
    return select(less(update, old, isUnsigned), update, old);
  case ScatterKind::max:
    return select(less(old, update, isUnsigned), update, old);
  }
  llvm_unreachable("unknown kind");
}

template <typename Op>
void update(Op op, LoopBuilder &loops, ValueRange at, Value update) {
  Value y = op.getOutputs()[0];
  Scalar result = op.getReduction() == ScatterKind::assign
                      ? Scalar(loops, update)
                      : combine(op.getReduction(), op.getIsUnsigned(),
                                loadAt(loops, y, at), {loops, update});
  storeAt(loops, result, y, at);
}

struct ScatterElementsFamily
    : SimpleFamily<ScatterElementsFamily, ScatterElementsOp> {
  static void build(ScatterElementsOp op, LoopBuilder &loops, const Target &) {
    Value x = op.getInputs()[0], indices = op.getInputs()[1];
    copyUnlessSame(loops, x, op.getOutputs()[0]);
    loops.forEach(shapeOf(indices), {}, [&](Exprs point, ValueRange) {
      Values at;
      for (AffineExpr index : point)
        at.push_back(loops.index(index));
      at[op.getAxis()] = normalizeIndex({loops, loops.load(indices, point)},
                                        shapeOf(x)[op.getAxis()]);
      update(op, loops, at, loops.load(op.getInputs()[2], point));
      return Values();
    });
  }
};

struct ScatterNDFamily : SimpleFamily<ScatterNDFamily, ScatterNDOp> {
  static void build(ScatterNDOp op, LoopBuilder &loops, const Target &) {
    Value x = op.getInputs()[0], indices = op.getInputs()[1];
    Value updates = op.getInputs()[2];
    copyUnlessSame(loops, x, op.getOutputs()[0]);
    loops.forEach(shapeOf(updates)[0], [&](AffineExpr tuple) {
      Values at;
      for (int64_t i = 0; i < shapeOf(indices)[1]; ++i)
        at.push_back(normalizeIndex(
            {loops, loops.load(indices, {tuple, loops.space.constant(i)})},
            shapeOf(x)[i]));
      at.push_back(Value());
      loops.forEach(shapeOf(updates)[1], [&](AffineExpr element) {
        at.back() = loops.index(element);
        update(op, loops, at, loops.load(updates, {tuple, element}));
      });
    });
  }
};

struct MaxUnpoolFamily : SimpleFamily<MaxUnpoolFamily, MaxUnpoolOp> {
  static void build(MaxUnpoolOp op, LoopBuilder &loops, const Target &) {
    Value x = op.getInputs()[0], indices = op.getInputs()[1];
    Value y = op.getOutputs()[0];
    double size = shapeOf(y)[0];
    Value zero = loops.zero(elementOf(y));
    loops.forEach(shapeOf(y)[0],
                  [&](AffineExpr i) { loops.store(zero, y, {i}); });
    loops.forEach(shapeOf(x)[0], [&](AffineExpr i) {
      Scalar wanted(loops, loops.load(indices, {i}));
      Scalar isInside = (wanted >= 0) & (wanted < size);
      Scalar at = toIndex(clamp(wanted, 0, size - 1));
      loops.branch(isInside, {}, [&] {
        storeAt(loops, loops.load(x, {i}), y, {at});
        return Values();
      });
    });
  }
};

struct ReverseSequenceFamily
    : SimpleFamily<ReverseSequenceFamily, ReverseSequenceOp> {
  static void build(ReverseSequenceOp op, LoopBuilder &loops, const Target &) {
    Value x = op.getInputs()[0], lengths = op.getInputs()[1];
    int64_t time = op.getTimeAxis(), extent = shapeOf(x)[time];
    loops.forEach(shapeOf(x), {}, [&](Exprs point, ValueRange) {
      Values at;
      for (AffineExpr index : point)
        at.push_back(loops.index(index));
      Scalar length = toIndex(clamp(
          {loops, loops.load(lengths, {point[op.getBatchAxis()]})}, 0, extent));
      Scalar step(loops, at[time]);
      Scalar mirrored = clamp(length - 1.0 - step, 0, double(extent - 1));
      at[time] = select(step < length, mirrored, step);
      loops.store(loadAt(loops, x, at), op.getOutputs()[0], point);
      return Values();
    });
  }
};

} // namespace

void megcc::registerScatterFamilies(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, KernelDialect *) {
    ScatterElementsOp::attachInterface<ScatterElementsFamily>(*context);
    ScatterNDOp::attachInterface<ScatterNDFamily>(*context);
    MaxUnpoolOp::attachInterface<MaxUnpoolFamily>(*context);
    ReverseSequenceOp::attachInterface<ReverseSequenceFamily>(*context);
  });
}
