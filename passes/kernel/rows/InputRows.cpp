//===- InputRows.cpp - Inputs that come row by row ------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/rows/InputRows.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

static std::string getInputName(func::FuncOp main, unsigned argument) {
  auto name = main.getArgAttrOfType<StringAttr>(argument, "nn.name");
  return name ? name.str() : "#" + std::to_string(argument);
}

/// The kernels of @main that read `buffer`, in their order.
static SmallVector<KernelOpInterface> getReaders(func::FuncOp main,
                                                 Value buffer) {
  SmallVector<KernelOpInterface> readers;
  for (auto op : main.getBody().getOps<KernelOpInterface>())
    if (llvm::any_of(op.getInputs(),
                     [&](Value input) { return getBuffer(input) == buffer; }))
      readers.push_back(op);
  return readers;
}

/// output[i...] = input[i...].
static NestOp buildCopy(OpBuilder &builder, Location loc, Value from,
                        Value to) {
  auto type = cast<MemRefType>(to.getType());
  Type element = type.getElementType();
  auto map = AffineMapAttr::get(
      AffineMap::getMultiDimIdentityMap(type.getRank(), builder.getContext()));
  auto copy = builder.create<NestOp>(
      loc, from, to, type.getShape(), /*reduction_rank=*/0,
      builder.getArrayAttr({map, map}), /*body_inputs=*/1,
      builder.getZeroAttr(element), AffineMapAttr(), DenseI64ArrayAttr(),
      "copy", /*index=*/Value());
  OpBuilder::InsertionGuard guard(builder);
  Block *body =
      builder.createBlock(&copy.getBody(), {}, {element, element}, {loc, loc});
  builder.create<YieldOp>(loc, body->getArgument(1));
  Block *finish = builder.createBlock(&copy.getFinish(), {}, element, loc);
  builder.create<YieldOp>(loc, finish->getArgument(0));
  return copy;
}

LogicalResult kernel::askForInputRows(func::FuncOp main) {
  for (BlockArgument argument : main.getArguments()) {
    if (!isStreamed(argument))
      continue;
    unsigned number = argument.getArgNumber();
    SmallVector<KernelOpInterface> readers = getReaders(main, argument);
    if (readers.empty())
      return main.emitError("--input ")
             << getInputName(main, number) << "=streamed: nothing reads it";
    Location loc = NameLoc::get(
        StringAttr::get(main.getContext(), getInputName(main, number)));
    OpBuilder builder(main.getContext());
    builder.setInsertionPointToStart(&main.getBody().front());
    auto type = cast<MemRefType>(argument.getType());
    Value buffer = builder.create<memref::AllocOp>(loc, type);
    argument.replaceAllUsesWith(buffer);
    builder.setInsertionPoint(readers.front());
    NestOp copy = buildCopy(builder, loc, argument, buffer);
    copy->setAttr(kInputRowsAttr, builder.getI64IntegerAttr(number));
  }
  return success();
}

void kernel::explainWholeInput(KernelOpInterface copy,
                               function_ref<bool(KernelOpInterface)> isByRows) {
  auto main = copy->getParentOfType<func::FuncOp>();
  SmallVector<KernelOpInterface> readers =
      getReaders(main, copy.getOutputs().front());
  unsigned number = copy->getAttrOfType<IntegerAttr>(kInputRowsAttr).getInt();
  std::string option = "--input " + getInputName(main, number) + "=streamed: ";
  for (KernelOpInterface reader : readers)
    if (!isByRows(reader)) {
      reader->emitError(option) << "needs all of the input at once";
      return;
    }
  for (auto op : main.getBody().getOps<KernelOpInterface>())
    if (copy->isBeforeInBlock(op) && op->isBeforeInBlock(readers.back()) &&
        !isByRows(op)) {
      InFlightDiagnostic diagnostic =
          op->emitError(option)
          << "cannot run row by row, but stands between layers that read it";
      diagnostic.attachNote(readers.back().getLoc()) << "reads it last";
      return;
    }
  InFlightDiagnostic diagnostic =
      readers.front()->emitError(option)
      << "the layers from here to the last that reads it cannot take turns";
  diagnostic.attachNote(readers.back().getLoc()) << "reads it last";
}
