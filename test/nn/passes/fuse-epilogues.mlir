// RUN: megcc-opt %s --fuse-epilogues | FileCheck %s

// What a convolution's kernel applies before it stores an element.

// CHECK-LABEL: func @conv_bias_relu
// CHECK-SAME: %[[X:.*]]: tensor<1x8x4x4xf32>, %[[W:.*]]: tensor<4x8x1x1xf32>, %[[B:.*]]: tensor<4x1x1xf32>
// CHECK: %[[F:.*]] = nn.fused (%[[X_:.*]] = %[[X]] : {{.*}}, %[[W_:.*]] = %[[W]] : {{.*}}, %[[B_:.*]] = %[[B]] : {{.*}}) -> tensor<1x4x4x4xf32> {
// CHECK-NEXT: %[[C:.*]] = nn.conv %[[X_]], %[[W_]]
// CHECK-NEXT: %[[A:.*]] = nn.add %[[C]], %[[B_]]
// CHECK-NEXT: %[[R:.*]] = nn.relu %[[A]]
// CHECK-NEXT: nn.yield %[[R]]
// CHECK-NEXT: }
// CHECK-NEXT: return %[[F]]
func.func @conv_bias_relu(%x: tensor<1x8x4x4xf32>, %w: tensor<4x8x1x1xf32>, %b: tensor<4x1x1xf32>) -> tensor<1x4x4x4xf32> {
  %0 = nn.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (tensor<1x8x4x4xf32>, tensor<4x8x1x1xf32>) -> tensor<1x4x4x4xf32>
  %1 = nn.add %0, %b : (tensor<1x4x4x4xf32>, tensor<4x1x1xf32>) -> tensor<1x4x4x4xf32>
  %2 = nn.relu %1 : tensor<1x4x4x4xf32>
  return %2 : tensor<1x4x4x4xf32>
}

// A value that is needed elsewhere stays outside.

// CHECK-LABEL: func @several_users
// CHECK: %[[C:.*]] = nn.conv
// CHECK: %[[R:.*]] = nn.relu %[[C]]
// CHECK-NOT: nn.fused
// CHECK: return %[[C]], %[[R]]
func.func @several_users(%x: tensor<1x8x4x4xf32>, %w: tensor<4x8x1x1xf32>) -> (tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>) {
  %0 = nn.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (tensor<1x8x4x4xf32>, tensor<4x8x1x1xf32>) -> tensor<1x4x4x4xf32>
  %1 = nn.relu %0 : tensor<1x4x4x4xf32>
  return %0, %1 : tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>
}

// Several users inside the region are none outside: x * sigmoid(x).

// CHECK-LABEL: func @swish
// CHECK: nn.fused
// CHECK-NEXT: %[[C:.*]] = nn.conv
// CHECK-NEXT: %[[S:.*]] = nn.sigmoid %[[C]]
// CHECK-NEXT: %[[M:.*]] = nn.mul %[[C]], %[[S]]
// CHECK-NEXT: nn.yield %[[M]]
func.func @swish(%x: tensor<1x8x4x4xf32>, %w: tensor<4x8x1x1xf32>) -> tensor<1x4x4x4xf32> {
  %0 = nn.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (tensor<1x8x4x4xf32>, tensor<4x8x1x1xf32>) -> tensor<1x4x4x4xf32>
  %1 = nn.sigmoid %0 : tensor<1x4x4x4xf32>
  %2 = nn.mul %0, %1 : (tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  return %2 : tensor<1x4x4x4xf32>
}

// A residual sum joins the later branch; the earlier keeps its activation.

// CHECK-LABEL: func @residual
// CHECK: %[[FIRST:.*]] = nn.fused
// CHECK-NEXT: nn.matmul
// CHECK-NEXT: nn.relu
// CHECK-NEXT: nn.yield
// CHECK: nn.fused ({{.*}}, %[[R_:.*]] = %[[FIRST]] : tensor<4x4xf32>)
// CHECK-NEXT: %[[M:.*]] = nn.matmul
// CHECK-NEXT: %[[T:.*]] = nn.tanh %[[M]]
// CHECK-NEXT: %[[A:.*]] = nn.add %[[R_]], %[[T]]
// CHECK-NEXT: nn.yield %[[A]]
func.func @residual(%x: tensor<4x4xf32>, %v: tensor<4x4xf32>, %w: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %0 = nn.matmul %x, %v : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %1 = nn.matmul %x, %w : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %2 = nn.tanh %1 : tensor<4x4xf32>
  %3 = nn.relu %0 : tensor<4x4xf32>
  %4 = nn.add %3, %2 : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  return %4 : tensor<4x4xf32>
}

// Elementwise operators alone make a region of their own, from the operands of
// all branches on.

// CHECK-LABEL: func @elementwise_only
// CHECK: nn.fused
// CHECK-NEXT: %[[E:.*]] = nn.exp
// CHECK-NEXT: %[[N:.*]] = nn.neg
// CHECK-NEXT: %[[S:.*]] = nn.sub %[[E]], %[[N]]
// CHECK-NEXT: nn.yield %[[S]]
func.func @elementwise_only(%x: tensor<8xf32>, %y: tensor<8xf32>) -> tensor<8xf32> {
  %0 = nn.exp %x : tensor<8xf32>
  %1 = nn.neg %y : tensor<8xf32>
  %2 = nn.sub %0, %1 : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %2 : tensor<8xf32>
}

// A single operator needs no region.

// CHECK-LABEL: func @alone
// CHECK-NOT: nn.fused
// CHECK: return
func.func @alone(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = nn.exp %x : tensor<8xf32>
  return %0 : tensor<8xf32>
}

// What an elementwise operator feeds to a root is not part of its epilogue.

// CHECK-LABEL: func @before_root
// CHECK: %[[R:.*]] = nn.relu
// CHECK: nn.fused (%{{.*}} = %[[R]] : tensor<4x4xf32>
// CHECK-NEXT: nn.matmul
// CHECK-NEXT: nn.neg
// CHECK-NEXT: nn.yield
func.func @before_root(%x: tensor<4x4xf32>, %w: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %0 = nn.relu %x : tensor<4x4xf32>
  %1 = nn.matmul %0, %w : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %2 = nn.neg %1 : tensor<4x4xf32>
  return %2 : tensor<4x4xf32>
}

// A broadcast that enlarges the root's result would compute it many times.

// CHECK-LABEL: func @enlarged
// CHECK: %[[P:.*]] = nn.average_pool
// CHECK-NOT: nn.fused
// CHECK: nn.mul %{{.*}}, %[[P]]
func.func @enlarged(%x: tensor<1x8x4x4xf32>) -> tensor<1x8x4x4xf32> {
  %0 = nn.average_pool %x kernel = [4, 4] strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] counted_pads = [0, 0, 0, 0] : (tensor<1x8x4x4xf32>) -> tensor<1x8x1x1xf32>
  %1 = nn.mul %x, %0 : (tensor<1x8x4x4xf32>, tensor<1x8x1x1xf32>) -> tensor<1x8x4x4xf32>
  return %1 : tensor<1x8x4x4xf32>
}

// A change of the element type may be part of it.

// CHECK-LABEL: func @requantized
// CHECK: nn.fused
// CHECK-NEXT: nn.matmul
// CHECK-NEXT: nn.cast
// CHECK-NEXT: nn.quantize
// CHECK-NEXT: nn.yield
func.func @requantized(%x: tensor<4x4xui8>, %w: tensor<4x4xi8>, %scale: tensor<f32>, %zero: tensor<ui8>) -> tensor<4x4xui8> {
  %0 = nn.matmul %x, %w : (tensor<4x4xui8>, tensor<4x4xi8>) -> tensor<4x4xi32>
  %1 = nn.cast %0 : (tensor<4x4xi32>) -> tensor<4x4xf32>
  %2 = nn.quantize %1, %scale, %zero : (tensor<4x4xf32>, tensor<f32>, tensor<ui8>) -> tensor<4x4xui8>
  return %2 : tensor<4x4xui8>
}
