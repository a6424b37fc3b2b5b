// RUN: megcc-opt --prove-bounds %s | FileCheck %s

// Nothing is changed: what is proven passes.

// CHECK-LABEL: @strided
func.func @strided(%x: memref<56xf32>, %y: memref<14x3xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %c14 = arith.constant 14 : index
  scf.for %i = %c0 to %c14 step %c1 {
    scf.for %k = %c0 to %c3 step %c1 {
      %0 = arith.muli %i, %c4 : index
      %1 = arith.addi %0, %k : index
      // CHECK: memref.load
      %2 = memref.load %x[%1] : memref<56xf32>
      memref.store %2, %y[%i, %k] : memref<14x3xf32>
    }
  }
  return
}

// The last iteration of a loop with a step is known exactly.
// CHECK-LABEL: @step
func.func @step(%x: memref<48xf32>) -> f32 {
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %c40 = arith.constant 40 : index
  %zero = arith.constant 0.0 : f32
  %r = scf.for %i = %c0 to %c40 step %c16 iter_args(%a = %zero) -> f32 {
    // CHECK: vector.load
    %v = vector.load %x[%i] : memref<48xf32>, vector<16xf32>
    %s = vector.reduction <add>, %v, %a : vector<16xf32> into f32
    scf.yield %s : f32
  }
  return %r : f32
}

// A branch knows what its condition says about the values that it compares.
// CHECK-LABEL: @guarded
func.func @guarded(%x: memref<8xf32>, %y: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %c10 = arith.constant 10 : index
  scf.for %i = %c0 to %c10 step %c1 {
    %0 = arith.subi %i, %c1 : index
    %1 = arith.cmpi sge, %0, %c0 : index
    %2 = arith.cmpi slt, %0, %c8 : index
    %3 = arith.andi %1, %2 : i1
    scf.if %3 {
      // CHECK: memref.load
      %4 = memref.load %x[%0] : memref<8xf32>
      memref.store %4, %y[%0] : memref<8xf32>
    }
  }
  return
}

// So does the other branch of an `or`, and an unsigned comparison.
// CHECK-LABEL: @guarded_else
func.func @guarded_else(%x: memref<8xf32>, %i: index) -> f32 {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %zero = arith.constant 0.0 : f32
  %below = arith.cmpi slt, %i, %c0 : index
  %above = arith.cmpi sge, %i, %c8 : index
  %outside = arith.ori %below, %above : i1
  %r = scf.if %outside -> f32 {
    scf.yield %zero : f32
  } else {
    %inside = arith.cmpi ult, %i, %c8 : index
    %s = scf.if %inside -> f32 {
      // CHECK: memref.load
      %v = memref.load %x[%i] : memref<8xf32>
      scf.yield %v : f32
    } else {
      scf.yield %zero : f32
    }
    scf.yield %s : f32
  }
  return %r : f32
}

// An index that was read is bounded by what clamps it, or by its own type.
// CHECK-LABEL: @gathered
func.func @gathered(%x: memref<256xf32>, %i: memref<1xi64>, %b: memref<1xi8>)
    -> (f32, f32) {
  %c0 = arith.constant 0 : index
  %least = arith.constant 0 : i64
  %most = arith.constant 255 : i64
  %0 = memref.load %i[%c0] : memref<1xi64>
  %1 = arith.maxsi %0, %least : i64
  %2 = arith.minsi %1, %most : i64
  %3 = arith.index_cast %2 : i64 to index
  // CHECK: memref.load %{{.*}}[%{{.*}}] : memref<256xf32>
  %4 = memref.load %x[%3] : memref<256xf32>
  %5 = memref.load %b[%c0] : memref<1xi8>
  %6 = arith.index_castui %5 : i8 to index
  // CHECK: memref.load %{{.*}}[%{{.*}}] : memref<256xf32>
  %7 = memref.load %x[%6] : memref<256xf32>
  return %4, %7 : f32, f32
}

// CHECK-LABEL: @divided
func.func @divided(%x: memref<4x16xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  %c64 = arith.constant 64 : index
  %zero = arith.constant 0.0 : f32
  scf.for %i = %c0 to %c64 step %c1 {
    %0 = arith.divsi %i, %c16 : index
    %1 = arith.remsi %i, %c16 : index
    // CHECK: memref.store
    memref.store %zero, %x[%0, %1] : memref<4x16xf32>
  }
  return
}

// Whoever runs a kernel in parts asks for units that there are.
// CHECK-LABEL: @parts
func.func private @parts(%x: memref<8xf32>, %begin: index, %end: index) attributes {kernel.split = array<i64: 8, 2>} {
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  scf.for %i = %begin to %end step %c1 {
    // CHECK: memref.store
    memref.store %zero, %x[%i] : memref<8xf32>
  }
  return
}
func.func @calls_parts(%x: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  call @parts(%x, %c0, %c8) : (memref<8xf32>, index, index) -> ()
  return
}

// A vector may reach over the whole of the last dimensions.
// CHECK-LABEL: func.func @whole_rows(%arg0: memref<3x4x4xf32> {kernel.bytes_read = array<i64: 64, 192>}
func.func @whole_rows(%x: memref<3x4x4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %0 = vector.load %x[%c1, %c0, %c0] : memref<3x4x4xf32>, vector<16xf32>
  %1 = vector.load %x[%c2, %c2, %c0] : memref<3x4x4xf32>, vector<8xf32>
  return
}
