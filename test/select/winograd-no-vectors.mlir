// RUN: megcc-opt %s --select-kernels=target=generic | FileCheck %s
// RUN: megcc-opt %s --select-kernels="target=generic algorithm=c=winograd4" | FileCheck %s --check-prefix=FORCED

// Without vectors there is little memory for filters: only if it is asked for.

// CHECK-NOT: kernel.winograd
// CHECK: kernel.gemm "conv"
// FORCED: kernel.winograd "conv" tile 4
func.func @main(%x: tensor<1x64x56x56xf32>) -> tensor<1x64x56x56xf32> {
  %w = nn.constant dense<0.5> : tensor<64x64x3x3xf32>
  %0 = nn.conv %x, %w strides = [1, 1] pads = [1, 1, 1, 1] dilations = [1, 1]
    : (tensor<1x64x56x56xf32>, tensor<64x64x3x3xf32>) -> tensor<1x64x56x56xf32> loc("c")
  return %0 : tensor<1x64x56x56xf32>
}
