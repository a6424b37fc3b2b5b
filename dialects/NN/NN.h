//===- NN.h - The nn dialect ------------------------------------*- C++ -*-===//
#ifndef MEGCC_DIALECTS_NN_NN_H
#define MEGCC_DIALECTS_NN_NN_H

#include "mlir/IR/Dialect.h"

#include "dialects/NN/NNDialect.h.inc"

#endif // MEGCC_DIALECTS_NN_NN_H
