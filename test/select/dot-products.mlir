// RUN: megcc-opt %s --select-kernels=target=x86-64-v4+vnni+bf16 --expand-kernels=target=x86-64-v4+vnni+bf16 --split-input-file | FileCheck %s
// RUN: megcc-opt %s --select-kernels=target=x86-64-v4 --split-input-file | FileCheck %s --check-prefix=NONE

// Weights keep neighbours along the depth together where the target multiplies
// several at once; elsewhere they are widened one by one.

// CHECK-LABEL: func.func @bf16
// CHECK: kernel.constant {{.*}} packed {{.*}} : memref<1x16x32xbf16>
// CHECK: scf.for {{.*}} iter_args
// CHECK: vector.load {{.*}} vector<32xbf16>
// CHECK: vector.load {{.*}} vector<2xbf16>
// CHECK: isa.repeat {{.*}} : vector<2xbf16> to vector<32xbf16>
// CHECK: isa.dot {{.*}} : vector<32xbf16> into vector<16xf32>
// NONE-LABEL: func.func @bf16
// NONE: kernel.constant {{.*}} packed {{.*}} : memref<1x32x16xbf16>
func.func @bf16(%x: tensor<3x32xbf16>) -> tensor<3x16xf32> {
  %w = nn.constant dense<0.5> : tensor<32x16xbf16>
  %0 = nn.matmul %x, %w : (tensor<3x32xbf16>, tensor<32x16xbf16>) -> tensor<3x16xf32>
  return %0 : tensor<3x16xf32>
}

// -----

// A signed lhs becomes unsigned; sums of the rhs take off what that adds.

// CHECK-LABEL: func.func @signed
// CHECK: %[[SHIFT:.*]] = arith.constant dense<-128> : vector<64xi8>
// CHECK: %[[X:.*]] = isa.repeat {{.*}} : vector<4xi8> to vector<64xi8>
// CHECK: %[[U:.*]] = arith.xori %[[X]], %[[SHIFT]]
// CHECK: isa.dot %[[U]], {{.*}} {lhs_unsigned} : vector<64xi8> into vector<16xi32>
// CHECK: isa.dot %[[SHIFT]], {{.*}} {lhs_unsigned}
// CHECK: arith.subi {{.*}} : vector<16xi32>
func.func @signed(%x: tensor<3x32xi8>) -> tensor<3x16xi32> {
  %w = nn.constant dense<5> : tensor<32x16xi8>
  %0 = nn.matmul %x, %w : (tensor<3x32xi8>, tensor<32x16xi8>) -> tensor<3x16xi32>
  return %0 : tensor<3x16xi32>
}

// -----

// No instruction takes two unsigned factors, or half of a pair.

// CHECK-LABEL: func.func @others
// CHECK-NOT: isa.dot
func.func @others(%x: tensor<3x32xui8>, %y: tensor<3x7xbf16>)
    -> (tensor<3x16xi32>, tensor<3x16xf32>) {
  %w = nn.constant dense<5> : tensor<32x16xui8>
  %0 = nn.matmul %x, %w : (tensor<3x32xui8>, tensor<32x16xui8>) -> tensor<3x16xi32>
  %v = nn.constant dense<0.5> : tensor<7x16xbf16>
  %1 = nn.matmul %y, %v : (tensor<3x7xbf16>, tensor<7x16xbf16>) -> tensor<3x16xf32>
  return %0, %1 : tensor<3x16xi32>, tensor<3x16xf32>
}
