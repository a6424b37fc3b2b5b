// RUN: megcc-opt %s | megcc-opt | FileCheck %s

// CHECK-LABEL: @conv
func.func @conv(%x: tensor<1x3x8x8xf32>, %w: tensor<4x3x3x3xf32>,
                %b: tensor<4xf32>) -> tensor<1x4x4x4xf32> {
  // CHECK: nn.conv %{{.*}}, %{{.*}}, %{{.*}} strides = [2, 2] pads = [1, 1, 1, 1] dilations = [1, 1] :
  // CHECK-SAME: (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>) -> tensor<1x4x4x4xf32>
  %0 = nn.conv %x, %w, %b strides = [2, 2] pads = [1, 1, 1, 1] dilations = [1, 1]
    : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>) -> tensor<1x4x4x4xf32>
  return %0 : tensor<1x4x4x4xf32>
}

// Depthwise, one spatial dimension, sums of 8-bit products in 32 bits.
// CHECK-LABEL: @conv_depthwise_i8
func.func @conv_depthwise_i8(%x: tensor<1x4x8xui8>, %w: tensor<4x1x3xi8>) -> tensor<1x4x4xi32> {
  // CHECK: dilations = [2] groups = 4 :
  %0 = nn.conv %x, %w strides = [1] pads = [0, 0] dilations = [2] groups = 4
    : (tensor<1x4x8xui8>, tensor<4x1x3xi8>) -> tensor<1x4x4xi32>
  return %0 : tensor<1x4x4xi32>
}

// The result may have another layout, and half sums may be taken in f32.
// CHECK-LABEL: @conv_layout
func.func @conv_layout(%x: tensor<1x4x8xf16>, %w: tensor<32x4x1xf16>)
    -> tensor<1x32x8xf32, #nn.info<layout = blocked<1 x 16>>> {
  // CHECK: -> tensor<1x32x8xf32, #nn.info<layout = blocked<1 x 16>>>
  %0 = nn.conv %x, %w strides = [1] pads = [0, 0] dilations = [1]
    : (tensor<1x4x8xf16>, tensor<32x4x1xf16>)
    -> tensor<1x32x8xf32, #nn.info<layout = blocked<1 x 16>>>
  return %0 : tensor<1x32x8xf32, #nn.info<layout = blocked<1 x 16>>>
}

// CHECK-LABEL: @conv_transpose
func.func @conv_transpose(%x: tensor<1x8x4x4xf32>, %w: tensor<8x4x3x3xf32>) -> tensor<1x4x8x8xf32> {
  // CHECK: nn.conv_transpose %{{.*}}, %{{.*}} strides = [2, 2] pads = [1, 1, 1, 1] dilations = [1, 1] output_padding = [1, 1] :
  %0 = nn.conv_transpose %x, %w strides = [2, 2] pads = [1, 1, 1, 1] dilations = [1, 1] output_padding = [1, 1]
    : (tensor<1x8x4x4xf32>, tensor<8x4x3x3xf32>) -> tensor<1x4x8x8xf32>
  return %0 : tensor<1x4x8x8xf32>
}

// CHECK-LABEL: @matmul
func.func @matmul(%a: tensor<2x1x5x8xf32>, %b: tensor<3x8x7xf32>) -> tensor<2x3x5x7xf32> {
  // CHECK: nn.matmul %{{.*}}, %{{.*}} : (tensor<2x1x5x8xf32>, tensor<3x8x7xf32>) -> tensor<2x3x5x7xf32>
  %0 = nn.matmul %a, %b : (tensor<2x1x5x8xf32>, tensor<3x8x7xf32>) -> tensor<2x3x5x7xf32>
  return %0 : tensor<2x3x5x7xf32>
}

// A vector on the left is a row, on the right a column.
// CHECK-LABEL: @matmul_vectors
func.func @matmul_vectors(%a: tensor<8xf32>, %b: tensor<3x8x7xf32>) -> (tensor<3x7xf32>, tensor<f32>) {
  %0 = nn.matmul %a, %b : (tensor<8xf32>, tensor<3x8x7xf32>) -> tensor<3x7xf32>
  // CHECK: nn.matmul %{{.*}} : (tensor<8xf32>, tensor<8xf32>) -> tensor<f32>
  %1 = nn.matmul %a, %a : (tensor<8xf32>, tensor<8xf32>) -> tensor<f32>
  return %0, %1 : tensor<3x7xf32>, tensor<f32>
}
