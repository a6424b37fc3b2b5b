// RUN: megcc-opt %s --split-input-file --plan-arena=print-plan --verify-arena --verify-diagnostics | FileCheck %s

#id = affine_map<(i) -> (i)>

// A buffer takes the place of one that died before it was born.

// CHECK: module attributes {kernel.arena_bytes = 2048 : i64, kernel.arena_lower_bound = 2048 : i64,
// CHECK-LABEL: func.func @main(
// CHECK-SAME: %[[X:.*]]: memref<256xf32>, %[[Y:.*]]: memref<256xf32>, %[[ARENA:.*]]: memref<2048xi8> {kernel.arena})
// expected-remark @below {{3 buffers in an arena of 2048 bytes, lower bound 2048, by size, first fit}}
func.func @main(%x: memref<256xf32>, %y: memref<256xf32>) {
  // CHECK: %[[A:.*]] = kernel.view %[[ARENA]][0] : memref<2048xi8> to memref<256xf32>
  %a = memref.alloc() : memref<256xf32>
  // CHECK: %[[B:.*]] = kernel.view %[[ARENA]][1024]
  %b = memref.alloc() : memref<256xf32>
  // CHECK: %[[C:.*]] = kernel.view %[[ARENA]][0]
  %c = memref.alloc() : memref<256xf32>
  // CHECK-NOT: alloc
  %unused = memref.alloc() : memref<256xf32>
  %dead = kernel.alias %unused[0] : memref<256xf32> to memref<16x16xf32>
  // CHECK: ins(%[[X]] : {{.*}}) outs(%[[A]] : {{.*}}) {{.*}}kernel.live_bytes = 1024 : i64
  kernel.nest "exp" extents [256] ins(%x : memref<256xf32>) outs(%a : memref<256xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  // CHECK: ins(%[[A]] : {{.*}}) outs(%[[B]] : {{.*}}) {{.*}}kernel.live_bytes = 2048 : i64
  kernel.nest "exp" extents [256] ins(%a : memref<256xf32>) outs(%b : memref<256xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "exp" extents [256] ins(%b : memref<256xf32>) outs(%c : memref<256xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "exp" extents [256] ins(%c : memref<256xf32>) outs(%y : memref<256xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}

// -----

#id = affine_map<(i) -> (i)>

// A buffer lives as long as any alias of it is read; sizes are rounded up to
// the alignment.

// CHECK: module attributes {kernel.arena_bytes = 128 : i64, kernel.arena_lower_bound = 128 : i64,
// expected-remark @below {{2 buffers}}
func.func @main(%x: memref<3xf32>, %y: memref<3xf32>) {
  // CHECK: %[[A:.*]] = kernel.view %{{.*}}[0] : memref<128xi8> to memref<3x1xf32>
  %a = memref.alloc() : memref<3x1xf32>
  // CHECK: kernel.alias %[[A]][0]
  %flat = kernel.alias %a[0] : memref<3x1xf32> to memref<3xf32>
  // CHECK: kernel.view %{{.*}}[64] : memref<128xi8> to memref<3xf32>
  %b = memref.alloc() : memref<3xf32>
  kernel.nest "copy" extents [3] ins(%x : memref<3xf32>) outs(%flat : memref<3xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "copy" extents [3] ins(%x : memref<3xf32>) outs(%b : memref<3xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "add" extents [3] ins(%flat, %b : memref<3xf32>, memref<3xf32>) outs(%y : memref<3xf32>)
    {body_inputs = 2, init = 0.0 : f32, maps = [#id, #id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32, %1: f32): %2 = arith.addf %0, %1 : f32
      kernel.yield %2 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}

// -----

// No buffers: an arena of no bytes.

// CHECK: kernel.arena_bytes = 0 : i64
// CHECK: func.func @main(%{{.*}}: memref<0xi8> {kernel.arena})
// expected-remark @below {{0 buffers}}
func.func @main() {
  return
}

// -----

// expected-error @below {{expected a function @main with a body}}
module {
}
