//===- TensorData.h - TensorProto in all its encodings ----------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// ONNX stores a tensor's elements in one of eight places: raw bytes, six typed
// fields, or a file beside the model. Here they all become little-endian bytes
// in row-major order, in place wherever they already are that. Four-bit
// integers are widened to eight bits, which nn can hold; the values are equal.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_IMPORT_ONNX_TENSORDATA_H
#define MEGCC_LIB_IMPORT_ONNX_TENSORDATA_H

#include "lib/Import/ONNX/ModelFile.h"

#include "mlir/IR/BuiltinTypes.h"

#include <vector>

namespace megcc {

/// Tensors of more elements than this are taken for damage: 2^40 is beyond any
/// memory the generated code could run in, and keeps products of sizes exact.
constexpr int64_t kMaxTensorElements = int64_t(1) << 40;

/// The product of `dims`; nothing if one is negative or the product exceeds
/// kMaxTensorElements.
std::optional<int64_t> countElements(llvm::ArrayRef<int64_t> dims);

/// The nn element type of a TensorProto.DataType; null if nn has none.
mlir::Type getElementType(mlir::MLIRContext *context, int32_t dataType);

/// Whether a TensorProto.DataType packs several integers into a byte. nn can't
/// compute with such; their values are read as 8-bit integers.
bool isPackedType(int32_t dataType);

/// The data type's name as the specification spells it in types ("float16").
std::string getDataTypeName(int32_t dataType);

/// Types as messages show them: `float32`, `float32[1,3,224,224]`.
std::string describeElement(mlir::Type element);
std::string describeType(mlir::RankedTensorType type);
std::string describeShape(llvm::ArrayRef<int64_t> shape);

struct TensorBytes {
  mlir::RankedTensorType type;
  llvm::ArrayRef<char> bytes;
  /// Keeps `bytes` alive.
  std::shared_ptr<const void> owner;
};

/// Reads a tensor; `owner` is what keeps `tensor` itself alive. Nothing, with
/// the reason in `error`, if the tensor is malformed or of a type nn lacks.
std::optional<TensorBytes> readTensorProto(mlir::MLIRContext *context,
                                           const onnx::TensorProto &tensor,
                                           std::shared_ptr<const void> owner,
                                           ExternalData *external,
                                           std::string &error);

} // namespace megcc

#endif // MEGCC_LIB_IMPORT_ONNX_TENSORDATA_H
