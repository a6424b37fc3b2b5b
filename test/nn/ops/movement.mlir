// RUN: megcc-opt %s | megcc-opt | FileCheck %s

// CHECK-LABEL: @reshape
func.func @reshape(%x: tensor<2x8xf32>) {
  // CHECK: nn.reshape %{{.*}} : (tensor<2x8xf32>) -> tensor<4x1x4xf32>
  %0 = nn.reshape %x : (tensor<2x8xf32>) -> tensor<4x1x4xf32>
  return
}

// CHECK-LABEL: @reshape_scalar
func.func @reshape_scalar(%x: tensor<1x1xf32>) {
  // CHECK: nn.reshape %{{.*}} : (tensor<1x1xf32>) -> tensor<f32>
  %0 = nn.reshape %x : (tensor<1x1xf32>) -> tensor<f32>
  return
}

// CHECK-LABEL: @transpose
func.func @transpose(%x: tensor<1x8x4x5xf32>) {
  // CHECK: nn.transpose %{{.*}} perm = [0, 2, 3, 1] : (tensor<1x8x4x5xf32>) -> tensor<1x4x5x8xf32>
  %0 = nn.transpose %x perm = [0, 2, 3, 1] : (tensor<1x8x4x5xf32>) -> tensor<1x4x5x8xf32>
  return
}

// CHECK-LABEL: @concat
func.func @concat(%x: tensor<1x8x4xf32>, %y: tensor<1x3x4xf32>) {
  // CHECK: nn.concat %{{.*}}, %{{.*}} axis = 1 : (tensor<1x8x4xf32>, tensor<1x3x4xf32>) -> tensor<1x11x4xf32>
  %0 = nn.concat %x, %y axis = 1 : (tensor<1x8x4xf32>, tensor<1x3x4xf32>) -> tensor<1x11x4xf32>
  return
}

// CHECK-LABEL: @slice
func.func @slice(%x: tensor<2x8xf32>) {
  // CHECK: nn.slice %{{.*}} offsets = [0, 7] sizes = [2, 4] strides = [1, -2] : (tensor<2x8xf32>) -> tensor<2x4xf32>
  %0 = nn.slice %x offsets = [0, 7] sizes = [2, 4] strides = [1, -2] : (tensor<2x8xf32>) -> tensor<2x4xf32>
  return
}

// CHECK-LABEL: @slice_empty
func.func @slice_empty(%x: tensor<2x8xf32>) {
  // CHECK: nn.slice %{{.*}} offsets = [0, 8] sizes = [2, 0] strides = [1, 1] : (tensor<2x8xf32>) -> tensor<2x0xf32>
  %0 = nn.slice %x offsets = [0, 8] sizes = [2, 0] strides = [1, 1] : (tensor<2x8xf32>) -> tensor<2x0xf32>
  return
}

// CHECK-LABEL: @pad
func.func @pad(%x: tensor<2x8xf32>, %v: tensor<f32>) {
  // CHECK: nn.pad %{{.*}}, %{{.*}} low = [0, 1] high = [1, 2] interior = [0, 1] : (tensor<2x8xf32>, tensor<f32>) -> tensor<3x18xf32>
  %0 = nn.pad %x, %v low = [0, 1] high = [1, 2] interior = [0, 1] : (tensor<2x8xf32>, tensor<f32>) -> tensor<3x18xf32>
  return
}

// A negative amount takes elements away.
// CHECK-LABEL: @pad_crop
func.func @pad_crop(%x: tensor<2x8xf32>) {
  // CHECK: nn.pad %{{.*}} low = [-1, 0] high = [0, -3] interior = [0, 0] : (tensor<2x8xf32>) -> tensor<1x5xf32>
  %0 = nn.pad %x low = [-1, 0] high = [0, -3] interior = [0, 0] : (tensor<2x8xf32>) -> tensor<1x5xf32>
  return
}

// CHECK-LABEL: @pad_edge
func.func @pad_edge(%x: tensor<2x8xf32>) {
  // CHECK: nn.pad %{{.*}} low = [0, 3] high = [0, 2] interior = [0, 0] mode = edge : (tensor<2x8xf32>) -> tensor<2x13xf32>
  %0 = nn.pad %x low = [0, 3] high = [0, 2] interior = [0, 0] mode = edge : (tensor<2x8xf32>) -> tensor<2x13xf32>
  return
}

// CHECK-LABEL: @pad_reflect
func.func @pad_reflect(%x: tensor<2x8xf32>) {
  // CHECK: nn.pad %{{.*}} low = [0, 3] high = [0, 2] interior = [0, 0] mode = reflect : (tensor<2x8xf32>) -> tensor<2x13xf32>
  %0 = nn.pad %x low = [0, 3] high = [0, 2] interior = [0, 0] mode = reflect : (tensor<2x8xf32>) -> tensor<2x13xf32>
  return
}

// CHECK-LABEL: @pad_wrap
func.func @pad_wrap(%x: tensor<2x8xf32>) {
  // CHECK: nn.pad %{{.*}} low = [0, 3] high = [0, 2] interior = [0, 0] mode = wrap : (tensor<2x8xf32>) -> tensor<2x13xf32>
  %0 = nn.pad %x low = [0, 3] high = [0, 2] interior = [0, 0] mode = wrap : (tensor<2x8xf32>) -> tensor<2x13xf32>
  return
}

// CHECK-LABEL: @expand
func.func @expand(%x: tensor<8x1xf32>) {
  // CHECK: nn.expand %{{.*}} : (tensor<8x1xf32>) -> tensor<2x8x4xf32>
  %0 = nn.expand %x : (tensor<8x1xf32>) -> tensor<2x8x4xf32>
  return
}

// CHECK-LABEL: @tile
func.func @tile(%x: tensor<2x8xf32>) {
  // CHECK: nn.tile %{{.*}} repeats = [1, 3] : (tensor<2x8xf32>) -> tensor<2x24xf32>
  %0 = nn.tile %x repeats = [1, 3] : (tensor<2x8xf32>) -> tensor<2x24xf32>
  return
}

// CHECK-LABEL: @reverse
func.func @reverse(%x: tensor<2x8xf32>) {
  // CHECK: nn.reverse %{{.*}} axes = [0, 1] : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %0 = nn.reverse %x axes = [0, 1] : (tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// CHECK-LABEL: @resize
func.func @resize(%x: tensor<1x8x4x4xf32>) {
  // CHECK: nn.resize linear %{{.*}} scales = [1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00] coordinates = half_pixel : (tensor<1x8x4x4xf32>) -> tensor<1x8x8x8xf32>
  %0 = nn.resize linear %x scales = [1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00] coordinates = half_pixel : (tensor<1x8x4x4xf32>) -> tensor<1x8x8x8xf32>
  return
}

// CHECK-LABEL: @resize_nearest
func.func @resize_nearest(%x: tensor<1x8x4x4xf32>) {
  // CHECK: nn.resize nearest %{{.*}} scales = [1.000000e+00, 1.000000e+00, 2.500000e+00, 5.000000e-01] coordinates = asymmetric rounding = floor : (tensor<1x8x4x4xf32>) -> tensor<1x8x10x2xf32>
  %0 = nn.resize nearest %x scales = [1.000000e+00, 1.000000e+00, 2.500000e+00, 5.000000e-01] coordinates = asymmetric rounding = floor : (tensor<1x8x4x4xf32>) -> tensor<1x8x10x2xf32>
  return
}

// CHECK-LABEL: @resize_crop
func.func @resize_crop(%x: tensor<4xf32>) {
  // CHECK: nn.resize cubic %{{.*}} scales = [2.000000e+00] coordinates = tf_crop_and_resize {cubic_coeff = -5.000000e-01 : f64, exclude_outside, extrapolation_value = 1.000000e+01 : f64, roi = array<f64: 2.000000e-01, 8.000000e-01>} : (tensor<4xf32>) -> tensor<4xf32>
  %0 = nn.resize cubic %x scales = [2.000000e+00] coordinates = tf_crop_and_resize {cubic_coeff = -5.000000e-01 : f64, exclude_outside, extrapolation_value = 1.000000e+01 : f64, roi = array<f64: 2.000000e-01, 8.000000e-01>} : (tensor<4xf32>) -> tensor<4xf32>
  return
}
