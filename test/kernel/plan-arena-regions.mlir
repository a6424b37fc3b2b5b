// RUN: megcc-opt %s --split-input-file --place-weights --plan-arena=regions=fast=1088,slow=4096 --verify-arena --verify-diagnostics | FileCheck %s

#id = affine_map<(i) -> (i)>

// The buffer that is used more often per byte lies in the fast memory, the
// other behind it in the space that both make; the weight that there is room
// for lies there as well, and stays all the time.

// CHECK: module attributes {{.*}}kernel.regions = [{base = 0 : i64, bytes = 1088 : i64, capacity = 1088 : i64, name = "fast"}, {base = 1088 : i64, bytes = 1024 : i64, capacity = 4096 : i64, name = "slow"}]
// CHECK-LABEL: func.func @main(
// CHECK-SAME: %[[ARENA:[a-z0-9]+]]: memref<2112xi8> {kernel.arena})
func.func @main(%x: memref<256xf32>, %y: memref<256xf32>) {
  // CHECK-DAG: kernel.view %[[ARENA]][1024] @{{[a-z0-9_]+}} : memref<2112xi8> to memref<16xf32>
  %w = kernel.constant dense<1.0> : tensor<16xf32> : memref<16xf32>
  // CHECK-DAG: %[[A:.*]] = kernel.view %[[ARENA]][0] : memref<2112xi8> to memref<256xf32>
  // CHECK-DAG: %[[B:.*]] = kernel.view %[[ARENA]][1088] : memref<2112xi8> to memref<256xf32>
  %a = memref.alloc() : memref<256xf32>
  %b = memref.alloc() : memref<256xf32>
  // CHECK: outs(%[[A]] :
  kernel.nest "scale" extents [256] ins(%x, %w : memref<256xf32>, memref<16xf32>) outs(%a : memref<256xf32>)
    {body_inputs = 2, init = 0.0 : f32, maps = [#id, affine_map<(i) -> (i mod 16)>, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32, %1: f32): %2 = arith.mulf %0, %1 : f32 kernel.yield %2 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  // CHECK: outs(%[[B]] :
  kernel.nest "exp" extents [256] ins(%a : memref<256xf32>) outs(%b : memref<256xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "add" extents [256] ins(%a, %b : memref<256xf32>, memref<256xf32>) outs(%y : memref<256xf32>)
    {body_inputs = 2, init = 0.0 : f32, maps = [#id, #id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32, %1: f32): %2 = arith.addf %0, %1 : f32 kernel.yield %2 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}

// -----

#id = affine_map<(i) -> (i)>

// Two buffers of which the one used less often would not leave enough of the
// slow memory: the memories are filled so that all fits.

// CHECK: kernel.regions = [{base = 0 : i64, bytes = 1024 : i64, {{.*}}}, {base = 1024 : i64, bytes = 4096 : i64, {{.*}}}]
func.func @main(%x: memref<256xf32>, %y: memref<256xf32>) {
  %small = memref.alloc() : memref<256xf32>
  %large = memref.alloc() : memref<1024xf32>
  kernel.nest "exp" extents [256] ins(%x : memref<256xf32>) outs(%small : memref<256xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "spread" extents [1024] ins(%small : memref<256xf32>) outs(%large : memref<1024xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [affine_map<(i) -> (i mod 256)>, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "both" extents [256] ins(%large, %small : memref<1024xf32>, memref<256xf32>) outs(%y : memref<256xf32>)
    {body_inputs = 2, init = 0.0 : f32, maps = [#id, #id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32, %1: f32): %2 = arith.addf %0, %1 : f32 kernel.yield %2 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}
