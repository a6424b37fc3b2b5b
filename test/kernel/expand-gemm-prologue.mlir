// RUN: megcc-opt --expand-kernels=target=x86-64-v4 --split-input-file %s | FileCheck %s
// RUN: megcc-opt --expand-kernels=target=x86-64-v4 --canonicalize --prove-bounds --split-input-file %s | FileCheck %s --check-prefix=PROVEN

// Each of 3 blocks of 4 rows is made once, whole vectors of channels at a time,
// before its tiles of 2 rows read it, which know nothing of blocks.

// CHECK-LABEL: @pointwise
// CHECK:       scf.for %[[BLOCK:.*]] = %c0 to %c3
// CHECK:         scf.for %[[C:.*]] = %c0 to %c2
// CHECK:           scf.for %[[R:.*]] = %c0 to
// CHECK:             %[[X:.*]] = vector.load %arg0[%[[C]], %{{.*}}, %c0]
// CHECK:             %[[S:.*]] = arith.mulf %[[X]], %{{.*}} : vector<16xf32>
// CHECK:             vector.store %[[S]], %arg4[%[[C]], %{{.*}}, %c0]
// CHECK:         scf.for %[[TILE:.*]] = %c0 to %c2
// CHECK:           scf.for {{.*}} iter_args
// CHECK:             memref.load %arg4[
// CHECK-NOT:       memref.load %arg0
// CHECK-NOT:   arith.{{div|rem}}
// PROVEN-LABEL: @pointwise
func.func @pointwise(%x: memref<2x12x16xf32>, %w: memref<1x32x16xf32>, %s: memref<2x16xf32>,
                     %y: memref<1x12x16xf32>, %p: memref<2x4x16xf32>) {
  kernel.gemm "gemm" outer [] rows [12] columns 16 lanes 16 depth [32]
    ins(%x, %w, %s : memref<2x12x16xf32>, memref<1x32x16xf32>, memref<2x16xf32>)
    outs(%y, %p : memref<1x12x16xf32>, memref<2x4x16xf32>)
    {lhs_map = affine_map<(r, d) -> (d floordiv 16, r mod 4, d mod 16)>,
     rhs_map = affine_map<(v, d) -> (v, d, 0)>,
     out_map = affine_map<(r, v) -> (v, r, 0)>, epilogue_maps = [],
     prologue_blocks = 3, prologue_maps = [affine_map<(b, c, r, l) -> (c, b * 4 + r, l)>,
                                           affine_map<(b, c, r, l) -> (c, l)>],
     tile_rows = 2, tile_vectors = 1} epilogue {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  } prologue {
  ^bb0(%0: f32, %1: f32):
    %2 = arith.mulf %0, %1 : f32
    kernel.yield %2 : f32
  }
  return
}
