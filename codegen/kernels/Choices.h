//===- Choices.h - What could have run a layer ------------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Selection says at each kernel, and outlining at its call, among what it has
// chosen and why. The report repeats it, and --tune measures it.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_KERNELS_CHOICES_H
#define MEGCC_CODEGEN_KERNELS_CHOICES_H

#include "llvm/ADT/StringRef.h"

namespace megcc {

/// Algorithms as --algorithm takes them, the best by estimate first.
constexpr llvm::StringLiteral kChoicesAttr = "kernel.choices";
/// Why the one taken was.
constexpr llvm::StringLiteral kReasonAttr = "kernel.reason";
/// At a chain: the choices of each of its kernels that has some, as a list of
/// their locations and choices in turns.
constexpr llvm::StringLiteral kInnerChoicesAttr = "kernel.inner_choices";

} // namespace megcc

#endif // MEGCC_CODEGEN_KERNELS_CHOICES_H
