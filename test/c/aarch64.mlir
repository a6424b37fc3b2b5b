// REQUIRES: qemu-aarch64
// RUN: megcc-opt --loops-to-c=target=armv8-a %s -o %t.mlir
// RUN: megcc-translate --mlir-to-c --target=armv8-a %t.mlir -o %t.c
// RUN: FileCheck %s --match-full-lines --strict-whitespace < %t.c
// RUN: aarch64-linux-gnu-gcc -std=c11 -Wall -Wextra -Wconversion -Werror -O2 -c %t.c -o %t.o

// The rows of the target say how: fused multiply-add with the sum first, and
// maxima that keep a NaN by themselves.
//      CHECK:#include <arm_neon.h>
//      CHECK:void axpy(const float *restrict x, float *restrict y) {
// CHECK-NEXT:  const f32x4 v1 = load_f32x4(&x[0]);
// CHECK-NEXT:  const f32x4 v2 = vmaxq_f32(vfmaq_f32(load_f32x4(&y[0]), v1, v1), splat_f32x4(0.0f));
// CHECK-NEXT:  store_f32x4(&y[0], vsqrtq_f32(v2));
// CHECK-NEXT:}
func.func @axpy(%x: memref<4xf32>, %y: memref<4xf32>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : vector<4xf32>
  %0 = vector.load %x[%c0] : memref<4xf32>, vector<4xf32>
  %1 = vector.load %y[%c0] : memref<4xf32>, vector<4xf32>
  %2 = vector.fma %0, %0, %1 : vector<4xf32>
  %3 = arith.maximumf %2, %zero : vector<4xf32>
  %4 = math.sqrt %3 : vector<4xf32>
  vector.store %4, %y[%c0] : memref<4xf32>, vector<4xf32>
  return
}

// Registers that one instruction fills are a tuple, of which only the members
// are used. Indices have as many bits as addresses.
//      CHECK:void tuple(const float *restrict x, float *restrict y) {
// CHECK-NEXT:  for (int64_t i = 0; i < 3; ++i) {
// CHECK-NEXT:    const float32x4x3_t v1 = vld1q_f32_x3(&x[i * 12]);
// CHECK-NEXT:    store_f32x4(&y[i * 4], v1.val[0] + v1.val[2]);
// CHECK-NEXT:  }
// CHECK-NEXT:}
func.func @tuple(%x: memref<3x3x4xf32>, %y: memref<3x4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  scf.for %i = %c0 to %c3 step %c1 {
    %all = vector.load %x[%i, %c0, %c0] : memref<3x3x4xf32>, vector<12xf32>
    %0 = vector.extract_strided_slice %all {offsets = [0], sizes = [4], strides = [1]} : vector<12xf32> to vector<4xf32>
    %2 = vector.extract_strided_slice %all {offsets = [8], sizes = [4], strides = [1]} : vector<12xf32> to vector<4xf32>
    %sum = arith.addf %0, %2 : vector<4xf32>
    vector.store %sum, %y[%i, %c0] : memref<3x4xf32>, vector<4xf32>
  }
  return
}
