// RUN: megcc-opt %s --select-kernels=target=x86-64-v4 --split-input-file | FileCheck %s
// RUN: megcc-opt %s --select-kernels="target=x86-64-v4 exact" --split-input-file | FileCheck %s --check-prefix=EXACT

// EXACT-NOT: kernel.winograd

// Many tiles: the transforms pay, and no padded copy is made. Filters are
// packed by component, vector, channel and lane.

#blocked = #nn.info<layout = blocked<1 x 16>>
// CHECK-LABEL: func.func @many_tiles
// CHECK-NOT: kernel.nest "pad"
// CHECK: kernel.constant {{.*}} winograd 4 packed {{.*}} : memref<36x4x64x16xf32>
// CHECK: kernel.winograd "conv" tile 4 images 1 in [56, 56] channels 64 lanes 16 out [56, 56] columns 64 lanes 16 pads [1, 1]
func.func @many_tiles(%x: tensor<1x64x56x56xf32, #blocked>) -> tensor<1x64x56x56xf32, #blocked> {
  %w = nn.constant dense<0.5> : tensor<64x64x3x3xf32>
  %0 = nn.conv %x, %w strides = [1, 1] pads = [1, 1, 1, 1] dilations = [1, 1]
    : (tensor<1x64x56x56xf32, #blocked>, tensor<64x64x3x3xf32>) -> tensor<1x64x56x56xf32, #blocked>
  return %0 : tensor<1x64x56x56xf32, #blocked>
}

// -----

// Four tiles cannot pay for reading filters four times as large.

#blocked = #nn.info<layout = blocked<1 x 16>>
// CHECK-LABEL: func.func @few_tiles
// CHECK-NOT: kernel.winograd
// CHECK: kernel.gemm "conv"
func.func @few_tiles(%x: tensor<1x512x4x4xf32, #blocked>) -> tensor<1x512x4x4xf32, #blocked> {
  %w = nn.constant dense<0.5> : tensor<512x512x3x3xf32>
  %0 = nn.conv %x, %w strides = [1, 1] pads = [1, 1, 1, 1] dilations = [1, 1]
    : (tensor<1x512x4x4xf32, #blocked>, tensor<512x512x3x3xf32>) -> tensor<1x512x4x4xf32, #blocked>
  return %0 : tensor<1x512x4x4xf32, #blocked>
}

// -----

// An image has too few channels.

#blocked = #nn.info<layout = blocked<1 x 16>>
// CHECK-LABEL: func.func @image
// CHECK-NOT: kernel.winograd
// CHECK: kernel.gemm "conv"
func.func @image(%x: tensor<1x3x224x224xf32>) -> tensor<1x64x224x224xf32, #blocked> {
  %w = nn.constant dense<0.5> : tensor<64x3x3x3xf32>
  %0 = nn.conv %x, %w strides = [1, 1] pads = [1, 1, 1, 1] dilations = [1, 1]
    : (tensor<1x3x224x224xf32>, tensor<64x3x3x3xf32>) -> tensor<1x64x224x224xf32, #blocked>
  return %0 : tensor<1x64x224x224xf32, #blocked>
}

// -----

// Strides of 2.

#blocked = #nn.info<layout = blocked<1 x 16>>
// CHECK-LABEL: func.func @strided
// CHECK-NOT: kernel.winograd
// CHECK: kernel.gemm "conv"
func.func @strided(%x: tensor<1x64x56x56xf32, #blocked>) -> tensor<1x64x28x28xf32, #blocked> {
  %w = nn.constant dense<0.5> : tensor<64x64x3x3xf32>
  %0 = nn.conv %x, %w strides = [2, 2] pads = [1, 1, 1, 1] dilations = [1, 1]
    : (tensor<1x64x56x56xf32, #blocked>, tensor<64x64x3x3xf32>) -> tensor<1x64x28x28xf32, #blocked>
  return %0 : tensor<1x64x28x28xf32, #blocked>
}

// -----

// Weights that are known at run time only.

#blocked = #nn.info<layout = blocked<1 x 16>>
// CHECK-LABEL: func.func @weights_at_run_time
// CHECK-NOT: kernel.winograd
// CHECK: kernel.gemm "conv"
func.func @weights_at_run_time(%x: tensor<1x64x56x56xf32, #blocked>, %w: tensor<64x64x3x3xf32>) -> tensor<1x64x56x56xf32, #blocked> {
  %0 = nn.conv %x, %w strides = [1, 1] pads = [1, 1, 1, 1] dilations = [1, 1]
    : (tensor<1x64x56x56xf32, #blocked>, tensor<64x64x3x3xf32>) -> tensor<1x64x56x56xf32, #blocked>
  return %0 : tensor<1x64x56x56xf32, #blocked>
}

// -----

// An infinite tap would spread over its whole tile.

#blocked = #nn.info<layout = blocked<1 x 16>>
// CHECK-LABEL: func.func @infinite
// CHECK-NOT: kernel.winograd
// CHECK: kernel.gemm "conv"
func.func @infinite(%x: tensor<1x64x56x56xf32, #blocked>) -> tensor<1x64x56x56xf32, #blocked> {
  %w = nn.constant dense<0x7F800000> : tensor<64x64x3x3xf32>
  %0 = nn.conv %x, %w strides = [1, 1] pads = [1, 1, 1, 1] dilations = [1, 1]
    : (tensor<1x64x56x56xf32, #blocked>, tensor<64x64x3x3xf32>) -> tensor<1x64x56x56xf32, #blocked>
  return %0 : tensor<1x64x56x56xf32, #blocked>
}
