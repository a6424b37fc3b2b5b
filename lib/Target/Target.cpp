//===- Target.cpp - The table of targets ----------------------------------===//

#include "megcc/Target.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/TargetParser/Host.h"

using namespace megcc;
using llvm::StringRef;

namespace {

constexpr int64_t KiB = 1024;

/// The levels of the x86-64 psABI; each names its features in full, since gcc's
/// `target` pragma knows no levels.
constexpr StringRef x86V2Features = "sse3,ssse3,sse4.1,sse4.2,popcnt";
constexpr StringRef x86V3Features =
    "sse3,ssse3,sse4.1,sse4.2,popcnt,avx,avx2,bmi,bmi2,fma";
constexpr StringRef x86V4Features =
    "sse3,ssse3,sse4.1,sse4.2,popcnt,avx,avx2,bmi,bmi2,fma,"
    "avx512f,avx512bw,avx512cd,avx512dq,avx512vl";

// clang-format off
constexpr Target rows[] = {
  // name, description, architecture,
  //   vector bits, registers, fma, hoists loads,
  //   compiler flags, features, cross compiler, runner, L1, L2
  {"generic", "plain C11 for any compiler and processor", Architecture::Generic,
     0, 16, false, false,
     "", "", "", "", 16 * KiB, 128 * KiB},
  {"x86-64-v2", "x86 with SSE4.2", Architecture::X86,
     128, 16, false, false,
     "-march=x86-64-v2", x86V2Features, "", "", 32 * KiB, 256 * KiB},
  {"x86-64-v3", "x86 with AVX2 and FMA", Architecture::X86,
     256, 16, true, false,
     "-march=x86-64-v3", x86V3Features, "", "", 32 * KiB, 256 * KiB},
  {"x86-64-v4", "x86 with AVX-512", Architecture::X86,
     512, 32, true, false,
     "-march=x86-64-v4", x86V4Features, "", "", 32 * KiB, 1024 * KiB},
  {"armv8-a", "64-bit ARM with NEON", Architecture::AArch64,
     128, 32, true, true,
     "-march=armv8-a", "", "aarch64-linux-gnu-gcc", "qemu-aarch64 -L /usr/aarch64-linux-gnu",
     32 * KiB, 512 * KiB},
};
// clang-format on

const Target &rowNamed(StringRef name) {
  return *llvm::find_if(rows,
                        [&](const Target &row) { return row.name == name; });
}

/// The widest x86 row all of whose features the host has, or NEON's on AArch64.
const Target &rowOfHost() {
#if defined(__aarch64__) || defined(_M_ARM64)
  return rowNamed("armv8-a");
#else
  const llvm::StringMap<bool> host = llvm::sys::getHostCPUFeatures();
  for (StringRef name : {"x86-64-v4", "x86-64-v3", "x86-64-v2"}) {
    const Target &row = rowNamed(name);
    if (llvm::all_of(llvm::split(row.features, ','),
                     [&](StringRef feature) { return host.lookup(feature); }))
      return row;
  }
  return rowNamed("generic");
#endif
}

/// The host runs what it compiles, so `native` needs no cross tools.
Target nativeTarget() {
  Target native = rowOfHost();
  native.name = "native";
  native.description = "the machine that megcc runs on";
  native.crossCompiler = native.runner = "";
  return native;
}

} // namespace

int64_t Target::lanes(mlir::Type element) const {
  if (element.isIndex())
    return hasVectors() ? vectorBits / 32 : 1;
  unsigned bits = element.getIntOrFloatBitWidth();
  if (!hasVectors() || bits < 8)
    return 1;
  bool computesInF32 = element.isF16() || element.isBF16();
  return vectorBits / (computesInF32 ? 32 : bits);
}

llvm::ArrayRef<Target> megcc::allTargets() {
  static const auto targets = [] {
    std::vector<Target> all(std::begin(rows), std::end(rows));
    all.insert(all.begin() + 1, nativeTarget());
    return all;
  }();
  return targets;
}

llvm::Expected<Target> megcc::lookupTarget(StringRef name) {
  for (const Target &target : allTargets())
    if (target.name == name)
      return target;
  auto names = llvm::map_range(
      allTargets(), [](const Target &target) { return target.name; });
  return llvm::createStringError(
      llvm::inconvertibleErrorCode(), "unknown target '%s'; known targets: %s",
      name.str().c_str(), llvm::join(names, ", ").c_str());
}
