// RUN: megcc-opt %s --fold-pad | FileCheck %s

// CHECK-LABEL: func @conv
// CHECK-SAME: %[[X:.*]]: tensor<1x1x4x4xf32>
// CHECK-NOT: nn.pad
// CHECK: nn.conv %[[X]], %{{.*}} pads = [1, 3, 2, 3]
func.func @conv(%x: tensor<1x1x4x4xf32>, %w: tensor<1x1x2x2xf32>) -> tensor<1x1x6x9xf32> {
  %0 = nn.pad %x low = [0, 0, 1, 2] high = [0, 0, 2, 2] interior = [0, 0, 0, 0] : (tensor<1x1x4x4xf32>) -> tensor<1x1x7x8xf32>
  %1 = nn.conv %0, %w strides = [1, 1] pads = [0, 1, 0, 1] dilations = [1, 1] : (tensor<1x1x7x8xf32>, tensor<1x1x2x2xf32>) -> tensor<1x1x6x9xf32>
  return %1 : tensor<1x1x6x9xf32>
}

// Other padding than zeros is none of a convolution.

// CHECK-LABEL: func @conv_ones
// CHECK: nn.pad
func.func @conv_ones(%x: tensor<1x1x4xf32>, %w: tensor<1x1x2xf32>) -> tensor<1x1x5xf32> {
  %v = nn.constant dense<1.0> : tensor<f32>
  %0 = nn.pad %x, %v low = [0, 0, 1] high = [0, 0, 1] interior = [0, 0, 0] : (tensor<1x1x4xf32>, tensor<f32>) -> tensor<1x1x6xf32>
  %1 = nn.conv %0, %w strides = [1] pads = [0, 0] dilations = [1] : (tensor<1x1x6xf32>, tensor<1x1x2xf32>) -> tensor<1x1x5xf32>
  return %1 : tensor<1x1x5xf32>
}

// Nor are padded channels, or a border that is cut off.

// CHECK-LABEL: func @conv_channels
// CHECK: nn.pad
func.func @conv_channels(%x: tensor<1x1x4xf32>, %w: tensor<1x2x2xf32>) -> tensor<1x1x3xf32> {
  %0 = nn.pad %x low = [0, 0, 0] high = [0, 1, 0] interior = [0, 0, 0] : (tensor<1x1x4xf32>) -> tensor<1x2x4xf32>
  %1 = nn.conv %0, %w strides = [1] pads = [0, 0] dilations = [1] : (tensor<1x2x4xf32>, tensor<1x2x2xf32>) -> tensor<1x1x3xf32>
  return %1 : tensor<1x1x3xf32>
}

// CHECK-LABEL: func @conv_crop
// CHECK: nn.pad
func.func @conv_crop(%x: tensor<1x1x4xf32>, %w: tensor<1x1x2xf32>) -> tensor<1x1x4xf32> {
  %0 = nn.pad %x low = [0, 0, -1] high = [0, 0, 0] interior = [0, 0, 0] : (tensor<1x1x4xf32>) -> tensor<1x1x3xf32>
  %1 = nn.conv %0, %w strides = [1] pads = [1, 1] dilations = [1] : (tensor<1x1x3xf32>, tensor<1x1x2xf32>) -> tensor<1x1x4xf32>
  return %1 : tensor<1x1x4xf32>
}

// Zeros that were part of an average stay so.

// CHECK-LABEL: func @average_pool
// CHECK-NOT: nn.pad
// CHECK: nn.average_pool {{.*}} pads = [2, 1] {{.*}} counted_pads = [1, 1]
func.func @average_pool(%x: tensor<1x1x4xf32>) -> tensor<1x1x6xf32> {
  %0 = nn.pad %x low = [0, 0, 1] high = [0, 0, 1] interior = [0, 0, 0] : (tensor<1x1x4xf32>) -> tensor<1x1x6xf32>
  %1 = nn.average_pool %0 kernel = [2] strides = [1] pads = [1, 0] dilations = [1] counted_pads = [0, 0] : (tensor<1x1x6xf32>) -> tensor<1x1x6xf32>
  return %1 : tensor<1x1x6xf32>
}

// The least value never is a maximum; a zero isn't where nothing is below it.

// CHECK-LABEL: func @max_pool_least
// CHECK-NOT: nn.pad
// CHECK: nn.max_pool {{.*}} pads = [1, 1]
func.func @max_pool_least(%x: tensor<1x1x4xf32>) -> tensor<1x1x5xf32> {
  %v = nn.constant dense<0xFF800000> : tensor<f32>
  %0 = nn.pad %x, %v low = [0, 0, 1] high = [0, 0, 1] interior = [0, 0, 0] : (tensor<1x1x4xf32>, tensor<f32>) -> tensor<1x1x6xf32>
  %1 = nn.max_pool %0 kernel = [2] strides = [1] pads = [0, 0] dilations = [1] : (tensor<1x1x6xf32>) -> tensor<1x1x5xf32>
  return %1 : tensor<1x1x5xf32>
}

// CHECK-LABEL: func @max_pool_relu
// CHECK: %[[R:.*]] = nn.relu
// CHECK-NOT: nn.pad
// CHECK: nn.max_pool %[[R]] {{.*}} pads = [1, 1]
func.func @max_pool_relu(%x: tensor<1x1x4xf32>) -> tensor<1x1x5xf32> {
  %r = nn.relu %x : tensor<1x1x4xf32>
  %0 = nn.pad %r low = [0, 0, 1] high = [0, 0, 1] interior = [0, 0, 0] : (tensor<1x1x4xf32>) -> tensor<1x1x6xf32>
  %1 = nn.max_pool %0 kernel = [2] strides = [1] pads = [0, 0] dilations = [1] : (tensor<1x1x6xf32>) -> tensor<1x1x5xf32>
  return %1 : tensor<1x1x5xf32>
}

// CHECK-LABEL: func @max_pool_zero
// CHECK: nn.pad
func.func @max_pool_zero(%x: tensor<1x1x4xf32>) -> tensor<1x1x5xf32> {
  %0 = nn.pad %x low = [0, 0, 1] high = [0, 0, 1] interior = [0, 0, 0] : (tensor<1x1x4xf32>) -> tensor<1x1x6xf32>
  %1 = nn.max_pool %0 kernel = [2] strides = [1] pads = [0, 0] dilations = [1] : (tensor<1x1x6xf32>) -> tensor<1x1x5xf32>
  return %1 : tensor<1x1x5xf32>
}

// A window that would see nothing but padding.

// CHECK-LABEL: func @max_pool_blind_window
// CHECK: nn.pad
func.func @max_pool_blind_window(%x: tensor<1x1x4xf32>) -> tensor<1x1x7xf32> {
  %r = nn.relu %x : tensor<1x1x4xf32>
  %0 = nn.pad %r low = [0, 0, 2] high = [0, 0, 2] interior = [0, 0, 0] : (tensor<1x1x4xf32>) -> tensor<1x1x8xf32>
  %1 = nn.max_pool %0 kernel = [2] strides = [1] pads = [0, 0] dilations = [1] : (tensor<1x1x8xf32>) -> tensor<1x1x7xf32>
  return %1 : tensor<1x1x7xf32>
}

// Taps 12 apart see nothing of 8x10 positions but the one in the middle.

// CHECK-LABEL: func @dead_taps
// CHECK: %[[W:.*]] = nn.slice %arg1 offsets = [0, 0, 1, 1] sizes = [4, 2, 1, 1] strides = [1, 1, 1, 1]
// CHECK: nn.conv %arg0, %[[W]] strides = [1, 1] pads = [0, 0, 0, 0] dilations = [12, 12]
func.func @dead_taps(%x: tensor<1x2x8x10xf32>, %w: tensor<4x2x3x3xf32>) -> tensor<1x4x8x10xf32> {
  %0 = nn.conv %x, %w strides = [1, 1] pads = [12, 12, 12, 12] dilations = [12, 12]
    : (tensor<1x2x8x10xf32>, tensor<4x2x3x3xf32>) -> tensor<1x4x8x10xf32>
  return %0 : tensor<1x4x8x10xf32>
}

// In one dimension, at one end, with a stride.

// CHECK-LABEL: func @dead_end
// CHECK: %[[W:.*]] = nn.slice %arg1 offsets = [0, 0, 3] sizes = [4, 2, 2]
// CHECK: nn.conv %arg0, %[[W]] strides = [3] pads = [0, 0] dilations = [1]
func.func @dead_end(%x: tensor<1x2x2xf32>, %w: tensor<4x2x5xf32>) -> tensor<1x4x1xf32> {
  %0 = nn.conv %x, %w strides = [3] pads = [3, 0] dilations = [1]
    : (tensor<1x2x2xf32>, tensor<4x2x5xf32>) -> tensor<1x4x1xf32>
  return %0 : tensor<1x4x1xf32>
}

// Every tap meets the input somewhere.

// CHECK-LABEL: func @live_taps
// CHECK-NOT: nn.slice
// CHECK: nn.conv {{.*}} pads = [6, 6, 6, 6]
func.func @live_taps(%x: tensor<1x2x8x10xf32>, %w: tensor<4x2x3x3xf32>) -> tensor<1x4x8x10xf32> {
  %0 = nn.conv %x, %w strides = [1, 1] pads = [6, 6, 6, 6] dilations = [6, 6]
    : (tensor<1x2x8x10xf32>, tensor<4x2x3x3xf32>) -> tensor<1x4x8x10xf32>
  return %0 : tensor<1x4x8x10xf32>
}

// No tap of all meets the input: the output is the bias.

// CHECK-LABEL: func @no_taps
// CHECK-NOT: nn.slice
// CHECK: nn.conv {{.*}} pads = [4, 0]
func.func @no_taps(%x: tensor<1x2x2xf32>, %w: tensor<4x2x2xf32>) -> tensor<1x4x1xf32> {
  %0 = nn.conv %x, %w strides = [9] pads = [4, 0] dilations = [1]
    : (tensor<1x2x2xf32>, tensor<4x2x2xf32>) -> tensor<1x4x1xf32>
  return %0 : tensor<1x4x1xf32>
}
