// RUN: megcc-opt --expand-kernels=target=x86-64-v3 --split-input-file %s | FileCheck %s

// Vectors along the contiguous dimension, one element for all lanes of what
// does not depend on it, then narrower vectors and elements for the rest.

// CHECK-LABEL: @broadcast
// CHECK:       scf.for %[[ROW:.*]] = %c0 to %c3
// CHECK:         scf.for %[[STEP:.*]] = %c0 to %c2
// CHECK:           %[[AT:.*]] = arith.muli %[[STEP]], %c8
// CHECK:           %[[X:.*]] = vector.load %arg0[%[[ROW]], %[[AT]]] : {{.*}}, vector<8xf32>
// CHECK:           %[[B:.*]] = memref.load %arg1[%[[ROW]]]
// CHECK:           %[[V:.*]] = vector.broadcast %[[B]] : f32 to vector<8xf32>
// CHECK:           %[[Y:.*]] = arith.addf %[[X]], %[[V]] : vector<8xf32>
// CHECK:           vector.store %[[Y]], %arg2[%[[ROW]], %[[AT]]]
// CHECK:         vector.load %arg0[%[[ROW]], %c16] : {{.*}}, vector<4xf32>
// CHECK:         memref.load %arg0[%[[ROW]], %c20]
func.func @broadcast(%x: memref<3x21xf32>, %b: memref<3xf32>, %y: memref<3x21xf32>) {
  kernel.nest "add" extents [3, 21] ins(%x, %b : memref<3x21xf32>, memref<3xf32>)
    outs(%y : memref<3x21xf32>)
    {reduction_rank = 0, body_inputs = 2, init = 0.0 : f32,
     maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>,
             affine_map<(i, j) -> (i, j)>]} body {
  ^bb0(%acc: f32, %0: f32, %1: f32):
    %2 = arith.addf %0, %1 : f32
    kernel.yield %2 : f32
  } finish {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return
}

// -----

// A gather of columns cannot be vectorised: elements one after another. (What
// only copies goes in squares: expand-transpose.mlir.)

// CHECK-LABEL: @columns
// CHECK-NOT:   vector
// CHECK:       %[[X:.*]] = memref.load %arg0[%[[J:.*]], %[[I:.*]]]
// CHECK:       %[[Y:.*]] = arith.negf %[[X]]
// CHECK:       memref.store %[[Y]], %arg1[%[[I]], %[[J]]]
func.func @columns(%x: memref<16x8xf32>, %y: memref<8x16xf32>) {
  kernel.nest "neg" extents [8, 16] ins(%x : memref<16x8xf32>)
    outs(%y : memref<8x16xf32>)
    {reduction_rank = 0, body_inputs = 1, init = 0.0 : f32,
     maps = [affine_map<(i, j) -> (j, i)>, affine_map<(i, j) -> (i, j)>]} body {
  ^bb0(%acc: f32, %0: f32):
    %1 = arith.negf %0 : f32
    kernel.yield %1 : f32
  } finish {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return
}

// -----

// Blocks of channels become a loop over blocks and vectors within them: no
// division is left.

// CHECK-LABEL: @blocks
// CHECK-NOT:   arith.{{div|rem}}
// CHECK:       vector.load %arg0[%{{.*}}, %{{.*}}, %c0] : memref<4x5x8xf32>, vector<8xf32>
// CHECK-NOT:   arith.{{div|rem}}
func.func @blocks(%x: memref<4x5x8xf32>, %y: memref<5x32xf32>) {
  kernel.nest "relayout" extents [5, 32] ins(%x : memref<4x5x8xf32>)
    outs(%y : memref<5x32xf32>)
    {reduction_rank = 0, body_inputs = 1, init = 0.0 : f32,
     maps = [affine_map<(p, c) -> (c floordiv 8, p, c mod 8)>,
             affine_map<(p, c) -> (p, c)>]} body {
  ^bb0(%acc: f32, %0: f32):
    kernel.yield %0 : f32
  } finish {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return
}

// -----

// Padding: the border is filled without reading, the inside without asking.

// CHECK-LABEL: @pad
// CHECK-NOT:   scf.if
// CHECK:       memref.store %cst, %arg1[%c0]
// CHECK:       vector.load %arg0
// CHECK:       memref.store %cst, %arg1[%c33]
func.func @pad(%x: memref<32xf32>, %y: memref<34xf32>) {
  kernel.nest "pad" extents [34] ins(%x : memref<32xf32>) outs(%y : memref<34xf32>)
    {reduction_rank = 0, body_inputs = 1, init = 0.5 : f32,
     guards = affine_map<(i) -> (i - 1)>, guard_extents = array<i64: 32>,
     maps = [affine_map<(i) -> (i - 1)>, affine_map<(i) -> (i)>]} body {
  ^bb0(%acc: f32, %0: f32):
    kernel.yield %0 : f32
  } finish {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return
}

// -----

// A guard that is not known compares the very index of the load.

// CHECK-LABEL: @shifted_diagonal
// CHECK:       %[[LOW:.*]] = arith.cmpi sge, %[[AT:.*]], %c0
// CHECK:       scf.if %[[LOW]]
// CHECK:         memref.load %arg0[%[[AT]]]
func.func @shifted_diagonal(%x: memref<5xf32>, %y: memref<5x5xf32>) {
  kernel.nest "diagonal" extents [5, 5] ins(%x : memref<5xf32>)
    outs(%y : memref<5x5xf32>)
    {reduction_rank = 0, body_inputs = 1, init = 0.0 : f32,
     guards = affine_map<(i, j) -> (j - i)>, guard_extents = array<i64: 5>,
     maps = [affine_map<(i, j) -> (j - i)>, affine_map<(i, j) -> (i, j)>]} body {
  ^bb0(%acc: f32, %0: f32):
    kernel.yield %0 : f32
  } finish {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return
}

// -----

// A sum over contiguous elements: four vectors side by side, single vectors,
// elements, then the lanes.

// CHECK-LABEL: @sum
// CHECK:       %[[FOUR:.*]]:5 = scf.for {{.*}} = %c0 to %c3 {{.*}} iter_args
// CHECK:       %[[ONE:.*]]:5 = scf.for
// CHECK:       scf.for {{.*}} iter_args
// CHECK:       vector.reduction <add>
func.func @sum(%x: memref<115xf32>, %y: memref<f32>) {
  kernel.nest "sum" extents [115] ins(%x : memref<115xf32>) outs(%y : memref<f32>)
    {reduction_rank = 1, body_inputs = 1, init = 0.0 : f32,
     maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ()>]} body {
  ^bb0(%acc: f32, %0: f32):
    %1 = arith.addf %acc, %0 : f32
    kernel.yield %1 : f32
  } finish {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return
}

// -----

// The difference is not associative: one accumulator, in order.

// CHECK-LABEL: @alternate
// CHECK-NOT:   vector
// CHECK:       arith.subf
func.func @alternate(%x: memref<115xf32>, %y: memref<f32>) {
  kernel.nest "alternate" extents [115] ins(%x : memref<115xf32>) outs(%y : memref<f32>)
    {reduction_rank = 1, body_inputs = 1, init = 0.0 : f32,
     maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ()>]} body {
  ^bb0(%acc: f32, %0: f32):
    %1 = arith.subf %0, %acc : f32
    kernel.yield %1 : f32
  } finish {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return
}

// -----

// Neighbouring points of a window share their loads: 3 taps of 6 points read 8
// vectors and 3 weights.

// CHECK-LABEL: @window
// CHECK:       scf.for
// CHECK-COUNT-8: vector.load %arg0
// CHECK-NOT:   vector.load %arg0
// CHECK-COUNT-6: vector.store
// CHECK-NOT:   vector.store
func.func @window(%x: memref<14x8xf32>, %w: memref<3x8xf32>, %y: memref<12x8xf32>) {
  kernel.nest "window" extents [12, 8, 3] ins(%x, %w : memref<14x8xf32>, memref<3x8xf32>)
    outs(%y : memref<12x8xf32>)
    {reduction_rank = 1, body_inputs = 2, init = 0.0 : f32,
     maps = [affine_map<(p, l, k) -> (p + k, l)>, affine_map<(p, l, k) -> (k, l)>,
             affine_map<(p, l, k) -> (p, l)>]} body {
  ^bb0(%acc: f32, %0: f32, %1: f32):
    %2 = arith.mulf %0, %1 : f32
    %3 = arith.addf %acc, %2 : f32
    kernel.yield %3 : f32
  } finish {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return
}
