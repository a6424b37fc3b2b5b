//===- HostTensor.h - A tensor in the compiler's own memory -----*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the reference evaluation computes on: a type and its elements, row-major
// and without padding, also where the type carries a layout. Elements are read
// and written in wide form (float types as double, integers as 64 bits), so
// that the formulas are written once; writing rounds or wraps to the element
// type.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_REFERENCE_HOSTTENSOR_H
#define MEGCC_LIB_REFERENCE_HOSTTENSOR_H

#include "lib/Support/Constants.h"

namespace megcc {

/// Copies share their elements; only its maker writes to a tensor.
class HostTensor {
public:
  HostTensor() = default;
  /// All elements zero.
  explicit HostTensor(mlir::RankedTensorType type)
      : type(type),
        storage(std::make_shared<std::vector<char>>(getTensorBytes(type))) {}
  HostTensor(mlir::RankedTensorType type, mlir::ArrayRef<char> bytes)
      : type(type), storage(std::make_shared<std::vector<char>>(bytes.begin(),
                                                                bytes.end())) {}
  /// A constant's elements as a tensor of `type`, which may differ from the
  /// attribute's own in its encoding.
  HostTensor(mlir::RankedTensorType type, mlir::ElementsAttr attr)
      : HostTensor(type, ConstantBytes(attr).get()) {}

  mlir::ElementsAttr toConstant(mlir::StringRef name) const {
    return makeConstant(type, *storage, storage, name);
  }

  mlir::RankedTensorType getType() const { return type; }
  mlir::Type getElementType() const { return type.getElementType(); }
  mlir::ArrayRef<int64_t> getShape() const { return type.getShape(); }
  int64_t getRank() const { return type.getRank(); }
  int64_t getDim(int64_t i) const { return type.getDimSize(i); }
  int64_t size() const { return type.getNumElements(); }

  mlir::ArrayRef<char> bytes() const { return *storage; }
  const char *data() const { return storage->data(); }
  char *data() { return storage->data(); }

  /// The same elements as a tensor of another type with as many bytes.
  HostTensor withType(mlir::RankedTensorType other) const {
    HostTensor result = *this;
    result.type = other;
    return result;
  }

  /// All elements in wide form; T is double, int64_t or uint64_t.
  template <typename T> std::vector<T> read() const {
    std::vector<T> values(size());
    if constexpr (std::is_same_v<T, double>)
      loadFloats(getElementType(), data(), values.size(), values.data());
    else
      loadInts(getElementType(), data(), values.size(),
               reinterpret_cast<int64_t *>(values.data()));
    return values;
  }

  template <typename T>
  static HostTensor make(mlir::RankedTensorType type,
                         const std::vector<T> &values) {
    HostTensor result(type);
    if constexpr (std::is_same_v<T, double>)
      storeFloats(type.getElementType(), values.data(), values.size(),
                  result.data());
    else
      storeInts(type.getElementType(),
                reinterpret_cast<const int64_t *>(values.data()), values.size(),
                result.data());
    return result;
  }

private:
  mlir::RankedTensorType type;
  std::shared_ptr<std::vector<char>> storage;
};

/// Calls `fn` with a zero of the wide type that elements of `type` are computed
/// in: double, uint64_t or int64_t.
template <typename Fn> auto withWideType(mlir::Type type, Fn fn) {
  if (mlir::isa<mlir::FloatType>(type))
    return fn(double());
  if (type.isUnsignedInteger() || type.isInteger(1))
    return fn(uint64_t());
  return fn(int64_t());
}

} // namespace megcc

#endif // MEGCC_LIB_REFERENCE_HOSTTENSOR_H
