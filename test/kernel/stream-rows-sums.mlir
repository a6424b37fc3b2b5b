// RUN: megcc-opt %s --split-input-file --stream-rows | FileCheck %s
// RUN: megcc-opt %s --split-input-file --stream-rows --plan-arena --verify-arena -o /dev/null
// RUN: megcc-opt %s --split-input-file --stream-rows | FileCheck %s --check-prefix=RESULT

#id = affine_map<(y, x, c) -> (y, x, c)>
#window = affine_map<(y, x, c, i) -> (2 * y + i - 3, x, c)>
#wout = affine_map<(y, x, c, i) -> (y, x, c)>
#lhs = affine_map<(y, x, d) -> (y, x, d)>
#skip = affine_map<(y, x, d) -> (2 * y, x, d)>
#rhs = affine_map<(v, d) -> (d, 0)>
#bias = affine_map<(y, x, v) -> (0)>
#out = affine_map<(y, x, v) -> (y, x, 0)>

// The shortcut need not wait for the other branch, to which it is added: it
// comes first, of what it reads one row is left, and the other one adds to it
// where the result is.

// The branch leaves the result of the shortcut's operator, with which the sum
// was fused, and the shortcut that of none.

// RESULT: [[NONE:#loc]] = loc(unknown)
// RESULT-NEXT: [[SECOND:#loc1]] = loc({{.*}})
// RESULT: kernel.gemm "shortcut" {{.*}}kernel.result_of = [[NONE]],
// RESULT: kernel.gemm "branch" {{.*}}kernel.result_of = [[SECOND]],

// CHECK-LABEL: func.func @main
// CHECK: kernel.stream
// CHECK: kernel.nest "exp" {{.*}} outs(%{{.*}} : memref<1x32x4xf32>)
// CHECK: kernel.gemm "shortcut" {{.*}} ins(%{{.*}}, %arg1, %arg2 : {{.*}} outs(%arg3 : memref<32x32x4xf32>)
// CHECK-NEXT: ^bb0(%[[ACC:.*]]: f32, %[[BIAS:.*]]: f32):
// CHECK-NEXT: %[[SUM:.*]] = arith.addf %[[ACC]], %[[BIAS]]
// CHECK-NEXT: kernel.yield %[[SUM]]
// CHECK: kernel.gemm "branch" {{.*}} ins(%{{.*}}, %arg1, %arg3 : {{.*}} outs(%arg3 :
// CHECK-NEXT: ^bb0(%[[ACC:.*]]: f32, %[[FIRST:.*]]: f32):
// CHECK-NEXT: %[[HALF:.*]] = arith.mulf %[[ACC]], %[[ACC]]
// CHECK-NEXT: %[[SUM:.*]] = arith.addf %[[HALF]], %[[FIRST]]
// CHECK: %[[RELU:.*]] = arith.maximumf %[[SUM]], %
// CHECK-NEXT: kernel.yield %[[RELU]]
func.func @main(%x: memref<64x32x4xf32>, %w: memref<4x4xf32>, %bias: memref<4xf32>, %y: memref<32x32x4xf32>) attributes {kernel.inputs = 3 : i64} {
  %a = memref.alloc() : memref<64x32x4xf32>
  %e = memref.alloc() : memref<64x32x4xf32>
  %b = memref.alloc() : memref<32x32x4xf32>
  %p = memref.alloc() : memref<32x32x4xf32>
  kernel.nest "exp" extents [64, 32, 4] ins(%x : memref<64x32x4xf32>) outs(%a : memref<64x32x4xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "tanh" extents [64, 32, 4] ins(%a : memref<64x32x4xf32>) outs(%e : memref<64x32x4xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.tanh %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "max_pool" extents [32, 32, 4, 7] ins(%e : memref<64x32x4xf32>) outs(%b : memref<32x32x4xf32>)
    {body_inputs = 1, init = 0xFF800000 : f32, maps = [#window, #wout], reduction_rank = 1,
     guards = affine_map<(y, x, c, i) -> (2 * y + i - 3)>, guard_extents = array<i64: 64>}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.maximumf %acc, %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.gemm "branch" outer [] rows [32, 32] columns 4 lanes 4 depth [4]
    ins(%b, %w : memref<32x32x4xf32>, memref<4x4xf32>) outs(%p : memref<32x32x4xf32>)
    {lhs_map = #lhs, rhs_map = #rhs, out_map = #out, epilogue_maps = [], tile_rows = 4, tile_vectors = 1} epilogue {
    ^bb0(%acc: f32):
      %0 = arith.mulf %acc, %acc : f32
      kernel.yield %0 : f32
  }
  kernel.gemm "shortcut" outer [] rows [32, 32] columns 4 lanes 4 depth [4]
    ins(%a, %w, %bias, %p : memref<64x32x4xf32>, memref<4x4xf32>, memref<4xf32>, memref<32x32x4xf32>) outs(%y : memref<32x32x4xf32>)
    {lhs_map = #skip, rhs_map = #rhs, out_map = #out, epilogue_maps = [#bias, #out], tile_rows = 4, tile_vectors = 1} epilogue {
    ^bb0(%acc: f32, %0: f32, %1: f32):
      %zero = arith.constant 0.0 : f32
      %2 = arith.addf %acc, %0 : f32
      %3 = arith.addf %1, %2 : f32
      %4 = arith.maximumf %3, %zero : f32
      kernel.yield %4 : f32
  }
  return
}

// -----

#id = affine_map<(y, x, c) -> (y, x, c)>
#window = affine_map<(y, x, c, i) -> (2 * y + i - 3, x, c)>
#wout = affine_map<(y, x, c, i) -> (y, x, c)>
#lhs = affine_map<(y, x, d) -> (y, x, d)>
#skip = affine_map<(y, x, d) -> (2 * y, x, d)>
#rhs = affine_map<(v, d) -> (d, 0)>
#out = affine_map<(y, x, v) -> (y, x, 0)>

// Not where it says again what it had before the sum.

// CHECK-LABEL: func.func @main
// CHECK: kernel.nest "exp" {{.*}} outs(%{{.*}} : memref<4x32x4xf32>)
// CHECK: kernel.gemm "branch"
// CHECK: kernel.gemm "shortcut"
func.func @main(%x: memref<64x32x4xf32>, %w: memref<4x4xf32>, %y: memref<32x32x4xf32>) attributes {kernel.inputs = 2 : i64} {
  %a = memref.alloc() : memref<64x32x4xf32>
  %e = memref.alloc() : memref<64x32x4xf32>
  %b = memref.alloc() : memref<32x32x4xf32>
  %p = memref.alloc() : memref<32x32x4xf32>
  kernel.nest "exp" extents [64, 32, 4] ins(%x : memref<64x32x4xf32>) outs(%a : memref<64x32x4xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "tanh" extents [64, 32, 4] ins(%a : memref<64x32x4xf32>) outs(%e : memref<64x32x4xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.tanh %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "max_pool" extents [32, 32, 4, 7] ins(%e : memref<64x32x4xf32>) outs(%b : memref<32x32x4xf32>)
    {body_inputs = 1, init = 0xFF800000 : f32, maps = [#window, #wout], reduction_rank = 1,
     guards = affine_map<(y, x, c, i) -> (2 * y + i - 3)>, guard_extents = array<i64: 64>}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.maximumf %acc, %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.gemm "branch" outer [] rows [32, 32] columns 4 lanes 4 depth [4]
    ins(%b, %w : memref<32x32x4xf32>, memref<4x4xf32>) outs(%p : memref<32x32x4xf32>)
    {lhs_map = #lhs, rhs_map = #rhs, out_map = #out, epilogue_maps = [], tile_rows = 4, tile_vectors = 1} epilogue {
    ^bb0(%acc: f32): kernel.yield %acc : f32
  }
  kernel.gemm "shortcut" outer [] rows [32, 32] columns 4 lanes 4 depth [4]
    ins(%a, %w, %p : memref<64x32x4xf32>, memref<4x4xf32>, memref<32x32x4xf32>) outs(%y : memref<32x32x4xf32>)
    {lhs_map = #skip, rhs_map = #rhs, out_map = #out, epilogue_maps = [#out], tile_rows = 4, tile_vectors = 1} epilogue {
    ^bb0(%acc: f32, %0: f32):
      %1 = arith.addf %acc, %0 : f32
      %2 = arith.maximumf %1, %acc : f32
      kernel.yield %2 : f32
  }
  return
}

// -----

#id = affine_map<(y, x, c) -> (y, x, c)>
#window = affine_map<(y, x, c, i) -> (2 * y + i - 3, x, c)>
#wout = affine_map<(y, x, c, i) -> (y, x, c)>
#lhs = affine_map<(y, x, d) -> (y, x, d)>
#skip = affine_map<(y, x, d) -> (2 * y, x, d)>
#rhs = affine_map<(v, d) -> (d, 0)>
#bias = affine_map<(y, x, v) -> (0)>
#out = affine_map<(y, x, v) -> (y, x, 0)>

// The result may be part of a buffer, such as a padded one.

// CHECK-LABEL: func.func @main
// CHECK: kernel.stream
// CHECK: kernel.gemm "shortcut"
// CHECK: kernel.gemm "branch"
// CHECK: kernel.nest "neg"
func.func @main(%x: memref<64x32x4xf32>, %w: memref<4x4xf32>, %bias: memref<4xf32>, %y: memref<32x32x4xf32>) attributes {kernel.inputs = 3 : i64} {
  %a = memref.alloc() : memref<64x32x4xf32>
  %e = memref.alloc() : memref<64x32x4xf32>
  %b = memref.alloc() : memref<32x32x4xf32>
  %p = memref.alloc() : memref<32x32x4xf32>
  %z = memref.alloc() : memref<34x32x4xf32>
  %part = kernel.alias %z[128] : memref<34x32x4xf32> to memref<32x32x4xf32>
  kernel.nest "exp" extents [64, 32, 4] ins(%x : memref<64x32x4xf32>) outs(%a : memref<64x32x4xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "tanh" extents [64, 32, 4] ins(%a : memref<64x32x4xf32>) outs(%e : memref<64x32x4xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.tanh %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "max_pool" extents [32, 32, 4, 7] ins(%e : memref<64x32x4xf32>) outs(%b : memref<32x32x4xf32>)
    {body_inputs = 1, init = 0xFF800000 : f32, maps = [#window, #wout], reduction_rank = 1,
     guards = affine_map<(y, x, c, i) -> (2 * y + i - 3)>, guard_extents = array<i64: 64>}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.maximumf %acc, %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.gemm "branch" outer [] rows [32, 32] columns 4 lanes 4 depth [4]
    ins(%b, %w : memref<32x32x4xf32>, memref<4x4xf32>) outs(%p : memref<32x32x4xf32>)
    {lhs_map = #lhs, rhs_map = #rhs, out_map = #out, epilogue_maps = [], tile_rows = 4, tile_vectors = 1} epilogue {
    ^bb0(%acc: f32):
      %0 = arith.mulf %acc, %acc : f32
      kernel.yield %0 : f32
  }
  kernel.gemm "shortcut" outer [] rows [32, 32] columns 4 lanes 4 depth [4]
    ins(%a, %w, %bias, %p : memref<64x32x4xf32>, memref<4x4xf32>, memref<4xf32>, memref<32x32x4xf32>) outs(%part : memref<32x32x4xf32>)
    {lhs_map = #skip, rhs_map = #rhs, out_map = #out, epilogue_maps = [#bias, #out], tile_rows = 4, tile_vectors = 1} epilogue {
    ^bb0(%acc: f32, %0: f32, %1: f32):
      %zero = arith.constant 0.0 : f32
      %2 = arith.addf %acc, %0 : f32
      %3 = arith.addf %1, %2 : f32
      %4 = arith.maximumf %3, %zero : f32
      kernel.yield %4 : f32
  }
  kernel.nest "neg" extents [32, 32, 4] ins(%part : memref<32x32x4xf32>) outs(%y : memref<32x32x4xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.negf %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}

// -----

#id = affine_map<(y, x, c) -> (y, x, c)>
#window = affine_map<(y, x, c, i) -> (2 * y + i - 3, x, c)>
#wout = affine_map<(y, x, c, i) -> (y, x, c)>
#lhs = affine_map<(y, x, d) -> (y, x, d)>
#skip = affine_map<(y, x, d) -> (2 * y, x, d)>
#rhs = affine_map<(v, d) -> (d, 0)>
#bias = affine_map<(y, x, v) -> (0)>
#out = affine_map<(y, x, v) -> (y, x, 0)>

// Of three summands two are swapped.

// CHECK-LABEL: func.func @main
// CHECK-COUNT-3: kernel.gemm
func.func @main(%x: memref<64x32x4xf32>, %w: memref<4x4xf32>, %bias: memref<4xf32>, %y: memref<32x32x4xf32>) attributes {kernel.inputs = 3 : i64} {
  %a = memref.alloc() : memref<64x32x4xf32>
  %e = memref.alloc() : memref<64x32x4xf32>
  %b = memref.alloc() : memref<32x32x4xf32>
  %p = memref.alloc() : memref<32x32x4xf32>
  %q = memref.alloc() : memref<32x32x4xf32>
  kernel.nest "exp" extents [64, 32, 4] ins(%x : memref<64x32x4xf32>) outs(%a : memref<64x32x4xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "tanh" extents [64, 32, 4] ins(%a : memref<64x32x4xf32>) outs(%e : memref<64x32x4xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.tanh %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "max_pool" extents [32, 32, 4, 7] ins(%e : memref<64x32x4xf32>) outs(%b : memref<32x32x4xf32>)
    {body_inputs = 1, init = 0xFF800000 : f32, maps = [#window, #wout], reduction_rank = 1,
     guards = affine_map<(y, x, c, i) -> (2 * y + i - 3)>, guard_extents = array<i64: 64>}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.maximumf %acc, %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.gemm "branch" outer [] rows [32, 32] columns 4 lanes 4 depth [4]
    ins(%b, %w : memref<32x32x4xf32>, memref<4x4xf32>) outs(%p : memref<32x32x4xf32>)
    {lhs_map = #lhs, rhs_map = #rhs, out_map = #out, epilogue_maps = [], tile_rows = 4, tile_vectors = 1} epilogue {
    ^bb0(%acc: f32):
      %0 = arith.mulf %acc, %acc : f32
      kernel.yield %0 : f32
  }
  kernel.gemm "shortcut" outer [] rows [32, 32] columns 4 lanes 4 depth [4]
    ins(%a, %w, %bias, %p : memref<64x32x4xf32>, memref<4x4xf32>, memref<4xf32>, memref<32x32x4xf32>) outs(%q : memref<32x32x4xf32>)
    {lhs_map = #skip, rhs_map = #rhs, out_map = #out, epilogue_maps = [#bias, #out], tile_rows = 4, tile_vectors = 1} epilogue {
    ^bb0(%acc: f32, %0: f32, %1: f32):
      %zero = arith.constant 0.0 : f32
      %2 = arith.addf %acc, %0 : f32
      %3 = arith.addf %1, %2 : f32
      %4 = arith.maximumf %3, %zero : f32
      kernel.yield %4 : f32
  }
  kernel.gemm "third" outer [] rows [32, 32] columns 4 lanes 4 depth [4]
    ins(%a, %w, %q : memref<64x32x4xf32>, memref<4x4xf32>, memref<32x32x4xf32>) outs(%y : memref<32x32x4xf32>)
    {lhs_map = #skip, rhs_map = #rhs, out_map = #out, epilogue_maps = [#out], tile_rows = 4, tile_vectors = 1} epilogue {
    ^bb0(%acc: f32, %0: f32):
      %1 = arith.addf %acc, %0 : f32
      kernel.yield %1 : f32
  }
  return
}
