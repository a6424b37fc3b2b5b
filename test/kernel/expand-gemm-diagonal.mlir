// RUN: megcc-opt %s --expand-kernels=target=x86-64-v4 | FileCheck %s

// Two rows of a window of three taps read four vectors, which a shuffle spreads
// over the lanes of each group: eight for groups of two, twelve products of
// which serve.

// CHECK-LABEL: @narrow
// CHECK: scf.for {{.*}} iter_args
// CHECK: %[[X:.*]] = vector.load %arg0[{{.*}}, %c0] : memref<10x16xf32>, vector<16xf32>
// CHECK: vector.shuffle %[[X]], %[[X]] [0, 0, 2, 2, 4, 4, 6, 6, 8, 8, 10, 10, 12, 12, 14, 14]
// CHECK-COUNT-6: math.fma
// CHECK: vector.shuffle {{.*}} [1, 1, 3, 3, 5, 5, 7, 7, 9, 9, 11, 11, 13, 13, 15, 15]
// CHECK-COUNT-6: math.fma
// CHECK-NOT: math.fma
// CHECK: vector.store
#lhs = affine_map<(r, c, t, d) -> (r + t + c, d)>
#rhs = affine_map<(v, c, t, d) -> (v, c, t, d mod 2, 0)>
#out = affine_map<(r, v) -> (r, v * 16)>
func.func @narrow(%x: memref<10x16xf32>, %w: memref<1x2x3x2x16xf32>, %y: memref<6x16xf32>) {
  kernel.gemm "conv" outer [] rows [6] columns 16 lanes 16 depth [2, 3, 16]
    ins(%x, %w : memref<10x16xf32>, memref<1x2x3x2x16xf32>) outs(%y : memref<6x16xf32>)
    {lhs_map = #lhs, rhs_map = #rhs, out_map = #out, epilogue_maps = [], tile_rows = 2 : i64, tile_vectors = 1 : i64, diagonal = 2} epilogue {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return
}

// Windows five apart share nothing: six vectors for two rows of three taps.

// CHECK-LABEL: @apart
// CHECK: scf.for {{.*}} iter_args
// CHECK-COUNT-6: vector.shuffle {{.*}} [0, 0, 2, 2,
// CHECK-NOT: vector.shuffle {{.*}} [0, 0, 2, 2,
// CHECK: vector.shuffle {{.*}} [1, 1, 3, 3,
// CHECK: vector.store
#apart = affine_map<(r, c, t, d) -> (r * 5 + t + c, d)>
#apart_rhs = affine_map<(v, c, t, d) -> (v, c, t, d mod 2, 0)>
#apart_out = affine_map<(r, v) -> (r, v * 16)>
func.func @apart(%x: memref<30x16xf32>, %w: memref<1x2x3x2x16xf32>, %y: memref<6x16xf32>) {
  kernel.gemm "conv" outer [] rows [6] columns 16 lanes 16 depth [2, 3, 16]
    ins(%x, %w : memref<30x16xf32>, memref<1x2x3x2x16xf32>) outs(%y : memref<6x16xf32>)
    {lhs_map = #apart, rhs_map = #apart_rhs, out_map = #apart_out, epilogue_maps = [], tile_rows = 2 : i64, tile_vectors = 1 : i64, diagonal = 2} epilogue {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return
}

// More taps than a step should take stay a loop, of which a step takes the
// elements of a group.

// CHECK-LABEL: @many
// CHECK: scf.for {{.*}} to %c11 {{.*}} iter_args
// CHECK-COUNT-2: vector.shuffle {{.*}} [0, 0, 2, 2,
// CHECK-COUNT-2: vector.shuffle {{.*}} [1, 1, 3, 3,
// CHECK-NOT: vector.shuffle
// CHECK: vector.store
#many_rhs = affine_map<(v, t, d) -> (v, t, d mod 2, 0)>
#many = affine_map<(r, t, d) -> (r + t, d)>
#many_out = affine_map<(r, v) -> (r, v * 16)>
func.func @many(%x: memref<16x16xf32>, %w: memref<1x11x2x16xf32>, %y: memref<6x16xf32>) {
  kernel.gemm "conv" outer [] rows [6] columns 16 lanes 16 depth [11, 16]
    ins(%x, %w : memref<16x16xf32>, memref<1x11x2x16xf32>) outs(%y : memref<6x16xf32>)
    {lhs_map = #many, rhs_map = #many_rhs, out_map = #many_out, epilogue_maps = [], tile_rows = 2 : i64, tile_vectors = 1 : i64, diagonal = 2} epilogue {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return
}
