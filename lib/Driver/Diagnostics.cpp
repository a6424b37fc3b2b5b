//===- Diagnostics.cpp - MLIR's diagnostics as megcc's messages -----------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Driver/Diagnostics.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Location.h"
#include "mlir/IR/MLIRContext.h"

using namespace mlir;

namespace megcc {

/// The node that a location names first; empty for one that names none.
static StringRef nodeOf(Location loc) {
  StringRef node;
  loc->walk([&](Location part) {
    auto name = dyn_cast<NameLoc>(part);
    if (!name)
      return WalkResult::advance();
    node = name.getName().getValue();
    return WalkResult::interrupt();
  });
  return node;
}

static StringRef severityText(DiagnosticSeverity severity) {
  switch (severity) {
  case DiagnosticSeverity::Note:
    return "note: ";
  case DiagnosticSeverity::Warning:
    return "warning: ";
  case DiagnosticSeverity::Error:
    return "error: ";
  case DiagnosticSeverity::Remark:
    return "remark: ";
  }
  llvm_unreachable("unknown severity");
}

DiagnosticPrinter::DiagnosticPrinter(MLIRContext &context,
                                     llvm::raw_ostream &os)
    : os(os),
      handler(&context, [this](Diagnostic &diagnostic) { print(diagnostic); }) {
  // A message says what is wrong; the IR around it is another matter.
  context.printOpOnDiagnostic(false);
}

void DiagnosticPrinter::print(Diagnostic &diagnostic) {
  std::string message = diagnostic.str();
  if (diagnostic.getSeverity() == DiagnosticSeverity::Error) {
    ++errors;
    internal += StringRef(message).contains("internal error");
  }
  os << "megcc: " << severityText(diagnostic.getSeverity());
  // The importer's messages name the node themselves, with its file.
  StringRef node = nodeOf(diagnostic.getLocation());
  if (!node.empty() && !StringRef(message).contains(node))
    os << node << ": ";
  os << message << '\n';
  for (Diagnostic &note : diagnostic.getNotes())
    print(note);
}

} // namespace megcc
