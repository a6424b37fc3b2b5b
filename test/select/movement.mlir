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

// -----

// Channels go from their blocks to the end in one movement, and back; blocks
// and lanes are dimensions of their own, so that whole vectors move.

#blocked = #nn.info<layout = blocked<1 x 16>>

// CHECK-DAG: #[[BLOCKS:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d2, d1, d3)>
// CHECK-DAG: #[[LAST:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2 * 16 + d3)>
// CHECK-DAG: #[[CHANNELS:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d2, d1 * 16 + d3)>
// CHECK-LABEL: func.func @between
// CHECK-NOT: "relayout"
// CHECK: kernel.nest "transpose" extents [1, 4, 2, 16]
// CHECK-SAME: maps = [#[[BLOCKS]], #[[LAST]]]
// CHECK: kernel.nest "relu"
// CHECK-NOT: "transpose"
// CHECK: kernel.nest "relayout" extents [1, 2, 4, 16]
// CHECK-SAME: maps = [#[[CHANNELS]],
// CHECK: kernel.nest "copy"
// CHECK: return
func.func @between(%x: tensor<1x32x4xf32, #blocked>) -> tensor<1x32x4xf32, #blocked> {
  %0 = nn.relayout %x : (tensor<1x32x4xf32, #blocked>) -> tensor<1x32x4xf32>
  %1 = nn.transpose %0 perm = [0, 2, 1] : (tensor<1x32x4xf32>) -> tensor<1x4x32xf32>
  %2 = nn.relu %1 : tensor<1x4x32xf32>
  %3 = nn.transpose %2 perm = [0, 2, 1] : (tensor<1x4x32xf32>) -> tensor<1x32x4xf32>
  %4 = nn.relayout %3 : (tensor<1x32x4xf32>) -> tensor<1x32x4xf32, #blocked>
  return %4 : tensor<1x32x4xf32, #blocked>
}

// -----

// Where others read the row-major tensor too, or channels do not fill their
// blocks, it is made.

#blocked = #nn.info<layout = blocked<1 x 16>>

// CHECK-LABEL: func.func @both
// CHECK: kernel.nest "relayout" extents [1, 2, 16, 4]
// CHECK: kernel.nest "transpose" extents [1, 4, 32]
func.func @both(%x: tensor<1x32x4xf32, #blocked>) -> (tensor<1x32x4xf32>, tensor<1x4x32xf32>) {
  %0 = nn.relayout %x : (tensor<1x32x4xf32, #blocked>) -> tensor<1x32x4xf32>
  %1 = nn.transpose %0 perm = [0, 2, 1] : (tensor<1x32x4xf32>) -> tensor<1x4x32xf32>
  return %0, %1 : tensor<1x32x4xf32>, tensor<1x4x32xf32>
}

// CHECK-LABEL: func.func @part
// CHECK: kernel.nest "relayout"
// CHECK: kernel.nest "transpose" extents [1, 4, 20]
func.func @part(%x: tensor<1x20x4xf32, #blocked>) -> tensor<1x4x20xf32> {
  %0 = nn.relayout %x : (tensor<1x20x4xf32, #blocked>) -> tensor<1x20x4xf32>
  %1 = nn.transpose %0 perm = [0, 2, 1] : (tensor<1x20x4xf32>) -> tensor<1x4x20xf32>
  return %1 : tensor<1x4x20xf32>
}
