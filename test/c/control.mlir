// RUN: megcc-translate --mlir-to-c --target=generic %s -o %t.c
// RUN: FileCheck %s --match-full-lines --strict-whitespace < %t.c
// RUN: %gcc_strict -pedantic -O2 -c %t.c -o %t.o
// RUN: %clang_strict -pedantic -O2 -c %t.c -o %t.o

// Carried values change all at once in the IR, one after another in C.
//      CHECK:float rotate(int32_t a, float a1, float a2) {
// CHECK-NEXT:  float acc1 = a1;
// CHECK-NEXT:  float acc2 = a2;
// CHECK-NEXT:  for (int32_t i = 0; i < a; i += 2) {
// CHECK-NEXT:    const float v1 = acc1;
// CHECK-NEXT:    acc1 = acc2;
// CHECK-NEXT:    acc2 = v1;
// CHECK-NEXT:  }
// CHECK-NEXT:  return acc1 - acc2;
// CHECK-NEXT:}
func.func @rotate(%n: index, %x: f32, %y: f32) -> f32 {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %0:2 = scf.for %i = %c0 to %n step %c2 iter_args(%a = %x, %b = %y)
      -> (f32, f32) {
    scf.yield %b, %a : f32, f32
  }
  %1 = arith.subf %0#0, %0#1 : f32
  return %1 : f32
}

// A value is assigned no earlier than the last reader of the old one.
//      CHECK:float horner(const float *restrict x, float a) {
// CHECK-NEXT:  float acc1 = 0.0f;
// CHECK-NEXT:  float acc2 = 1.0f;
// CHECK-NEXT:  for (int32_t i = 0; i < 8; ++i) {
// CHECK-NEXT:    acc1 = acc1 + acc2 * x[i];
// CHECK-NEXT:    acc2 = acc2 * a;
// CHECK-NEXT:  }
// CHECK-NEXT:  (void)acc2;
// CHECK-NEXT:  return acc1;
// CHECK-NEXT:}
func.func @horner(%x: memref<8xf32>, %t: f32) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %0:2 = scf.for %i = %c0 to %c8 step %c1 iter_args(%a = %zero, %b = %one)
      -> (f32, f32) {
    %1 = arith.mulf %b, %t : f32
    %2 = memref.load %x[%i] : memref<8xf32>
    %3 = arith.mulf %b, %2 : f32
    %4 = arith.addf %a, %3 : f32
    scf.yield %4, %1 : f32, f32
  }
  return %0#0 : f32
}

// A branch assigns the carried value; one that keeps it needs no else.
//      CHECK:float positive(const float *restrict x) {
// CHECK-NEXT:  float acc1 = 0.0f;
// CHECK-NEXT:  for (int32_t i = 0; i < 8; ++i) {
// CHECK-NEXT:    const float v1 = x[i];
// CHECK-NEXT:    if (v1 > 0.0f) {
// CHECK-NEXT:      acc1 = acc1 + v1;
// CHECK-NEXT:    }
// CHECK-NEXT:  }
// CHECK-NEXT:  return acc1;
// CHECK-NEXT:}
func.func @positive(%x: memref<8xf32>) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %zero = arith.constant 0.0 : f32
  %0 = scf.for %i = %c0 to %c8 step %c1 iter_args(%a = %zero) -> f32 {
    %1 = memref.load %x[%i] : memref<8xf32>
    %2 = arith.cmpf ogt, %1, %zero : f32
    %3 = scf.if %2 -> f32 {
      %4 = arith.addf %a, %1 : f32
      scf.yield %4 : f32
    } else {
      scf.yield %a : f32
    }
    scf.yield %3 : f32
  }
  return %0 : f32
}

//      CHECK:float choose(bool a, float a1) {
// CHECK-NEXT:  float r1;
// CHECK-NEXT:  if (a) {
// CHECK-NEXT:    r1 = a1 * a1;
// CHECK-NEXT:  } else {
// CHECK-NEXT:    r1 = -a1;
// CHECK-NEXT:  }
// CHECK-NEXT:  return r1;
// CHECK-NEXT:}
func.func @choose(%c: i1, %x: f32) -> f32 {
  %0 = scf.if %c -> f32 {
    %1 = arith.mulf %x, %x : f32
    scf.yield %1 : f32
  } else {
    %2 = arith.negf %x : f32
    scf.yield %2 : f32
  }
  return %0 : f32
}

//      CHECK:int32_t collatz(int32_t a) {
// CHECK-NEXT:  int32_t acc1 = a;
// CHECK-NEXT:  int32_t r1;
// CHECK-NEXT:  for (;;) {
// CHECK-NEXT:    r1 = acc1;
// CHECK-NEXT:    if (!(acc1 > 1)) {
// CHECK-NEXT:      break;
// CHECK-NEXT:    }
// CHECK-NEXT:    acc1 = r1 >> 1;
// CHECK-NEXT:  }
// CHECK-NEXT:  return r1;
// CHECK-NEXT:}
func.func @collatz(%n: i32) -> i32 {
  %one = arith.constant 1 : i32
  %0 = scf.while (%a = %n) : (i32) -> i32 {
    %1 = arith.cmpi sgt, %a, %one : i32
    scf.condition(%1) %a : i32
  } do {
  ^bb0(%b: i32):
    %2 = arith.shrsi %b, %one : i32
    scf.yield %2 : i32
  }
  return %0 : i32
}

// A hint for the compiler.
//      CHECK:void rolled(float *restrict y) {
// CHECK-NEXT:  #pragma GCC unroll 1
// CHECK-NEXT:  for (int32_t i = 0; i < 4; ++i) {
// CHECK-NEXT:    y[i] = 0.0f;
// CHECK-NEXT:  }
// CHECK-NEXT:}
func.func @rolled(%x: memref<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %zero = arith.constant 0.0 : f32
  scf.for %i = %c0 to %c4 step %c1 {
    memref.store %zero, %x[%i] : memref<4xf32>
  } {megcc.rolled}
  return
}

// A loop that fills the registers: no load behind it moves before it, and its
// function stays one of its own.
//      CHECK:static __attribute__((noinline)) void full(float *restrict y) {
// CHECK-NEXT:  for (int32_t i = 0; i < 4; ++i) {
// CHECK-NEXT:    y[i] = 0.0f;
// CHECK-NEXT:  }
// CHECK-NEXT:  __asm__ __volatile__("" ::: "memory");
// CHECK-NEXT:}
func.func private @full(%x: memref<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %zero = arith.constant 0.0 : f32
  scf.for %i = %c0 to %c4 step %c1 {
    memref.store %zero, %x[%i] : memref<4xf32>
  } {megcc.full}
  return
}
//      CHECK:void fuller(float *restrict y) {
func.func @fuller(%x: memref<4xf32>) {
  call @full(%x) : (memref<4xf32>) -> ()
  return
}

// What is added to an index stands behind the products, where neighbours have
// one address and a displacement; a sum that is compared too has a name.
//      CHECK:void displaced(const float *restrict x, float *restrict y) {
// CHECK-NEXT:  for (int32_t i = 0; i < 4; ++i) {
// CHECK-NEXT:    const int32_t v1 = i * 2;
// CHECK-NEXT:    for (int32_t j = 0; j < 8; ++j) {
// CHECK-NEXT:      y[v1 * 8 + j + 8] = x[v1 * 8 + j] + x[v1 * 8 + j + 16];
// CHECK-NEXT:    }
// CHECK-NEXT:    const int32_t v2 = i + 1;
// CHECK-NEXT:    if (v2 < 4) {
// CHECK-NEXT:      y[v2 * 8] = 0.0f;
// CHECK-NEXT:    }
// CHECK-NEXT:  }
// CHECK-NEXT:}
func.func @displaced(%x: memref<10x8xf32>, %y: memref<10x8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c4 = arith.constant 4 : index
  %c8 = arith.constant 8 : index
  %zero = arith.constant 0.0 : f32
  scf.for %i = %c0 to %c4 step %c1 {
    %row = arith.muli %i, %c2 : index
    %next = arith.addi %row, %c1 : index
    %last = arith.addi %next, %c1 : index
    scf.for %j = %c0 to %c8 step %c1 {
      %a = memref.load %x[%row, %j] : memref<10x8xf32>
      %b = memref.load %x[%last, %j] : memref<10x8xf32>
      %sum = arith.addf %a, %b : f32
      memref.store %sum, %y[%next, %j] : memref<10x8xf32>
    }
    %more = arith.addi %i, %c1 : index
    %inside = arith.cmpi slt, %more, %c4 : index
    scf.if %inside {
      memref.store %zero, %y[%more, %c0] : memref<10x8xf32>
    }
  }
  return
}

// Helpers come before their callers, inline; kernels are static.
//      CHECK:static inline float square(float a) {
//      CHECK:static void kernel(const float *restrict x, float *restrict y) {
// CHECK-NEXT:  y[0] = square(x[0]);
// CHECK-NEXT:}
//      CHECK:/* Runs the kernel. */
// CHECK-NEXT:void caller(const float *restrict x, float *restrict y) {
// CHECK-NEXT:  kernel(x, y);
// CHECK-NEXT:}
func.func @caller(%x: memref<1xf32>, %y: memref<1xf32>)
    attributes {comment = "Runs the kernel."} {
  call @kernel(%x, %y) : (memref<1xf32>, memref<1xf32>) -> ()
  return
}
func.func private @kernel(%x: memref<1xf32>, %y: memref<1xf32>) {
  %c0 = arith.constant 0 : index
  %0 = memref.load %x[%c0] : memref<1xf32>
  %1 = call @square(%0) : (f32) -> f32
  memref.store %1, %y[%c0] : memref<1xf32>
  return
}
func.func private @square(%x: f32) -> f32 {
  %0 = arith.mulf %x, %x : f32
  return %0 : f32
}
