// RUN: megcc-opt %s --split-patches="first=1 last=2 grid=2,1" -split-input-file | FileCheck %s
// RUN: megcc-opt %s --split-patches="aim=1000000 io-in-arena=1" -split-input-file | FileCheck %s --check-prefix=ENOUGH
// RUN: megcc-opt %s --split-patches="io-in-arena=1" -split-input-file | FileCheck %s --check-prefix=LEAST

// Where there is memory enough, nothing is cut; as little as can be is searched
// for.
// ENOUGH-NOT: nn.slice
// LEAST: kernel.decisions = ["8x8 patches over layers 1-2: +281.2 % MACs"]

// Halos are computed twice; padding stays at the borders of the image.

// CHECK: kernel.decisions = ["2x1 patches over layers 1-2: +10.7 % MACs"], kernel.halo_macs = 27648
// CHECK-LABEL: func.func @main
// CHECK-SAME: %[[X:.*]]: tensor<1x3x8x8xf32>, %[[W:.*]]: tensor<64x3x3x3xf32>, %[[V:.*]]: tensor<4x64x3x3xf32>
// CHECK-NEXT: %[[X0:.*]] = nn.slice %[[X]] offsets = [0, 0, 0, 0] sizes = [1, 3, 6, 8]
// CHECK-NEXT: %[[A0:.*]] = nn.conv %[[X0]], %[[W]] {{.*}} pads = [1, 1, 0, 1] {{.*}} -> tensor<1x64x5x8xf32>
// CHECK-NEXT: %[[Y0:.*]] = nn.conv %[[A0]], %[[V]] {{.*}} pads = [1, 1, 0, 1] {{.*}} -> tensor<1x4x4x8xf32>
// CHECK-NEXT: %[[X1:.*]] = nn.slice %[[X]] offsets = [0, 0, 2, 0] sizes = [1, 3, 6, 8]
// CHECK-NEXT: %[[A1:.*]] = nn.conv %[[X1]], %[[W]] {{.*}} pads = [0, 1, 1, 1]
// CHECK-NEXT: %[[Y1:.*]] = nn.conv %[[A1]], %[[V]] {{.*}} pads = [0, 1, 1, 1]
// CHECK-NEXT: %[[Y:.*]] = nn.concat %[[Y0]], %[[Y1]] axis = 2
// CHECK-NEXT: return %[[Y]]
func.func @main(%x: tensor<1x3x8x8xf32>, %w: tensor<64x3x3x3xf32>, %v: tensor<4x64x3x3xf32>) -> tensor<1x4x8x8xf32> {
  %a = nn.conv %x, %w strides = [1, 1] pads = [1, 1, 1, 1] dilations = [1, 1] : (tensor<1x3x8x8xf32>, tensor<64x3x3x3xf32>) -> tensor<1x64x8x8xf32>
  %y = nn.conv %a, %v strides = [1, 1] pads = [1, 1, 1, 1] dilations = [1, 1] : (tensor<1x64x8x8xf32>, tensor<4x64x3x3xf32>) -> tensor<1x4x8x8xf32>
  return %y : tensor<1x4x8x8xf32>
}

// -----

// A residual sum: of what the window needs, the sum reads the middle. Rows that
// the grid does not divide go to the first patch.

// CHECK-LABEL: func.func @main
// CHECK-SAME: %[[X:.*]]: tensor<1x4x7x5xf32>
// CHECK-NEXT: %[[X0:.*]] = nn.slice %[[X]] offsets = [0, 0, 0, 0] sizes = [1, 4, 5, 5]
// CHECK-NEXT: %[[A0:.*]] = nn.relu %[[X0]] : tensor<1x4x5x5xf32>
// CHECK-NEXT: %[[R0:.*]] = nn.slice %[[A0]] offsets = [0, 0, 0, 0] sizes = [1, 4, 4, 5]
// CHECK-NEXT: %[[F0:.*]] = nn.fused (%{{.*}} = %[[A0]] : {{.*}}, %{{.*}} = %[[R0]] : {{.*}} -> tensor<1x4x4x5xf32>
// CHECK: nn.conv {{.*}} pads = [1, 1, 0, 1]
// CHECK: %[[X1:.*]] = nn.slice %[[X]] offsets = [0, 0, 3, 0] sizes = [1, 4, 4, 5]
// CHECK-NEXT: %[[A1:.*]] = nn.relu %[[X1]] : tensor<1x4x4x5xf32>
// CHECK-NEXT: nn.slice %[[A1]] offsets = [0, 0, 1, 0] sizes = [1, 4, 3, 5]
// CHECK: nn.conv {{.*}} pads = [0, 1, 1, 1]
func.func @main(%x: tensor<1x4x7x5xf32>, %w: tensor<4x4x3x3xf32>) -> tensor<1x4x7x5xf32> {
  %a = nn.relu %x : tensor<1x4x7x5xf32>
  %y = nn.fused (%a_ = %a : tensor<1x4x7x5xf32>, %w_ = %w : tensor<4x4x3x3xf32>) -> tensor<1x4x7x5xf32> {
    %0 = nn.conv %a_, %w_ strides = [1, 1] pads = [1, 1, 1, 1] dilations = [1, 1] : (tensor<1x4x7x5xf32>, tensor<4x4x3x3xf32>) -> tensor<1x4x7x5xf32>
    %1 = nn.add %0, %a_ : (tensor<1x4x7x5xf32>, tensor<1x4x7x5xf32>) -> tensor<1x4x7x5xf32>
    nn.yield %1 : tensor<1x4x7x5xf32>
  }
  return %y : tensor<1x4x7x5xf32>
}
