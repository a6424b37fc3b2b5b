// RUN: megcc-opt %s --plan-arena=print-plan --verify-arena --verify-diagnostics | FileCheck %s

#id = affine_map<(i) -> (i)>

// The second half of %c is alive from when it is written: until then its bytes
// hold %t.

// CHECK: kernel.arena_bytes = 768
// expected-remark @below {{2 buffers in an arena of 768 bytes, lower bound 768}}
func.func @main(%x: memref<64xf32>, %y: memref<128xf32>) {
  %c = memref.alloc() : memref<128xf32>
  %t = memref.alloc() : memref<64xf32>
  %first = kernel.alias %c[0] : memref<128xf32> to memref<64xf32>
  %second = kernel.alias %c[64] : memref<128xf32> to memref<64xf32>
  kernel.nest "exp" extents [64] ins(%x : memref<64xf32>) outs(%first : memref<64xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "exp" extents [64] ins(%first : memref<64xf32>) outs(%t : memref<64xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "exp" extents [64] ins(%t : memref<64xf32>) outs(%second : memref<64xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "exp" extents [128] ins(%c : memref<128xf32>) outs(%y : memref<128xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}
