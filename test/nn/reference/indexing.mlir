// RUN: megcc-opt %s --fold-constants=max-growth=1000000 | FileCheck %s
//
// Movement by indices. Expected values: numpy, or by hand.

// Negative indices count from the end; what is outside moves to the end.

// CHECK-LABEL: func @gather()
// CHECK: nn.constant dense<[2, 3, 0, 3, 6, 7, 4, 7, 10, 11, 8, 11]> : tensor<12xi32>
func.func @gather() -> tensor<12xi32> {
  %x = nn.constant dense<[[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]> : tensor<3x4xi32>
  %i = nn.constant dense<[[2, -1], [0, 9]]> : tensor<2x2xi64>
  %y = nn.gather %x, %i axis = 1 : (tensor<3x4xi32>, tensor<2x2xi64>) -> tensor<3x2x2xi32>
  %y_flat = nn.reshape %y : (tensor<3x2x2xi32>) -> tensor<12xi32>
  return %y_flat : tensor<12xi32>
}

// CHECK-LABEL: func @gather_elements()
// CHECK: nn.constant dense<[0, 5, 10, 3, 8, 9, 2, 7]> : tensor<8xi32>
func.func @gather_elements() -> tensor<8xi32> {
  %x = nn.constant dense<[[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]> : tensor<3x4xi32>
  %i = nn.constant dense<[[0, 1, 2, 0], [2, -1, 0, 1]]> : tensor<2x4xi64>
  %y = nn.gather_elements %x, %i axis = 0 : (tensor<3x4xi32>, tensor<2x4xi64>) -> tensor<2x4xi32>
  %y_flat = nn.reshape %y : (tensor<2x4xi32>) -> tensor<8xi32>
  return %y_flat : tensor<8xi32>
}

// CHECK-LABEL: func @gather_nd()
// CHECK: nn.constant dense<[2, 3, 4, 5]> : tensor<4xi32>
func.func @gather_nd() -> tensor<4xi32> {
  %x = nn.constant dense<[[[0, 1], [2, 3]], [[4, 5], [6, 7]]]> : tensor<2x2x2xi32>
  %i = nn.constant dense<[[0, 1], [1, 0]]> : tensor<2x2xi64>
  %y = nn.gather_nd %x, %i : (tensor<2x2x2xi32>, tensor<2x2xi64>) -> tensor<2x2xi32>
  %y_flat = nn.reshape %y : (tensor<2x2xi32>) -> tensor<4xi32>
  return %y_flat : tensor<4xi32>
}

// CHECK-LABEL: func @gather_nd_batch()
// CHECK: nn.constant dense<[2, 3, 10, 11]> : tensor<4xi32>
func.func @gather_nd_batch() -> tensor<4xi32> {
  %x = nn.constant dense<[[[0, 1], [2, 3], [4, 5]], [[6, 7], [8, 9], [10, 11]]]> : tensor<2x3x2xi32>
  %i = nn.constant dense<[[1], [2]]> : tensor<2x1xi64>
  %y = nn.gather_nd %x, %i batch_dims = 1 : (tensor<2x3x2xi32>, tensor<2x1xi64>) -> tensor<2x2xi32>
  %y_flat = nn.reshape %y : (tensor<2x2xi32>) -> tensor<4xi32>
  return %y_flat : tensor<4xi32>
}

// Updates are applied in order.

// CHECK-LABEL: func @scatter_elements()
// CHECK: nn.constant dense<[6, 5, 0, 0, 0, 8]> : tensor<6xi32>
func.func @scatter_elements() -> tensor<6xi32> {
  %x = nn.constant dense<0> : tensor<2x3xi32>
  %i = nn.constant dense<[[1, 0], [2, 2]]> : tensor<2x2xi64>
  %u = nn.constant dense<[[5, 6], [7, 8]]> : tensor<2x2xi32>
  %y = nn.scatter_elements %x, %i, %u axis = 1 : (tensor<2x3xi32>, tensor<2x2xi64>, tensor<2x2xi32>) -> tensor<2x3xi32>
  %y_flat = nn.reshape %y : (tensor<2x3xi32>) -> tensor<6xi32>
  return %y_flat : tensor<6xi32>
}

// CHECK-LABEL: func @scatter_elements_add()
// CHECK: nn.constant dense<[1, 12, 8]> : tensor<3xi32>
func.func @scatter_elements_add() -> tensor<3xi32> {
  %x = nn.constant dense<1> : tensor<3xi32>
  %i = nn.constant dense<[1, 1, -1]> : tensor<3xi64>
  %u = nn.constant dense<[5, 6, 7]> : tensor<3xi32>
  %y = nn.scatter_elements %x, %i, %u axis = 0 reduction = add : (tensor<3xi32>, tensor<3xi64>, tensor<3xi32>) -> tensor<3xi32>
  return %y : tensor<3xi32>
}

// CHECK-LABEL: func @scatter_nd()
// CHECK: nn.constant dense<[30, 31, 2, 3, 20, 21]> : tensor<6xi32>
func.func @scatter_nd() -> tensor<6xi32> {
  %x = nn.constant dense<[[0, 1], [2, 3], [4, 5]]> : tensor<3x2xi32>
  %i = nn.constant dense<[[2], [0]]> : tensor<2x1xi64>
  %u = nn.constant dense<[[20, 21], [30, 31]]> : tensor<2x2xi32>
  %y = nn.scatter_nd %x, %i, %u : (tensor<3x2xi32>, tensor<2x1xi64>, tensor<2x2xi32>) -> tensor<3x2xi32>
  %y_flat = nn.reshape %y : (tensor<3x2xi32>) -> tensor<6xi32>
  return %y_flat : tensor<6xi32>
}

// CHECK-LABEL: func @scatter_nd_max()
// CHECK: nn.constant dense<[0, 9, 2, 3]> : tensor<4xi32>
func.func @scatter_nd_max() -> tensor<4xi32> {
  %x = nn.constant dense<[0, 1, 2, 3]> : tensor<4xi32>
  %i = nn.constant dense<[[1], [3]]> : tensor<2x1xi64>
  %u = nn.constant dense<[9, -9]> : tensor<2xi32>
  %y = nn.scatter_nd %x, %i, %u reduction = max : (tensor<4xi32>, tensor<2x1xi64>, tensor<2xi32>) -> tensor<4xi32>
  return %y : tensor<4xi32>
}

// An index outside of the range is hot nowhere.

// CHECK-LABEL: func @one_hot()
// CHECK: nn.constant dense<[5, 5, 5, 9, 5, 5, 5, 9, 5]> : tensor<9xi32>
func.func @one_hot() -> tensor<9xi32> {
  %i = nn.constant dense<[1, -1, 7]> : tensor<3xi64>
  %v = nn.constant dense<[5, 9]> : tensor<2xi32>
  %y = nn.one_hot %i, %v depth = 3 axis = 0 : (tensor<3xi64>, tensor<2xi32>) -> tensor<3x3xi32>
  %y_flat = nn.reshape %y : (tensor<3x3xi32>) -> tensor<9xi32>
  return %y_flat : tensor<9xi32>
}
