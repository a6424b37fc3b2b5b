// RUN: megcc-opt %s --fold-constants=max-growth=1000000 | FileCheck %s
//
// Resampling. Expected values: torch, or by hand.

// CHECK-LABEL: func @nearest()
// CHECK: nn.constant dense<[1000, 1000, 1000, 1000, 2000, 2000, 1000, 1000, 1000, 1000, 2000, 2000, 0, 0, -4000, -4000, 4000, 4000, 0, 0, -4000, -4000, 4000, 4000]> : tensor<24xi32>
func.func @nearest() -> tensor<24xi32> {
  %x = nn.constant dense<[[[[1.0, 1.0, 2.0], [0.0, -4.0, 4.0]]]]> : tensor<1x1x2x3xf32>
  %y = nn.resize nearest %x scales = [1.0, 1.0, 2.0, 2.0] coordinates = asymmetric rounding = floor : (tensor<1x1x2x3xf32>) -> tensor<1x1x4x6xf32>
  %y_flat = nn.reshape %y : (tensor<1x1x4x6xf32>) -> tensor<24xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<24xf32>, tensor<f32>) -> tensor<24xf32>
  %y_round = nn.round %y_scaled : tensor<24xf32>
  %y_int = nn.cast %y_round : (tensor<24xf32>) -> tensor<24xi32>
  return %y_int : tensor<24xi32>
}

// CHECK-LABEL: func @linear_half_pixel()
// CHECK: nn.constant dense<[1000, 1000, 1000, 1250, 1750, 2000, 750, 500, 0, 438, 1812, 2500, 250, -500, -2000, -1188, 1938, 3500, 0, -1000, -3000, -2000, 2000, 4000]> : tensor<24xi32>
func.func @linear_half_pixel() -> tensor<24xi32> {
  %x = nn.constant dense<[[[[1.0, 1.0, 2.0], [0.0, -4.0, 4.0]]]]> : tensor<1x1x2x3xf32>
  %y = nn.resize linear %x scales = [1.0, 1.0, 2.0, 2.0] coordinates = half_pixel : (tensor<1x1x2x3xf32>) -> tensor<1x1x4x6xf32>
  %y_flat = nn.reshape %y : (tensor<1x1x4x6xf32>) -> tensor<24xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<24xf32>, tensor<f32>) -> tensor<24xf32>
  %y_round = nn.round %y_scaled : tensor<24xf32>
  %y_int = nn.cast %y_round : (tensor<24xf32>) -> tensor<24xi32>
  return %y_int : tensor<24xi32>
}

// CHECK-LABEL: func @linear_align_corners()
// CHECK: nn.constant dense<[1000, 1000, 1000, 1200, 1600, 2000, 750, 350, -50, 300, 1400, 2500, 500, -300, -1100, -600, 1200, 3000, 250, -950, -2150, -1500, 1000, 3500, 0, -1600, -3200, -2400, 800, 4000]> : tensor<30xi32>
func.func @linear_align_corners() -> tensor<30xi32> {
  %x = nn.constant dense<[[[[1.0, 1.0, 2.0], [0.0, -4.0, 4.0]]]]> : tensor<1x1x2x3xf32>
  %y = nn.resize linear %x scales = [1.0, 1.0, 2.5, 2.0] coordinates = align_corners : (tensor<1x1x2x3xf32>) -> tensor<1x1x5x6xf32>
  %y_flat = nn.reshape %y : (tensor<1x1x5x6xf32>) -> tensor<30xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<30xf32>, tensor<f32>) -> tensor<30xf32>
  %y_round = nn.round %y_scaled : tensor<30xf32>
  %y_int = nn.cast %y_round : (tensor<30xf32>) -> tensor<30xi32>
  return %y_int : tensor<30xi32>
}

// CHECK-LABEL: func @cubic()
// CHECK: nn.constant dense<[530, -1247, 1957, -1113, 2103, 31, -777, 2267, -1801, 957, -1511, -1293]> : tensor<12xi32>
func.func @cubic() -> tensor<12xi32> {
  %x = nn.constant dense<[[[[0.0, 1.0, -1.0, -1.0], [4.0, 1.0, 1.0, -2.0], [-1.0, -1.0, 3.0, 1.0], [-3.0, 0.0, 0.0, -2.0]]]]> : tensor<1x1x4x4xf32>
  %y = nn.resize cubic %x scales = [1.0, 1.0, 1.5, 0.5] coordinates = half_pixel : (tensor<1x1x4x4xf32>) -> tensor<1x1x6x2xf32>
  %y_flat = nn.reshape %y : (tensor<1x1x6x2xf32>) -> tensor<12xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<12xf32>, tensor<f32>) -> tensor<12xf32>
  %y_round = nn.round %y_scaled : tensor<12xf32>
  %y_int = nn.cast %y_round : (tensor<12xf32>) -> tensor<12xi32>
  return %y_int : tensor<12xi32>
}

// One element of the result stands for the first of x.

// CHECK-LABEL: func @linear_pytorch_half_pixel()
// CHECK: nn.constant dense<[167, 0, -1000]> : tensor<3xi32>
func.func @linear_pytorch_half_pixel() -> tensor<3xi32> {
  %x = nn.constant dense<[[[[0.0, 1.0, -1.0, -1.0], [4.0, 1.0, 1.0, -2.0], [-1.0, -1.0, 3.0, 1.0], [-3.0, 0.0, 0.0, -2.0]]]]> : tensor<1x1x4x4xf32>
  %y = nn.resize linear %x scales = [1.0, 1.0, 0.25, 0.75] coordinates = pytorch_half_pixel : (tensor<1x1x4x4xf32>) -> tensor<1x1x1x3xf32>
  %y_flat = nn.reshape %y : (tensor<1x1x1x3xf32>) -> tensor<3xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  %y_round = nn.round %y_scaled : tensor<3xf32>
  %y_int = nn.cast %y_round : (tensor<3xf32>) -> tensor<3xi32>
  return %y_int : tensor<3xi32>
}

// Positions -0.25, 0.25, 0.75, ...; and 1.

// CHECK-LABEL: func @nearest_rounding()
// CHECK-DAG: nn.constant dense<[10, 10, 20, 20, 30, 30]> : tensor<6xi32>
// CHECK-DAG: nn.constant dense<20> : tensor<1xi32>
func.func @nearest_rounding() -> (tensor<6xi32>, tensor<1xi32>) {
  %x = nn.constant dense<[10, 20, 30]> : tensor<3xi32>
  %y = nn.resize nearest %x scales = [2.0] coordinates = half_pixel rounding = round_prefer_floor : (tensor<3xi32>) -> tensor<6xi32>
  %z = nn.resize nearest %x scales = [0.5] coordinates = tf_half_pixel_for_nn rounding = ceil : (tensor<3xi32>) -> tensor<1xi32>
  return %y, %z : tensor<6xi32>, tensor<1xi32>
}

// The kernel is twice as wide as its dimension shrinks.

// CHECK-LABEL: func @linear_antialias()
// CHECK: nn.constant dense<[143, 1500, 857]> : tensor<3xi32>
func.func @linear_antialias() -> tensor<3xi32> {
  %x = nn.constant dense<[[[[-1.0, 1.0, 1.0, 3.0, -1.0, 2.0]]]]> : tensor<1x1x1x6xf32>
  %y = nn.resize linear %x scales = [1.0, 1.0, 1.0, 0.5] coordinates = half_pixel {antialias, exclude_outside} : (tensor<1x1x1x6xf32>) -> tensor<1x1x1x3xf32>
  %y_flat = nn.reshape %y : (tensor<1x1x1x3xf32>) -> tensor<3xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  %y_round = nn.round %y_scaled : tensor<3xf32>
  %y_int = nn.cast %y_round : (tensor<3xf32>) -> tensor<3xi32>
  return %y_int : tensor<3xi32>
}

// Positions 1.5, 2.5, and two outside.

// CHECK-LABEL: func @crop()
// CHECK: nn.constant dense<[15000, 25000, -1000, -1000]> : tensor<4xi32>
func.func @crop() -> tensor<4xi32> {
  %x = nn.constant dense<[0.0, 10.0, 20.0, 30.0]> : tensor<4xf32>
  %y = nn.resize linear %x scales = [1.0] coordinates = tf_crop_and_resize {extrapolation_value = -1.0, roi = array<f64: 0.5, 1.5>} : (tensor<4xf32>) -> tensor<4xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %y_round = nn.round %y_scaled : tensor<4xf32>
  %y_int = nn.cast %y_round : (tensor<4xf32>) -> tensor<4xi32>
  return %y_int : tensor<4xi32>
}
