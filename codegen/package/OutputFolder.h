//===- OutputFolder.h - A folder that appears whole or not at all ---------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A package is written into a hidden folder beside its final place and takes
// that place in one rename, so that a full disk, a failed compilation or a
// signal never leaves half a package where a build would pick it up.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_PACKAGE_OUTPUTFOLDER_H
#define MEGCC_CODEGEN_PACKAGE_OUTPUTFOLDER_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>

namespace llvm {
class raw_ostream;
}

namespace megcc {

/// Says why `path` may not become an output folder: something is there that
/// megcc did not write, or its parent is missing or not writable. Cheap; asked
/// before a long compilation as well as by OutputFolder itself.
llvm::Error checkOutputFolder(llvm::StringRef path);

/// An output folder being written. Unless `commit` succeeds, nothing stays
/// behind and whatever was at `path` before is untouched.
class OutputFolder {
public:
  /// Makes the hidden sibling of `path`.
  static llvm::Expected<OutputFolder> create(llvm::StringRef path);
  OutputFolder(OutputFolder &&other);
  OutputFolder(const OutputFolder &) = delete;
  ~OutputFolder();

  /// Writes file `name` (may be in a subfolder: "a/b.c"). `write` streams, so
  /// a file may be larger than memory.
  llvm::Error addFile(llvm::StringRef name,
                      llvm::function_ref<void(llvm::raw_ostream &)> write);

  /// Where its files are until then.
  llvm::StringRef getStaging() const { return staging; }

  /// Puts the folder in its place, replacing a package that is there.
  llvm::Error commit();

private:
  OutputFolder(std::string path, std::string staging)
      : path(std::move(path)), staging(std::move(staging)) {}

  std::string path;
  std::string staging; // empty once committed or moved from
};

} // namespace megcc

#endif // MEGCC_CODEGEN_PACKAGE_OUTPUTFOLDER_H
