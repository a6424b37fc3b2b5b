//===- NN.cpp - The nn dialect --------------------------------------------===//
#include "dialects/NN/NN.h"

#include "dialects/NN/NNDialect.cpp.inc"

void megcc::nn::NNDialect::initialize() {}
