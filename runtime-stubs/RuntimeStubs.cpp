//===- RuntimeStubs.cpp - Texts that never change, from real files --------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime-stubs/RuntimeStubs.h"
#include "llvm/Support/ErrorHandling.h"

namespace megcc {

namespace {
struct Stub {
  llvm::StringRef file, text;
};
} // namespace

/// One entry per embedded file, made by cmake/EmbedFiles.cmake.
static const Stub stubs[] = {
#include "runtime-stubs/RuntimeStubs.inc"
};

llvm::StringRef runtimeStub(llvm::StringRef file) {
  for (const Stub &stub : stubs)
    if (stub.file == file)
      return stub.text;
  llvm_unreachable("no such runtime stub");
}

} // namespace megcc
