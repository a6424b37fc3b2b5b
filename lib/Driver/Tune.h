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
// of the network and not alone in warm caches. One more package has what is
// best so far, and takes turns with the first: what is not faster there as well
// is not taken. In a chain the parts are varied one after the other, as they
// are measured together.
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

/// "measured the best of 2: 1230 us, gemm:14x2 1310 us", for the layer that
/// computes `nodes`; empty if none was measured.
std::string describeBest(const std::vector<TunedLayer> &layers,
                         llvm::ArrayRef<std::string> nodes);

} // namespace megcc

#endif // MEGCC_LIB_DRIVER_TUNE_H
