// RUN: megcc-opt %s --stream-rows=split-windows=false --plan-arena --outline-kernels=target=generic --record-rows=all | FileCheck %s
// RUN: megcc-opt %s --stream-rows=split-windows=false --plan-arena --outline-kernels=target=generic --record-rows | FileCheck %s --check-prefix=WRITES

#id = affine_map<(n, c, h, w) -> (n, c, h, w)>
#window = affine_map<(n, c, h, w, i, j) -> (n, c, h + i, w + j)>
#out = affine_map<(n, c, h, w, i, j) -> (n, c, h, w)>

// Firing by firing: the fourth row takes the place of the first in the ring of
// three rows of 128 bytes, and the window reads it as row 3.

// CHECK: kernel.view {{.*}}kernel.buffer = 0 : i64
// CHECK: kernel.stream
// CHECK: call @exp{{.*}}kernel.row_accesses = [{argument = 0 : i64,
// CHECK-SAME: firings = [array<i64: 0, 0>, array<i64: 1, 64>, array<i64: 2, 128>, array<i64: 3, 192>,
// CHECK-SAME: {argument = 1 : i64,
// CHECK-SAME: firings = [array<i64: 0, 0>, array<i64: 1, 128>, array<i64: 2, 256>, array<i64: 3, 0>,
// CHECK-SAME: ring, write}
// CHECK: call @max_pool{{.*}}kernel.row_accesses = [{argument = 0 : i64,
// CHECK-SAME: firings = [array<i64: 0, 0, 1, 128, 2, 256>, array<i64: 1, 128, 2, 256, 3, 0>,
// CHECK-SAME: ring}

// Without `all` what is read is left out, and buffers have no numbers. A row of
// the ring is in two pieces, one of each plane.

// WRITES-NOT: kernel.buffer =
// WRITES: call @exp{{.*}}kernel.row_accesses = [{argument = 1 : i64,
// WRITES-SAME: planes = 2 : i64, ring, write}]
// WRITES: call @max_pool{{.*}}kernel.row_accesses = [{argument = 1 : i64,
// WRITES-SAME: planes = 2 : i64, write}]
func.func @main(%x: memref<1x2x16x16xf32>, %y: memref<1x2x14x14xf32>) attributes {kernel.inputs = 1 : i64} {
  %a = memref.alloc() : memref<1x2x16x16xf32>
  kernel.nest "exp" extents [1, 2, 16, 16] ins(%x : memref<1x2x16x16xf32>) outs(%a : memref<1x2x16x16xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "max_pool" extents [1, 2, 14, 14, 3, 3] ins(%a : memref<1x2x16x16xf32>) outs(%y : memref<1x2x14x14xf32>)
    {body_inputs = 1, init = 0xFF800000 : f32, maps = [#window, #out], reduction_rank = 2}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.maximumf %acc, %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}
