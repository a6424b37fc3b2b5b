//===- Source.cpp - NAME.c ------------------------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/c/CPrinter.h"
#include "codegen/package/Emitters.h"

using namespace llvm;

namespace megcc {

mlir::LogicalResult printSource(mlir::ModuleOp module,
                                const PackageDescription &package,
                                raw_ostream &os) {
  CPrintOptions options;
  options.banner = " " + package.name +
                   ".c: a neural network as a C library, made "
                   "by megcc for " +
                   package.target.name.str() +
                   ".\n  No licence of megcc applies to this file: it is its "
                   "user's own.";
  options.includes = {'"' + package.name + ".h\""};
  auto tail = [&](raw_ostream &stream) {
    emitRunFunction(package, stream);
    return mlir::success();
  };
  options.tail = tail;
  return printC(module, package.target, options, os);
}

} // namespace megcc
