//===- TypeNames.h - Types inside the names of helper functions -*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef MEGCC_PASSES_LOOPS_TYPENAMES_H
#define MEGCC_PASSES_LOOPS_TYPENAMES_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/TypeUtilities.h"
#include <string>

namespace megcc {

/// `f32`, `bf16x16`, `i64`: what a scalar or 1-D vector type is called at the
/// end of a function's name.
inline std::string typeTag(mlir::Type type) {
  mlir::Type element = mlir::getElementTypeOrSelf(type);
  std::string tag = element.isBF16()                      ? "bf"
                    : mlir::isa<mlir::FloatType>(element) ? "f"
                                                          : "i";
  tag += std::to_string(element.getIntOrFloatBitWidth());
  auto vector = mlir::dyn_cast<mlir::VectorType>(type);
  return vector ? tag + "x" + std::to_string(vector.getNumElements()) : tag;
}

/// The scalar or vector type like `type` that has elements of type `element`.
inline mlir::Type withElement(mlir::Type type, mlir::Type element) {
  auto vector = mlir::dyn_cast<mlir::VectorType>(type);
  return vector ? mlir::VectorType::get(vector.getShape(), element) : element;
}

} // namespace megcc

#endif // MEGCC_PASSES_LOOPS_TYPENAMES_H
