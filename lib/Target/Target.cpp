//===- Target.cpp - The table of targets ----------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "megcc/Target.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/TargetParser/Host.h"

#if defined(__linux__) && defined(__aarch64__)
#include <sys/auxv.h>
#endif

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

constexpr StringRef x86V4DotFeatures =
    "sse3,ssse3,sse4.1,sse4.2,popcnt,avx,avx2,bmi,bmi2,fma,"
    "avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx512vnni";
constexpr StringRef x86V4BF16Features =
    "sse3,ssse3,sse4.1,sse4.2,popcnt,avx,avx2,bmi,bmi2,fma,"
    "avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx512vnni,avx512bf16";

constexpr StringRef x86V4AMXFeatures =
    "sse3,ssse3,sse4.1,sse4.2,popcnt,avx,avx2,bmi,bmi2,fma,"
    "avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx512vnni,avx512bf16,"
    "amx-tile,amx-bf16";

/// Bits of a Linux kernel's AT_HWCAP: of AArch64, and of 32-bit ARM.
constexpr uint32_t hwcapFPHP = 1U << 9, hwcapASIMDHP = 1U << 10;
constexpr uint32_t hwcapASIMDDP = 1U << 20, hwcapASIMDFHM = 1U << 23;
constexpr uint32_t hwcapNEON = 1U << 12;

// clang-format off
constexpr Target rows[] = {
  // name, description, architecture,
  //   vector bits, registers, fma, f64 vectors, multiply-add ports, latency, hoists loads,
  //   compiler flags, features, hardware capabilities, cross compiler, runner, L1, L2, line
  {"generic", "plain C11 for any compiler and processor", Architecture::Generic,
     0, 16, false, false, 2, 4, false,
     "", "", 0, "", "", 16 * KiB, 128 * KiB, 0},
  {"x86-64-v2", "x86 with SSE4.2", Architecture::X86,
     128, 16, false, true, 2, 4, false,
     "-march=x86-64-v2", x86V2Features, 0, "", "", 32 * KiB, 256 * KiB, 64},
  {"x86-64-v3", "x86 with AVX2 and FMA", Architecture::X86,
     256, 16, true, true, 2, 4, false,
     "-march=x86-64-v3", x86V3Features, 0, "", "", 32 * KiB, 256 * KiB, 64},
  {"x86-64-v4", "x86 with AVX-512", Architecture::X86,
     512, 32, true, true, 2, 4, false,
     "-march=x86-64-v4", x86V4Features, 0, "", "", 32 * KiB, 1024 * KiB, 64},
  {"x86-64-v4+vnni", "x86 with AVX-512 and products of 8-bit integers", Architecture::X86,
     512, 32, true, true, 2, 4, false,
     "-march=x86-64-v4 -mavx512vnni", x86V4DotFeatures, 0, "", "", 32 * KiB, 1024 * KiB, 64},
  {"x86-64-v4+vnni+bf16", "the same, and products of bfloat16", Architecture::X86,
     512, 32, true, true, 2, 4, false,
     "-march=x86-64-v4 -mavx512vnni -mavx512bf16", x86V4BF16Features, 0, "", "",
     32 * KiB, 1024 * KiB, 64},
  {"x86-64-v4+amx", "the same, and products of tiles of bfloat16 (Sapphire Rapids)", Architecture::X86,
     512, 32, true, true, 2, 4, false,
     "-march=x86-64-v4 -mavx512vnni -mavx512bf16 -mamx-tile -mamx-bf16", x86V4AMXFeatures, 0,
     "", "", 32 * KiB, 1024 * KiB, 64},
  {"armv8-a", "64-bit ARM with NEON", Architecture::AArch64,
     128, 32, true, true, 2, 4, true,
     "-march=armv8-a", "", 0, "aarch64-linux-gnu-gcc", "qemu-aarch64 -L /usr/aarch64-linux-gnu",
     32 * KiB, 512 * KiB, 64},
  {"armv8.2-a+fp16", "64-bit ARM with half-precision arithmetic", Architecture::AArch64,
     128, 32, true, true, 2, 4, true,
     "-march=armv8.2-a+fp16", "arch=armv8.2-a+fp16", hwcapFPHP | hwcapASIMDHP,
     "aarch64-linux-gnu-gcc", "qemu-aarch64 -L /usr/aarch64-linux-gnu", 64 * KiB, 512 * KiB, 64},
  {"armv8.2-a+dotprod+fp16", "the same, and products of 8-bit integers", Architecture::AArch64,
     128, 32, true, true, 2, 4, true,
     "-march=armv8.2-a+dotprod+fp16", "arch=armv8.2-a+dotprod+fp16",
     hwcapFPHP | hwcapASIMDHP | hwcapASIMDDP,
     "aarch64-linux-gnu-gcc", "qemu-aarch64 -L /usr/aarch64-linux-gnu", 64 * KiB, 512 * KiB, 64},
  {"armv8.2-a+dotprod+fp16fml", "the same, and products of half precision into f32", Architecture::AArch64,
     128, 32, true, true, 2, 4, true,
     "-march=armv8.2-a+dotprod+fp16fml", "arch=armv8.2-a+dotprod+fp16fml",
     hwcapFPHP | hwcapASIMDHP | hwcapASIMDDP | hwcapASIMDFHM,
     "aarch64-linux-gnu-gcc", "qemu-aarch64 -L /usr/aarch64-linux-gnu", 64 * KiB, 512 * KiB, 64},
  // The multiply-adds of NEON without VFPv4 round twice: no fma. Denormals are
  // zero to its vectors.
  {"armv7-a+neon", "32-bit ARM with NEON", Architecture::ARM,
     128, 16, false, false, 1, 8, true,
     "-march=armv7-a -mfpu=neon -mfloat-abi=hard", "arch=armv7-a+neon", hwcapNEON,
     "arm-linux-gnueabihf-gcc", "qemu-arm -L /usr/arm-linux-gnueabihf", 32 * KiB, 256 * KiB, 64},
};
// clang-format on

const Target &rowNamed(StringRef name) {
  return *llvm::find_if(rows,
                        [&](const Target &row) { return row.name == name; });
}

/// The architecture of the machine that megcc runs on; generic if the table has
/// no row for it.
constexpr Architecture hostArchitecture =
#if defined(__x86_64__) || defined(_M_X64)
    Architecture::X86;
#elif defined(__aarch64__) || defined(_M_ARM64)
    Architecture::AArch64;
#else
    Architecture::Generic;
#endif

bool hostHasFeatures(const Target &target) {
#if defined(__linux__) && defined(__aarch64__)
  return (getauxval(AT_HWCAP) & target.hardwareCapabilities) ==
         target.hardwareCapabilities;
#else
  const llvm::StringMap<bool> host = llvm::sys::getHostCPUFeatures();
  return llvm::all_of(llvm::split(target.features, ','), [&](StringRef name) {
    return name.empty() || host.lookup(name);
  });
#endif
}

/// The last row of the host's architecture all of whose features it has.
const Target &rowOfHost() {
  for (const Target &row : llvm::reverse(rows))
    if (row.architecture == hostArchitecture && hostHasFeatures(row))
      return row;
  return rowNamed("generic");
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
  if (!hasVectors() || bits < 8 || (element.isF64() && !doubleVectors))
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

bool megcc::runsOnHost(const Target &target) {
  return target.architecture == Architecture::Generic ||
         (target.architecture == hostArchitecture && hostHasFeatures(target));
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
