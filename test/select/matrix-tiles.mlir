// RUN: megcc-opt %s --select-kernels=target=x86-64-v4+amx --expand-kernels=target=x86-64-v4+amx --split-input-file | FileCheck %s

// Two by two tiles of sums; the rhs is packed in pairs, as for vectors.

// CHECK-LABEL: func.func @matrix
// CHECK: kernel.constant {{.*}} packed {{.*}} : memref<2x32x32xbf16>
// CHECK: %[[SUMS:.*]] = memref.alloca() : memref<32x32xf32>
// CHECK: isa.tile_sums %[[SUMS]][{{.*}}] rows [16, 16] vectors 2 depth 32 {
// CHECK: scf.for
// CHECK: isa.tile_load 6 {{.*}} rows 16 along 1 by 1 columns 32 : memref<2x32x32xbf16>
// CHECK: isa.tile_load 7 {{.*}} rows 16 along 1 by 1 columns 32 : memref<2x32x32xbf16>
// CHECK: isa.tile_load 4 {{.*}} rows 16 along 0 by 1 columns 32 : memref<64x64xbf16>
// CHECK: isa.tile_load 5 {{.*}} rows 16 along 0 by 1 columns 32 : memref<64x64xbf16>
// CHECK-NEXT: isa.tile_dot 0, 4, 6 : bf16
// CHECK-NEXT: isa.tile_dot 1, 4, 7 : bf16
// CHECK-NEXT: isa.tile_dot 2, 5, 6 : bf16
// CHECK-NEXT: isa.tile_dot 3, 5, 7 : bf16
// CHECK-NEXT: }
// CHECK-NEXT: } : memref<32x32xf32>
// CHECK: vector.load %[[SUMS]]
// CHECK: vector.store
func.func @matrix(%x: tensor<64x64xbf16>) -> tensor<64x32xf32> {
  %w = nn.constant dense<0.5> : tensor<64x32xbf16>
  %0 = nn.matmul %x, %w : (tensor<64x64xbf16>, tensor<64x32xbf16>) -> tensor<64x32xf32>
  return %0 : tensor<64x32xf32>
}

// -----

// A convolution's channels lie in blocks of 16; a tile is of one line, whose
// positions are as far apart as the stride says.

// CHECK-LABEL: func.func @strided
// CHECK: isa.tile_sums {{.*}} rows [14, 14] vectors 2 depth 16
// CHECK: isa.tile_load 4 {{.*}} rows 14 along 3 by 2 columns 16
#b = #nn.info<layout = blocked<1 x 16>>
func.func @strided(%x: tensor<1x32x57x57xbf16, #b>) -> tensor<1x32x28x28xf32, #b> {
  %w = nn.constant dense<0.5> : tensor<32x32x3x3xbf16>
  %0 = nn.conv %x, %w strides = [2, 2] pads = [0, 0, 0, 0] dilations = [1, 1]
    : (tensor<1x32x57x57xbf16, #b>, tensor<32x32x3x3xbf16>) -> tensor<1x32x28x28xf32, #b>
  return %0 : tensor<1x32x28x28xf32, #b>
}

// -----

// One row does not pay; neither does f32 have tiles.

// CHECK-LABEL: func.func @others
// CHECK-NOT: isa.tile
func.func @others(%x: tensor<1x30xbf16>, %y: tensor<64x64xf32>) -> (tensor<1x32xf32>, tensor<64x32xf32>) {
  %w = nn.constant dense<0.5> : tensor<30x32xbf16>
  %0 = nn.matmul %x, %w : (tensor<1x30xbf16>, tensor<30x32xbf16>) -> tensor<1x32xf32>
  %v = nn.constant dense<0.5> : tensor<64x32xf32>
  %1 = nn.matmul %y, %v : (tensor<64x64xf32>, tensor<64x32xf32>) -> tensor<64x32xf32>
  return %0, %1 : tensor<1x32xf32>, tensor<64x32xf32>
}
