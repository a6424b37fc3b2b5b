// RUN: megcc-opt %s --split-input-file --recompute-tensors="budget=36000 rows" | FileCheck %s
// RUN: megcc-opt %s --split-input-file --recompute-tensors="budget=36000 rows" --stream-rows=budget=36000 | FileCheck %s --check-prefix=ROWS
// RUN: megcc-opt %s --split-input-file --recompute-tensors="budget=60000 rows" | FileCheck %s --check-prefix=ENOUGH

#id = affine_map<(n, c, h, w) -> (n, c, h, w)>
#eighth = affine_map<(n, c, h, w, i, j) -> (n, c, 8 * h + i, 8 * w + j)>
#window = affine_map<(n, c, h, w, i, j) -> (n, c, h + i, w + j)>
#out = affine_map<(n, c, h, w, i, j) -> (n, c, h, w)>
#sum = affine_map<(n, c, h, w) -> (n)>
#all = affine_map<(n, c, h, w, i, j) -> (0)>

// %a is wanted again when all of it has been seen. In rows little of it is there
// at either time, if it is made twice.

// CHECK: kernel.decisions = ["1 tensor recomputed"]
// CHECK-LABEL: func.func @main(
// CHECK: kernel.nest "exp" {{.*}} outs(%[[A:.*]] : memref<1x1x64x64xf32>)
// CHECK: kernel.nest "max_pool" {{.*}} ins(%[[A]] :
// CHECK: kernel.nest "sum"
// CHECK: kernel.nest "exp" {{.*}} outs(%[[AGAIN:.*]] : memref<1x1x64x64xf32>) {{.*}}kernel.repeated
// CHECK: kernel.nest "combine" {{.*}} ins(%[[AGAIN]],

// ROWS-LABEL: func.func @main(
// ROWS-DAG: memref.alloc() : memref<8x64xf32>
// ROWS-DAG: memref.alloc() : memref<3x64xf32>
// ROWS: kernel.stream
// ROWS: kernel.nest "exp"
// ROWS: kernel.nest "max_pool"
// ROWS: kernel.stream
// ROWS: kernel.nest "exp" {{.*}}kernel.repeated
// ROWS: kernel.nest "combine"

// ENOUGH-NOT: kernel.decisions
// ENOUGH-NOT: kernel.repeated
func.func @main(%x: memref<1x1x64x64xf32>, %y: memref<1x1x62x62xf32>) attributes {kernel.inputs = 1 : i64} {
  %a = memref.alloc() : memref<1x1x64x64xf32>
  %b = memref.alloc() : memref<1x1x8x8xf32>
  %s = memref.alloc() : memref<1xf32>
  kernel.nest "exp" extents [1, 1, 64, 64] ins(%x : memref<1x1x64x64xf32>) outs(%a : memref<1x1x64x64xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "max_pool" extents [1, 1, 8, 8, 8, 8] ins(%a : memref<1x1x64x64xf32>) outs(%b : memref<1x1x8x8xf32>)
    {body_inputs = 1, init = 0xFF800000 : f32, maps = [#eighth, #out], reduction_rank = 2}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.maximumf %acc, %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "sum" extents [1, 1, 8, 8] ins(%b : memref<1x1x8x8xf32>) outs(%s : memref<1xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #sum], reduction_rank = 3}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.addf %acc, %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "combine" extents [1, 1, 62, 62, 3, 3] ins(%a, %s : memref<1x1x64x64xf32>, memref<1xf32>) outs(%y : memref<1x1x62x62xf32>)
    {body_inputs = 1, init = 0xFF800000 : f32, maps = [#window, #all, #out], reduction_rank = 2}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.maximumf %acc, %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32, %0: f32): %1 = arith.addf %acc, %0 : f32 kernel.yield %1 : f32 }
  return
}
