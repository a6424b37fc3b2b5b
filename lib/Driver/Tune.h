//===- Tune.h - Choices by measurement --------------------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every layer has a few choices that are estimated best. A package is built of
// everyone's first, one of everyone's second, and so on; each is run with the
// layer hook, in turns, so that a layer's choices are measured among the others
// of the network and not alone in warm caches.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_DRIVER_TUNE_H
#define MEGCC_LIB_DRIVER_TUNE_H

#include "lib/Driver/TuningFile.h"
#include "megcc/Compiler.h"
#include <functional>

namespace megcc {

/// Writes a package as compiled with the options to a folder.
using PackageWriter =
    std::function<llvm::Error(const CompileOptions &, llvm::StringRef)>;

/// Measures the choices of `layers` on this machine, or through `runner`.
llvm::Error measureChoices(std::vector<TunedLayer> &layers,
                           const CompileOptions &options,
                           llvm::StringRef runner, const PackageWriter &write);

/// `options` with each layer's fastest choice.
CompileOptions withBestChoices(const std::vector<TunedLayer> &layers,
                               CompileOptions options);

/// "measured the fastest of 4: 1.23 ms; gemm:14x2: 1.31 ms".
std::string describeBest(const TunedLayer &layer);

} // namespace megcc

#endif // MEGCC_LIB_DRIVER_TUNE_H
