// RUN: megcc-opt %s --select-kernels --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @arg_min
// CHECK: kernel.arg_reduce ins(%{{.*}} : memref<2x3x5xf32>) outs(%{{.*}} : memref<2x5xi64>) {least}
func.func @arg_min(%x: tensor<2x3x5xf32>) -> tensor<2x5xi64> {
  %0 = nn.arg_min %x axis = 1 : (tensor<2x3x5xf32>) -> tensor<2x5xi64>
  return %0 : tensor<2x5xi64>
}

// -----

// CHECK-LABEL: func.func @top_k
// CHECK: kernel.top_k ins(%{{.*}} : memref<2x10x1xf32>)
// CHECK-SAME: outs(%{{.*}}, %{{.*}} : memref<2x3x1xf32>, memref<2x3x1xi64>)
func.func @top_k(%x: tensor<2x10xf32>) -> (tensor<2x3xf32>, tensor<2x3xi64>) {
  %0, %1 = nn.top_k %x k = 3 axis = 1 : (tensor<2x10xf32>) -> (tensor<2x3xf32>, tensor<2x3xi64>)
  return %0, %1 : tensor<2x3xf32>, tensor<2x3xi64>
}

// -----

// Tuples as one list, what a tuple selects as one dimension.

// CHECK-LABEL: func.func @scatter_nd
// CHECK: kernel.scatter_nd add ins({{.*}} : memref<4x12xf32>, memref<2x1xi64>, memref<2x12xf32>)
func.func @scatter_nd(%x: tensor<4x3x4xf32>, %i: tensor<2x1xi64>, %u: tensor<2x3x4xf32>) -> tensor<4x3x4xf32> {
  %0 = nn.scatter_nd %x, %i, %u reduction = add
    : (tensor<4x3x4xf32>, tensor<2x1xi64>, tensor<2x3x4xf32>) -> tensor<4x3x4xf32>
  return %0 : tensor<4x3x4xf32>
}

// -----

// Activations are regions.

// CHECK-LABEL: func.func @rnn
// CHECK: kernel.recurrent rnn forward
// CHECK: activations
// CHECK: math.tanh
func.func @rnn(%x: tensor<5x1x3xf32>, %w: tensor<1x4x3xf32>, %r: tensor<1x4x4xf32>) -> tensor<5x1x1x4xf32> {
  %y, %h = nn.rnn forward %x, %w, %r activations = [#nn<activation tanh>] alpha = [0.0] beta = [0.0]
    : (tensor<5x1x3xf32>, tensor<1x4x3xf32>, tensor<1x4x4xf32>) -> (tensor<5x1x1x4xf32>, tensor<1x1x4xf32>)
  return %y : tensor<5x1x1x4xf32>
}

// -----

// CHECK-LABEL: func.func @reverse_sequence
// CHECK: kernel.reverse_sequence ins(%arg0, %arg1 : memref<4x8xf32>, memref<4xi64>)
// CHECK-SAME: {batch_axis = 0 : i64, time_axis = 1 : i64}
func.func @reverse_sequence(%x: tensor<4x8xf32>, %n: tensor<4xi64>) -> tensor<4x8xf32> {
  %0 = nn.reverse_sequence %x, %n batch_axis = 0 time_axis = 1
    : (tensor<4x8xf32>, tensor<4xi64>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}
