// RUN: megcc-opt --expand-kernels=target=x86-64-v4 --split-input-file %s | FileCheck %s
// RUN: megcc-opt --expand-kernels=target=generic --split-input-file %s | FileCheck %s --check-prefix=SCALAR
// RUN: megcc-opt --expand-kernels=target=armv8-a --split-input-file %s | FileCheck %s --check-prefix=ROLLED

// Where compilers move loads ahead, they may not unroll the depth.
// ROLLED-LABEL: @pointwise
// ROLLED: megcc.rolled
// CHECK-NOT: megcc.rolled

// A tile of 2 rows by 2 vectors stays in registers; a blocked lhs costs no
// division; one row is left over.

// CHECK-LABEL: @pointwise
// CHECK:       scf.for %[[TILE:.*]] = %c0 to %c2
// CHECK:         %[[ROW:.*]] = arith.muli %[[TILE]], %c2
// CHECK:         %[[ROW1:.*]] = arith.addi %[[ROW]], %c1
// CHECK:         scf.for %[[BLOCK:.*]] = %c0 to %c3 {{.*}} iter_args
// CHECK:           scf.for %[[LANE:.*]] = %c0 to %c16 {{.*}} iter_args
// CHECK-DAG:         vector.load %arg1[%c0, %[[D:.*]], %c0]
// CHECK-DAG:         vector.load %arg1[%c1, %[[D]], %c0]
// CHECK:             %[[A:.*]] = memref.load %arg0[%[[BLOCK]], %[[ROW]], %[[LANE]]]
// CHECK:             vector.broadcast %[[A]]
// CHECK-COUNT-2:     math.fma
// CHECK:             memref.load %arg0[%[[BLOCK]], %[[ROW1]], %[[LANE]]]
// CHECK-COUNT-2:     math.fma
// CHECK:         %[[BIAS:.*]] = vector.load %arg2[%c0, %c0]
// CHECK:         arith.addf %{{.*}}, %[[BIAS]] : vector<16xf32>
// CHECK:         vector.store %{{.*}}, %arg3[%c0, %[[ROW]], %c0]
// CHECK:       memref.load %arg0[%{{.*}}, %c4, %{{.*}}]
// CHECK-NOT:   arith.{{div|rem}}
func.func @pointwise(%x: memref<3x5x16xf32>, %w: memref<2x48x16xf32>,
                     %b: memref<2x16xf32>, %y: memref<2x5x16xf32>) {
  kernel.gemm "gemm" outer [] rows [5] columns 32 lanes 16 depth [48]
    ins(%x, %w, %b : memref<3x5x16xf32>, memref<2x48x16xf32>, memref<2x16xf32>)
    outs(%y : memref<2x5x16xf32>)
    {lhs_map = affine_map<(r, d) -> (d floordiv 16, r, d mod 16)>,
     rhs_map = affine_map<(v, d) -> (v, d, 0)>,
     out_map = affine_map<(r, v) -> (v, r, 0)>,
     epilogue_maps = [affine_map<(r, v) -> (v, 0)>],
     tile_rows = 2, tile_vectors = 2} epilogue {
  ^bb0(%acc: f32, %bias: f32):
    %0 = arith.addf %acc, %bias : f32
    kernel.yield %0 : f32
  }
  return
}

// -----

// The last vector has 4 of 16 lanes: they go through the stack, one by one.

// CHECK-LABEL: @partial
// CHECK:       %[[STACK:.*]] = memref.alloca() : memref<3x16xf32>
// CHECK:       vector.store %{{.*}}, %arg2[%c0, %c0]
// CHECK:       vector.store %{{.*}}, %[[STACK]][%c0, %c0]
// CHECK:       scf.for %[[R:.*]] = %c0 to %c3
// CHECK:         scf.for %[[L:.*]] = %c0 to %c4
// CHECK:           %[[V:.*]] = memref.load %[[STACK]][%[[R]], %[[L]]]
// CHECK:           %[[C:.*]] = arith.addi %[[L]], %c16
// CHECK:           memref.store %[[V]], %arg2[%[[R]], %[[C]]]
func.func @partial(%x: memref<3x7xf32>, %w: memref<2x7x16xf32>, %y: memref<3x20xf32>) {
  kernel.gemm "gemm" outer [] rows [3] columns 20 lanes 16 depth [7]
    ins(%x, %w : memref<3x7xf32>, memref<2x7x16xf32>) outs(%y : memref<3x20xf32>)
    {lhs_map = affine_map<(r, d) -> (r, d)>, rhs_map = affine_map<(v, d) -> (v, d, 0)>,
     out_map = affine_map<(r, v) -> (r, v * 16)>, epilogue_maps = [],
     tile_rows = 3, tile_vectors = 2} epilogue {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return
}

// -----

// Narrow integers are widened as their sign says; one lane is no vector.

// SCALAR-LABEL: @integers
// SCALAR-NOT:   vector
// SCALAR-DAG:   arith.extsi %{{.*}} : i8 to i32
// SCALAR-DAG:   arith.extui %{{.*}} : i8 to i32
// SCALAR:       arith.muli {{.*}} : i32
// SCALAR:       arith.addi {{.*}} : i32
func.func @integers(%x: memref<3x7xi8>, %w: memref<4x7x1xi8>, %y: memref<3x4xi32>) {
  kernel.gemm "gemm" outer [] rows [3] columns 4 lanes 1 depth [7]
    ins(%x, %w : memref<3x7xi8>, memref<4x7x1xi8>) outs(%y : memref<3x4xi32>)
    {lhs_map = affine_map<(r, d) -> (r, d)>, rhs_map = affine_map<(v, d) -> (v, d, 0)>,
     out_map = affine_map<(r, v) -> (r, v)>, epilogue_maps = [],
     tile_rows = 1, tile_vectors = 1, lhs_unsigned} epilogue {
  ^bb0(%acc: i32):
    kernel.yield %acc : i32
  }
  return
}

// -----

// The lhs does not fit the cache: its rows come in groups, each of which passes
// by all vectors.

// CHECK-LABEL: @groups
// CHECK:       scf.for %{{.*}} = %c0 to %c3 step %c1 {
// CHECK:         scf.for %{{.*}} = %c0 to %c8 step %c1 {
// CHECK:           scf.for %{{.*}} = %c0 to %c100 step %c1 {
func.func @groups(%x: memref<1200x256xf32>, %w: memref<8x256x16xf32>,
                  %y: memref<1200x128xf32>) {
  kernel.gemm "gemm" outer [] rows [1200] columns 128 lanes 16 depth [256]
    ins(%x, %w : memref<1200x256xf32>, memref<8x256x16xf32>)
    outs(%y : memref<1200x128xf32>)
    {lhs_map = affine_map<(r, d) -> (r, d)>, rhs_map = affine_map<(v, d) -> (v, d, 0)>,
     out_map = affine_map<(r, v) -> (r, v * 16)>, epilogue_maps = [],
     tile_rows = 4, tile_vectors = 1} epilogue {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return
}

// -----

// Sums begin with what is there.

// CHECK-LABEL: @resumes
// CHECK:       %[[SUMS:.*]] = vector.load %arg2[%{{.*}}, %c0] : memref<4x16xf32>, vector<16xf32>
// CHECK:       %[[ALL:.*]] = scf.for {{.*}} iter_args(%{{.*}} = %[[SUMS]])
// CHECK:       vector.store %[[ALL]], %arg2
func.func @resumes(%x: memref<4x8xf32>, %w: memref<1x8x16xf32>, %y: memref<4x16xf32>) {
  kernel.gemm "gemm" outer [] rows [4] columns 16 lanes 16 depth [8]
    ins(%x, %w, %y : memref<4x8xf32>, memref<1x8x16xf32>, memref<4x16xf32>)
    outs(%y : memref<4x16xf32>)
    {resumes, lhs_map = affine_map<(r, d) -> (r, d)>,
     rhs_map = affine_map<(v, d) -> (v, d, 0)>,
     out_map = affine_map<(r, v) -> (r, v * 16)>,
     epilogue_maps = [affine_map<(r, v) -> (r, v * 16)>],
     tile_rows = 1, tile_vectors = 1} epilogue {
  ^bb0(%acc: f32, %sums: f32):
    kernel.yield %acc : f32
  }
  return
}
