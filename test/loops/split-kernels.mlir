// RUN: megcc-opt --split-kernels="least-work=16" --prove-bounds --canonicalize %s | FileCheck %s

// Iterations that write apart are units of work; calls pass all of them.
// CHECK-LABEL: func.func private @elementwise
// CHECK-SAME: %[[BEGIN:[a-z0-9]+]]: index {nn.name = "begin"}, %[[END:[a-z0-9]+]]: index {nn.name = "end"}) attributes {kernel.split = array<i64: 16, 9>}
// CHECK: scf.for %{{.*}} = %[[BEGIN]] to %[[END]] step
func.func private @elementwise(%x: memref<256xf32>, %y: memref<256xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  scf.for %i = %c0 to %c16 step %c1 {
    %0 = arith.muli %i, %c16 : index
    %1 = vector.load %x[%0] : memref<256xf32>, vector<16xf32>
    vector.store %1, %y[%0] : memref<256xf32>, vector<16xf32>
  }
  return
}

// In place: each iteration reads what it writes alone. A unit is a cache line.
// CHECK-LABEL: func.func private @in_place
// CHECK-SAME: kernel.split = array<i64: 16, 16>
// CHECK: %[[LOW:.*]] = arith.muli %{{.*}}, %c16
// CHECK: %[[HIGH:.*]] = arith.muli %{{.*}}, %c16
// CHECK: scf.for %{{.*}} = %[[LOW]] to %[[HIGH]] step
func.func private @in_place(%y: memref<256xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c256 = arith.constant 256 : index
  scf.for %i = %c0 to %c256 step %c1 {
    %0 = memref.load %y[%i] : memref<256xf32>
    %1 = arith.addf %0, %0 : f32
    memref.store %1, %y[%i] : memref<256xf32>
  }
  return
}

// Each iteration reads what the one before it wrote.
// CHECK-LABEL: func.func private @recurrence
// CHECK-NOT: kernel.split
// CHECK: return
func.func private @recurrence(%y: memref<257xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c256 = arith.constant 256 : index
  scf.for %i = %c0 to %c256 step %c1 {
    %0 = memref.load %y[%i] : memref<257xf32>
    %1 = arith.addi %i, %c1 : index
    memref.store %0, %y[%1] : memref<257xf32>
  }
  return
}

// Neighbouring vectors overlap.
// CHECK-LABEL: func.func private @overlap
// CHECK-NOT: kernel.split
// CHECK: return
func.func private @overlap(%x: memref<256xf32>, %y: memref<256xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %c30 = arith.constant 30 : index
  scf.for %i = %c0 to %c30 step %c1 {
    %0 = arith.muli %i, %c8 : index
    %1 = vector.load %x[%0] : memref<256xf32>, vector<16xf32>
    vector.store %1, %y[%0] : memref<256xf32>, vector<16xf32>
  }
  return
}

// A sum over all is no unit of work: values carried keep a loop whole.
// CHECK-LABEL: func.func private @sum
// CHECK-NOT: kernel.split
// CHECK: return
func.func private @sum(%x: memref<256xf32>, %y: memref<1xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c256 = arith.constant 256 : index
  %zero = arith.constant 0.0 : f32
  %s = scf.for %i = %c0 to %c256 step %c1 iter_args(%a = %zero) -> f32 {
    %0 = memref.load %x[%i] : memref<256xf32>
    %1 = arith.addf %a, %0 : f32
    scf.yield %1 : f32
  }
  memref.store %s, %y[%c0] : memref<1xf32>
  return
}

// Places that are data may meet.
// CHECK-LABEL: func.func private @scatter
// CHECK-NOT: kernel.split
// CHECK: return
func.func private @scatter(%x: memref<256xi32>, %y: memref<256xi32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c256 = arith.constant 256 : index
  %c255 = arith.constant 255 : index
  scf.for %i = %c0 to %c256 step %c1 {
    %0 = memref.load %x[%i] : memref<256xi32>
    %1 = arith.index_cast %0 : i32 to index
    %2 = arith.maxsi %1, %c0 : index
    %3 = arith.minsi %2, %c255 : index
    memref.store %0, %y[%3] : memref<256xi32>
  }
  return
}

// An outer loop that is too short is opened: what is before, in and after the
// inner one is shared as well, each under its number.
// CHECK-LABEL: func.func private @opened
// CHECK-SAME: %[[BEGIN:[a-z0-9]+]]: index {nn.name = "begin"}, %[[END:[a-z0-9]+]]: index {nn.name = "end"}) attributes {kernel.split = array<i64: 200, 37>}
// CHECK: %[[FIRST:.*]] = arith.divsi %[[BEGIN]], %c100
// CHECK: %[[RAISED:.*]] = arith.addi %[[END]], %c99
// CHECK: %[[LAST:.*]] = arith.divsi %[[RAISED]], %c100
// CHECK: scf.for %[[I:.*]] = %[[FIRST]] to %[[LAST]] step
// CHECK:   %[[BEFORE:.*]] = arith.muli %[[I]], %c100
// CHECK:   %[[LOW:.*]] = arith.subi %[[BEGIN]], %[[BEFORE]]
// CHECK:   %[[HIGH:.*]] = arith.subi %[[END]], %[[BEFORE]]
// CHECK:   %[[BEGUN:.*]] = arith.cmpi sle, %[[LOW]], %c0
// CHECK:   %[[AFTER:.*]] = arith.cmpi sgt, %[[HIGH]], %c0
// CHECK:   %[[ROW:.*]] = arith.andi %[[BEGUN]], %[[AFTER]]
// CHECK:   scf.if %[[ROW]]
// CHECK:     memref.store %{{.*}}[%[[I]], %c0]
// CHECK:   %[[LOW1:.*]] = arith.subi %[[LOW]], %c1
// CHECK:   %[[HIGH1:.*]] = arith.subi %[[HIGH]], %c1
// CHECK:   %[[FROM:.*]] = arith.maxsi %[[LOW1]], %c0
// CHECK:   %[[TO:.*]] = arith.minsi %[[HIGH1]], %c99
// CHECK:   scf.for
// CHECK-NOT: scf.if
// CHECK:   return
func.func private @opened(%x: memref<2x100xf32>, %y: memref<2x100xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c99 = arith.constant 99 : index
  scf.for %i = %c0 to %c2 step %c1 {
    %0 = memref.load %x[%i, %c0] : memref<2x100xf32>
    memref.store %0, %y[%i, %c0] : memref<2x100xf32>
    scf.for %j = %c0 to %c99 step %c1 {
      %1 = arith.addi %j, %c1 : index
      %2 = memref.load %x[%i, %1] : memref<2x100xf32>
      memref.store %2, %y[%i, %1] : memref<2x100xf32>
    }
  }
  return
}

// Scratch on the stack that each iteration fills before it reads: every part
// has its own.
// CHECK-LABEL: func.func private @scratch
// CHECK-SAME: kernel.split
func.func private @scratch(%x: memref<64x4xf32>, %y: memref<64x4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %c64 = arith.constant 64 : index
  %s = memref.alloca() : memref<4xf32>
  scf.for %i = %c0 to %c64 step %c1 {
    %0 = vector.load %x[%i, %c0] : memref<64x4xf32>, vector<4xf32>
    vector.store %0, %s[%c0] : memref<4xf32>, vector<4xf32>
    scf.for %j = %c0 to %c4 step %c1 {
      %1 = arith.subi %c3, %j : index
      %2 = memref.load %s[%1] : memref<4xf32>
      memref.store %2, %y[%i, %j] : memref<64x4xf32>
    }
  }
  return
}

// Scratch that an iteration leaves to the next.
// CHECK-LABEL: func.func private @carried_scratch
// CHECK-NOT: kernel.split
// CHECK: return
func.func private @carried_scratch(%x: memref<64x4xf32>, %y: memref<64x4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c64 = arith.constant 64 : index
  %s = memref.alloca() : memref<4xf32>
  scf.for %i = %c0 to %c64 step %c1 {
    scf.for %j = %c0 to %c4 step %c1 {
      %1 = memref.load %s[%j] : memref<4xf32>
      memref.store %1, %y[%i, %j] : memref<64x4xf32>
    }
    %0 = vector.load %x[%i, %c0] : memref<64x4xf32>, vector<4xf32>
    vector.store %0, %s[%c0] : memref<4xf32>, vector<4xf32>
  }
  return
}

// The second loop reads what the first wrote: two steps, of which all parts
// have shares.
// CHECK-LABEL: func.func private @two_steps
// CHECK-SAME: %[[BEGIN:[a-z0-9]+]]: index {nn.name = "begin"}, %[[END:[a-z0-9]+]]: index {nn.name = "end"}, %[[FIRST:[a-z0-9]+]]: index {nn.name = "first"}, %[[LAST:[a-z0-9]+]]: index {nn.name = "last"}) attributes {kernel.split = array<i64: 20160, [[PARTS:[0-9]+]], 2>}
// CHECK: arith.muli %[[BEGIN]], %[[UNITS:c[0-9]+]]
// CHECK: arith.divsi %{{.*}}, %c20160
// CHECK: arith.muli %[[END]], %[[UNITS]]
// CHECK: %[[BEGUN:.*]] = arith.cmpi sle, %[[FIRST]], %c0
// CHECK: %[[BEFORE:.*]] = arith.cmpi sgt, %[[LAST]], %c0
// CHECK: %[[RUNS:.*]] = arith.andi %[[BEGUN]], %[[BEFORE]]
// CHECK: scf.if %[[RUNS]] {
// CHECK:   scf.for
// CHECK:     memref.store %{{.*}}, %arg1
// CHECK: arith.cmpi sle, %[[FIRST]], %c1
// CHECK: scf.if
// CHECK:   scf.for
// CHECK:     memref.store %{{.*}}, %arg2
func.func private @two_steps(%x: memref<64xf32>, %t: memref<64xf32>, %y: memref<64xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c63 = arith.constant 63 : index
  %c64 = arith.constant 64 : index
  scf.for %i = %c0 to %c64 step %c1 {
    %0 = memref.load %x[%i] : memref<64xf32>
    memref.store %0, %t[%i] : memref<64xf32>
  }
  scf.for %i = %c0 to %c64 step %c1 {
    %1 = arith.subi %c63, %i : index
    %0 = memref.load %t[%1] : memref<64xf32>
    memref.store %0, %y[%i] : memref<64xf32>
  }
  return
}

// A loop whose iterations have an order repeats its steps: here two. One that
// cannot be shared is one part's.
// CHECK-LABEL: func.func private @repeated_steps
// CHECK-SAME: kernel.split = array<i64: 20160, [[PARTS:[0-9]+]], 10>
// CHECK: scf.for
// CHECK: scf.if
// CHECK: scf.for
// CHECK: memref.store %{{.*}}, %arg1
// CHECK: scf.if
// CHECK: scf.if
// CHECK: memref.store %{{.*}}, %arg2
func.func private @repeated_steps(%x: memref<5x64xf32>, %t: memref<64xf32>, %y: memref<1xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %c64 = arith.constant 64 : index
  scf.for %i = %c0 to %c5 step %c1 {
    scf.for %j = %c0 to %c64 step %c1 {
      %0 = memref.load %x[%i, %j] : memref<5x64xf32>
      %1 = memref.load %t[%j] : memref<64xf32>
      %2 = arith.addf %0, %1 : f32
      memref.store %2, %t[%j] : memref<64xf32>
    }
    %3 = memref.load %t[%c5] : memref<64xf32>
    memref.store %3, %y[%c0] : memref<1xf32>
  }
  return
}

// What tells tiles apart are the digits of their number.
// CHECK-LABEL: func.func private @digits
// CHECK-SAME: kernel.split
func.func private @digits(%x: memref<192xf32>, %y: memref<4x8x12xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c6 = arith.constant 6 : index
  %c24 = arith.constant 24 : index
  %c96 = arith.constant 96 : index
  scf.for %i = %c0 to %c96 step %c1 {
    %n = arith.divsi %i, %c24 : index
    %in = arith.remsi %i, %c24 : index
    %row = arith.divsi %in, %c6 : index
    %column = arith.remsi %i, %c6 : index
    %a = arith.muli %row, %c2 : index
    %b = arith.muli %column, %c2 : index
    %0 = memref.load %x[%i] : memref<192xf32>
    scf.for %j = %c0 to %c2 step %c1 {
      scf.for %k = %c0 to %c2 step %c1 {
        %y0 = arith.addi %a, %j : index
        %x0 = arith.addi %b, %k : index
        memref.store %0, %y[%n, %y0, %x0] : memref<4x8x12xf32>
      }
    }
  }
  return
}

// Without the image's number tiles of different images meet.
// CHECK-LABEL: func.func private @missing_digit
// CHECK-NOT: kernel.split
// CHECK: return
func.func private @missing_digit(%x: memref<192xf32>, %y: memref<8x12xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c6 = arith.constant 6 : index
  %c24 = arith.constant 24 : index
  %c96 = arith.constant 96 : index
  scf.for %i = %c0 to %c96 step %c1 {
    %in = arith.remsi %i, %c24 : index
    %row = arith.divsi %in, %c6 : index
    %column = arith.remsi %i, %c6 : index
    %0 = memref.load %x[%i] : memref<192xf32>
    memref.store %0, %y[%row, %column] : memref<8x12xf32>
  }
  return
}

// Rows that overlap may be read, not written.
// CHECK-LABEL: func.func private @overlapping_input
// CHECK-SAME: kernel.split
func.func private @overlapping_input(%x: memref<64x5xf32, strided<[4, 1]>>, %y: memref<64x5xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %c5 = arith.constant 5 : index
  scf.for %i = %c0 to %c64 step %c1 {
    scf.for %j = %c0 to %c5 step %c1 {
      %0 = memref.load %x[%i, %j] : memref<64x5xf32, strided<[4, 1]>>
      memref.store %0, %y[%i, %j] : memref<64x5xf32>
    }
  }
  return
}

// CHECK-LABEL: func.func private @overlapping_output
// CHECK-NOT: kernel.split
// CHECK: return
func.func private @overlapping_output(%x: memref<64x5xf32>, %y: memref<64x5xf32, strided<[4, 1]>>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %c5 = arith.constant 5 : index
  scf.for %i = %c0 to %c64 step %c1 {
    scf.for %j = %c0 to %c5 step %c1 {
      %0 = memref.load %x[%i, %j] : memref<64x5xf32>
      memref.store %0, %y[%i, %j] : memref<64x5xf32, strided<[4, 1]>>
    }
  }
  return
}

// Too little work for two.
// CHECK-LABEL: func.func private @short
// CHECK-NOT: kernel.split
// CHECK: return
func.func private @short(%x: memref<8xf32>, %y: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  scf.for %i = %c0 to %c8 step %c1 {
    %0 = memref.load %x[%i] : memref<8xf32>
    memref.store %0, %y[%i] : memref<8xf32>
  }
  return
}

// CHECK-LABEL: func.func @main
// CHECK: call @elementwise(%{{.*}}, %{{.*}}, %c0, %c16)
// CHECK: call @short(%{{.*}}, %{{.*}}) :
// CHECK: call @two_steps(%{{.*}}, %{{.*}}, %{{.*}}, %c0, %c20160, %c0, %c2) :
func.func @main(%x: memref<256xf32>, %y: memref<256xf32>, %a: memref<8xf32>, %b: memref<8xf32>,
                %c: memref<64xf32>, %d: memref<64xf32>, %e: memref<64xf32>) {
  call @elementwise(%x, %y) : (memref<256xf32>, memref<256xf32>) -> ()
  call @short(%a, %b) : (memref<8xf32>, memref<8xf32>) -> ()
  call @two_steps(%c, %d, %e) : (memref<64xf32>, memref<64xf32>, memref<64xf32>) -> ()
  return
}
