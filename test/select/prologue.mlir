// RUN: megcc-opt %s --select-kernels="target=x86-64-v4 exact" --split-input-file | FileCheck %s

#b = #nn.info<layout = blocked<1 x 16>>

// A pointwise convolution makes its operand in blocks of rows: 28 x 28 of 64
// channels, 4 lines at a time.

// CHECK-DAG: #[[LHS:.*]] = affine_map<(d0, d1, d2) -> (0, d1, d0 mod 112, d2)>
// CHECK-DAG: #[[FROM:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (0, d2, d0 * 112 + d3, d4)>
// CHECK-DAG: #[[SCALE:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d2 * 16 + d4, 0)>
// CHECK-LABEL: func.func @pointwise
// CHECK-DAG: %[[X:.*]] = kernel.alias %arg0[0] : memref<1x4x28x28x16xf32> to memref<1x4x784x16xf32>
// CHECK-DAG: %[[BLOCK:.*]] = memref.alloc() : memref<1x4x112x16xf32>
// CHECK-NOT: kernel.nest "elementwise"
// CHECK: kernel.gemm "conv" outer [] rows [784] columns 64 lanes 16 depth [4, 16]
// CHECK-SAME: ins(%[[X]], %{{[0-9]+}}, %{{[0-9]+}} :
// CHECK-SAME: outs(%{{[a-z0-9_]+}}, %[[BLOCK]] :
// CHECK-SAME: lhs_map = #[[LHS]]
// CHECK-SAME: prologue_blocks = 7 : i64, prologue_maps = [#[[FROM]], #[[SCALE]]]
// CHECK: prologue {
// CHECK-NEXT: ^bb0(%[[A:.*]]: f32, %[[S:.*]]: f32):
// CHECK-NEXT: %[[M:.*]] = arith.mulf %[[A]], %[[S]]
// CHECK: kernel.yield
func.func @pointwise(%x: tensor<1x64x28x28xf32, #b>, %s: tensor<64x1x1xf32>) -> tensor<1x64x28x28xf32, #b> {
  %w = nn.constant dense<0.5> : tensor<64x64x1x1xf32>
  %y = nn.fused (%a = %x : tensor<1x64x28x28xf32, #b>, %c = %s : tensor<64x1x1xf32>, %v = %w : tensor<64x64x1x1xf32>) -> tensor<1x64x28x28xf32, #b> {
    %0 = nn.mul %a, %c : (tensor<1x64x28x28xf32, #b>, tensor<64x1x1xf32>) -> tensor<1x64x28x28xf32, #b>
    %1 = nn.relu %0 : tensor<1x64x28x28xf32, #b>
    %2 = nn.conv %1, %v strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (tensor<1x64x28x28xf32, #b>, tensor<64x64x1x1xf32>) -> tensor<1x64x28x28xf32, #b>
    nn.yield %2 : tensor<1x64x28x28xf32, #b>
  }
  return %y : tensor<1x64x28x28xf32, #b>
}

// -----

#b = #nn.info<layout = blocked<1 x 16>>

// Windows overlap, and padding stays zero: what precedes runs before.

// CHECK-LABEL: func.func @window
// CHECK: kernel.nest "exp"
// CHECK: kernel.nest "pad"
// CHECK: kernel.gemm "conv"
// CHECK-NOT: {{ }}prologue
func.func @window(%x: tensor<1x64x28x28xf32, #b>) -> tensor<1x64x28x28xf32, #b> {
  %w = nn.constant dense<0.5> : tensor<64x64x3x3xf32>
  %y = nn.fused (%a = %x : tensor<1x64x28x28xf32, #b>, %v = %w : tensor<64x64x3x3xf32>) -> tensor<1x64x28x28xf32, #b> {
    %1 = nn.exp %a : tensor<1x64x28x28xf32, #b>
    %2 = nn.conv %1, %v strides = [1, 1] pads = [1, 1, 1, 1] dilations = [1, 1] : (tensor<1x64x28x28xf32, #b>, tensor<64x64x3x3xf32>) -> tensor<1x64x28x28xf32, #b>
    nn.yield %2 : tensor<1x64x28x28xf32, #b>
  }
  return %y : tensor<1x64x28x28xf32, #b>
}

// -----

#b = #nn.info<layout = blocked<1 x 16>>

// Of one block nothing would be saved.

// CHECK-LABEL: func.func @one_block
// CHECK: kernel.nest "exp"
// CHECK: kernel.gemm "conv"
// CHECK-NOT: {{ }}prologue
func.func @one_block(%x: tensor<1x64x1x7xf32, #b>) -> tensor<1x64x1x7xf32, #b> {
  %w = nn.constant dense<0.5> : tensor<64x64x1x1xf32>
  %y = nn.fused (%a = %x : tensor<1x64x1x7xf32, #b>, %v = %w : tensor<64x64x1x1xf32>) -> tensor<1x64x1x7xf32, #b> {
    %1 = nn.exp %a : tensor<1x64x1x7xf32, #b>
    %2 = nn.conv %1, %v strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (tensor<1x64x1x7xf32, #b>, tensor<64x64x1x1xf32>) -> tensor<1x64x1x7xf32, #b>
    nn.yield %2 : tensor<1x64x1x7xf32, #b>
  }
  return %y : tensor<1x64x1x7xf32, #b>
}

// -----

// A matrix product of several matrices that meet one, with what is read per
// column: all of their rows are one list.

// CHECK-LABEL: func.func @matrices
// CHECK: %[[BLOCK:.*]] = memref.alloc() : memref<[[ROWS:[0-9]+]]x64xf32>
// CHECK: kernel.gemm "matmul" outer [] rows [512] columns 64
// CHECK-SAME: outs(%{{[a-z0-9_]+}}, %[[BLOCK]] :
// CHECK: prologue {
func.func @matrices(%x: tensor<2x256x64xf32>, %s: tensor<64xf32>) -> tensor<2x256x64xf32> {
  %w = nn.constant dense<0.5> : tensor<64x64xf32>
  %y = nn.fused (%a = %x : tensor<2x256x64xf32>, %c = %s : tensor<64xf32>, %v = %w : tensor<64x64xf32>) -> tensor<2x256x64xf32> {
    %1 = nn.mul %a, %c : (tensor<2x256x64xf32>, tensor<64xf32>) -> tensor<2x256x64xf32>
    %2 = nn.matmul %1, %v : (tensor<2x256x64xf32>, tensor<64x64xf32>) -> tensor<2x256x64xf32>
    nn.yield %2 : tensor<2x256x64xf32>
  }
  return %y : tensor<2x256x64xf32>
}

// -----

// Each matrix has a scale of its own, so they stay apart.

// CHECK-LABEL: func.func @matrices_apart
// CHECK: kernel.nest "mul"
// CHECK: kernel.gemm "matmul"
// CHECK-NOT: {{ }}prologue
func.func @matrices_apart(%x: tensor<2x256x64xf32>, %s: tensor<2x1x1xf32>) -> tensor<2x256x64xf32> {
  %w = nn.constant dense<0.5> : tensor<64x64xf32>
  %y = nn.fused (%a = %x : tensor<2x256x64xf32>, %c = %s : tensor<2x1x1xf32>, %v = %w : tensor<64x64xf32>) -> tensor<2x256x64xf32> {
    %1 = nn.mul %a, %c : (tensor<2x256x64xf32>, tensor<2x1x1xf32>) -> tensor<2x256x64xf32>
    %2 = nn.matmul %1, %v : (tensor<2x256x64xf32>, tensor<64x64xf32>) -> tensor<2x256x64xf32>
    nn.yield %2 : tensor<2x256x64xf32>
  }
  return %y : tensor<2x256x64xf32>
}
