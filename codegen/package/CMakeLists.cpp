//===- CMakeLists.cpp - The package's CMakeLists.txt ----------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/package/Emitters.h"
#include "runtime-stubs/RuntimeStubs.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace megcc {

void emitCMakeLists(const PackageDescription &package, raw_ostream &os) {
  SmallVector<std::string> sources;
  for (const std::string &file : package.files())
    if (StringRef(file).ends_with(".c") || StringRef(file).ends_with(".S"))
      sources.push_back(file);
  // The sources switch the target's instructions on themselves, for the kernels
  // alone, where the compiler can; clang cannot for 32-bit ARM.
  const Target &target = package.best().target;
  StringRef compiler = target.features.empty() ? "$<COMPILE_LANGUAGE:C>"
                       : target.architecture == Architecture::ARM
                           ? "$<COMPILE_LANG_AND_ID:C,Clang>"
                           : "";
  std::string flags;
  for (StringRef flag : split(target.compilerFlags, ' '))
    if (!flag.empty() && !compiler.empty())
      flags += (" \"$<" + compiler + ":" + flag + ">\"").str();

  TemplateValues values = templateValues(package);
  bool hasAssembly = sources.back().back() == 'S';
  values.emplace_back("languages", hasAssembly ? "C ASM" : "C");
  values.emplace_back("sources", join(sources, "\n  "));
  values.emplace_back("flags", flags);
  values.emplace_back("optimization", package.small ? "-Os" : "-O2");
  printTemplate(os, runtimeStub("package/CMakeLists.txt.in"), values);
}

} // namespace megcc
