// RUN: megcc-opt --expand-kernels=target=armv8-a --prove-bounds --split-input-file %s | FileCheck %s
// RUN: megcc-opt --expand-kernels=target=x86-64-v3 --split-input-file %s | FileCheck %s --check-prefix=SINGLE

// A row loads four elements of the depth at once, of which each product takes
// one lane; where instructions have none, it loads one after the other.

// CHECK-LABEL: @pointwise
// CHECK:       scf.for %[[BLOCK:.*]] = %c0 to %c3 {{.*}} iter_args
// CHECK-NOT:     scf.for
// CHECK:         vector.load %arg1{{.*}} : memref<12x4xf32>, vector<16xf32>
// CHECK:         %[[A:.*]] = vector.load %arg0[%[[BLOCK]], %c0, %c0] : memref<3x2x4xf32>, vector<4xf32>
// CHECK:         %[[B:.*]] = vector.load %arg0[%[[BLOCK]], %c1, %c0] : memref<3x2x4xf32>, vector<4xf32>
// CHECK:         %[[A0:.*]] = vector.shuffle %[[A]], %[[A]] [0, 0, 0, 0]
// CHECK:         math.fma %[[A0]]
// CHECK:         vector.shuffle %[[B]], %[[B]] [0, 0, 0, 0]
// CHECK:         vector.shuffle %[[A]], %[[A]] [1, 1, 1, 1]
// CHECK:         vector.shuffle %[[B]], %[[B]] [3, 3, 3, 3]
// CHECK-NOT:   memref.load
// SINGLE-LABEL: @pointwise
// SINGLE-NOT:   vector.shuffle
// SINGLE:       memref.load %arg0
func.func @pointwise(%x: memref<3x2x4xf32>, %w: memref<12x4xf32>, %y: memref<2x4xf32>) {
  kernel.gemm "gemm" outer [] rows [2] columns 4 lanes 4 depth [12]
    ins(%x, %w : memref<3x2x4xf32>, memref<12x4xf32>)
    outs(%y : memref<2x4xf32>)
    {lhs_map = affine_map<(r, d) -> (d floordiv 4, r, d mod 4)>,
     rhs_map = affine_map<(v, d) -> (d, 0)>,
     out_map = affine_map<(r, v) -> (r, 0)>,
     epilogue_maps = [],
     tile_rows = 2, tile_vectors = 1} epilogue {
    ^bb0(%acc: f32):
      kernel.yield %acc : f32
  }
  return
}

// -----

// Elements that do not lie side by side are loaded one after the other.

// CHECK-LABEL: @transposed
// CHECK-NOT:   vector.shuffle
// CHECK:       memref.load %arg0
func.func @transposed(%x: memref<12x2xf32>, %w: memref<12x4xf32>, %y: memref<2x4xf32>) {
  kernel.gemm "gemm" outer [] rows [2] columns 4 lanes 4 depth [12]
    ins(%x, %w : memref<12x2xf32>, memref<12x4xf32>)
    outs(%y : memref<2x4xf32>)
    {lhs_map = affine_map<(r, d) -> (d, r)>,
     rhs_map = affine_map<(v, d) -> (d, 0)>,
     out_map = affine_map<(r, v) -> (r, 0)>,
     epilogue_maps = [],
     tile_rows = 2, tile_vectors = 1} epilogue {
    ^bb0(%acc: f32):
      kernel.yield %acc : f32
  }
  return
}

// -----

// The windows of neighbouring rows overlap, and their taps are no multiple of
// the lanes: the rows load what they read together, the end of it once more.
// The rhs of all taps of a line is one load, too.

// CHECK-LABEL: @windows
// CHECK:       scf.for %[[LINE:.*]] = %c0 to %c3 {{.*}} iter_args
// CHECK-NOT:     scf.for
// CHECK:         %[[LOW:.*]] = vector.load %arg0[%[[LINE]], %c0] : memref<3x9xf32>, vector<4xf32>
// CHECK:         %[[HIGH:.*]] = vector.load %arg0[%[[LINE]], %c3] : memref<3x9xf32>, vector<4xf32>
// CHECK:         %[[W:.*]] = vector.load %arg1[%[[LINE]], %c0, %c0] : memref<3x3x4xf32>, vector<12xf32>
// CHECK:         vector.extract_strided_slice %[[W]] {offsets = [0], sizes = [4]
// CHECK:         vector.shuffle %[[LOW]], %[[LOW]] [0, 0, 0, 0]
// CHECK:         vector.shuffle %[[LOW]], %[[LOW]] [2, 2, 2, 2]
// CHECK:         vector.shuffle %[[HIGH]], %[[HIGH]] [1, 1, 1, 1]
// CHECK:         vector.shuffle %[[HIGH]], %[[HIGH]] [3, 3, 3, 3]
// SINGLE-LABEL: @windows
// SINGLE-NOT:   vector.shuffle
func.func @windows(%x: memref<3x9xf32>, %w: memref<3x3x4xf32>, %y: memref<3x4xf32>) {
  kernel.gemm "conv" outer [] rows [3] columns 4 lanes 4 depth [3, 3]
    ins(%x, %w : memref<3x9xf32>, memref<3x3x4xf32>)
    outs(%y : memref<3x4xf32>)
    {lhs_map = affine_map<(r, line, tap) -> (line, r * 2 + tap)>,
     rhs_map = affine_map<(v, line, tap) -> (line, tap, 0)>,
     out_map = affine_map<(r, v) -> (r, 0)>,
     epilogue_maps = [],
     tile_rows = 3, tile_vectors = 1} epilogue {
    ^bb0(%acc: f32):
      kernel.yield %acc : f32
  }
  return
}
