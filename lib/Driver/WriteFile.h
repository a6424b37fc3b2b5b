//===- WriteFile.h - A file, or the reason why not --------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_DRIVER_WRITEFILE_H
#define MEGCC_LIB_DRIVER_WRITEFILE_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace megcc {

/// Writes what `print` prints to `path`; the error names the path, a full disk
/// included. Packages are written through OutputFolder instead.
llvm::Error writeFile(const llvm::Twine &path,
                      llvm::function_ref<void(llvm::raw_ostream &)> print);

} // namespace megcc

#endif // MEGCC_LIB_DRIVER_WRITEFILE_H
