//===- PortTypes.h - Types of the interface ---------------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_PACKAGE_PORTTYPES_H
#define MEGCC_CODEGEN_PACKAGE_PORTTYPES_H

#include "mlir/IR/Types.h"

#include <string>

namespace megcc {

/// f32, u8, bool.
std::string portTypeName(mlir::Type type);

/// The type that a caller sees. Half-precision numbers and bools travel as
/// plain integers, which every C and C++ compiler has.
std::string interfaceType(mlir::Type type);

} // namespace megcc

#endif // MEGCC_CODEGEN_PACKAGE_PORTTYPES_H
