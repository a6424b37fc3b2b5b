// RUN: megcc-opt %s --split-input-file --verify-diagnostics

#lhs = affine_map<(r, d) -> (r, d)>
#rhs = affine_map<(v, d) -> (v, d mod 4, 0)>
#out = affine_map<(r, v) -> (r, v * 16)>
func.func @groups(%x: memref<8x16xf32>, %w: memref<1x4x16xf32>, %y: memref<8x16xf32>) {
  // expected-error @+1 {{has groups of 3 columns, expected a divisor of its 16 lanes and as many elements along the last depth dimension, found 16}}
  kernel.gemm "conv" outer [] rows [8] columns 16 lanes 16 depth [16]
    ins(%x, %w : memref<8x16xf32>, memref<1x4x16xf32>) outs(%y : memref<8x16xf32>)
    {lhs_map = #lhs, rhs_map = #rhs, out_map = #out, epilogue_maps = [], tile_rows = 4 : i64, tile_vectors = 1 : i64, diagonal = 3} epilogue {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return
}

// -----

#lhs = affine_map<(r, d) -> (r, d)>
#rhs = affine_map<(v, d) -> (v, d mod 4, 0)>
#out = affine_map<(r, v) -> (r, v * 16)>
func.func @depth(%x: memref<8x16xf32>, %w: memref<1x4x16xf32>, %y: memref<8x16xf32>) {
  // expected-error @+1 {{has groups of 4 columns, expected a divisor of its 16 lanes and as many elements along the last depth dimension, found 8}}
  kernel.gemm "conv" outer [] rows [8] columns 16 lanes 16 depth [8]
    ins(%x, %w : memref<8x16xf32>, memref<1x4x16xf32>) outs(%y : memref<8x16xf32>)
    {lhs_map = #lhs, rhs_map = #rhs, out_map = #out, epilogue_maps = [], tile_rows = 4 : i64, tile_vectors = 1 : i64, diagonal = 4} epilogue {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return
}

// -----

// A lane would take what lies beside an element, which is the next pixel.

#lhs = affine_map<(r, d) -> (d, r)>
#rhs = affine_map<(v, d) -> (v, d mod 4, 0)>
#out = affine_map<(r, v) -> (r, v * 16)>
func.func @image(%x: memref<16x32xf32>, %w: memref<1x4x16xf32>, %y: memref<8x16xf32>) {
  // expected-error @+1 {{has groups of 4 columns, whose elements do not lie side by side}}
  kernel.gemm "conv" outer [] rows [8] columns 16 lanes 16 depth [16]
    ins(%x, %w : memref<16x32xf32>, memref<1x4x16xf32>) outs(%y : memref<8x16xf32>)
    {lhs_map = #lhs, rhs_map = #rhs, out_map = #out, epilogue_maps = [], tile_rows = 4 : i64, tile_vectors = 1 : i64, diagonal = 4} epilogue {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return
}

// -----

#lhs = affine_map<(r, d) -> (r, d * 2)>
#rhs = affine_map<(v, d) -> (v, d mod 4, 0)>
#out = affine_map<(r, v) -> (r, v * 16)>
func.func @apart(%x: memref<8x31xf32>, %w: memref<1x4x16xf32>, %y: memref<8x16xf32>) {
  // expected-error @+1 {{has groups of 4 columns, whose elements do not lie side by side}}
  kernel.gemm "conv" outer [] rows [8] columns 16 lanes 16 depth [16]
    ins(%x, %w : memref<8x31xf32>, memref<1x4x16xf32>) outs(%y : memref<8x16xf32>)
    {lhs_map = #lhs, rhs_map = #rhs, out_map = #out, epilogue_maps = [], tile_rows = 4 : i64, tile_vectors = 1 : i64, diagonal = 4} epilogue {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return
}

// -----

#lhs = affine_map<(r, d) -> (r, d)>
#rhs = affine_map<(v, d) -> (v, d mod 4, 0)>
#out = affine_map<(r, v) -> (r, v * 16)>
func.func @integers(%x: memref<8x16xi32>, %w: memref<1x4x16xi32>, %y: memref<8x16xi32>) {
  // expected-error @+1 {{has groups of 4 columns, expected sums of floats, found 'i32'}}
  kernel.gemm "conv" outer [] rows [8] columns 16 lanes 16 depth [16]
    ins(%x, %w : memref<8x16xi32>, memref<1x4x16xi32>) outs(%y : memref<8x16xi32>)
    {lhs_map = #lhs, rhs_map = #rhs, out_map = #out, epilogue_maps = [], tile_rows = 4 : i64, tile_vectors = 1 : i64, diagonal = 4} epilogue {
  ^bb0(%acc: i32):
    kernel.yield %acc : i32
  }
  return
}

// -----

#lhs = affine_map<(r, d) -> (r mod 4, d)>
#block = affine_map<(b, r, d) -> (b * 4 + r, d)>
#rhs = affine_map<(v, d) -> (v, d mod 4, 0)>
#out = affine_map<(r, v) -> (r, v * 16)>
func.func @prologue(%x: memref<8x16xf32>, %w: memref<1x4x16xf32>, %y: memref<8x16xf32>, %b: memref<4x16xf32>) {
  // expected-error @+1 {{has groups of 4 columns and a prologue}}
  kernel.gemm "conv" outer [] rows [8] columns 16 lanes 16 depth [16]
    ins(%x, %w : memref<8x16xf32>, memref<1x4x16xf32>) outs(%y, %b : memref<8x16xf32>, memref<4x16xf32>)
    {lhs_map = #lhs, rhs_map = #rhs, out_map = #out, epilogue_maps = [], prologue_blocks = 2, prologue_maps = [#block],
     tile_rows = 4 : i64, tile_vectors = 1 : i64, diagonal = 4} epilogue {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  } prologue {
  ^bb0(%e: f32):
    %0 = math.absf %e : f32
    kernel.yield %0 : f32
  }
  return
}
