// RUN: megcc-opt %s -split-input-file -verify-diagnostics

func.func @reshape_element(%x: tensor<2x8xf32>) {
  // expected-error @+1 {{'nn.reshape' op expected a result of element type 'f32', found 'i32'}}
  %0 = nn.reshape %x : (tensor<2x8xf32>) -> tensor<16xi32>
  return
}

// -----

func.func @reshape_count(%x: tensor<2x8xf32>) {
  // expected-error @+1 {{'nn.reshape' op expected as many elements in the result as in 'tensor<2x8xf32>', found 'tensor<15xf32>'}}
  %0 = nn.reshape %x : (tensor<2x8xf32>) -> tensor<15xf32>
  return
}

// -----

func.func @transpose_perm(%x: tensor<2x8xf32>) {
  // expected-error @+2 {{'nn.transpose' op expected a permutation, found perm = [0, 0]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.transpose %x perm = [0, 0] : (tensor<2x8xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @transpose_perm_count(%x: tensor<2x8xf32>) {
  // expected-error @+2 {{'nn.transpose' op expected 2 values in perm, found 1}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.transpose %x perm = [0] : (tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

func.func @concat_inputs() {
  // expected-error @+2 {{'nn.concat' op expected inputs, found none}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = "nn.concat"() {axis = 0 : i64} : () -> tensor<8xf32>
  return
}

// -----

func.func @concat_axis(%x: tensor<2x8xf32>) {
  // expected-error @+2 {{'nn.concat' op expected axis in [0, 2), found 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.concat %x, %x axis = 2 : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

func.func @concat_element(%x: tensor<2x8xf32>, %y: tensor<2x8xf16>) {
  // expected-error @+2 {{'nn.concat' op expected inputs of element type 'f32', found 'f16'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.concat %x, %y axis = 0 : (tensor<2x8xf32>, tensor<2x8xf16>) -> tensor<4x8xf32>
  return
}

// -----

func.func @concat_layout(%x: tensor<1x32xf32, #nn.info<layout = blocked<1 x 16>>>, %y: tensor<1x32xf32>) {
  // expected-error @+2 {{'nn.concat' op expected inputs of one layout, found 'tensor<1x32xf32, #nn.info<layout = blocked<1 x 16>>>' and 'tensor<1x32xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.concat %x, %y axis = 0 : (tensor<1x32xf32, #nn.info<layout = blocked<1 x 16>>>, tensor<1x32xf32>) -> tensor<2x32xf32>
  return
}

// -----

func.func @concat_shape(%x: tensor<2x8xf32>, %y: tensor<3x8xf32>) {
  // expected-error @+2 {{'nn.concat' op expected inputs that differ in dimension 1 only, found 2x8 and 3x8}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.concat %x, %y axis = 1 : (tensor<2x8xf32>, tensor<3x8xf32>) -> tensor<2x16xf32>
  return
}

// -----

func.func @concat_blocks(%x: tensor<1x24xf32, #nn.info<layout = blocked<1 x 16>>>) {
  // expected-error @+2 {{'nn.concat' op expected inputs to begin at whole blocks of 16, found one at 24}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.concat %x, %x axis = 1 : (tensor<1x24xf32, #nn.info<layout = blocked<1 x 16>>>, tensor<1x24xf32, #nn.info<layout = blocked<1 x 16>>>) -> tensor<1x48xf32, #nn.info<layout = blocked<1 x 16>>>
  return
}

// -----

func.func @slice_count(%x: tensor<2x8xf32>) {
  // expected-error @+2 {{'nn.slice' op expected 2 values in offsets, found 1}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.slice %x offsets = [0] sizes = [2, 8] strides = [1, 1] : (tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

func.func @slice_stride(%x: tensor<2x8xf32>) {
  // expected-error @+2 {{'nn.slice' op expected strides other than 0, found [1, 0]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.slice %x offsets = [0, 0] sizes = [2, 8] strides = [1, 0] : (tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

func.func @slice_bounds(%x: tensor<2x8xf32>) {
  // expected-error @+2 {{'nn.slice' op reaches outside dimension 1 of extent 8 with offset 1, size 8, stride 1}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.slice %x offsets = [0, 1] sizes = [2, 8] strides = [1, 1] : (tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

func.func @slice_bounds_overflow(%x: tensor<2x8xf32>) {
  // expected-error @+2 {{'nn.slice' op reaches outside dimension 1 of extent 8 with offset 0, size 3, stride 9223372036854775807}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.slice %x offsets = [0, 0] sizes = [2, 3] strides = [1, 9223372036854775807] : (tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

func.func @slice_layout(%x: tensor<1x32xf32, #nn.info<layout = blocked<1 x 16>>>) {
  // expected-error @+2 {{'nn.slice' op cannot work on dimension 1 of 'tensor<1x32xf32, #nn.info<layout = blocked<1 x 16>>>', which its layout splits; expected another layout}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.slice %x offsets = [0, 0] sizes = [1, 16] strides = [1, 1] : (tensor<1x32xf32, #nn.info<layout = blocked<1 x 16>>>) -> tensor<1x16xf32, #nn.info<layout = blocked<1 x 16>>>
  return
}

// -----

func.func @pad_count(%x: tensor<2x8xf32>) {
  // expected-error @+2 {{'nn.pad' op expected 2 values in high, found 1}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.pad %x low = [0, 0] high = [0] interior = [0, 0] : (tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

func.func @pad_range(%x: tensor<2x8xf32>) {
  // expected-error @+2 {{'nn.pad' op expected high in [-2147483648, 2147483647], found 4294967296}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.pad %x low = [0, 0] high = [0, 4294967296] interior = [0, 0] : (tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

func.func @pad_interior(%x: tensor<2x8xf32>) {
  // expected-error @+2 {{'nn.pad' op expected no interior padding in mode edge, found [0, 1]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.pad %x low = [0, 0] high = [0, 0] interior = [0, 1] mode = edge : (tensor<2x8xf32>) -> tensor<2x15xf32>
  return
}

// -----

func.func @pad_value(%x: tensor<2x8xf32>, %v: tensor<1xf32>) {
  // expected-error @+2 {{'nn.pad' op expected value of rank 0, found 'tensor<1xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.pad %x, %v low = [0, 0] high = [0, 1] interior = [0, 0] : (tensor<2x8xf32>, tensor<1xf32>) -> tensor<2x9xf32>
  return
}

// -----

func.func @pad_value_mode(%x: tensor<2x8xf32>, %v: tensor<f32>) {
  // expected-error @+2 {{'nn.pad' op expected no value in mode wrap}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.pad %x, %v low = [0, 0] high = [0, 1] interior = [0, 0] mode = wrap : (tensor<2x8xf32>, tensor<f32>) -> tensor<2x9xf32>
  return
}

// -----

func.func @pad_layout(%x: tensor<1x32xf32, #nn.info<layout = blocked<1 x 16>>>) {
  // expected-error @+2 {{'nn.pad' op cannot work on dimension 1 of 'tensor<1x32xf32, #nn.info<layout = blocked<1 x 16>>>', which its layout splits; expected another layout}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.pad %x low = [0, 1] high = [0, 0] interior = [0, 0] : (tensor<1x32xf32, #nn.info<layout = blocked<1 x 16>>>) -> tensor<1x33xf32, #nn.info<layout = blocked<1 x 16>>>
  return
}

// -----

func.func @pad_source(%x: tensor<2x8xf32>) {
  // expected-error @+2 {{'nn.pad' op cannot pad dimension 0 of extent 2 by 2 in mode reflect}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.pad %x low = [2, 0] high = [0, 0] interior = [0, 0] mode = reflect : (tensor<2x8xf32>) -> tensor<4x8xf32>
  return
}

// -----

func.func @pad_crop(%x: tensor<2x8xf32>) {
  // expected-error @+2 {{'nn.pad' op cannot pad dimension 0 of extent 2 by -2 and -1}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.pad %x low = [-2, 0] high = [-1, 0] interior = [0, 0] : (tensor<2x8xf32>) -> tensor<0x8xf32>
  return
}

// -----

func.func @expand_element(%x: tensor<2x8xf32>) {
  // expected-error @+1 {{'nn.expand' op expected a result of element type 'f32', found 'f16'}}
  %0 = nn.expand %x : (tensor<2x8xf32>) -> tensor<2x8xf16>
  return
}

// -----

func.func @expand_shape(%x: tensor<2x8xf32>) {
  // expected-error @+1 {{'nn.expand' op expected a result to whose shape 2x8 broadcasts, found 8}}
  %0 = nn.expand %x : (tensor<2x8xf32>) -> tensor<8xf32>
  return
}

// -----

func.func @tile_repeats(%x: tensor<2x8xf32>) {
  // expected-error @+2 {{'nn.tile' op expected repeats in [0, 2147483647], found -1}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.tile %x repeats = [1, -1] : (tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

func.func @result_size(%x: tensor<2147483647x2147483647xi8>) {
  // expected-error @+2 {{'nn.tile' op result of shape 2147483647x17179869176 is too large}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.tile %x repeats = [1, 8] : (tensor<2147483647x2147483647xi8>) -> tensor<2147483647x2147483647xi8>
  return
}

// -----

func.func @reverse_axes(%x: tensor<2x8xf32>) {
  // expected-error @+1 {{'nn.reverse' op expected ascending axes, found [1, 1]}}
  %0 = nn.reverse %x axes = [1, 1] : (tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

func.func @resize_type(%x: tensor<2x8xf32>) {
  // expected-error @+1 {{'nn.resize' op expected a result that differs from 'tensor<2x8xf32>' in its extents only, found 'tensor<2x8x1xf32>'}}
  %0 = nn.resize linear %x scales = [1.0, 1.0] coordinates = half_pixel : (tensor<2x8xf32>) -> tensor<2x8x1xf32>
  return
}

// -----

func.func @resize_scales(%x: tensor<2x8xf32>) {
  // expected-error @+1 {{'nn.resize' op expected 2 values in scales, found 1}}
  %0 = nn.resize linear %x scales = [1.0] coordinates = half_pixel : (tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

func.func @resize_scales_positive(%x: tensor<2x8xf32>) {
  // expected-error @+1 {{'nn.resize' op expected positive scales, found -1.0}}
  %0 = nn.resize linear %x scales = [1.0, -1.0] coordinates = half_pixel : (tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

func.func @resize_extent(%x: tensor<2x0xf32>) {
  // expected-error @+1 {{'nn.resize' op cannot resize dimension 1 of extent 0 to 1}}
  %0 = nn.resize linear %x scales = [1.0, 1.0] coordinates = half_pixel : (tensor<2x0xf32>) -> tensor<2x1xf32>
  return
}

// -----

func.func @resize_layout(%x: tensor<1x32xf32, #nn.info<layout = blocked<1 x 16>>>) {
  // expected-error @+1 {{'nn.resize' op cannot work on dimension 1 of 'tensor<1x32xf32, #nn.info<layout = blocked<1 x 16>>>', which its layout splits; expected another layout}}
  %0 = nn.resize linear %x scales = [1.0, 2.0] coordinates = half_pixel : (tensor<1x32xf32, #nn.info<layout = blocked<1 x 16>>>) -> tensor<1x64xf32, #nn.info<layout = blocked<1 x 16>>>
  return
}

// -----

func.func @resize_roi(%x: tensor<2x8xf32>) {
  // expected-error @+1 {{'nn.resize' op expected 4 values in roi, found 0}}
  %0 = nn.resize linear %x scales = [1.0, 1.0] coordinates = tf_crop_and_resize : (tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}
