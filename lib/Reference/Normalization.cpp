//===- Normalization.cpp - Evaluation of softmax and normalisations -------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Reference/Operators.h"

using namespace mlir;
using namespace megcc;

//===----------------------------------------------------------------------===//
// softmax, log_softmax
//===----------------------------------------------------------------------===//

/// With m the largest x along the axis and s the sum of exp(x - m):
/// fn(x - m, s) for each element.
template <typename Fn>
static Results normalizeExponents(Operation *op, const HostTensor &x,
                                  int64_t axis, Fn fn) {
  AxisView view(x.getShape(), axis);
  std::vector<double> xs = x.read<double>(), ys(xs.size());
  view.forEachLine([&](int64_t start) {
    double largest = -std::numeric_limits<double>::infinity(), sum = 0;
    for (int64_t k = 0; k < view.length; ++k)
      largest = std::max(largest, xs[start + k * view.inner]);
    for (int64_t k = 0; k < view.length; ++k)
      sum += std::exp(xs[start + k * view.inner] - largest);
    for (int64_t k = 0; k < view.length; ++k)
      ys[start + k * view.inner] =
          fn(xs[start + k * view.inner] - largest, sum);
  });
  return {HostTensor::make(getResultType(op), ys)};
}

Results megcc::evaluateOp(nn::SoftmaxOp op, const Operands &in) {
  return normalizeExponents(
      op, in[op.getX()], op.getAxis(),
      [](double x, double sum) { return std::exp(x) / sum; });
}

Results megcc::evaluateOp(nn::LogSoftmaxOp op, const Operands &in) {
  return normalizeExponents(
      op, in[op.getX()], op.getAxis(),
      [](double x, double sum) { return x - std::log(sum); });
}

//===----------------------------------------------------------------------===//
// layer_norm, group_norm, batch_norm
//===----------------------------------------------------------------------===//

/// Shifts and scales `length` values from `first` to mean 0 and variance 1:
/// (x - mean) / sqrt(mean of (x - mean)^2 + epsilon).
static void standardize(double *first, int64_t length, double epsilon) {
  double mean = 0, variance = 0;
  for (int64_t i = 0; i < length; ++i)
    mean += first[i] / length;
  for (int64_t i = 0; i < length; ++i)
    variance += (first[i] - mean) * (first[i] - mean) / length;
  for (int64_t i = 0; i < length; ++i)
    first[i] = (first[i] - mean) / std::sqrt(variance + epsilon);
}

/// Each slice over the dimensions from `axis` on is standardised, then
/// multiplied by scale and moved by bias, which are broadcast to x.
Results megcc::evaluateOp(nn::LayerNormOp op, const Operands &in) {
  const HostTensor &x = in[op.getX()];
  std::vector<double> ys = x.read<double>();
  int64_t length = getNumElements(x.getShape().drop_front(op.getAxis()));
  double epsilon = op.getEpsilon();
  for (size_t at = 0; at < ys.size(); at += length)
    standardize(&ys[at], length, epsilon);
  if (const HostTensor *scale = in.find(op.getScale())) {
    std::vector<double> factors =
        broadcastTo(*scale, x.getShape()).read<double>();
    for (size_t i = 0; i < ys.size(); ++i)
      ys[i] *= factors[i];
  }
  if (const HostTensor *bias = in.find(op.getBias())) {
    std::vector<double> terms = broadcastTo(*bias, x.getShape()).read<double>();
    for (size_t i = 0; i < ys.size(); ++i)
      ys[i] += terms[i];
  }
  return Results{HostTensor::make(getResultType(op), ys)};
}

/// The channels (dimension 1) of each image, in `groups` equal parts, are
/// standardised part by part, then scaled and moved channel by channel.
Results megcc::evaluateOp(nn::GroupNormOp op, const Operands &in) {
  const HostTensor &x = in[op.getX()];
  std::vector<double> ys = x.read<double>();
  int64_t channels = x.getDim(1);
  int64_t plane = getNumElements(x.getShape().drop_front(2));
  int64_t length = channels / op.getGroups() * plane;
  double epsilon = op.getEpsilon();
  for (size_t at = 0; at < ys.size(); at += length)
    standardize(&ys[at], length, epsilon);
  if (const HostTensor *scale = in.find(op.getScale())) {
    std::vector<double> factors = scale->read<double>();
    for (size_t i = 0; i < ys.size(); ++i)
      ys[i] *= factors[i / plane % channels];
  }
  if (const HostTensor *bias = in.find(op.getBias())) {
    std::vector<double> terms = bias->read<double>();
    for (size_t i = 0; i < ys.size(); ++i)
      ys[i] += terms[i / plane % channels];
  }
  return Results{HostTensor::make(getResultType(op), ys)};
}

/// y = (x - mean[c]) / sqrt(var[c] + epsilon) * scale[c] + bias[c], where c is
/// the index in dimension 1.
Results megcc::evaluateOp(nn::BatchNormOp op, const Operands &in) {
  const HostTensor &x = in[op.getX()];
  std::vector<double> ys = x.read<double>();
  std::vector<double> scale = in[op.getScale()].read<double>();
  std::vector<double> bias = in[op.getBias()].read<double>();
  std::vector<double> mean = in[op.getMean()].read<double>();
  std::vector<double> variance = in[op.getVariance()].read<double>();
  double epsilon = op.getEpsilon();
  int64_t plane = getNumElements(x.getShape().drop_front(2));
  for (size_t i = 0; i < ys.size(); ++i) {
    int64_t c = i / plane % scale.size();
    ys[i] = (ys[i] - mean[c]) / std::sqrt(variance[c] + epsilon) * scale[c] +
            bias[c];
  }
  return Results{HostTensor::make(getResultType(op), ys)};
}

//===----------------------------------------------------------------------===//
// lrn
//===----------------------------------------------------------------------===//

/// y[c] = x[c] / (bias + alpha / size * sum of x[i]^2)^beta over the channels i
/// from c - floor((size - 1) / 2) to c + ceil((size - 1) / 2).
Results megcc::evaluateOp(nn::LrnOp op, const Operands &in) {
  const HostTensor &x = in[op.getX()];
  AxisView view(x.getShape(), /*axis=*/1);
  std::vector<double> xs = x.read<double>(), ys(xs.size());
  int64_t size = op.getSize();
  double alpha = op.getAlpha();
  double beta = op.getBeta();
  double bias = op.getBias();
  view.forEachLine([&](int64_t start) {
    for (int64_t c = 0; c < view.length; ++c) {
      int64_t first = std::max<int64_t>(0, c - (size - 1) / 2);
      int64_t last = std::min(view.length - 1, c + size / 2);
      double sum = 0;
      for (int64_t i = first; i <= last; ++i) {
        double value = xs[start + i * view.inner];
        sum += value * value;
      }
      int64_t at = start + c * view.inner;
      ys[at] = xs[at] / std::pow(bias + alpha / size * sum, beta);
    }
  });
  return Results{HostTensor::make(getResultType(op), ys)};
}
