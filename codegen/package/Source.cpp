//===- Source.cpp - NAME.c, or one of its variants ------------------------===//
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
                                const Variant &variant, raw_ostream &os) {
  CPrintOptions options;
  options.banner = " " + package.name + variant.suffix +
                   ".c: a neural network as a C library, made "
                   "by megcc for " +
                   variant.target.name.str() +
                   ".\n  No licence of megcc applies to this file: it is its "
                   "user's own.";
  options.includes = {'"' + package.name + ".h\""};
  auto tail = [&](raw_ostream &stream) {
    emitLayers(package, variant, stream);
    return mlir::success();
  };
  options.tail = tail;
  if (failed(printC(module, variant.target, options, os)))
    return mlir::failure();
  if (!package.hasLevels())
    emitInterface(package, os);
  return mlir::success();
}

} // namespace megcc
