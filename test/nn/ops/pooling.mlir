// RUN: megcc-opt %s | megcc-opt | FileCheck %s

// CHECK-LABEL: @max_pool
func.func @max_pool(%x: tensor<1x8x6x6xf32>) {
  // CHECK: nn.max_pool %{{.*}} kernel = [2, 2] strides = [2, 2] pads = [0, 0, 0, 0] dilations = [1, 1] : (tensor<1x8x6x6xf32>) -> tensor<1x8x3x3xf32>
  %0 = nn.max_pool %x kernel = [2, 2] strides = [2, 2] pads = [0, 0, 0, 0] dilations = [1, 1] : (tensor<1x8x6x6xf32>) -> tensor<1x8x3x3xf32>
  return
}

// CHECK-LABEL: @max_pool_indices
func.func @max_pool_indices(%x: tensor<1x8x6x6xf32>) {
  // CHECK: nn.max_pool %{{.*}} kernel = [2, 2] strides = [2, 2] pads = [0, 0, 0, 0] dilations = [1, 1] with_indices : (tensor<1x8x6x6xf32>) -> (tensor<1x8x3x3xf32>, tensor<1x8x3x3xi64>)
  %0:2 = nn.max_pool %x kernel = [2, 2] strides = [2, 2] pads = [0, 0, 0, 0] dilations = [1, 1] with_indices : (tensor<1x8x6x6xf32>) -> (tensor<1x8x3x3xf32>, tensor<1x8x3x3xi64>)
  return
}

// CHECK-LABEL: @average_pool
func.func @average_pool(%x: tensor<1x8x6x6xf32>) {
  // CHECK: nn.average_pool %{{.*}} kernel = [2, 2] strides = [2, 2] pads = [0, 0, 0, 0] dilations = [1, 1] counted_pads = [0, 0, 0, 0] : (tensor<1x8x6x6xf32>) -> tensor<1x8x3x3xf32>
  %0 = nn.average_pool %x kernel = [2, 2] strides = [2, 2] pads = [0, 0, 0, 0] dilations = [1, 1] counted_pads = [0, 0, 0, 0] : (tensor<1x8x6x6xf32>) -> tensor<1x8x3x3xf32>
  return
}

// Extra padding at the end that rounds the extent up does not count.
// CHECK-LABEL: @average_pool_ceil
func.func @average_pool_ceil(%x: tensor<1x8x5xf32>) {
  // CHECK: nn.average_pool %{{.*}} kernel = [3] strides = [2] pads = [1, 2] dilations = [1] counted_pads = [1, 1] : (tensor<1x8x5xf32>) -> tensor<1x8x3xf32>
  %0 = nn.average_pool %x kernel = [3] strides = [2] pads = [1, 2] dilations = [1] counted_pads = [1, 1] : (tensor<1x8x5xf32>) -> tensor<1x8x3xf32>
  return
}

// CHECK-LABEL: @lp_pool
func.func @lp_pool(%x: tensor<1x8x6x6xf32>) {
  // CHECK: nn.lp_pool %{{.*}} kernel = [2, 2] strides = [2, 2] pads = [0, 0, 0, 0] dilations = [1, 1] p = 2 : (tensor<1x8x6x6xf32>) -> tensor<1x8x3x3xf32>
  %0 = nn.lp_pool %x kernel = [2, 2] strides = [2, 2] pads = [0, 0, 0, 0] dilations = [1, 1] p = 2 : (tensor<1x8x6x6xf32>) -> tensor<1x8x3x3xf32>
  return
}

// CHECK-LABEL: @max_pool_layout
func.func @max_pool_layout(%x: tensor<1x32x4xf32, #nn.info<layout = blocked<1 x 16>>>) {
  // CHECK: nn.max_pool %{{.*}} kernel = [2] strides = [1] pads = [0, 0] dilations = [2] : (tensor<1x32x4xf32, #nn.info<layout = blocked<1 x 16>>>) -> tensor<1x32x2xf32, #nn.info<layout = blocked<1 x 16>>>
  %0 = nn.max_pool %x kernel = [2] strides = [1] pads = [0, 0] dilations = [2] : (tensor<1x32x4xf32, #nn.info<layout = blocked<1 x 16>>>) -> tensor<1x32x2xf32, #nn.info<layout = blocked<1 x 16>>>
  return
}
