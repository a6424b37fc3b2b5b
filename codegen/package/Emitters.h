//===- Emitters.h - One function per artefact of a package ----------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_PACKAGE_EMITTERS_H
#define MEGCC_CODEGEN_PACKAGE_EMITTERS_H

#include "codegen/package/Package.h"
#include "codegen/package/Text.h"
#include "llvm/Support/raw_ostream.h"

namespace megcc {

/// NAME.h.
void emitHeader(const PackageDescription &package, llvm::raw_ostream &os);

/// NAME.c: the kernels of `module`, then init and run. Fails, with a
/// diagnostic, where a kernel has no C form.
mlir::LogicalResult printSource(mlir::ModuleOp module,
                                const PackageDescription &package,
                                llvm::raw_ostream &os);

/// The part of NAME.c after the kernels.
void emitRunFunction(const PackageDescription &package, llvm::raw_ostream &os);

/// The bytes of the weight blob, packed one constant at a time.
void emitWeightBytes(const PackageDescription &package, llvm::raw_ostream &os);
/// NAME_weights.c: the same bytes as an array.
void emitWeightArray(const PackageDescription &package, llvm::raw_ostream &os);
/// NAME_weights.S: takes in NAME_weights.bin.
void emitWeightAssembly(const PackageDescription &package,
                        llvm::raw_ostream &os);

/// CMakeLists.txt.
void emitCMakeLists(const PackageDescription &package, llvm::raw_ostream &os);

/// report.json.
void emitReport(const PackageDescription &package, llvm::raw_ostream &os);

//===----------------------------------------------------------------------===//
// Shared by the emitters
//===----------------------------------------------------------------------===//

/// The values that the texts in runtime-stubs/package refer to.
using TemplateValues = std::vector<std::pair<llvm::StringRef, std::string>>;
TemplateValues templateValues(const PackageDescription &package);

/// The declaration of NAME_run, without what ends it.
std::string runPrototype(const PackageDescription &package);

} // namespace megcc

#endif // MEGCC_CODEGEN_PACKAGE_EMITTERS_H
