//===- Constants.h - Making and reading constant tensors --------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Constant tensors as the whole compiler sees them: plain bytes, row-major,
// native byte order, one byte for a bool (and for any integer of 8 bits or
// less). Where the bytes live is an affair of this file alone:
//
//   every element equal      DenseElementsAttr splat, one element stored
//   up to 1 KiB              DenseElementsAttr, printed in full
//   larger                   DenseResourceElementsAttr: a blob outside the IR,
//                            on the heap or in a file that stays mapped
//
// Bytes of a blob need not be aligned (a weight may start anywhere in a model
// file): read them by memcpy or through the typed readers below. The bytes are
// always in the logical row-major order, also where the tensor type carries a
// layout; weights are packed when they are emitted.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_SUPPORT_CONSTANTS_H
#define MEGCC_LIB_SUPPORT_CONSTANTS_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Value.h"

#include <memory>
#include <optional>
#include <vector>

namespace megcc {

/// Constants of more bytes than this are kept outside the IR.
constexpr int64_t kMaxInlineConstantBytes = 1024;

/// Bytes that one element of `type` takes in memory; 1 for bool and i4.
int64_t getElementBytes(mlir::Type type);

/// Bytes of a whole tensor of static shape.
int64_t getTensorBytes(mlir::ShapedType type);

//===----------------------------------------------------------------------===//
// Making constants
//===----------------------------------------------------------------------===//

/// A constant from `bytes`, which are copied. `name` is a hint for the key of
/// the blob, if there is one; it shows in printed IR.
mlir::ElementsAttr makeConstant(mlir::RankedTensorType type,
                                mlir::ArrayRef<char> bytes,
                                mlir::StringRef name = "data");

/// A constant that takes over `bytes`.
mlir::ElementsAttr makeConstant(mlir::RankedTensorType type,
                                std::vector<char> &&bytes,
                                mlir::StringRef name = "data");

/// A constant that refers to `bytes` in place; `owner` (a mapped file, say)
/// keeps them alive as long as the context lives. Small ones are copied.
mlir::ElementsAttr makeConstant(mlir::RankedTensorType type,
                                mlir::ArrayRef<char> bytes,
                                std::shared_ptr<const void> owner,
                                mlir::StringRef name);

/// A constant whose elements all are `value`, rounded or wrapped to the
/// element type.
mlir::ElementsAttr makeSplat(mlir::RankedTensorType type, double value);

/// A constant from values in wide form; each is rounded (to nearest even) or
/// wrapped to the element type of `type`, which is a float in the first, an
/// integer or bool in the second.
mlir::ElementsAttr makeFloatConstant(mlir::RankedTensorType type,
                                     mlir::ArrayRef<double> values,
                                     mlir::StringRef name = "data");
mlir::ElementsAttr makeIntConstant(mlir::RankedTensorType type,
                                   mlir::ArrayRef<int64_t> values,
                                   mlir::StringRef name = "data");

/// The same bytes seen as `type`, which has as many bytes: a reshape, or
/// another encoding. Blobs are shared, not copied.
mlir::ElementsAttr retypeConstant(mlir::ElementsAttr attr,
                                  mlir::RankedTensorType type);

//===----------------------------------------------------------------------===//
// Reading constants
//===----------------------------------------------------------------------===//

/// The bytes of a constant: a view into the attribute where it stores them as
/// they are, else an expanded copy. Valid while the context and, for a copy,
/// this object live.
class ConstantBytes {
public:
  explicit ConstantBytes(mlir::ElementsAttr attr);

  mlir::ArrayRef<char> get() const { return view; }
  const char *data() const { return view.data(); }
  size_t size() const { return view.size(); }

private:
  std::vector<char> expanded;
  mlir::ArrayRef<char> view;
};

/// The attribute of a value that is defined by a constant-like operator; null
/// if it isn't, or if its bytes were left out when the IR was printed.
mlir::ElementsAttr getConstantValue(mlir::Value value);

/// Every element in wide form: floats as double; integers as int64_t, sign- or
/// zero-extended as their type says (signless iN is signed, i1 is 0 or 1; the
/// bit pattern of ui64 is kept).
std::vector<double> readFloats(mlir::ElementsAttr attr);
std::vector<int64_t> readInts(mlir::ElementsAttr attr);

/// The one value that all elements have (float or integer, as double), if they
/// have one; looks at all elements of constants of up to 1 KiB and at the
/// stored splat of others, as makeConstant finds every splat.
std::optional<double> getSplatValue(mlir::ElementsAttr attr);

//===----------------------------------------------------------------------===//
// Element conversion, shared with the reference evaluation
//===----------------------------------------------------------------------===//

/// Rounds to the nearest value of the float type `type`, ties to even.
double roundToType(double value, mlir::Type type);

/// Wraps to the integer type `type` and extends again as its signedness says.
int64_t wrapToType(int64_t value, mlir::Type type);

/// Reads or writes `count` elements of `type` at `bytes` (any alignment).
void loadFloats(mlir::Type type, const char *bytes, size_t count, double *to);
void loadInts(mlir::Type type, const char *bytes, size_t count, int64_t *to);
void storeFloats(mlir::Type type, const double *from, size_t count,
                 char *bytes);
void storeInts(mlir::Type type, const int64_t *from, size_t count, char *bytes);

} // namespace megcc

#endif // MEGCC_LIB_SUPPORT_CONSTANTS_H
