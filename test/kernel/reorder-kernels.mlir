// RUN: megcc-opt %s --split-input-file --reorder-kernels | FileCheck %s

#id = affine_map<(i) -> (i)>
#all = affine_map<(i) -> (0)>

// The first sum ends the life of %a before %b begins its own.

// CHECK-LABEL: func.func @main(
// CHECK: kernel.nest "widen_a"
// CHECK: kernel.nest "sum_a"
// CHECK: kernel.nest "widen_b"
// CHECK: kernel.nest "sum_b"
// CHECK: kernel.nest "add"
// CHECK: return
func.func @main(%x: memref<1xf32>, %y: memref<1xf32>) {
  %a = memref.alloc() : memref<1024xf32>
  %b = memref.alloc() : memref<1024xf32>
  %s = memref.alloc() : memref<1xf32>
  %t = memref.alloc() : memref<1xf32>
  kernel.nest "widen_a" extents [1024] ins(%x : memref<1xf32>) outs(%a : memref<1024xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#all, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "widen_b" extents [1024] ins(%x : memref<1xf32>) outs(%b : memref<1024xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#all, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "sum_a" extents [1024] ins(%a : memref<1024xf32>) outs(%s : memref<1xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #all], reduction_rank = 1}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.addf %acc, %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "sum_b" extents [1024] ins(%b : memref<1024xf32>) outs(%t : memref<1xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #all], reduction_rank = 1}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.addf %acc, %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "add" extents [1] ins(%s, %t : memref<1xf32>, memref<1xf32>) outs(%y : memref<1xf32>)
    {body_inputs = 2, init = 0.0 : f32, maps = [#id, #id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32, %1: f32): %2 = arith.addf %0, %1 : f32
      kernel.yield %2 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}

// -----

#id = affine_map<(i) -> (i)>

// Another order would be as good: the given one stays. Functions of the user's
// keep their order in any case.

// CHECK-LABEL: func.func @main(
// CHECK: kernel.call "first"
// CHECK: kernel.call "second"
// CHECK: kernel.nest "add"
func.func @main(%x: memref<8xf32>, %y: memref<8xf32>) {
  %a = memref.alloc() : memref<8xf32>
  %b = memref.alloc() : memref<8xf32>
  kernel.call "first" ins(%x : memref<8xf32>) outs(%a : memref<8xf32>)
  kernel.call "second" ins(%x : memref<8xf32>) outs(%b : memref<8xf32>)
  kernel.nest "add" extents [8] ins(%a, %b : memref<8xf32>, memref<8xf32>) outs(%y : memref<8xf32>)
    {body_inputs = 2, init = 0.0 : f32, maps = [#id, #id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32, %1: f32): %2 = arith.addf %0, %1 : f32
      kernel.yield %2 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}
