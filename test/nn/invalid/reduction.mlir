// RUN: megcc-opt %s -split-input-file -verify-diagnostics

func.func @reduce_axes(%x: tensor<2x8xf32>) {
  // expected-error @+2 {{'nn.reduce' op expected axes in [0, 2), found 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.reduce sum %x axes = [2] : (tensor<2x8xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @reduce_axes_order(%x: tensor<2x8xf32>) {
  // expected-error @+2 {{'nn.reduce' op expected ascending axes, found [1, 0]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.reduce sum %x axes = [1, 0] : (tensor<2x8xf32>) -> tensor<f32>
  return
}

// -----

func.func @reduce_layout(%x: tensor<1x32xf32, #nn.info<layout = blocked<1 x 16>>>) {
  // expected-error @+2 {{'nn.reduce' op cannot work on dimension 1 of 'tensor<1x32xf32, #nn.info<layout = blocked<1 x 16>>>', which its layout splits; expected another layout}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.reduce sum %x axes = [1] : (tensor<1x32xf32, #nn.info<layout = blocked<1 x 16>>>) -> tensor<1xf32>
  return
}

// -----

func.func @arg_axis(%x: tensor<2x8xf32>) {
  // expected-error @+2 {{'nn.arg_max' op expected axis in [0, 2), found -1}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.arg_max %x axis = -1 : (tensor<2x8xf32>) -> tensor<2xi64>
  return
}

// -----

func.func @arg_empty(%x: tensor<2x0xf32>) {
  // expected-error @+2 {{'nn.arg_min' op expected elements along axis 1, found 'tensor<2x0xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.arg_min %x axis = 1 : (tensor<2x0xf32>) -> tensor<2xi64>
  return
}

// -----

func.func @cumsum_axis(%x: tensor<2x8xf32>) {
  // expected-error @+1 {{'nn.cumsum' op expected axis in [0, 2), found 2}}
  %0 = nn.cumsum %x axis = 2 : (tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

func.func @top_k_axis(%x: tensor<2x8xf32>) {
  // expected-error @+2 {{'nn.top_k' op expected axis in [0, 2), found 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %0:2 = nn.top_k %x k = 1 axis = 2 : (tensor<2x8xf32>) -> (tensor<2x1xf32>, tensor<2x1xi64>)
  return
}

// -----

func.func @top_k_k(%x: tensor<2x8xf32>) {
  // expected-error @+2 {{'nn.top_k' op expected k in [0, 8], found 9}}
  // expected-error @+1 {{failed to infer returned types}}
  %0:2 = nn.top_k %x k = 9 axis = 1 : (tensor<2x8xf32>) -> (tensor<2x9xf32>, tensor<2x9xi64>)
  return
}

// -----

func.func @row_major(%x: tensor<1x32xf32, #nn.info<layout = blocked<1 x 16>>>) {
  // expected-error @+1 {{'nn.cumsum' op expected row-major tensors, found 'tensor<1x32xf32, #nn.info<layout = blocked<1 x 16>>>' as operand 0}}
  %0 = nn.cumsum %x axis = 0 : (tensor<1x32xf32, #nn.info<layout = blocked<1 x 16>>>) -> tensor<1x32xf32, #nn.info<layout = blocked<1 x 16>>>
  return
}
