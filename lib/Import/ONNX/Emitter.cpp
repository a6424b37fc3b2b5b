//===- Emitter.cpp - Building nn operators from untrusted input -----------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Import/ONNX/Emitter.h"
#include "lib/Import/ONNX/TensorData.h"
#include "lib/Reference/Reference.h"
#include "lib/Support/Constants.h"

#include "mlir/IR/Verifier.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"

using namespace mlir;
using namespace megcc;

/// Operators on constants of at most this many elements are evaluated at once.
/// Shapes and their arithmetic are far below, weights far above.
static constexpr int64_t kMaxFoldedElements = 1024;

InFlightDiagnostic Emitter::error() {
  failedFlag = true;
  return emitError(loc) << subject << ": ";
}

//===----------------------------------------------------------------------===//
// Operators
//===----------------------------------------------------------------------===//

/// The value of `op` if all its operands are small constants.
static std::optional<ElementsAttr> fold(Operation *op) {
  if (op->getNumOperands() == 0 || op->getNumResults() != 1 ||
      !isMemoryEffectFree(op))
    return std::nullopt;
  auto isSmall = [](Type type) {
    return cast<RankedTensorType>(type).getNumElements() <= kMaxFoldedElements;
  };
  if (!llvm::all_of(op->getOperandTypes(), isSmall) ||
      !isSmall(op->getResult(0).getType()))
    return std::nullopt;
  SmallVector<HostTensor> operands;
  for (Value operand : op->getOperands()) {
    ElementsAttr value = getConstantValue(operand);
    if (!value)
      return std::nullopt;
    operands.emplace_back(cast<RankedTensorType>(operand.getType()), value);
  }
  FailureOr<SmallVector<HostTensor>> results = evaluate(op, operands);
  if (failed(results))
    return std::nullopt;
  return results->front().toConstant("folded");
}

/// The last step of OpBuilder::create, with inference that may fail and types
/// that are checked: no model may ask for a tensor of absurd size.
Operation *Emitter::inferAndCreate(OperationState &state, bool infer) {
  if (infer) {
    auto *inference = state.name.getInterface<InferTypeOpInterface>();
    assert(inference && "operators without inference go through createTyped");
    SmallVector<Type> types;
    if (failed(inference->inferReturnTypes(
            getContext(), loc, state.operands,
            state.attributes.getDictionary(getContext()),
            state.getRawProperties(), state.regions, types)))
      return nullptr;
    if (types.size() != state.types.size())
      return nullptr;
    state.types.assign(types.begin(), types.end());
    if (auto type = dyn_cast<RankedTensorType>(types.front());
        type && resultElement)
      state.types.front() =
          RankedTensorType::get(type.getShape(), resultElement);
  }
  for (Type type : state.types) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor || !countElements(tensor.getShape())) {
      emitError(loc) << "'" << state.name.getStringRef()
                     << "' op would have a result of "
                     << (tensor ? describeType(tensor) : "no tensor type")
                     << ", expected at most 2^40 elements";
      return nullptr;
    }
  }
  return builder.create(state);
}

Operation *Emitter::finish(OperationState &state, bool infer) {
  // What the dialect says of a wrong operator is passed on as ours, so that it
  // names the file and the node.
  std::string complaint;
  Operation *op = nullptr;
  std::optional<ElementsAttr> folded;
  {
    ScopedDiagnosticHandler handler(getContext(), [&](Diagnostic &diagnostic) {
      if (complaint.empty())
        complaint = diagnostic.str();
      return success();
    });
    op = inferAndCreate(state, infer);
    if (op && failed(verify(op, /*verifyRecursively=*/false))) {
      op->erase();
      op = nullptr;
    }
    if (op)
      folded = fold(op);
  }
  if (!op) {
    error() << (complaint.empty()
                    ? "'" + state.name.getStringRef().str() +
                          "' op refuses these operands and attributes"
                    : complaint);
    return nullptr;
  }
  if (folded) {
    op->erase();
    return constant(*folded).getDefiningOp();
  }
  // The evaluation found an operand without meaning, an index out of bounds.
  if (!complaint.empty()) {
    op->erase();
    error() << complaint;
    return nullptr;
  }
  return op;
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

RankedTensorType Emitter::typeOf(Value value) {
  return value ? mlir::cast<RankedTensorType>(value.getType())
               : RankedTensorType();
}

Type Emitter::elementOf(Value value) {
  return value ? typeOf(value).getElementType() : Type();
}

ArrayRef<int64_t> Emitter::dims(Value value) {
  return value ? typeOf(value).getShape() : ArrayRef<int64_t>();
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

Value Emitter::constant(ElementsAttr attr) {
  if (hasFailed())
    return {};
  return builder.create<nn::ConstantOp>(loc, attr);
}

Value Emitter::splat(ArrayRef<int64_t> shape, Type element, double value) {
  if (hasFailed())
    return {};
  if (!countElements(shape)) {
    error() << "found a tensor of shape " << describeShape(shape)
            << ", expected at most 2^40 elements";
    return {};
  }
  return constant(makeSplat(RankedTensorType::get(shape, element), value));
}

Value Emitter::scalarLike(Value like, double value) {
  return like ? splat({}, elementOf(like), value) : Value();
}

/// Whether a constant that an operator computes can have the element type that
/// the model asks for.
template <typename Kind>
bool Emitter::requireKind(Type element, StringRef expected) {
  if (!hasFailed() && !isa<Kind>(element))
    error() << "found elements of type " << describeElement(element)
            << ", expected " << expected;
  return !hasFailed();
}

Value Emitter::ints(ArrayRef<int64_t> shape, ArrayRef<int64_t> values,
                    Type element) {
  if (!requireKind<IntegerType>(element, "integers"))
    return {};
  return constant(
      makeIntConstant(RankedTensorType::get(shape, element), values));
}

Value Emitter::floats(ArrayRef<int64_t> shape, ArrayRef<double> values,
                      Type element) {
  if (!requireKind<FloatType>(element, "floats"))
    return {};
  return constant(
      makeFloatConstant(RankedTensorType::get(shape, element), values));
}

std::optional<SmallVector<int64_t>> Emitter::intsOf(Value value) {
  ElementsAttr attr = value ? getConstantValue(value) : ElementsAttr();
  if (!attr || !isa<IntegerType>(attr.getElementType()))
    return std::nullopt;
  std::vector<int64_t> values = readInts(attr);
  return SmallVector<int64_t>(values.begin(), values.end());
}

std::optional<SmallVector<double>> Emitter::floatsOf(Value value) {
  ElementsAttr attr = value ? getConstantValue(value) : ElementsAttr();
  if (!attr)
    return std::nullopt;
  if (isa<IntegerType>(attr.getElementType())) {
    std::vector<int64_t> values = readInts(attr);
    return SmallVector<double>(values.begin(), values.end());
  }
  std::vector<double> values = readFloats(attr);
  return SmallVector<double>(values.begin(), values.end());
}

//===----------------------------------------------------------------------===//
// Shorthands
//===----------------------------------------------------------------------===//

Value Emitter::reshape(Value value, ArrayRef<int64_t> shape) {
  if (!value || dims(value) == shape)
    return value;
  if (!countElements(shape) ||
      *countElements(shape) != typeOf(value).getNumElements()) {
    error() << "found " << describeType(typeOf(value))
            << " to reshape, expected as many elements as "
            << describeShape(shape) << " has";
    return {};
  }
  return createTyped<nn::ReshapeOp>(
      RankedTensorType::get(shape, elementOf(value)), value);
}

Value Emitter::transpose(Value value, ArrayRef<int64_t> perm) {
  if (!value || llvm::equal(perm, llvm::seq<int64_t>(0, rankOf(value))))
    return value;
  return create<nn::TransposeOp>(value, perm);
}

Value Emitter::cast(Value value, Type element) {
  if (!value || elementOf(value) == element)
    return value;
  return createTyped<nn::CastOp>(RankedTensorType::get(dims(value), element),
                                 value);
}

Value Emitter::expand(Value value, ArrayRef<int64_t> shape) {
  if (!value || dims(value) == shape)
    return value;
  if (!countElements(shape)) {
    error() << "found a tensor of shape " << describeShape(shape)
            << ", expected at most 2^40 elements";
    return {};
  }
  return createTyped<nn::ExpandOp>(
      RankedTensorType::get(shape, elementOf(value)), value);
}

Value Emitter::concat(ValueRange values, int64_t axis) {
  if (values.size() == 1)
    return values.front();
  return create<nn::ConcatOp>(values, axis);
}

Value Emitter::slice(Value value, int64_t axis, int64_t begin, int64_t size) {
  if (!value || (begin == 0 && size == dims(value)[axis]))
    return value;
  SmallVector<int64_t> offsets(rankOf(value), 0), strides(rankOf(value), 1);
  SmallVector<int64_t> sizes(dims(value));
  offsets[axis] = begin;
  sizes[axis] = size;
  return create<nn::SliceOp>(value, offsets, sizes, strides);
}

Value Emitter::reduce(nn::ReduceKind kind, Value value, ArrayRef<int64_t> axes,
                      bool keepDims) {
  return create<nn::ReduceOp>(kind, value, axes, keepDims);
}
