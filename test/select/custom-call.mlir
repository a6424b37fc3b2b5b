// RUN: megcc-opt %s --select-kernels | FileCheck %s

// The user's function reads the operands' buffers and writes the results'.

// CHECK-LABEL: func.func @main(
// CHECK-SAME: %[[X:[^:]*]]: memref<2x4xf32>
func.func @main(%x: tensor<2x4xf32> {nn.name = "x"}) -> (tensor<4xui8> {nn.name = "y"}) {
  // CHECK: %[[Y:.*]] = memref.alloc() : memref<4xi8>
  // CHECK: kernel.call "my_filter" ins(%[[X]] : memref<2x4xf32>) outs(%[[Y]] : memref<4xi8>) elements = [f32, ui8] parameters = {gain = 2.000000e+00 : f32}
  %y = nn.custom_call "my_filter"(%x) parameters = {gain = 2.000000e+00 : f32} : (tensor<2x4xf32>) -> tensor<4xui8>
  return %y : tensor<4xui8>
}
