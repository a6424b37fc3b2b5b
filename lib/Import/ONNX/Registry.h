//===- Registry.h - Which ONNX operators megcc understands ------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One small function per operator, in the file of its group. To add one: write
// the function, add a line to the group's register function, add a test in
// test/import. Differences between operator-set versions are handled inside
// the function (`context.getVersion()`).
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_IMPORT_ONNX_REGISTRY_H
#define MEGCC_LIB_IMPORT_ONNX_REGISTRY_H

#include "lib/Import/ONNX/NodeContext.h"

#include "llvm/ADT/StringMap.h"

namespace megcc {

using OperatorFunction = mlir::LogicalResult (*)(NodeContext &);

struct OperatorEntry {
  OperatorFunction function;
  /// Inputs below `minInputs` are present when the function is called.
  unsigned minInputs, maxInputs;
  /// The operator-set version that brought the operator, and the last that
  /// has it (0: it still exists).
  int64_t since, until;
  /// The group, as in docs/supported-operators.md.
  llvm::StringRef group;
  /// What of the operator is not supported; empty if nothing.
  llvm::StringRef limits;
};

class Registry {
public:
  static constexpr unsigned kAnyNumber = ~0u;

  /// All operators, filled on first use.
  static const Registry &get();

  const OperatorEntry *lookup(llvm::StringRef domain,
                              llvm::StringRef name) const;
  /// Operators that are known not to be supported, and why.
  llvm::StringRef whyUnsupported(llvm::StringRef domain,
                                 llvm::StringRef name) const;

  /// Starts a group: later entries belong to it.
  void beginGroup(llvm::StringRef title, llvm::StringRef domain = "") {
    group = title;
    groupDomain = domain;
  }
  void add(llvm::StringRef name, unsigned minInputs, unsigned maxInputs,
           int64_t since, OperatorFunction function,
           llvm::StringRef limits = "", int64_t until = 0);
  void refuse(llvm::StringRef name, llvm::StringRef reason);

  const std::map<std::string, OperatorEntry> &getEntries() const {
    return entries;
  }

private:
  Registry();

  llvm::StringRef group, groupDomain;
  /// By `domain::Name`, or `Name` in ONNX's own domain.
  std::map<std::string, OperatorEntry> entries;
  std::map<std::string, std::string> refused;
};

/// ONNX's own domain has two spellings.
inline llvm::StringRef normalizeDomain(llvm::StringRef domain) {
  return domain == "ai.onnx" ? "" : domain;
}

void registerElementwise(Registry &registry);
void registerActivation(Registry &registry);
void registerContraction(Registry &registry);
void registerEinsum(Registry &registry);
void registerPooling(Registry &registry);
void registerReduction(Registry &registry);
void registerNormalization(Registry &registry);
void registerMovement(Registry &registry);
void registerSlicing(Registry &registry);
void registerIndexing(Registry &registry);
void registerShape(Registry &registry);
void registerAttention(Registry &registry);
void registerVision(Registry &registry);
void registerDeformation(Registry &registry);
void registerStateSpace(Registry &registry);
void registerRecurrent(Registry &registry);
void registerQuantization(Registry &registry);
void registerLoss(Registry &registry);
void registerSignal(Registry &registry);
void registerControlFlow(Registry &registry);
void registerUnsupported(Registry &registry);

} // namespace megcc

#endif // MEGCC_LIB_IMPORT_ONNX_REGISTRY_H
