// RUN: megcc-opt %s --split-input-file --elide-padding=for-rows | FileCheck %s
// RUN: megcc-opt %s --split-input-file --elide-padding=for-rows --stream-rows=split-windows=false --plan-arena --verify-arena | FileCheck %s --check-prefix=ROWS

#id = affine_map<(c, h, w) -> (c, h, w)>
#inner = affine_map<(c, h, w) -> (c, h - 1, w - 1)>
#guards = affine_map<(c, h, w) -> (h - 1, w - 1)>
#window = affine_map<(c, h, w, i, j) -> (c, h + i, w + j)>
#out = affine_map<(c, h, w, i, j) -> (c, h, w)>

// Rows are written where the padded buffer has them; the border has a place of
// its own in each row, so that a row ends where the next one begins. Three rows
// of ten are left of all.

// CHECK-LABEL: func.func @main(
// CHECK: %[[P:.*]] = memref.alloc() : memref<4x10x10xf32>
// CHECK: %[[A:.*]] = kernel.alias %[[P]][11] : {{.*}} to memref<4x8x8xf32, strided<[100, 10, 1]>>
// CHECK: kernel.nest "exp" {{.*}} outs(%[[A]] :
// CHECK-NOT: "pad"
// CHECK: kernel.nest "fill" extents [4, 1, 10]
// CHECK: kernel.nest "fill" extents [4, 1, 10]
// CHECK: kernel.nest "fill" extents [4, 8, 1]
// CHECK: kernel.nest "fill" extents [4, 8, 1]

// ROWS: module attributes {kernel.arena_bytes = 512
// ROWS: kernel.stream ticks 9
// ROWS: kernel.firing start 0 period 1 count 8
// ROWS: kernel.nest "exp" extents [8, 4, 8] at
func.func @main(%x: memref<4x8x8xf32>, %y: memref<4x8x8xf32>) attributes {kernel.inputs = 1 : i64} {
  %a = memref.alloc() : memref<4x8x8xf32>
  %p = memref.alloc() : memref<4x10x10xf32>
  kernel.nest "exp" extents [4, 8, 8] ins(%x : memref<4x8x8xf32>) outs(%a : memref<4x8x8xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "pad" extents [4, 10, 10] ins(%a : memref<4x8x8xf32>) outs(%p : memref<4x10x10xf32>)
    {body_inputs = 1, guards = #guards, guard_extents = array<i64: 8, 8>, init = 0.0 : f32, maps = [#inner, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "max_pool" extents [4, 8, 8, 3, 3] ins(%p : memref<4x10x10xf32>) outs(%y : memref<4x8x8xf32>)
    {body_inputs = 1, init = 0xFF800000 : f32, maps = [#window, #out], reduction_rank = 2}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.maximumf %acc, %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}
