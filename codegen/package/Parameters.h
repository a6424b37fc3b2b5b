//===- Parameters.h - A node's attributes as C arguments --------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A C function that the user supplies for an operator gets the attributes of
// the node behind its buffers: numbers as float and int64_t, strings as const
// char *, lists as arrays of a length that the prototype states.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_PACKAGE_PARAMETERS_H
#define MEGCC_CODEGEN_PACKAGE_PARAMETERS_H

#include "mlir/IR/Attributes.h"
#include <string>

namespace megcc {

/// `float attribute_gain`, as it stands in a prototype.
std::string parameterDeclaration(mlir::NamedAttribute parameter);

/// The value as an expression in C.
std::string parameterValue(mlir::Attribute value);

} // namespace megcc

#endif // MEGCC_CODEGEN_PACKAGE_PARAMETERS_H
