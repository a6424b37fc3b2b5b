// RUN: megcc-opt --expand-kernels=target=x86-64-v4 --split-input-file %s | FileCheck %s
// RUN: megcc-opt --expand-kernels=target=generic --split-input-file %s | FileCheck %s --check-prefix=NONE

// While a tile runs: the next one's rows at the same channels, what the
// epilogue adds before it. Many tiles hide the way of few weights anyway.

// CHECK-LABEL: @pointwise
// CHECK:       scf.for %[[TILE:.*]] = %c0 to %c128
// CHECK:         %[[ROW:.*]] = arith.muli %[[TILE]], %c2
// CHECK:         memref.prefetch %arg2[{{.*}}, %[[ROW]], %c0]
// CHECK:         scf.for %[[BLOCK:.*]] = %c0 to %c16
// CHECK:           memref.prefetch %arg0[%[[BLOCK]], %[[NEXT:.*]], %c0], read
// CHECK:           memref.prefetch %arg0[%[[BLOCK]], %[[NEXT1:.*]], %c0], read
// CHECK-NOT:       memref.prefetch
// CHECK:           scf.for {{.*}} to %c16
// CHECK:             math.fma
// NONE-NOT:    memref.prefetch
func.func @pointwise(%x: memref<16x256x16xf32>, %w: memref<4x256x16xf32>,
                     %r: memref<4x256x16xf32>, %y: memref<4x256x16xf32>) {
  kernel.gemm "gemm" outer [] rows [256] columns 64 lanes 16 depth [256]
    ins(%x, %w, %r : memref<16x256x16xf32>, memref<4x256x16xf32>, memref<4x256x16xf32>)
    outs(%y : memref<4x256x16xf32>)
    {lhs_map = affine_map<(r, d) -> (d floordiv 16, r, d mod 16)>,
     rhs_map = affine_map<(v, d) -> (v, d, 0)>,
     out_map = affine_map<(r, v) -> (v, r, 0)>,
     epilogue_maps = [affine_map<(r, v) -> (v, r, 0)>],
     tile_rows = 2, tile_vectors = 1} epilogue {
  ^bb0(%acc: f32, %residual: f32):
    %0 = arith.addf %acc, %residual : f32
    kernel.yield %0 : f32
  }
  return
}

// -----

// Few rows and much depth: each tile brings a third of the next panel near, a
// line in each step, as 11 at once for every line of the lhs would be many.

// CHECK-LABEL: @few_rows
// CHECK:       scf.for %[[BLOCK:.*]] = %c0 to %c4
// CHECK:         scf.for {{.*}} = %c0 to %c3
// CHECK:           scf.for {{.*}} = %c0 to %c32
// CHECK-NOT:         memref.prefetch %arg1[
// CHECK:             scf.for {{.*}} to %c16
// CHECK-COUNT-1:       memref.prefetch %arg1[
// CHECK-NOT:           memref.prefetch
// CHECK:               math.fma
func.func @few_rows(%x: memref<32x6x16xf32>, %w: memref<8x512x16xf32>, %y: memref<8x6x16xf32>) {
  kernel.gemm "gemm" outer [] rows [6] columns 128 lanes 16 depth [512]
    ins(%x, %w : memref<32x6x16xf32>, memref<8x512x16xf32>)
    outs(%y : memref<8x6x16xf32>)
    {lhs_map = affine_map<(r, d) -> (d floordiv 16, r, d mod 16)>,
     rhs_map = affine_map<(v, d) -> (v, d, 0)>,
     out_map = affine_map<(r, v) -> (v, r, 0)>,
     epilogue_maps = [], tile_rows = 2, tile_vectors = 2} epilogue {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return
}

// -----

// Five rows in tiles of three: the first brings two of three vectors of the
// next panel near, the one of two rows at the end the third.

// CHECK-LABEL: @rest
// CHECK:       scf.for {{.*}} to %c32
// CHECK:         scf.for {{.*}} to %c16
// CHECK-COUNT-2:   memref.prefetch %arg1[
// CHECK-NOT:       memref.prefetch
// CHECK:           math.fma
// CHECK:       scf.for {{.*}} to %c32
// CHECK:         scf.for {{.*}} to %c16
// CHECK-COUNT-1:   memref.prefetch %arg1[
// CHECK-NOT:       memref.prefetch
// CHECK:           math.fma
func.func @rest(%x: memref<32x5x16xf32>, %w: memref<9x512x16xf32>, %y: memref<9x5x16xf32>) {
  kernel.gemm "gemm" outer [] rows [5] columns 144 lanes 16 depth [512]
    ins(%x, %w : memref<32x5x16xf32>, memref<9x512x16xf32>)
    outs(%y : memref<9x5x16xf32>)
    {lhs_map = affine_map<(r, d) -> (d floordiv 16, r, d mod 16)>,
     rhs_map = affine_map<(v, d) -> (v, d, 0)>,
     out_map = affine_map<(r, v) -> (v, r, 0)>,
     epilogue_maps = [], tile_rows = 3, tile_vectors = 3} epilogue {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return
}

// -----

// One tile has to bring all of the next panel near: two lines in each step, as
// a line of the lhs would have time for 32 at once.

// CHECK-LABEL: @one_tile
// CHECK:       scf.for {{.*}} = %c0 to %c4
// CHECK:         scf.for {{.*}} = %c0 to %c32
// CHECK-NOT:       memref.prefetch
// CHECK:           scf.for {{.*}} to %c16
// CHECK-COUNT-2:     memref.prefetch %arg1[
// CHECK-NOT:         memref.prefetch
// CHECK:             math.fma
func.func @one_tile(%x: memref<32x2x16xf32>, %w: memref<8x512x16xf32>, %y: memref<8x2x16xf32>) {
  kernel.gemm "gemm" outer [] rows [2] columns 128 lanes 16 depth [512]
    ins(%x, %w : memref<32x2x16xf32>, memref<8x512x16xf32>)
    outs(%y : memref<8x2x16xf32>)
    {lhs_map = affine_map<(r, d) -> (d floordiv 16, r, d mod 16)>,
     rhs_map = affine_map<(v, d) -> (v, d, 0)>,
     out_map = affine_map<(r, v) -> (v, r, 0)>,
     epilogue_maps = [], tile_rows = 2, tile_vectors = 2} epilogue {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return
}

// -----

// A panel of one tile that fills the cache would be gone before it is read.

// CHECK-LABEL: @stream
// CHECK-NOT:   memref.prefetch %arg1[
// CHECK:       math.fma
// CHECK-NOT:   memref.prefetch %arg1[
// CHECK:       return
func.func @stream(%x: memref<1x32768xf32>, %w: memref<8x32768x16xf32>, %y: memref<1x128xf32>) {
  kernel.gemm "gemm" outer [] rows [1] columns 128 lanes 16 depth [32768]
    ins(%x, %w : memref<1x32768xf32>, memref<8x32768x16xf32>)
    outs(%y : memref<1x128xf32>)
    {lhs_map = affine_map<(r, d) -> (r, d)>,
     rhs_map = affine_map<(v, d) -> (v, d, 0)>,
     out_map = affine_map<(r, v) -> (r, v * 16)>,
     epilogue_maps = [], tile_rows = 1, tile_vectors = 2} epilogue {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return
}

// -----

// A tile of two lines of positions: one line is left over.

// CHECK-LABEL: @two_lines
// CHECK-NOT:     {{div|rem}}
// CHECK:       %[[ACC:.*]]:6 = scf.for
// CHECK-COUNT-6: math.fma
// CHECK:       vector.store %[[ACC]]#0, %arg2[%c0, %c0, %c0, %c0]
// CHECK:       vector.store %[[ACC]]#3, %arg2[%c0, %c1, %c0, %c0]
// CHECK:       scf.for
// CHECK-COUNT-3: math.fma
// CHECK:       vector.store %{{.*}}, %arg2[%c0, %c2, %c0, %c0]
func.func @two_lines(%x: memref<1x3x3x16xf32>, %w: memref<1x16x16xf32>, %y: memref<1x3x3x16xf32>) {
  kernel.gemm "gemm" outer [] rows [3, 3] columns 16 lanes 16 depth [16]
    ins(%x, %w : memref<1x3x3x16xf32>, memref<1x16x16xf32>)
    outs(%y : memref<1x3x3x16xf32>)
    {lhs_map = affine_map<(y, x, d) -> (0, y, x, d)>,
     rhs_map = affine_map<(v, d) -> (v, d, 0)>,
     out_map = affine_map<(y, x, v) -> (v, y, x, 0)>,
     epilogue_maps = [], tile_rows = 6, tile_vectors = 1} epilogue {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return
}

// -----

// Three channels lie planes apart: a tile of four positions, stride two, reads
// 9 neighbours in three lines of three planes. The tile below reads the last
// of these and two more: one line of memory each, in each plane.

// CHECK-LABEL: @first_layer
// CHECK:       scf.for %[[Y:.*]] = %c0 to %c64
// CHECK-COUNT-6: memref.prefetch %arg0[
// CHECK-NOT:     memref.prefetch
// CHECK:         math.fma
func.func @first_layer(%x: memref<3x129x129xf32>, %w: memref<1x27x16xf32>, %y: memref<64x64x16xf32>) {
  kernel.gemm "gemm" outer [] rows [64, 64] columns 16 lanes 16 depth [3, 3, 3]
    ins(%x, %w : memref<3x129x129xf32>, memref<1x27x16xf32>)
    outs(%y : memref<64x64x16xf32>)
    {lhs_map = affine_map<(y, x, j, i, c) -> (c, y * 2 + i, x * 2 + j)>,
     rhs_map = affine_map<(v, j, i, c) -> (v, j * 9 + i * 3 + c, 0)>,
     out_map = affine_map<(y, x, v) -> (y, x, v)>,
     epilogue_maps = [], tile_rows = 4, tile_vectors = 1} epilogue {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return
}

// -----

// 26 sums and what a step loads leave no register for what the epilogue reads.

// CHECK-LABEL: @full
// CHECK:       scf.for {{.*}} to %c16
// CHECK:         math.fma
// CHECK:       } {megcc.full}
func.func @full(%x: memref<1x13x16xf32>, %w: memref<2x16x16xf32>, %y: memref<2x13x16xf32>) {
  kernel.gemm "gemm" outer [] rows [13] columns 32 lanes 16 depth [16]
    ins(%x, %w : memref<1x13x16xf32>, memref<2x16x16xf32>)
    outs(%y : memref<2x13x16xf32>)
    {lhs_map = affine_map<(r, d) -> (0, r, d)>,
     rhs_map = affine_map<(v, d) -> (v, d, 0)>,
     out_map = affine_map<(r, v) -> (v, r, 0)>,
     epilogue_maps = [], tile_rows = 13, tile_vectors = 2} epilogue {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return
}
