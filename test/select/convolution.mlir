// RUN: megcc-opt %s --select-kernels="target=x86-64-v4 exact" --split-input-file | FileCheck %s

// A pointwise convolution in blocks is a GEMM over merged positions; weights are
// packed by a map, 24 channels filled up to two vectors.

// CHECK-LABEL: func.func @pointwise
// CHECK: %[[X:.*]] = kernel.alias %{{.*}}[0] : memref<1x6x56x56x16xf32> to memref<1x6x3136x16xf32>
// CHECK: kernel.constant {{.*}} packed {{.*}} : memref<2x6x16x16xf32>
// CHECK: kernel.gemm "conv" outer [] rows [3136] columns 32 lanes 16 depth [6, 16] ins(%[[X]],
  func.func @pointwise(%x: tensor<1x96x56x56xf32, #nn.info<layout = blocked<1 x 16>>>)
      -> tensor<1x24x56x56xf32, #nn.info<layout = blocked<1 x 16>>> {
    %w = nn.constant dense<0.5> : tensor<24x96x1x1xf32>
    %0 = nn.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1]
      : (tensor<1x96x56x56xf32, #nn.info<layout = blocked<1 x 16>>>, tensor<24x96x1x1xf32>)
      -> tensor<1x24x56x56xf32, #nn.info<layout = blocked<1 x 16>>>
    return %0 : tensor<1x24x56x56xf32, #nn.info<layout = blocked<1 x 16>>>
  }

// -----

// 24 input channels are read in steps of 8, which never straddle a block of 16;
// padding is a copy into a larger buffer.

// CHECK-LABEL: func.func @taps
// CHECK: kernel.nest "pad" extents [1, 2, 10, 10, 16]
// CHECK: kernel.gemm "conv" outer [] rows [8, 8] columns 16 lanes 16 depth [3, 3, 3, 8]
func.func @taps(%x: tensor<1x24x8x8xf32, #nn.info<layout = blocked<1 x 16>>>)
    -> tensor<1x16x8x8xf32, #nn.info<layout = blocked<1 x 16>>> {
  %w = nn.constant dense<0.5> : tensor<16x24x3x3xf32>
  %0 = nn.conv %x, %w strides = [1, 1] pads = [1, 1, 1, 1] dilations = [1, 1]
    : (tensor<1x24x8x8xf32, #nn.info<layout = blocked<1 x 16>>>, tensor<16x24x3x3xf32>)
    -> tensor<1x16x8x8xf32, #nn.info<layout = blocked<1 x 16>>>
  return %0 : tensor<1x16x8x8xf32, #nn.info<layout = blocked<1 x 16>>>
}

// -----

// Rows of a window that reads more than it makes come before channels: each row
// may become a kernel.

// CHECK-LABEL: func.func @fewer_outputs
// CHECK: kernel.gemm "conv" outer [] rows [6, 6] columns 16 lanes 16 depth [3, 4, 3, 16]
func.func @fewer_outputs(%x: tensor<1x64x8x8xf32, #nn.info<layout = blocked<1 x 16>>>)
    -> tensor<1x16x6x6xf32, #nn.info<layout = blocked<1 x 16>>> {
  %w = nn.constant dense<0.5> : tensor<16x64x3x3xf32>
  %0 = nn.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1]
    : (tensor<1x64x8x8xf32, #nn.info<layout = blocked<1 x 16>>>, tensor<16x64x3x3xf32>)
    -> tensor<1x16x6x6xf32, #nn.info<layout = blocked<1 x 16>>>
  return %0 : tensor<1x16x6x6xf32, #nn.info<layout = blocked<1 x 16>>>
}

// -----

// CHECK-LABEL: func.func @as_many_outputs
// CHECK: kernel.gemm "conv" outer [] rows [6, 6] columns 64 lanes 16 depth [4, 3, 3, 16]
func.func @as_many_outputs(%x: tensor<1x64x8x8xf32, #nn.info<layout = blocked<1 x 16>>>)
    -> tensor<1x64x6x6xf32, #nn.info<layout = blocked<1 x 16>>> {
  %w = nn.constant dense<0.5> : tensor<64x64x3x3xf32>
  %0 = nn.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1]
    : (tensor<1x64x8x8xf32, #nn.info<layout = blocked<1 x 16>>>, tensor<64x64x3x3xf32>)
    -> tensor<1x64x6x6xf32, #nn.info<layout = blocked<1 x 16>>>
  return %0 : tensor<1x64x6x6xf32, #nn.info<layout = blocked<1 x 16>>>
}

// -----

// Taps 14 apart on 20x20: nine boxes of the output, each with the taps that see
// anything of the input; one packed filter.

// CHECK-LABEL: func.func @wide_dilation
// CHECK-NOT: kernel.nest "pad"
// CHECK: kernel.gemm "conv" outer [] rows [6, 6] columns 64 lanes 16 depth [4, 2, 2, 16]
// CHECK: kernel.gemm "conv" outer [] rows [6, 8] columns 64 lanes 16 depth [4, 2, 16]
// CHECK: kernel.gemm "conv" outer [] rows [6, 6] columns 64 lanes 16 depth [4, 2, 2, 16]
// CHECK: kernel.gemm "conv" outer [] rows [8, 6] columns 64 lanes 16 depth [4, 2, 16]
// CHECK: kernel.gemm "conv" outer [] rows [8, 8] columns 64 lanes 16 depth [4, 16]
// CHECK: kernel.gemm "conv" outer [] rows [8, 6] columns 64 lanes 16 depth [4, 2, 16]
// CHECK: kernel.gemm "conv" outer [] rows [6, 6] columns 64 lanes 16 depth [4, 2, 2, 16]
// CHECK: kernel.gemm "conv" outer [] rows [6, 8] columns 64 lanes 16 depth [4, 2, 16]
// CHECK: kernel.gemm "conv" outer [] rows [6, 6] columns 64 lanes 16 depth [4, 2, 2, 16]
// CHECK-NOT: kernel.gemm
func.func @wide_dilation(%x: tensor<1x64x20x20xf32, #nn.info<layout = blocked<1 x 16>>>)
    -> tensor<1x64x20x20xf32, #nn.info<layout = blocked<1 x 16>>> {
  %w = nn.constant dense<0.5> : tensor<64x64x3x3xf32>
  %0 = nn.conv %x, %w strides = [1, 1] pads = [14, 14, 14, 14] dilations = [14, 14]
    : (tensor<1x64x20x20xf32, #nn.info<layout = blocked<1 x 16>>>, tensor<64x64x3x3xf32>)
    -> tensor<1x64x20x20xf32, #nn.info<layout = blocked<1 x 16>>>
  return %0 : tensor<1x64x20x20xf32, #nn.info<layout = blocked<1 x 16>>>
}

// -----

// A depthwise convolution is a nest over channel blocks, guarded at the borders.

// CHECK-LABEL: func.func @depthwise
// CHECK: kernel.nest "depthwise_conv" extents [1, 2, 8, 8, 16, 3, 3]
// CHECK-SAME: guard_extents = array<i64: 8, 8>
// CHECK-SAME: reduction_rank = 2
func.func @depthwise(%x: tensor<1x32x8x8xf32, #nn.info<layout = blocked<1 x 16>>>)
    -> tensor<1x32x8x8xf32, #nn.info<layout = blocked<1 x 16>>> {
  %w = nn.constant dense<0.5> : tensor<32x1x3x3xf32>
  %0 = nn.conv %x, %w strides = [1, 1] pads = [1, 1, 1, 1] dilations = [1, 1] groups = 32
    : (tensor<1x32x8x8xf32, #nn.info<layout = blocked<1 x 16>>>, tensor<32x1x3x3xf32>)
    -> tensor<1x32x8x8xf32, #nn.info<layout = blocked<1 x 16>>>
  return %0 : tensor<1x32x8x8xf32, #nn.info<layout = blocked<1 x 16>>>
}

// -----

// Two groups of 8 channels fill a vector together; the one that is left has a
// GEMM of its own. Of a vector's lanes each meets the channels of its own group.

// CHECK-LABEL: func.func @grouped
// CHECK: kernel.constant {{.*}} : memref<1x1x8x16xf32>
// CHECK: kernel.gemm "conv" {{.*}}columns 16
// CHECK-SAME: diagonal = 8
// CHECK: kernel.gemm "conv" {{.*}}columns 16
// CHECK-NOT: diagonal
func.func @grouped(%x: tensor<1x24x6x6xf32, #nn.info<layout = blocked<1 x 16>>>)
    -> tensor<1x24x6x6xf32, #nn.info<layout = blocked<1 x 16>>> {
  %w = nn.constant dense<0.5> : tensor<24x8x1x1xf32>
  %0 = nn.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] groups = 3
    : (tensor<1x24x6x6xf32, #nn.info<layout = blocked<1 x 16>>>, tensor<24x8x1x1xf32>)
    -> tensor<1x24x6x6xf32, #nn.info<layout = blocked<1 x 16>>>
  return %0 : tensor<1x24x6x6xf32, #nn.info<layout = blocked<1 x 16>>>
}

// -----

// Groups of 3 channels do not fill vectors: a nest over the plain layout.

// CHECK-LABEL: func.func @odd_groups
// CHECK-NOT: kernel.gemm
// CHECK: kernel.nest "conv" extents [1, 6, 6, 6, 3, 1, 1]
func.func @odd_groups(%x: tensor<1x6x6x6xf32>) -> tensor<1x6x6x6xf32> {
  %w = nn.constant dense<0.5> : tensor<6x3x1x1xf32>
  %0 = nn.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] groups = 2
    : (tensor<1x6x6x6xf32>, tensor<6x3x1x1xf32>) -> tensor<1x6x6x6xf32>
  return %0 : tensor<1x6x6x6xf32>
}
