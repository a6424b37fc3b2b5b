//===- Recurrent.cpp - Loops of recurrent layers --------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   for direction, for sequence of the batch
//     y_h, y_c = initial states               they hold the running state
//     for step
//       gates = w x + r y_h + biases          one dot product per row of w, r
//       y_h, y_c, y = cell(gates, y_h, y_c)
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/ScalarMath.h"
#include "codegen/kernels/ScalarRegion.h"
#include "codegen/kernels/SimpleFamily.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

namespace {

using Values = LoopBuilder::Values;

/// A row of a buffer: everything but the index along its last dimension.
struct Row {
  Value buffer;
  Values at;
};

class RecurrentExpander {
public:
  RecurrentExpander(RecurrentOp op, LoopBuilder &loops, const Target &target)
      : op(op), loops(loops), target(target) {
    x = op.getInputs()[0], w = op.getInputs()[1], r = op.getInputs()[2];
    unsigned next = 3;
    auto take = [&](bool exists) {
      return exists ? op.getInputs()[next++] : Value();
    };
    bias = take(op.getHasBias());
    lengths = take(op.getHasLengths());
    initialH = take(op.getHasInitialH());
    initialC = take(op.getHasInitialC());
    peepholes = take(op.getHasPeepholes());
    y = op.getOutputs()[0], h = op.getOutputs()[1];
    if (op.getCell() == Cell::lstm)
      c = op.getOutputs()[2];
    gates = op.getOutputs().back();
    hidden = shapeOf(h)[2];
  }

  void expand() {
    for (int64_t d = 0; d < op.getDirectionCount(); ++d) {
      direction = d;
      loops.forEach(shapeOf(x)[1], [&](AffineExpr b) {
        batch = b;
        expandSequence();
      });
    }
  }

private:
  AffineExpr number(int64_t value) { return loops.space.constant(value); }
  Value indexValue(int64_t value) { return loops.index(number(value)); }

  bool isReverse() {
    return op.getDirection() == Direction::reverse || direction == 1;
  }

  void expandSequence() {
    AffineExpr d = number(direction);
    Value zero = loops.zero(elementOf(h));
    loops.forEach(hidden, [&](AffineExpr i) {
      auto start = [&](Value initial, Value state) {
        Value value = initial ? loops.load(initial, {d, batch, i}) : zero;
        loops.store(value, state, {d, batch, i});
      };
      start(initialH, h);
      if (c)
        start(initialC, c);
    });

    int64_t steps = shapeOf(x)[0];
    if (!lengths) {
      loops.forEach(steps, [&](AffineExpr step) {
        time = loops.index(isReverse() ? steps - 1 - step : step);
        expandStep();
      });
      return;
    }
    // What lies behind a sequence's end is zero.
    loops.forEach({steps, hidden}, {},
                  [&](ArrayRef<AffineExpr> at, ValueRange) {
                    loops.store(zero, y, {at[0], d, batch, at[1]});
                    return Values();
                  });
    Scalar length =
        toIndex(clamp({loops, loops.load(lengths, {batch})}, 0, double(steps)));
    loops.forEach(steps, [&](AffineExpr step) {
      Scalar at(loops, loops.index(step));
      loops.branch(at < length, {}, [&] {
        time =
            isReverse() ? clamp(length - 1.0 - at, 0, double(steps - 1)) : at;
        expandStep();
        return Values();
      });
    });
  }

  void expandStep() {
    switch (op.getCell()) {
    case Cell::rnn:
      forEachUnit([&](AffineExpr i) { setGate(0, i, all(0, i)); });
      forEachUnit([&](AffineExpr i) { setState(i, activate(0, gate(0, i))); });
      return;
    case Cell::gru:
      return expandGru();
    case Cell::lstm:
      return expandLstm();
    }
  }

  /// Gates in the order z, r, h.
  void expandGru() {
    for (int64_t g : {0, 1})
      forEachUnit([&](AffineExpr i) { setGate(g, i, activate(0, all(g, i))); });
    if (op.getLinearBeforeReset()) {
      forEachUnit([&](AffineExpr i) {
        setGate(2, i, fromInput(2, i) + gate(1, i) * fromState(2, i, state()));
      });
    } else {
      forEachUnit(
          [&](AffineExpr i) { setGate(3, i, gate(1, i) * stateAt(i)); });
      forEachUnit([&](AffineExpr i) {
        Row reset{gates, {indexValue(3)}};
        setGate(2, i, fromInput(2, i) + fromState(2, i, reset));
      });
    }
    forEachUnit([&](AffineExpr i) {
      Scalar z = gate(0, i);
      setState(i, (1 - z) * activate(1, gate(2, i)) + z * stateAt(i));
    });
  }

  /// Gates in the order i, o, f, c; peepholes in the order i, o, f.
  void expandLstm() {
    for (int64_t g = 0; g < 4; ++g)
      forEachUnit([&](AffineExpr i) { setGate(g, i, all(g, i)); });
    forEachUnit([&](AffineExpr i) {
      Scalar old(loops, loops.load(c, {number(direction), batch, i}));
      auto gateWith = [&](int64_t g, Scalar cell) {
        Scalar sum = gate(g, i);
        if (peepholes)
          sum = sum +
                cell * Scalar(loops, loops.load(peepholes, {number(direction),
                                                            i + g * hidden}));
        return activate(0, sum);
      };
      Scalar input = gateWith(0, old);
      Scalar forget = op.getInputForget() ? 1 - input : gateWith(2, old);
      Scalar cell = forget * old + input * activate(1, gate(3, i));
      Scalar output = gateWith(1, cell);
      loops.store(cell, c, {number(direction), batch, i});
      setState(i, output * activate(2, cell));
    });
  }

  //===--------------------------------------------------------------------===//
  // Parts of a cell
  //===--------------------------------------------------------------------===//

  void forEachUnit(function_ref<void(AffineExpr)> body) {
    loops.forEach(hidden, body);
  }

  Scalar gate(int64_t g, AffineExpr i) {
    return {loops, loops.load(gates, {number(g), i})};
  }
  void setGate(int64_t g, AffineExpr i, Scalar value) {
    loops.store(value, gates, {number(g), i});
  }
  Row state() { return {h, {indexValue(direction), loops.index(batch)}}; }
  Scalar stateAt(AffineExpr i) {
    return {loops, loops.load(h, {number(direction), batch, i})};
  }
  void setState(AffineExpr i, Scalar value) {
    loops.store(value, h, {number(direction), batch, i});
    storeAt(loops, value, y,
            {time, indexValue(direction), loops.index(batch), loops.index(i)});
  }

  /// Activation `n` of this direction, after clipping.
  Scalar activate(int64_t n, Scalar value) {
    int64_t perDirection = op.getActivations().size() / op.getDirectionCount();
    // The state of an lstm is not clipped, only what comes from gates.
    bool isGate = !(op.getCell() == Cell::lstm && n == 2);
    if (std::optional<APFloat> clip = op.getClip(); clip && isGate) {
      double limit = clip->convertToDouble();
      value = clamp(value, -limit, limit);
    }
    Block &block = op.getActivations()[direction * perDirection + n].front();
    return {loops, inlineRegion(loops, block, {value})[0]};
  }

  /// w x and r h with their biases.
  Scalar all(int64_t g, AffineExpr i) {
    return fromInput(g, i) + fromState(g, i, state());
  }
  Scalar fromInput(int64_t g, AffineExpr i) {
    Row input{x, {time, loops.index(batch)}};
    return withBias(0, g, i, dot(w, g, i, input));
  }
  Scalar fromState(int64_t g, AffineExpr i, const Row &state) {
    return withBias(1, g, i, dot(r, g, i, state));
  }
  Scalar withBias(int64_t half, int64_t g, AffineExpr i, Scalar sum) {
    if (!bias)
      return sum;
    int64_t first = (half * op.getGateCount() + g) * hidden;
    return sum +
           Scalar(loops, loops.load(bias, {number(direction), i + first}));
  }

  /// Row i of gate g of `weights`, times `row`.
  Scalar dot(Value weights, int64_t g, AffineExpr i, const Row &row) {
    AffineExpr d = number(direction), unit = i + g * hidden;
    Type element = elementOf(weights);
    int64_t extent = shapeOf(weights)[2];
    auto accumulate = [&](int64_t begin, int64_t lanes, int64_t steps,
                          Value start) {
      return loops.forEach(
          steps, ValueRange{start}, [&](AffineExpr k, ValueRange current) {
            AffineExpr at = k * lanes + begin;
            Values indices(row.at);
            indices.push_back(loops.index(at));
            Value a = loops.load(weights, {d, unit, at}, lanes);
            Value b;
            if (lanes == 1)
              b = loops.builder.create<memref::LoadOp>(loops.loc, row.buffer,
                                                       indices);
            else
              b = loops.builder.create<vector::LoadOp>(
                  loops.loc, VectorType::get({lanes}, element), row.buffer,
                  indices);
            return Values{loops.multiplyAdd(a, b, current[0], target.fma)};
          })[0];
    };
    int64_t lanes = getVectorLanes(element, target);
    Value sum = loops.zero(element);
    int64_t vectors = lanes > 1 ? extent / lanes : 0;
    if (vectors) {
      Value partial = accumulate(0, lanes, vectors,
                                 loops.zero(vectorOrScalar(element, lanes)));
      sum = loops.builder.create<vector::ReductionOp>(
          loops.loc, vector::CombiningKind::ADD, partial);
    }
    int64_t done = vectors * lanes;
    return {loops, accumulate(done, 1, extent - done, sum)};
  }

  RecurrentOp op;
  LoopBuilder &loops;
  const Target &target;
  Value x, w, r, bias, lengths, initialH, initialC, peepholes;
  Value y, h, c, gates;
  int64_t hidden;
  /// Where the loops are.
  int64_t direction = 0;
  AffineExpr batch;
  Value time;
};

struct RecurrentFamily : SimpleFamily<RecurrentFamily, RecurrentOp> {
  static void build(RecurrentOp op, LoopBuilder &loops, const Target &target) {
    RecurrentExpander(op, loops, target).expand();
  }

  int64_t getMacs(Operation *op) const {
    auto layer = cast<RecurrentOp>(op);
    ArrayRef<int64_t> x = shapeOf(layer.getInputs()[0]);
    ArrayRef<int64_t> w = shapeOf(layer.getInputs()[1]);
    ArrayRef<int64_t> r = shapeOf(layer.getInputs()[2]);
    return x[0] * x[1] * w[0] * w[1] * (w[2] + r[2]);
  }

  std::string getKernelName(Operation *op) const {
    auto layer = cast<RecurrentOp>(op);
    return getKernelStem(stringifyCell(layer.getCell()), layer.getOutputs()[0],
                         shapeOf(layer.getOutputs()[0]));
  }
};

} // namespace

void megcc::registerRecurrentFamily(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, KernelDialect *) {
    RecurrentOp::attachInterface<RecurrentFamily>(*context);
  });
}
