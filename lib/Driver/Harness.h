//===- Harness.h - Programs built around a package --------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `verify` and `bench` compile a package with one of the harnesses of
// runtime-stubs/harness in a folder that vanishes, and run the program, under
// an emulator where the target is not this machine. Programs are started
// without a shell.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_DRIVER_HARNESS_H
#define MEGCC_LIB_DRIVER_HARNESS_H

#include "lib/Driver/PackageReport.h"
#include <string>

namespace megcc {

/// A folder below the system's temporary one, removed with the object.
class TemporaryFolder {
public:
  static llvm::Expected<TemporaryFolder> create();
  TemporaryFolder(TemporaryFolder &&other)
      : folder(std::exchange(other.folder, std::string())) {}
  TemporaryFolder(const TemporaryFolder &) = delete;
  ~TemporaryFolder();

  /// The path of `name` in it.
  std::string file(const llvm::Twine &name = "") const;

private:
  explicit TemporaryFolder(std::string folder) : folder(std::move(folder)) {}
  std::string folder;
};

/// Fails where a package can't run on so many threads.
llvm::Error checkThreads(const PackageReport &report, unsigned threads);

/// A harness compiled around a package.
class Harness {
public:
  /// `kind` is verify or bench; the program runs `variant`. `withLayers`
  /// compiles the layer hook in. `threads` has passed checkThreads. `runner`,
  /// where given, is the command that runs the program.
  static llvm::Expected<Harness> build(const PackageReport &report,
                                       const PackageReport::Variant &variant,
                                       llvm::StringRef kind, bool withLayers,
                                       unsigned threads,
                                       llvm::StringRef runner = "");

  /// Runs the program with the weights' file and `arguments`; returns what it
  /// prints. Its complaint is the error.
  llvm::Expected<std::string> run(llvm::ArrayRef<std::string> arguments) const;

  const TemporaryFolder &temporary() const { return folder; }

private:
  explicit Harness(TemporaryFolder folder) : folder(std::move(folder)) {}

  TemporaryFolder folder;
  std::vector<std::string> command; // runner, program, weights
};

} // namespace megcc

#endif // MEGCC_LIB_DRIVER_HARNESS_H
