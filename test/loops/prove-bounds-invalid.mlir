// RUN: megcc-opt --prove-bounds --split-input-file --verify-diagnostics %s

func.func @one_too_far(%x: memref<54xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %c14 = arith.constant 14 : index
  scf.for %i = %c0 to %c14 step %c1 {
    scf.for %k = %c0 to %c3 step %c1 {
      %0 = arith.muli %i, %c4 : index
      %1 = arith.addi %0, %k : index
      // expected-error @below {{may access memory outside its buffer: dimension 0 has 54 elements, the index is in [0, 54] and 1 is accessed}}
      %2 = memref.load %x[%1] : memref<54xf32>
    }
  }
  return
}

// -----

func.func @vector_over_the_end(%x: memref<2x40xf32>, %v: vector<16xf32>) {
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %c40 = arith.constant 40 : index
  scf.for %i = %c0 to %c40 step %c16 {
    // expected-error @below {{dimension 1 has 40 elements, the index is in [0, 32] and 16 are accessed}}
    vector.store %v, %x[%c0, %i] : memref<2x40xf32>, vector<16xf32>
  }
  return
}

// -----

// What is read from memory may be anything.
func.func @unclamped(%x: memref<4xf32>, %i: memref<1xi32>) -> f32 {
  %c0 = arith.constant 0 : index
  %least = arith.constant 0 : i32
  %0 = memref.load %i[%c0] : memref<1xi32>
  %1 = arith.maxsi %0, %least : i32
  %2 = arith.index_cast %1 : i32 to index
  // expected-error @below {{the index is in [0, 2147483647]}}
  %3 = memref.load %x[%2] : memref<4xf32>
  return %3 : f32
}

// -----

// A guard says nothing about other values, nor after its branch.
func.func @after_the_branch(%x: memref<4xf32>, %i: index) -> f32 {
  %c4 = arith.constant 4 : index
  %zero = arith.constant 0.0 : f32
  %0 = arith.cmpi ult, %i, %c4 : index
  %1 = scf.if %0 -> f32 {
    %2 = memref.load %x[%i] : memref<4xf32>
    scf.yield %2 : f32
  } else {
    scf.yield %zero : f32
  }
  // expected-error @below {{the index is in [-2147483648, 2147483647]}}
  %3 = memref.load %x[%i] : memref<4xf32>
  return %3 : f32
}

// -----

// A sum that may overflow is unknown, not wrapped.
func.func @overflow(%x: memref<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c65536 = arith.constant 65536 : index
  %zero = arith.constant 0.0 : f32
  scf.for %i = %c0 to %c65536 step %c1 {
    %0 = arith.muli %i, %c65536 : index
    // expected-error @below {{the index is in [-2147483648, 2147483647]}}
    memref.store %zero, %x[%0] : memref<4xf32>
  }
  return
}

// -----

func.func @unknown_size(%x: memref<?xf32>) -> f32 {
  %c0 = arith.constant 0 : index
  // expected-error @below {{accesses a buffer of unknown size}}
  %0 = memref.load %x[%c0] : memref<?xf32>
  return %0 : f32
}

// -----

func.func @unknown_access(%x: memref<4xf32>, %y: memref<4xf32>) {
  // expected-error @below {{accesses memory in a way that prove-bounds does not know}}
  memref.copy %x, %y : memref<4xf32> to memref<4xf32>
  return
}

// -----

func.func private @more_units(%x: memref<8xf32>, %begin: index, %end: index) attributes {kernel.split = array<i64: 9, 2>} {
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  scf.for %i = %begin to %end step %c1 {
    // expected-error @below {{dimension 0 has 8 elements, the index is in [0, 8]}}
    memref.store %zero, %x[%i] : memref<8xf32>
  }
  return
}

// -----

func.func private @parts(%x: memref<8xf32>, %begin: index, %end: index) attributes {kernel.split = array<i64: 8, 2>} {
  return
}
func.func @calls_parts(%x: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c9 = arith.constant 9 : index
  // expected-error @below {{asks for units beyond the 8 that there are}}
  call @parts(%x, %c0, %c9) : (memref<8xf32>, index, index) -> ()
  return
}

// -----

func.func @tile(%x: memref<30x32xbf16>) {
  %c0 = arith.constant 0 : index
  %c15 = arith.constant 15 : index
  // expected-error @+1 {{may access memory outside its buffer: dimension 0 has 30 elements, the index is in [15, 15] and 16 are accessed}}
  isa.tile_load 4 %x[%c15, %c0] rows 16 along 0 by 1 columns 32 : memref<30x32xbf16>
  return
}

// -----

func.func @beyond_rows(%x: memref<3x4x4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  // expected-error @below {{may access memory outside its buffer: dimension 1 has 4 elements, the index is in [1, 1] and 4 are accessed}}
  %0 = vector.load %x[%c2, %c1, %c0] : memref<3x4x4xf32>, vector<16xf32>
  return
}
