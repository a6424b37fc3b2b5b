//===- KernelFamilies.cpp - Kernel families as loops ----------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/KernelFamilies.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace megcc;

void megcc::registerKernelFamilies(DialectRegistry &registry) {
  registerNestFamily(registry);
  registerGemmFamily(registry);
  registerChainFamily(registry);
  registerWinogradFamily(registry);
  registerAxisFamilies(registry);
  registerScatterFamilies(registry);
  registerVisionFamilies(registry);
  registerGridSampleFamily(registry);
  registerRecurrentFamily(registry);
  registerDetFamily(registry);
}

std::string megcc::getKernelStem(StringRef kind, Value output,
                                 ArrayRef<int64_t> sizes) {
  std::string stem;
  llvm::raw_string_ostream os(stem);
  // Kinds such as `conv+clamp` name what was fused.
  for (char c : kind)
    os << (llvm::isAlnum(c) ? c : '_');
  os << '_' << cast<MemRefType>(output.getType()).getElementType();
  if (!sizes.empty())
    os << '_';
  llvm::interleave(sizes, os, "x");
  return stem;
}
