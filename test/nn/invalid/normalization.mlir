// RUN: megcc-opt %s -split-input-file -verify-diagnostics

func.func @softmax_axis(%x: tensor<2x8xf32>) {
  // expected-error @+1 {{'nn.softmax' op expected axis in [0, 2), found 2}}
  %0 = nn.softmax %x axis = 2 : (tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

func.func @log_softmax_axis(%x: tensor<2x8xf32>) {
  // expected-error @+1 {{'nn.log_softmax' op expected axis in [0, 2), found -2}}
  %0 = nn.log_softmax %x axis = -2 : (tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

func.func @layer_norm_axis(%x: tensor<2x8xf32>) {
  // expected-error @+2 {{'nn.layer_norm' op expected axis in [0, 2), found 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.layer_norm %x axis = 2 epsilon = 1.0e-5 : (tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

func.func @layer_norm_element(%x: tensor<2x8xf32>, %s: tensor<8xf16>) {
  // expected-error @+2 {{'nn.layer_norm' op expected scale of element type 'f32', found 'f16'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.layer_norm %x scale %s axis = 1 epsilon = 1.0e-5 : (tensor<2x8xf32>, tensor<8xf16>) -> tensor<2x8xf32>
  return
}

// -----

func.func @layer_norm_parameter(%x: tensor<2x8xf32>, %b: tensor<2x8xf32>) {
  // expected-error @+2 {{'nn.layer_norm' op expected bias to broadcast to shape 8, found 2x8}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.layer_norm %x bias %b axis = 1 epsilon = 1.0e-5 : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

func.func @group_norm_rank(%x: tensor<8xf32>) {
  // expected-error @+2 {{'nn.group_norm' op expected x of rank 2 or more, found 'tensor<8xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.group_norm %x groups = 1 epsilon = 1.0e-5 : (tensor<8xf32>) -> tensor<8xf32>
  return
}

// -----

func.func @group_norm_groups(%x: tensor<1x4x8x8xf32>) {
  // expected-error @+2 {{'nn.group_norm' op expected channels divisible by groups = 3, found 4}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.group_norm %x groups = 3 epsilon = 1.0e-5 : (tensor<1x4x8x8xf32>) -> tensor<1x4x8x8xf32>
  return
}

// -----

func.func @group_norm_parameter(%x: tensor<1x4x8x8xf32>, %s: tensor<2xf32>) {
  // expected-error @+2 {{'nn.group_norm' op expected scale of shape 4, found 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.group_norm %x scale %s groups = 2 epsilon = 1.0e-5 : (tensor<1x4x8x8xf32>, tensor<2xf32>) -> tensor<1x4x8x8xf32>
  return
}

// -----

func.func @batch_norm_rank(%x: tensor<8xf32>, %s: tensor<4xf32>) {
  // expected-error @+2 {{'nn.batch_norm' op expected x of rank 2 or more, found 'tensor<8xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.batch_norm %x, %s, %s, %s, %s epsilon = 1.0e-5 : (tensor<8xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<8xf32>
  return
}

// -----

func.func @batch_norm_parameter(%x: tensor<1x4x8x8xf32>, %s: tensor<4xf32>, %v: tensor<8xf32>) {
  // expected-error @+2 {{'nn.batch_norm' op expected variance of shape 4, found 8}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.batch_norm %x, %s, %s, %s, %v epsilon = 1.0e-5 : (tensor<1x4x8x8xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<8xf32>) -> tensor<1x4x8x8xf32>
  return
}

// -----

func.func @lrn_rank(%x: tensor<8xf32>) {
  // expected-error @+1 {{'nn.lrn' op expected x of rank 2 or more, found 'tensor<8xf32>'}}
  %0 = nn.lrn %x size = 5 alpha = 1.0e-4 beta = 0.75 bias = 1.0 : (tensor<8xf32>) -> tensor<8xf32>
  return
}

// -----

func.func @lrn_size(%x: tensor<1x4x8x8xf32>) {
  // expected-error @+1 {{'nn.lrn' op expected size in [1, 2147483647], found 0}}
  %0 = nn.lrn %x size = 0 alpha = 1.0e-4 beta = 0.75 bias = 1.0 : (tensor<1x4x8x8xf32>) -> tensor<1x4x8x8xf32>
  return
}
