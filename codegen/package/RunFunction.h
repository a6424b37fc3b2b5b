//===- RunFunction.h - Calls of kernels as text -----------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What layers on one thread (RunFunction.cpp) and on several (SharedLayers.cpp)
// print alike.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_PACKAGE_RUNFUNCTION_H
#define MEGCC_CODEGEN_PACKAGE_RUNFUNCTION_H

#include "codegen/package/Emitters.h"

namespace megcc {

/// What a layer is, as a comment in lines that begin with `indent`.
void printLayerComment(const PackageDescription &package, const Layer &layer,
                       size_t index, llvm::StringRef indent,
                       llvm::raw_ostream &os);

/// The operands of a layer's call.
std::vector<std::string> callArguments(const PackageDescription &package,
                                       const Layer &layer);

/// name(arguments); in lines that begin with `indent`.
void printCall(llvm::raw_ostream &os, llvm::StringRef name,
               llvm::ArrayRef<std::string> arguments, llvm::StringRef indent);

/// The hook, with each output of a layer.
void printHookCalls(const PackageDescription &package, const Layer &layer,
                    size_t index, llvm::StringRef indent,
                    llvm::raw_ostream &os);

/// The last layer of the stream that begins with layer `first`.
size_t lastOfStream(const Variant &variant, size_t first);

/// That stream's loop. Where threads share the layers, one of them runs it, and
/// what is not the arena's is reached through `call`.
void printStream(const PackageDescription &package, const Variant &variant,
                 size_t first, llvm::StringRef indent, bool isShared,
                 llvm::raw_ostream &os);

/// Whether an operand of some layer does.
bool uses(const Variant &variant,
          llvm::function_ref<bool(const Operand &)> matches);

/// The memories that some layer's operand is in.
llvm::SmallVector<const ArenaRegion *>
usedRegions(const PackageDescription &package, const Variant &variant);

/// What the function of the layers needs where threads share them.
void emitSharedLayers(const PackageDescription &package, const Variant &variant,
                      llvm::raw_ostream &os);
/// The statements of that function.
void printSharedRun(const PackageDescription &package, const Variant &variant,
                    llvm::raw_ostream &os);

} // namespace megcc

#endif // MEGCC_CODEGEN_PACKAGE_RUNFUNCTION_H
