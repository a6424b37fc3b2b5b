// RUN: megcc-translate --mlir-to-c --target=x86-64-v4+vnni+bf16 %s -o %t.x86.c
// RUN: FileCheck %s < %t.x86.c
// RUN: %gcc_strict -O2 -c %t.x86.c -o %t.o
// RUN: %clang_strict -O2 -c %t.x86.c -o %t.o
// RUN: not megcc-translate --mlir-to-c --target=x86-64-v4 %s 2>&1 | FileCheck %s --check-prefix=NONE

// NONE: 'isa.dot' op is no instruction of x86-64-v4

// Two neighbours are one number, which an instruction broadcasts.
// CHECK-LABEL: void pairs(
// CHECK: (f32x16)_mm512_dpbf16_ps(load_f32x16(&y[0]),
// CHECK-SAME: (__m512bh)((u16x32)splat_i32x16((int32_t)load_u16x2(&x[0]))),
// CHECK-SAME: (__m512bh)(load_u16x32(&x1[0])))
func.func @pairs(%x: memref<2xbf16>, %w: memref<32xbf16>, %y: memref<16xf32>) {
  %c0 = arith.constant 0 : index
  %0 = vector.load %x[%c0] : memref<2xbf16>, vector<2xbf16>
  %1 = isa.repeat %0 : vector<2xbf16> to vector<32xbf16>
  %2 = vector.load %w[%c0] : memref<32xbf16>, vector<32xbf16>
  %3 = vector.load %y[%c0] : memref<16xf32>, vector<16xf32>
  %4 = isa.dot %1, %2, %3 : vector<32xbf16> into vector<16xf32>
  vector.store %4, %y[%c0] : memref<16xf32>, vector<16xf32>
  return
}

// The instruction's first factor is the unsigned one, whichever that is.
// CHECK-LABEL: void fours(
// CHECK: (i32x16)_mm512_dpbusd_epi32((__m512i)(load_i32x16(&y[0])), (__m512i)(v1), (__m512i)(v2))
// CHECK: (i32x16)_mm512_dpbusd_epi32((__m512i)(v3), (__m512i)(v2), (__m512i)(v1))
func.func @fours(%x: memref<64xi8>, %w: memref<64xi8>, %y: memref<16xi32>) {
  %c0 = arith.constant 0 : index
  %0 = vector.load %x[%c0] : memref<64xi8>, vector<64xi8>
  %1 = vector.load %w[%c0] : memref<64xi8>, vector<64xi8>
  %2 = vector.load %y[%c0] : memref<16xi32>, vector<16xi32>
  %3 = isa.dot %0, %1, %2 {lhs_unsigned} : vector<64xi8> into vector<16xi32>
  %4 = isa.dot %0, %1, %3 {rhs_unsigned} : vector<64xi8> into vector<16xi32>
  vector.store %4, %y[%c0] : memref<16xi32>, vector<16xi32>
  return
}
