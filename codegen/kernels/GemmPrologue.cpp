//===- GemmPrologue.cpp - What precedes a contraction ---------------------===//
//------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/GemmPrologue.h"
#include "codegen/kernels/Nest.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

void megcc::buildGemmPrologue(GemmOp op, Value index, int64_t count,
                              OpBuilder &builder, const Target &target) {
  auto type = cast<MemRefType>(op.getLhs().getType());
  SmallVector<int64_t> extents{count};
  llvm::append_range(extents, type.getShape());
  SmallVector<Attribute> maps(op.getPrologueMaps()->getValue());
  AffineMap all = builder.getMultiDimIdentityMap(extents.size());
  maps.push_back(
      AffineMapAttr::get(all.getSliceMap(1, all.getNumResults() - 1)));
  SmallVector<Value> inputs = op.getPrologueInputs();
  TypedAttr init = builder.getZeroAttr(type.getElementType());
  auto nest = builder.create<NestOp>(
      op.getLoc(), inputs, ValueRange{op.getLhs()}, extents,
      /*reduction_rank=*/0, builder.getArrayAttr(maps), inputs.size(), init,
      AffineMapAttr(), DenseI64ArrayAttr(), "prologue", index);
  {
    OpBuilder::InsertionGuard guard(builder);
    Block *finish =
        builder.createBlock(&nest.getFinish(), {}, init.getType(), op.getLoc());
    builder.create<YieldOp>(op.getLoc(), finish->getArgument(0));
    Block &prologue = op.getPrologue().front();
    Block *body =
        builder.createBlock(&nest.getBody(), {}, init.getType(), op.getLoc());
    IRMapping mapping;
    for (BlockArgument argument : prologue.getArguments())
      mapping.map(argument, body->addArgument(argument.getType(), op.getLoc()));
    for (Operation &inner : prologue)
      builder.clone(inner, mapping);
  }
  buildNest(nest, builder, target);
  nest.erase();
}
