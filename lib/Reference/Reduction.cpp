//===- Reduction.cpp - Evaluation of reductions and scans -----------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Reference/Operators.h"

using namespace mlir;
using namespace megcc;

//===----------------------------------------------------------------------===//
// reduce
//===----------------------------------------------------------------------===//

template <typename T> static T combine(nn::ReduceKind kind, T a, T b) {
  switch (kind) {
  case nn::ReduceKind::sum:
  case nn::ReduceKind::mean:
    return a + b;
  case nn::ReduceKind::prod:
    return a * b;
  case nn::ReduceKind::max:
    return b > a || b != b ? b : a;
  case nn::ReduceKind::min:
    return b < a || b != b ? b : a;
  }
  llvm_unreachable("covered switch");
}

/// What combining nothing gives, and every combination starts from.
template <typename T> static T getNeutral(nn::ReduceKind kind) {
  using Limits = std::numeric_limits<T>;
  switch (kind) {
  case nn::ReduceKind::sum:
  case nn::ReduceKind::mean:
    return 0;
  case nn::ReduceKind::prod:
    return 1;
  case nn::ReduceKind::max:
    return Limits::has_infinity ? -Limits::infinity() : Limits::lowest();
  case nn::ReduceKind::min:
    return Limits::has_infinity ? Limits::infinity() : Limits::max();
  }
  llvm_unreachable("covered switch");
}

/// y[kept indices] = combination of x over the indices of `axes`; a mean
/// divides by their number (integers towards zero).
Results megcc::evaluateOp(nn::ReduceOp op, const Operands &in) {
  const HostTensor &x = in[op.getX()];
  nn::ReduceKind kind = op.getKind();

  // Reduced dimensions don't move the position in the result.
  Index keptShape(x.getShape());
  for (int64_t axis : op.getAxes())
    keptShape[axis] = 1;
  Index strides = getRowMajorStrides(keptShape);
  for (int64_t axis : op.getAxes())
    strides[axis] = 0;

  RankedTensorType type = getResultType(op);
  return withWideType(x.getElementType(), [&](auto zero) {
    using T = decltype(zero);
    std::vector<T> xs = x.read<T>();
    std::vector<T> ys(type.getNumElements(), getNeutral<T>(kind));
    size_t at = 0;
    forEachIndex(x.getShape(), [&](const Index &index) {
      T &y = ys[getOffset(index, strides)];
      y = combine(kind, y, xs[at++]);
    });
    if (kind == nn::ReduceKind::mean && !xs.empty())
      for (T &y : ys)
        y /= static_cast<T>(xs.size() / ys.size());
    return Results{HostTensor::make(type, ys)};
  });
}

//===----------------------------------------------------------------------===//
// arg_max, arg_min
//===----------------------------------------------------------------------===//

/// y[o, i] = the first (or last) k for which better(x[o, k, i], all others).
template <typename Op, typename Better>
static Results selectPosition(Op op, const HostTensor &x, Better better) {
  AxisView view(x.getShape(), op.getAxis());
  bool selectLast = op.getSelectLast();
  return withWideType(x.getElementType(), [&](auto zero) {
    using T = decltype(zero);
    std::vector<T> xs = x.read<T>();
    std::vector<int64_t> positions;
    view.forEachLine([&](int64_t start) {
      int64_t best = 0;
      for (int64_t k = 1; k < view.length; ++k) {
        T value = xs[start + k * view.inner];
        T bestValue = xs[start + best * view.inner];
        if (better(value, bestValue) || (selectLast && value == bestValue))
          best = k;
      }
      positions.push_back(best);
    });
    return Results{HostTensor::make(getResultType(op), positions)};
  });
}

Results megcc::evaluateOp(nn::ArgMaxOp op, const Operands &in) {
  return selectPosition(op, in[op.getX()],
                        [](auto a, auto b) { return a > b; });
}

Results megcc::evaluateOp(nn::ArgMinOp op, const Operands &in) {
  return selectPosition(op, in[op.getX()],
                        [](auto a, auto b) { return a < b; });
}

//===----------------------------------------------------------------------===//
// cumsum
//===----------------------------------------------------------------------===//

/// y[k] = x[0] + ... + x[k] along the axis; without x[k] if exclusive; from the
/// other end if reverse.
Results megcc::evaluateOp(nn::CumSumOp op, const Operands &in) {
  const HostTensor &x = in[op.getX()];
  AxisView view(x.getShape(), op.getAxis());
  return withWideType(x.getElementType(), [&](auto zero) {
    using T = decltype(zero);
    std::vector<T> xs = x.read<T>(), ys(xs.size());
    view.forEachLine([&](int64_t start) {
      T sum = 0;
      for (int64_t step = 0; step < view.length; ++step) {
        int64_t k = op.getReverse() ? view.length - 1 - step : step;
        int64_t at = start + k * view.inner;
        ys[at] = op.getExclusive() ? sum : sum + xs[at];
        sum += xs[at];
      }
    });
    return Results{HostTensor::make(getResultType(op), ys)};
  });
}

//===----------------------------------------------------------------------===//
// top_k
//===----------------------------------------------------------------------===//

/// The k greatest (or least) elements along the axis in order, and their
/// positions; of equal ones the first comes first.
Results megcc::evaluateOp(nn::TopKOp op, const Operands &in) {
  const HostTensor &x = in[op.getX()];
  AxisView view(x.getShape(), op.getAxis());
  AxisView resultView(getResultType(op).getShape(), op.getAxis());
  int64_t k = resultView.length;
  bool least = op.getLeast();
  return withWideType(x.getElementType(), [&](auto zero) {
    using T = decltype(zero);
    std::vector<T> xs = x.read<T>(), values(getResultType(op).getNumElements());
    std::vector<int64_t> positions(values.size());
    for (int64_t line = 0; line < view.outer * view.inner; ++line) {
      int64_t outer = line / view.inner, inner = line % view.inner;
      auto at = [&](int64_t i) {
        return xs[(outer * view.length + i) * view.inner + inner];
      };
      std::vector<int64_t> order(view.length);
      std::iota(order.begin(), order.end(), 0);
      std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
        return least ? at(a) < at(b) : at(a) > at(b);
      });
      for (int64_t i = 0; i < k; ++i) {
        int64_t to = (outer * k + i) * view.inner + inner;
        values[to] = at(order[i]);
        positions[to] = order[i];
      }
    }
    return Results{HostTensor::make(getResultType(op, 0), values),
                   HostTensor::make(getResultType(op, 1), positions)};
  });
}
