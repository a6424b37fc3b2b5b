//===- Target.h - What a target can do, as a row of facts -------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A target is data: kernel families, passes and the printer read these facts
// and never ask for an instruction set by name. A new target is a new row in
// lib/Target/Target.cpp.
//
//===----------------------------------------------------------------------===//
#ifndef MEGCC_TARGET_H
#define MEGCC_TARGET_H

#include "mlir/IR/Types.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>

namespace megcc {

/// The instruction sets whose intrinsics the C printer knows. `Generic` is
/// plain C11 for any compiler, `ARM` the 32-bit one.
enum class Architecture { Generic, X86, AArch64, ARM };

struct Target {
  /// The name on the command line, that of the C compiler's -march value.
  llvm::StringRef name;
  /// One line for `megcc targets`.
  llvm::StringRef description;
  Architecture architecture;

  /// Bits of one vector register; 0 if there are none, or none that C reaches:
  /// families then build scalar code.
  unsigned vectorBits;
  /// How many vector registers there are; bounds the register tiles.
  unsigned vectorRegisters;
  /// Whether one instruction computes a*b+c with a single rounding.
  bool fma;
  /// Whether vectors of f64 exist.
  bool doubleVectors;
  /// How many vector multiply-adds a core starts in a cycle, and after how many
  /// cycles their result may be added to: their product is the number of
  /// independent sums that keep it busy.
  unsigned multiplyAddPorts;
  unsigned multiplyAddLatency;
  /// Whether C compilers move all loads of a loop's body before its arithmetic,
  /// so that each needs a register (gcc schedules before it allocates, except
  /// on x86).
  bool hoistsLoads;

  /// Options for a C compiler that builds a whole program for this target.
  llvm::StringRef compilerFlags;
  /// What the generated file switches on itself, so that it compiles without
  /// those options: comma-separated names which the `target` pragma of gcc, the
  /// `target` attribute of clang understand (for 32-bit ARM gcc alone: clang
  /// takes `compilerFlags`). On x86 __builtin_cpu_supports knows them as well.
  llvm::StringRef features;
  /// What NAME_init asks a Linux kernel for where no instruction tells what the
  /// processor can do: bits of getauxval(AT_HWCAP).
  uint32_t hardwareCapabilities;
  /// The C compiler that makes programs for this target on any machine, and the
  /// program that runs them there; both empty where the host's own will do.
  llvm::StringRef crossCompiler;
  llvm::StringRef runner;

  /// Data caches of one core, in bytes: what blocking aims at. Deliberately
  /// smaller than the newest cores'.
  int64_t l1Bytes;
  int64_t l2Bytes;
  /// What one prefetch brings near; 0 where C has none.
  int64_t lineBytes;

  /// How many elements of type `element` one vector register holds while
  /// computing; 1 where there are no vectors for it. f16 and bf16 are storage
  /// types that compute in f32 and so have as many lanes as f32. Bools (i1)
  /// have no vectors.
  int64_t lanes(mlir::Type element) const;

  /// Whether vectors exist at all.
  bool hasVectors() const { return vectorBits != 0; }
};

/// Every target by name, in the order in which `megcc targets` lists them.
/// `native` is among them, described by the row that the host matches.
llvm::ArrayRef<Target> allTargets();

/// The target called `name`; an unknown name is an error that lists the known.
llvm::Expected<Target> lookupTarget(llvm::StringRef name);

/// Whether this machine runs the target's programs itself.
bool runsOnHost(const Target &target);

} // namespace megcc

#endif // MEGCC_TARGET_H
