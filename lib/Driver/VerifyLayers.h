//===- VerifyLayers.h - Which layer departs from the reference? -*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_DRIVER_VERIFYLAYERS_H
#define MEGCC_LIB_DRIVER_VERIFYLAYERS_H

#include "lib/Driver/Commands.h"
#include "lib/Driver/Compare.h"
#include "lib/Driver/PackageReport.h"
#include "lib/Import/ONNX/ONNX.h"

namespace megcc {

/// Evaluates the optimised graph of `model` with the reference and compares
/// each operator's result with what the layer of the same nodes left in
/// `folder` (layer_L_K.bin, by the verify harness). Prints the first layer that
/// departs. Returns exitDone if none does.
ExitCode verifyLayers(const PackageReport::Variant &variant,
                      llvm::StringRef model, const ImportOptions &options,
                      llvm::ArrayRef<TensorLiteral> inputs,
                      llvm::StringRef folder, const Tolerance &tolerance);

} // namespace megcc

#endif // MEGCC_LIB_DRIVER_VERIFYLAYERS_H
