//===- InPlace.cpp - Which operators may overwrite an operand -------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/NN/NN.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::nn;

/// Whether elements of two tensors lie at the same bytes.
static bool isSameStorage(Value a, Value b) {
  RankedTensorType left = tensorType(a), right = tensorType(b);
  auto bytes = [](RankedTensorType type) {
    return llvm::divideCeil(type.getElementTypeBitWidth(), 8);
  };
  return left.getShape() == right.getShape() &&
         left.getEncoding() == right.getEncoding() &&
         bytes(left) == bytes(right);
}

bool nn::detail::defaultMayReuse(Operation *op, unsigned operand,
                                 unsigned result) {
  return isa<ElementwiseOpInterface>(op) &&
         isSameStorage(op->getOperand(operand), op->getResult(result));
}

/// The bytes stay; only their type changes.
bool ReshapeOp::mayReuse(unsigned, unsigned) { return true; }

/// A running sum reads each element once, in the order in which it writes.
bool CumSumOp::mayReuse(unsigned, unsigned) { return true; }

/// Statistics are taken of a whole row or group before it is overwritten.
bool SoftmaxOp::mayReuse(unsigned, unsigned) { return true; }
bool LogSoftmaxOp::mayReuse(unsigned, unsigned) { return true; }
bool LayerNormOp::mayReuse(unsigned operand, unsigned) { return operand == 0; }
bool GroupNormOp::mayReuse(unsigned operand, unsigned) { return operand == 0; }
bool BatchNormOp::mayReuse(unsigned operand, unsigned) { return operand == 0; }

/// Elements that no index selects stay where they are.
bool ScatterElementsOp::mayReuse(unsigned operand, unsigned) {
  return operand == 0;
}
bool ScatterNDOp::mayReuse(unsigned operand, unsigned) { return operand == 0; }
bool TriluOp::mayReuse(unsigned operand, unsigned) { return operand == 0; }

bool FusedOp::mayReuse(unsigned operand, unsigned result) {
  // The root may read an operand out of turn; elementwise operators behind it
  // read the element that they write. So an operand that only they read may go,
  // as long as all results are written position by position.
  Value argument = getBody().getArgument(operand);
  if (llvm::any_of(argument.getUsers(),
                   [&](Operation *user) { return isInPrologue(user); }))
    return false;
  ArrayRef<int64_t> shape = tensorType(argument).getShape();
  if (llvm::any_of(getResults(), [&](Value other) {
        return tensorType(other).getShape() != shape;
      }))
    return false;
  return isSameStorage(getInputs()[operand], getResults()[result]);
}
