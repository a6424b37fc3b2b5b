// RUN: megcc-opt %s --split-input-file --stream-rows | FileCheck %s
// RUN: megcc-opt %s --split-input-file --stream-rows --plan-arena --verify-arena -o /dev/null

#id = affine_map<(h, w) -> (h, w)>
#window = affine_map<(h, w, i) -> (h + i, w)>
#out = affine_map<(h, w, i) -> (h, w)>

// Where a window lets go of a row, the one but next writes: two rings of three
// rows take five. The one between them writes while that row is still read.
// Rows in one ring have numbers of their own.

// CHECK-DAG: #[[ID:.*]] = affine_map<(d0, d1, d2) -> (d0 + d2 + 72, 5, 0)>
// CHECK-DAG: #[[FIRST:.*]] = affine_map<(d0, d1) -> (d0 mod 5, d1)>
// CHECK-DAG: #[[SECOND:.*]] = affine_map<(d0, d1, d2) -> (d0 mod 3, d1)>
// CHECK-DAG: #[[THIRD:.*]] = affine_map<(d0, d1, d2) -> ((d0 + 2) mod 5, d1)>
// CHECK-LABEL: func.func @main
// CHECK-DAG: memref.alloc() : memref<5x16xf32>
// CHECK-DAG: memref.alloc() : memref<3x16xf32>
// CHECK: kernel.stream
// CHECK: kernel.nest "exp" {{.*}} maps = [{{.*}}, #[[FIRST]]]
// CHECK: kernel.nest "max_pool" {{.*}} maps = [{{.*}}, #[[SECOND]]]
// CHECK: kernel.nest "max_pool" {{.*}} maps = [{{.*}}, #[[THIRD]]]
// CHECK: kernel.nest "max_pool" {{.*}} kernel.ring_rows = [#[[ID]], unit]
func.func @main(%x: memref<64x16xf32>, %y: memref<58x16xf32>) attributes {kernel.inputs = 1 : i64} {
  %a = memref.alloc() : memref<64x16xf32>
  %b = memref.alloc() : memref<62x16xf32>
  %c = memref.alloc() : memref<60x16xf32>
  kernel.nest "exp" extents [64, 16] ins(%x : memref<64x16xf32>) outs(%a : memref<64x16xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "max_pool" extents [62, 16, 3] ins(%a : memref<64x16xf32>) outs(%b : memref<62x16xf32>)
    {body_inputs = 1, init = 0xFF800000 : f32, maps = [#window, #out], reduction_rank = 1}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.maximumf %acc, %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "max_pool" extents [60, 16, 3] ins(%b : memref<62x16xf32>) outs(%c : memref<60x16xf32>)
    {body_inputs = 1, init = 0xFF800000 : f32, maps = [#window, #out], reduction_rank = 1}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.maximumf %acc, %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "max_pool" extents [58, 16, 3] ins(%c : memref<60x16xf32>) outs(%y : memref<58x16xf32>)
    {body_inputs = 1, init = 0xFF800000 : f32, maps = [#window, #out], reduction_rank = 1}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.maximumf %acc, %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}

// -----

#id = affine_map<(h, w) -> (h, w)>
#window = affine_map<(h, w, i) -> (h + i, w)>
#out = affine_map<(h, w, i) -> (h, w)>
#pairs = affine_map<(h, w, i) -> (2 * h + i, w)>

// Rows that come at different rates stay apart.

// CHECK-LABEL: func.func @main
// CHECK: memref.alloc() : memref<3x16xf32>
// CHECK: memref.alloc() : memref<3x16xf32>
// CHECK: kernel.stream
func.func @main(%x: memref<64x16xf32>, %y: memref<29x16xf32>) attributes {kernel.inputs = 1 : i64} {
  %a = memref.alloc() : memref<64x16xf32>
  %b = memref.alloc() : memref<31x16xf32>
  kernel.nest "exp" extents [64, 16] ins(%x : memref<64x16xf32>) outs(%a : memref<64x16xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "max_pool" extents [31, 16, 3] ins(%a : memref<64x16xf32>) outs(%b : memref<31x16xf32>)
    {body_inputs = 1, init = 0xFF800000 : f32, maps = [#pairs, #out], reduction_rank = 1}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.maximumf %acc, %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "max_pool" extents [29, 16, 3] ins(%b : memref<31x16xf32>) outs(%y : memref<29x16xf32>)
    {body_inputs = 1, init = 0xFF800000 : f32, maps = [#window, #out], reduction_rank = 1}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.maximumf %acc, %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}

// -----

#id = affine_map<(h, w) -> (h, w)>
#window = affine_map<(h, w, i) -> (h + i - 1, w)>
#out = affine_map<(h, w, i) -> (h, w)>

// A sum takes the row of what it adds to, %c that of %a, and %d is where what
// alone it becomes is.

// CHECK-DAG: #[[PLACE:.*]] = affine_map<(d0, d1) -> (d0 mod 4, d1)>
// CHECK-LABEL: func.func @main
// CHECK: %[[RING:.*]] = memref.alloc() : memref<4x16xf32>
// CHECK-NOT: memref.alloc()
// CHECK: kernel.stream
// CHECK: kernel.nest "exp" {{.*}} outs(%[[RING]] {{.*}} maps = [{{.*}}, #[[PLACE]]]
// CHECK: kernel.nest "add" {{.*}} ins(%{{.*}}, %[[RING]] : {{.*}} outs(%[[RING]] {{.*}} maps = [{{.*}}, #[[PLACE]], #[[PLACE]]]
// CHECK: kernel.nest "max_pool" {{.*}} ins(%[[RING]] {{.*}} outs(%arg1
// CHECK: kernel.nest "neg" {{.*}} ins(%arg1 {{.*}} outs(%arg1
func.func @main(%x: memref<64x16xf32>, %y: memref<64x16xf32>) attributes {kernel.inputs = 1 : i64} {
  %a = memref.alloc() : memref<64x16xf32>
  %b = memref.alloc() : memref<64x16xf32>
  %c = memref.alloc() : memref<64x16xf32>
  %d = memref.alloc() : memref<64x16xf32>
  %e = memref.alloc() : memref<64x16xf32>
  kernel.nest "exp" extents [64, 16] ins(%x : memref<64x16xf32>) outs(%a : memref<64x16xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "tanh" extents [64, 16] ins(%a : memref<64x16xf32>) outs(%e : memref<64x16xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.tanh %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "max_pool" extents [64, 16, 3] ins(%e : memref<64x16xf32>) outs(%b : memref<64x16xf32>)
    {body_inputs = 1, init = 0xFF800000 : f32, maps = [#window, #out], reduction_rank = 1, guards = affine_map<(h, w, i) -> (h + i - 1)>, guard_extents = array<i64: 64>}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.maximumf %acc, %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "add" extents [64, 16] ins(%b, %a : memref<64x16xf32>, memref<64x16xf32>) outs(%c : memref<64x16xf32>)
    {body_inputs = 2, init = 0.0 : f32, maps = [#id, #id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32, %1: f32): %2 = arith.addf %0, %1 : f32 kernel.yield %2 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "max_pool" extents [64, 16, 3] ins(%c : memref<64x16xf32>) outs(%d : memref<64x16xf32>)
    {body_inputs = 1, init = 0xFF800000 : f32, maps = [#window, #out], reduction_rank = 1, guards = affine_map<(h, w, i) -> (h + i - 1)>, guard_extents = array<i64: 64>}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.maximumf %acc, %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "neg" extents [64, 16] ins(%d : memref<64x16xf32>) outs(%y : memref<64x16xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.negf %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}
