// RUN: megcc-opt %s --select-kernels=target=armv8-a --split-input-file | FileCheck %s
// RUN: megcc-opt %s --select-kernels=target=x86-64-v3 --split-input-file | FileCheck %s --check-prefix=APART

// A tile of several vectors reads its panels from one stream where products
// take lanes.

// CHECK-DAG: [[PACK:#.*]] = affine_map<(d0, d1, d2, d3) -> (d1, d0 * 16 + d2 * 4 + d3)>
// CHECK-DAG: [[RHS:#.*]] = affine_map<(d0, d1) -> (d0 floordiv 4, d1, d0 mod 4, 0)>
// CHECK-LABEL: func.func @blocks
// CHECK: kernel.constant {{.*}} packed [[PACK]] : memref<4x64x4x4xf32>
// CHECK: kernel.gemm
// CHECK-SAME: rhs_map = [[RHS]]
// CHECK-SAME: tile_vectors = 4
// APART-LABEL: func.func @blocks
// APART: kernel.constant {{.*}} : memref<8x64x8xf32>
func.func @blocks(%x: tensor<100x64xf32>) -> tensor<100x64xf32> {
  %w = nn.constant dense<0.5> : tensor<64x64xf32>
  %0 = nn.matmul %x, %w : (tensor<100x64xf32>, tensor<64x64xf32>) -> tensor<100x64xf32>
  return %0 : tensor<100x64xf32>
}

// -----

// A last block may lack a few of many vectors.

// CHECK-LABEL: func.func @classes
// CHECK: kernel.constant {{.*}} : memref<63x64x4x4xf32>
func.func @classes(%x: tensor<100x64xf32>) -> tensor<100x1000xf32> {
  %w = nn.constant dense<0.5> : tensor<64x1000xf32>
  %0 = nn.matmul %x, %w : (tensor<100x64xf32>, tensor<64x1000xf32>) -> tensor<100x1000xf32>
  return %0 : tensor<100x1000xf32>
}

// -----

// Otherwise blocks are full: of a prime number of vectors there are none.

// CHECK-LABEL: func.func @prime
// CHECK: kernel.constant {{.*}} : memref<13x64x4xf32>
func.func @prime(%x: tensor<100x64xf32>) -> tensor<100x52xf32> {
  %w = nn.constant dense<0.5> : tensor<64x52xf32>
  %0 = nn.matmul %x, %w : (tensor<100x64xf32>, tensor<64x52xf32>) -> tensor<100x52xf32>
  return %0 : tensor<100x52xf32>
}

// -----

// The depth is no multiple of the lanes.

// CHECK-LABEL: func.func @depth
// CHECK: kernel.constant {{.*}} : memref<16x63x4xf32>
func.func @depth(%x: tensor<100x63xf32>) -> tensor<100x64xf32> {
  %w = nn.constant dense<0.5> : tensor<63x64xf32>
  %0 = nn.matmul %x, %w : (tensor<100x63xf32>, tensor<63x64xf32>) -> tensor<100x64xf32>
  return %0 : tensor<100x64xf32>
}
