// RUN: megcc-opt %s --select-kernels=target=armv8-a --split-input-file | FileCheck %s

// Products that take one lane of a register load the tiles of four channels
// with few instructions if they lie side by side, and so do the filters of a
// register tile.

#blocked = #nn.info<layout = blocked<1 x 4>>
// CHECK-LABEL: func.func @side_by_side
// CHECK: kernel.constant {{.*}} winograd {{.*}} : memref<{{[0-9]+}}x{{[0-9]+}}x64x[[BLOCK:[0-9]+]]x4xf32>
// CHECK: kernel.winograd "conv"
// CHECK-SAME: outs({{.*}} : memref<1x16x56x56x4xf32>, memref<{{[0-9]+}}x16x{{[0-9]+}}x4xf32
// CHECK-SAME: tile_vectors = [[BLOCK]]
func.func @side_by_side(%x: tensor<1x64x56x56xf32, #blocked>) -> tensor<1x64x56x56xf32, #blocked> {
  %w = nn.constant dense<0.5> : tensor<64x64x3x3xf32>
  %0 = nn.conv %x, %w strides = [1, 1] pads = [1, 1, 1, 1] dilations = [1, 1]
    : (tensor<1x64x56x56xf32, #blocked>, tensor<64x64x3x3xf32>) -> tensor<1x64x56x56xf32, #blocked>
  return %0 : tensor<1x64x56x56xf32, #blocked>
}

// -----

// The last layers of a network have few tiles. All of them go together, as
// their filters are large.

#blocked = #nn.info<layout = blocked<1 x 4>>
// CHECK-LABEL: func.func @few_tiles
// CHECK: kernel.winograd "conv" tile 4
// CHECK-SAME: memref<36x128x4x4xf32
func.func @few_tiles(%x: tensor<1x512x7x7xf32, #blocked>) -> tensor<1x512x7x7xf32, #blocked> {
  %w = nn.constant dense<0.5> : tensor<512x512x3x3xf32>
  %0 = nn.conv %x, %w strides = [1, 1] pads = [1, 1, 1, 1] dilations = [1, 1]
    : (tensor<1x512x7x7xf32, #blocked>, tensor<512x512x3x3xf32>) -> tensor<1x512x7x7xf32, #blocked>
  return %0 : tensor<1x512x7x7xf32, #blocked>
}

// -----

// The taps of a line are the last dimension of a first layer's depth: the
// windows of neighbours overlap along it.

// CHECK-LABEL: func.func @first_layer
// CHECK: kernel.gemm "conv" outer [] rows [112, 112] columns 32 lanes 4 depth [3, 3, 3]
#blocked = #nn.info<layout = blocked<1 x 4>>
func.func @first_layer(%x: tensor<1x3x224x224xf32>) -> tensor<1x32x112x112xf32, #blocked> {
  %w = nn.constant dense<0.5> : tensor<32x3x3x3xf32>
  %0 = nn.conv %x, %w strides = [2, 2] pads = [1, 1, 1, 1] dilations = [1, 1]
    : (tensor<1x3x224x224xf32>, tensor<32x3x3x3xf32>) -> tensor<1x32x112x112xf32, #blocked>
  return %0 : tensor<1x32x112x112xf32, #blocked>
}
