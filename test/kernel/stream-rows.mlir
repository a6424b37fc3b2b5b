// RUN: megcc-opt %s --split-input-file --stream-rows=split-windows=false | FileCheck %s
// RUN: megcc-opt %s --split-input-file --stream-rows=split-windows=false --plan-arena --verify-arena -o /dev/null

#id = affine_map<(n, c, h, w) -> (n, c, h, w)>
#window = affine_map<(n, c, h, w, i, j) -> (n, c, h + i, w + j)>
#out = affine_map<(n, c, h, w, i, j) -> (n, c, h, w)>

// A window of three rows follows two rows behind, on a ring of three rows.

// CHECK-DAG: #[[RING:.*]] = affine_map<(d0, d1, d2, d3) -> (d1, d2, d0 mod 3, d3)>
// CHECK-DAG: #[[WINDOW:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d1, d2, (d0 + d4) mod 3, d3 + d5)>
// CHECK-LABEL: func.func @main
// CHECK: %[[ALLOC:.*]] = memref.alloc() : memref<3x32xf32>
// CHECK: %[[RINGED:.*]] = kernel.alias %[[ALLOC]][0] : memref<3x32xf32> to memref<1x2x3x16xf32, strided<[32, 16, 32, 1]>>
// CHECK: kernel.stream ticks 16 {
// CHECK: %[[A:.*]] = kernel.firing start 0 period 1 count 16
// CHECK: kernel.nest "exp" extents [16, 1, 2, 16] at %[[A]] {{.*}} maps = [{{.*}}, #[[RING]]]
// CHECK: %[[B:.*]] = kernel.firing start 2 period 1 count 14
// CHECK: kernel.nest "max_pool" extents [14, 1, 2, 14, 3, 3] at %[[B]] {{.*}} maps = [#[[WINDOW]]
func.func @main(%x: memref<1x2x16x16xf32>, %y: memref<1x2x14x14xf32>) attributes {kernel.inputs = 1 : i64} {
  %a = memref.alloc() : memref<1x2x16x16xf32>
  kernel.nest "exp" extents [1, 2, 16, 16] ins(%x : memref<1x2x16x16xf32>) outs(%a : memref<1x2x16x16xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "max_pool" extents [1, 2, 14, 14, 3, 3] ins(%a : memref<1x2x16x16xf32>) outs(%y : memref<1x2x14x14xf32>)
    {body_inputs = 1, init = 0xFF800000 : f32, maps = [#window, #out], reduction_rank = 2}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.maximumf %acc, %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}

// -----

#id = affine_map<(n, c, h, w) -> (n, c, h, w)>
#window = affine_map<(n, c, h, w, i, j) -> (n, c, 3 * h + i, w)>
#guard = affine_map<(n, c, h, w, i, j) -> (3 * h + i)>
#out = affine_map<(n, c, h, w, i, j) -> (n, c, h, w)>

// A stride larger than the window, and a last window that is partly outside.

// CHECK-LABEL: func.func @main
// CHECK: memref.alloc() : memref<2x14xf32>
// CHECK: kernel.stream ticks 8 {
// CHECK: kernel.firing start 0 period 1 count 7
// CHECK: kernel.firing start 1 period 3 count 3
func.func @main(%x: memref<1x2x7x7xf32>, %y: memref<1x2x3x7xf32>) attributes {kernel.inputs = 1 : i64} {
  %a = memref.alloc() : memref<1x2x7x7xf32>
  kernel.nest "exp" extents [1, 2, 7, 7] ins(%x : memref<1x2x7x7xf32>) outs(%a : memref<1x2x7x7xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "max_pool" extents [1, 2, 3, 7, 2, 1] ins(%a : memref<1x2x7x7xf32>) outs(%y : memref<1x2x3x7xf32>)
    {body_inputs = 1, init = 0xFF800000 : f32, maps = [#window, #out], reduction_rank = 2, guards = #guard, guard_extents = array<i64: 7>}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.maximumf %acc, %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}

// -----

#id = affine_map<(n, c, h, w) -> (n, c, h, w)>
#all = affine_map<(n, c, w, h) -> (n, c, h, w)>
#out = affine_map<(n, c, w, h) -> (n, c, w)>
#spread = affine_map<(n, c, h, w) -> (n, c, w)>
#window = affine_map<(n, c, h, w, i) -> (n, c, h + i, w)>
#wout = affine_map<(n, c, h, w, i) -> (n, c, h, w)>

// What needs all rows comes after the loop in which a mean over them is made.

// CHECK-LABEL: func.func @main
// CHECK: kernel.nest "fill" extents [1, 2, 16] ins() outs(%[[MEAN:[a-z_0-9]+]] :
// CHECK: kernel.stream
// CHECK: kernel.nest "mean" extents [16, 1, 2, 16] at %{{.*}} ins(%{{.*}}, %[[MEAN]] : {{.*}}) outs(%[[MEAN]] : {{.*}} resumes}
// CHECK: kernel.stream
// CHECK: kernel.nest "sub" extents [16, 1, 2, 16] at %{{.*}} ins(%{{.*}}, %[[MEAN]] :
func.func @main(%x: memref<1x2x16x16xf32>, %y: memref<1x2x15x16xf32>) attributes {kernel.inputs = 1 : i64} {
  %a = memref.alloc() : memref<1x2x16x16xf32>
  %m = memref.alloc() : memref<1x2x16xf32>
  %b = memref.alloc() : memref<1x2x16x16xf32>
  kernel.nest "exp" extents [1, 2, 16, 16] ins(%x : memref<1x2x16x16xf32>) outs(%a : memref<1x2x16x16xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "mean" extents [1, 2, 16, 16] ins(%a : memref<1x2x16x16xf32>) outs(%m : memref<1x2x16xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#all, #out], reduction_rank = 1}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.addf %acc, %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "sub" extents [1, 2, 16, 16] ins(%a, %m : memref<1x2x16x16xf32>, memref<1x2x16xf32>) outs(%b : memref<1x2x16x16xf32>)
    {body_inputs = 2, init = 0.0 : f32, maps = [#id, #spread, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32, %1: f32): %2 = arith.subf %0, %1 : f32 kernel.yield %2 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "max_pool" extents [1, 2, 15, 16, 2] ins(%b : memref<1x2x16x16xf32>) outs(%y : memref<1x2x15x16xf32>)
    {body_inputs = 1, init = 0xFF800000 : f32, maps = [#window, #wout], reduction_rank = 1}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.maximumf %acc, %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}

// -----

#id = affine_map<(n, c, h, w) -> (n, c, h, w)>
#window = affine_map<(n, c, h, w, i, j) -> (n, c, h + i, w + j)>
#out = affine_map<(n, c, h, w, i, j) -> (n, c, h, w)>

// What leads to one late use alone waits for it, as a whole: both "exp" and
// "neg" run four rows behind, and leave a row.

// CHECK-LABEL: func.func @main
// CHECK: kernel.stream
// CHECK: kernel.firing start 4 period 1 count 16
// CHECK-NEXT: kernel.nest "exp"
// CHECK: kernel.firing start 4 period 1 count 16
// CHECK-NEXT: kernel.nest "neg"
// CHECK: kernel.firing start 2 period 1 count 14
// CHECK-NEXT: kernel.nest "max_pool"
// CHECK: kernel.firing start 4 period 1 count 12
// CHECK-NEXT: kernel.nest "max_pool"
// CHECK: kernel.firing start 4 period 1 count 12
// CHECK-NEXT: kernel.nest "add"
func.func @main(%x: memref<1x1x16x16xf32>, %y: memref<1x1x12x12xf32>) attributes {kernel.inputs = 1 : i64} {
  %a = memref.alloc() : memref<1x1x16x16xf32>
  %b = memref.alloc() : memref<1x1x16x16xf32>
  %c = memref.alloc() : memref<1x1x16x16xf32>
  %p = memref.alloc() : memref<1x1x14x14xf32>
  %q = memref.alloc() : memref<1x1x12x12xf32>
  kernel.nest "exp" extents [1, 1, 16, 16] ins(%x : memref<1x1x16x16xf32>) outs(%a : memref<1x1x16x16xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "neg" extents [1, 1, 16, 16] ins(%a : memref<1x1x16x16xf32>) outs(%b : memref<1x1x16x16xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.negf %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "exp" extents [1, 1, 16, 16] ins(%x : memref<1x1x16x16xf32>) outs(%c : memref<1x1x16x16xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "max_pool" extents [1, 1, 14, 14, 3, 3] ins(%c : memref<1x1x16x16xf32>) outs(%p : memref<1x1x14x14xf32>)
    {body_inputs = 1, init = 0xFF800000 : f32, maps = [#window, #out], reduction_rank = 2}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.maximumf %acc, %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "max_pool" extents [1, 1, 12, 12, 3, 3] ins(%p : memref<1x1x14x14xf32>) outs(%q : memref<1x1x12x12xf32>)
    {body_inputs = 1, init = 0xFF800000 : f32, maps = [#window, #out], reduction_rank = 2}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.maximumf %acc, %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "add" extents [1, 1, 12, 12] ins(%b, %q : memref<1x1x16x16xf32>, memref<1x1x12x12xf32>) outs(%y : memref<1x1x12x12xf32>)
    {body_inputs = 2, init = 0.0 : f32, maps = [#id, #id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32, %1: f32): %2 = arith.addf %0, %1 : f32 kernel.yield %2 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}
