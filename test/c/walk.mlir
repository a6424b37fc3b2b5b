// REQUIRES: qemu-aarch64
// RUN: megcc-translate --mlir-to-c --target=armv8-a %s -o %t.c
// RUN: FileCheck %s --match-full-lines --strict-whitespace < %t.c
// RUN: aarch64-linux-gnu-gcc -std=c11 -Wall -Wextra -Wconversion -Werror -O2 -S %t.c -o - | FileCheck %s --check-prefix=ASM

// Marked loads that follow each other through all iterations take a pointer
// that moves on, which the compiler lets the load itself do. Their indices are
// not written.
//      CHECK:static inline float32x4x2_t next_f32x8(const float **p) {
// CHECK-NEXT:  float32x4x2_t v;
// CHECK-NEXT:#if defined(__clang__)
// CHECK-NEXT:  v.val[0] = load_f32x4(*p + 0);
// CHECK-NEXT:  v.val[1] = load_f32x4(*p + 4);
// CHECK-NEXT:#else
// CHECK-NEXT:  __asm__ __volatile__("" : "+r"(*p)::"memory");
// CHECK-NEXT:  v = vld1q_f32_x2(*p);
// CHECK-NEXT:#endif
// CHECK-NEXT:  *p += 8;
// CHECK-NEXT:  return v;
// CHECK-NEXT:}
//      CHECK:void walk(const float *restrict x, float *restrict y) {
// CHECK-NEXT:  const float *p1 = &x[0];
// CHECK-NEXT:  for (int64_t i = 0; i < 2; ++i) {
// CHECK-NEXT:    f32x4 acc1 = splat_f32x4(0.0f);
// CHECK-NEXT:    for (int64_t j = 0; j < 3; ++j) {
// CHECK-NEXT:      const float32x4x2_t v1 = next_f32x8(&p1);
// CHECK-NEXT:      const f32x4 v2 = v1.val[1];
// CHECK-NEXT:      const f32x4 v3 = acc1 + v1.val[0];
// CHECK-NEXT:      const f32x4 v4 = next_f32x4(&p1);
// CHECK-NEXT:      acc1 = v3 + v2 * v4;
// CHECK-NEXT:    }
// ASM: ld1 {{.*}}], 32
// ASM: ldr {{.*}}], 16
func.func @walk(%x: memref<2x36xf32>, %y: memref<2x4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c8 = arith.constant 8 : index
  %c12 = arith.constant 12 : index
  %zero = arith.constant dense<0.0> : vector<4xf32>
  scf.for %i = %c0 to %c2 step %c1 {
    %sum = scf.for %j = %c0 to %c3 step %c1 iter_args(%acc = %zero) -> vector<4xf32> {
      %at = arith.muli %j, %c12 : index
      %two = vector.load %x[%i, %at] {megcc.walk} : memref<2x36xf32>, vector<8xf32>
      %0 = vector.extract_strided_slice %two {offsets = [0], sizes = [4], strides = [1]} : vector<8xf32> to vector<4xf32>
      %1 = vector.extract_strided_slice %two {offsets = [4], sizes = [4], strides = [1]} : vector<8xf32> to vector<4xf32>
      %2 = arith.addf %acc, %0 : vector<4xf32>
      %next = arith.addi %at, %c8 : index
      %3 = vector.load %x[%i, %next] {megcc.walk} : memref<2x36xf32>, vector<4xf32>
      %4 = arith.mulf %1, %3 : vector<4xf32>
      %5 = arith.addf %2, %4 : vector<4xf32>
      scf.yield %5 : vector<4xf32>
    }
    vector.store %sum, %y[%i, %c0] : memref<2x4xf32>, vector<4xf32>
  }
  return
}

// Others say where they are.
//      CHECK:void apart(const float *restrict x, float *restrict y) {
// CHECK-NEXT:  f32x4 acc1 = splat_f32x4(0.0f);
// CHECK-NEXT:  for (int64_t i = 0; i < 3; ++i) {
// CHECK-NEXT:    acc1 = acc1 + load_f32x4(&x[i * 12]);
func.func @apart(%x: memref<36xf32>, %y: memref<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c12 = arith.constant 12 : index
  %zero = arith.constant dense<0.0> : vector<4xf32>
  %sum = scf.for %j = %c0 to %c3 step %c1 iter_args(%acc = %zero) -> vector<4xf32> {
    %at = arith.muli %j, %c12 : index
    %0 = vector.load %x[%at] {megcc.walk} : memref<36xf32>, vector<4xf32>
    %1 = arith.addf %acc, %0 : vector<4xf32>
    scf.yield %1 : vector<4xf32>
  }
  vector.store %sum, %y[%c0] : memref<4xf32>, vector<4xf32>
  return
}
