// RUN: megcc-opt %s --split-input-file --stream-rows | FileCheck %s
// RUN: megcc-opt %s --split-input-file --stream-rows --plan-arena --verify-arena -o /dev/null

#id = affine_map<(c, y, x, l) -> (c, y, x, l)>
#lhs = affine_map<(y, x, i, c, j, l) -> (c, y + i, x + j, l)>
#rhs = affine_map<(v, i, c, j, l) -> (v, i, c, j, l, 0)>
#bias = affine_map<(y, x, v) -> (v, 0)>
#out = affine_map<(y, x, v) -> (v, y, x, 0)>

// A contraction whose window has fewer columns than channels keeps its sums and
// one row of what it reads, as the rows of the window are outermost in its
// depth. What ends it is in the last one alone.

// CHECK-LABEL: func.func @main
// CHECK: memref.alloc() : memref<1x512xf32>
// CHECK: kernel.stream
// CHECK: kernel.nest "exp"
// CHECK: kernel.gemm "conv" outer [30] rows [30] columns 4 lanes 4 depth [4, 3, 4]
// CHECK-SAME: ins(%{{[^,]*}}, %arg1 :
// CHECK-NOT: resumes
// CHECK: ^bb0(%[[ACC:.*]]: f32):
// CHECK-NEXT: kernel.yield %[[ACC]]
// CHECK: kernel.gemm "conv" {{.*}} ins(%{{[^,]*}}, %arg1, %arg3 : {{.*}} outs(%arg3 : {{.*}} resumes
// CHECK: kernel.gemm "conv" {{.*}} ins(%{{[^,]*}}, %arg1, %arg2, %arg3 : {{.*}} outs(%arg3 : {{.*}} resumes
// CHECK: ^bb0(%[[ACC:.*]]: f32, %[[BIAS:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT: arith.addf %[[ACC]], %[[BIAS]]
// CHECK: kernel.nest "neg"
func.func @main(%x: memref<4x32x32x4xf32>, %w: memref<1x3x4x3x4x4xf32>, %b: memref<1x4xf32>, %y: memref<1x30x30x4xf32>) attributes {kernel.inputs = 3 : i64} {
  %a = memref.alloc() : memref<4x32x32x4xf32>
  %r = memref.alloc() : memref<1x30x30x4xf32>
  kernel.nest "exp" extents [4, 32, 32, 4] ins(%x : memref<4x32x32x4xf32>) outs(%a : memref<4x32x32x4xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.gemm "conv" outer [] rows [30, 30] columns 4 lanes 4 depth [3, 4, 3, 4]
    ins(%a, %w, %b : memref<4x32x32x4xf32>, memref<1x3x4x3x4x4xf32>, memref<1x4xf32>) outs(%r : memref<1x30x30x4xf32>)
    {lhs_map = #lhs, rhs_map = #rhs, out_map = #out, epilogue_maps = [#bias], tile_rows = 6, tile_vectors = 1} epilogue {
    ^bb0(%acc: f32, %0: f32):
      %1 = arith.addf %acc, %0 : f32
      kernel.yield %1 : f32
  }
  kernel.nest "neg" extents [1, 30, 30, 4] ins(%r : memref<1x30x30x4xf32>) outs(%y : memref<1x30x30x4xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.negf %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}

// -----

#id = affine_map<(c, y, x, l) -> (c, y, x, l)>
#lhs = affine_map<(y, x, c, i, j, l) -> (c, y + i, x + j, l)>
#rhs = affine_map<(v, c, i, j, l) -> (v, c, i, j, l, 0)>
#out = affine_map<(y, x, v) -> (v, y, x, 0)>

// With channels outermost sums would be of other terms first: the window stays.

// CHECK-LABEL: func.func @main
// CHECK: memref.alloc() : memref<3x512xf32>
// CHECK: kernel.gemm "conv" {{.*}} depth [4, 3, 3, 4]
// CHECK-NOT: resumes
func.func @main(%x: memref<4x32x32x4xf32>, %w: memref<1x4x3x3x4x4xf32>, %y: memref<1x30x30x4xf32>) attributes {kernel.inputs = 2 : i64} {
  %a = memref.alloc() : memref<4x32x32x4xf32>
  %r = memref.alloc() : memref<1x30x30x4xf32>
  kernel.nest "exp" extents [4, 32, 32, 4] ins(%x : memref<4x32x32x4xf32>) outs(%a : memref<4x32x32x4xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.gemm "conv" outer [] rows [30, 30] columns 4 lanes 4 depth [4, 3, 3, 4]
    ins(%a, %w : memref<4x32x32x4xf32>, memref<1x4x3x3x4x4xf32>) outs(%r : memref<1x30x30x4xf32>)
    {lhs_map = #lhs, rhs_map = #rhs, out_map = #out, epilogue_maps = [], tile_rows = 6, tile_vectors = 1} epilogue {
    ^bb0(%acc: f32):
      kernel.yield %acc : f32
  }
  kernel.nest "neg" extents [1, 30, 30, 4] ins(%r : memref<1x30x30x4xf32>) outs(%y : memref<1x30x30x4xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.negf %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}

// -----

#id = affine_map<(c, y, x, l) -> (c, y, x, l)>
#lhs = affine_map<(y, x, i, c, j, l) -> (c, 2 * y + i, x + j, l)>
#last = affine_map<(y, x, i, c, j, l) -> (c, 2 * y + i + 28, x + j, l)>
#rhs = affine_map<(v, i, c, j, l) -> (v, i, c, j, l, 0)>
#out = affine_map<(y, x, v) -> (v, y, x, 0)>
#end = affine_map<(y, x, v) -> (v, y + 14, x, 0)>

// Kernels that make parts of one tensor, here the last row as well, take the
// rows of their windows together.

// CHECK-LABEL: func.func @main
// CHECK: kernel.firing start 0 period 2 count 14
// CHECK-NEXT: kernel.gemm "conv" outer [14]
// CHECK: kernel.firing start 28 period 2 count 1
// CHECK-NEXT: kernel.gemm "conv" outer [1]
// CHECK: kernel.firing start 1 period 2 count 14
// CHECK-NEXT: kernel.gemm "conv" outer [14] {{.*}} resumes
// CHECK: kernel.firing start 29 period 2 count 1
// CHECK-NEXT: kernel.gemm "conv" outer [1] {{.*}} resumes
// CHECK: kernel.firing start 2 period 2 count 14
// CHECK-NEXT: kernel.gemm "conv" outer [14] {{.*}} resumes
// CHECK: kernel.nest "neg"
func.func @main(%x: memref<4x30x32x4xf32>, %w: memref<1x3x4x3x4x4xf32>, %y: memref<1x15x30x4xf32>) attributes {kernel.inputs = 2 : i64} {
  %a = memref.alloc() : memref<4x30x32x4xf32>
  %r = memref.alloc() : memref<1x15x30x4xf32>
  kernel.nest "exp" extents [4, 30, 32, 4] ins(%x : memref<4x30x32x4xf32>) outs(%a : memref<4x30x32x4xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.gemm "conv" outer [] rows [14, 30] columns 4 lanes 4 depth [3, 4, 3, 4]
    ins(%a, %w : memref<4x30x32x4xf32>, memref<1x3x4x3x4x4xf32>) outs(%r : memref<1x15x30x4xf32>)
    {lhs_map = #lhs, rhs_map = #rhs, out_map = #out, epilogue_maps = [], tile_rows = 6, tile_vectors = 1} epilogue {
    ^bb0(%acc: f32):
      kernel.yield %acc : f32
  }
  kernel.gemm "conv" outer [] rows [1, 30] columns 4 lanes 4 depth [2, 4, 3, 4]
    ins(%a, %w : memref<4x30x32x4xf32>, memref<1x3x4x3x4x4xf32>) outs(%r : memref<1x15x30x4xf32>)
    {lhs_map = #last, rhs_map = #rhs, out_map = #end, epilogue_maps = [], tile_rows = 6, tile_vectors = 1} epilogue {
    ^bb0(%acc: f32):
      kernel.yield %acc : f32
  }
  kernel.nest "neg" extents [1, 15, 30, 4] ins(%r : memref<1x15x30x4xf32>) outs(%y : memref<1x15x30x4xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.negf %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}

// -----

#id = affine_map<(c, y, x, l) -> (c, y, x, l)>
#lhs = affine_map<(y, x, i, c, j, l) -> (c, y + i, x + j, l)>
#rhs = affine_map<(v, i, c, j, l) -> (v, i, c, j, l mod 2, 0)>
#out = affine_map<(y, x, v) -> (v, y, x, 0)>

// Each row of the window still meets the channels of its own group alone.

// CHECK-LABEL: func.func @main
// CHECK: kernel.gemm "conv" outer [30] rows [30] columns 4 lanes 4 depth [1, 3, 4]
// CHECK-SAME: diagonal = 2
// CHECK-NOT: resumes
// CHECK: kernel.gemm "conv" {{.*}}diagonal = 2{{.*}} resumes
// CHECK: kernel.gemm "conv" {{.*}}diagonal = 2{{.*}} resumes
// CHECK: kernel.nest "neg"
func.func @main(%x: memref<1x34x32x4xf32>, %w: memref<1x5x1x3x2x4xf32>, %y: memref<1x30x30x4xf32>) attributes {kernel.inputs = 2 : i64} {
  %a = memref.alloc() : memref<1x34x32x4xf32>
  %r = memref.alloc() : memref<1x30x30x4xf32>
  kernel.nest "exp" extents [1, 34, 32, 4] ins(%x : memref<1x34x32x4xf32>) outs(%a : memref<1x34x32x4xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.gemm "conv" outer [] rows [30, 30] columns 4 lanes 4 depth [5, 1, 3, 4]
    ins(%a, %w : memref<1x34x32x4xf32>, memref<1x5x1x3x2x4xf32>) outs(%r : memref<1x30x30x4xf32>)
    {lhs_map = #lhs, rhs_map = #rhs, out_map = #out, epilogue_maps = [], tile_rows = 6, tile_vectors = 1, diagonal = 2} epilogue {
    ^bb0(%acc: f32):
      kernel.yield %acc : f32
  }
  kernel.nest "neg" extents [1, 30, 30, 4] ins(%r : memref<1x30x30x4xf32>) outs(%y : memref<1x30x30x4xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.negf %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}
