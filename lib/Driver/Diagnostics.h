//===- Diagnostics.h - MLIR's diagnostics as megcc's messages ---*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_DRIVER_DIAGNOSTICS_H
#define MEGCC_LIB_DRIVER_DIAGNOSTICS_H

#include "lib/Driver/Commands.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/raw_ostream.h"

namespace megcc {

/// While it lives, diagnostics of a context are printed as
/// `megcc: error: /conv1: message`, and remembered for the exit code.
class DiagnosticPrinter {
public:
  explicit DiagnosticPrinter(mlir::MLIRContext &context,
                             llvm::raw_ostream &os = llvm::errs());

  /// The exit code of a run that failed: messages that begin with "internal
  /// error", and silence, are megcc's own fault.
  ExitCode exitCode() const {
    return errors == 0 || internal != 0 ? exitOwnFault : exitInputAtFault;
  }

private:
  void print(mlir::Diagnostic &diagnostic);

  llvm::raw_ostream &os;
  unsigned errors = 0, internal = 0;
  mlir::ScopedDiagnosticHandler handler;
};

} // namespace megcc

#endif // MEGCC_LIB_DRIVER_DIAGNOSTICS_H
