//===- Contraction.cpp - Evaluation of convolutions and matmul ------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sums are taken in double or 64-bit integers and rounded or wrapped once.
//
//===----------------------------------------------------------------------===//

#include "lib/Reference/Operators.h"

using namespace mlir;
using namespace megcc;

/// How a convolution walks its window, one entry per spatial dimension.
namespace {
struct Window {
  ArrayRef<int64_t> strides, dilations, padsBegin;
};
} // namespace

/// Adds a * b to `sum`; integers wrap without the undefined behaviour of an
/// overflow.
static void multiplyAdd(double &sum, double a, double b) { sum += a * b; }
static void multiplyAdd(int64_t &sum, int64_t a, int64_t b) {
  sum =
      static_cast<int64_t>(static_cast<uint64_t>(sum) +
                           static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
}

/// The range of window positions k that read inside an input of `size`
/// elements, where the first reads at `start` and the next at a distance of
/// `dilation`.
static std::pair<int64_t, int64_t> clipWindow(int64_t start, int64_t dilation,
                                              int64_t window, int64_t size) {
  int64_t first = start >= 0 ? 0 : llvm::divideCeil(-start, dilation);
  int64_t last =
      start >= size
          ? 0
          : std::min<int64_t>(window, llvm::divideCeil(size - start, dilation));
  return {std::min(first, last), last};
}

/// The sum over the last dimension of a window is the innermost loop; those
/// over the other dimensions nest around it.
template <typename T>
static void addWindow(const T *x, ArrayRef<int64_t> xShape, const T *w,
                      ArrayRef<int64_t> wShape, ArrayRef<int64_t> position,
                      const Window &window, unsigned d, T &sum) {
  int64_t start = position[d] * window.strides[d] - window.padsBegin[d];
  auto [first, last] =
      clipWindow(start, window.dilations[d], wShape[d], xShape[d]);
  int64_t xStep = getNumElements(xShape.drop_front(d + 1));
  int64_t wStep = getNumElements(wShape.drop_front(d + 1));
  for (int64_t k = first; k < last; ++k) {
    const T *xAt = x + (start + k * window.dilations[d]) * xStep;
    if (d + 1 == xShape.size())
      multiplyAdd(sum, *xAt, w[k]);
    else
      addWindow(xAt, xShape, w + k * wStep, wShape, position, window, d + 1,
                sum);
  }
}

/// y[n, m, o...] = bias[m] + sum over c, k...
///     x[n, g * C/groups + c, o * stride - pad + k * dilation] * w[m, c, k...]
/// where g is the group of m.
template <typename T>
static std::vector<T> convolve(const HostTensor &x, const HostTensor &w,
                               const HostTensor *bias, int64_t groups,
                               const Window &window, ArrayRef<int64_t> yShape) {
  std::vector<T> xs = x.read<T>(), ws = w.read<T>();
  std::vector<T> biases = bias ? bias->read<T>() : std::vector<T>(yShape[1]);
  ArrayRef<int64_t> xSpace = x.getShape().drop_front(2);
  ArrayRef<int64_t> wSpace = w.getShape().drop_front(2);
  int64_t xPlane = getNumElements(xSpace), wPlane = getNumElements(wSpace);
  int64_t channels = w.getDim(1), perGroup = yShape[1] / groups;

  std::vector<T> ys;
  ys.reserve(getNumElements(yShape));
  for (int64_t n = 0; n < yShape[0]; ++n) {
    for (int64_t m = 0; m < yShape[1]; ++m) {
      const T *xGroup =
          &xs[0] + (n * x.getDim(1) + m / perGroup * channels) * xPlane;
      const T *wFilter = &ws[0] + m * channels * wPlane;
      forEachIndex(yShape.drop_front(2), [&](const Index &position) {
        T sum = biases[m];
        for (int64_t c = 0; c < channels; ++c)
          addWindow(xGroup + c * xPlane, xSpace, wFilter + c * wPlane, wSpace,
                    position, window, 0, sum);
        ys.push_back(sum);
      });
    }
  }
  return ys;
}

/// y[n, g * M/groups + m, i * stride - pad + k * dilation] +=
///     x[n, c, i...] * w[c, m, k...]        starting from y = bias
template <typename T>
static std::vector<T>
convolveTransposed(const HostTensor &x, const HostTensor &w,
                   const HostTensor *bias, int64_t groups, const Window &window,
                   ArrayRef<int64_t> yShape) {
  std::vector<T> xs = x.read<T>(), ws = w.read<T>();
  int64_t yPlane = getNumElements(yShape.drop_front(2));
  std::vector<T> ys(yShape[0] * yShape[1] * yPlane);
  if (bias) {
    std::vector<T> biases = bias->read<T>();
    for (size_t i = 0; i < ys.size(); ++i)
      ys[i] = biases[i / yPlane % yShape[1]];
  }

  int64_t perGroup = w.getDim(1), channelsPerGroup = x.getDim(1) / groups;
  Index yStrides = getRowMajorStrides(yShape);
  int64_t spatialRank = yShape.size() - 2;
  const T *xAt = xs.data();
  forEachIndex(x.getShape(), [&](const Index &i) {
    T value = *xAt++;
    int64_t c = i[1], firstOut = c / channelsPerGroup * perGroup;
    const T *wAt = &ws[0] + c * getNumElements(w.getShape().drop_front());
    forEachIndex(w.getShape().drop_front(), [&](const Index &k) {
      T weight = *wAt++;
      int64_t offset = i[0] * yStrides[0] + (firstOut + k[0]) * yStrides[1];
      for (int64_t d = 0; d < spatialRank; ++d) {
        int64_t o = i[2 + d] * window.strides[d] - window.padsBegin[d] +
                    k[1 + d] * window.dilations[d];
        if (o < 0 || o >= yShape[2 + d])
          return;
        offset += o * yStrides[2 + d];
      }
      multiplyAdd(ys[offset], value, weight);
    });
  });
  return ys;
}

template <typename ConvLike> static Window getWindow(ConvLike op) {
  return {op.getStrides(), op.getDilations(),
          op.getPads().take_front(op.getStrides().size())};
}

/// Operands of several integer types are all read as signed 64-bit integers:
/// those of unsigned types are never negative in it.
template <typename Fn>
static Results computeSums(RankedTensorType type, Fn fn) {
  if (isa<FloatType>(type.getElementType()))
    return {HostTensor::make(type, fn(double()))};
  return {HostTensor::make(type, fn(int64_t()))};
}

Results megcc::evaluateOp(nn::ConvOp op, const Operands &in) {
  return computeSums(getResultType(op), [&](auto zero) {
    return convolve<decltype(zero)>(in[op.getX()], in[op.getW()],
                                    in.find(op.getBias()), op.getGroups(),
                                    getWindow(op), op.getType().getShape());
  });
}

Results megcc::evaluateOp(nn::ConvTransposeOp op, const Operands &in) {
  return computeSums(getResultType(op), [&](auto zero) {
    return convolveTransposed<decltype(zero)>(
        in[op.getX()], in[op.getW()], in.find(op.getBias()), op.getGroups(),
        getWindow(op), op.getType().getShape());
  });
}

/// y[..., i, j] = sum over k of a[..., i, k] * b[..., k, j] with the leading
/// dimensions broadcast; a vector on the left is a row, on the right a column,
/// and its dimension is dropped from the result.
template <typename T>
static std::vector<T> multiplyMatrices(const HostTensor &a,
                                       const HostTensor &b) {
  Index aShape(a.getShape()), bShape(b.getShape());
  if (aShape.size() == 1)
    aShape.insert(aShape.begin(), 1);
  if (bShape.size() == 1)
    bShape.push_back(1);
  int64_t rows = aShape[aShape.size() - 2], depth = aShape.back();
  int64_t columns = bShape.back();

  size_t batchRank = std::max(aShape.size(), bShape.size()) - 2;
  Index batch(batchRank, 1), aStrides(batchRank, 0), bStrides(batchRank, 0);
  auto alignBatch = [&](ArrayRef<int64_t> shape, Index &strides) {
    Index all = getRowMajorStrides(shape);
    size_t lead = batchRank + 2 - shape.size();
    for (size_t d = lead; d < batchRank; ++d) {
      if (shape[d - lead] == 1)
        continue;
      batch[d] = shape[d - lead];
      strides[d] = all[d - lead];
    }
  };
  alignBatch(aShape, aStrides);
  alignBatch(bShape, bStrides);

  std::vector<T> as = a.read<T>(), bs = b.read<T>(), ys;
  forEachIndex(batch, [&](const Index &index) {
    const T *aMatrix = as.data() + getOffset(index, aStrides);
    const T *bMatrix = bs.data() + getOffset(index, bStrides);
    for (int64_t i = 0; i < rows; ++i) {
      std::vector<T> row(columns);
      for (int64_t k = 0; k < depth; ++k)
        for (int64_t j = 0; j < columns; ++j)
          multiplyAdd(row[j], aMatrix[i * depth + k], bMatrix[k * columns + j]);
      ys.insert(ys.end(), row.begin(), row.end());
    }
  });
  return ys;
}

Results megcc::evaluateOp(nn::MatMulOp op, const Operands &in) {
  return computeSums(getResultType(op), [&](auto zero) {
    return multiplyMatrices<decltype(zero)>(in[op.getLhs()], in[op.getRhs()]);
  });
}
