// RUN: megcc-opt %s --split-input-file --elide-copies | FileCheck %s

#id = affine_map<(i, j) -> (i, j)>

// The parts of a concat along the first dimension are written in place, also
// through a reshape.

// CHECK-LABEL: func.func @main(
// CHECK-SAME: %[[X:.*]]: memref<2x4xf32>, %[[Y:.*]]: memref<4x4xf32>)
func.func @main(%x: memref<2x4xf32>, %y: memref<4x4xf32>) {
  // CHECK: %[[C:.*]] = memref.alloc() : memref<4x4xf32>
  // CHECK: %[[B:.*]] = kernel.alias %[[C]][8] : memref<4x4xf32> to memref<8x1xf32>
  // CHECK: %[[A:.*]] = kernel.alias %[[C]][0] : memref<4x4xf32> to memref<2x4xf32>
  // CHECK-NOT: alloc
  %a = memref.alloc() : memref<2x4xf32>
  %b = memref.alloc() : memref<8x1xf32>
  %b2 = kernel.alias %b[0] : memref<8x1xf32> to memref<2x4xf32>
  %c = memref.alloc() : memref<4x4xf32>
  %c0 = kernel.alias %c[0] : memref<4x4xf32> to memref<2x4xf32>
  %c1 = kernel.alias %c[8] : memref<4x4xf32> to memref<2x4xf32>
  // CHECK: kernel.nest "exp" {{.*}} outs(%[[A]] : memref<2x4xf32>)
  kernel.nest "exp" extents [2, 4] ins(%x : memref<2x4xf32>) outs(%a : memref<2x4xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  // CHECK: kernel.nest "fill" {{.*}} outs(%[[B]] : memref<8x1xf32>)
  kernel.nest "fill" extents [8, 1] ins() outs(%b : memref<8x1xf32>)
    {body_inputs = 0, init = 1.0 : f32, maps = [#id], reduction_rank = 0}
    body { ^bb0(%acc: f32): kernel.yield %acc : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  // CHECK-NOT: "concat"
  kernel.nest "concat" extents [2, 4] ins(%a : memref<2x4xf32>) outs(%c0 : memref<2x4xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "concat" extents [2, 4] ins(%b2 : memref<2x4xf32>) outs(%c1 : memref<2x4xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  // CHECK: kernel.nest "exp" {{.*}} ins(%[[C]] : memref<4x4xf32>) outs(%[[Y]] : memref<4x4xf32>)
  kernel.nest "exp" extents [4, 4] ins(%c : memref<4x4xf32>) outs(%y : memref<4x4xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}

// -----

#id = affine_map<(i, j) -> (i, j)>

// Along another dimension the part has strides. A result is written where the
// caller wants it.

// CHECK-LABEL: func.func @main(
// CHECK-SAME: %[[X:.*]]: memref<2x4xf32>, %[[Y:.*]]: memref<2x8xf32>)
func.func @main(%x: memref<2x4xf32>, %y: memref<2x8xf32>) {
  // CHECK: %[[A:.*]] = kernel.alias %[[Y]][4] : memref<2x8xf32> to memref<2x4xf32, strided<[8, 1]>>
  // CHECK-NOT: alloc
  %a = memref.alloc() : memref<2x4xf32>
  %c = memref.alloc() : memref<2x8xf32>
  %c0 = kernel.alias %c[0] : memref<2x8xf32> to memref<2x4xf32, strided<[8, 1]>>
  %c1 = kernel.alias %c[4] : memref<2x8xf32> to memref<2x4xf32, strided<[8, 1]>>
  // CHECK: kernel.nest "exp" {{.*}} outs(%[[A]] : memref<2x4xf32, strided<[8, 1]>>)
  kernel.nest "exp" extents [2, 4] ins(%x : memref<2x4xf32>) outs(%a : memref<2x4xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  // The caller's own buffer has to be copied.
  // CHECK: kernel.nest "concat" {{.*}} ins(%[[X]] :
  kernel.nest "concat" extents [2, 4] ins(%x : memref<2x4xf32>) outs(%c0 : memref<2x4xf32, strided<[8, 1]>>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  // CHECK-NOT: kernel.nest
  kernel.nest "concat" extents [2, 4] ins(%a : memref<2x4xf32>) outs(%c1 : memref<2x4xf32, strided<[8, 1]>>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "copy" extents [2, 8] ins(%c : memref<2x8xf32>) outs(%y : memref<2x8xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}

// -----

#id = affine_map<(i, j) -> (i, j)>
#slice = affine_map<(i, j) -> (i * 2 + 1, j + 1)>

// A slice is read where it lies, also by a region that loads by itself.

// CHECK-LABEL: func.func @main(
// CHECK-SAME: %[[X:.*]]: memref<6x4xf32>,
func.func @main(%x: memref<6x4xf32>, %y: memref<2x2xf32>) {
  // CHECK: %[[S:.*]] = kernel.alias %[[X]][5] : memref<6x4xf32> to memref<2x2xf32, strided<[8, 1]>>
  // CHECK-NOT: "slice"
  %s = memref.alloc() : memref<2x2xf32>
  kernel.nest "slice" extents [2, 2] ins(%x : memref<6x4xf32>) outs(%s : memref<2x2xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#slice, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  // CHECK: kernel.nest "flip" {{.*}} ins(%[[S]] : memref<2x2xf32, strided<[8, 1]>>)
  // CHECK: ^bb0(%{{.*}}: f32, %{{.*}}: memref<2x2xf32, strided<[8, 1]>>):
  kernel.nest "flip" extents [2, 2] ins(%s : memref<2x2xf32>) outs(%y : memref<2x2xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [unit, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: memref<2x2xf32>):
      %i = kernel.index 0
      %j = kernel.index 1
      %1 = memref.load %0[%j, %i] : memref<2x2xf32>
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}

// -----

#id = affine_map<(i) -> (i)>

// The copy keeps what its source held before that was written again.

// CHECK-LABEL: func.func @main(
func.func @main(%x: memref<8xf32>, %y: memref<8xf32>, %z: memref<8xf32>) {
  %a = memref.alloc() : memref<8xf32>
  %old = memref.alloc() : memref<8xf32>
  kernel.nest "exp" extents [8] ins(%x : memref<8xf32>) outs(%a : memref<8xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  // CHECK: kernel.nest "copy"
  kernel.nest "copy" extents [8] ins(%a : memref<8xf32>) outs(%old : memref<8xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "exp" extents [8] ins(%old : memref<8xf32>) outs(%a : memref<8xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "add" extents [8] ins(%a, %old : memref<8xf32>, memref<8xf32>) outs(%y : memref<8xf32>)
    {body_inputs = 2, init = 0.0 : f32, maps = [#id, #id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32, %1: f32): %2 = arith.addf %0, %1 : f32
      kernel.yield %2 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}

// -----

#id = affine_map<(i, j) -> (i, j)>
#transpose = affine_map<(i, j) -> (j, i)>

// A transpose moves elements only, but the vectors of its readers could not lie
// along a column.

// CHECK-LABEL: func.func @main(
func.func @main(%x: memref<4x8xf32>, %y: memref<8x4xf32>) {
  %t = memref.alloc() : memref<8x4xf32>
  // CHECK: kernel.nest "transpose"
  kernel.nest "transpose" extents [8, 4] ins(%x : memref<4x8xf32>) outs(%t : memref<8x4xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#transpose, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "exp" extents [8, 4] ins(%t : memref<8x4xf32>) outs(%y : memref<8x4xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}

// -----

#id = affine_map<(i) -> (i)>
#fourth = affine_map<(i) -> (i * 4)>

// A slice of a large buffer is copied where that lets the large one die.

// CHECK-LABEL: func.func @main(
func.func @main(%x: memref<64xf32>, %y: memref<16xf32>) {
  %large = memref.alloc() : memref<64xf32>
  %s = memref.alloc() : memref<16xf32>
  %other = memref.alloc() : memref<64xf32>
  kernel.nest "exp" extents [64] ins(%x : memref<64xf32>) outs(%large : memref<64xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  // CHECK: kernel.nest "slice"
  kernel.nest "slice" extents [16] ins(%large : memref<64xf32>) outs(%s : memref<16xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#fourth, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "exp" extents [64] ins(%x : memref<64xf32>) outs(%other : memref<64xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "add" extents [16] ins(%s, %other : memref<16xf32>, memref<64xf32>) outs(%y : memref<16xf32>)
    {body_inputs = 2, init = 0.0 : f32, maps = [#id, #id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32, %1: f32): %2 = arith.addf %0, %1 : f32
      kernel.yield %2 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}

// -----

#id = affine_map<(i) -> (i)>

// Of a slice that is in one piece only that piece stays alive.

// CHECK-LABEL: func.func @main(
func.func @main(%x: memref<64xf32>, %y: memref<16xf32>) {
  // CHECK-NOT: "slice"
  %large = memref.alloc() : memref<64xf32>
  %s = memref.alloc() : memref<16xf32>
  %other = memref.alloc() : memref<64xf32>
  kernel.nest "exp" extents [64] ins(%x : memref<64xf32>) outs(%large : memref<64xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "slice" extents [16] ins(%large : memref<64xf32>) outs(%s : memref<16xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "exp" extents [64] ins(%x : memref<64xf32>) outs(%other : memref<64xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "add" extents [16] ins(%s, %other : memref<16xf32>, memref<64xf32>) outs(%y : memref<16xf32>)
    {body_inputs = 2, init = 0.0 : f32, maps = [#id, #id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32, %1: f32): %2 = arith.addf %0, %1 : f32
      kernel.yield %2 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}

// -----

#id = affine_map<(i, j) -> (i, j)>

// A dense block: the second concat copies the parts of the first, which
// becomes a part of the second.

// CHECK-LABEL: func.func @main(
func.func @main(%x: memref<2x4xf32>, %y: memref<2x4xf32>) {
  // CHECK: %[[D:.*]] = memref.alloc() : memref<6x4xf32>
  // CHECK-NOT: memref.alloc
  // CHECK-NOT: "concat"
  %a = memref.alloc() : memref<2x4xf32>
  %b = memref.alloc() : memref<2x4xf32>
  %c = memref.alloc() : memref<4x4xf32>
  %c0 = kernel.alias %c[0] : memref<4x4xf32> to memref<2x4xf32>
  %c1 = kernel.alias %c[8] : memref<4x4xf32> to memref<2x4xf32>
  %e = memref.alloc() : memref<2x4xf32>
  %d = memref.alloc() : memref<6x4xf32>
  %d0 = kernel.alias %d[0] : memref<6x4xf32> to memref<2x4xf32>
  %d1 = kernel.alias %d[8] : memref<6x4xf32> to memref<2x4xf32>
  %d2 = kernel.alias %d[16] : memref<6x4xf32> to memref<2x4xf32>
  kernel.nest "exp" extents [2, 4] ins(%x : memref<2x4xf32>) outs(%a : memref<2x4xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "exp" extents [2, 4] ins(%a : memref<2x4xf32>) outs(%b : memref<2x4xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "concat" extents [2, 4] ins(%a : memref<2x4xf32>) outs(%c0 : memref<2x4xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "concat" extents [2, 4] ins(%b : memref<2x4xf32>) outs(%c1 : memref<2x4xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  // CHECK: kernel.nest "exp" extents [2, 4] ins(%{{.*}} : memref<4x4xf32>)
  kernel.nest "exp" extents [2, 4] ins(%c : memref<4x4xf32>) outs(%e : memref<2x4xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "concat" extents [2, 4] ins(%a : memref<2x4xf32>) outs(%d0 : memref<2x4xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "concat" extents [2, 4] ins(%b : memref<2x4xf32>) outs(%d1 : memref<2x4xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "concat" extents [2, 4] ins(%e : memref<2x4xf32>) outs(%d2 : memref<2x4xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  // CHECK: kernel.nest "exp" extents [2, 4] ins(%[[D]] : memref<6x4xf32>)
  kernel.nest "exp" extents [2, 4] ins(%d : memref<6x4xf32>) outs(%y : memref<2x4xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}
