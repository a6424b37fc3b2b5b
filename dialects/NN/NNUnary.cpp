//===- NNUnary.cpp - Registers the operators of NNUnary.td ----------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/NN/NN.h"

using namespace mlir;
using namespace megcc::nn;

void NNDialect::registerUnaryOps() {
  addOperations<
#define GET_OP_LIST
#include "dialects/NN/NNUnary.cpp.inc"
      >();
}

#define GET_OP_CLASSES
#include "dialects/NN/NNUnary.cpp.inc"
