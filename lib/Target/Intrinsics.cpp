//===- Intrinsics.cpp - The table of C spellings --------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Target/Intrinsics.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/StringExtras.h"

using namespace megcc;
using llvm::StringRef;

namespace {

/// One spelling: on `arch`, for `lanes` elements (1: a scalar) of a number of
/// `bits` bits, where the target's vectors are wide enough.
struct Intrinsic {
  StringRef name;
  Architecture arch;
  unsigned bits;
  unsigned lanes;
  StringRef spelling;
  /// Which of the target's features it needs beside its vectors.
  StringRef feature = "";
};

constexpr auto x86 = Architecture::X86;
constexpr auto a64 = Architecture::AArch64;
constexpr auto a32 = Architecture::ARM;

// 512-bit round-to-even is left out: gcc's macro for it warns without
// optimisation, and the arithmetic version costs three instructions.
// clang-format off
constexpr Intrinsic intrinsics[] = {
  {"math.fma", x86, 32, 1,  "__builtin_fmaf($0, $1, $2)"},
  {"math.fma", x86, 64, 1,  "__builtin_fma($0, $1, $2)"},
  {"math.fma", x86, 32, 4,  "_mm_fmadd_ps($0, $1, $2)"},
  {"math.fma", x86, 32, 8,  "_mm256_fmadd_ps($0, $1, $2)"},
  {"math.fma", x86, 32, 16, "_mm512_fmadd_ps($0, $1, $2)"},
  {"math.fma", x86, 64, 2,  "_mm_fmadd_pd($0, $1, $2)"},
  {"math.fma", x86, 64, 4,  "_mm256_fmadd_pd($0, $1, $2)"},
  {"math.fma", x86, 64, 8,  "_mm512_fmadd_pd($0, $1, $2)"},
  {"math.fma", a64, 32, 1,  "__builtin_fmaf($0, $1, $2)"},
  {"math.fma", a64, 64, 1,  "__builtin_fma($0, $1, $2)"},
  {"math.fma", a64, 32, 4,  "vfmaq_f32($2, $0, $1)"},
  {"math.fma", a64, 64, 2,  "vfmaq_f64($2, $0, $1)"},

  // The builtins set errno, and so call libm for negative arguments.
  {"math.sqrt", x86, 32, 1,  "_mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss($0)))"},
  {"math.sqrt", x86, 64, 1,  "_mm_cvtsd_f64(_mm_sqrt_pd(_mm_set_sd($0)))"},
  {"math.sqrt", x86, 32, 4,  "_mm_sqrt_ps($0)"},
  {"math.sqrt", x86, 32, 8,  "_mm256_sqrt_ps($0)"},
  {"math.sqrt", x86, 32, 16, "_mm512_sqrt_ps($0)"},
  {"math.sqrt", x86, 64, 2,  "_mm_sqrt_pd($0)"},
  {"math.sqrt", x86, 64, 4,  "_mm256_sqrt_pd($0)"},
  {"math.sqrt", x86, 64, 8,  "_mm512_sqrt_pd($0)"},
  {"math.sqrt", a64, 32, 1,  "vget_lane_f32(vsqrt_f32(vdup_n_f32($0)), 0)"},
  {"math.sqrt", a64, 64, 1,  "vget_lane_f64(vsqrt_f64(vdup_n_f64($0)), 0)"},
  {"math.sqrt", a64, 32, 4,  "vsqrtq_f32($0)"},
  {"math.sqrt", a64, 64, 2,  "vsqrtq_f64($0)"},

  {"math.absf", x86, 32, 1, "__builtin_fabsf($0)"},
  {"math.absf", x86, 64, 1, "__builtin_fabs($0)"},
  {"math.absf", a64, 32, 1, "__builtin_fabsf($0)"},
  {"math.absf", a64, 64, 1, "__builtin_fabs($0)"},
  {"math.copysign", x86, 32, 1, "__builtin_copysignf($0, $1)"},
  {"math.copysign", x86, 64, 1, "__builtin_copysign($0, $1)"},
  {"math.copysign", a64, 32, 1, "__builtin_copysignf($0, $1)"},
  {"math.copysign", a64, 64, 1, "__builtin_copysign($0, $1)"},

  {"math.absf", a32, 32, 1, "__builtin_fabsf($0)"},
  {"math.absf", a32, 64, 1, "__builtin_fabs($0)"},
  {"math.copysign", a32, 32, 1, "__builtin_copysignf($0, $1)"},
  {"math.copysign", a32, 64, 1, "__builtin_copysign($0, $1)"},

  {"math.floor", x86, 32, 4,  "_mm_floor_ps($0)"},
  {"math.floor", x86, 32, 8,  "_mm256_floor_ps($0)"},
  {"math.floor", x86, 32, 16, "_mm512_floor_ps($0)"},
  {"math.floor", a64, 32, 4,  "vrndmq_f32($0)"},
  {"math.ceil", x86, 32, 4,  "_mm_ceil_ps($0)"},
  {"math.ceil", x86, 32, 8,  "_mm256_ceil_ps($0)"},
  {"math.ceil", x86, 32, 16, "_mm512_ceil_ps($0)"},
  {"math.ceil", a64, 32, 4,  "vrndpq_f32($0)"},
  {"math.roundeven", a64, 32, 4,  "vrndnq_f32($0)"},

  // x86: the second operand if either is a NaN. ARM: NaN if either is.
  {"arith.select.ogt", x86, 32, 4,  "_mm_max_ps($0, $1)"},
  {"arith.select.ogt", x86, 32, 8,  "_mm256_max_ps($0, $1)"},
  {"arith.select.ogt", x86, 32, 16, "_mm512_max_ps($0, $1)"},
  {"arith.select.olt", x86, 32, 4,  "_mm_min_ps($0, $1)"},
  {"arith.select.olt", x86, 32, 8,  "_mm256_min_ps($0, $1)"},
  {"arith.select.olt", x86, 32, 16, "_mm512_min_ps($0, $1)"},
  {"arith.maximumf", a64, 32, 4,  "vmaxq_f32($0, $1)"},
  {"arith.minimumf", a64, 32, 4,  "vminq_f32($0, $1)"},
  {"arith.maximumf", a32, 32, 4,  "vmaxq_f32($0, $1)"},
  {"arith.minimumf", a32, 32, 4,  "vminq_f32($0, $1)"},
  {"arith.maxnumf", a64, 32, 4,  "vmaxnmq_f32($0, $1)"},
  {"arith.minnumf", a64, 32, 4,  "vminnmq_f32($0, $1)"},

  // gcc takes the operators of float vectors apart for 32-bit NEON, whose
  // denormals are not IEEE 754's. A multiply-add rounds both times.
  {"arith.addf", a32, 32, 4,  "vaddq_f32($0, $1)"},
  {"arith.subf", a32, 32, 4,  "vsubq_f32($0, $1)"},
  {"arith.mulf", a32, 32, 4,  "vmulq_f32($0, $1)"},
  {"arith.negf", a32, 32, 4,  "vnegq_f32($0)"},
  {"arith.mulf.addf", a32, 32, 4,  "vmlaq_f32($2, $0, $1)"},

  // By the signs of both factors; x86 has only products of different ones.
  {"isa.dot.bf16", x86, 32, 4,  "_mm_dpbf16_ps($2, (__m128bh)($0), (__m128bh)($1))", "avx512bf16"},
  {"isa.dot.bf16", x86, 32, 8,  "_mm256_dpbf16_ps($2, (__m256bh)($0), (__m256bh)($1))", "avx512bf16"},
  {"isa.dot.bf16", x86, 32, 16, "_mm512_dpbf16_ps($2, (__m512bh)($0), (__m512bh)($1))", "avx512bf16"},
  {"isa.dot.us8", x86, 32, 4,  "_mm_dpbusd_epi32((__m128i)($2), (__m128i)($0), (__m128i)($1))", "avx512vnni"},
  {"isa.dot.us8", x86, 32, 8,  "_mm256_dpbusd_epi32((__m256i)($2), (__m256i)($0), (__m256i)($1))", "avx512vnni"},
  {"isa.dot.us8", x86, 32, 16, "_mm512_dpbusd_epi32((__m512i)($2), (__m512i)($0), (__m512i)($1))", "avx512vnni"},
  {"isa.dot.su8", x86, 32, 4,  "_mm_dpbusd_epi32((__m128i)($2), (__m128i)($1), (__m128i)($0))", "avx512vnni"},
  {"isa.dot.su8", x86, 32, 8,  "_mm256_dpbusd_epi32((__m256i)($2), (__m256i)($1), (__m256i)($0))", "avx512vnni"},
  {"isa.dot.su8", x86, 32, 16, "_mm512_dpbusd_epi32((__m512i)($2), (__m512i)($1), (__m512i)($0))", "avx512vnni"},
  {"isa.dot.ss8", a64, 32, 4,  "vdotq_s32((int32x4_t)($2), (int8x16_t)($0), (int8x16_t)($1))", "dotprod"},
  {"isa.dot.uu8", a64, 32, 4,  "vdotq_u32((uint32x4_t)($2), (uint8x16_t)($0), (uint8x16_t)($1))", "dotprod"},

  // With the low or the high half of a register; $3 is the lane.
  {"isa.lane_fma.f16.0", a64, 32, 4, "vfmlalq_lane_low_f16($2, (float16x8_t)($1), (float16x4_t)($0), $3)", "fp16fml"},
  {"isa.lane_fma.f16.1", a64, 32, 4, "vfmlalq_lane_high_f16($2, (float16x8_t)($1), (float16x4_t)($0), $3)", "fp16fml"},

  // Matrix tiles, by the numbers of their registers.
  {"isa.tile_config", x86, 32, 1, "_tile_loadconfig($0)", "amx-tile"},
  {"isa.tile_load", x86, 32, 1, "_tile_loadd($0, $1, $2)", "amx-tile"},
  {"isa.tile_store", x86, 32, 1, "_tile_stored($0, $1, $2)", "amx-tile"},
  {"isa.tile_release", x86, 32, 1, "_tile_release()", "amx-tile"},
  {"isa.tile_dot.bf16", x86, 32, 1, "_tile_dpbf16ps($0, $1, $2)", "amx-bf16"},

  // Conversions, by the f32 side. Denormals are zero to AVX512-BF16.
  {"arith.extf.f16", a64, 32, 1,  "vgetq_lane_f32(vcvt_f32_f16(vreinterpret_f16_u16(vdup_n_u16($0))), 0)"},
  {"arith.extf.f16", a64, 32, 4,  "vcvt_f32_f16((float16x4_t)($0))"},
  {"arith.truncf.f16", a64, 32, 1, "vget_lane_u16(vreinterpret_u16_f16(vcvt_f16_f32(vdupq_n_f32($0))), 0)"},
  {"arith.truncf.f16", a64, 32, 4, "vcvt_f16_f32($0)"},
  {"arith.truncf.bf16", x86, 32, 8,  "_mm256_cvtneps_pbh($0)", "avx512bf16"},
  {"arith.truncf.bf16", x86, 32, 16, "_mm512_cvtneps_pbh($0)", "avx512bf16"},
};
// clang-format on

/// "avx512bw,avx512bf16" or "arch=armv8.2-a+dotprod" names `feature`.
bool hasFeature(const Target &target, StringRef feature) {
  llvm::SmallVector<StringRef> names;
  llvm::SplitString(target.features, names, ",+");
  return feature.empty() || llvm::is_contained(names, feature);
}

} // namespace

StringRef megcc::lookupIntrinsic(const Target &target, StringRef name,
                                 mlir::Type type) {
  auto vector = llvm::dyn_cast<mlir::VectorType>(type);
  mlir::Type element = vector ? vector.getElementType() : type;
  if (!element.isF32() && !element.isF64() && !element.isInteger(32))
    return {};
  unsigned bits = element.getIntOrFloatBitWidth();
  unsigned lanes = vector ? vector.getNumElements() : 1;
  if (!target.hasVectors() || lanes * bits > target.vectorBits ||
      (name == "math.fma" && !target.fma))
    return {};
  for (const Intrinsic &row : intrinsics)
    if (row.name == name && row.arch == target.architecture &&
        row.bits == bits && row.lanes == lanes &&
        hasFeature(target, row.feature) &&
        (llvm::isa<mlir::FloatType>(element) ||
         row.name.starts_with("isa.dot")))
      return row.spelling;
  return {};
}

StringRef megcc::lookupConversion(const Target &target, mlir::Type from,
                                  mlir::Type to) {
  mlir::Type source = mlir::getElementTypeOrSelf(from);
  mlir::Type result = mlir::getElementTypeOrSelf(to);
  bool widens = result.isF32();
  mlir::Type half = widens ? source : result;
  if ((!widens && !source.isF32()) || !(half.isF16() || half.isBF16()))
    return {};
  std::string name = widens ? "arith.extf." : "arith.truncf.";
  name += half.isF16() ? "f16" : "bf16";
  return lookupIntrinsic(target, name, widens ? to : from);
}

RegisterTuple megcc::lookupTuple(const Target &target, mlir::VectorType type) {
  if (target.architecture != Architecture::AArch64 ||
      !type.getElementType().isF32())
    return {};
  switch (type.getNumElements()) {
  case 8:
    return {"float32x4x2_t", "vld1q_f32_x2"};
  case 12:
    return {"float32x4x3_t", "vld1q_f32_x3"};
  case 16:
    return {"float32x4x4_t", "vld1q_f32_x4"};
  }
  return {};
}

StringRef megcc::intrinsicsHeader(const Target &target) {
  switch (target.architecture) {
  case Architecture::Generic:
    return {};
  case Architecture::X86:
    return "<immintrin.h>";
  case Architecture::AArch64:
  case Architecture::ARM:
    return "<arm_neon.h>";
  }
  llvm_unreachable("unknown architecture");
}
