// RUN: megcc-opt %s --select-kernels=target=x86-64-v4 --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @reshape
// CHECK: kernel.alias %arg0[0] : memref<2x6xf32> to memref<3x4xf32>
// CHECK-NOT: kernel.nest "reshape"
func.func @reshape(%x: tensor<2x6xf32>) -> tensor<3x4xf32> {
  %0 = nn.reshape %x : (tensor<2x6xf32>) -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}

// -----

// A slice in one piece is no copy; others are.

// CHECK-LABEL: func.func @slices
// CHECK: kernel.alias %arg0[12] : memref<1x4x6xf32> to memref<1x2x6xf32>
// CHECK: kernel.nest "slice" extents [1, 4, 2]
func.func @slices(%x: tensor<1x4x6xf32>) -> (tensor<1x2x6xf32>, tensor<1x4x2xf32>) {
  %0 = nn.slice %x offsets = [0, 2, 0] sizes = [1, 2, 6] strides = [1, 1, 1]
    : (tensor<1x4x6xf32>) -> tensor<1x2x6xf32>
  %1 = nn.slice %x offsets = [0, 0, 1] sizes = [1, 4, 2] strides = [1, 1, 2]
    : (tensor<1x4x6xf32>) -> tensor<1x4x2xf32>
  return %0, %1 : tensor<1x2x6xf32>, tensor<1x4x2xf32>
}

// -----

// The parts of a concat are aliases of the result.

// CHECK-LABEL: func.func @concat
// CHECK: %[[ALL:.*]] = memref.alloc() : memref<1x5x3xf32>
// CHECK: %[[FIRST:.*]] = kernel.alias %[[ALL]][0] : memref<1x5x3xf32> to memref<1x2x3xf32>
// CHECK: kernel.nest "copy" {{.*}} ins(%arg0 : {{.*}}) outs(%[[FIRST]]
// CHECK: kernel.alias %[[ALL]][6] : memref<1x5x3xf32> to memref<1x3x3xf32>
func.func @concat(%x: tensor<1x2x3xf32>, %y: tensor<1x3x3xf32>) -> tensor<1x5x3xf32> {
  %0 = nn.concat %x, %y axis = 1 : (tensor<1x2x3xf32>, tensor<1x3x3xf32>) -> tensor<1x5x3xf32>
  return %0 : tensor<1x5x3xf32>
}

// -----

// An index from a tensor is moved into bounds before the load.

// CHECK-LABEL: func.func @gather
// CHECK: kernel.nest "gather" extents [2, 4] ins(%arg0, %arg1 : memref<9x4xf32>, memref<2xi64>)
// CHECK: arith.minsi
// CHECK: arith.maxsi
// CHECK: memref.load
func.func @gather(%x: tensor<9x4xf32>, %i: tensor<2xi64>) -> tensor<2x4xf32> {
  %0 = nn.gather %x, %i axis = 0 : (tensor<9x4xf32>, tensor<2xi64>) -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// -----

// To blocks: 20 channels fill one block and a part; lanes past the last are zero.

// CHECK-LABEL: func.func @relayout
// CHECK: kernel.nest "relayout" extents [1, 2, 4, 16]
// CHECK-SAME: guard_extents = array<i64: 20>
func.func @relayout(%x: tensor<1x20x4xf32>) -> tensor<1x20x4xf32, #nn.info<layout = blocked<1 x 16>>> {
  %0 = nn.relayout %x : (tensor<1x20x4xf32>) -> tensor<1x20x4xf32, #nn.info<layout = blocked<1 x 16>>>
  return %0 : tensor<1x20x4xf32, #nn.info<layout = blocked<1 x 16>>>
}
