// RUN: megcc-opt %s --select-kernels=target=x86-64-v3 --split-input-file | FileCheck %s

// Constant columns are packed in panels of one vector when they are emitted.

// CHECK-LABEL: func.func @constant
// CHECK: %[[W:.*]] = kernel.constant {{.*}} packed {{.*}} : memref<2x64x8xf32>
// CHECK: kernel.gemm "matmul" outer [] rows [3] columns 10 lanes 8 depth [64] ins(%arg0, %[[W]]
func.func @constant(%x: tensor<3x64xf32>) -> tensor<3x10xf32> {
  %w = nn.constant dense<0.5> : tensor<64x10xf32>
  %0 = nn.matmul %x, %w : (tensor<3x64xf32>, tensor<64x10xf32>) -> tensor<3x10xf32>
  return %0 : tensor<3x10xf32>
}

// -----

// A transposed constant is not computed: its map goes into the packing.

// CHECK-LABEL: func.func @transposed
// CHECK-NOT: kernel.nest "transpose"
// CHECK: kernel.constant dense<5.000000e-01> : tensor<10x64xf32> packed {{.*}} : memref<2x64x8xf32>
func.func @transposed(%x: tensor<3x64xf32>) -> tensor<3x10xf32> {
  %c = nn.constant dense<0.5> : tensor<10x64xf32>
  %w = nn.transpose %c perm = [1, 0] : (tensor<10x64xf32>) -> tensor<64x10xf32>
  %0 = nn.matmul %x, %w : (tensor<3x64xf32>, tensor<64x10xf32>) -> tensor<3x10xf32>
  return %0 : tensor<3x10xf32>
}

// -----

// Columns known at run time are read where they lie if they are whole vectors...

// CHECK-LABEL: func.func @whole_vectors
// CHECK-NOT: kernel.nest "pack"
// CHECK: kernel.gemm "matmul" outer [2] rows [3] columns 16 lanes 8 depth [64] ins(%arg0, %arg1
func.func @whole_vectors(%x: tensor<2x3x64xf32>, %w: tensor<2x64x16xf32>) -> tensor<2x3x16xf32> {
  %0 = nn.matmul %x, %w : (tensor<2x3x64xf32>, tensor<2x64x16xf32>) -> tensor<2x3x16xf32>
  return %0 : tensor<2x3x16xf32>
}

// -----

// ... and packed at run time if not.

// CHECK-LABEL: func.func @packed_at_run_time
// CHECK: kernel.nest "pack" extents [2, 64, 8] ins(%arg1
// CHECK-SAME: guard_extents = array<i64: 10>
// CHECK: kernel.gemm "matmul"
func.func @packed_at_run_time(%x: tensor<3x64xf32>, %w: tensor<64x10xf32>) -> tensor<3x10xf32> {
  %0 = nn.matmul %x, %w : (tensor<3x64xf32>, tensor<64x10xf32>) -> tensor<3x10xf32>
  return %0 : tensor<3x10xf32>
}

// -----

// Batches that all meet one matrix are rows.

// CHECK-LABEL: func.func @rows
// CHECK: %[[X:.*]] = kernel.alias %arg0[0] : memref<5x3x64xf32> to memref<15x64xf32>
// CHECK: kernel.gemm "matmul" outer [] rows [15] columns 8 lanes 8 depth [64] ins(%[[X]]
func.func @rows(%x: tensor<5x3x64xf32>) -> tensor<5x3x8xf32> {
  %w = nn.constant dense<0.5> : tensor<64x8xf32>
  %0 = nn.matmul %x, %w : (tensor<5x3x64xf32>, tensor<64x8xf32>) -> tensor<5x3x8xf32>
  return %0 : tensor<5x3x8xf32>
}
