// RUN: megcc-opt %s --merge-nest-dimensions | FileCheck %s

#id = affine_map<(i, j, k) -> (i, j, k)>
#bias = affine_map<(i, j, k) -> (0)>

// A part of a buffer keeps the dimension at which it has a gap, so that it is
// disjoint from the other parts.

// CHECK-DAG: #[[LIST:.*]] = affine_map<(d0, d1) -> (d0 * 12 + d1)>
// CHECK-DAG: #[[TWO:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-LABEL: func.func @main(
func.func @main(%x: memref<2x3x4xf32>, %b: memref<1xf32>, %whole: memref<2x6x4xf32>) {
  // CHECK: %[[PART:.*]] = kernel.alias %{{.*}}[12] : memref<2x6x4xf32> to memref<2x3x4xf32, strided<[24, 4, 1]>>
  // CHECK: %[[LISTED:.*]] = kernel.alias %{{.*}}[0] : memref<2x3x4xf32> to memref<24xf32>
  // CHECK: %[[MERGED:.*]] = kernel.alias %[[PART]][0] : memref<2x3x4xf32, strided<[24, 4, 1]>> to memref<2x12xf32, strided<[24, 1]>>
  %part = kernel.alias %whole[12] : memref<2x6x4xf32> to memref<2x3x4xf32, strided<[24, 4, 1]>>
  // CHECK: kernel.nest "add" extents [2, 12] ins(%[[LISTED]], %{{.*}} : memref<24xf32>, memref<1xf32>) outs(%[[MERGED]] : memref<2x12xf32, strided<[24, 1]>>)
  // CHECK-SAME: maps = [#[[LIST]], #{{.*}}, #[[TWO]]]
  kernel.nest "add" extents [2, 3, 4] ins(%x, %b : memref<2x3x4xf32>, memref<1xf32>) outs(%part : memref<2x3x4xf32, strided<[24, 4, 1]>>)
    {body_inputs = 2, init = 0.0 : f32, maps = [#id, #bias, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32, %1: f32): %2 = arith.addf %0, %1 : f32
      kernel.yield %2 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}
