// RUN: megcc-translate --mlir-to-c --target=generic %s -o %t.c
// RUN: FileCheck %s --match-full-lines --strict-whitespace < %t.c
// RUN: %gcc_strict -pedantic -O2 -c %t.c -o %t.o
// RUN: %clang_strict -pedantic -O2 -c %t.c -o %t.o

// A value that is used once prints inside its user. Memory is linearised with
// the strides; a sum that inner loops carry on is one variable.
//      CHECK:void filter(
// CHECK-NEXT:    const float *restrict image,
// CHECK-NEXT:    const float *restrict x,
// CHECK-NEXT:    float *restrict y) {
// CHECK-NEXT:  for (int32_t i = 0; i < 8; ++i) {
// CHECK-NEXT:    for (int32_t j = 0; j < 54; ++j) {
// CHECK-NEXT:      for (int32_t k = 0; k < 54; ++k) {
// CHECK-NEXT:        float acc1 = 0.0f;
// CHECK-NEXT:        for (int32_t l = 0; l < 3; ++l) {
// CHECK-NEXT:          for (int32_t m = 0; m < 3; ++m) {
// CHECK-NEXT:            acc1 = acc1 + image[(i * 56 + j + l) * 56 + k + m] * x[l * 3 + m];
// CHECK-NEXT:          }
// CHECK-NEXT:        }
// CHECK-NEXT:        y[(i * 54 + j) * 54 + k] = acc1;
// CHECK-NEXT:      }
// CHECK-NEXT:    }
// CHECK-NEXT:  }
// CHECK-NEXT:}
func.func @filter(%x: memref<1x8x56x56xf32> {nn.name = "image"},
                  %w: memref<3x3xf32>, %y: memref<1x8x54x54xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c8 = arith.constant 8 : index
  %c54 = arith.constant 54 : index
  %zero = arith.constant 0.0 : f32
  scf.for %c = %c0 to %c8 step %c1 {
    scf.for %i = %c0 to %c54 step %c1 {
      scf.for %j = %c0 to %c54 step %c1 {
        %sum = scf.for %di = %c0 to %c3 step %c1 iter_args(%a = %zero) -> f32 {
          %row = scf.for %dj = %c0 to %c3 step %c1 iter_args(%b = %a) -> f32 {
            %ii = arith.addi %i, %di : index
            %jj = arith.addi %j, %dj : index
            %v = memref.load %x[%c0, %c, %ii, %jj] : memref<1x8x56x56xf32>
            %k = memref.load %w[%di, %dj] : memref<3x3xf32>
            %p = arith.mulf %v, %k : f32
            %n = arith.addf %b, %p : f32
            scf.yield %n : f32
          }
          scf.yield %row : f32
        }
        memref.store %sum, %y[%c0, %c, %i, %j] : memref<1x8x54x54xf32>
      }
    }
  }
  return
}

// What is used more often is a local. A read stays before a write to the same
// buffer; a read of what is never written moves to its user.
//      CHECK:void order(const float *restrict x, float *restrict y) {
// CHECK-NEXT:  const float v1 = y[0] + 1.0f;
// CHECK-NEXT:  const float v2 = y[1];
// CHECK-NEXT:  y[1] = v1;
// CHECK-NEXT:  y[0] = v1 * x[1] + v2;
// CHECK-NEXT:}
func.func @order(%x: memref<2xf32>, %y: memref<2xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1.0 : f32
  %0 = memref.load %y[%c0] : memref<2xf32>
  %1 = arith.addf %0, %one : f32
  %2 = memref.load %y[%c1] : memref<2xf32>
  %3 = memref.load %x[%c1] : memref<2xf32>
  memref.store %1, %y[%c1] : memref<2xf32>
  %4 = arith.mulf %1, %3 : f32
  %5 = arith.addf %4, %2 : f32
  memref.store %5, %y[%c0] : memref<2xf32>
  return
}

// Only the parentheses that meaning needs.
//      CHECK:float parentheses(float a, float a1, float a2) {
// CHECK-NEXT:  return -((a - a1 - (a1 - a2) * a) / (a * a2));
// CHECK-NEXT:}
func.func @parentheses(%a: f32, %b: f32, %c: f32) -> f32 {
  %0 = arith.subf %a, %b : f32
  %1 = arith.subf %b, %c : f32
  %2 = arith.mulf %1, %a : f32
  %3 = arith.subf %0, %2 : f32
  %4 = arith.mulf %a, %c : f32
  %5 = arith.divf %3, %4 : f32
  %6 = arith.negf %5 : f32
  return %6 : f32
}

// Literals read back as the same number; infinities are bits.
//      CHECK:void literals(float *restrict y, double *restrict y1) {
// CHECK-NEXT:  y[0] = 0.1f;
// CHECK-NEXT:  y[1] = -3.0f;
// CHECK-NEXT:  y[2] = 1e-45f;
// CHECK-NEXT:  y[3] = bits_i32_to_f32(2139095040);
// CHECK-NEXT:  y1[0] = 0.30000000000000004;
// CHECK-NEXT:}
func.func @literals(%y: memref<4xf32>, %z: memref<1xf64>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %0 = arith.constant 0.1 : f32
  %1 = arith.constant -3.0 : f32
  %2 = arith.constant 1.4e-45 : f32
  %3 = arith.constant 0x7F800000 : f32
  %4 = arith.constant 0.30000000000000004 : f64
  memref.store %0, %y[%c0] : memref<4xf32>
  memref.store %1, %y[%c1] : memref<4xf32>
  memref.store %2, %y[%c2] : memref<4xf32>
  memref.store %3, %y[%c3] : memref<4xf32>
  memref.store %4, %z[%c0] : memref<1xf64>
  return
}

// Names that C reserves change; an argument that nobody reads does not warn.
//      CHECK:float names(float double_, float double_1, float n3d_conv) {
// CHECK-NEXT:  (void)n3d_conv;
// CHECK-NEXT:  return double_ + double_1;
// CHECK-NEXT:}
func.func @names(%a: f32 {nn.name = "double"}, %b: f32 {nn.name = "double"},
                 %c: f32 {nn.name = "3d/conv"}) -> f32 {
  %0 = arith.addf %a, %b : f32
  return %0 : f32
}

// Buffers of a function's own.
//      CHECK:float scratch(const float *restrict x) {
// CHECK-NEXT:  float buffer1[4];
// CHECK-NEXT:  buffer1[1] = x[0];
// CHECK-NEXT:  return buffer1[1];
// CHECK-NEXT:}
func.func @scratch(%x: memref<1xf32>) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %b = memref.alloca() : memref<2x2xf32>
  %0 = memref.load %x[%c0] : memref<1xf32>
  memref.store %0, %b[%c0, %c1] : memref<2x2xf32>
  %1 = memref.load %b[%c0, %c1] : memref<2x2xf32>
  return %1 : f32
}
