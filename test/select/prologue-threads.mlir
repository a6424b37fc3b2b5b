// RUN: megcc-opt %s --select-kernels="target=x86-64-v4 threads=true" | FileCheck %s
// RUN: megcc-opt %s --select-kernels="target=x86-64-v4 threads=true" --outline-kernels=target=x86-64-v4 | FileCheck %s --check-prefix=OUTLINED
// RUN: megcc-opt %s --select-kernels="target=x86-64-v4 threads=true" --outline-kernels=target=x86-64-v4 --expand-kernels=target=x86-64-v4 --split-kernels | FileCheck %s --check-prefix=SPLIT

#b = #nn.info<layout = blocked<1 x 16>>

// Threads share the blocks of rows, of which there are more then, and each has
// one of its own on its stack.

// CHECK-LABEL: func.func @main
// CHECK: %[[BLOCK:.*]] = memref.alloca() {kernel.private} : memref<1x4x56x16xf32>
// CHECK: kernel.gemm "conv"
// CHECK-SAME: outs(%{{[a-z0-9_]+}}, %[[BLOCK]] :
// CHECK-SAME: prologue_blocks = 14 : i64

// OUTLINED-LABEL: func.func private @conv_f32_784x64x64(
// OUTLINED-NOT: memref<1x4x56x16xf32>
// OUTLINED: %[[BLOCK:.*]] = memref.alloca() : memref<1x4x56x16xf32>
// OUTLINED: kernel.gemm "conv" {{.*}} outs(%{{.*}}, %[[BLOCK]] :
// OUTLINED-LABEL: func.func @main
// OUTLINED-NOT: memref.alloca

// SPLIT: kernel.split = array<i64: 14,
func.func @main(%x: tensor<1x64x28x28xf32, #b>, %s: tensor<64x1x1xf32>) -> tensor<1x64x28x28xf32, #b> {
  %w = nn.constant dense<0.5> : tensor<64x64x1x1xf32>
  %y = nn.fused (%a = %x : tensor<1x64x28x28xf32, #b>, %c = %s : tensor<64x1x1xf32>, %v = %w : tensor<64x64x1x1xf32>) -> tensor<1x64x28x28xf32, #b> {
    %0 = nn.mul %a, %c : (tensor<1x64x28x28xf32, #b>, tensor<64x1x1xf32>) -> tensor<1x64x28x28xf32, #b>
    %1 = nn.relu %0 : tensor<1x64x28x28xf32, #b>
    %2 = nn.conv %1, %v strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (tensor<1x64x28x28xf32, #b>, tensor<64x64x1x1xf32>) -> tensor<1x64x28x28xf32, #b>
    nn.yield %2 : tensor<1x64x28x28xf32, #b>
  }
  return %y : tensor<1x64x28x28xf32, #b>
}
