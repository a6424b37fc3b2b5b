// RUN: megcc-opt %s -split-input-file -verify-diagnostics

func.func @conv_rank(%x: tensor<1x4x8x8xf32>, %w: tensor<8x4x3xf32>) {
  // expected-error @+2 {{'nn.conv' op expected w of rank 4, found 'tensor<8x4x3xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (tensor<1x4x8x8xf32>, tensor<8x4x3xf32>) -> tensor<1x8x6x6xf32>
  return
}

// -----

func.func @conv_rank_x(%x: tensor<1x4xf32>, %w: tensor<8x4xf32>) {
  // expected-error @+2 {{'nn.conv' op expected x of rank 3 or more, found 'tensor<1x4xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.conv %x, %w strides = [] pads = [] dilations = [] : (tensor<1x4xf32>, tensor<8x4xf32>) -> tensor<1x8xf32>
  return
}

// -----

func.func @conv_weights_layout(%x: tensor<1x4x8x8xf32>, %w: tensor<8x4x3x3xf32, #nn.info<layout = blocked<1 x 16>>>) {
  // expected-error @+2 {{'nn.conv' op expected row-major w, found 'tensor<8x4x3x3xf32, #nn.info<layout = blocked<1 x 16>>>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (tensor<1x4x8x8xf32>, tensor<8x4x3x3xf32, #nn.info<layout = blocked<1 x 16>>>) -> tensor<1x8x6x6xf32>
  return
}

// -----

func.func @conv_groups(%x: tensor<1x4x8x8xf32>, %w: tensor<8x4x3x3xf32>) {
  // expected-error @+2 {{'nn.conv' op expected groups in [1, 2147483647], found 0}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] groups = 0 : (tensor<1x4x8x8xf32>, tensor<8x4x3x3xf32>) -> tensor<1x8x6x6xf32>
  return
}

// -----

func.func @conv_channels(%x: tensor<1x4x8x8xf32>, %w: tensor<8x3x3x3xf32>) {
  // expected-error @+2 {{'nn.conv' op expected w with channels / groups = 4 / 1 input channels, found 3}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (tensor<1x4x8x8xf32>, tensor<8x3x3x3xf32>) -> tensor<1x8x6x6xf32>
  return
}

// -----

func.func @conv_outputs(%x: tensor<1x4x8x8xf32>, %w: tensor<7x2x3x3xf32>) {
  // expected-error @+2 {{'nn.conv' op expected output channels divisible by groups = 2, found 7}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] groups = 2 : (tensor<1x4x8x8xf32>, tensor<7x2x3x3xf32>) -> tensor<1x7x6x6xf32>
  return
}

// -----

func.func @contraction_bias(%x: tensor<1x4x8x8xf32>, %w: tensor<8x4x3x3xf32>, %b: tensor<4xf32>) {
  // expected-error @+2 {{'nn.conv' op expected bias of shape 8, found 4}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.conv %x, %w, %b strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (tensor<1x4x8x8xf32>, tensor<8x4x3x3xf32>, tensor<4xf32>) -> tensor<1x8x6x6xf32>
  return
}

// -----

func.func @contraction_bias_element(%x: tensor<1x4x8x8xf32>, %w: tensor<8x4x3x3xf32>, %b: tensor<8xf16>) {
  // expected-error @+1 {{'nn.conv' op expected bias of the result's element type 'f32', found 'f16'}}
  %0 = nn.conv %x, %w, %b strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (tensor<1x4x8x8xf32>, tensor<8x4x3x3xf32>, tensor<8xf16>) -> tensor<1x8x6x6xf32>
  return
}

// -----

func.func @contraction_elements(%x: tensor<1x4x8x8xf32>, %w: tensor<8x4x3x3xf16>) {
  // expected-error @+2 {{'nn.conv' op expected floats of one type or integers, found factors of 'f32' and 'f16'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (tensor<1x4x8x8xf32>, tensor<8x4x3x3xf16>) -> tensor<1x8x6x6xf32>
  return
}

// -----

func.func @contraction_accumulator(%x: tensor<1x4x8x8xi8>, %w: tensor<8x4x3x3xi8>) {
  // expected-error @+2 {{'nn.conv' op inferred type(s) 'tensor<1x8x6x6xi32>' are incompatible with return type(s) of operation 'tensor<1x8x6x6xi8>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (tensor<1x4x8x8xi8>, tensor<8x4x3x3xi8>) -> tensor<1x8x6x6xi8>
  return
}

// -----

func.func @window_count(%x: tensor<1x4x8x8xf32>, %w: tensor<8x4x3x3xf32>) {
  // expected-error @+2 {{'nn.conv' op expected 2 values in strides, found 1}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.conv %x, %w strides = [1] pads = [0, 0, 0, 0] dilations = [1, 1] : (tensor<1x4x8x8xf32>, tensor<8x4x3x3xf32>) -> tensor<1x8x6x6xf32>
  return
}

// -----

func.func @window_count_pads(%x: tensor<1x4x8x8xf32>, %w: tensor<8x4x3x3xf32>) {
  // expected-error @+2 {{'nn.conv' op expected 4 values in pads, found 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.conv %x, %w strides = [1, 1] pads = [0, 0] dilations = [1, 1] : (tensor<1x4x8x8xf32>, tensor<8x4x3x3xf32>) -> tensor<1x8x6x6xf32>
  return
}

// -----

func.func @window_range(%x: tensor<1x4x8x8xf32>, %w: tensor<8x4x3x3xf32>) {
  // expected-error @+2 {{'nn.conv' op expected strides in [1, 2147483647], found 0}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.conv %x, %w strides = [1, 0] pads = [0, 0, 0, 0] dilations = [1, 1] : (tensor<1x4x8x8xf32>, tensor<8x4x3x3xf32>) -> tensor<1x8x6x6xf32>
  return
}

// -----

func.func @window_range_pads(%x: tensor<1x4x8x8xf32>, %w: tensor<8x4x3x3xf32>) {
  // expected-error @+2 {{'nn.conv' op expected pads in [0, 2147483647], found -1}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.conv %x, %w strides = [1, 1] pads = [0, 0, -1, 0] dilations = [1, 1] : (tensor<1x4x8x8xf32>, tensor<8x4x3x3xf32>) -> tensor<1x8x6x6xf32>
  return
}

// -----

func.func @window_range_huge(%x: tensor<1x4x8x8xf32>, %w: tensor<8x4x3x3xf32>) {
  // expected-error @+2 {{'nn.conv' op expected pads in [0, 2147483647], found 9223372036854775807}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 9223372036854775807] dilations = [1, 1] : (tensor<1x4x8x8xf32>, tensor<8x4x3x3xf32>) -> tensor<1x8x6x6xf32>
  return
}

// -----

func.func @window_range_empty(%x: tensor<1x4x0x8xf32>, %w: tensor<8x4x3x3xf32>) {
  // expected-error @+2 {{'nn.conv' op expected spatial extents in [1, 2147483647], found 0}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (tensor<1x4x0x8xf32>, tensor<8x4x3x3xf32>) -> tensor<1x8x6x6xf32>
  return
}

// -----

func.func @window_extent(%x: tensor<1x4x8x8xf32>, %w: tensor<8x4x3x3xf32>) {
  // expected-error @+2 {{'nn.conv' op window of 9 exceeds dimension 2 of extent 8 with its padding}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [4, 1] : (tensor<1x4x8x8xf32>, tensor<8x4x3x3xf32>) -> tensor<1x8x6x6xf32>
  return
}

// -----

func.func @window_layout(%x: tensor<1x4x8x8xf32, #nn.info<layout = blocked<2 x 4>>>, %w: tensor<8x4x3x3xf32>) {
  // expected-error @+2 {{'nn.conv' op cannot work on dimension 2 of 'tensor<1x4x8x8xf32, #nn.info<layout = blocked<2 x 4>>>', which its layout splits; expected another layout}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (tensor<1x4x8x8xf32, #nn.info<layout = blocked<2 x 4>>>, tensor<8x4x3x3xf32>) -> tensor<1x8x6x6xf32>
  return
}

// -----

func.func @conv_transpose_channels(%x: tensor<1x4x8x8xf32>, %w: tensor<3x2x3x3xf32>) {
  // expected-error @+2 {{'nn.conv_transpose' op expected w with 4 input channels, found 3}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.conv_transpose %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] output_padding = [0, 0] : (tensor<1x4x8x8xf32>, tensor<3x2x3x3xf32>) -> tensor<1x8x6x6xf32>
  return
}

// -----

func.func @conv_transpose_groups(%x: tensor<1x4x8x8xf32>, %w: tensor<4x2x3x3xf32>) {
  // expected-error @+2 {{'nn.conv_transpose' op expected channels divisible by groups = 3, found 4}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.conv_transpose %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] output_padding = [0, 0] groups = 3 : (tensor<1x4x8x8xf32>, tensor<4x2x3x3xf32>) -> tensor<1x8x6x6xf32>
  return
}

// -----

func.func @conv_transpose_output_padding(%x: tensor<1x4x8x8xf32>, %w: tensor<4x2x3x3xf32>) {
  // expected-error @+2 {{'nn.conv_transpose' op expected 2 values in output_padding, found 1}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.conv_transpose %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] output_padding = [0] : (tensor<1x4x8x8xf32>, tensor<4x2x3x3xf32>) -> tensor<1x8x6x6xf32>
  return
}

// -----

func.func @conv_transpose_extent(%x: tensor<1x4x1x1xf32>, %w: tensor<4x2x3x3xf32>) {
  // expected-error @+2 {{'nn.conv_transpose' op pads take away all of dimension 2 of the result}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.conv_transpose %x, %w strides = [1, 1] pads = [2, 0, 1, 0] dilations = [1, 1] output_padding = [0, 0] : (tensor<1x4x1x1xf32>, tensor<4x2x3x3xf32>) -> tensor<1x8x6x6xf32>
  return
}

// -----

func.func @matmul_rank(%x: tensor<f32>) {
  // expected-error @+2 {{'nn.matmul' op expected lhs of rank 1 or more, found 'tensor<f32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.matmul %x, %x : (tensor<f32>, tensor<f32>) -> tensor<f32>
  return
}

// -----

func.func @matmul_depth(%x: tensor<2x3xf32>) {
  // expected-error @+2 {{'nn.matmul' op expected as many columns of lhs as rows of rhs, found 3 and 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.matmul %x, %x : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @matmul_batch(%x: tensor<2x3x3xf32>, %y: tensor<4x3x3xf32>) {
  // expected-error @+2 {{'nn.matmul' op expected batches that broadcast, found 2 and 4}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.matmul %x, %y : (tensor<2x3x3xf32>, tensor<4x3x3xf32>) -> tensor<4x3x3xf32>
  return
}
