// RUN: megcc-opt %s --fold-constants=max-growth=1000000 | FileCheck %s
// RUN: megcc-opt %s --decompose-ops --fold-constants=max-growth=1000000 | FileCheck %s
//
// Convolutions and matrix products. Expected values: torch and numpy.

// CHECK-LABEL: func @conv()
// CHECK: nn.constant dense<[-16, -10, -25, 6, 2, 9, -2, -6, 11, -12, -5, 20, -13, -20, -28, 8, 2, 25, -24, 5, 5, -26, -40, -15, -9, -1, 10]> : tensor<27xi32>
func.func @conv() -> tensor<27xi32> {
  %x = nn.constant dense<[[[[-1.0, -3.0, 4.0, -1.0], [-3.0, -3.0, -3.0, -1.0], [0.0, -1.0, 4.0, 0.0], [-3.0, -4.0, 1.0, 0.0]], [[-3.0, -2.0, 0.0, -3.0], [-1.0, -1.0, -3.0, -4.0], [-3.0, 2.0, -1.0, 2.0], [-3.0, 1.0, -2.0, 2.0]]]]> : tensor<1x2x4x4xf32>
  %w = nn.constant dense<[[[[-1.0, 1.0], [1.0, 3.0]], [[-1.0, 2.0], [-1.0, 3.0]]], [[[4.0, 1.0], [-1.0, 2.0]], [[0.0, 3.0], [-3.0, -1.0]]], [[[3.0, 4.0], [3.0, -2.0]], [[1.0, 1.0], [-1.0, -2.0]]]]> : tensor<3x2x2x2xf32>
  %b = nn.constant dense<[1.0, 0.0, -4.0]> : tensor<3xf32>
  %y = nn.conv %x, %w, %b strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (tensor<1x2x4x4xf32>, tensor<3x2x2x2xf32>, tensor<3xf32>) -> tensor<1x3x3x3xf32>
  %y_flat = nn.reshape %y : (tensor<1x3x3x3xf32>) -> tensor<27xf32>
  %y_int = nn.cast %y_flat : (tensor<27xf32>) -> tensor<27xi32>
  return %y_int : tensor<27xi32>
}

// Pads are begins, then ends.

// CHECK-LABEL: func @conv_strided_padded()
// CHECK: nn.constant dense<[-15, -26, 25, -1, 2, 3, 20, 3]> : tensor<8xi32>
func.func @conv_strided_padded() -> tensor<8xi32> {
  %x = nn.constant dense<[[[[-1.0, -3.0, 4.0, -1.0], [-3.0, -3.0, -3.0, -1.0], [0.0, -1.0, 4.0, 0.0], [-3.0, -4.0, 1.0, 0.0], [-3.0, -2.0, 0.0, -3.0]]]]> : tensor<1x1x5x4xf32>
  %w = nn.constant dense<[[[[-3.0, 2.0, -1.0], [4.0, -3.0, -2.0], [-3.0, 3.0, 4.0]]]]> : tensor<1x1x3x3xf32>
  %y = nn.conv %x, %w strides = [2, 1] pads = [1, 0, 0, 2] dilations = [1, 1] : (tensor<1x1x5x4xf32>, tensor<1x1x3x3xf32>) -> tensor<1x1x2x4xf32>
  %y_flat = nn.reshape %y : (tensor<1x1x2x4xf32>) -> tensor<8xf32>
  %y_int = nn.cast %y_flat : (tensor<8xf32>) -> tensor<8xi32>
  return %y_int : tensor<8xi32>
}

// CHECK-LABEL: func @conv_dilated()
// CHECK: nn.constant dense<[4, -1, 4, 2, 0, 0, -3, -3, -3, 0, -18, -7, -1, 5, 0, -18, 5, -16, -8, -4, 0, 9, 12, 15, 3, 8, -2, -10, -17, -3]> : tensor<30xi32>
func.func @conv_dilated() -> tensor<30xi32> {
  %x = nn.constant dense<[[[[4.0, -4.0, -3.0, 0.0, 1.0], [-3.0, -4.0, 1.0, -4.0, -2.0], [-3.0, 0.0, 3.0, 3.0, 3.0], [2.0, 2.0, -1.0, -3.0, -4.0], [4.0, 2.0, -4.0, -4.0, 1.0]]]]> : tensor<1x1x5x5xf32>
  %w = nn.constant dense<[[[[1.0, 4.0], [0.0, -1.0]]]]> : tensor<1x1x2x2xf32>
  %y = nn.conv %x, %w strides = [1, 1] pads = [2, 1, 2, 1] dilations = [3, 2] : (tensor<1x1x5x5xf32>, tensor<1x1x2x2xf32>) -> tensor<1x1x6x5xf32>
  %y_flat = nn.reshape %y : (tensor<1x1x6x5xf32>) -> tensor<30xf32>
  %y_int = nn.cast %y_flat : (tensor<30xf32>) -> tensor<30xi32>
  return %y_int : tensor<30xi32>
}

// CHECK-LABEL: func @conv_groups()
// CHECK: nn.constant dense<[-11, 17, -4, -13, -5, 17, 4, 13, -8, 5, -8, -10, -7, 5, 13, -9, -8, 8, -16, -2, -21, -10, -23, -15]> : tensor<24xi32>
func.func @conv_groups() -> tensor<24xi32> {
  %x = nn.constant dense<[[[[0.0], [1.0], [-1.0]], [[-1.0], [4.0], [1.0]], [[1.0], [-2.0], [-1.0]], [[-1.0], [3.0], [1.0]]], [[[-3.0], [0.0], [0.0]], [[-2.0], [2.0], [3.0]], [[2.0], [3.0], [-1.0]], [[2.0], [3.0], [1.0]]]]> : tensor<2x4x3x1xf32>
  %w = nn.constant dense<[[[[-1.0], [-3.0]], [[4.0], [-1.0]]], [[[-3.0], [-3.0]], [[-3.0], [-1.0]]], [[[0.0], [-1.0]], [[4.0], [0.0]]], [[[-3.0], [-4.0]], [[1.0], [0.0]]], [[[-3.0], [-2.0]], [[0.0], [-3.0]]], [[[-1.0], [-1.0]], [[-3.0], [-4.0]]]]> : tensor<6x2x2x1xf32>
  %y = nn.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] groups = 2 : (tensor<2x4x3x1xf32>, tensor<6x2x2x1xf32>) -> tensor<2x6x2x1xf32>
  %y_flat = nn.reshape %y : (tensor<2x6x2x1xf32>) -> tensor<24xf32>
  %y_int = nn.cast %y_flat : (tensor<24xf32>) -> tensor<24xi32>
  return %y_int : tensor<24xi32>
}

// CHECK-LABEL: func @conv_1d()
// CHECK: nn.constant dense<[-4, 22, -10, -16, 3, 18]> : tensor<6xi32>
func.func @conv_1d() -> tensor<6xi32> {
  %x = nn.constant dense<[[[0.0, 3.0, -1.0, 1.0, -1.0, -4.0], [3.0, 2.0, -4.0, -2.0, -2.0, -2.0]]]> : tensor<1x2x6xf32>
  %w = nn.constant dense<[[[1.0, 3.0, 2.0], [3.0, -4.0, 1.0]], [[-1.0, -1.0, -3.0], [-1.0, -3.0, 1.0]]]> : tensor<2x2x3xf32>
  %y = nn.conv %x, %w strides = [2] pads = [1, 1] dilations = [1] : (tensor<1x2x6xf32>, tensor<2x2x3xf32>) -> tensor<1x2x3xf32>
  %y_flat = nn.reshape %y : (tensor<1x2x3xf32>) -> tensor<6xf32>
  %y_int = nn.cast %y_flat : (tensor<6xf32>) -> tensor<6xi32>
  return %y_int : tensor<6xi32>
}

// CHECK-LABEL: func @conv_3d()
// CHECK: nn.constant dense<[2, 6]> : tensor<2xi32>
func.func @conv_3d() -> tensor<2xi32> {
  %x = nn.constant dense<[[[[[-2.0, 3.0], [0.0, -4.0], [4.0, 3.0]], [[0.0, 2.0], [-1.0, -1.0], [4.0, 1.0]]]]]> : tensor<1x1x2x3x2xf32>
  %w = nn.constant dense<[[[[[-1.0, -2.0], [-2.0, -4.0]], [[-2.0, -3.0], [3.0, 1.0]]]]]> : tensor<1x1x2x2x2xf32>
  %y = nn.conv %x, %w strides = [1, 1, 1] pads = [0, 0, 0, 0, 0, 0] dilations = [1, 1, 1] : (tensor<1x1x2x3x2xf32>, tensor<1x1x2x2x2xf32>) -> tensor<1x1x1x2x1xf32>
  %y_flat = nn.reshape %y : (tensor<1x1x1x2x1xf32>) -> tensor<2xf32>
  %y_int = nn.cast %y_flat : (tensor<2xf32>) -> tensor<2xi32>
  return %y_int : tensor<2xi32>
}

// Small integers are summed in i32.

// CHECK-LABEL: func @conv_integer()
// CHECK: nn.constant dense<[-32638, -253]> : tensor<2xi32>
func.func @conv_integer() -> tensor<2xi32> {
  %x = nn.constant dense<[[[255, 2, 3]]]> : tensor<1x1x3xui8>
  %w = nn.constant dense<[[[-128, 1]]]> : tensor<1x1x2xi8>
  %y = nn.conv %x, %w strides = [1] pads = [0, 0] dilations = [1] : (tensor<1x1x3xui8>, tensor<1x1x2xi8>) -> tensor<1x1x2xi32>
  %y_flat = nn.reshape %y : (tensor<1x1x2xi32>) -> tensor<2xi32>
  return %y_flat : tensor<2xi32>
}

// CHECK-LABEL: func @conv_transpose()
// CHECK: nn.constant dense<[1, -5, 10, 20, 21, 10, 27, 10, 10, 15, 10, 13, 6, 10, -1, 36, 10, 27, 10, 5, -4, 10, 28, 6, -4, 6, 10, 23, 8, 10, 8, 30]> : tensor<32xi32>
func.func @conv_transpose() -> tensor<32xi32> {
  %x = nn.constant dense<[[[[-3.0, 2.0, -1.0], [4.0, -3.0, -2.0]], [[-3.0, 3.0, 4.0], [1.0, -2.0, 4.0]]]]> : tensor<1x2x2x3xf32>
  %w = nn.constant dense<[[[[-3.0, 2.0], [-1.0, 4.0], [-3.0, -2.0]]], [[[-3.0, 3.0], [4.0, 1.0], [-2.0, 4.0]]]]> : tensor<2x1x3x2xf32>
  %b = nn.constant dense<[10.0]> : tensor<1xf32>
  %y = nn.conv_transpose %x, %w, %b strides = [2, 3] pads = [1, 0, 1, 0] dilations = [1, 1] output_padding = [1, 0] : (tensor<1x2x2x3xf32>, tensor<2x1x3x2xf32>, tensor<1xf32>) -> tensor<1x1x4x8xf32>
  %y_flat = nn.reshape %y : (tensor<1x1x4x8xf32>) -> tensor<32xf32>
  %y_int = nn.cast %y_flat : (tensor<32xf32>) -> tensor<32xi32>
  return %y_int : tensor<32xi32>
}

// CHECK-LABEL: func @conv_transpose_groups()
// CHECK: nn.constant dense<[2, -6, 5, 0, -7, 9, 0, -7, 9, 2, 0, 18, 16, 8, 10, -4, -2, -1, -4, -2, -1, 10, 2, 5]> : tensor<24xi32>
func.func @conv_transpose_groups() -> tensor<24xi32> {
  %x = nn.constant dense<[[[[-1.0, 1.0], [1.0, 3.0]], [[-1.0, 2.0], [-1.0, 3.0]], [[4.0, 1.0], [-1.0, 2.0]], [[0.0, 3.0], [-3.0, -1.0]]]]> : tensor<1x4x2x2xf32>
  %w = nn.constant dense<[[[[-1.0, 1.0], [1.0, 3.0]]], [[[-1.0, 2.0], [-1.0, 3.0]]], [[[4.0, 1.0], [-1.0, 2.0]]], [[[0.0, 3.0], [-3.0, -1.0]]]]> : tensor<4x1x2x2xf32>
  %y = nn.conv_transpose %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [2, 1] output_padding = [0, 0] groups = 2 : (tensor<1x4x2x2xf32>, tensor<4x1x2x2xf32>) -> tensor<1x2x4x3xf32>
  %y_flat = nn.reshape %y : (tensor<1x2x4x3xf32>) -> tensor<24xf32>
  %y_int = nn.cast %y_flat : (tensor<24xf32>) -> tensor<24xi32>
  return %y_int : tensor<24xi32>
}

// CHECK-LABEL: func @matmul()
// CHECK: nn.constant dense<[-2, -4, 2, 13]> : tensor<4xi32>
func.func @matmul() -> tensor<4xi32> {
  %a = nn.constant dense<[[1.0, 2.0, -1.0], [-1.0, 1.0, 4.0]]> : tensor<2x3xf32>
  %b = nn.constant dense<[[1.0, 2.0], [-1.0, -1.0], [1.0, 4.0]]> : tensor<3x2xf32>
  %y = nn.matmul %a, %b : (tensor<2x3xf32>, tensor<3x2xf32>) -> tensor<2x2xf32>
  %y_flat = nn.reshape %y : (tensor<2x2xf32>) -> tensor<4xf32>
  %y_int = nn.cast %y_flat : (tensor<4xf32>) -> tensor<4xi32>
  return %y_int : tensor<4xi32>
}

// Batches broadcast.

// CHECK-LABEL: func @matmul_batch()
// CHECK: nn.constant dense<[-5, -2, 0, 2, 4, 0, -12, 7, -8, 3, 16, -8]> : tensor<12xi32>
func.func @matmul_batch() -> tensor<12xi32> {
  %a = nn.constant dense<[[[[1.0, 1.0], [2.0, 0.0]]], [[[-4.0, 4.0], [1.0, -2.0]]]]> : tensor<2x1x2x2xf32>
  %b = nn.constant dense<[[[-1.0], [-4.0]], [[1.0], [-1.0]], [[0.0], [4.0]]]> : tensor<3x2x1xf32>
  %y = nn.matmul %a, %b : (tensor<2x1x2x2xf32>, tensor<3x2x1xf32>) -> tensor<2x3x2x1xf32>
  %y_flat = nn.reshape %y : (tensor<2x3x2x1xf32>) -> tensor<12xf32>
  %y_int = nn.cast %y_flat : (tensor<12xf32>) -> tensor<12xi32>
  return %y_int : tensor<12xi32>
}

// Vectors are a row on the left, a column on the right.

// CHECK-LABEL: func @matmul_vectors()
// CHECK: nn.constant dense<-17> : tensor<1xi32>
func.func @matmul_vectors() -> tensor<1xi32> {
  %a = nn.constant dense<[1.0, 0.0, -4.0]> : tensor<3xf32>
  %b = nn.constant dense<[-1.0, 2.0, 4.0]> : tensor<3xf32>
  %y = nn.matmul %a, %b : (tensor<3xf32>, tensor<3xf32>) -> tensor<f32>
  %y_flat = nn.reshape %y : (tensor<f32>) -> tensor<1xf32>
  %y_int = nn.cast %y_flat : (tensor<1xf32>) -> tensor<1xi32>
  return %y_int : tensor<1xi32>
}

// CHECK-LABEL: func @matmul_row()
// CHECK: nn.constant dense<[17, -1, 11, -5]> : tensor<4xi32>
func.func @matmul_row() -> tensor<4xi32> {
  %a = nn.constant dense<[1.0, 0.0, -4.0]> : tensor<3xf32>
  %b = nn.constant dense<[[[1.0, 3.0], [2.0, 3.0], [-4.0, 1.0]], [[-1.0, -1.0], [-3.0, -1.0], [-3.0, 1.0]]]> : tensor<2x3x2xf32>
  %y = nn.matmul %a, %b : (tensor<3xf32>, tensor<2x3x2xf32>) -> tensor<2x2xf32>
  %y_flat = nn.reshape %y : (tensor<2x2xf32>) -> tensor<4xf32>
  %y_int = nn.cast %y_flat : (tensor<4xf32>) -> tensor<4xi32>
  return %y_int : tensor<4xi32>
}
