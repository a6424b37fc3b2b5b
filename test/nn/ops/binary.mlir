// RUN: megcc-opt %s | megcc-opt | FileCheck %s

// CHECK-LABEL: @add
func.func @add(%x: tensor<2x8xf32>, %y: tensor<8xf32>) {
  // CHECK: nn.add %{{.*}}, %{{.*}} : (tensor<2x8xf32>, tensor<8xf32>) -> tensor<2x8xf32>
  %0 = nn.add %x, %y : (tensor<2x8xf32>, tensor<8xf32>) -> tensor<2x8xf32>
  return
}

// CHECK-LABEL: @sub
func.func @sub(%x: tensor<2x8xf32>, %y: tensor<8xf32>) {
  // CHECK: nn.sub %{{.*}}, %{{.*}} : (tensor<2x8xf32>, tensor<8xf32>) -> tensor<2x8xf32>
  %0 = nn.sub %x, %y : (tensor<2x8xf32>, tensor<8xf32>) -> tensor<2x8xf32>
  return
}

// CHECK-LABEL: @mul
func.func @mul(%x: tensor<2x8xf32>, %y: tensor<8xf32>) {
  // CHECK: nn.mul %{{.*}}, %{{.*}} : (tensor<2x8xf32>, tensor<8xf32>) -> tensor<2x8xf32>
  %0 = nn.mul %x, %y : (tensor<2x8xf32>, tensor<8xf32>) -> tensor<2x8xf32>
  return
}

// CHECK-LABEL: @div
func.func @div(%x: tensor<2x8xf32>, %y: tensor<8xf32>) {
  // CHECK: nn.div %{{.*}}, %{{.*}} : (tensor<2x8xf32>, tensor<8xf32>) -> tensor<2x8xf32>
  %0 = nn.div %x, %y : (tensor<2x8xf32>, tensor<8xf32>) -> tensor<2x8xf32>
  return
}

// CHECK-LABEL: @mod
func.func @mod(%x: tensor<2x8xf32>, %y: tensor<8xf32>) {
  // CHECK: nn.mod %{{.*}}, %{{.*}} : (tensor<2x8xf32>, tensor<8xf32>) -> tensor<2x8xf32>
  %0 = nn.mod %x, %y : (tensor<2x8xf32>, tensor<8xf32>) -> tensor<2x8xf32>
  return
}

// CHECK-LABEL: @pow
func.func @pow(%x: tensor<2x8xf32>, %y: tensor<8xf32>) {
  // CHECK: nn.pow %{{.*}}, %{{.*}} : (tensor<2x8xf32>, tensor<8xf32>) -> tensor<2x8xf32>
  %0 = nn.pow %x, %y : (tensor<2x8xf32>, tensor<8xf32>) -> tensor<2x8xf32>
  return
}

// CHECK-LABEL: @max
func.func @max(%x: tensor<2x8xf32>, %y: tensor<8xf32>) {
  // CHECK: nn.max %{{.*}}, %{{.*}} : (tensor<2x8xf32>, tensor<8xf32>) -> tensor<2x8xf32>
  %0 = nn.max %x, %y : (tensor<2x8xf32>, tensor<8xf32>) -> tensor<2x8xf32>
  return
}

// CHECK-LABEL: @min
func.func @min(%x: tensor<2x8xf32>, %y: tensor<8xf32>) {
  // CHECK: nn.min %{{.*}}, %{{.*}} : (tensor<2x8xf32>, tensor<8xf32>) -> tensor<2x8xf32>
  %0 = nn.min %x, %y : (tensor<2x8xf32>, tensor<8xf32>) -> tensor<2x8xf32>
  return
}

// CHECK-LABEL: @prelu
func.func @prelu(%x: tensor<2x8xf32>, %y: tensor<8xf32>) {
  // CHECK: nn.prelu %{{.*}}, %{{.*}} : (tensor<2x8xf32>, tensor<8xf32>) -> tensor<2x8xf32>
  %0 = nn.prelu %x, %y : (tensor<2x8xf32>, tensor<8xf32>) -> tensor<2x8xf32>
  return
}

// CHECK-LABEL: @and
func.func @and(%x: tensor<2x8xi1>, %y: tensor<8xi1>) {
  // CHECK: nn.and %{{.*}}, %{{.*}} : (tensor<2x8xi1>, tensor<8xi1>) -> tensor<2x8xi1>
  %0 = nn.and %x, %y : (tensor<2x8xi1>, tensor<8xi1>) -> tensor<2x8xi1>
  return
}

// CHECK-LABEL: @or
func.func @or(%x: tensor<2x8xi1>, %y: tensor<8xi1>) {
  // CHECK: nn.or %{{.*}}, %{{.*}} : (tensor<2x8xi1>, tensor<8xi1>) -> tensor<2x8xi1>
  %0 = nn.or %x, %y : (tensor<2x8xi1>, tensor<8xi1>) -> tensor<2x8xi1>
  return
}

// CHECK-LABEL: @xor
func.func @xor(%x: tensor<2x8xi1>, %y: tensor<8xi1>) {
  // CHECK: nn.xor %{{.*}}, %{{.*}} : (tensor<2x8xi1>, tensor<8xi1>) -> tensor<2x8xi1>
  %0 = nn.xor %x, %y : (tensor<2x8xi1>, tensor<8xi1>) -> tensor<2x8xi1>
  return
}

// CHECK-LABEL: @bitwise_and
func.func @bitwise_and(%x: tensor<2x8xui8>, %y: tensor<8xui8>) {
  // CHECK: nn.bitwise_and %{{.*}}, %{{.*}} : (tensor<2x8xui8>, tensor<8xui8>) -> tensor<2x8xui8>
  %0 = nn.bitwise_and %x, %y : (tensor<2x8xui8>, tensor<8xui8>) -> tensor<2x8xui8>
  return
}

// CHECK-LABEL: @bitwise_or
func.func @bitwise_or(%x: tensor<2x8xui8>, %y: tensor<8xui8>) {
  // CHECK: nn.bitwise_or %{{.*}}, %{{.*}} : (tensor<2x8xui8>, tensor<8xui8>) -> tensor<2x8xui8>
  %0 = nn.bitwise_or %x, %y : (tensor<2x8xui8>, tensor<8xui8>) -> tensor<2x8xui8>
  return
}

// CHECK-LABEL: @bitwise_xor
func.func @bitwise_xor(%x: tensor<2x8xui8>, %y: tensor<8xui8>) {
  // CHECK: nn.bitwise_xor %{{.*}}, %{{.*}} : (tensor<2x8xui8>, tensor<8xui8>) -> tensor<2x8xui8>
  %0 = nn.bitwise_xor %x, %y : (tensor<2x8xui8>, tensor<8xui8>) -> tensor<2x8xui8>
  return
}

// CHECK-LABEL: @shift_left
func.func @shift_left(%x: tensor<2x8xui8>, %y: tensor<8xui8>) {
  // CHECK: nn.shift_left %{{.*}}, %{{.*}} : (tensor<2x8xui8>, tensor<8xui8>) -> tensor<2x8xui8>
  %0 = nn.shift_left %x, %y : (tensor<2x8xui8>, tensor<8xui8>) -> tensor<2x8xui8>
  return
}

// CHECK-LABEL: @shift_right
func.func @shift_right(%x: tensor<2x8xui8>, %y: tensor<8xui8>) {
  // CHECK: nn.shift_right %{{.*}}, %{{.*}} : (tensor<2x8xui8>, tensor<8xui8>) -> tensor<2x8xui8>
  %0 = nn.shift_right %x, %y : (tensor<2x8xui8>, tensor<8xui8>) -> tensor<2x8xui8>
  return
}

// CHECK-LABEL: @equal
func.func @equal(%x: tensor<2x8xf32>, %y: tensor<8xf32>) {
  // CHECK: nn.equal %{{.*}}, %{{.*}} : (tensor<2x8xf32>, tensor<8xf32>) -> tensor<2x8xi1>
  %0 = nn.equal %x, %y : (tensor<2x8xf32>, tensor<8xf32>) -> tensor<2x8xi1>
  return
}

// CHECK-LABEL: @less
func.func @less(%x: tensor<2x8xf32>, %y: tensor<8xf32>) {
  // CHECK: nn.less %{{.*}}, %{{.*}} : (tensor<2x8xf32>, tensor<8xf32>) -> tensor<2x8xi1>
  %0 = nn.less %x, %y : (tensor<2x8xf32>, tensor<8xf32>) -> tensor<2x8xi1>
  return
}

// CHECK-LABEL: @less_equal
func.func @less_equal(%x: tensor<2x8xf32>, %y: tensor<8xf32>) {
  // CHECK: nn.less_equal %{{.*}}, %{{.*}} : (tensor<2x8xf32>, tensor<8xf32>) -> tensor<2x8xi1>
  %0 = nn.less_equal %x, %y : (tensor<2x8xf32>, tensor<8xf32>) -> tensor<2x8xi1>
  return
}

// CHECK-LABEL: @mod_fmod
func.func @mod_fmod(%x: tensor<2x8xf32>) {
  // CHECK: nn.mod %{{.*}}, %{{.*}} fmod : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  %0 = nn.mod %x, %x fmod : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// Both operands stretch.
// CHECK-LABEL: @add_outer
func.func @add_outer(%x: tensor<4x1xi32>, %y: tensor<3xi32>) {
  // CHECK: nn.add %{{.*}}, %{{.*}} : (tensor<4x1xi32>, tensor<3xi32>) -> tensor<4x3xi32>
  %0 = nn.add %x, %y : (tensor<4x1xi32>, tensor<3xi32>) -> tensor<4x3xi32>
  return
}

// A stretched operand may stay row-major.
// CHECK-LABEL: @add_layout
func.func @add_layout(%x: tensor<1x32x4xf32, #nn.info<layout = blocked<1 x 16>>>, %y: tensor<32x1xf32>) {
  // CHECK: nn.add %{{.*}}, %{{.*}} : (tensor<1x32x4xf32, #nn.info<layout = blocked<1 x 16>>>, tensor<32x1xf32>) -> tensor<1x32x4xf32, #nn.info<layout = blocked<1 x 16>>>
  %0 = nn.add %x, %y : (tensor<1x32x4xf32, #nn.info<layout = blocked<1 x 16>>>, tensor<32x1xf32>) -> tensor<1x32x4xf32, #nn.info<layout = blocked<1 x 16>>>
  return
}

// CHECK-LABEL: @equal_bool
func.func @equal_bool(%x: tensor<8xi1>) {
  // CHECK: nn.equal %{{.*}}, %{{.*}} : (tensor<8xi1>, tensor<8xi1>) -> tensor<8xi1>
  %0 = nn.equal %x, %x : (tensor<8xi1>, tensor<8xi1>) -> tensor<8xi1>
  return
}

// CHECK-LABEL: @where
func.func @where(%c: tensor<4x1xi1>, %x: tensor<4x8xf32>, %y: tensor<f32>) {
  // CHECK: nn.where %{{.*}}, %{{.*}}, %{{.*}} : (tensor<4x1xi1>, tensor<4x8xf32>, tensor<f32>) -> tensor<4x8xf32>
  %0 = nn.where %c, %x, %y : (tensor<4x1xi1>, tensor<4x8xf32>, tensor<f32>) -> tensor<4x8xf32>
  return
}
