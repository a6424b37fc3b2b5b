// RUN: megcc-opt %s --split-input-file --verify-diagnostics

#lhs = affine_map<(r, d) -> (r, d)>
#rhs = affine_map<(v, d) -> (v, d, 0)>
#out = affine_map<(r, v) -> (r, v * 16)>
func.func @nothing(%x: memref<8x8xf32>, %w: memref<1x8x16xf32>, %y: memref<8x16xf32>) {
  // expected-error @+1 {{'kernel.gemm' op resumes, but has no input to begin with}}
  kernel.gemm "matmul" outer [] rows [8] columns 16 lanes 16 depth [8]
    ins(%x, %w : memref<8x8xf32>, memref<1x8x16xf32>) outs(%y : memref<8x16xf32>)
    {resumes, lhs_map = #lhs, rhs_map = #rhs, out_map = #out, epilogue_maps = [], tile_rows = 4, tile_vectors = 1} epilogue {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return
}

// -----

#lhs = affine_map<(r, d) -> (r, d)>
#rhs = affine_map<(v, d) -> (v, d, 0)>
#out = affine_map<(r, v) -> (r, v * 16)>
func.func @type(%x: memref<8x8xf32>, %w: memref<1x8x16xf32>, %s: memref<8x16xf16>, %y: memref<8x16xf32>) {
  // expected-error @+1 {{resumes with 'f16', expected 'f32'}}
  kernel.gemm "matmul" outer [] rows [8] columns 16 lanes 16 depth [8]
    ins(%x, %w, %s : memref<8x8xf32>, memref<1x8x16xf32>, memref<8x16xf16>) outs(%y : memref<8x16xf32>)
    {resumes, lhs_map = #lhs, rhs_map = #rhs, out_map = #out, epilogue_maps = [#out], tile_rows = 4, tile_vectors = 1} epilogue {
  ^bb0(%acc: f32, %0: f16):
    kernel.yield %acc : f32
  }
  return
}

// -----

#lhs = affine_map<(r, d) -> (r, d)>
#rhs = affine_map<(v, d) -> (v, d, 0)>
#out = affine_map<(r, v) -> (r, v * 16)>
#first = affine_map<(r, v) -> (0, v * 16)>
func.func @elements(%x: memref<8x8xf32>, %w: memref<1x8x16xf32>, %s: memref<8x16xf32>, %y: memref<8x16xf32>) {
  // expected-error @+1 {{resumes with other elements than it writes}}
  kernel.gemm "matmul" outer [] rows [8] columns 16 lanes 16 depth [8]
    ins(%x, %w, %s : memref<8x8xf32>, memref<1x8x16xf32>, memref<8x16xf32>) outs(%y : memref<8x16xf32>)
    {resumes, lhs_map = #lhs, rhs_map = #rhs, out_map = #out, epilogue_maps = [#first], tile_rows = 4, tile_vectors = 1} epilogue {
  ^bb0(%acc: f32, %0: f32):
    kernel.yield %acc : f32
  }
  return
}

// -----

#lhs = affine_map<(r, d) -> (r, d)>
#rhs = affine_map<(v, d) -> (v, d, 0)>
#out = affine_map<(r, v) -> (r, v * 16)>
func.func @part(%x: memref<8x8xf32>, %w: memref<1x8x16xf32>, %s: memref<8x12xf32>, %y: memref<8x12xf32>) {
  // expected-error @+1 {{resumes with a prologue or with part of a vector}}
  kernel.gemm "matmul" outer [] rows [8] columns 12 lanes 16 depth [8]
    ins(%x, %w, %s : memref<8x8xf32>, memref<1x8x16xf32>, memref<8x12xf32>) outs(%y : memref<8x12xf32>)
    {resumes, lhs_map = #lhs, rhs_map = #rhs, out_map = #out, epilogue_maps = [#out], tile_rows = 4, tile_vectors = 1} epilogue {
  ^bb0(%acc: f32, %0: f32):
    kernel.yield %acc : f32
  }
  return
}
