// RUN: megcc-opt %s | megcc-opt | FileCheck %s

// CHECK-LABEL: @reduce_sum
func.func @reduce_sum(%x: tensor<1x8x6x6xf32>) {
  // CHECK: nn.reduce sum %{{.*}} axes = [2, 3] keepdims : (tensor<1x8x6x6xf32>) -> tensor<1x8x1x1xf32>
  %0 = nn.reduce sum %x axes = [2, 3] keepdims : (tensor<1x8x6x6xf32>) -> tensor<1x8x1x1xf32>
  return
}

// CHECK-LABEL: @reduce_mean
func.func @reduce_mean(%x: tensor<1x8x6x6xf32>) {
  // CHECK: nn.reduce mean %{{.*}} axes = [2, 3] keepdims : (tensor<1x8x6x6xf32>) -> tensor<1x8x1x1xf32>
  %0 = nn.reduce mean %x axes = [2, 3] keepdims : (tensor<1x8x6x6xf32>) -> tensor<1x8x1x1xf32>
  return
}

// CHECK-LABEL: @reduce_max
func.func @reduce_max(%x: tensor<1x8x6x6xf32>) {
  // CHECK: nn.reduce max %{{.*}} axes = [2, 3] keepdims : (tensor<1x8x6x6xf32>) -> tensor<1x8x1x1xf32>
  %0 = nn.reduce max %x axes = [2, 3] keepdims : (tensor<1x8x6x6xf32>) -> tensor<1x8x1x1xf32>
  return
}

// CHECK-LABEL: @reduce_min
func.func @reduce_min(%x: tensor<1x8x6x6xf32>) {
  // CHECK: nn.reduce min %{{.*}} axes = [2, 3] keepdims : (tensor<1x8x6x6xf32>) -> tensor<1x8x1x1xf32>
  %0 = nn.reduce min %x axes = [2, 3] keepdims : (tensor<1x8x6x6xf32>) -> tensor<1x8x1x1xf32>
  return
}

// CHECK-LABEL: @reduce_prod
func.func @reduce_prod(%x: tensor<1x8x6x6xf32>) {
  // CHECK: nn.reduce prod %{{.*}} axes = [2, 3] keepdims : (tensor<1x8x6x6xf32>) -> tensor<1x8x1x1xf32>
  %0 = nn.reduce prod %x axes = [2, 3] keepdims : (tensor<1x8x6x6xf32>) -> tensor<1x8x1x1xf32>
  return
}

// CHECK-LABEL: @reduce_drops_axes
func.func @reduce_drops_axes(%x: tensor<1x8x6x6xf32>) {
  // CHECK: nn.reduce sum %{{.*}} axes = [0, 2] : (tensor<1x8x6x6xf32>) -> tensor<8x6xf32>
  %0 = nn.reduce sum %x axes = [0, 2] : (tensor<1x8x6x6xf32>) -> tensor<8x6xf32>
  return
}

// The layout follows its dimension.
// CHECK-LABEL: @reduce_layout
func.func @reduce_layout(%x: tensor<3x32x4xf32, #nn.info<layout = blocked<1 x 16>>>) {
  // CHECK: nn.reduce max %{{.*}} axes = [0] : (tensor<3x32x4xf32, #nn.info<layout = blocked<1 x 16>>>) -> tensor<32x4xf32, #nn.info<layout = blocked<0 x 16>>>
  %0 = nn.reduce max %x axes = [0] : (tensor<3x32x4xf32, #nn.info<layout = blocked<1 x 16>>>) -> tensor<32x4xf32, #nn.info<layout = blocked<0 x 16>>>
  return
}

// CHECK-LABEL: @arg_max
func.func @arg_max(%x: tensor<2x8xf32>) {
  // CHECK: nn.arg_max %{{.*}} axis = 1 : (tensor<2x8xf32>) -> tensor<2xi64>
  %0 = nn.arg_max %x axis = 1 : (tensor<2x8xf32>) -> tensor<2xi64>
  return
}

// CHECK-LABEL: @arg_min
func.func @arg_min(%x: tensor<2x8xf32>) {
  // CHECK: nn.arg_min %{{.*}} axis = 0 keepdims select_last : (tensor<2x8xf32>) -> tensor<1x8xi64>
  %0 = nn.arg_min %x axis = 0 keepdims select_last : (tensor<2x8xf32>) -> tensor<1x8xi64>
  return
}

// CHECK-LABEL: @cumsum
func.func @cumsum(%x: tensor<2x8xf32>) {
  // CHECK: nn.cumsum %{{.*}} axis = 1 exclusive reverse : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %0 = nn.cumsum %x axis = 1 exclusive reverse : (tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// CHECK-LABEL: @top_k
func.func @top_k(%x: tensor<2x8xf32>) {
  // CHECK: nn.top_k %{{.*}} k = 3 axis = 1 least unsorted : (tensor<2x8xf32>) -> (tensor<2x3xf32>, tensor<2x3xi64>)
  %0:2 = nn.top_k %x k = 3 axis = 1 least unsorted : (tensor<2x8xf32>) -> (tensor<2x3xf32>, tensor<2x3xi64>)
  return
}
