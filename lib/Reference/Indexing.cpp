//===- Indexing.cpp - Evaluation of movement by indices -------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A negative index counts from the end; what is outside even so is moved to the
// nearest end.
//
//===----------------------------------------------------------------------===//

#include "lib/Reference/Operators.h"

using namespace mlir;
using namespace megcc;

static int64_t normalizeIndex(int64_t index, int64_t extent) {
  return std::clamp<int64_t>(index < 0 ? index + extent : index, 0, extent - 1);
}

/// Copies `count` elements, offsets in elements.
static void copyRun(HostTensor &to, int64_t toOffset, const HostTensor &from,
                    int64_t fromOffset, int64_t count) {
  int64_t elementBytes = getElementBytes(to.getElementType());
  std::memcpy(to.data() + toOffset * elementBytes,
              from.data() + fromOffset * elementBytes, count * elementBytes);
}

//===----------------------------------------------------------------------===//
// gather
//===----------------------------------------------------------------------===//

/// y[a..., i..., b...] = x[a..., indices[i...], b...]
Results megcc::evaluateOp(nn::GatherOp op, const Operands &in) {
  const HostTensor &x = in[op.getX()];
  std::vector<int64_t> indices = in[op.getIndices()].read<int64_t>();
  AxisView view(x.getShape(), op.getAxis());
  HostTensor result(getResultType(op));
  if (result.size() == 0)
    return Results{result};
  int64_t to = 0;
  for (int64_t outer = 0; outer < view.outer; ++outer) {
    for (int64_t index : indices) {
      int64_t from = normalizeIndex(index, view.length);
      copyRun(result, to, x, (outer * view.length + from) * view.inner,
              view.inner);
      to += view.inner;
    }
  }
  return Results{result};
}

/// y[i, j, k] = x[i, indices[i, j, k], k] for axis 1 of three
Results megcc::evaluateOp(nn::GatherElementsOp op, const Operands &in) {
  const HostTensor &x = in[op.getX()];
  std::vector<int64_t> indices = in[op.getIndices()].read<int64_t>();
  Index strides = getRowMajorStrides(x.getShape());
  HostTensor result(getResultType(op));
  int64_t at = 0, axis = op.getAxis();
  forEachIndex(result.getShape(), [&](const Index &index) {
    Index from(index);
    from[axis] = normalizeIndex(indices[at], x.getDim(axis));
    copyRun(result, at, x, getOffset(from, strides), 1);
    ++at;
  });
  return Results{result};
}

/// The offset of the slice of a tensor of `shape` that an index tuple selects
/// behind the leading dimensions `batch`.
static int64_t getSliceOffset(ArrayRef<int64_t> shape, ArrayRef<int64_t> batch,
                              ArrayRef<int64_t> tuple) {
  Index strides = getRowMajorStrides(shape);
  int64_t offset = getOffset(batch, strides);
  for (size_t d = 0; d < tuple.size(); ++d)
    offset += normalizeIndex(tuple[d], shape[batch.size() + d]) *
              strides[batch.size() + d];
  return offset;
}

/// y[b..., i...] = x[b..., tuple at indices[b..., i...]], a slice
Results megcc::evaluateOp(nn::GatherNDOp op, const Operands &in) {
  const HostTensor &x = in[op.getX()], &indexTensor = in[op.getIndices()];
  std::vector<int64_t> indices = indexTensor.read<int64_t>();
  int64_t batchDims = op.getBatchDims();
  int64_t length = indexTensor.getShape().back();
  int64_t run = getNumElements(x.getShape().drop_front(batchDims + length));
  HostTensor result(getResultType(op));
  int64_t tupleNumber = 0;
  forEachIndex(indexTensor.getShape().drop_back(), [&](const Index &index) {
    ArrayRef<int64_t> tuple(indices.data() + tupleNumber * length, length);
    ArrayRef<int64_t> batch = ArrayRef<int64_t>(index).take_front(batchDims);
    copyRun(result, tupleNumber * run, x,
            getSliceOffset(x.getShape(), batch, tuple), run);
    ++tupleNumber;
  });
  return Results{result};
}

//===----------------------------------------------------------------------===//
// scatter
//===----------------------------------------------------------------------===//

template <typename T> static T combine(nn::ScatterKind kind, T old, T update) {
  switch (kind) {
  case nn::ScatterKind::assign:
    return update;
  case nn::ScatterKind::add:
    return old + update;
  case nn::ScatterKind::mul:
    return old * update;
  case nn::ScatterKind::max:
    return update > old || update != update ? update : old;
  case nn::ScatterKind::min:
    return update < old || update != update ? update : old;
  }
  llvm_unreachable("covered switch");
}

/// x with the elements that `locate(i)` gives for the i-th element of `updates`
/// combined with it; rounded after each update, as the result holds the sum.
template <typename Locate>
static Results scatter(Operation *op, const HostTensor &x,
                       const HostTensor &updates, nn::ScatterKind kind,
                       Locate locate) {
  Type type = x.getElementType();
  return withWideType(type, [&](auto zero) {
    using T = decltype(zero);
    std::vector<T> ys = x.read<T>(), values = updates.read<T>();
    for (size_t i = 0; i < values.size(); ++i) {
      T &y = ys[locate(i)];
      if constexpr (std::is_same_v<T, double>)
        y = roundToType(combine(kind, y, values[i]), type);
      else
        y = wrapToType(combine(kind, y, values[i]), type);
    }
    return Results{HostTensor::make(getResultType(op), ys)};
  });
}

Results megcc::evaluateOp(nn::ScatterElementsOp op, const Operands &in) {
  const HostTensor &x = in[op.getX()], &indexTensor = in[op.getIndices()];
  std::vector<int64_t> indices = indexTensor.read<int64_t>(), offsets;
  Index strides = getRowMajorStrides(x.getShape());
  int64_t axis = op.getAxis();
  forEachIndex(indexTensor.getShape(), [&](const Index &index) {
    Index to(index);
    to[axis] = normalizeIndex(indices[offsets.size()], x.getDim(axis));
    offsets.push_back(getOffset(to, strides));
  });
  return scatter(op, x, in[op.getUpdates()], op.getReduction(),
                 [&](size_t i) { return offsets[i]; });
}

Results megcc::evaluateOp(nn::ScatterNDOp op, const Operands &in) {
  const HostTensor &x = in[op.getX()], &indexTensor = in[op.getIndices()];
  std::vector<int64_t> indices = indexTensor.read<int64_t>();
  int64_t length = indexTensor.getShape().back();
  int64_t run = getNumElements(x.getShape().drop_front(length));
  return scatter(op, x, in[op.getUpdates()], op.getReduction(), [&](size_t i) {
    ArrayRef<int64_t> tuple(indices.data() + i / run * length, length);
    return getSliceOffset(x.getShape(), {}, tuple) + i % run;
  });
}

//===----------------------------------------------------------------------===//
// one_hot
//===----------------------------------------------------------------------===//

/// y[i..., d, j...] = values[indices[i..., j...] == d]
Results megcc::evaluateOp(nn::OneHotOp op, const Operands &in) {
  std::vector<int64_t> indices = in[op.getIndices()].read<int64_t>();
  int64_t depth = op.getDepth(), axis = op.getAxis();
  HostTensor result(getResultType(op));
  AxisView view(result.getShape(), axis);
  int64_t to = 0;
  for (int64_t outer = 0; outer < view.outer; ++outer) {
    for (int64_t d = 0; d < depth; ++d) {
      for (int64_t inner = 0; inner < view.inner; ++inner) {
        int64_t index = indices[outer * view.inner + inner];
        bool hot = index == d || index == d - depth;
        copyRun(result, to++, in[op.getValues()], hot, 1);
      }
    }
  }
  return Results{result};
}
