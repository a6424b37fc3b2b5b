//===- LoopHints.h - What a family tells the C compiler ---------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_SUPPORT_LOOPHINTS_H
#define MEGCC_LIB_SUPPORT_LOOPHINTS_H

#include "llvm/ADT/StringRef.h"

namespace megcc {

/// A loop (unit attribute of scf.for) whose body takes all registers already:
/// unrolled by a compiler that moves loads before arithmetic it would spill.
constexpr llvm::StringLiteral kRolledAttr = "megcc.rolled";

/// A loop (unit attribute of scf.for) whose sums fill the registers: what
/// follows it must not be loaded before it, nor be inlined into a function with
/// values of its own.
constexpr llvm::StringLiteral kFullAttr = "megcc.full";

/// A load of vectors (unit attribute) that may follow, in memory, the one
/// before it of the same loop: all of them can take one pointer that moves on,
/// and none need be earlier than what is computed before it.
constexpr llvm::StringLiteral kWalkAttr = "megcc.walk";

} // namespace megcc

#endif // MEGCC_LIB_SUPPORT_LOOPHINTS_H
