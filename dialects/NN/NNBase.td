//===- NNBase.td - The nn dialect --------------------------*- tablegen -*-===//
#ifndef MEGCC_NN_BASE
#define MEGCC_NN_BASE

include "mlir/IR/OpBase.td"

def NN_Dialect : Dialect {
  let name = "nn";
  let cppNamespace = "::megcc::nn";
  let summary = "Neural-network operators on tensors: what is computed.";
}

#endif // MEGCC_NN_BASE
