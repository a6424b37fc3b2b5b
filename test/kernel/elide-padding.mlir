// RUN: megcc-opt %s --split-input-file --elide-padding --verify-diagnostics | FileCheck %s
// RUN: megcc-opt %s --split-input-file --elide-padding --merge-nest-dimensions --plan-arena --verify-arena --outline-kernels --verify-arena | FileCheck %s --check-prefix=PLANNED

#id = affine_map<(c, h, w) -> (c, h, w)>
#inner = affine_map<(c, h, w) -> (c, h - 1, w - 1)>
#guards = affine_map<(c, h, w) -> (h - 1, w - 1)>

// Where the copy holds up the arena, the producer writes into the middle; the
// border after a row is the one before the next: 9 x 9 positions for 8 x 8.

// CHECK-LABEL: func.func @main(
// PLANNED: module attributes {kernel.arena_bytes = 1344
func.func @main(%x: memref<4x8x8xf32>, %y: memref<4x8x8xf32>) {
  // CHECK: %[[P:.*]] = memref.alloc() : memref<4x10x10xf32, strided<[81, 9, 1]>>
  // CHECK: %[[A:.*]] = kernel.alias %[[P]][10] : {{.*}} to memref<4x8x8xf32, strided<[81, 9, 1]>>
  %a = memref.alloc() : memref<4x8x8xf32>
  %p = memref.alloc() : memref<4x10x10xf32>
  // CHECK: kernel.nest "exp" {{.*}} outs(%[[A]] :
  kernel.nest "exp" extents [4, 8, 8] ins(%x : memref<4x8x8xf32>) outs(%a : memref<4x8x8xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  // CHECK-NOT: "pad"
  // CHECK: kernel.nest "fill" extents [4, 1, 10] ins() outs(%[[P]] : {{.*}}maps = [#[[TOP:.*]]], reduction
  // CHECK: kernel.nest "fill" extents [4, 1, 10]
  // CHECK: kernel.nest "fill" extents [4, 8, 1]
  // CHECK: kernel.nest "fill" extents [4, 8, 1]
  kernel.nest "pad" extents [4, 10, 10] ins(%a : memref<4x8x8xf32>) outs(%p : memref<4x10x10xf32>)
    {body_inputs = 1, guards = #guards, guard_extents = array<i64: 8, 8>, init = 0.0 : f32, maps = [#inner, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  // CHECK: kernel.nest "add" {{.*}} ins(%[[P]], %[[A]] :
  kernel.nest "add" extents [4, 8, 8] ins(%p, %a : memref<4x10x10xf32>, memref<4x8x8xf32>) outs(%y : memref<4x8x8xf32>)
    {body_inputs = 2, init = 0.0 : f32, maps = [#id, #id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32, %1: f32): %2 = arith.addf %0, %1 : f32
      kernel.yield %2 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}

// -----

#id = affine_map<(c, h, w) -> (c, h, w)>
#inner = affine_map<(c, h, w) -> (c, h - 1, w - 1)>
#guards = affine_map<(c, h, w) -> (h - 1, w - 1)>

// What another step needs more memory than is left as it is.

// CHECK-LABEL: func.func @main(
func.func @main(%x: memref<4x8x8xf32>, %y: memref<4x8x8xf32>, %z: memref<1024xf32>) {
  %a = memref.alloc() : memref<4x8x8xf32>
  %p = memref.alloc() : memref<4x10x10xf32>
  %large = memref.alloc() : memref<1024xf32>
  kernel.nest "exp" extents [4, 8, 8] ins(%x : memref<4x8x8xf32>) outs(%a : memref<4x8x8xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  // CHECK: kernel.nest "pad"
  kernel.nest "pad" extents [4, 10, 10] ins(%a : memref<4x8x8xf32>) outs(%p : memref<4x10x10xf32>)
    {body_inputs = 1, guards = #guards, guard_extents = array<i64: 8, 8>, init = 0.0 : f32, maps = [#inner, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "copy" extents [4, 8, 8] ins(%p : memref<4x10x10xf32>) outs(%y : memref<4x8x8xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "fill" extents [1024] ins(%z : memref<1024xf32>) outs(%large : memref<1024xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "fill" extents [1024] ins(%large : memref<1024xf32>) outs(%z : memref<1024xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}

// -----

#id = affine_map<(c, h, w) -> (c, h, w)>
#inner = affine_map<(c, h, w) -> (c, h - 1, w - 1)>
#guards = affine_map<(c, h, w) -> (h - 1, w - 1)>
#max = affine_map<(c, h, w) -> (0)>

// Without vectors nothing need be contiguous: a contraction that saw positions
// as one list sees rows and columns. It makes its lhs itself, in blocks of two
// rows, which stays as it is.

// CHECK-LABEL: func.func @main(
// CHECK: %[[P:.*]] = memref.alloc() : memref<4x10x10xf32, strided<[81, 9, 1]>>
// CHECK: kernel.gemm "conv" outer [] rows [8, 8] columns 4 lanes 1
// CHECK-SAME: outs(%{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : memref<4x8x8xf32, strided<[81, 9, 1]>>, memref<4x16xf32>)
// CHECK-NOT: "pad"
func.func @main(%x: memref<4x64xf32>, %w: memref<4x4x1xf32>, %y: memref<1xf32>) {
  %block = memref.alloc() : memref<4x16xf32>
  %a = memref.alloc() : memref<4x8x8xf32>
  %list = kernel.alias %a[0] : memref<4x8x8xf32> to memref<4x64xf32>
  %p = memref.alloc() : memref<4x10x10xf32>
  kernel.gemm "conv" outer [] rows [64] columns 4 lanes 1 depth [4]
    ins(%x, %w : memref<4x64xf32>, memref<4x4x1xf32>) outs(%list, %block : memref<4x64xf32>, memref<4x16xf32>)
    {lhs_map = affine_map<(r, d) -> (d, r mod 16)>, rhs_map = affine_map<(v, d) -> (v, d, 0)>,
     out_map = affine_map<(r, v) -> (v, r)>, epilogue_maps = [],
     prologue_blocks = 4, prologue_maps = [affine_map<(b, d, r) -> (d, b * 16 + r)>],
     tile_rows = 4, tile_vectors = 1} epilogue {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  } prologue {
  ^bb0(%0: f32):
    %1 = arith.negf %0 : f32
    kernel.yield %1 : f32
  }
  kernel.nest "pad" extents [4, 10, 10] ins(%a : memref<4x8x8xf32>) outs(%p : memref<4x10x10xf32>)
    {body_inputs = 1, guards = #guards, guard_extents = array<i64: 8, 8>, init = 0.0 : f32, maps = [#inner, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "sum" extents [4, 10, 10] ins(%p : memref<4x10x10xf32>) outs(%y : memref<1xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #max], reduction_rank = 3}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.addf %acc, %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}
