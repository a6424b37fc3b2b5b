//===- Emitters.h - One function per artefact of a package ------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_PACKAGE_EMITTERS_H
#define MEGCC_CODEGEN_PACKAGE_EMITTERS_H

#include "codegen/c/StackBound.h"
#include "codegen/package/Package.h"
#include "codegen/package/Text.h"
#include "llvm/Support/raw_ostream.h"

namespace megcc {

/// NAME.h.
void emitHeader(const PackageDescription &package, llvm::raw_ostream &os);

/// The kernels of `module`, then the function that runs its layers. Fails, with
/// a diagnostic, where a kernel has no C form.
mlir::LogicalResult printSource(mlir::ModuleOp module,
                                const PackageDescription &package,
                                const Variant &variant, llvm::raw_ostream &os);

/// The part of a source after the kernels: the function of the layers.
void emitLayers(const PackageDescription &package, const Variant &variant,
                llvm::raw_ostream &os);

/// The functions that the header declares. They are compiled without the
/// target's instructions, since they ask for them.
void emitInterface(const PackageDescription &package, llvm::raw_ostream &os);
/// NAME.c of a package with several variants: the interface alone.
void emitDispatcher(const PackageDescription &package, llvm::raw_ostream &os);

/// NAME_pool.c.
void emitPool(const PackageDescription &package, llvm::raw_ostream &os);

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
/// report.html.
void emitReportPage(const PackageDescription &package, llvm::raw_ostream &os);
/// certificate.json.
void emitCertificate(const PackageDescription &package, llvm::raw_ostream &os);

//===----------------------------------------------------------------------===//
// Shared by the emitters
//===----------------------------------------------------------------------===//

/// The values that the texts in runtime-stubs/package refer to.
using TemplateValues = std::vector<std::pair<llvm::StringRef, std::string>>;
TemplateValues templateValues(const PackageDescription &package);

/// Prints `text` as a comment of lines below 80 columns.
void printComment(llvm::raw_ostream &os, llvm::StringRef text,
                  llvm::StringRef indent);

/// {"const float x[1 * 8]", "float y[1 * 8]"}, one parameter per port;
/// of a streamed input the function that gives rows, and what it is handed.
std::vector<std::string> portParameters(const PackageDescription &package);

/// What such parameters are called with, after `first`.
std::vector<std::string> portArguments(const PackageDescription &package,
                                       llvm::StringRef first);

/// The declaration of NAME_run, without what ends it.
std::string runPrototype(const PackageDescription &package);
/// That of the function of a variant's layers.
std::string layersPrototype(const PackageDescription &package,
                            const Variant &variant);

/// NAME_LEVEL_X86_64_V3, which stands for a variant among several.
std::string levelName(const PackageDescription &package,
                      const Variant &variant);

/// What the package's own functions, three of which call each other, may take
/// of the stack, and what each argument that they hand on takes there.
constexpr int64_t interfaceStackBytes = 3 * frameOverhead;
constexpr int64_t addressBytes = 8;

/// Sends the packed bytes of one constant to `sink`, in blocks.
void packWeight(const Weight &weight,
                llvm::function_ref<void(llvm::ArrayRef<char>)> sink);

/// Gives each weight of all variants one place, equal ones the same, and moves
/// the operands there. `weights` are those of each variant.
void mergeWeights(PackageDescription &package,
                  llvm::ArrayRef<std::vector<Weight>> weights);

} // namespace megcc

#endif // MEGCC_CODEGEN_PACKAGE_EMITTERS_H
