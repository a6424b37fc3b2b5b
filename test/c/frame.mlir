// RUN: megcc-translate --mlir-to-c --target=generic %s \
// RUN:   | FileCheck %s --match-full-lines --strict-whitespace --check-prefix=GENERIC
// RUN: megcc-translate --mlir-to-c --target=x86-64-v2 %s \
// RUN:   | FileCheck %s --match-full-lines --strict-whitespace --check-prefix=V2

// Contraction is off, and nothing is used that the compiler may not know.
//      GENERIC:#if defined(__clang__)
// GENERIC-NEXT:#pragma STDC FP_CONTRACT OFF
// GENERIC-NEXT:#elif defined(__GNUC__)
// GENERIC-NEXT:#pragma GCC push_options
// GENERIC-NEXT:#pragma GCC optimize("fp-contract=off")
// GENERIC-NEXT:#elif defined(_MSC_VER)
// GENERIC-NEXT:#pragma fp_contract(off)
// GENERIC-NEXT:#endif
// GENERIC-EMPTY:
// GENERIC-NEXT:#include <stdbool.h>
// GENERIC-NEXT:#include <stdint.h>
// GENERIC-EMPTY:
// GENERIC-NEXT:float half(float a) {
// GENERIC-NEXT:  return a * 0.5f;
// GENERIC-NEXT:}
// GENERIC-EMPTY:
// GENERIC-NEXT:#if defined(__clang__)
// GENERIC-NEXT:#pragma STDC FP_CONTRACT DEFAULT
// GENERIC-NEXT:#elif defined(__GNUC__)
// GENERIC-NEXT:#pragma GCC pop_options
// GENERIC-NEXT:#endif

// No compiler option is needed for what the target has.
//      V2:#pragma clang attribute push(__attribute__((target( \
// V2-NEXT:    "sse3,ssse3,sse4.1,sse4.2,popcnt"))), apply_to = function)
// V2-NEXT:#elif defined(__GNUC__)
// V2-NEXT:#pragma GCC target( \
// V2-NEXT:    "sse3,ssse3,sse4.1,sse4.2,popcnt")
// V2-NEXT:#endif
//      V2:#pragma clang attribute pop
func.func @half(%x: f32) -> f32 {
  %half = arith.constant 0.5 : f32
  %0 = arith.mulf %x, %half : f32
  return %0 : f32
}
