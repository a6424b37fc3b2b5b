//===- TuningFile.h - What was measured, to be committed --------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_DRIVER_TUNINGFILE_H
#define MEGCC_LIB_DRIVER_TUNINGFILE_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace megcc {

/// A layer with choices (codegen/kernels/Choices.h), and what each took.
struct TunedLayer {
  std::string node;
  /// The kernel by estimate: tells whether the layer is still the same.
  std::string kernel;
  std::vector<std::string> choices;
  /// One per choice; empty before measuring.
  std::vector<double> nanoseconds;
  /// What is measured: the layer that begins with this node, the chain of which
  /// `node` may be a part; and the choices of its other parts so far, the first
  /// of each not counted. Not in the file.
  std::string timedNode;
  size_t othersChoices = 0;

  /// The fastest choice; the first, which was estimated best, unless another is
  /// faster by more than measurements differ among themselves.
  size_t best() const;
};

struct TuningFile {
  std::string target, optimize, precision;
  std::vector<TunedLayer> layers;

  static llvm::Expected<TuningFile> read(llvm::StringRef path);
  llvm::Error write(llvm::StringRef path) const;

  /// Fails, with what to do, unless this was measured for the same layers and
  /// options as `expected`, which holds no measurements.
  llvm::Error checkMatches(const TuningFile &expected,
                           llvm::StringRef path) const;
};

/// The layers of a planned module that have choices.
std::vector<TunedLayer> findChoices(mlir::ModuleOp planned);

} // namespace megcc

#endif // MEGCC_LIB_DRIVER_TUNINGFILE_H
