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

/// A list in turns of the node by whose name --algorithm chooses, as a
/// location, and what it may be, the best by estimate first. A chain has those
/// of all its kernels.
constexpr llvm::StringLiteral kChoicesAttr = "kernel.choices";
/// Why the one taken was.
constexpr llvm::StringLiteral kReasonAttr = "kernel.reason";

} // namespace megcc

#endif // MEGCC_CODEGEN_KERNELS_CHOICES_H
