// RUN: megcc-opt --expand-kernels=target=x86-64-v2 --split-input-file %s | FileCheck %s
// RUN: megcc-opt --expand-kernels=target=generic --split-input-file %s | FileCheck %s --check-prefix=NONE

// Squares of 4x4 go through registers; a row and two columns are left over.
// NONE-NOT: vector

// CHECK-LABEL: @transpose
// CHECK: scf.for %[[I:.*]] = %c0 to %c2
// CHECK:   %[[COLUMN:.*]] = arith.muli %[[I]], %c4
// CHECK:   scf.for %[[J:.*]] = %c0 to %c3
// CHECK:     %[[ROW:.*]] = arith.muli %[[J]], %c4
// CHECK:     %[[A:.*]] = vector.load %arg0[%[[ROW]], %[[COLUMN]]] {{.*}} vector<4xf32>
// CHECK:     %[[B:.*]] = vector.load
// CHECK:     %[[C:.*]] = vector.load
// CHECK:     %[[D:.*]] = vector.load
// CHECK:     %[[AC:.*]] = vector.shuffle %[[A]], %[[C]] [0, 4, 1, 5]
// CHECK:     %[[AC1:.*]] = vector.shuffle %[[A]], %[[C]] [2, 6, 3, 7]
// CHECK:     %[[BD:.*]] = vector.shuffle %[[B]], %[[D]] [0, 4, 1, 5]
// CHECK:     %[[BD1:.*]] = vector.shuffle %[[B]], %[[D]] [2, 6, 3, 7]
// CHECK:     %[[FIRST:.*]] = vector.shuffle %[[AC]], %[[BD]] [0, 4, 1, 5]
// CHECK:     vector.store %[[FIRST]], %arg1[%[[COLUMN]], %[[ROW]]]
// CHECK-COUNT-3: vector.store
// CHECK:   memref.store
// CHECK: memref.store
#in = affine_map<(i, j) -> (j, i)>
#out = affine_map<(i, j) -> (i, j)>
func.func @transpose(%x: memref<13x10xf32>, %y: memref<10x13xf32>) {
  kernel.nest "transpose" extents [10, 13] ins(%x : memref<13x10xf32>) outs(%y : memref<10x13xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#in, #out], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 }
    finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}

// -----

// What computes, and what is short, stays as it was.

// CHECK-LABEL: @computes
// CHECK-NOT: vector.shuffle
#in = affine_map<(i, j) -> (j, i)>
#out = affine_map<(i, j) -> (i, j)>
func.func @computes(%x: memref<13x10xf32>, %y: memref<10x13xf32>, %u: memref<13x3xf32>, %v: memref<3x13xf32>) {
  kernel.nest "exp" extents [10, 13] ins(%x : memref<13x10xf32>) outs(%y : memref<10x13xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#in, #out], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32
      kernel.yield %1 : f32 }
    finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "transpose" extents [3, 13] ins(%u : memref<13x3xf32>) outs(%v : memref<3x13xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#in, #out], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 }
    finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}

// -----

// Six channels to blocks of four: two rows of the last block are zeros.

// CHECK-LABEL: @blocks
// CHECK: scf.for {{.*}} = %c0 to %c3
// CHECK-COUNT-4: vector.load %arg0
// CHECK-COUNT-4: vector.store {{.*}}, %arg1[%c0,
// CHECK: scf.for {{.*}} = %c0 to %c3
// CHECK-COUNT-2: vector.load %arg0
// CHECK-NOT: vector.load
// CHECK-COUNT-4: vector.store {{.*}}, %arg1[%c1,
#plain = affine_map<(b, i, c) -> (b * 4 + c, i)>
#blocks = affine_map<(b, i, c) -> (b, i, c)>
func.func @blocks(%x: memref<6x12xf32>, %y: memref<2x12x4xf32>) {
  kernel.nest "relayout" extents [2, 12, 4] ins(%x : memref<6x12xf32>) outs(%y : memref<2x12x4xf32>)
    {body_inputs = 1, guard_extents = array<i64: 6>, guards = affine_map<(b, i, c) -> (b * 4 + c)>,
     init = 0.0 : f32, maps = [#plain, #blocks], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 }
    finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}
