// RUN: megcc-opt %s --select-kernels=target=armv8.2-a+dotprod+fp16fml --expand-kernels=target=armv8.2-a+dotprod+fp16fml --split-input-file | FileCheck %s
// RUN: megcc-opt %s --select-kernels=target=armv8-a --expand-kernels=target=armv8-a --split-input-file | FileCheck %s --check-prefix=WIDE

// Pairs of the depth stand side by side, each with a vector of columns; a row
// loads four elements, which the target multiplies as they are.

// CHECK-LABEL: func.func @halves
// CHECK: kernel.constant {{.*}} packed {{.*}} : memref<2x4x8xf16>
// CHECK: scf.for {{.*}} iter_args
// CHECK-COUNT-4: vector.load {{.*}} vector<8xf16>
// CHECK: vector.load {{.*}} vector<4xf16>
// CHECK: isa.lane_fma {{.*}}[0], {{.*}}[0], {{.*}} : vector<4xf16>, vector<8xf16> into vector<4xf32>
// CHECK: isa.lane_fma {{.*}}[1], {{.*}}[1],
// CHECK: isa.lane_fma {{.*}}[2], {{.*}}[0],
// CHECK: isa.lane_fma {{.*}}[3], {{.*}}[1],
// Without such products they are widened as they are loaded.
// WIDE-LABEL: func.func @halves
// WIDE: kernel.constant {{.*}} packed {{.*}} : memref<2x8x4xf16>
// WIDE: vector.load {{.*}} vector<4xf16>
// WIDE: arith.extf {{.*}} : vector<4xf16> to vector<4xf32>
// WIDE: vector.shuffle
// WIDE: math.fma
func.func @halves(%x: tensor<3x8xf16>) -> tensor<3x8xf32> {
  %w = nn.constant dense<0.5> : tensor<8x8xf16>
  %0 = nn.matmul %x, %w : (tensor<3x8xf16>, tensor<8x8xf16>) -> tensor<3x8xf32>
  return %0 : tensor<3x8xf32>
}

// -----

// A depth that fours do not divide is widened element by element.

// CHECK-LABEL: func.func @others
// CHECK-NOT: isa.lane_fma
func.func @others(%x: tensor<3x6xf16>) -> tensor<3x8xf32> {
  %w = nn.constant dense<0.5> : tensor<6x8xf16>
  %0 = nn.matmul %x, %w : (tensor<3x6xf16>, tensor<6x8xf16>) -> tensor<3x8xf32>
  return %0 : tensor<3x8xf32>
}
