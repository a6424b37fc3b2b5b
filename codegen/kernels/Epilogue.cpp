//===- Epilogue.cpp - What follows a contraction --------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/Epilogue.h"
#include "codegen/kernels/ScalarRegion.h"

using namespace mlir;
using namespace megcc;

Epilogue::Epilogue(Block &region, ValueRange inputs, ArrayAttr maps,
                   Value output, AffineMap outMap, unsigned vectorDim,
                   int64_t lanes, const Target &target)
    : region(region), inputs(inputs), maps(maps), output(output),
      outMap(outMap), vectorDim(vectorDim), lanes(lanes) {
  SmallVector<bool> varying{true};
  for (unsigned i = 0; i < maps.size(); ++i)
    varying.push_back(isPerChannel(i));
  Type element = cast<MemRefType>(output.getType()).getElementType();
  vectorizable = lanes <= std::min(getVectorLanes(element, target),
                                   getRegionLanes(region, varying, -1, target));
}

AffineMap Epilogue::mapOf(unsigned input) const {
  return cast<AffineMapAttr>(maps[input]).getValue();
}

bool Epilogue::isPerChannel(unsigned input) const {
  return mapOf(input).isFunctionOfDim(vectorDim);
}

Value Epilogue::loadLast(LoopBuilder &loops, Exprs at) const {
  return loops.load(inputs.back(),
                    loops.space.apply(mapOf(inputs.size() - 1), at), lanes);
}

void Epilogue::storeVector(LoopBuilder &loops, Value acc, Exprs at) const {
  LoopBuilder::Values args{acc};
  for (auto [i, input] : llvm::enumerate(inputs))
    args.push_back(loops.load(input, loops.space.apply(mapOf(i), at),
                              isPerChannel(i) ? lanes : 1));
  Value result = inlineRegion(loops, region, args)[0];
  loops.store(loops.broadcast(result, lanes), output,
              loops.space.apply(outMap, at));
}

void Epilogue::storeLane(LoopBuilder &loops, Value acc, Exprs at,
                         AffineExpr lane) const {
  auto elementAt = [&](AffineMap map, bool perChannel) {
    SmallVector<AffineExpr> element = loops.space.apply(map, at);
    if (perChannel)
      element.back() = element.back() + lane;
    return element;
  };
  LoopBuilder::Values args{acc};
  for (auto [i, input] : llvm::enumerate(inputs))
    args.push_back(loops.load(input, elementAt(mapOf(i), isPerChannel(i))));
  Value result = inlineRegion(loops, region, args)[0];
  loops.store(result, output, elementAt(outMap, true));
}
