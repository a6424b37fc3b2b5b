//===- NNActivation.cpp - Registers the operators of NNActivation.td ------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/NN/NN.h"

using namespace mlir;
using namespace megcc::nn;

void NNDialect::registerActivationOps() {
  addOperations<
#define GET_OP_LIST
#include "dialects/NN/NNActivation.cpp.inc"
      >();
}

#define GET_OP_CLASSES
#include "dialects/NN/NNActivation.cpp.inc"

LogicalResult ClampOp::verify() {
  // clamp_nan
  if (std::isnan(getMin()) || std::isnan(getMax()))
    return emitOpError("expected bounds that are numbers, found ")
           << getMinAttr() << " and " << getMaxAttr();
  return success();
}
