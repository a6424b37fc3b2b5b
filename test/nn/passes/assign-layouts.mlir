// RUN: megcc-opt %s --assign-layouts=target=x86-64-v4 --split-input-file | FileCheck %s
// RUN: megcc-opt %s --assign-layouts=target=generic --split-input-file | FileCheck %s --check-prefix=NONE

// Without vectors nothing changes.
// NONE-NOT: blocked

// A convolution asks for blocks, operators that do not care pass them on, a
// reshape gets the plain layout back. An image is read as it lies.

// CHECK-LABEL: func.func @network
// CHECK-NOT: nn.relayout
// CHECK: nn.conv {{.*}} -> tensor<1x32x8x8xf32, #nn.info<layout = blocked<1 x 16>>>
// CHECK: %[[RELU:.*]] = nn.relu {{.*}} tensor<1x32x8x8xf32, #nn.info<layout = blocked<1 x 16>>>
// CHECK: %[[PLAIN:.*]] = nn.relayout %[[RELU]]
// CHECK: nn.reshape %[[PLAIN]]
func.func @network(%x: tensor<1x3x8x8xf32>, %w: tensor<32x3x1x1xf32>) -> tensor<1x2048xf32> {
  %0 = nn.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1]
    : (tensor<1x3x8x8xf32>, tensor<32x3x1x1xf32>) -> tensor<1x32x8x8xf32>
  %1 = nn.relu %0 : tensor<1x32x8x8xf32>
  %2 = nn.reshape %1 : (tensor<1x32x8x8xf32>) -> tensor<1x2048xf32>
  return %2 : tensor<1x2048xf32>
}

// -----

// Groups that fill vectors together with their neighbours are blocked.

// CHECK-LABEL: func.func @grouped
// CHECK: nn.conv {{.*}} -> tensor<1x8x8x8xf32, #nn.info<layout = blocked<1 x 16>>>
func.func @grouped(%x: tensor<1x8x8x8xf32>, %w: tensor<8x4x1x1xf32>) -> tensor<1x8x8x8xf32> {
  %0 = nn.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] groups = 2
    : (tensor<1x8x8x8xf32>, tensor<8x4x1x1xf32>) -> tensor<1x8x8x8xf32>
  return %0 : tensor<1x8x8x8xf32>
}

// -----

// Groups of 3 channels would need 16 of them: they stay plain.

// CHECK-LABEL: func.func @odd_groups
// CHECK-NOT: blocked
func.func @odd_groups(%x: tensor<1x6x8x8xf32>, %w: tensor<6x3x1x1xf32>) -> tensor<1x6x8x8xf32> {
  %0 = nn.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] groups = 2
    : (tensor<1x6x8x8xf32>, tensor<6x3x1x1xf32>) -> tensor<1x6x8x8xf32>
  return %0 : tensor<1x6x8x8xf32>
}

// -----

// The inputs of a concat come in one layout, whatever they had: in that of the
// fewest bytes moved, as nothing that follows wants blocks.

// CHECK-LABEL: func.func @concat
// CHECK: %[[CONV:.*]] = nn.conv {{.*}} -> tensor<1x32x8x8xf32, #nn.info<layout = blocked<1 x 16>>>
// CHECK: %[[PLAIN:.*]] = nn.relayout %[[CONV]]
// CHECK: nn.concat %[[PLAIN]], %arg2 axis = 1 {{.*}} -> tensor<1x64x8x8xf32>
func.func @concat(%x: tensor<1x3x8x8xf32>, %w: tensor<32x3x1x1xf32>, %y: tensor<1x32x8x8xf32>) -> tensor<1x64x8x8xf32> {
  %0 = nn.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1]
    : (tensor<1x3x8x8xf32>, tensor<32x3x1x1xf32>) -> tensor<1x32x8x8xf32>
  %1 = nn.concat %0, %y axis = 1 : (tensor<1x32x8x8xf32>, tensor<1x32x8x8xf32>) -> tensor<1x64x8x8xf32>
  return %1 : tensor<1x64x8x8xf32>
}

// -----

// Where a convolution follows, they come in blocks.

// CHECK-LABEL: func.func @concat_before_conv
// CHECK: %[[BLOCKED:.*]] = nn.relayout %arg2
// CHECK: nn.concat %{{.*}}, %[[BLOCKED]] axis = 1 {{.*}} -> tensor<1x64x8x8xf32, #nn.info<layout = blocked<1 x 16>>>
func.func @concat_before_conv(%x: tensor<1x3x8x8xf32>, %w: tensor<32x3x1x1xf32>, %y: tensor<1x32x8x8xf32>, %v: tensor<32x64x1x1xf32>) -> tensor<1x32x8x8xf32> {
  %0 = nn.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1]
    : (tensor<1x3x8x8xf32>, tensor<32x3x1x1xf32>) -> tensor<1x32x8x8xf32>
  %1 = nn.concat %0, %y axis = 1 : (tensor<1x32x8x8xf32>, tensor<1x32x8x8xf32>) -> tensor<1x64x8x8xf32>
  %2 = nn.conv %1, %v strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1]
    : (tensor<1x64x8x8xf32>, tensor<32x64x1x1xf32>) -> tensor<1x32x8x8xf32>
  return %2 : tensor<1x32x8x8xf32>
}

// -----

// One channel from a large window would fill one column of sixteen: its input
// is moved, and pixels fill the vectors. What is behind it stays plain.

// CHECK-LABEL: func.func @one_channel
// CHECK: %[[X:.*]] = nn.conv {{.*}} -> tensor<1x32x64x64xf32, #nn.info<layout = blocked<1 x 16>>>
// CHECK: %[[PLAIN:.*]] = nn.relayout %[[X]]
// CHECK: %[[Y:.*]] = nn.conv %[[PLAIN]], {{.*}} -> tensor<1x1x64x64xf32>
// CHECK: nn.tanh %[[Y]] : tensor<1x1x64x64xf32>
// CHECK-NOT: nn.relayout
func.func @one_channel(%x: tensor<1x3x64x64xf32>, %w: tensor<32x3x1x1xf32>, %v: tensor<1x32x9x9xf32>) -> tensor<1x1x64x64xf32> {
  %0 = nn.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1]
    : (tensor<1x3x64x64xf32>, tensor<32x3x1x1xf32>) -> tensor<1x32x64x64xf32>
  %1 = nn.conv %0, %v strides = [1, 1] pads = [4, 4, 4, 4] dilations = [1, 1]
    : (tensor<1x32x64x64xf32>, tensor<1x32x9x9xf32>) -> tensor<1x1x64x64xf32>
  %2 = nn.tanh %1 : tensor<1x1x64x64xf32>
  return %2 : tensor<1x1x64x64xf32>
}

// -----

// To move the input of a 1x1 convolution takes longer than empty columns.

// CHECK-LABEL: func.func @one_channel_one_tap
// CHECK: nn.conv {{.*}} -> tensor<1x32x64x64xf32, #nn.info<layout = blocked<1 x 16>>>
// CHECK-NEXT: nn.conv {{.*}} -> tensor<1x1x64x64xf32, #nn.info<layout = blocked<1 x 16>>>
func.func @one_channel_one_tap(%x: tensor<1x3x64x64xf32>, %w: tensor<32x3x1x1xf32>, %v: tensor<1x32x1x1xf32>) -> tensor<1x1x64x64xf32> {
  %0 = nn.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1]
    : (tensor<1x3x64x64xf32>, tensor<32x3x1x1xf32>) -> tensor<1x32x64x64xf32>
  %1 = nn.conv %0, %v strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1]
    : (tensor<1x32x64x64xf32>, tensor<1x32x1x1xf32>) -> tensor<1x1x64x64xf32>
  return %1 : tensor<1x1x64x64xf32>
}

// -----

// A scale that the network is given has no channels to block.

// CHECK-LABEL: func.func @given_scale
// CHECK: nn.mul {{.*}} : (tensor<1x32x4x4xf32, #nn.info<layout = blocked<1 x 16>>>, tensor<f32>)
func.func @given_scale(%x: tensor<1x32x4x4xf32>, %w: tensor<32x32x1x1xf32>, %s: tensor<f32>) -> tensor<1x32x4x4xf32> {
  %0 = nn.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1]
    : (tensor<1x32x4x4xf32>, tensor<32x32x1x1xf32>) -> tensor<1x32x4x4xf32>
  %1 = nn.mul %0, %s : (tensor<1x32x4x4xf32>, tensor<f32>) -> tensor<1x32x4x4xf32>
  return %1 : tensor<1x32x4x4xf32>
}

// -----

// Between convolutions a resize reads and writes vectors of channels.

// CHECK-LABEL: func.func @resize
// CHECK: nn.resize nearest {{.*}} -> tensor<1x32x16x16xf32, #nn.info<layout = blocked<1 x 16>>>
// CHECK-NOT: nn.relayout
// CHECK: nn.conv {{.*}} -> tensor<1x32x16x16xf32, #nn.info<layout = blocked<1 x 16>>>
func.func @resize(%x: tensor<1x3x8x8xf32>, %w: tensor<32x3x1x1xf32>, %v: tensor<32x32x1x1xf32>) -> tensor<1x8192xf32> {
  %0 = nn.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1]
    : (tensor<1x3x8x8xf32>, tensor<32x3x1x1xf32>) -> tensor<1x32x8x8xf32>
  %1 = nn.resize nearest %0 scales = [1.0, 1.0, 2.0, 2.0] coordinates = asymmetric
    : (tensor<1x32x8x8xf32>) -> tensor<1x32x16x16xf32>
  %2 = nn.conv %1, %v strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1]
    : (tensor<1x32x16x16xf32>, tensor<32x32x1x1xf32>) -> tensor<1x32x16x16xf32>
  %3 = nn.reshape %2 : (tensor<1x32x16x16xf32>) -> tensor<1x8192xf32>
  return %3 : tensor<1x8192xf32>
}

// -----

// Channels themselves resized are no vectors of the same channels.

// CHECK-LABEL: func.func @resize_channels
// CHECK: nn.relayout
// CHECK: nn.resize {{.*}} : (tensor<1x32x8x8xf32>) -> tensor<1x64x8x8xf32>
func.func @resize_channels(%x: tensor<1x3x8x8xf32>, %w: tensor<32x3x1x1xf32>) -> tensor<1x64x8x8xf32> {
  %0 = nn.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1]
    : (tensor<1x3x8x8xf32>, tensor<32x3x1x1xf32>) -> tensor<1x32x8x8xf32>
  %1 = nn.resize nearest %0 scales = [1.0, 2.0, 1.0, 1.0] coordinates = asymmetric
    : (tensor<1x32x8x8xf32>) -> tensor<1x64x8x8xf32>
  return %1 : tensor<1x64x8x8xf32>
}
