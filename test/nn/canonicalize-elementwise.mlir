// RUN: megcc-opt %s -canonicalize -split-input-file | FileCheck %s

// CHECK-LABEL: @add_zero
// CHECK-SAME: %[[X:.*]]: tensor<2x8xf32>
func.func @add_zero(%x: tensor<2x8xf32>) -> tensor<2x8xf32> {
  %zero = nn.constant dense<0.0> : tensor<f32>
  %0 = nn.add %zero, %x : (tensor<f32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  // CHECK-NEXT: return %[[X]]
  return %0 : tensor<2x8xf32>
}

// Here the zero gives the result its shape.
// CHECK-LABEL: @add_zero_stretches
func.func @add_zero_stretches(%x: tensor<8xf32>) -> tensor<2x8xf32> {
  %zero = nn.constant dense<0.0> : tensor<2x8xf32>
  // CHECK: nn.add
  %0 = nn.add %x, %zero : (tensor<8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  return %0 : tensor<2x8xf32>
}

// CHECK-LABEL: @neutral
// CHECK-SAME: %[[X:.*]]: tensor<8xf32>
func.func @neutral(%x: tensor<8xf32>) -> tensor<8xf32> {
  %zero = nn.constant dense<0.0> : tensor<8xf32>
  %one = nn.constant dense<1.0> : tensor<1xf32>
  %0 = nn.sub %x, %zero : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %1 = nn.mul %one, %0 : (tensor<1xf32>, tensor<8xf32>) -> tensor<8xf32>
  %2 = nn.div %1, %one : (tensor<8xf32>, tensor<1xf32>) -> tensor<8xf32>
  %3 = nn.pow %2, %one : (tensor<8xf32>, tensor<1xf32>) -> tensor<8xf32>
  // CHECK-NEXT: return %[[X]]
  return %3 : tensor<8xf32>
}

// NaN * 0 is NaN.
// CHECK-LABEL: @mul_zero
func.func @mul_zero(%x: tensor<8xf32>) -> tensor<8xf32> {
  %zero = nn.constant dense<0.0> : tensor<8xf32>
  // CHECK: nn.mul
  %0 = nn.mul %x, %zero : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %0 : tensor<8xf32>
}

// CHECK-LABEL: @integer_neutral
// CHECK-SAME: %[[X:.*]]: tensor<8xui8>
func.func @integer_neutral(%x: tensor<8xui8>) -> tensor<8xui8> {
  %zero = nn.constant dense<0> : tensor<ui8>
  %0 = nn.shift_left %x, %zero : (tensor<8xui8>, tensor<ui8>) -> tensor<8xui8>
  %1 = nn.shift_right %0, %zero : (tensor<8xui8>, tensor<ui8>) -> tensor<8xui8>
  %2 = nn.bitwise_or %zero, %1 : (tensor<ui8>, tensor<8xui8>) -> tensor<8xui8>
  %3 = nn.bitwise_xor %2, %zero : (tensor<8xui8>, tensor<ui8>) -> tensor<8xui8>
  %4 = nn.bitwise_and %3, %3 : (tensor<8xui8>, tensor<8xui8>) -> tensor<8xui8>
  // CHECK-NEXT: return %[[X]]
  return %4 : tensor<8xui8>
}

// CHECK-LABEL: @logical_neutral
// CHECK-SAME: %[[X:.*]]: tensor<8xi1>
func.func @logical_neutral(%x: tensor<8xi1>) -> tensor<8xi1> {
  %true = nn.constant dense<true> : tensor<i1>
  %false = nn.constant dense<false> : tensor<i1>
  %0 = nn.and %x, %true : (tensor<8xi1>, tensor<i1>) -> tensor<8xi1>
  %1 = nn.or %0, %false : (tensor<8xi1>, tensor<i1>) -> tensor<8xi1>
  %2 = nn.xor %1, %false : (tensor<8xi1>, tensor<i1>) -> tensor<8xi1>
  %3 = nn.not %2 : tensor<8xi1>
  %4 = nn.not %3 : tensor<8xi1>
  // CHECK-NEXT: return %[[X]]
  return %4 : tensor<8xi1>
}

// CHECK-LABEL: @twice
// CHECK-SAME: %[[X:.*]]: tensor<8xf32>
func.func @twice(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = nn.neg %x : tensor<8xf32>
  %1 = nn.neg %0 : tensor<8xf32>
  // CHECK-NEXT: %[[ABS:.*]] = nn.abs %[[X]]
  %2 = nn.abs %1 : tensor<8xf32>
  %3 = nn.abs %2 : tensor<8xf32>
  %4 = nn.max %3, %3 : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  // CHECK-NEXT: %[[ROUND:.*]] = nn.round %[[ABS]]
  %5 = nn.round %4 : tensor<8xf32>
  %6 = nn.round %5 : tensor<8xf32>
  // CHECK-NEXT: return %[[ROUND]]
  return %6 : tensor<8xf32>
}

// CHECK-LABEL: @clamp
// CHECK-SAME: %[[X:.*]]: tensor<8xf32>
func.func @clamp(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = nn.clamp %x min = 0xFFF0000000000000 max = 0x7FF0000000000000 : tensor<8xf32>
  // CHECK-NEXT: %[[CLAMP:.*]] = nn.clamp %[[X]] min = 0.000000e+00 max = 6.000000e+00
  %1 = nn.clamp %0 min = 0.0 max = 6.0 : tensor<8xf32>
  %2 = nn.clamp %1 min = 0.0 max = 6.0 : tensor<8xf32>
  %3 = nn.relu %2 : tensor<8xf32>
  // CHECK-NEXT: return %[[CLAMP]]
  return %3 : tensor<8xf32>
}

// CHECK-LABEL: @where
// CHECK-SAME: %{{.*}}: tensor<8xi1>, %[[X:.*]]: tensor<8xf32>, %{{.*}}: tensor<8xf32>
func.func @where(%c: tensor<8xi1>, %x: tensor<8xf32>, %y: tensor<8xf32>) -> tensor<8xf32> {
  %false = nn.constant dense<false> : tensor<i1>
  %0 = nn.where %c, %x, %x : (tensor<8xi1>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %1 = nn.where %false, %y, %0 : (tensor<i1>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  // CHECK-NEXT: return %[[X]]
  return %1 : tensor<8xf32>
}

// f32 holds every ui8.
// CHECK-LABEL: @cast_back
// CHECK-SAME: %[[X:.*]]: tensor<8xui8>
func.func @cast_back(%x: tensor<8xui8>) -> tensor<8xui8> {
  %0 = nn.cast %x : (tensor<8xui8>) -> tensor<8xf32>
  %1 = nn.cast %0 : (tensor<8xf32>) -> tensor<8xui8>
  // CHECK-NEXT: return %[[X]]
  return %1 : tensor<8xui8>
}

// CHECK-LABEL: @cast_through
// CHECK-SAME: %[[X:.*]]: tensor<8xi8>
func.func @cast_through(%x: tensor<8xi8>) -> tensor<8xf16> {
  %0 = nn.cast %x : (tensor<8xi8>) -> tensor<8xi32>
  // CHECK-NEXT: nn.cast %[[X]] : (tensor<8xi8>) -> tensor<8xf16>
  %1 = nn.cast %0 : (tensor<8xi32>) -> tensor<8xf16>
  return %1 : tensor<8xf16>
}

// f32 does not hold every i32; i8 loses bits; and from f64 to i8 a number would
// saturate that wraps from i32.
// CHECK-LABEL: @cast_lossy
func.func @cast_lossy(%x: tensor<8xi32>) -> (tensor<8xi32>, tensor<8xi32>, tensor<8xi8>) {
  // CHECK-COUNT-6: nn.cast
  %0 = nn.cast %x : (tensor<8xi32>) -> tensor<8xf32>
  %1 = nn.cast %0 : (tensor<8xf32>) -> tensor<8xi32>
  %2 = nn.cast %x : (tensor<8xi32>) -> tensor<8xi8>
  %3 = nn.cast %2 : (tensor<8xi8>) -> tensor<8xi32>
  %4 = nn.cast %x : (tensor<8xi32>) -> tensor<8xf64>
  %5 = nn.cast %4 : (tensor<8xf64>) -> tensor<8xi8>
  return %1, %3, %5 : tensor<8xi32>, tensor<8xi32>, tensor<8xi8>
}
