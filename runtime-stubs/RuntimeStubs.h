//===- RuntimeStubs.h - Texts that never change, from real files ----------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_RUNTIME_STUBS_RUNTIMESTUBS_H
#define MEGCC_RUNTIME_STUBS_RUNTIMESTUBS_H

#include "llvm/ADT/StringRef.h"

namespace megcc {

/// The text of `file` (a path below runtime-stubs/), built into the program.
/// Asking for a file that is not there is megcc's own mistake.
llvm::StringRef runtimeStub(llvm::StringRef file);

} // namespace megcc

#endif // MEGCC_RUNTIME_STUBS_RUNTIMESTUBS_H
