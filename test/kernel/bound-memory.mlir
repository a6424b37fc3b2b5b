// RUN: megcc-opt %s --split-input-file --bound-memory | FileCheck %s
// RUN: megcc-opt %s --split-input-file --bound-memory=rows | FileCheck %s --check-prefix=ROWS

#id = affine_map<(n, c, h, w) -> (n, c, h, w)>
#window = affine_map<(n, c, h, w, i, j) -> (n, c, h + i, w + j)>
#out = affine_map<(n, c, h, w, i, j) -> (n, c, h, w)>

// The window needs all of %a and of %b at one time, 2048 and 1568 bytes; with
// rows three of %a and one of %b, 384 and 112. A copy counts nothing.

// CHECK: module attributes {kernel.plan_bound = {bytes = 3616 : i64, layer = "pool"}}
// ROWS: module attributes {kernel.plan_bound = {bytes = 496 : i64, layer = "pool"}}
func.func @main(%x: memref<1x2x16x16xf32>, %y: memref<1x2x14x14xf32>) attributes {kernel.inputs = 1 : i64} {
  %a = memref.alloc() : memref<1x2x16x16xf32>
  %b = memref.alloc() : memref<1x2x14x14xf32>
  kernel.nest "exp" extents [1, 2, 16, 16] ins(%x : memref<1x2x16x16xf32>) outs(%a : memref<1x2x16x16xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 } loc("exp")
  kernel.nest "max_pool" extents [1, 2, 14, 14, 3, 3] ins(%a : memref<1x2x16x16xf32>) outs(%b : memref<1x2x14x14xf32>)
    {body_inputs = 1, init = 0xFF800000 : f32, maps = [#window, #out], reduction_rank = 2}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.maximumf %acc, %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 } loc("pool")
  kernel.nest "copy" extents [1, 2, 14, 14] ins(%b : memref<1x2x14x14xf32>) outs(%y : memref<1x2x14x14xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 } loc("copy")
  return
}

// -----

#id = affine_map<(i) -> (i)>

// What a result may take the place of counts once; inputs in the arena are all
// there at the beginning.

// CHECK: module attributes {kernel.plan_bound = {bytes = 2048 : i64, layer = "the inputs"}}
func.func @main(%x: memref<256xf32> {kernel.in_arena}, %z: memref<256xf32> {kernel.in_arena}, %y: memref<256xf32>)
    attributes {kernel.inputs = 2 : i64} {
  %a = memref.alloc() : memref<256xf32>
  %b = memref.alloc() : memref<256xf32>
  kernel.nest "exp" extents [256] ins(%x : memref<256xf32>) outs(%a : memref<256xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 } loc("first")
  kernel.nest "exp" extents [256] ins(%a : memref<256xf32>) outs(%b : memref<256xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 } loc("second")
  kernel.nest "exp" extents [256] ins(%b : memref<256xf32>) outs(%y : memref<256xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 } loc("third")
  return
}
