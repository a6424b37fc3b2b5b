// RUN: megcc-opt %s --select-kernels=target=x86-64-v4 --split-input-file | FileCheck %s

// Reduced dimensions come last; the mean is finished by one product.

// CHECK-LABEL: func.func @mean
// CHECK: kernel.nest "mean" extents [2, 5, 3] {{.*}} reduction_rank = 1
// CHECK: finish
// CHECK: %[[THIRD:.*]] = arith.constant 0.333333343
// CHECK: arith.mulf %{{.*}}, %[[THIRD]]
func.func @mean(%x: tensor<2x3x5xf32>) -> tensor<2x5xf32> {
  %0 = nn.reduce mean %x axes = [1] : (tensor<2x3x5xf32>) -> tensor<2x5xf32>
  return %0 : tensor<2x5xf32>
}

// -----

// What follows a reduction runs in its finish.

// CHECK-LABEL: func.func @epilogue
// CHECK: kernel.nest "max" {{.*}} ins(%arg0, %arg1
// CHECK: finish
// CHECK: arith.addf
func.func @epilogue(%x: tensor<4x8xf32>, %b: tensor<4xf32>) -> tensor<4xf32> {
  %0 = nn.fused (%a = %x : tensor<4x8xf32>, %c = %b : tensor<4xf32>) -> tensor<4xf32> {
    %1 = nn.reduce max %a axes = [1] : (tensor<4x8xf32>) -> tensor<4xf32>
    %2 = nn.add %1, %c : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    nn.yield %2 : tensor<4xf32>
  }
  return %0 : tensor<4xf32>
}

// -----

// Windows that count differently at the border have a table of reciprocals.

// CHECK-LABEL: func.func @average
// CHECK: kernel.constant dense<{{.*}}> : tensor<2x2xf32>
// CHECK: kernel.nest "average_pool" extents [1, 1, 2, 2, 2, 2]
func.func @average(%x: tensor<1x1x3x3xf32>) -> tensor<1x1x2x2xf32> {
  %0 = nn.average_pool %x kernel = [2, 2] strides = [2, 2] pads = [0, 0, 1, 1]
    dilations = [1, 1] counted_pads = [0, 0, 0, 0] : (tensor<1x1x3x3xf32>) -> tensor<1x1x2x2xf32>
  return %0 : tensor<1x1x2x2xf32>
}

// -----

// Softmax: maximum, exponentials, sum, product.

// CHECK-LABEL: func.func @softmax
// CHECK: kernel.nest "max"
// CHECK: kernel.nest "exp"
// CHECK: kernel.nest "sum"
// CHECK: kernel.nest "softmax"
func.func @softmax(%x: tensor<2x10xf32>) -> tensor<2x10xf32> {
  %0 = nn.softmax %x axis = 1 : (tensor<2x10xf32>) -> tensor<2x10xf32>
  return %0 : tensor<2x10xf32>
}
