// RUN: megcc-opt %s --select-kernels=target=x86-64-v4 --split-input-file | FileCheck %s

// One number throughout becomes a constant in the body, not an input.

// CHECK-LABEL: func.func @splat
// CHECK: kernel.nest "mul" extents [2, 3] ins(%arg0 : memref<2x3xf32>)
// CHECK: %[[HALF:.*]] = arith.constant 5.000000e-01 : f32
// CHECK: arith.mulf %{{.*}}, %[[HALF]]
func.func @splat(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %c = nn.constant dense<0.5> : tensor<f32>
  %0 = nn.mul %x, %c : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// -----

// Operators in a region become one body; a broadcast operand is read by its map.

// CHECK-DAG: #[[ROW:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-LABEL: func.func @chain
// CHECK: kernel.nest "elementwise" extents [2, 3] ins(%arg0, %arg1 : memref<2x3xf32>, memref<3xf32>)
// CHECK-SAME: #[[ROW]]
// CHECK: %[[SUM:.*]] = arith.addf
// CHECK: math.exp %[[SUM]]
// CHECK-NOT: kernel.nest "exp"
func.func @chain(%x: tensor<2x3xf32>, %b: tensor<3xf32>) -> tensor<2x3xf32> {
  %0 = nn.fused (%a = %x : tensor<2x3xf32>, %c = %b : tensor<3xf32>) -> tensor<2x3xf32> {
    %1 = nn.add %a, %c : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
    %2 = nn.exp %1 : tensor<2x3xf32>
    nn.yield %2 : tensor<2x3xf32>
  }
  return %0 : tensor<2x3xf32>
}

// -----

// Whole blocks of a plain operand would run past its 24 channels: it is put in
// blocks first.

// CHECK-LABEL: func.func @blocked
// CHECK: kernel.nest "pack" extents [2, 1, 1, 16] ins(%arg1
// CHECK: kernel.nest "mul" extents [1, 2, 4, 4, 16]
func.func @blocked(%x: tensor<1x24x4x4xf32, #nn.info<layout = blocked<1 x 16>>>, %s: tensor<24x1x1xf32>)
    -> tensor<1x24x4x4xf32, #nn.info<layout = blocked<1 x 16>>> {
  %0 = nn.mul %x, %s : (tensor<1x24x4x4xf32, #nn.info<layout = blocked<1 x 16>>>, tensor<24x1x1xf32>)
    -> tensor<1x24x4x4xf32, #nn.info<layout = blocked<1 x 16>>>
  return %0 : tensor<1x24x4x4xf32, #nn.info<layout = blocked<1 x 16>>>
}

// -----

// Signedness ends here; the tensor's type stays beside the argument.

// CHECK-LABEL: func.func @unsigned
// CHECK-SAME: %arg0: memref<4xi8> {nn.type = tensor<4xui8>}
// CHECK: arith.maxui
func.func @unsigned(%x: tensor<4xui8>, %y: tensor<4xui8>) -> tensor<4xui8> {
  %0 = nn.max %x, %y : (tensor<4xui8>, tensor<4xui8>) -> tensor<4xui8>
  return %0 : tensor<4xui8>
}
