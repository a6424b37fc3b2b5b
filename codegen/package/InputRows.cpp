//===- InputRows.cpp - Rows of streamed inputs ----------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/package/InputRows.h"
#include "dialects/Kernel/Kernel.h"
#include "dialects/Kernel/PlanAttributes.h"

using namespace mlir;
using namespace megcc;

LogicalResult megcc::describeInputRows(func::CallOp call, int64_t port,
                                       std::vector<Port> &inputs,
                                       Layer &layer) {
  auto ring = cast<MemRefType>(call.getOperand(0).getType());
  auto attr = cast<AffineMapAttr>(
      call->getAttrOfType<ArrayAttr>(kernel::kRingRowsAttr)[0]);
  auto number = [&](unsigned result) {
    return cast<AffineConstantExpr>(attr.getValue().getResult(result))
        .getValue();
  };
  int64_t places = number(1);
  unsigned rowDim = number(2);
  PortRows &rows = *inputs[port].rows;
  rows.count = layer.turn->count;
  rows.planes = 1;
  rows.bytes = kernel::getBufferElementBytes(ring);
  SmallVector<int64_t> strides;
  int64_t offset, dense = 1;
  (void)getStridesAndOffset(ring, strides, offset);
  bool isDense = true;
  for (unsigned i = ring.getRank(); i-- > 0;) {
    if (i == rowDim)
      continue;
    int64_t extent = ring.getDimSize(i);
    isDense &= extent == 1 || strides[i] == dense;
    dense *= extent;
    (i < rowDim ? rows.planes : rows.bytes) *= extent;
    rows.shape.insert(rows.shape.begin(), extent);
  }
  if (!isDense || (places > 1 && strides[rowDim] != dense))
    return call.emitOpError("internal error: rows of an input have gaps");
  ArrayRef<int64_t> shape = inputs[port].shape;
  if (rowDim < shape.size() && shape.size() == rows.shape.size() + 1 &&
      shape[rowDim] == rows.count)
    rows.dim = rowDim;
  layer.request = RowRequest{static_cast<unsigned>(port), places};
  return success();
}

bool megcc::haveEqualRows(ArrayRef<Port> a, ArrayRef<Port> b) {
  return llvm::all_of(llvm::zip_equal(a, b), [](const auto &pair) {
    const std::optional<PortRows> &x = std::get<0>(pair).rows;
    const std::optional<PortRows> &y = std::get<1>(pair).rows;
    return !x || (x->count == y->count && x->shape == y->shape);
  });
}
