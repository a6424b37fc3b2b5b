// RUN: megcc-opt %s --select-kernels="target=generic exact" | FileCheck %s

// Without vectors the same family runs on scalars over the plain layout; the
// weights lie as the model has them.

// CHECK-LABEL: func.func @plain
// CHECK: kernel.gemm "conv" outer [] rows [36] columns 5 lanes 1 depth [4]
func.func @plain(%x: tensor<1x4x6x6xf32>) -> tensor<1x5x6x6xf32> {
  %w = nn.constant dense<0.5> : tensor<5x4x1x1xf32>
  %0 = nn.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1]
    : (tensor<1x4x6x6xf32>, tensor<5x4x1x1xf32>) -> tensor<1x5x6x6xf32>
  return %0 : tensor<1x5x6x6xf32>
}
