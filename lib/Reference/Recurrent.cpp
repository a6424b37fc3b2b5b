//===- Recurrent.cpp - Evaluation of recurrent networks -------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each direction of each sequence is one walk over its steps with a state h (in
// an LSTM also c). Names are those of ONNX's RNN, GRU and LSTM.
//
//===----------------------------------------------------------------------===//

#include "lib/Reference/Operators.h"

using namespace mlir;
using namespace megcc;

using Vector = std::vector<double>;

static double activate(nn::Activation kind, double x, double alpha,
                       double beta) {
  switch (kind) {
  case nn::Activation::sigmoid:
    return 1 / (1 + std::exp(-x));
  case nn::Activation::tanh:
    return std::tanh(x);
  case nn::Activation::relu:
    return std::max(x, 0.0);
  case nn::Activation::leaky_relu:
    return x >= 0 ? x : alpha * x;
  case nn::Activation::thresholded_relu:
    return x > alpha ? x : 0;
  case nn::Activation::scaled_tanh:
    return alpha * std::tanh(beta * x);
  case nn::Activation::hard_sigmoid:
    return std::clamp(alpha * x + beta, 0.0, 1.0);
  case nn::Activation::elu:
    return x >= 0 ? x : alpha * std::expm1(x);
  case nn::Activation::softsign:
    return x / (1 + std::fabs(x));
  case nn::Activation::softplus:
    return std::max(x, 0.0) + std::log1p(std::exp(-std::fabs(x)));
  case nn::Activation::affine:
    return alpha * x + beta;
  }
  llvm_unreachable("covered switch");
}

namespace {
/// What the three cells share: sizes, weights and activations of one direction,
/// and the walk over the steps.
template <typename Op> class Walk {
public:
  Walk(Op op, const Operands &in, int64_t gates)
      : op(op), gates(gates), steps(in[op.getX()].getDim(0)),
        batch(in[op.getX()].getDim(1)), inputs(in[op.getX()].getDim(2)),
        hidden(in[op.getR()].getDim(2)), directions(in[op.getW()].getDim(0)),
        x(in[op.getX()].template read<double>()),
        w(in[op.getW()].template read<double>()),
        r(in[op.getR()].template read<double>()),
        bias(directions * 2 * gates * hidden), lengths(batch, steps),
        y(steps * directions * batch * hidden),
        lastH(directions * batch * hidden) {
    if (const HostTensor *tensor = in.find(op.getBias()))
      bias = tensor->read<double>();
    if (const HostTensor *tensor = in.find(op.getLengths()))
      lengths = tensor->read<int64_t>();
    if (const HostTensor *tensor = in.find(op.getInitialH()))
      lastH = tensor->read<double>();
  }

  /// Calls `step(h)` for each step of each sequence and direction in turn,
  /// which moves the state h on.
  template <typename Step> void run(Step step) {
    for (direction = 0; direction < directions; ++direction) {
      for (sequence = 0; sequence < batch; ++sequence) {
        int64_t stateAt = (direction * batch + sequence) * hidden;
        double *h = &lastH[stateAt];
        bool reverse =
            direction == 1 || op.getDirection() == nn::Direction::reverse;
        for (int64_t i = 0; i < lengths[sequence]; ++i) {
          time = reverse ? lengths[sequence] - 1 - i : i;
          step(h, stateAt);
          std::copy_n(h, hidden,
                      &y[((time * directions + direction) * batch + sequence) *
                         hidden]);
        }
      }
    }
  }

  /// w[gate] * x at this step + its bias.
  Vector getInputPart(int64_t gate) const {
    Vector sums(hidden);
    const double *now = &x[(time * batch + sequence) * inputs];
    for (int64_t i = 0; i < hidden; ++i) {
      int64_t row = (direction * gates + gate) * hidden + i;
      sums[i] = bias[(direction * 2 * gates + gate) * hidden + i];
      for (int64_t k = 0; k < inputs; ++k)
        sums[i] += w[row * inputs + k] * now[k];
    }
    return sums;
  }

  /// r[gate] * h + its bias.
  Vector getStatePart(int64_t gate, const double *h) const {
    Vector sums(hidden);
    for (int64_t i = 0; i < hidden; ++i) {
      int64_t row = (direction * gates + gate) * hidden + i;
      sums[i] = bias[(direction * 2 * gates + gates + gate) * hidden + i];
      for (int64_t k = 0; k < hidden; ++k)
        sums[i] += r[row * hidden + k] * h[k];
    }
    return sums;
  }

  /// The function number `which` of this direction, on a value that is clipped
  /// before.
  double apply(int64_t which, double value) const {
    if (std::optional<double> clip = getClip())
      value = std::clamp(value, -*clip, *clip);
    int64_t perDirection = op.getActivations().size() / directions;
    int64_t at = direction * perDirection + which;
    auto kind = cast<nn::ActivationAttr>(op.getActivations()[at]).getValue();
    return activate(kind, value, op.getAlpha()[at], op.getBeta()[at]);
  }

  Results getResults() const {
    return {HostTensor::make(getResultType(op, 0), y),
            HostTensor::make(getResultType(op, 1), lastH)};
  }

  int64_t getHidden() const { return hidden; }
  int64_t getDirection() const { return direction; }

private:
  std::optional<double> getClip() const {
    if (op.getClipAttr())
      return op.getClipAttr().getValueAsDouble();
    return std::nullopt;
  }

  mutable Op op;
  int64_t gates, steps, batch, inputs, hidden, directions;
  Vector x, w, r, bias;
  std::vector<int64_t> lengths;
  Vector y, lastH;
  int64_t direction = 0, sequence = 0, time = 0;
};
} // namespace

/// h = f(w x + r h + bias)
Results megcc::evaluateOp(nn::RnnOp op, const Operands &in) {
  Walk<nn::RnnOp> walk(op, in, /*gates=*/1);
  walk.run([&](double *h, int64_t) {
    Vector sums = walk.getInputPart(0), state = walk.getStatePart(0, h);
    for (int64_t i = 0; i < walk.getHidden(); ++i)
      h[i] = walk.apply(0, sums[i] + state[i]);
  });
  return walk.getResults();
}

/// z = f(...), r = f(...), n = g(...), h = (1 - z) * n + z * h
Results megcc::evaluateOp(nn::GruOp op, const Operands &in) {
  enum Gate { Z, R, N };
  Walk<nn::GruOp> walk(op, in, /*gates=*/3);
  int64_t hidden = walk.getHidden();
  walk.run([&](double *h, int64_t) {
    Vector z = walk.getInputPart(Z), zState = walk.getStatePart(Z, h);
    Vector r = walk.getInputPart(R), rState = walk.getStatePart(R, h);
    for (int64_t i = 0; i < hidden; ++i) {
      z[i] = walk.apply(0, z[i] + zState[i]);
      r[i] = walk.apply(0, r[i] + rState[i]);
    }
    Vector n = walk.getInputPart(N), nState;
    if (op.getLinearBeforeReset()) {
      nState = walk.getStatePart(N, h);
      for (int64_t i = 0; i < hidden; ++i)
        nState[i] *= r[i];
    } else {
      Vector reset(h, h + hidden);
      for (int64_t i = 0; i < hidden; ++i)
        reset[i] *= r[i];
      nState = walk.getStatePart(N, reset.data());
    }
    for (int64_t i = 0; i < hidden; ++i)
      h[i] = (1 - z[i]) * walk.apply(1, n[i] + nState[i]) + z[i] * h[i];
  });
  return walk.getResults();
}

/// i, f, g from x, h and c; C = f * c + i * g; o from x, h and C; H = o * h(C)
Results megcc::evaluateOp(nn::LstmOp op, const Operands &in) {
  enum Gate { I, O, F, C };
  Walk<nn::LstmOp> walk(op, in, /*gates=*/4);
  int64_t hidden = walk.getHidden();
  RankedTensorType stateType = getResultType(op, 2);
  Vector lastC(stateType.getNumElements());
  if (const HostTensor *tensor = in.find(op.getInitialC()))
    lastC = tensor->read<double>();
  Vector peepholes(stateType.getDimSize(0) * 3 * hidden);
  if (const HostTensor *tensor = in.find(op.getPeepholes()))
    peepholes = tensor->read<double>();

  walk.run([&](double *h, int64_t stateAt) {
    double *c = &lastC[stateAt];
    const double *pi = &peepholes[walk.getDirection() * 3 * hidden];
    const double *po = pi + hidden, *pf = po + hidden;
    auto getSum = [&](Gate gate) {
      Vector sums = walk.getInputPart(gate);
      Vector state = walk.getStatePart(gate, h);
      for (int64_t k = 0; k < hidden; ++k)
        sums[k] += state[k];
      return sums;
    };
    Vector i = getSum(I), o = getSum(O), f = getSum(F), g = getSum(C);
    for (int64_t k = 0; k < hidden; ++k) {
      double input = walk.apply(0, i[k] + pi[k] * c[k]);
      double forget =
          op.getInputForget() ? 1 - input : walk.apply(0, f[k] + pf[k] * c[k]);
      c[k] = forget * c[k] + input * walk.apply(1, g[k]);
      double output = walk.apply(0, o[k] + po[k] * c[k]);
      h[k] = output * walk.apply(2, c[k]);
    }
  });
  Results results = walk.getResults();
  results.push_back(HostTensor::make(stateType, lastC));
  return results;
}
