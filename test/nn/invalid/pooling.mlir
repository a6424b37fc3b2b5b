// RUN: megcc-opt %s -split-input-file -verify-diagnostics

func.func @pool_rank(%x: tensor<4x4xf32>) {
  // expected-error @+2 {{'nn.max_pool' op expected x of rank 3 or more, found 'tensor<4x4xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.max_pool %x kernel = [] strides = [] pads = [] dilations = [] : (tensor<4x4xf32>) -> tensor<4x4xf32>
  return
}

// -----

func.func @max_pool_indices_layout(%x: tensor<1x16x4xf32, #nn.info<layout = blocked<1 x 16>>>) {
  // expected-error @+2 {{'nn.max_pool' op with indices expected row-major x, found 'tensor<1x16x4xf32, #nn.info<layout = blocked<1 x 16>>>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0:2 = nn.max_pool %x kernel = [2] strides = [1] pads = [0, 0] dilations = [1] with_indices : (tensor<1x16x4xf32, #nn.info<layout = blocked<1 x 16>>>) -> (tensor<1x16x3xf32, #nn.info<layout = blocked<1 x 16>>>, tensor<1x16x3xi64>)
  return
}

// -----

func.func @average_pool_counted(%x: tensor<1x4x8x8xf32>) {
  // expected-error @+2 {{'nn.average_pool' op expected counted_pads of at most pads = [0, 0, 0, 0], found [0, 1, 0, 0]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.average_pool %x kernel = [2, 2] strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] counted_pads = [0, 1, 0, 0] : (tensor<1x4x8x8xf32>) -> tensor<1x4x7x7xf32>
  return
}

// -----

func.func @lp_pool_p(%x: tensor<1x4x8x8xf32>) {
  // expected-error @+2 {{'nn.lp_pool' op expected p in [1, 2147483647], found 0}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.lp_pool %x kernel = [2, 2] strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] p = 0 : (tensor<1x4x8x8xf32>) -> tensor<1x4x7x7xf32>
  return
}
