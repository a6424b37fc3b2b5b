// RUN: megcc-opt %s --fold-batch-norm | FileCheck %s

// scale = 2, 3; bias = 1, -1; mean = 4, 1; variance = 3, 8; epsilon = 1
// gives s = 2 / sqrt(4), 3 / sqrt(9) = 1, 1 and t = 1 - 4, -1 - 1 = -3, -2;
// with a second factor of 10 for both, w * 10 and t * 10 + the bias's part.

// CHECK-LABEL: func @conv
// CHECK: %[[W:.*]] = nn.constant dense<{{\[\[\[}}1.000000e+01], [2.000000e+01]], {{\[\[}}3.000000e+01], [4.000000e+01]]]> : tensor<2x2x1xf32>
// CHECK: %[[B:.*]] = nn.constant dense<[-3.000000e+01, -2.000000e+01]> : tensor<2xf32>
// CHECK: %[[C:.*]] = nn.conv %{{.*}}, %[[W]], %[[B]]
// CHECK-NEXT: return %[[C]]
func.func @conv(%x: tensor<1x2x4xf32>) -> tensor<1x2x4xf32> {
  %w = nn.constant dense<[[[1.0], [2.0]], [[3.0], [4.0]]]> : tensor<2x2x1xf32>
  %scale = nn.constant dense<[2.0, 3.0]> : tensor<2xf32>
  %bias = nn.constant dense<[1.0, -1.0]> : tensor<2xf32>
  %mean = nn.constant dense<[4.0, 1.0]> : tensor<2xf32>
  %variance = nn.constant dense<[3.0, 8.0]> : tensor<2xf32>
  %ten = nn.constant dense<10.0> : tensor<f32>
  %0 = nn.conv %x, %w strides = [1] pads = [0, 0] dilations = [1] : (tensor<1x2x4xf32>, tensor<2x2x1xf32>) -> tensor<1x2x4xf32>
  %1 = nn.batch_norm %0, %scale, %bias, %mean, %variance epsilon = 1.0 : (tensor<1x2x4xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x4xf32>
  %2 = nn.mul %1, %ten : (tensor<1x2x4xf32>, tensor<f32>) -> tensor<1x2x4xf32>
  return %2 : tensor<1x2x4xf32>
}

// c - x turns the signs of the weights; the bias of the convolution counts.

// CHECK-LABEL: func @conv_sub
// CHECK: nn.constant dense<{{.*}}-1.000000e+00{{.*}}-3.000000e+00{{.*}}> : tensor<2x1x1xf32>
// CHECK: nn.constant dense<[9.500000e+01, 2.500000e+01]> : tensor<2xf32>
// CHECK: nn.conv
// CHECK-NEXT: return
func.func @conv_sub(%x: tensor<1x1x4xf32>) -> tensor<1x2x4xf32> {
  %w = nn.constant dense<[[[1.0]], [[3.0]]]> : tensor<2x1x1xf32>
  %b = nn.constant dense<[5.0, -5.0]> : tensor<2xf32>
  %c = nn.constant dense<[[[100.0], [20.0]]]> : tensor<1x2x1xf32>
  %0 = nn.conv %x, %w, %b strides = [1] pads = [0, 0] dilations = [1] : (tensor<1x1x4xf32>, tensor<2x1x1xf32>, tensor<2xf32>) -> tensor<1x2x4xf32>
  %1 = nn.sub %c, %0 : (tensor<1x2x1xf32>, tensor<1x2x4xf32>) -> tensor<1x2x4xf32>
  return %1 : tensor<1x2x4xf32>
}

// The weights of a transposed convolution have the channels of the result in
// dimension 1, those of one group after another.

// CHECK-LABEL: func @conv_transpose_groups
// CHECK: nn.constant dense<{{\[\[\[}}1.000000e+00]], {{\[\[}}2.000000e+01]]]> : tensor<2x1x1xf32>
// CHECK: nn.conv_transpose
// CHECK-NEXT: return
func.func @conv_transpose_groups(%x: tensor<1x2x4xf32>) -> tensor<1x2x4xf32> {
  %w = nn.constant dense<[[[1.0]], [[2.0]]]> : tensor<2x1x1xf32>
  %c = nn.constant dense<[[1.0], [10.0]]> : tensor<2x1xf32>
  %0 = nn.conv_transpose %x, %w strides = [1] pads = [0, 0] dilations = [1] output_padding = [0] groups = 2 : (tensor<1x2x4xf32>, tensor<2x1x1xf32>) -> tensor<1x2x4xf32>
  %1 = nn.mul %0, %c : (tensor<1x2x4xf32>, tensor<2x1xf32>) -> tensor<1x2x4xf32>
  return %1 : tensor<1x2x4xf32>
}

// A matrix product takes up factors of its columns.

// CHECK-LABEL: func @matmul
// CHECK: %[[W:.*]] = nn.constant dense<{{\[\[}}1.000000e+00, 4.000000e+00], [3.000000e+00, 8.000000e+00]]> : tensor<2x2xf32>
// CHECK: %[[M:.*]] = nn.matmul %{{.*}}, %[[W]]
// CHECK: nn.add %[[M]]
func.func @matmul(%x: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %w = nn.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %c = nn.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %0 = nn.matmul %x, %w : (tensor<3x2xf32>, tensor<2x2xf32>) -> tensor<3x2xf32>
  %1 = nn.mul %0, %c : (tensor<3x2xf32>, tensor<2xf32>) -> tensor<3x2xf32>
  %2 = nn.add %1, %c : (tensor<3x2xf32>, tensor<2xf32>) -> tensor<3x2xf32>
  return %2 : tensor<3x2xf32>
}

// A factor along another dimension is none of a channel.

// CHECK-LABEL: func @rows
// CHECK: nn.matmul
// CHECK-NEXT: nn.mul
func.func @rows(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %w = nn.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %c = nn.constant dense<[[1.0], [2.0]]> : tensor<2x1xf32>
  %0 = nn.matmul %x, %w : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %1 = nn.mul %0, %c : (tensor<2x2xf32>, tensor<2x1xf32>) -> tensor<2x2xf32>
  return %1 : tensor<2x2xf32>
}

// Weights that come at run time stay as they are.

// CHECK-LABEL: func @run_time_weights
// CHECK: nn.matmul
// CHECK-NEXT: nn.mul
func.func @run_time_weights(%x: tensor<2x2xf32>, %w: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %c = nn.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %0 = nn.matmul %x, %w : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %1 = nn.mul %0, %c : (tensor<2x2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  return %1 : tensor<2x2xf32>
}

// Nor do they where something else reads the convolution's result.

// CHECK-LABEL: func @two_users
// CHECK: nn.conv
// CHECK-NEXT: nn.mul
func.func @two_users(%x: tensor<1x1x4xf32>) -> (tensor<1x2x4xf32>, tensor<1x2x4xf32>) {
  %w = nn.constant dense<[[[1.0]], [[3.0]]]> : tensor<2x1x1xf32>
  %c = nn.constant dense<[[100.0], [20.0]]> : tensor<2x1xf32>
  %0 = nn.conv %x, %w strides = [1] pads = [0, 0] dilations = [1] : (tensor<1x1x4xf32>, tensor<2x1x1xf32>) -> tensor<1x2x4xf32>
  %1 = nn.mul %0, %c : (tensor<1x2x4xf32>, tensor<2x1xf32>) -> tensor<1x2x4xf32>
  return %0, %1 : tensor<1x2x4xf32>, tensor<1x2x4xf32>
}

// Zeros among the weights must not meet an infinite factor.

// CHECK-LABEL: func @infinite
// CHECK: nn.matmul
// CHECK-NEXT: nn.div
func.func @infinite(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %w = nn.constant dense<[[0.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %c = nn.constant dense<[0.0, 1.0]> : tensor<2xf32>
  %0 = nn.matmul %x, %w : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %1 = nn.div %0, %c : (tensor<2x2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  return %1 : tensor<2x2xf32>
}
