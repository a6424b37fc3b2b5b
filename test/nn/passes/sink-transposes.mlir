// RUN: megcc-opt %s --sink-transposes | FileCheck %s

// A pair of inverse transposes meets behind an activation and disappears.

// CHECK-LABEL: func @cancel
// CHECK-SAME: %[[X:.*]]: tensor<1x8x4x5xf32>
// CHECK-NEXT: %[[R:.*]] = nn.relu %[[X]]
// CHECK-NEXT: return %[[R]]
func.func @cancel(%x: tensor<1x8x4x5xf32>) -> tensor<1x8x4x5xf32> {
  %0 = nn.transpose %x perm = [0, 2, 3, 1] : (tensor<1x8x4x5xf32>) -> tensor<1x4x5x8xf32>
  %1 = nn.relu %0 : tensor<1x4x5x8xf32>
  %2 = nn.transpose %1 perm = [0, 3, 1, 2] : (tensor<1x4x5x8xf32>) -> tensor<1x8x4x5xf32>
  return %2 : tensor<1x8x4x5xf32>
}

// A transpose that has several elementwise users passes them all.

// CHECK-LABEL: func @swish
// CHECK-SAME: %[[X:.*]]: tensor<4x5xf32>
// CHECK: %[[S:.*]] = nn.sigmoid %[[X]]
// CHECK: %[[M:.*]] = nn.mul %[[X]], %[[S]]
// CHECK: nn.transpose %[[M]] perm = [1, 0]
func.func @swish(%x: tensor<4x5xf32>) -> tensor<5x4xf32> {
  %0 = nn.transpose %x perm = [1, 0] : (tensor<4x5xf32>) -> tensor<5x4xf32>
  %1 = nn.sigmoid %0 : tensor<5x4xf32>
  %2 = nn.mul %0, %1 : (tensor<5x4xf32>, tensor<5x4xf32>) -> tensor<5x4xf32>
  return %2 : tensor<5x4xf32>
}

// A bias of the last dimension becomes one of the channels.

// CHECK-LABEL: func @bias
// CHECK-SAME: %[[X:.*]]: tensor<1x8x4x5xf32>, %[[B:.*]]: tensor<8xf32>
// CHECK: %[[C:.*]] = nn.reshape %[[B]] {{.*}} -> tensor<1x8x1x1xf32>
// CHECK: %[[A:.*]] = nn.add %[[X]], %[[C]]
// CHECK: nn.transpose %[[A]]
func.func @bias(%x: tensor<1x8x4x5xf32>, %b: tensor<8xf32>) -> tensor<1x4x5x8xf32> {
  %0 = nn.transpose %x perm = [0, 2, 3, 1] : (tensor<1x8x4x5xf32>) -> tensor<1x4x5x8xf32>
  %1 = nn.add %0, %b : (tensor<1x4x5x8xf32>, tensor<8xf32>) -> tensor<1x4x5x8xf32>
  return %1 : tensor<1x4x5x8xf32>
}

// A constant is transposed instead, once.

// CHECK-LABEL: func @constant
// CHECK-SAME: %[[X:.*]]: tensor<4x2xf32>
// CHECK: %[[C:.*]] = nn.constant
// CHECK: %[[T:.*]] = nn.transpose %[[C]] perm = [1, 0] : (tensor<2x4xf32>) -> tensor<4x2xf32>
// CHECK: %[[A:.*]] = nn.add %[[X]], %[[T]]
// CHECK: nn.transpose %[[A]]
func.func @constant(%x: tensor<4x2xf32>) -> tensor<2x4xf32> {
  %c = nn.constant dense<[[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]]> : tensor<2x4xf32>
  %0 = nn.transpose %x perm = [1, 0] : (tensor<4x2xf32>) -> tensor<2x4xf32>
  %1 = nn.add %0, %c : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  return %1 : tensor<2x4xf32>
}

// Nothing is gained if another operand had to be transposed instead.

// CHECK-LABEL: func @other_order
// CHECK: nn.transpose
// CHECK-NEXT: nn.add
// CHECK-NEXT: return
func.func @other_order(%x: tensor<4x5xf32>, %y: tensor<5x4xf32>) -> tensor<5x4xf32> {
  %0 = nn.transpose %x perm = [1, 0] : (tensor<4x5xf32>) -> tensor<5x4xf32>
  %1 = nn.add %0, %y : (tensor<5x4xf32>, tensor<5x4xf32>) -> tensor<5x4xf32>
  return %1 : tensor<5x4xf32>
}

// Nor if the transposed value is needed as it is.

// CHECK-LABEL: func @needed
// CHECK: nn.transpose
// CHECK-NEXT: nn.relu
// CHECK-NEXT: return
func.func @needed(%x: tensor<4x5xf32>) -> (tensor<5x4xf32>, tensor<5x4xf32>) {
  %0 = nn.transpose %x perm = [1, 0] : (tensor<4x5xf32>) -> tensor<5x4xf32>
  %1 = nn.relu %0 : tensor<5x4xf32>
  return %0, %1 : tensor<5x4xf32>, tensor<5x4xf32>
}

// Moving dimensions of extent 1 moves no element.

// CHECK-LABEL: func @unit_dimension
// CHECK-NOT: nn.transpose
// CHECK: nn.reshape %{{.*}} : (tensor<1x1x4x5xf32>) -> tensor<1x4x5x1xf32>
func.func @unit_dimension(%x: tensor<1x1x4x5xf32>) -> tensor<1x4x5x1xf32> {
  %0 = nn.transpose %x perm = [0, 2, 3, 1] : (tensor<1x1x4x5xf32>) -> tensor<1x4x5x1xf32>
  return %0 : tensor<1x4x5x1xf32>
}

// A mean over the space of NHWC needs no transpose at all.

// CHECK-LABEL: func @global_mean
// CHECK-SAME: %[[X:.*]]: tensor<1x8x4x5xf32>
// CHECK-NEXT: %[[R:.*]] = nn.reduce mean %[[X]] axes = [2, 3]
// CHECK-NEXT: return %[[R]]
func.func @global_mean(%x: tensor<1x8x4x5xf32>) -> tensor<1x8xf32> {
  %0 = nn.transpose %x perm = [0, 2, 3, 1] : (tensor<1x8x4x5xf32>) -> tensor<1x4x5x8xf32>
  %1 = nn.reduce mean %0 axes = [1, 2] : (tensor<1x4x5x8xf32>) -> tensor<1x8xf32>
  return %1 : tensor<1x8xf32>
}

// CHECK-LABEL: func @reduce_keepdims
// CHECK: %[[R:.*]] = nn.reduce sum %{{.*}} axes = [1] keepdims : (tensor<2x8x4x5xf32>) -> tensor<2x1x4x5xf32>
// CHECK-NOT: nn.transpose
// CHECK: nn.reshape %[[R]] : (tensor<2x1x4x5xf32>) -> tensor<2x4x5x1xf32>
func.func @reduce_keepdims(%x: tensor<2x8x4x5xf32>) -> tensor<2x4x5x1xf32> {
  %0 = nn.transpose %x perm = [0, 2, 3, 1] : (tensor<2x8x4x5xf32>) -> tensor<2x4x5x8xf32>
  %1 = nn.reduce sum %0 axes = [3] keepdims : (tensor<2x4x5x8xf32>) -> tensor<2x4x5x1xf32>
  return %1 : tensor<2x4x5x1xf32>
}

// CHECK-LABEL: func @concat
// CHECK: %[[C:.*]] = nn.concat %{{.*}}, %{{.*}} axis = 1
// CHECK: nn.transpose %[[C]] perm = [0, 2, 1]
func.func @concat(%x: tensor<1x8x4xf32>, %y: tensor<1x3x4xf32>) -> tensor<1x4x11xf32> {
  %0 = nn.transpose %x perm = [0, 2, 1] : (tensor<1x8x4xf32>) -> tensor<1x4x8xf32>
  %1 = nn.transpose %y perm = [0, 2, 1] : (tensor<1x3x4xf32>) -> tensor<1x4x3xf32>
  %2 = nn.concat %0, %1 axis = 2 : (tensor<1x4x8xf32>, tensor<1x4x3xf32>) -> tensor<1x4x11xf32>
  return %2 : tensor<1x4x11xf32>
}

// CHECK-LABEL: func @pad_and_slice
// CHECK: %[[P:.*]] = nn.pad %{{.*}} low = [0, 0, 1] high = [0, 0, 2]
// CHECK: %[[S:.*]] = nn.slice %[[P]] offsets = [0, 4, 1] sizes = [1, 4, 3]
// CHECK: nn.transpose %[[S]] perm = [0, 2, 1]
func.func @pad_and_slice(%x: tensor<1x8x4xf32>) -> tensor<1x3x4xf32> {
  %0 = nn.transpose %x perm = [0, 2, 1] : (tensor<1x8x4xf32>) -> tensor<1x4x8xf32>
  %1 = nn.pad %0 low = [0, 1, 0] high = [0, 2, 0] interior = [0, 0, 0] : (tensor<1x4x8xf32>) -> tensor<1x7x8xf32>
  %2 = nn.slice %1 offsets = [0, 1, 4] sizes = [1, 3, 4] strides = [1, 1, 1] : (tensor<1x7x8xf32>) -> tensor<1x3x4xf32>
  return %2 : tensor<1x3x4xf32>
}
