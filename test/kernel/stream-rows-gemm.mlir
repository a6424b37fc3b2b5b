// RUN: megcc-opt %s --stream-rows=budget=5000 | FileCheck %s

// A contraction takes turns: its outer row dimension becomes the number of the
// row; what was said of it still holds.

#lhs = affine_map<(y, x, d) -> (y, x, d)>
#rhs = affine_map<(v, d) -> (d, 0)>
#out = affine_map<(y, x, v) -> (y, x, 0)>
#id = affine_map<(y, x, c) -> (y, x, c)>

// CHECK-LABEL: func.func @main(
// CHECK: kernel.stream
// CHECK: kernel.nest "exp"
// CHECK: kernel.gemm "conv"
// CHECK-SAME: kernel.repeated
// CHECK: kernel.nest "exp"
func.func @main(%x: memref<32x32x4xf32>, %w: memref<4x4xf32>, %y: memref<32x32x4xf32>) attributes {kernel.inputs = 2 : i64} {
  %a = memref.alloc() : memref<32x32x4xf32>
  %b = memref.alloc() : memref<32x32x4xf32>
  kernel.nest "exp" extents [32, 32, 4] ins(%x : memref<32x32x4xf32>) outs(%a : memref<32x32x4xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.gemm "conv" outer [] rows [32, 32] columns 4 lanes 4 depth [4]
    ins(%a, %w : memref<32x32x4xf32>, memref<4x4xf32>) outs(%b : memref<32x32x4xf32>)
    {lhs_map = #lhs, rhs_map = #rhs, out_map = #out, epilogue_maps = [],
     tile_rows = 4, tile_vectors = 1, kernel.repeated} epilogue {
    ^bb0(%acc: f32):
      kernel.yield %acc : f32
  }
  kernel.nest "exp" extents [32, 32, 4] ins(%b : memref<32x32x4xf32>) outs(%y : memref<32x32x4xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}
