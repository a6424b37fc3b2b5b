// Conversions by integer arithmetic give the compiler's own results.
// REQUIRES: gcc
// RUN: megcc-opt --loops-to-c=target=generic %s -o %t.mlir
// RUN: megcc-translate --mlir-to-c --target=generic %t.mlir -o %t.c
// RUN: %gcc_strict -pedantic -O1 -fsanitize=undefined,float-cast-overflow -c %t.c -o %t.o
// RUN: gcc -O1 -fsanitize=undefined %S/Inputs/half_conversion.c %t.o -lm -o %t.exe
// RUN: %t.exe | FileCheck %s

// CHECK: {{^}}0 failures
func.func @widen_f16(%x: f16) -> f32 {
  %0 = arith.extf %x : f16 to f32
  return %0 : f32
}
func.func @narrow_f16(%x: f32) -> f16 {
  %0 = arith.truncf %x : f32 to f16
  return %0 : f16
}
func.func @widen_bf16(%x: bf16) -> f32 {
  %0 = arith.extf %x : bf16 to f32
  return %0 : f32
}
func.func @narrow_bf16(%x: f32) -> bf16 {
  %0 = arith.truncf %x : f32 to bf16
  return %0 : bf16
}
func.func @saturate(%x: f32) -> i8 {
  %0 = arith.fptosi %x : f32 to i8
  return %0 : i8
}
