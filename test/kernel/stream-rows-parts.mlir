// RUN: megcc-opt %s --stream-rows=split-windows=false | FileCheck %s
// RUN: megcc-opt %s --stream-rows=split-windows=false --plan-arena --verify-arena -o /dev/null

#id = affine_map<(c, h, w) -> (c, h, w)>
#window = affine_map<(c, h, w, i) -> (c, h + i, w)>
#out = affine_map<(c, h, w, i) -> (c, h, w)>
#all = affine_map<(c, h, w, k) -> (k, h, w)>
#one = affine_map<(c, h, w, k) -> (c, h, w)>

// The first part of %c is made whole, since the network needs all of %x at
// once; it would hold the whole of %c in the arena. A copy of it, row by row
// from a buffer of its own, leaves a ring of %c.

// CHECK-LABEL: func.func @main
// CHECK: kernel.nest "flip" {{.*}} outs(%[[PART:.*]] : memref<2x32x32xf32>)
// CHECK: kernel.stream
// CHECK: kernel.nest "copy" {{.*}} ins(%[[PART]]
// CHECK: kernel.nest "window"
// CHECK: kernel.nest "sum"
#flip = affine_map<(c, h, w) -> (c, 31 - h, w)>
func.func @main(%x: memref<2x32x32xf32>, %y: memref<1x30x32xf32>) attributes {kernel.inputs = 1 : i64} {
  %c = memref.alloc() : memref<8x32x32xf32>
  %first = kernel.alias %c[0] : memref<8x32x32xf32> to memref<2x32x32xf32, strided<[1024, 32, 1]>>
  %second = kernel.alias %c[2048] : memref<8x32x32xf32> to memref<6x32x32xf32, strided<[1024, 32, 1]>>
  kernel.nest "flip" extents [2, 32, 32] ins(%x : memref<2x32x32xf32>) outs(%first : memref<2x32x32xf32, strided<[1024, 32, 1]>>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#flip, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "widen" extents [6, 32, 32, 2] ins(%first : memref<2x32x32xf32, strided<[1024, 32, 1]>>) outs(%second : memref<6x32x32xf32, strided<[1024, 32, 1]>>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#all, #one], reduction_rank = 1}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.addf %acc, %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  %d = memref.alloc() : memref<8x30x32xf32>
  kernel.nest "window" extents [8, 30, 32, 3] ins(%c : memref<8x32x32xf32>) outs(%d : memref<8x30x32xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#window, #out], reduction_rank = 1}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.addf %acc, %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "sum" extents [1, 30, 32, 8] ins(%d : memref<8x30x32xf32>) outs(%y : memref<1x30x32xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#all, #one], reduction_rank = 1}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.addf %acc, %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}
