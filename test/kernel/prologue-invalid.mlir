// RUN: megcc-opt %s --split-input-file --verify-diagnostics

// A block of 4 of 8 rows.

#lhs = affine_map<(r, d) -> (r mod 4, d)>
#rhs = affine_map<(v, d) -> (v, d, 0)>
#out = affine_map<(r, v) -> (r, v * 16)>
#all = affine_map<(b, r, d) -> (b * 4 + r, d)>
#row = affine_map<(r, d) -> (r, d)>
func.func @no_block(%x: memref<8x8xf32>, %w: memref<1x8x16xf32>, %y: memref<8x16xf32>, %p: memref<4x8xf32>) {
  // expected-error @+1 {{expected lhs, rhs, epilogue inputs and one output, with a prologue its inputs and a block}}
  kernel.gemm "matmul" outer [] rows [8] columns 16 lanes 16 depth [8]
    ins(%x, %w : memref<8x8xf32>, memref<1x8x16xf32>)
    outs(%y : memref<8x16xf32>)
    {lhs_map = #lhs, rhs_map = #rhs, out_map = #out, epilogue_maps = [], tile_rows = 4 : i64, tile_vectors = 1 : i64, prologue_blocks = 2, prologue_maps = [#all]} epilogue {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  } prologue {
  ^bb0(%0: f32):
    kernel.yield %0 : f32
  }
  return
}

// -----

#lhs = affine_map<(r, d) -> (r mod 4, d)>
#rhs = affine_map<(v, d) -> (v, d, 0)>
#out = affine_map<(r, v) -> (r, v * 16)>
#all = affine_map<(b, r, d) -> (b * 4 + r, d)>
#row = affine_map<(r, d) -> (r, d)>
func.func @no_prologue(%x: memref<8x8xf32>, %w: memref<1x8x16xf32>, %y: memref<8x16xf32>, %p: memref<4x8xf32>) {
  // expected-error @+1 {{has prologue_blocks or prologue_maps, but no prologue}}
  kernel.gemm "matmul" outer [] rows [8] columns 16 lanes 16 depth [8]
    ins(%x, %w : memref<8x8xf32>, memref<1x8x16xf32>)
    outs(%y : memref<8x16xf32>)
    {lhs_map = #row, rhs_map = #rhs, out_map = #out, epilogue_maps = [], tile_rows = 4 : i64, tile_vectors = 1 : i64, prologue_blocks = 2, prologue_maps = [#all]} epilogue {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  } 
  return
}

// -----

#lhs = affine_map<(r, d) -> (r mod 4, d)>
#rhs = affine_map<(v, d) -> (v, d, 0)>
#out = affine_map<(r, v) -> (r, v * 16)>
#all = affine_map<(b, r, d) -> (b * 4 + r, d)>
#row = affine_map<(r, d) -> (r, d)>
func.func @no_maps(%x: memref<8x8xf32>, %w: memref<1x8x16xf32>, %y: memref<8x16xf32>, %p: memref<4x8xf32>) {
  // expected-error @+1 {{has a prologue, but no prologue_blocks or no prologue_maps}}
  kernel.gemm "matmul" outer [] rows [8] columns 16 lanes 16 depth [8]
    ins(%x, %w : memref<8x8xf32>, memref<1x8x16xf32>)
    outs(%y, %p : memref<8x16xf32>, memref<4x8xf32>)
    {lhs_map = #lhs, rhs_map = #rhs, out_map = #out, epilogue_maps = [], tile_rows = 4 : i64, tile_vectors = 1 : i64, prologue_blocks = 2} epilogue {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  } prologue {
  ^bb0(%0: f32):
    kernel.yield %0 : f32
  }
  return
}

// -----

#lhs = affine_map<(r, d) -> (r mod 4, d)>
#rhs = affine_map<(v, d) -> (v, d, 0)>
#out = affine_map<(r, v) -> (r, v * 16)>
#all = affine_map<(b, r, d) -> (b * 4 + r, d)>
#row = affine_map<(r, d) -> (r, d)>
func.func @blocks(%x: memref<8x8xf32>, %w: memref<1x8x16xf32>, %y: memref<8x16xf32>, %p: memref<4x8xf32>) {
  // expected-error @+1 {{makes its lhs in 3 blocks, expected a divisor of its 8 first rows}}
  kernel.gemm "matmul" outer [] rows [8] columns 16 lanes 16 depth [8]
    ins(%x, %w : memref<8x8xf32>, memref<1x8x16xf32>)
    outs(%y, %p : memref<8x16xf32>, memref<4x8xf32>)
    {lhs_map = #lhs, rhs_map = #rhs, out_map = #out, epilogue_maps = [], tile_rows = 4 : i64, tile_vectors = 1 : i64, prologue_blocks = 3, prologue_maps = [#all]} epilogue {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  } prologue {
  ^bb0(%0: f32):
    kernel.yield %0 : f32
  }
  return
}

// -----

#lhs = affine_map<(r, d) -> (r mod 4, d)>
#rhs = affine_map<(v, d) -> (v, d, 0)>
#out = affine_map<(r, v) -> (r, v * 16)>
#all = affine_map<(b, r, d) -> (b * 4 + r, d)>
#row = affine_map<(r, d) -> (r, d)>
func.func @maps(%x: memref<8x8xf32>, %w: memref<1x8x16xf32>, %y: memref<8x16xf32>, %p: memref<4x8xf32>) {
  // expected-error @+1 {{has 2 prologue maps, expected 1}}
  kernel.gemm "matmul" outer [] rows [8] columns 16 lanes 16 depth [8]
    ins(%x, %w : memref<8x8xf32>, memref<1x8x16xf32>)
    outs(%y, %p : memref<8x16xf32>, memref<4x8xf32>)
    {lhs_map = #lhs, rhs_map = #rhs, out_map = #out, epilogue_maps = [], tile_rows = 4 : i64, tile_vectors = 1 : i64, prologue_blocks = 2, prologue_maps = [#all, #all]} epilogue {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  } prologue {
  ^bb0(%0: f32):
    kernel.yield %0 : f32
  }
  return
}

// -----

#lhs = affine_map<(r, d) -> (r mod 4, d)>
#rhs = affine_map<(v, d) -> (v, d, 0)>
#out = affine_map<(r, v) -> (r, v * 16)>
#all = affine_map<(b, r, d) -> (b * 4 + r, d)>
#row = affine_map<(r, d) -> (r, d)>
func.func @map(%x: memref<8x8xf32>, %w: memref<1x8x16xf32>, %y: memref<8x16xf32>, %p: memref<4x8xf32>) {
  // expected-error @+1 {{prologue input 0 map takes 2 dimensions, expected 3}}
  kernel.gemm "matmul" outer [] rows [8] columns 16 lanes 16 depth [8]
    ins(%x, %w : memref<8x8xf32>, memref<1x8x16xf32>)
    outs(%y, %p : memref<8x16xf32>, memref<4x8xf32>)
    {lhs_map = #lhs, rhs_map = #rhs, out_map = #out, epilogue_maps = [], tile_rows = 4 : i64, tile_vectors = 1 : i64, prologue_blocks = 2, prologue_maps = [#row]} epilogue {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  } prologue {
  ^bb0(%0: f32):
    kernel.yield %0 : f32
  }
  return
}

// -----

#lhs = affine_map<(r, d) -> (r mod 4, d)>
#rhs = affine_map<(v, d) -> (v, d, 0)>
#out = affine_map<(r, v) -> (r, v * 16)>
#all = affine_map<(b, r, d) -> (b * 4 + r, d)>
#row = affine_map<(r, d) -> (r, d)>
func.func @arguments(%x: memref<8x8xf32>, %w: memref<1x8x16xf32>, %y: memref<8x16xf32>, %p: memref<4x8xf32>) {
  // expected-error @+1 {{prologue has 2 arguments, expected 1}}
  kernel.gemm "matmul" outer [] rows [8] columns 16 lanes 16 depth [8]
    ins(%x, %w : memref<8x8xf32>, memref<1x8x16xf32>)
    outs(%y, %p : memref<8x16xf32>, memref<4x8xf32>)
    {lhs_map = #lhs, rhs_map = #rhs, out_map = #out, epilogue_maps = [], tile_rows = 4 : i64, tile_vectors = 1 : i64, prologue_blocks = 2, prologue_maps = [#all]} epilogue {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  } prologue {
  ^bb0(%0: f32, %1: f32):
    kernel.yield %0 : f32
  }
  return
}

// -----

#lhs = affine_map<(r, d) -> (r mod 4, d)>
#rhs = affine_map<(v, d) -> (v, d, 0)>
#out = affine_map<(r, v) -> (r, v * 16)>
#all = affine_map<(b, r, d) -> (b * 4 + r, d)>
#row = affine_map<(r, d) -> (r, d)>
func.func @argument(%x: memref<8x8xf32>, %w: memref<1x8x16xf32>, %y: memref<8x16xf32>, %p: memref<4x8xf32>) {
  // expected-error @+1 {{prologue argument 0 is 'i32', expected 'f32'}}
  kernel.gemm "matmul" outer [] rows [8] columns 16 lanes 16 depth [8]
    ins(%x, %w : memref<8x8xf32>, memref<1x8x16xf32>)
    outs(%y, %p : memref<8x16xf32>, memref<4x8xf32>)
    {lhs_map = #lhs, rhs_map = #rhs, out_map = #out, epilogue_maps = [], tile_rows = 4 : i64, tile_vectors = 1 : i64, prologue_blocks = 2, prologue_maps = [#all]} epilogue {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  } prologue {
  ^bb0(%0: i32):
    kernel.yield %0 : i32
  }
  return
}

// -----

#lhs = affine_map<(r, d) -> (r mod 4, d)>
#rhs = affine_map<(v, d) -> (v, d, 0)>
#out = affine_map<(r, v) -> (r, v * 16)>
#all = affine_map<(b, r, d) -> (b * 4 + r, d)>
#row = affine_map<(r, d) -> (r, d)>
func.func @yield(%x: memref<8x8xf32>, %w: memref<1x8x16xf32>, %y: memref<8x16xf32>, %p: memref<4x8xf32>) {
  // expected-error @+1 {{prologue yields 'f64', its block holds 'f32'}}
  kernel.gemm "matmul" outer [] rows [8] columns 16 lanes 16 depth [8]
    ins(%x, %w : memref<8x8xf32>, memref<1x8x16xf32>)
    outs(%y, %p : memref<8x16xf32>, memref<4x8xf32>)
    {lhs_map = #lhs, rhs_map = #rhs, out_map = #out, epilogue_maps = [], tile_rows = 4 : i64, tile_vectors = 1 : i64, prologue_blocks = 2, prologue_maps = [#all]} epilogue {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  } prologue {
  ^bb0(%0: f32):
    %1 = arith.extf %0 : f32 to f64
    kernel.yield %1 : f64
  }
  return
}
