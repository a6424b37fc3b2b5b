// RUN: megcc-opt %s --select-kernels="target=armv8-a exact" | FileCheck %s

// Where instructions multiply by a lane, a vector serves without shuffles.

// CHECK-LABEL: func.func @by_lane
// CHECK: kernel.gemm "conv" {{.*}} lanes 4 depth
// CHECK-NOT: diagonal
func.func @by_lane(%x: tensor<1x8x6x6xf32, #nn.info<layout = blocked<1 x 4>>>)
    -> tensor<1x8x4x4xf32, #nn.info<layout = blocked<1 x 4>>> {
  %w = nn.constant dense<0.5> : tensor<8x2x3x3xf32>
  %0 = nn.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] groups = 4
    : (tensor<1x8x6x6xf32, #nn.info<layout = blocked<1 x 4>>>, tensor<8x2x3x3xf32>)
    -> tensor<1x8x4x4xf32, #nn.info<layout = blocked<1 x 4>>>
  return %0 : tensor<1x8x4x4xf32, #nn.info<layout = blocked<1 x 4>>>
}
