// RUN: megcc-opt %s --fold-constants=max-growth=1000000 | FileCheck %s
//
// Sliding windows. Expected values: torch.

// CHECK-LABEL: func @max_pool()
// CHECK: nn.constant dense<[6, 7, 11, 17]> : tensor<4xi32>
func.func @max_pool() -> tensor<4xi32> {
  %x = nn.constant dense<[[[[5.0, 5.0, 0.0, 5.0], [6.0, 1.0, 7.0, 5.0], [-1.0, -1.0, 4.0, 6.0], [11.0, 1.0, 17.0, 14.0]]]]> : tensor<1x1x4x4xf32>
  %y = nn.max_pool %x kernel = [2, 2] strides = [2, 2] pads = [0, 0, 0, 0] dilations = [1, 1] : (tensor<1x1x4x4xf32>) -> tensor<1x1x2x2xf32>
  %y_flat = nn.reshape %y : (tensor<1x1x2x2xf32>) -> tensor<4xf32>
  %y_int = nn.cast %y_flat : (tensor<4xf32>) -> tensor<4xi32>
  return %y_int : tensor<4xi32>
}

// Padding never wins. Indices are flat over the whole of x.

// CHECK-LABEL: func @max_pool_indices()
// CHECK-DAG: nn.constant dense<[-1, 1, 1, 1, 3, 3, 2, 2, 3, 3, 4, 4, -1, 3, 4, 4, 1, 1, 2, 2, 1, 3, 3, 2, 0, 3, 4, 4, -1, 3, 4, 4]> : tensor<32xi32>
// CHECK-DAG: nn.constant dense<[0, 1, 1, 2, 3, 3, 5, 5, 3, 3, 8, 8, 6, 7, 8, 8, 9, 9, 11, 11, 9, 13, 13, 11, 12, 13, 17, 17, 15, 16, 17, 17]> : tensor<32xi64>
func.func @max_pool_indices() -> (tensor<32xi32>, tensor<32xi64>) {
  %x = nn.constant dense<[[[[-1.0, 1.0, 1.0], [3.0, -1.0, 2.0], [-1.0, 3.0, 4.0]], [[1.0, -1.0, 2.0], [0.0, 3.0, -3.0], [-1.0, 3.0, 4.0]]]]> : tensor<1x2x3x3xf32>
  %y0, %y1 = nn.max_pool %x kernel = [2, 2] strides = [1, 1] pads = [1, 1, 1, 1] dilations = [1, 1] with_indices : (tensor<1x2x3x3xf32>) -> (tensor<1x2x4x4xf32>, tensor<1x2x4x4xi64>)
  %y0_flat = nn.reshape %y0 : (tensor<1x2x4x4xf32>) -> tensor<32xf32>
  %y0_int = nn.cast %y0_flat : (tensor<32xf32>) -> tensor<32xi32>
  %y1_flat = nn.reshape %y1 : (tensor<1x2x4x4xi64>) -> tensor<32xi64>
  return %y0_int, %y1_flat : tensor<32xi32>, tensor<32xi64>
}

// CHECK-LABEL: func @max_pool_dilated()
// CHECK: nn.constant dense<[4, 1, 5]> : tensor<3xui8>
func.func @max_pool_dilated() -> tensor<3xui8> {
  %x = nn.constant dense<[[[3, 1, 4, 1, 5]]]> : tensor<1x1x5xui8>
  %y = nn.max_pool %x kernel = [2] strides = [1] pads = [0, 0] dilations = [2] : (tensor<1x1x5xui8>) -> tensor<1x1x3xui8>
  %y_flat = nn.reshape %y : (tensor<1x1x3xui8>) -> tensor<3xui8>
  return %y_flat : tensor<3xui8>
}

// What is in the padding isn't counted, or is if counted_pads says so.

// CHECK-LABEL: func @average_pool()
// CHECK: nn.constant dense<[-3000, -500, 500, 500, 0, -1000, 500, 250, 500]> : tensor<9xi32>
func.func @average_pool() -> tensor<9xi32> {
  %x = nn.constant dense<[[[[-3.0, 2.0, -1.0], [4.0, -3.0, -2.0], [-3.0, 3.0, 4.0]]]]> : tensor<1x1x3x3xf32>
  %y = nn.average_pool %x kernel = [2, 2] strides = [1, 1] pads = [1, 1, 0, 0] dilations = [1, 1] counted_pads = [0, 0, 0, 0] : (tensor<1x1x3x3xf32>) -> tensor<1x1x3x3xf32>
  %y_flat = nn.reshape %y : (tensor<1x1x3x3xf32>) -> tensor<9xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
  %y_round = nn.round %y_scaled : tensor<9xf32>
  %y_int = nn.cast %y_round : (tensor<9xf32>) -> tensor<9xi32>
  return %y_int : tensor<9xi32>
}

// CHECK-LABEL: func @average_pool_counted()
// CHECK: nn.constant dense<[-750, -250, 250, 250, 0, -1000, 250, 250, 500]> : tensor<9xi32>
func.func @average_pool_counted() -> tensor<9xi32> {
  %x = nn.constant dense<[[[[-3.0, 2.0, -1.0], [4.0, -3.0, -2.0], [-3.0, 3.0, 4.0]]]]> : tensor<1x1x3x3xf32>
  %y = nn.average_pool %x kernel = [2, 2] strides = [1, 1] pads = [1, 1, 0, 0] dilations = [1, 1] counted_pads = [1, 1, 0, 0] : (tensor<1x1x3x3xf32>) -> tensor<1x1x3x3xf32>
  %y_flat = nn.reshape %y : (tensor<1x1x3x3xf32>) -> tensor<9xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
  %y_round = nn.round %y_scaled : tensor<9xf32>
  %y_int = nn.cast %y_round : (tensor<9xf32>) -> tensor<9xi32>
  return %y_int : tensor<9xi32>
}

// CHECK-LABEL: func @lp_pool()
// CHECK: nn.constant dense<[5000, 4000, 12000]> : tensor<3xi32>
func.func @lp_pool() -> tensor<3xi32> {
  %x = nn.constant dense<[[[3.0, -4.0, 0.0, 12.0]]]> : tensor<1x1x4xf32>
  %y = nn.lp_pool %x kernel = [2] strides = [1] pads = [0, 0] dilations = [1] p = 2 : (tensor<1x1x4xf32>) -> tensor<1x1x3xf32>
  %y_flat = nn.reshape %y : (tensor<1x1x3xf32>) -> tensor<3xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  %y_round = nn.round %y_scaled : tensor<3xf32>
  %y_int = nn.cast %y_round : (tensor<3xf32>) -> tensor<3xi32>
  return %y_int : tensor<3xi32>
}
