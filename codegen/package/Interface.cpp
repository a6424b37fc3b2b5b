//===- Interface.cpp - NAME_init, NAME_run, NAME_infer --------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a program calls. These functions check what they are given, then call
// the layers; none of the target's instructions is in them, so that a processor
// without those comes as far as the answer that says so. The text is
// runtime-stubs/package/init.c.in; here are the parts that depend on the model
// and the target.
//
//===----------------------------------------------------------------------===//

#include "codegen/package/Emitters.h"
#include "runtime-stubs/RuntimeStubs.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace megcc {

/// if (x == NULL || y == NULL) return ...
static void printNullCheck(const PackageDescription &package, raw_ostream &os) {
  std::vector<std::string> tests = {"ctx == NULL"};
  for (const auto *ports : {&package.inputs, &package.outputs})
    for (const Port &port : *ports)
      if (!port.arenaOffset)
        tests.push_back(port.parameter + " == NULL");
  os << fillLines("  if (", tests, " ||", ")", "      ") << "\n    return "
     << package.macro << "_ERROR_NULL;\n";
}

/// The same for addresses that a kernel's loads of elements could not take.
static void printAlignmentCheck(const PackageDescription &package,
                                raw_ostream &os) {
  std::vector<std::string> tests;
  for (const auto *ports : {&package.inputs, &package.outputs})
    for (const Port &port : *ports)
      if (port.isCallers() && !StringRef(port.cType).contains("int8_t"))
        tests.push_back("(uintptr_t)" + port.parameter + " % sizeof(" +
                        port.cType + ") != 0");
  if (!tests.empty())
    os << fillLines("  if (", tests, " ||", ")", "      ") << "\n    return "
       << package.macro << "_ERROR_ALIGNMENT;\n";
}

/// Where the caller's function for rows may fail, the call gives its status.
static std::string layersCall(const PackageDescription &package,
                              const Variant &variant, StringRef indent) {
  StringRef gives = package.hasStreamedInputs() ? "return " : "";
  return fillLines(
      (indent + gives + package.name + "_layers" + variant.suffix + "(").str(),
      portArguments(package, "ctx"), ",", ");", (indent + "    ").str());
}

std::string levelName(const PackageDescription &package,
                      const Variant &variant) {
  return package.macro + "_LEVEL" + StringRef(variant.suffix).upper();
}

/// Whether Linux wants to be asked before tile registers are used.
static bool hasTiles(const Target &target) {
  return is_contained(split(target.features, ','), "amx-tile");
}

/// The test for all instructions of `target` as a C expression; empty where no
/// processor of the architecture lacks them.
static std::string supportTest(const Target &target) {
  if (target.architecture == Architecture::X86) {
    std::vector<std::string> tests;
    for (StringRef name : split(target.features, ','))
      tests.push_back(("__builtin_cpu_supports(\"" + name + "\")").str());
    if (hasTiles(target))
      tests.push_back("may_use_tiles()");
    return join(tests, " &&\n         ");
  }
  if (target.hardwareCapabilities == 0)
    return "";
  std::string bits = utohexstr(target.hardwareCapabilities) + "UL";
  return "(getauxval(AT_HWCAP) & 0x" + bits + ") == 0x" + bits;
}

/// The function that asks it.
static void printTilePermission(raw_ostream &os) {
  os << R"(/* Linux keeps tile registers from processes that have not asked for them:
   arch_prctl(ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA). */
static int may_use_tiles(void) {
#if defined(__linux__) && defined(__x86_64__)
  long result = 158;
  __asm__ volatile("syscall"
                   : "+a"(result)
                   : "D"(0x1023L), "S"(18L)
                   : "rcx", "r11", "memory");
  return result == 0;
#else
  return 1;
#endif
}

)";
}

/// One function per variant that asks the processor, outside of the target's
/// pragmas.
static void printSupportTests(const PackageDescription &package,
                              raw_ostream &os) {
  const Target &target = package.best().target;
  if (supportTest(target).empty())
    return;
  bool isX86 = target.architecture == Architecture::X86;
  StringRef guard =
      isX86 ? "defined(__GNUC__) && (defined(__x86_64__) || defined(__i386__))"
            : "defined(__linux__)";
  if (!isX86)
    os << "#if " << guard << "\n#include <sys/auxv.h>\n#endif\n\n";
  if (any_of(package.variants,
             [](const Variant &variant) { return hasTiles(variant.target); }))
    printTilePermission(os);
  os << "/* Whether the processor, and its system, has every instruction.\n   "
     << (isX86 ? "Compilers without the question are trusted."
               : "Systems without the question are trusted.")
     << " */\n";
  for (const Variant &variant : package.variants)
    os << "static int is_able" << variant.suffix << "(void) {\n"
       << "#if " << guard << '\n'
       << (isX86 ? "  __builtin_cpu_init();\n" : "") << "  return "
       << supportTest(variant.target) << ";\n#else\n  return 1;\n#endif\n}\n\n";
}

/// The level that `init` takes: the best that the processor can, or the one
/// that was asked for.
static void printLevelChoice(const PackageDescription &package,
                             raw_ostream &os) {
  os << "/* The level that was asked for, else the best; 0 if the processor "
        "cannot. */\n"
     << "static uint32_t choose_level(uint32_t wanted) {\n";
  for (const Variant &variant : reverse(package.variants)) {
    std::string level = levelName(package, variant);
    os << "  if ((wanted == " << package.macro
       << "_LEVEL_BEST || wanted == " << level << ") &&\n      is_able"
       << variant.suffix << "())\n    return " << level << ";\n";
  }
  os << "  return 0;\n}\n\n";
}

static void printRun(const PackageDescription &package, raw_ostream &os) {
  os << '\n' << runPrototype(package) << " {\n";
  printNullCheck(package, os);
  os << "  if (ctx->version != " << package.macro << "_CONFIG_VERSION)\n"
     << "    return " << package.macro << "_ERROR_CONTEXT;\n";
  printAlignmentCheck(package, os);
  bool returns = package.hasStreamedInputs();
  StringRef ends = returns ? "\n" : "\n    break;\n";
  if (package.hasLevels()) {
    os << "  switch (ctx->level) {\n";
    for (const Variant &variant : drop_begin(reverse(package.variants)))
      os << "  case " << levelName(package, variant) << ":\n"
         << layersCall(package, variant, "    ") << ends;
    os << "  default:\n"
       << layersCall(package, package.best(), "    ") << ends << "  }\n";
  } else {
    os << layersCall(package, package.best(), "  ") << '\n';
  }
  if (!returns)
    os << "  return " << package.macro << "_OK;\n";
  os << "}\n";
}

void emitInterface(const PackageDescription &package, raw_ostream &os) {
  TemplateValues values = templateValues(package);
  os << '\n';
  if (package.hasLevels()) {
    for (const Variant &variant : package.variants)
      os << layersPrototype(package, variant) << ";\n";
    os << '\n';
  }
  if (package.hasWeights() && !package.hasWeightsFile())
    os << "extern const uint64_t " << package.name << "_weights["
       << (package.weightsBytes + 7) / 8 << "];\n\n";
  // The layers of a package without levels are in the same file, after it.
  if (package.threads == ThreadsForm::Pool &&
      (package.hasLevels() || package.best().layers.empty()))
    printTemplate(os, runtimeStub("package/pool_interface.h.in"), values);
  printSupportTests(package, os);
  if (package.hasLevels())
    printLevelChoice(package, os);
  printTemplate(os, runtimeStub("package/init.c.in"), values);
  printRun(package, os);
  if (!package.hasWeightsFile())
    printTemplate(os, runtimeStub("package/infer.c.in"), values);
}

void emitDispatcher(const PackageDescription &package, raw_ostream &os) {
  os << "/* " << package.name
     << ".c: a neural network as a C library, made by megcc for\n   "
     << package.targetNames(", ")
     << ": this file chooses.\n   No licence of megcc applies to this file: it "
        "is its user's own. */\n#include \""
     << package.name << ".h\"\n";
  emitInterface(package, os);
}

} // namespace megcc
