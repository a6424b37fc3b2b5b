//===- Signal.cpp - Windows and Fourier transforms ------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A transform of fixed length is a product with a constant matrix; windows and
// mel weights are constants.
//
//===----------------------------------------------------------------------===//

#include "lib/Import/ONNX/OperatorHelpers.h"
#include "lib/Import/ONNX/Registry.h"

#include <cmath>

using namespace mlir;
using namespace megcc;

/// Constants computed here stay below this number of elements.
static constexpr int64_t kMaxComputed = int64_t(1) << 26;

static constexpr double kPi = 3.14159265358979323846;

//===----------------------------------------------------------------------===//
// Windows
//===----------------------------------------------------------------------===//

/// a0 - a1 cos(2 pi n / N) + a2 cos(4 pi n / N).
static LogicalResult buildWindow(NodeContext &call, double a0, double a1,
                                 double a2) {
  bool isPeriodic = call.flagAttr("periodic", true);
  Type type = call.hasAttr("output_datatype") ? call.typeAttr("output_datatype")
                                              : call.f32();
  int64_t size = 0;
  RankedTensorType declared = call.declared(0);
  if (auto given = call.intsOf(call.in(0)); given && given->size() == 1)
    size = given->front();
  else if (declared && declared.getRank() == 1)
    size = declared.getDimSize(0);
  else if (!call.requireInts(0, "size"))
    return failure();
  if (call.hasFailed())
    return failure();
  if (size < 0 || size > kMaxComputed)
    return call.error() << "input 0 (size): found " << size
                        << ", expected a number in [0, 2^26]";
  double period =
      static_cast<double>(isPeriodic ? size : std::max<int64_t>(size - 1, 1));
  SmallVector<double> values;
  for (int64_t n = 0; n < size; ++n) {
    double angle = 2 * kPi * static_cast<double>(n) / period;
    values.push_back(a0 - a1 * std::cos(angle) + a2 * std::cos(2 * angle));
  }
  if (isa<FloatType>(type))
    return call.result(call.floats({size}, values, type));
  return call.result(call.cast(call.floats({size}, values, call.f32()), type));
}

static LogicalResult importHannWindow(NodeContext &call) {
  return buildWindow(call, 0.5, 0.5, 0);
}
static LogicalResult importHammingWindow(NodeContext &call) {
  return buildWindow(call, 25.0 / 46, 21.0 / 46, 0);
}
static LogicalResult importBlackmanWindow(NodeContext &call) {
  return buildWindow(call, 0.42, 0.5, 0.08);
}

/// Triangular filters that are equally wide on the mel scale.
static LogicalResult importMelWeightMatrix(NodeContext &call) {
  constexpr StringRef roles[] = {"num_mel_bins", "dft_length", "sample_rate",
                                 "lower_edge_hertz", "upper_edge_hertz"};
  double values[5];
  for (unsigned index = 0; index < 5; ++index) {
    auto given = call.requireFloats(index, roles[index]);
    if (!given)
      return failure();
    if (given->size() != 1 || !(given->front() >= 0) || given->front() > 1e6)
      return call.error() << "input " << index << " (" << roles[index]
                          << "): expected one number in [0, 1e6]";
    values[index] = given->front();
  }
  Type type = call.hasAttr("output_datatype") ? call.typeAttr("output_datatype")
                                              : call.f32();
  if (!type || !isa<FloatType>(type))
    return call.hasFailed()
               ? failure()
               : call.attrError("output_datatype", "integers", "a float type");
  int64_t bins = static_cast<int64_t>(values[0]);
  int64_t rows = static_cast<int64_t>(values[1]) / 2 + 1;
  if (values[2] < 1 || bins * rows > kMaxComputed)
    return call.error() << "found a matrix of " << rows << " by " << bins
                        << " for a sample rate of " << std::to_string(values[2])
                        << ", expected at most 2^26 elements and at least 1 Hz";
  auto toMel = [](double hertz) { return 2595 * std::log10(1 + hertz / 700); };
  double low = toMel(values[3]);
  double step = (toMel(values[4]) - low) / static_cast<double>(bins + 2);
  SmallVector<int64_t> edges;
  for (int64_t i = 0; i < bins + 2; ++i) {
    double mel = static_cast<double>(i) * step + low;
    double hertz = 700 * (std::pow(10, mel / 2595) - 1);
    double edge = std::floor((values[1] + 1) * hertz / values[2]);
    edges.push_back(static_cast<int64_t>(edge));
  }
  SmallVector<double> matrix(static_cast<size_t>(rows * bins), 0.0);
  auto set = [&](int64_t row, int64_t bin, double value) {
    if (row >= 0 && row < rows)
      matrix[static_cast<size_t>(row * bins + bin)] = value;
  };
  for (int64_t bin = 0; bin < bins; ++bin) {
    int64_t lower = edges[bin], centre = edges[bin + 1], upper = edges[bin + 2];
    if (centre == lower)
      set(centre, bin, 1);
    else
      for (int64_t row = std::max<int64_t>(lower, 0);
           row <= std::min(centre, rows - 1); ++row)
        set(row, bin, double(row - lower) / double(centre - lower));
    for (int64_t row = std::max<int64_t>(centre, 0);
         row < std::min(upper, rows); ++row)
      set(row, bin, double(upper - row) / double(upper - centre));
  }
  return call.result(call.floats({rows, bins}, matrix, type));
}

//===----------------------------------------------------------------------===//
// Fourier transforms
//===----------------------------------------------------------------------===//

/// The last two dimensions of x are n samples and 1 or 2 parts (real,
/// imaginary); the result has `bins` and 2. One product does it all: the matrix
/// takes (sample, part) to (bin, part).
static Value transformRows(NodeContext &call, Value x, int64_t bins,
                           bool isInverse) {
  if (!x)
    return {};
  SmallVector<int64_t> shape(call.dims(x));
  int64_t parts = shape.pop_back_val(), n = shape.pop_back_val();
  if (n < 1 || n * parts > kMaxComputed / std::max<int64_t>(2 * bins, 1)) {
    call.error() << "found a transform of " << n << " samples, expected at "
                 << "least 1 and a matrix of at most 2^26 elements";
    return {};
  }
  SmallVector<double> matrix(static_cast<size_t>(n * parts * bins * 2));
  double sign = isInverse ? 1 : -1, scale = isInverse ? 1.0 / double(n) : 1.0;
  for (int64_t sample = 0; sample < n; ++sample) {
    for (int64_t bin = 0; bin < bins; ++bin) {
      double angle = 2 * kPi * double(sample * bin % n) / double(n);
      double re = scale * std::cos(angle), im = scale * sign * std::sin(angle);
      // (xr + i xi)(re + i im)
      double entries[2][2] = {{re, im}, {-im, re}};
      for (int64_t part = 0; part < parts; ++part)
        for (int64_t out = 0; out < 2; ++out)
          matrix[static_cast<size_t>(
              ((sample * parts + part) * bins + bin) * 2 + out)] =
              entries[part][out];
    }
  }
  int64_t rows = 1;
  for (int64_t dim : shape)
    rows *= dim;
  Value product = call.create<nn::MatMulOp>(
      call.reshape(x, {rows, n * parts}),
      call.floats({n * parts, bins * 2}, matrix, call.elementOf(x)));
  shape.append({bins, 2});
  return call.reshape(product, shape);
}

/// Whether the last dimension holds real or complex numbers.
static bool checkParts(NodeContext &call, Value x) {
  int64_t parts = call.dims(x).back();
  if (parts == 1 || parts == 2)
    return true;
  call.error() << "input 0: found " << describeType(call.typeOf(x))
               << ", expected a last dimension of 1 (real) or 2 (complex)";
  return false;
}

static LogicalResult importDFT(NodeContext &call) {
  if (!call.requireRank(0, 2))
    return failure();
  Value x = call.in(0);
  int64_t rank = call.rankOf(x);
  bool isInverse = call.flagAttr("inverse", false);
  bool isOneSided = call.flagAttr("onesided", false);
  int64_t axis = call.getVersion() < 20 ? call.intAttr("axis", 1) : -2;
  if (call.in(2)) {
    auto given = call.requireInts(2, "axis");
    if (!given)
      return failure();
    axis = given->size() == 1 ? given->front() : rank;
  }
  if (axis < -rank || axis >= rank - 1 || axis == -1)
    return call.error() << "axis: found " << axis
                        << ", expected one of the dimensions before the last";
  axis = axis < 0 ? axis + rank : axis;
  if (!checkParts(call, x))
    return failure();
  // The axis comes to stand before the parts.
  SmallVector<int64_t> perm;
  for (int64_t i = 0; i < rank - 1; ++i)
    if (i != axis)
      perm.push_back(i);
  perm.append({axis, rank - 1});
  x = call.transpose(x, perm);
  int64_t n = call.dims(call.in(0))[axis];
  if (call.in(1)) {
    auto length = call.requireInts(1, "dft_length");
    if (!length)
      return failure();
    if (length->size() != 1 || length->front() < 1 ||
        length->front() > kMaxComputed)
      return call.error() << "input 1 (dft_length): found "
                          << describeShape(*length)
                          << ", expected one number in [1, 2^26]";
    SmallVector<int64_t> none(static_cast<size_t>(rank), 0), high(none);
    high[static_cast<size_t>(rank - 2)] = length->front() - n;
    n = length->front();
    x = call.create<nn::PadOp>(x, Value(), ArrayRef<int64_t>(none),
                               ArrayRef<int64_t>(high), ArrayRef<int64_t>(none),
                               nn::PadMode::constant);
  }
  x = transformRows(call, x, isOneSided ? n / 2 + 1 : n, isInverse);
  return call.result(call.transpose(x, invertPermutation(perm)));
}

/// Frames of a signal, each windowed and transformed.
static LogicalResult importSTFT(NodeContext &call) {
  if (!call.requireRank(0, 3, 3))
    return failure();
  Value signal = call.in(0), window = call.in(2);
  bool isOneSided = call.flagAttr("onesided", true);
  if (!checkParts(call, signal))
    return failure();
  int64_t samples = call.dims(signal)[1], length = samples;
  if (call.in(3)) {
    auto given = call.requireInts(3, "frame_length");
    if (!given)
      return failure();
    length = given->size() == 1 ? given->front() : 0;
  } else if (window && call.rankOf(window) == 1) {
    length = call.dims(window)[0];
  }
  if (length < 1 || length > samples ||
      (window && (call.rankOf(window) != 1 || call.dims(window)[0] != length)))
    return call.error() << "found frames of " << length
                        << " samples in a signal of " << samples
                        << ", expected frames inside it and a window as long";
  // The step decides how many frames there are; at run time, the declared
  // result does.
  int64_t frames = 0;
  RankedTensorType declared = call.declared(0);
  if (auto step = call.intsOf(call.in(1));
      step && step->size() == 1 && step->front() > 0)
    frames = (samples - length) / step->front() + 1;
  else if (!step && declared && declared.getRank() == 4)
    frames = declared.getDimSize(1);
  else if (step)
    return call.error() << "input 1 (frame_step): found "
                        << describeShape(*step)
                        << ", expected one number of at least 1";
  else if (!call.requireInts(1, "frame_step"))
    return failure();
  if (frames < 1 || frames > kMaxComputed / length)
    return call.error() << "found " << frames << " frames of " << length
                        << " samples, expected 1 to 2^26 elements in all";
  auto iota = [&](ArrayRef<int64_t> shape, int64_t count) {
    return call.ints(shape, llvm::to_vector(llvm::seq<int64_t>(0, count)),
                     call.i64());
  };
  Value starts = call.create<nn::MulOp>(
      iota({frames, 1}, frames),
      call.reshape(call.cast(call.in(1), call.i64()), {}));
  Value positions = call.create<nn::AddOp>(starts, iota({length}, length));
  Value x = call.create<nn::GatherOp>(signal, positions, int64_t(1));
  if (window)
    x = call.create<nn::MulOp>(x, call.reshape(window, {length, 1}));
  return call.result(
      transformRows(call, x, isOneSided ? length / 2 + 1 : length, false));
}

void megcc::registerSignal(Registry &registry) {
  registry.beginGroup("Signal");
  registry.add("BlackmanWindow", 1, 1, 17, importBlackmanWindow);
  registry.add("DFT", 1, 3, 17, importDFT);
  registry.add("HammingWindow", 1, 1, 17, importHammingWindow);
  registry.add("HannWindow", 1, 1, 17, importHannWindow);
  registry.add("MelWeightMatrix", 5, 5, 17, importMelWeightMatrix,
               "parameters known at run time only");
  registry.add("STFT", 2, 4, 17, importSTFT);
}
