// RUN: megcc-opt %s --fold-constants=max-growth=1000000 | FileCheck %s
// RUN: megcc-opt %s --decompose-ops --fold-constants=max-growth=1000000 | FileCheck %s
//
// Softmax and normalisations. Expected values: torch.

// CHECK-LABEL: func @softmax()
// CHECK: nn.constant dense<[3315, 5465, 1220, 629, 1710, 7662]> : tensor<6xi32>
func.func @softmax() -> tensor<6xi32> {
  %x = nn.constant dense<[[0.5, 1.0, -0.5], [-0.5, 0.5, 2.0]]> : tensor<2x3xf32>
  %y = nn.softmax %x axis = 1 : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %y_flat = nn.reshape %y : (tensor<2x3xf32>) -> tensor<6xf32>
  %scale = nn.constant dense<10000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<6xf32>, tensor<f32>) -> tensor<6xf32>
  %y_round = nn.round %y_scaled : tensor<6xf32>
  %y_int = nn.cast %y_round : (tensor<6xf32>) -> tensor<6xi32>
  return %y_int : tensor<6xi32>
}

// CHECK-LABEL: func @softmax_outer()
// CHECK: nn.constant dense<[7311, 6225, 759, 2689, 3775, 9241]> : tensor<6xi32>
func.func @softmax_outer() -> tensor<6xi32> {
  %x = nn.constant dense<[[0.5, 1.0, -0.5], [-0.5, 0.5, 2.0]]> : tensor<2x3xf32>
  %y = nn.softmax %x axis = 0 : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %y_flat = nn.reshape %y : (tensor<2x3xf32>) -> tensor<6xf32>
  %scale = nn.constant dense<10000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<6xf32>, tensor<f32>) -> tensor<6xf32>
  %y_round = nn.round %y_scaled : tensor<6xf32>
  %y_int = nn.cast %y_round : (tensor<6xf32>) -> tensor<6xi32>
  return %y_int : tensor<6xi32>
}

// Large elements don't overflow.

// CHECK-LABEL: func @softmax_large()
// CHECK: nn.constant dense<[2689, 7311]> : tensor<2xi32>
func.func @softmax_large() -> tensor<2xi32> {
  %x = nn.constant dense<[1000.0, 1001.0]> : tensor<2xf32>
  %y = nn.softmax %x axis = 0 : (tensor<2xf32>) -> tensor<2xf32>
  %scale = nn.constant dense<10000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
  %y_round = nn.round %y_scaled : tensor<2xf32>
  %y_int = nn.cast %y_round : (tensor<2xf32>) -> tensor<2xi32>
  return %y_int : tensor<2xi32>
}

// CHECK-LABEL: func @log_softmax()
// CHECK: nn.constant dense<[-1104, -604, -2104, -2766, -1766, -266]> : tensor<6xi32>
func.func @log_softmax() -> tensor<6xi32> {
  %x = nn.constant dense<[[0.5, 1.0, -0.5], [-0.5, 0.5, 2.0]]> : tensor<2x3xf32>
  %y = nn.log_softmax %x axis = 1 : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %y_flat = nn.reshape %y : (tensor<2x3xf32>) -> tensor<6xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<6xf32>, tensor<f32>) -> tensor<6xf32>
  %y_round = nn.round %y_scaled : tensor<6xf32>
  %y_int = nn.cast %y_round : (tensor<6xf32>) -> tensor<6xi32>
  return %y_int : tensor<6xi32>
}

// CHECK-LABEL: func @layer_norm()
// CHECK: nn.constant dense<[764, 2111, 2319, -630, -323, -292]> : tensor<6xi32>
func.func @layer_norm() -> tensor<6xi32> {
  %x = nn.constant dense<[[0.5, 1.0, -0.5], [-0.5, 0.5, 2.0]]> : tensor<2x3xf32>
  %s = nn.constant dense<[1.0, 2.0, -1.0]> : tensor<3xf32>
  %b = nn.constant dense<[0.5, 0.0, 1.0]> : tensor<3xf32>
  %y = nn.layer_norm %x scale %s bias %b axis = 1 epsilon = 0.01 : (tensor<2x3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  %y_flat = nn.reshape %y : (tensor<2x3xf32>) -> tensor<6xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<6xf32>, tensor<f32>) -> tensor<6xf32>
  %y_round = nn.round %y_scaled : tensor<6xf32>
  %y_int = nn.cast %y_round : (tensor<6xf32>) -> tensor<6xi32>
  return %y_int : tensor<6xi32>
}

// CHECK-LABEL: func @layer_norm_two_axes()
// CHECK: nn.constant dense<[122, -1344, 1100, 122, -186, 1300, -1300, 186]> : tensor<8xi32>
func.func @layer_norm_two_axes() -> tensor<8xi32> {
  %x = nn.constant dense<[[[-1.0, -4.0], [1.0, -1.0]], [[0.0, 4.0], [-3.0, 1.0]]]> : tensor<2x2x2xf32>
  %y = nn.layer_norm %x axis = 1 epsilon = 1.0 : (tensor<2x2x2xf32>) -> tensor<2x2x2xf32>
  %y_flat = nn.reshape %y : (tensor<2x2x2xf32>) -> tensor<8xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<8xf32>, tensor<f32>) -> tensor<8xf32>
  %y_round = nn.round %y_scaled : tensor<8xf32>
  %y_int = nn.cast %y_round : (tensor<8xf32>) -> tensor<8xi32>
  return %y_int : tensor<8xi32>
}

// CHECK-LABEL: func @group_norm()
// CHECK: nn.constant dense<[-1162, 1144, 1144, 3450, -5323, 1594, -5323, 3900, -511, -1835, -2717, -1393, 3448, 6096, 800, 2566]> : tensor<16xi32>
func.func @group_norm() -> tensor<16xi32> {
  %x = nn.constant dense<[[[[-0.5, 0.5], [0.5, 1.5]], [[-0.5, 1.0], [-0.5, 1.5]], [[2.0, 0.5], [-0.5, 1.0]], [[0.0, 1.5], [-1.5, -0.5]]]]> : tensor<1x4x2x2xf32>
  %s = nn.constant dense<[2.0, 4.0, 1.0, 2.0]> : tensor<4xf32>
  %b = nn.constant dense<[1.0, -1.0, -2.0, 4.0]> : tensor<4xf32>
  %y = nn.group_norm %x scale %s bias %b groups = 2 epsilon = 0.1 : (tensor<1x4x2x2xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<1x4x2x2xf32>
  %y_flat = nn.reshape %y : (tensor<1x4x2x2xf32>) -> tensor<16xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<16xf32>, tensor<f32>) -> tensor<16xf32>
  %y_round = nn.round %y_scaled : tensor<16xf32>
  %y_int = nn.cast %y_round : (tensor<16xf32>) -> tensor<16xi32>
  return %y_int : tensor<16xi32>
}

// CHECK-LABEL: func @batch_norm()
// CHECK: nn.constant dense<[-1116, 295, 295, 1705, 2250, 2999, 2250, 3248, 4990, 4244, 3746, 4493, -4464, -1290, -7638, -5522]> : tensor<16xi32>
func.func @batch_norm() -> tensor<16xi32> {
  %x = nn.constant dense<[[[[-0.5, 0.5], [0.5, 1.5]], [[-0.5, 1.0], [-0.5, 1.5]], [[2.0, 0.5], [-0.5, 1.0]], [[0.0, 1.5], [-1.5, -0.5]]]]> : tensor<1x4x2x2xf32>
  %s = nn.constant dense<[2.0, 1.0, 0.5, 3.0]> : tensor<4xf32>
  %b = nn.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %m = nn.constant dense<[1.0, -1.0, -2.0, 4.0]> : tensor<4xf32>
  %v = nn.constant dense<[2.0, 4.0, 1.0, 2.0]> : tensor<4xf32>
  %y = nn.batch_norm %x, %s, %b, %m, %v epsilon = 0.01 : (tensor<1x4x2x2xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<1x4x2x2xf32>
  %y_flat = nn.reshape %y : (tensor<1x4x2x2xf32>) -> tensor<16xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<16xf32>, tensor<f32>) -> tensor<16xf32>
  %y_round = nn.round %y_scaled : tensor<16xf32>
  %y_int = nn.cast %y_round : (tensor<16xf32>) -> tensor<16xi32>
  return %y_int : tensor<16xi32>
}

// CHECK-LABEL: func @lrn()
// CHECK: nn.constant dense<[-1132, 570, -292, 1043, -875, -473, -897, 1029]> : tensor<8xi32>
func.func @lrn() -> tensor<8xi32> {
  %x = nn.constant dense<[[[[-3.0, 2.0]], [[-1.0, 4.0]], [[-3.0, -2.0]], [[-3.0, 3.0]]]]> : tensor<1x4x1x2xf32>
  %y = nn.lrn %x size = 3 alpha = 0.5 beta = 0.75 bias = 2.0 : (tensor<1x4x1x2xf32>) -> tensor<1x4x1x2xf32>
  %y_flat = nn.reshape %y : (tensor<1x4x1x2xf32>) -> tensor<8xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<8xf32>, tensor<f32>) -> tensor<8xf32>
  %y_round = nn.round %y_scaled : tensor<8xf32>
  %y_int = nn.cast %y_round : (tensor<8xf32>) -> tensor<8xi32>
  return %y_int : tensor<8xi32>
}
