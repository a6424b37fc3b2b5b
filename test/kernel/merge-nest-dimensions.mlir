// RUN: megcc-opt %s --merge-nest-dimensions --split-input-file | FileCheck %s

#all = affine_map<(n, c, h, w) -> (n, c, h, w)>
#channel = affine_map<(n, c, h, w) -> (c)>

// All operands run through without a gap: one loop.

// CHECK-LABEL: func.func @whole
// CHECK: kernel.alias %arg0[0] : memref<1x8x7x7xf32> to memref<392xf32>
// CHECK: kernel.nest "copy" extents [392]
func.func @whole(%x: memref<1x8x7x7xf32>, %y: memref<1x8x7x7xf32>) {
  kernel.nest "copy" extents [1, 8, 7, 7] ins(%x : memref<1x8x7x7xf32>) outs(%y : memref<1x8x7x7xf32>)
    {reduction_rank = 0, body_inputs = 1, init = 0.0 : f32, maps = [#all, #all]}
    body {
  ^bb0(%acc: f32, %0: f32):
    kernel.yield %0 : f32
  } finish {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return
}

// -----

#all = affine_map<(n, c, h, w) -> (n, c, h, w)>
#channel = affine_map<(n, c, h, w) -> (c)>

// A bias per channel keeps the channels apart.

// CHECK-LABEL: func.func @bias
// CHECK: kernel.nest "add" extents [8, 49]
func.func @bias(%x: memref<1x8x7x7xf32>, %b: memref<8xf32>, %y: memref<1x8x7x7xf32>) {
  kernel.nest "add" extents [1, 8, 7, 7] ins(%x, %b : memref<1x8x7x7xf32>, memref<8xf32>) outs(%y : memref<1x8x7x7xf32>)
    {reduction_rank = 0, body_inputs = 2, init = 0.0 : f32, maps = [#all, #channel, #all]}
    body {
  ^bb0(%acc: f32, %0: f32, %1: f32):
    %2 = arith.addf %0, %1 : f32
    kernel.yield %2 : f32
  } finish {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return
}

// -----

// Guards speak of coordinates, which have to stay.

// CHECK-LABEL: func.func @guarded
// CHECK: kernel.nest "pad" extents [1, 9, 9]
func.func @guarded(%x: memref<1x7x7xf32>, %y: memref<1x9x9xf32>) {
  kernel.nest "pad" extents [1, 9, 9] ins(%x : memref<1x7x7xf32>) outs(%y : memref<1x9x9xf32>)
    {reduction_rank = 0, body_inputs = 1, init = 0.0 : f32,
     guards = affine_map<(c, h, w) -> (h - 1, w - 1)>, guard_extents = array<i64: 7, 7>,
     maps = [affine_map<(c, h, w) -> (c, h - 1, w - 1)>, affine_map<(c, h, w) -> (c, h, w)>]}
    body {
  ^bb0(%acc: f32, %0: f32):
    kernel.yield %0 : f32
  } finish {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return
}

// -----

#id = affine_map<(i, j, k) -> (i, j, k)>
#scalar = affine_map<(i, j, k) -> (0)>

// A part of a buffer keeps the dimension at which it has a gap, so that it is
// disjoint from the other parts.

// CHECK-DAG: #[[LIST:.*]] = affine_map<(d0, d1) -> (d0 * 12 + d1)>
// CHECK-DAG: #[[TWO:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-LABEL: func.func @part(
func.func @part(%x: memref<2x3x4xf32>, %b: memref<1xf32>, %whole: memref<2x6x4xf32>) {
  // CHECK: %[[PART:.*]] = kernel.alias %{{.*}}[12] : memref<2x6x4xf32> to memref<2x3x4xf32, strided<[24, 4, 1]>>
  // CHECK: %[[LISTED:.*]] = kernel.alias %{{.*}}[0] : memref<2x3x4xf32> to memref<24xf32>
  // CHECK: %[[MERGED:.*]] = kernel.alias %[[PART]][0] : memref<2x3x4xf32, strided<[24, 4, 1]>> to memref<2x12xf32, strided<[24, 1]>>
  %part = kernel.alias %whole[12] : memref<2x6x4xf32> to memref<2x3x4xf32, strided<[24, 4, 1]>>
  // CHECK: kernel.nest "add" extents [2, 12] ins(%[[LISTED]], %{{.*}} : memref<24xf32>, memref<1xf32>) outs(%[[MERGED]] : memref<2x12xf32, strided<[24, 1]>>)
  // CHECK-SAME: maps = [#[[LIST]], #{{.*}}, #[[TWO]]]
  kernel.nest "add" extents [2, 3, 4] ins(%x, %b : memref<2x3x4xf32>, memref<1xf32>) outs(%part : memref<2x3x4xf32, strided<[24, 4, 1]>>)
    {body_inputs = 2, init = 0.0 : f32, maps = [#id, #scalar, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32, %1: f32): %2 = arith.addf %0, %1 : f32
      kernel.yield %2 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}
