// RUN: megcc-opt %s --select-kernels=target=x86-64-v4 --split-input-file --verify-diagnostics

// Interpolated integers have no kernel: the message names operator and reason.
func.func @integers(%x: tensor<1x1x2x2xi32>) -> tensor<1x1x4x4xi32> {
  // expected-error @+1 {{no kernel for nn.resize: interpolation of integers}}
  %0 = nn.resize linear %x scales = [1.0, 1.0, 2.0, 2.0] coordinates = half_pixel
    : (tensor<1x1x2x2xi32>) -> tensor<1x1x4x4xi32>
  return %0 : tensor<1x1x4x4xi32>
}
