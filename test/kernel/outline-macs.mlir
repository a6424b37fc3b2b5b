// RUN: megcc-opt %s --outline-kernels | FileCheck %s

#left = affine_map<(i, j) -> (i, j)>
#right = affine_map<(i, j) -> (j)>
#out = affine_map<(i, j) -> (i)>

// A nest that multiplies and accumulates counts both, written as one operation
// or two.
// CHECK-LABEL: func.func @main(
//       CHECK: kernel.macs = 24
//       CHECK: kernel.macs = 24
func.func @main(%x: memref<4x6xf32>, %w: memref<6xf32>, %y: memref<4xf32>, %z: memref<4xf32>) {
  kernel.nest "dot" extents [4, 6] ins(%x, %w : memref<4x6xf32>, memref<6xf32>) outs(%y : memref<4xf32>)
    {reduction_rank = 1 : i64, body_inputs = 2 : i64, init = 0.0 : f32, maps = [#left, #right, #out]} body {
  ^bb0(%acc: f32, %a: f32, %b: f32):
    %0 = math.fma %a, %b, %acc : f32
    kernel.yield %0 : f32
  } finish {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  kernel.nest "dot" extents [4, 6] ins(%x, %w : memref<4x6xf32>, memref<6xf32>) outs(%z : memref<4xf32>)
    {reduction_rank = 1 : i64, body_inputs = 2 : i64, init = 0.0 : f32, maps = [#left, #right, #out]} body {
  ^bb0(%acc: f32, %a: f32, %b: f32):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.addf %acc, %0 : f32
    kernel.yield %1 : f32
  } finish {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return
}
