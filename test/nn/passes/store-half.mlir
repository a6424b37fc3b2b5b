// RUN: megcc-opt %s --store-half --canonicalize --cse --split-input-file | FileCheck %s

// What a convolution and an elementwise operator read is stored once, in half.

// CHECK-LABEL: func.func @shared
// CHECK: %[[R:.*]] = nn.relu
// CHECK: %[[H:.*]] = nn.cast %[[R]] : {{.*}} tensor<1x8x4x4xbf16>
// CHECK: %[[Y:.*]] = nn.conv %[[H]], {{.*}} -> tensor<1x8x4x4xf32>
// CHECK: %[[F:.*]] = nn.cast %[[H]] : {{.*}} tensor<1x8x4x4xf32>
// CHECK: nn.add %[[F]], %[[Y]]
func.func @shared(%x: tensor<1x8x4x4xf32>, %w: tensor<8x8x1x1xf32>) -> tensor<1x8x4x4xf32> {
  %0 = nn.relu %x : tensor<1x8x4x4xf32>
  %1 = nn.conv %0, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1]
    : (tensor<1x8x4x4xf32>, tensor<8x8x1x1xf32>) -> tensor<1x8x4x4xf32>
  %2 = nn.add %0, %1 : (tensor<1x8x4x4xf32>, tensor<1x8x4x4xf32>) -> tensor<1x8x4x4xf32>
  return %2 : tensor<1x8x4x4xf32>
}

// -----

// The cast passes movements on its way to what computes.

// CHECK-LABEL: func.func @moved
// CHECK: %[[E:.*]] = nn.exp
// CHECK: %[[H:.*]] = nn.cast %[[E]]
// CHECK: %[[T:.*]] = nn.transpose %[[H]] {{.*}} -> tensor<6x4xbf16>
// CHECK: nn.matmul %[[T]]
func.func @moved(%x: tensor<4x6xf32>, %w: tensor<4x3xf32>) -> tensor<6x3xf32> {
  %0 = nn.exp %x : tensor<4x6xf32>
  %1 = nn.transpose %0 perm = [1, 0] : (tensor<4x6xf32>) -> tensor<6x4xf32>
  %2 = nn.matmul %1, %w : (tensor<6x4xf32>, tensor<4x3xf32>) -> tensor<6x3xf32>
  return %2 : tensor<6x3xf32>
}

// -----

// Depthwise, an image's channels, an odd depth: nothing to gain.

// CHECK-LABEL: func.func @others
// CHECK-NOT: bf16
// CHECK: return
func.func @others(%x: tensor<1x3x4x4xf32>, %w: tensor<8x3x1x1xf32>, %d: tensor<8x1x3x3xf32>,
                  %m: tensor<8x3xf32>, %n: tensor<3x8xf32>) -> (tensor<1x8x2x2xf32>, tensor<8x8xf32>) {
  %0 = nn.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1]
    : (tensor<1x3x4x4xf32>, tensor<8x3x1x1xf32>) -> tensor<1x8x4x4xf32>
  %1 = nn.conv %0, %d strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] groups = 8
    : (tensor<1x8x4x4xf32>, tensor<8x1x3x3xf32>) -> tensor<1x8x2x2xf32>
  %2 = nn.matmul %m, %n : (tensor<8x3xf32>, tensor<3x8xf32>) -> tensor<8x8xf32>
  return %1, %2 : tensor<1x8x2x2xf32>, tensor<8x8xf32>
}
