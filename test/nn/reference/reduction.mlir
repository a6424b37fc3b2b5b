// RUN: megcc-opt %s --fold-constants=max-growth=1000000 | FileCheck %s
//
// Reductions along axes. Expected values: numpy and by hand.

// CHECK-LABEL: func @reduce_sum()
// CHECK: nn.constant dense<[2000, 1000, -5000]> : tensor<3xi32>
func.func @reduce_sum() -> tensor<3xi32> {
  %x = nn.constant dense<[[[1.0, 3.0], [2.0, 3.0], [-4.0, 1.0]], [[-1.0, -1.0], [-3.0, -1.0], [-3.0, 1.0]]]> : tensor<2x3x2xf32>
  %y = nn.reduce sum %x axes = [0, 2] : (tensor<2x3x2xf32>) -> tensor<3xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  %y_round = nn.round %y_scaled : tensor<3xf32>
  %y_int = nn.cast %y_round : (tensor<3xf32>) -> tensor<3xi32>
  return %y_int : tensor<3xi32>
}

// CHECK-LABEL: func @reduce_mean()
// CHECK: nn.constant dense<[500, 250, -1250]> : tensor<3xi32>
func.func @reduce_mean() -> tensor<3xi32> {
  %x = nn.constant dense<[[[1.0, 3.0], [2.0, 3.0], [-4.0, 1.0]], [[-1.0, -1.0], [-3.0, -1.0], [-3.0, 1.0]]]> : tensor<2x3x2xf32>
  %y = nn.reduce mean %x axes = [0, 2] : (tensor<2x3x2xf32>) -> tensor<3xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  %y_round = nn.round %y_scaled : tensor<3xf32>
  %y_int = nn.cast %y_round : (tensor<3xf32>) -> tensor<3xi32>
  return %y_int : tensor<3xi32>
}

// CHECK-LABEL: func @reduce_max()
// CHECK: nn.constant dense<[3000, 3000, 1000]> : tensor<3xi32>
func.func @reduce_max() -> tensor<3xi32> {
  %x = nn.constant dense<[[[1.0, 3.0], [2.0, 3.0], [-4.0, 1.0]], [[-1.0, -1.0], [-3.0, -1.0], [-3.0, 1.0]]]> : tensor<2x3x2xf32>
  %y = nn.reduce max %x axes = [0, 2] : (tensor<2x3x2xf32>) -> tensor<3xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  %y_round = nn.round %y_scaled : tensor<3xf32>
  %y_int = nn.cast %y_round : (tensor<3xf32>) -> tensor<3xi32>
  return %y_int : tensor<3xi32>
}

// CHECK-LABEL: func @reduce_min()
// CHECK: nn.constant dense<[-1000, -3000, -4000]> : tensor<3xi32>
func.func @reduce_min() -> tensor<3xi32> {
  %x = nn.constant dense<[[[1.0, 3.0], [2.0, 3.0], [-4.0, 1.0]], [[-1.0, -1.0], [-3.0, -1.0], [-3.0, 1.0]]]> : tensor<2x3x2xf32>
  %y = nn.reduce min %x axes = [0, 2] : (tensor<2x3x2xf32>) -> tensor<3xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  %y_round = nn.round %y_scaled : tensor<3xf32>
  %y_int = nn.cast %y_round : (tensor<3xf32>) -> tensor<3xi32>
  return %y_int : tensor<3xi32>
}

// CHECK-LABEL: func @reduce_prod()
// CHECK: nn.constant dense<[3000, 18000, 12000]> : tensor<3xi32>
func.func @reduce_prod() -> tensor<3xi32> {
  %x = nn.constant dense<[[[1.0, 3.0], [2.0, 3.0], [-4.0, 1.0]], [[-1.0, -1.0], [-3.0, -1.0], [-3.0, 1.0]]]> : tensor<2x3x2xf32>
  %y = nn.reduce prod %x axes = [0, 2] : (tensor<2x3x2xf32>) -> tensor<3xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  %y_round = nn.round %y_scaled : tensor<3xf32>
  %y_int = nn.cast %y_round : (tensor<3xf32>) -> tensor<3xi32>
  return %y_int : tensor<3xi32>
}

// CHECK-LABEL: func @reduce_keepdims()
// CHECK: nn.constant dense<[-1000, 7000, -7000, -1000]> : tensor<4xi32>
func.func @reduce_keepdims() -> tensor<4xi32> {
  %x = nn.constant dense<[[[1.0, 3.0], [2.0, 3.0], [-4.0, 1.0]], [[-1.0, -1.0], [-3.0, -1.0], [-3.0, 1.0]]]> : tensor<2x3x2xf32>
  %y = nn.reduce sum %x axes = [1] keepdims : (tensor<2x3x2xf32>) -> tensor<2x1x2xf32>
  %y_flat = nn.reshape %y : (tensor<2x1x2xf32>) -> tensor<4xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %y_round = nn.round %y_scaled : tensor<4xf32>
  %y_int = nn.cast %y_round : (tensor<4xf32>) -> tensor<4xi32>
  return %y_int : tensor<4xi32>
}

// CHECK-LABEL: func @reduce_mean_integer()
// CHECK: nn.constant dense<0> : tensor<1xi32>
func.func @reduce_mean_integer() -> tensor<1xi32> {
  %x = nn.constant dense<[7, -8]> : tensor<2xi32>
  %y = nn.reduce mean %x axes = [0] : (tensor<2xi32>) -> tensor<i32>
  %y_flat = nn.reshape %y : (tensor<i32>) -> tensor<1xi32>
  return %y_flat : tensor<1xi32>
}

// CHECK-LABEL: func @arg_max()
// CHECK: nn.constant dense<[1, 0]> : tensor<2xi64>
func.func @arg_max() -> tensor<2xi64> {
  %x = nn.constant dense<[[1.0, 5.0, 5.0], [3.0, 2.0, 1.0]]> : tensor<2x3xf32>
  %y = nn.arg_max %x axis = 1 : (tensor<2x3xf32>) -> tensor<2xi64>
  return %y : tensor<2xi64>
}

// CHECK-LABEL: func @arg_max_last()
// CHECK: nn.constant dense<[2, 0]> : tensor<2xi64>
func.func @arg_max_last() -> tensor<2xi64> {
  %x = nn.constant dense<[[1.0, 5.0, 5.0], [3.0, 2.0, 1.0]]> : tensor<2x3xf32>
  %y = nn.arg_max %x axis = 1 keepdims select_last : (tensor<2x3xf32>) -> tensor<2x1xi64>
  %y_flat = nn.reshape %y : (tensor<2x1xi64>) -> tensor<2xi64>
  return %y_flat : tensor<2xi64>
}

// CHECK-LABEL: func @arg_min()
// CHECK: nn.constant dense<[0, 1]> : tensor<2xi64>
func.func @arg_min() -> tensor<2xi64> {
  %x = nn.constant dense<[[1.0, 5.0], [3.0, 2.0]]> : tensor<2x2xf32>
  %y = nn.arg_min %x axis = 0 : (tensor<2x2xf32>) -> tensor<2xi64>
  return %y : tensor<2xi64>
}

// CHECK-LABEL: func @cumsum()
// CHECK: nn.constant dense<[1, 3, 6, 4, 9, 15]> : tensor<6xi32>
func.func @cumsum() -> tensor<6xi32> {
  %x = nn.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %y = nn.cumsum %x axis = 1 : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %y_flat = nn.reshape %y : (tensor<2x3xf32>) -> tensor<6xf32>
  %y_int = nn.cast %y_flat : (tensor<6xf32>) -> tensor<6xi32>
  return %y_int : tensor<6xi32>
}

// CHECK-LABEL: func @cumsum_exclusive_reverse()
// CHECK: nn.constant dense<[5, 3, 0]> : tensor<3xi32>
func.func @cumsum_exclusive_reverse() -> tensor<3xi32> {
  %x = nn.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %y = nn.cumsum %x axis = 0 exclusive reverse : (tensor<3xf32>) -> tensor<3xf32>
  %y_int = nn.cast %y : (tensor<3xf32>) -> tensor<3xi32>
  return %y_int : tensor<3xi32>
}

// Of equal elements the first comes first.

// CHECK-LABEL: func @top_k()
// CHECK-DAG: nn.constant dense<[3, 9, 2, 4]> : tensor<4xi32>
// CHECK-DAG: nn.constant dense<[1, 2, 2, 0]> : tensor<4xi64>
func.func @top_k() -> (tensor<4xi32>, tensor<4xi64>) {
  %x = nn.constant dense<[[1.0, 4.0], [3.0, 4.0], [2.0, 9.0]]> : tensor<3x2xf32>
  %y0, %y1 = nn.top_k %x k = 2 axis = 0 : (tensor<3x2xf32>) -> (tensor<2x2xf32>, tensor<2x2xi64>)
  %y0_flat = nn.reshape %y0 : (tensor<2x2xf32>) -> tensor<4xf32>
  %y0_int = nn.cast %y0_flat : (tensor<4xf32>) -> tensor<4xi32>
  %y1_flat = nn.reshape %y1 : (tensor<2x2xi64>) -> tensor<4xi64>
  return %y0_int, %y1_flat : tensor<4xi32>, tensor<4xi64>
}

// CHECK-LABEL: func @top_k_least()
// CHECK-DAG: nn.constant dense<[1, 2]> : tensor<2xi32>
// CHECK-DAG: nn.constant dense<[1, 2]> : tensor<2xi64>
func.func @top_k_least() -> (tensor<2xi32>, tensor<2xi64>) {
  %x = nn.constant dense<[3.0, 1.0, 2.0]> : tensor<3xf32>
  %y0, %y1 = nn.top_k %x k = 2 axis = 0 least : (tensor<3xf32>) -> (tensor<2xf32>, tensor<2xi64>)
  %y0_int = nn.cast %y0 : (tensor<2xf32>) -> tensor<2xi32>
  return %y0_int, %y1 : tensor<2xi32>, tensor<2xi64>
}
