// RUN: megcc-translate --mlir-to-c --target=generic %s -o %t.c
// RUN: FileCheck %s --match-full-lines --strict-whitespace < %t.c
// RUN: %gcc_strict -pedantic -O2 -c %t.c -o %t.o
// RUN: %clang_strict -pedantic -O2 -c %t.c -o %t.o

// Integers wrap around, through unsigned types, unless they are known not to.
//      CHECK:int32_t wrap(int32_t a, int32_t a1) {
// CHECK-NEXT:  return (int32_t)(((uint32_t)a + (uint32_t)a1) * (uint32_t)a - 3u) + a;
// CHECK-NEXT:}
func.func @wrap(%a: i32, %b: i32) -> i32 {
  %m3 = arith.constant -3 : i32
  %0 = arith.addi %a, %b : i32
  %1 = arith.muli %0, %a : i32
  %2 = arith.addi %1, %m3 : i32
  %3 = arith.addi %2, %a overflow<nsw> : i32
  return %3 : i32
}

// C computes narrow integers as int.
//      CHECK:int8_t narrow(int8_t a, int8_t a1) {
// CHECK-NEXT:  const int8_t v1 = (int8_t)(a * a1);
// CHECK-NEXT:  return (int8_t)(v1 > a ? v1 : a);
// CHECK-NEXT:}
func.func @narrow(%a: i8, %b: i8) -> i8 {
  %0 = arith.muli %a, %b : i8
  %1 = arith.maxsi %0, %a : i8
  return %1 : i8
}

//      CHECK:int64_t extend(int8_t a) {
// CHECK-NEXT:  return (int64_t)((uint64_t)(int64_t)a + (uint64_t)(int64_t)(uint8_t)a);
// CHECK-NEXT:}
func.func @extend(%a: i8) -> i64 {
  %0 = arith.extsi %a : i8 to i64
  %1 = arith.extui %a : i8 to i64
  %2 = arith.addi %0, %1 : i64
  return %2 : i64
}

// Conditions are bool; in memory they are bytes.
//      CHECK:void conditions(
// CHECK-NEXT:    const uint8_t *restrict x,
// CHECK-NEXT:    int32_t a,
// CHECK-NEXT:    uint8_t *restrict y,
// CHECK-NEXT:    int32_t *restrict y1) {
// CHECK-NEXT:  y[0] = x[0] != 0 && (a < 0 || a == 7);
// CHECK-NEXT:  y1[0] = (uint32_t)a < 5u ? a : -1;
// CHECK-NEXT:}
func.func @conditions(%x: memref<1xi1>, %a: i32, %y: memref<1xi1>,
                      %z: memref<1xi32>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0 : i32
  %five = arith.constant 5 : i32
  %seven = arith.constant 7 : i32
  %minus = arith.constant -1 : i32
  %0 = memref.load %x[%c0] : memref<1xi1>
  %1 = arith.cmpi slt, %a, %zero : i32
  %2 = arith.cmpi eq, %a, %seven : i32
  %3 = arith.ori %1, %2 : i1
  %4 = arith.andi %0, %3 : i1
  memref.store %4, %y[%c0] : memref<1xi1>
  %5 = arith.cmpi ult, %a, %five : i32
  %6 = arith.select %5, %a, %minus : i32
  memref.store %6, %z[%c0] : memref<1xi32>
  return
}

//      CHECK:int32_t bits(int32_t a, float a1) {
// CHECK-NEXT:  return ((int32_t)((uint32_t)a << 3) & (a >> 2)) ^ (int32_t)((uint32_t)bits_f32_to_i32(a1) >> 16);
// CHECK-NEXT:}
func.func @bits(%a: i32, %x: f32) -> i32 {
  %c2 = arith.constant 2 : i32
  %c3 = arith.constant 3 : i32
  %c16 = arith.constant 16 : i32
  %0 = arith.shli %a, %c3 : i32
  %1 = arith.shrsi %a, %c2 : i32
  %2 = arith.andi %0, %1 : i32
  %3 = arith.bitcast %x : f32 to i32
  %4 = arith.shrui %3, %c16 : i32
  %5 = arith.xori %2, %4 : i32
  return %5 : i32
}

//      CHECK:int8_t convert(float a, int64_t a1) {
// CHECK-NEXT:  return (int8_t)(uint8_t)((float)a1 + (float)(uint64_t)a1 + a);
// CHECK-NEXT:}
func.func @convert(%x: f32, %i: i64) -> i8 {
  %0 = arith.sitofp %i : i64 to f32
  %1 = arith.uitofp %i : i64 to f32
  %2 = arith.addf %0, %1 : f32
  %3 = arith.addf %2, %x : f32
  %4 = arith.fptoui %3 : f32 to i8
  return %4 : i8
}

// The smallest numbers have no literal.
//      CHECK:void extremes(int32_t *restrict y, int64_t *restrict y1) {
// CHECK-NEXT:  y[0] = INT32_MIN;
// CHECK-NEXT:  y1[0] = INT64_MIN;
// CHECK-NEXT:  y1[1] = INT64_C(123456789012);
// CHECK-NEXT:}
func.func @extremes(%y: memref<1xi32>, %z: memref<2xi64>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %0 = arith.constant -2147483648 : i32
  %1 = arith.constant -9223372036854775808 : i64
  %2 = arith.constant 123456789012 : i64
  memref.store %0, %y[%c0] : memref<1xi32>
  memref.store %1, %z[%c0] : memref<2xi64>
  memref.store %2, %z[%c1] : memref<2xi64>
  return
}
