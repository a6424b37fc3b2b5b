// RUN: megcc-translate --mlir-to-c --target=x86-64-v3 %s -o %t.v3.c
// RUN: FileCheck %s --match-full-lines --strict-whitespace < %t.v3.c
// RUN: %gcc_strict -O2 -c %t.v3.c -o %t.o
// RUN: %gcc_strict -O0 -c %t.v3.c -o %t.o
// RUN: %clang_strict -O2 -c %t.v3.c -o %t.o
// RUN: megcc-translate --mlir-to-c --target=x86-64-v4 %s -o %t.v4.c
// RUN: %gcc_strict -O2 -c %t.v4.c -o %t.o
// RUN: %clang_strict -O2 -c %t.v4.c -o %t.o

// The file switches on what it needs itself, and includes only that.
//      CHECK:#include <immintrin.h>
// CHECK-NEXT:#include <stdbool.h>
// CHECK-NEXT:#include <stdint.h>
// CHECK-NEXT:#include <string.h>
//      CHECK:typedef float f32x8 __attribute__((vector_size(32)));
//      CHECK:static inline f32x8 load_f32x8(const float *p) {
// CHECK-NEXT:  f32x8 v;
// CHECK-NEXT:  memcpy(&v, p, sizeof v);
// CHECK-NEXT:  return v;
// CHECK-NEXT:}

// A register tile: accumulators are variables that the loop carries.
//      CHECK:void tile(
// CHECK-NEXT:    const float *restrict x,
// CHECK-NEXT:    const float *restrict w,
// CHECK-NEXT:    float *restrict y) {
// CHECK-NEXT:  f32x8 acc1 = splat_f32x8(0.0f);
// CHECK-NEXT:  f32x8 acc2 = splat_f32x8(0.0f);
// CHECK-NEXT:  for (int32_t i = 0; i < 96; ++i) {
// CHECK-NEXT:    const f32x8 v1 = load_f32x8(&w[i * 8]);
// CHECK-NEXT:    acc1 = _mm256_fmadd_ps(splat_f32x8(x[i]), v1, acc1);
// CHECK-NEXT:    acc2 = _mm256_fmadd_ps(splat_f32x8(x[i + 96]), v1, acc2);
// CHECK-NEXT:  }
// CHECK-NEXT:  store_f32x8(&y[0], _mm256_max_ps(splat_f32x8(0.0f), acc1));
// CHECK-NEXT:  store_f32x8(&y[8], _mm256_max_ps(splat_f32x8(0.0f), acc2));
// CHECK-NEXT:}
func.func @tile(%x: memref<2x96xf32> {nn.name = "x"},
                %w: memref<96x8xf32> {nn.name = "w"},
                %y: memref<2x8xf32> {nn.name = "y"}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c96 = arith.constant 96 : index
  %zero = arith.constant dense<0.0> : vector<8xf32>
  %0:2 = scf.for %k = %c0 to %c96 step %c1 iter_args(%a = %zero, %b = %zero)
      -> (vector<8xf32>, vector<8xf32>) {
    %1 = vector.load %w[%k, %c0] : memref<96x8xf32>, vector<8xf32>
    %2 = memref.load %x[%c0, %k] : memref<2x96xf32>
    %3 = vector.broadcast %2 : f32 to vector<8xf32>
    %4 = math.fma %3, %1, %a : vector<8xf32>
    %5 = memref.load %x[%c1, %k] : memref<2x96xf32>
    %6 = vector.broadcast %5 : f32 to vector<8xf32>
    %7 = math.fma %6, %1, %b : vector<8xf32>
    scf.yield %4, %7 : vector<8xf32>, vector<8xf32>
  }
  %c = arith.cmpf ogt, %zero, %0#0 : vector<8xf32>
  %d = arith.select %c, %zero, %0#0 : vector<8xi1>, vector<8xf32>
  vector.store %d, %y[%c0, %c0] : memref<2x8xf32>, vector<8xf32>
  %e = arith.cmpf ogt, %zero, %0#1 : vector<8xf32>
  %f = arith.select %e, %zero, %0#1 : vector<8xi1>, vector<8xf32>
  vector.store %f, %y[%c1, %c0] : memref<2x8xf32>, vector<8xf32>
  return
}

// Comparisons give integer masks as wide as what they compare.
//      CHECK:void masks(const float *restrict x, int8_t *restrict y) {
// CHECK-NEXT:  const f32x8 v1 = load_f32x8(&x[0]);
// CHECK-NEXT:  const i8x8 v2 = select_i8x8(__builtin_convertvector((v1 < splat_f32x8(1.0f)) & (v1 >= splat_f32x8(-1.0f)), i8x8), splat_i8x8(1), load_i8x8(&y[0]));
// CHECK-NEXT:  store_i8x8(&y[0], v2);
// CHECK-NEXT:}
func.func @masks(%x: memref<8xf32>, %y: memref<8xi8>) {
  %c0 = arith.constant 0 : index
  %one = arith.constant dense<1.0> : vector<8xf32>
  %minus = arith.constant dense<-1.0> : vector<8xf32>
  %yes = arith.constant dense<1> : vector<8xi8>
  %0 = vector.load %x[%c0] : memref<8xf32>, vector<8xf32>
  %1 = arith.cmpf olt, %0, %one : vector<8xf32>
  %2 = arith.cmpf oge, %0, %minus : vector<8xf32>
  %3 = arith.andi %1, %2 : vector<8xi1>
  %4 = vector.load %y[%c0] : memref<8xi8>, vector<8xi8>
  %5 = arith.select %3, %yes, %4 : vector<8xi1>, vector<8xi8>
  vector.store %5, %y[%c0] : memref<8xi8>, vector<8xi8>
  return
}

//      CHECK:void integers(const int8_t *restrict x, int32_t *restrict y) {
// CHECK-NEXT:  const i32x8 v1 = __builtin_convertvector(load_i8x8(&x[0]), i32x8);
// CHECK-NEXT:  store_i32x8(&y[0], (i32x8)(((u32x8)v1 * (u32x8)v1) >> splat_i32x8(2)));
// CHECK-NEXT:}
func.func @integers(%x: memref<8xi8>, %y: memref<8xi32>) {
  %c0 = arith.constant 0 : index
  %two = arith.constant dense<2> : vector<8xi32>
  %0 = vector.load %x[%c0] : memref<8xi8>, vector<8xi8>
  %1 = arith.extsi %0 : vector<8xi8> to vector<8xi32>
  %2 = arith.muli %1, %1 : vector<8xi32>
  %3 = arith.shrui %2, %two : vector<8xi32>
  vector.store %3, %y[%c0] : memref<8xi32>, vector<8xi32>
  return
}

//      CHECK:void lanes(const float *restrict x, float *restrict y) {
// CHECK-NEXT:  const f32x8 v1 = load_f32x8(&x[0]);
// CHECK-NEXT:  f32x4 v2 = __builtin_shufflevector(v1, v1, 4, 5, 6, 7);
// CHECK-NEXT:  v2[2] = v1[0];
// CHECK-NEXT:  store_f32x4(&y[0], v2 * (f32x4){1.0f, 2.0f, 3.0f, 4.0f});
// CHECK-NEXT:}
func.func @lanes(%x: memref<8xf32>, %y: memref<4xf32>) {
  %c0 = arith.constant 0 : index
  %0 = vector.load %x[%c0] : memref<8xf32>, vector<8xf32>
  %1 = vector.extract_strided_slice %0 {offsets = [4], sizes = [4], strides = [1]}
      : vector<8xf32> to vector<4xf32>
  %2 = vector.extract %0[0] : f32 from vector<8xf32>
  %3 = vector.insert %2, %1 [2] : f32 into vector<4xf32>
  %4 = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : vector<4xf32>
  %5 = arith.mulf %3, %4 : vector<4xf32>
  vector.store %5, %y[%c0] : memref<4xf32>, vector<4xf32>
  return
}
