// RUN: megcc-opt %s --separate-resizes=target=x86-64-v3 --split-input-file | FileCheck %s
// RUN: megcc-opt %s --separate-resizes=target=generic --split-input-file | FileCheck %s --check-prefix=NONE

// Without vectors there is nothing to gain.
// NONE-COUNT-6: nn.resize
// NONE-NOT: nn.resize

// The dimension along the vectors goes first where the image grows.

// CHECK-LABEL: func.func @grow
// CHECK: %[[WIDE:.*]] = nn.resize linear %arg0 scales = [1.000000e+00, 1.000000e+00, 1.000000e+00, 4.000000e+00]
// CHECK-SAME: -> tensor<1x8x4x16xf32>
// CHECK: nn.resize linear %[[WIDE]] scales = [1.000000e+00, 1.000000e+00, 4.000000e+00, 1.000000e+00]
// CHECK-SAME: -> tensor<1x8x16x16xf32>
func.func @grow(%x: tensor<1x8x4x4xf32>) -> tensor<1x8x16x16xf32> {
  %0 = nn.resize linear %x scales = [1.0, 1.0, 4.0, 4.0] coordinates = half_pixel
    : (tensor<1x8x4x4xf32>) -> tensor<1x8x16x16xf32>
  return %0 : tensor<1x8x16x16xf32>
}

// -----

// And last where it shrinks.

// CHECK-LABEL: func.func @shrink
// CHECK: nn.resize cubic {{.*}} -> tensor<1x8x4x16xf32>
// CHECK: nn.resize cubic {{.*}} -> tensor<1x8x4x4xf32>
func.func @shrink(%x: tensor<1x8x16x16xf32>) -> tensor<1x8x4x4xf32> {
  %0 = nn.resize cubic %x scales = [1.0, 1.0, 0.25, 0.25] coordinates = half_pixel
    : (tensor<1x8x16x16xf32>) -> tensor<1x8x4x4xf32>
  return %0 : tensor<1x8x4x4xf32>
}

// -----

// What is between would be nearly as large as the result.

// CHECK-LABEL: func.func @large
// CHECK-COUNT-1: nn.resize
// CHECK-NOT: nn.resize
func.func @large(%x: tensor<1x8x8x8xf32>) -> tensor<1x8x10x12xf32> {
  %0 = nn.resize linear %x scales = [1.0, 1.0, 1.25, 1.5] coordinates = half_pixel
    : (tensor<1x8x8x8xf32>) -> tensor<1x8x10x12xf32>
  return %0 : tensor<1x8x10x12xf32>
}

// -----

// One element each, one dimension, whole vectors anyway: nothing to separate.

// CHECK-LABEL: func.func @whole
// CHECK-COUNT-3: nn.resize
// CHECK-NOT: nn.resize
func.func @whole(%x: tensor<1x8x4x4xf32>, %b: tensor<1x8x4x4xf32, #nn.info<layout = blocked<1 x 8>>>)
    -> (tensor<1x8x16x16xf32>, tensor<1x8x4x16xf32>, tensor<1x8x16x16xf32, #nn.info<layout = blocked<1 x 8>>>) {
  %0 = nn.resize nearest %x scales = [1.0, 1.0, 4.0, 4.0] coordinates = asymmetric
    : (tensor<1x8x4x4xf32>) -> tensor<1x8x16x16xf32>
  %1 = nn.resize linear %x scales = [1.0, 1.0, 1.0, 4.0] coordinates = half_pixel
    : (tensor<1x8x4x4xf32>) -> tensor<1x8x4x16xf32>
  %2 = nn.resize linear %b scales = [1.0, 1.0, 4.0, 4.0] coordinates = half_pixel
    : (tensor<1x8x4x4xf32, #nn.info<layout = blocked<1 x 8>>>) -> tensor<1x8x16x16xf32, #nn.info<layout = blocked<1 x 8>>>
  return %0, %1, %2 : tensor<1x8x16x16xf32>, tensor<1x8x4x16xf32>, tensor<1x8x16x16xf32, #nn.info<layout = blocked<1 x 8>>>
}
