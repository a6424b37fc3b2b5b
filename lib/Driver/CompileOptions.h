//===- CompileOptions.h - The options of megcc compile ----------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_DRIVER_COMPILEOPTIONS_H
#define MEGCC_LIB_DRIVER_COMPILEOPTIONS_H

#include "codegen/package/Package.h"
#include "lib/Import/ONNX/ONNX.h"
#include "megcc/Compiler.h"
#include "llvm/Support/CommandLine.h"

namespace megcc {

/// How a model is read, for every command that takes one: --input-shape,
/// --dim, --input, --custom-op.
class ModelOptions {
public:
  explicit ModelOptions(llvm::cl::SubCommand &subcommand);

  /// The importer's options; the error is the user's wrong usage.
  llvm::Expected<ImportOptions> parse() const;

private:
  llvm::cl::list<std::string> inputShapes, dims, inputs, customOperators;
};

/// How a model is computed: --optimize, --precision, --exact,
/// --algorithm.
class ChoiceOptions {
public:
  explicit ChoiceOptions(llvm::cl::SubCommand &subcommand);

  /// The compiler's options; the error is the user's wrong usage.
  llvm::Expected<CompileOptions> parse() const;

private:
  enum class Goal { Speed, Size };
  llvm::cl::opt<Goal> optimize;
  llvm::cl::opt<std::string> precision;
  llvm::cl::opt<bool> exact;
  llvm::cl::list<std::string> algorithms;
};

/// How much RAM there is and what may be done for it: --io, --memory-budget,
/// --memory, --plan, --plan-seconds, --memory-curve, --certificate.
class MemoryOptions {
public:
  explicit MemoryOptions(llvm::cl::SubCommand &subcommand);

  /// Adds what was chosen to `options`; the error is the user's wrong usage.
  llvm::Error parse(CompileOptions &options);
  /// Whether the trade-off is to be shown.
  bool wantsCurve() const { return curve; }
  /// Fails if the package needs more than the budget, or than one of the
  /// memories has; says what is in the way.
  llvm::Error check(const PackageDescription &package) const;

private:
  enum class Place { Caller, Arena };
  llvm::cl::opt<Place> io;
  llvm::cl::opt<std::string> budget;
  llvm::cl::list<std::string> plan, memory;
  llvm::cl::opt<std::string> planSeconds;
  llvm::cl::opt<bool> curve, certificate;
  std::optional<int64_t> budgetBytes;
  PlanTechniques techniquesUsed;
};

} // namespace megcc

#endif // MEGCC_LIB_DRIVER_COMPILEOPTIONS_H
