// RUN: megcc-opt %s --decompose-ops | FileCheck %s
//
// That the values are the same is tested by test/nn/reference.

// Batch normalisation with parameters of any kind becomes a product and a sum.

// CHECK-LABEL: func @batch_norm
// CHECK-SAME: %[[X:.*]]: tensor<1x8x4xf32>, %[[S:.*]]: tensor<8xf32>, %[[B:.*]]: tensor<8xf32>, %[[M:.*]]: tensor<8xf32>, %[[V:.*]]: tensor<8xf32>
// CHECK: %[[E:.*]] = nn.constant dense<1.000000e-03> : tensor<f32>
// CHECK: %[[VE:.*]] = nn.add %[[V]], %[[E]]
// CHECK: %[[D:.*]] = nn.sqrt %[[VE]]
// CHECK: %[[F:.*]] = nn.div %[[S]], %[[D]]
// CHECK: %[[MF:.*]] = nn.mul %[[M]], %[[F]]
// CHECK: %[[T:.*]] = nn.sub %[[B]], %[[MF]]
// CHECK: %[[FC:.*]] = nn.reshape %[[F]] : (tensor<8xf32>) -> tensor<8x1xf32>
// CHECK: %[[XF:.*]] = nn.mul %[[X]], %[[FC]]
// CHECK: %[[TC:.*]] = nn.reshape %[[T]] : (tensor<8xf32>) -> tensor<8x1xf32>
// CHECK: %[[Y:.*]] = nn.add %[[XF]], %[[TC]]
// CHECK: return %[[Y]]
func.func @batch_norm(%x: tensor<1x8x4xf32>, %s: tensor<8xf32>, %b: tensor<8xf32>, %m: tensor<8xf32>, %v: tensor<8xf32>) -> tensor<1x8x4xf32> {
  %0 = nn.batch_norm %x, %s, %b, %m, %v epsilon = 1.0e-3 : (tensor<1x8x4xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<1x8x4xf32>
  return %0 : tensor<1x8x4xf32>
}

// CHECK-LABEL: func @group_norm
// CHECK: %[[G:.*]] = nn.reshape %{{.*}} : (tensor<1x8x4xf32>) -> tensor<1x2x16xf32>
// CHECK: %[[L:.*]] = nn.layer_norm %[[G]] axis = 2
// CHECK: %[[R:.*]] = nn.reshape %[[L]] : (tensor<1x2x16xf32>) -> tensor<1x8x4xf32>
// CHECK: nn.mul %[[R]]
// CHECK-NOT: nn.add
// CHECK: return
func.func @group_norm(%x: tensor<1x8x4xf32>, %s: tensor<8xf32>) -> tensor<1x8x4xf32> {
  %0 = nn.group_norm %x scale %s groups = 2 epsilon = 1.0e-3 : (tensor<1x8x4xf32>, tensor<8xf32>) -> tensor<1x8x4xf32>
  return %0 : tensor<1x8x4xf32>
}

// A stride becomes phases of one convolution, which are interleaved.

// CHECK-LABEL: func @strided
// CHECK: %[[C:.*]] = nn.conv {{.*}} strides = [1] pads = [1, 1] {{.*}} -> tensor<1x8x6xf32>
// CHECK: %[[S:.*]] = nn.reshape %[[C]] : (tensor<1x8x6xf32>) -> tensor<1x4x2x6xf32>
// CHECK: %[[T:.*]] = nn.transpose %[[S]] perm = [0, 1, 3, 2]
// CHECK: %[[F:.*]] = nn.reshape %[[T]] : (tensor<1x4x6x2xf32>) -> tensor<1x4x12xf32>
// CHECK: %[[P:.*]] = nn.pad %[[F]] low = [0, 0, -1] high = [0, 0, -1]
// CHECK: return %[[P]]
func.func @strided(%x: tensor<1x8x5xf32>, %w: tensor<8x4x4xf32>) -> tensor<1x4x10xf32> {
  %0 = nn.conv_transpose %x, %w strides = [2] pads = [1, 1] dilations = [1] output_padding = [0] : (tensor<1x8x5xf32>, tensor<8x4x4xf32>) -> tensor<1x4x10xf32>
  return %0 : tensor<1x4x10xf32>
}

// A kernel as long as the stride needs no padding and nothing is cut off.

// CHECK-LABEL: func @upsampling
// CHECK: nn.conv {{.*}} pads = [0, 0]
// CHECK-NOT: nn.pad
// CHECK: return
func.func @upsampling(%x: tensor<1x8x5xf32>, %w: tensor<8x4x2xf32>) -> tensor<1x4x10xf32> {
  %0 = nn.conv_transpose %x, %w strides = [2] pads = [0, 0] dilations = [1] output_padding = [0] : (tensor<1x8x5xf32>, tensor<8x4x2xf32>) -> tensor<1x4x10xf32>
  return %0 : tensor<1x4x10xf32>
}

// With a dilation zeros are inserted into the input instead.

// CHECK-LABEL: func @dilated
// CHECK: %[[P:.*]] = nn.pad %{{.*}} low = [0, 0, 3] high = [0, 0, 3] interior = [0, 0, 1]
// CHECK: nn.conv %[[P]], {{.*}} strides = [1] pads = [0, 0] dilations = [3]
func.func @dilated(%x: tensor<1x8x5xf32>, %w: tensor<8x4x2xf32>) -> tensor<1x4x12xf32> {
  %0 = nn.conv_transpose %x, %w strides = [2] pads = [0, 0] dilations = [3] output_padding = [0] : (tensor<1x8x5xf32>, tensor<8x4x2xf32>) -> tensor<1x4x12xf32>
  return %0 : tensor<1x4x12xf32>
}
