// RUN: megcc-opt %s --fuse-prologues | FileCheck %s

// What follows nobody, since %x is wanted elsewhere, precedes the convolution.

// CHECK-LABEL: func @scale_shift_relu
// CHECK-SAME: %[[X:.*]]: tensor<1x8x4x4xf32>, %[[S:.*]]: tensor<8x1x1xf32>, %[[W:.*]]: tensor<4x8x1x1xf32>
// CHECK: %[[F:.*]] = nn.fused (%[[X_:.*]] = %[[X]] : {{.*}}, %[[S_:.*]] = %[[S]] : {{.*}}, %[[W_:.*]] = %[[W]] : {{.*}}) -> tensor<1x4x4x4xf32> {
// CHECK-NEXT: %[[M:.*]] = nn.mul %[[X_]], %[[S_]]
// CHECK-NEXT: %[[R:.*]] = nn.relu %[[M]]
// CHECK-NEXT: %[[C:.*]] = nn.conv %[[R]], %[[W_]]
// CHECK-NEXT: nn.yield %[[C]]
// CHECK: return %[[F]], %[[X]]
func.func @scale_shift_relu(%x: tensor<1x8x4x4xf32>, %s: tensor<8x1x1xf32>, %w: tensor<4x8x1x1xf32>) -> (tensor<1x4x4x4xf32>, tensor<1x8x4x4xf32>) {
  %0 = nn.fused (%a = %x : tensor<1x8x4x4xf32>, %b = %s : tensor<8x1x1xf32>) -> tensor<1x8x4x4xf32> {
    %1 = nn.mul %a, %b : (tensor<1x8x4x4xf32>, tensor<8x1x1xf32>) -> tensor<1x8x4x4xf32>
    %2 = nn.relu %1 : tensor<1x8x4x4xf32>
    nn.yield %2 : tensor<1x8x4x4xf32>
  }
  %3 = nn.conv %0, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (tensor<1x8x4x4xf32>, tensor<4x8x1x1xf32>) -> tensor<1x4x4x4xf32>
  return %3, %x : tensor<1x4x4x4xf32>, tensor<1x8x4x4xf32>
}

// A single operator before a matrix product that has an epilogue.

// CHECK-LABEL: func @between
// CHECK: nn.fused
// CHECK-NEXT: %[[E:.*]] = nn.exp
// CHECK-NEXT: %[[M:.*]] = nn.matmul %[[E]]
// CHECK-NEXT: nn.relu %[[M]]
// CHECK-NOT: nn.fused
func.func @between(%x: tensor<4x8xf32>, %w: tensor<8x2xf32>) -> tensor<4x2xf32> {
  %0 = nn.exp %x : tensor<4x8xf32>
  %1 = nn.fused (%a = %0 : tensor<4x8xf32>, %b = %w : tensor<8x2xf32>) -> tensor<4x2xf32> {
    %2 = nn.matmul %a, %b : (tensor<4x8xf32>, tensor<8x2xf32>) -> tensor<4x2xf32>
    %3 = nn.relu %2 : tensor<4x2xf32>
    nn.yield %3 : tensor<4x2xf32>
  }
  return %1 : tensor<4x2xf32>
}

// Others want the result as well.

// CHECK-LABEL: func @several_users
// CHECK-NOT: nn.fused
func.func @several_users(%x: tensor<4x8xf32>, %w: tensor<8x2xf32>) -> (tensor<4x2xf32>, tensor<4x8xf32>) {
  %0 = nn.exp %x : tensor<4x8xf32>
  %1 = nn.matmul %0, %w : (tensor<4x8xf32>, tensor<8x2xf32>) -> tensor<4x2xf32>
  return %1, %0 : tensor<4x2xf32>, tensor<4x8xf32>
}

// It is both operands, or the other one.

// CHECK-LABEL: func @second_operand
// CHECK-NOT: nn.fused
func.func @second_operand(%x: tensor<8x8xf32>) -> (tensor<8x8xf32>, tensor<8x8xf32>) {
  %0 = nn.exp %x : tensor<8x8xf32>
  %1 = nn.matmul %x, %0 : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  %2 = nn.neg %x : tensor<8x8xf32>
  %3 = nn.matmul %2, %2 : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  return %1, %3 : tensor<8x8xf32>, tensor<8x8xf32>
}

// Two tensors would be alive instead of one.

// CHECK-LABEL: func @two_tensors
// CHECK-NOT: nn.fused
func.func @two_tensors(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %w: tensor<8x2xf32>) -> tensor<4x2xf32> {
  %0 = nn.add %x, %y : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %1 = nn.matmul %0, %w : (tensor<4x8xf32>, tensor<8x2xf32>) -> tensor<4x2xf32>
  return %1 : tensor<4x2xf32>
}

// What is read would take the place of something smaller, unless it stays.

// CHECK-LABEL: func @narrower
// CHECK-NOT: nn.fused
// CHECK: nn.cast
func.func @narrower(%x: tensor<4x8xf32>, %w: tensor<8x2xbf16>) -> tensor<4x2xbf16> {
  %0 = nn.cast %x : (tensor<4x8xf32>) -> tensor<4x8xbf16>
  %1 = nn.matmul %0, %w : (tensor<4x8xbf16>, tensor<8x2xbf16>) -> tensor<4x2xbf16>
  return %1 : tensor<4x2xbf16>
}

// CHECK-LABEL: func @narrower_beside
// CHECK: nn.fused
// CHECK-NEXT: nn.cast
// CHECK-NEXT: nn.matmul
func.func @narrower_beside(%x: tensor<4x8xf32>, %w: tensor<8x2xbf16>) -> (tensor<4x2xbf16>, tensor<4x8xf32>) {
  %0 = nn.cast %x : (tensor<4x8xf32>) -> tensor<4x8xbf16>
  %1 = nn.matmul %0, %w : (tensor<4x8xbf16>, tensor<8x2xbf16>) -> tensor<4x2xbf16>
  return %1, %x : tensor<4x2xbf16>, tensor<4x8xf32>
}

// Pools have no prologue.

// CHECK-LABEL: func @pool
// CHECK-NOT: nn.fused
func.func @pool(%x: tensor<1x8x4x4xf32>) -> tensor<1x8x2x2xf32> {
  %0 = nn.exp %x : tensor<1x8x4x4xf32>
  %1 = nn.max_pool %0 kernel = [2, 2] strides = [2, 2] pads = [0, 0, 0, 0] dilations = [1, 1] : (tensor<1x8x4x4xf32>) -> tensor<1x8x2x2xf32>
  return %1 : tensor<1x8x2x2xf32>
}
