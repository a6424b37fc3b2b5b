// RUN: megcc-opt %s -canonicalize | FileCheck %s

// CHECK-LABEL: @reshape_reshape
// CHECK-SAME: %[[X:.*]]: tensor<2x8xf32>
func.func @reshape_reshape(%x: tensor<2x8xf32>) -> (tensor<2x8xf32>, tensor<4x4xf32>) {
  %0 = nn.reshape %x : (tensor<2x8xf32>) -> tensor<16xf32>
  %1 = nn.reshape %0 : (tensor<16xf32>) -> tensor<2x8xf32>
  // CHECK-NEXT: %[[Y:.*]] = nn.reshape %[[X]] : (tensor<2x8xf32>) -> tensor<4x4xf32>
  %2 = nn.reshape %0 : (tensor<16xf32>) -> tensor<4x4xf32>
  // CHECK-NEXT: return %[[X]], %[[Y]]
  return %1, %2 : tensor<2x8xf32>, tensor<4x4xf32>
}

// CHECK-LABEL: @reshape_constant
func.func @reshape_constant() -> tensor<2x2xi8> {
  %0 = nn.constant dense<[1, 2, 3, 4]> : tensor<4xi8>
  // CHECK-NEXT: nn.constant dense<{{\[}}[1, 2], [3, 4]]> : tensor<2x2xi8>
  %1 = nn.reshape %0 : (tensor<4xi8>) -> tensor<2x2xi8>
  return %1 : tensor<2x2xi8>
}

// CHECK-LABEL: @transpose_transpose
// CHECK-SAME: %[[X:.*]]: tensor<2x3x4xf32>
func.func @transpose_transpose(%x: tensor<2x3x4xf32>) -> (tensor<4x3x2xf32>, tensor<2x3x4xf32>) {
  %0 = nn.transpose %x perm = [1, 2, 0] : (tensor<2x3x4xf32>) -> tensor<3x4x2xf32>
  // CHECK-NEXT: %[[Y:.*]] = nn.transpose %[[X]] perm = [2, 1, 0] : (tensor<2x3x4xf32>) -> tensor<4x3x2xf32>
  %1 = nn.transpose %0 perm = [1, 0, 2] : (tensor<3x4x2xf32>) -> tensor<4x3x2xf32>
  %2 = nn.transpose %0 perm = [2, 0, 1] : (tensor<3x4x2xf32>) -> tensor<2x3x4xf32>
  // CHECK-NEXT: return %[[Y]], %[[X]]
  return %1, %2 : tensor<4x3x2xf32>, tensor<2x3x4xf32>
}

// Only extents of 1 move.
// CHECK-LABEL: @transpose_units
func.func @transpose_units(%x: tensor<1x8x1x4xf32>) -> tensor<8x4x1x1xf32> {
  // CHECK-NEXT: nn.reshape %{{.*}} : (tensor<1x8x1x4xf32>) -> tensor<8x4x1x1xf32>
  %0 = nn.transpose %x perm = [1, 3, 0, 2] : (tensor<1x8x1x4xf32>) -> tensor<8x4x1x1xf32>
  return %0 : tensor<8x4x1x1xf32>
}

// CHECK-LABEL: @concat_one
// CHECK-SAME: %[[X:.*]]: tensor<2x8xf32>
func.func @concat_one(%x: tensor<2x8xf32>) -> tensor<2x8xf32> {
  %0 = nn.concat %x axis = 1 : (tensor<2x8xf32>) -> tensor<2x8xf32>
  // CHECK-NEXT: return %[[X]]
  return %0 : tensor<2x8xf32>
}

// An input of no elements goes, and a concat that nothing else uses.
// CHECK-LABEL: @concat_concat
// CHECK-SAME: %[[X:.*]]: tensor<2xf32>, %[[Y:.*]]: tensor<3xf32>
func.func @concat_concat(%x: tensor<2xf32>, %y: tensor<3xf32>, %e: tensor<0xf32>) -> tensor<7xf32> {
  %0 = nn.concat %y, %x axis = 0 : (tensor<3xf32>, tensor<2xf32>) -> tensor<5xf32>
  // CHECK-NEXT: nn.concat %[[X]], %[[Y]], %[[X]] axis = 0
  %1 = nn.concat %x, %e, %0 axis = 0 : (tensor<2xf32>, tensor<0xf32>, tensor<5xf32>) -> tensor<7xf32>
  return %1 : tensor<7xf32>
}

// CHECK-LABEL: @slice_slice
// CHECK-SAME: %[[X:.*]]: tensor<16xf32>
func.func @slice_slice(%x: tensor<16xf32>) -> tensor<2xf32> {
  %0 = nn.slice %x offsets = [0] sizes = [16] strides = [1] : (tensor<16xf32>) -> tensor<16xf32>
  %1 = nn.slice %0 offsets = [15] sizes = [8] strides = [-2] : (tensor<16xf32>) -> tensor<8xf32>
  // CHECK-NEXT: nn.slice %[[X]] offsets = [13] sizes = [2] strides = [-6]
  %2 = nn.slice %1 offsets = [1] sizes = [2] strides = [3] : (tensor<8xf32>) -> tensor<2xf32>
  return %2 : tensor<2xf32>
}

// CHECK-LABEL: @nothing
// CHECK-SAME: %[[X:.*]]: tensor<2x8xf32>
func.func @nothing(%x: tensor<2x8xf32>) -> tensor<2x8xf32> {
  %0 = nn.pad %x low = [0, 0] high = [0, 0] interior = [0, 0] : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %1 = nn.expand %0 : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %2 = nn.tile %1 repeats = [1, 1] : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %3 = nn.resize linear %2 scales = [1.0, 1.0] coordinates = half_pixel : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %4 = nn.reverse %3 axes = [0, 1] : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %5 = nn.reverse %4 axes = [0, 1] : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %6 = nn.reduce mean %5 axes = [] : (tensor<2x8xf32>) -> tensor<2x8xf32>
  // CHECK-NEXT: return %[[X]]
  return %6 : tensor<2x8xf32>
}

// Moving as many elements in as out is not nothing.
// CHECK-LABEL: @pad_shift
func.func @pad_shift(%x: tensor<8xf32>) -> tensor<8xf32> {
  // CHECK-NEXT: nn.pad
  %0 = nn.pad %x low = [1] high = [-1] interior = [0] : (tensor<8xf32>) -> tensor<8xf32>
  return %0 : tensor<8xf32>
}

// CHECK-LABEL: @relayout_cancels
// CHECK-SAME: %[[X:.*]]: tensor<1x32xf32>
func.func @relayout_cancels(%x: tensor<1x32xf32>) -> (tensor<1x32xf32>, tensor<1x32xf32, #nn.info<layout = blocked<1 x 8>>>) {
  %0 = nn.relayout %x : (tensor<1x32xf32>) -> tensor<1x32xf32, #nn.info<layout = blocked<1 x 16>>>
  %1 = nn.relayout %0 : (tensor<1x32xf32, #nn.info<layout = blocked<1 x 16>>>) -> tensor<1x32xf32>
  // CHECK-NEXT: %[[Y:.*]] = nn.relayout %[[X]] : (tensor<1x32xf32>) -> tensor<1x32xf32, #nn.info<layout = blocked<1 x 8>>>
  %2 = nn.relayout %0 : (tensor<1x32xf32, #nn.info<layout = blocked<1 x 16>>>) -> tensor<1x32xf32, #nn.info<layout = blocked<1 x 8>>>
  // CHECK-NEXT: return %[[X]], %[[Y]]
  return %1, %2 : tensor<1x32xf32>, tensor<1x32xf32, #nn.info<layout = blocked<1 x 8>>>
}

// CHECK-LABEL: @max_pool_unused_indices
func.func @max_pool_unused_indices(%x: tensor<1x8x4xf32>) -> tensor<1x8x2xf32> {
  // CHECK-NEXT: nn.max_pool %{{.*}} kernel = [2] strides = [2] pads = [0, 0] dilations = [1] : (tensor<1x8x4xf32>) -> tensor<1x8x2xf32>
  %0:2 = nn.max_pool %x kernel = [2] strides = [2] pads = [0, 0] dilations = [1] with_indices
    : (tensor<1x8x4xf32>) -> (tensor<1x8x2xf32>, tensor<1x8x2xi64>)
  return %0#0 : tensor<1x8x2xf32>
}
