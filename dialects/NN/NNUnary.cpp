//===- NNUnary.cpp - Registers the operators of NNUnary.td -------------===//

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
