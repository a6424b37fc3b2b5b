// RUN: megcc-opt %s --split-input-file --verify-diagnostics

#at = affine_map<(n, c, y, x) -> (n, c, y, x)>
func.func @tile(%x: memref<1x1x3x3xf32>, %u: memref<25x1x1x1xf32>, %y: memref<1x1x1x1xf32>, %v: memref<25x1x1xf32>) {
  // expected-error @+1 {{'kernel.winograd' op has tiles of 3, expected 2, 4 or 6}}
  kernel.winograd "conv" tile 3 images 1 in [3, 3] channels 1 lanes 1 out [1, 1] columns 1 lanes 1 pads [0, 0]
    ins(%x, %u : memref<1x1x3x3xf32>, memref<25x1x1x1xf32>)
    outs(%y, %v, %v : memref<1x1x1x1xf32>, memref<25x1x1xf32>, memref<25x1x1xf32>)
    {in_map = #at, out_map = #at, epilogue_maps = [], tile_rows = 1 : i64, tile_vectors = 1 : i64} epilogue {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return
}

// -----

#at = affine_map<(n, c, y, x) -> (n, c, y, x)>
func.func @outputs(%x: memref<1x1x3x3xf32>, %u: memref<16x1x1x1xf32>, %y: memref<1x1x1x1xf32>) {
  // expected-error @+1 {{expected x, filters, epilogue inputs, and as outputs y and two buffers of its own}}
  kernel.winograd "conv" tile 2 images 1 in [3, 3] channels 1 lanes 1 out [1, 1] columns 1 lanes 1 pads [0, 0]
    ins(%x, %u : memref<1x1x3x3xf32>, memref<16x1x1x1xf32>) outs(%y : memref<1x1x1x1xf32>)
    {in_map = #at, out_map = #at, epilogue_maps = [], tile_rows = 1 : i64, tile_vectors = 1 : i64} epilogue {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return
}

// -----

#at = affine_map<(n, c, y, x) -> (n, c, y, x)>
func.func @filters(%x: memref<1x2x3x3xf32>, %u: memref<16x1x1x1xf32>, %y: memref<1x1x1x1xf32>, %v: memref<16x1x2xf32>, %z: memref<16x1x1xf32>) {
  // expected-error @+1 {{the filters' buffer is 16x1x1x1, expected 16x1x2x1}}
  kernel.winograd "conv" tile 2 images 1 in [3, 3] channels 2 lanes 1 out [1, 1] columns 1 lanes 1 pads [0, 0]
    ins(%x, %u : memref<1x2x3x3xf32>, memref<16x1x1x1xf32>)
    outs(%y, %v, %z : memref<1x1x1x1xf32>, memref<16x1x2xf32>, memref<16x1x1xf32>)
    {in_map = #at, out_map = #at, epilogue_maps = [], tile_rows = 1 : i64, tile_vectors = 1 : i64} epilogue {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return
}

// -----

#at = affine_map<(n, c, y, x) -> (n, c, y, x)>
func.func @blocks(%x: memref<1x2x3x3xf32>, %u: memref<16x2x2x2x1xf32>, %y: memref<1x1x1x1xf32>, %v: memref<16x1x2xf32>, %z: memref<16x1x1xf32>) {
  // expected-error @+1 {{the filters' buffer is 16x2x2x2x1, expected 16x1x2x2x1}}
  kernel.winograd "conv" tile 2 images 1 in [3, 3] channels 2 lanes 1 out [1, 1] columns 1 lanes 1 pads [0, 0]
    ins(%x, %u : memref<1x2x3x3xf32>, memref<16x2x2x2x1xf32>)
    outs(%y, %v, %z : memref<1x1x1x1xf32>, memref<16x1x2xf32>, memref<16x1x1xf32>)
    {in_map = #at, out_map = #at, epilogue_maps = [], tile_rows = 1 : i64, tile_vectors = 1 : i64} epilogue {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return
}

// -----

#at = affine_map<(n, c, y, x) -> (n, c, y, x)>
func.func @scratch(%x: memref<1x1x3x3xf32>, %u: memref<16x1x1x1xf32>, %y: memref<1x1x1x1xf32>, %v: memref<16x2x1xf32>, %z: memref<16x1x1xf32>) {
  // expected-error @+1 {{z is 16x1x1, expected 16x2x1}}
  kernel.winograd "conv" tile 2 images 1 in [3, 3] channels 1 lanes 1 out [1, 1] columns 1 lanes 1 pads [0, 0]
    ins(%x, %u : memref<1x1x3x3xf32>, memref<16x1x1x1xf32>)
    outs(%y, %v, %z : memref<1x1x1x1xf32>, memref<16x2x1xf32>, memref<16x1x1xf32>)
    {in_map = #at, out_map = #at, epilogue_maps = [], tile_rows = 1 : i64, tile_vectors = 1 : i64} epilogue {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return
}

// -----

#at = affine_map<(n, c, y, x) -> (n, c, y, x)>
func.func @pads(%x: memref<1x1x3x3xf32>, %u: memref<16x1x1x1xf32>, %y: memref<1x1x1x1xf32>, %v: memref<16x1x1xf32>, %z: memref<16x1x1xf32>) {
  // expected-error @+1 {{pads has 1 entries, expected 2}}
  kernel.winograd "conv" tile 2 images 1 in [3, 3] channels 1 lanes 1 out [1, 1] columns 1 lanes 1 pads [0]
    ins(%x, %u : memref<1x1x3x3xf32>, memref<16x1x1x1xf32>)
    outs(%y, %v, %z : memref<1x1x1x1xf32>, memref<16x1x1xf32>, memref<16x1x1xf32>)
    {in_map = #at, out_map = #at, epilogue_maps = [], tile_rows = 1 : i64, tile_vectors = 1 : i64} epilogue {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return
}

// -----

#at = affine_map<(n, c, y, x) -> (n, c, y, x)>
func.func @epilogue(%x: memref<1x1x3x3xf32>, %u: memref<16x1x1x1xf32>, %y: memref<1x1x1x1xf32>, %v: memref<16x1x1xf32>, %z: memref<16x1x1xf32>) {
  // expected-error @+1 {{epilogue has 2 arguments, expected 1}}
  kernel.winograd "conv" tile 2 images 1 in [3, 3] channels 1 lanes 1 out [1, 1] columns 1 lanes 1 pads [0, 0]
    ins(%x, %u : memref<1x1x3x3xf32>, memref<16x1x1x1xf32>)
    outs(%y, %v, %z : memref<1x1x1x1xf32>, memref<16x1x1xf32>, memref<16x1x1xf32>)
    {in_map = #at, out_map = #at, epilogue_maps = [], tile_rows = 1 : i64, tile_vectors = 1 : i64} epilogue {
  ^bb0(%acc: f32, %0: f32):
    kernel.yield %acc : f32
  }
  return
}

// -----

func.func @constant_tile() {
  // expected-error @+1 {{transforms filters for tiles of 3, expected 2, 4 or 6}}
  %u = kernel.constant dense<1.0> : tensor<1x1x3x3xf32> winograd 3
    packed affine_map<(t, v, k, l, i, j) -> (v, k, i, j)> : memref<25x1x1x1xf32>
  return
}

// -----

func.func @constant_components() {
  // expected-error @+1 {{expected a packing map and 16 components first, found 'memref<36x1x1x1xf32>'}}
  %u = kernel.constant dense<1.0> : tensor<1x1x3x3xf32> winograd 2
    packed affine_map<(t, v, k, l, i, j) -> (v, k, i, j)> : memref<36x1x1x1xf32>
  return
}
