// RUN: megcc-opt %s --select-kernels="target=x86-64-v4 exact" --split-input-file | FileCheck %s

// Groups of four channels, four in a vector: weights are of a lane's own group,
// the taps of a line are taken together, and the tile has as many rows as its
// sums leave registers for.

// CHECK-LABEL: func.func @narrow
// CHECK: kernel.constant {{.*}} : memref<2x1x1x3x3x4x16xf32>
// CHECK: kernel.gemm "conv" outer [2] rows [28, 28] columns 16 lanes 16 depth [1, 3, 3, 16]
// CHECK-SAME: diagonal = 4 : i64
// CHECK-SAME: tile_rows = 28
func.func @narrow(%x: tensor<1x32x30x30xf32, #nn.info<layout = blocked<1 x 16>>>)
    -> tensor<1x32x28x28xf32, #nn.info<layout = blocked<1 x 16>>> {
  %w = nn.constant dense<0.5> : tensor<32x4x3x3xf32>
  %0 = nn.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] groups = 8
    : (tensor<1x32x30x30xf32, #nn.info<layout = blocked<1 x 16>>>, tensor<32x4x3x3xf32>)
    -> tensor<1x32x28x28xf32, #nn.info<layout = blocked<1 x 16>>>
  return %0 : tensor<1x32x28x28xf32, #nn.info<layout = blocked<1 x 16>>>
}

// -----

// Channels of a plain image do not lie side by side: zeros between the groups.

// CHECK-LABEL: func.func @image
// CHECK: kernel.constant {{.*}} : memref<1x1x3x3x16x16xf32>
// CHECK: kernel.gemm "conv"
// CHECK-NOT: diagonal
func.func @image(%x: tensor<1x16x30x30xf32>)
    -> tensor<1x16x28x28xf32, #nn.info<layout = blocked<1 x 16>>> {
  %w = nn.constant dense<0.5> : tensor<16x4x3x3xf32>
  %0 = nn.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] groups = 4
    : (tensor<1x16x30x30xf32>, tensor<16x4x3x3xf32>)
    -> tensor<1x16x28x28xf32, #nn.info<layout = blocked<1 x 16>>>
  return %0 : tensor<1x16x28x28xf32, #nn.info<layout = blocked<1 x 16>>>
}

// -----

// A multiplier: lanes of one group meet fewer channels than they are.

// CHECK-LABEL: func.func @multiplier
// CHECK: kernel.gemm "conv"
// CHECK-NOT: diagonal
func.func @multiplier(%x: tensor<1x16x30x30xf32, #nn.info<layout = blocked<1 x 16>>>)
    -> tensor<1x32x28x28xf32, #nn.info<layout = blocked<1 x 16>>> {
  %w = nn.constant dense<0.5> : tensor<32x4x3x3xf32>
  %0 = nn.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] groups = 4
    : (tensor<1x16x30x30xf32, #nn.info<layout = blocked<1 x 16>>>, tensor<32x4x3x3xf32>)
    -> tensor<1x32x28x28xf32, #nn.info<layout = blocked<1 x 16>>>
  return %0 : tensor<1x32x28x28xf32, #nn.info<layout = blocked<1 x 16>>>
}

// -----

// The code of a step for each of its taps and elements is longer.

// CHECK-LABEL: func.func @small
// CHECK: kernel.gemm "conv"
// CHECK-NOT: diagonal
module attributes {kernel.small} {
func.func @small(%x: tensor<1x16x30x30xf32, #nn.info<layout = blocked<1 x 16>>>)
    -> tensor<1x16x28x28xf32, #nn.info<layout = blocked<1 x 16>>> {
  %w = nn.constant dense<0.5> : tensor<16x4x3x3xf32>
  %0 = nn.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] groups = 4
    : (tensor<1x16x30x30xf32, #nn.info<layout = blocked<1 x 16>>>, tensor<16x4x3x3xf32>)
    -> tensor<1x16x28x28xf32, #nn.info<layout = blocked<1 x 16>>>
  return %0 : tensor<1x16x28x28xf32, #nn.info<layout = blocked<1 x 16>>>
}
}
