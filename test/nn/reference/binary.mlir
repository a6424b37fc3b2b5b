// RUN: megcc-opt %s --fold-constants=max-growth=1000000 | FileCheck %s
//
// Functions of several operands. Expected values: numpy, or by hand where numpy
// has another rule; floats times 1000.

// Shapes broadcast as in numpy.

// CHECK-LABEL: func @add()
// CHECK: nn.constant dense<[3500, 0, 6000, 1000, -2500, 3500]> : tensor<6xi32>
func.func @add() -> tensor<6xi32> {
  %a = nn.constant dense<[[1.5, -2.0, 4.0]]> : tensor<1x3xf32>
  %b = nn.constant dense<[[2.0], [-0.5]]> : tensor<2x1xf32>
  %y = nn.add %a, %b : (tensor<1x3xf32>, tensor<2x1xf32>) -> tensor<2x3xf32>
  %y_flat = nn.reshape %y : (tensor<2x3xf32>) -> tensor<6xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<6xf32>, tensor<f32>) -> tensor<6xf32>
  %y_round = nn.round %y_scaled : tensor<6xf32>
  %y_int = nn.cast %y_round : (tensor<6xf32>) -> tensor<6xi32>
  return %y_int : tensor<6xi32>
}

// CHECK-LABEL: func @sub()
// CHECK: nn.constant dense<[-500, -4000, 2000, 2000, -1500, 4500]> : tensor<6xi32>
func.func @sub() -> tensor<6xi32> {
  %a = nn.constant dense<[[1.5, -2.0, 4.0]]> : tensor<1x3xf32>
  %b = nn.constant dense<[[2.0], [-0.5]]> : tensor<2x1xf32>
  %y = nn.sub %a, %b : (tensor<1x3xf32>, tensor<2x1xf32>) -> tensor<2x3xf32>
  %y_flat = nn.reshape %y : (tensor<2x3xf32>) -> tensor<6xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<6xf32>, tensor<f32>) -> tensor<6xf32>
  %y_round = nn.round %y_scaled : tensor<6xf32>
  %y_int = nn.cast %y_round : (tensor<6xf32>) -> tensor<6xi32>
  return %y_int : tensor<6xi32>
}

// CHECK-LABEL: func @mul()
// CHECK: nn.constant dense<[3000, -4000, 8000, -750, 1000, -2000]> : tensor<6xi32>
func.func @mul() -> tensor<6xi32> {
  %a = nn.constant dense<[[1.5, -2.0, 4.0]]> : tensor<1x3xf32>
  %b = nn.constant dense<[[2.0], [-0.5]]> : tensor<2x1xf32>
  %y = nn.mul %a, %b : (tensor<1x3xf32>, tensor<2x1xf32>) -> tensor<2x3xf32>
  %y_flat = nn.reshape %y : (tensor<2x3xf32>) -> tensor<6xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<6xf32>, tensor<f32>) -> tensor<6xf32>
  %y_round = nn.round %y_scaled : tensor<6xf32>
  %y_int = nn.cast %y_round : (tensor<6xf32>) -> tensor<6xi32>
  return %y_int : tensor<6xi32>
}

// CHECK-LABEL: func @div()
// CHECK: nn.constant dense<[750, -1000, 2000, -3000, 4000, -8000]> : tensor<6xi32>
func.func @div() -> tensor<6xi32> {
  %a = nn.constant dense<[[1.5, -2.0, 4.0]]> : tensor<1x3xf32>
  %b = nn.constant dense<[[2.0], [-0.5]]> : tensor<2x1xf32>
  %y = nn.div %a, %b : (tensor<1x3xf32>, tensor<2x1xf32>) -> tensor<2x3xf32>
  %y_flat = nn.reshape %y : (tensor<2x3xf32>) -> tensor<6xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<6xf32>, tensor<f32>) -> tensor<6xf32>
  %y_round = nn.round %y_scaled : tensor<6xf32>
  %y_int = nn.cast %y_round : (tensor<6xf32>) -> tensor<6xi32>
  return %y_int : tensor<6xi32>
}

// CHECK-LABEL: func @max()
// CHECK: nn.constant dense<[2000, 2000, 4000, 1500, -500, 4000]> : tensor<6xi32>
func.func @max() -> tensor<6xi32> {
  %a = nn.constant dense<[[1.5, -2.0, 4.0]]> : tensor<1x3xf32>
  %b = nn.constant dense<[[2.0], [-0.5]]> : tensor<2x1xf32>
  %y = nn.max %a, %b : (tensor<1x3xf32>, tensor<2x1xf32>) -> tensor<2x3xf32>
  %y_flat = nn.reshape %y : (tensor<2x3xf32>) -> tensor<6xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<6xf32>, tensor<f32>) -> tensor<6xf32>
  %y_round = nn.round %y_scaled : tensor<6xf32>
  %y_int = nn.cast %y_round : (tensor<6xf32>) -> tensor<6xi32>
  return %y_int : tensor<6xi32>
}

// CHECK-LABEL: func @min()
// CHECK: nn.constant dense<[1500, -2000, 2000, -500, -2000, -500]> : tensor<6xi32>
func.func @min() -> tensor<6xi32> {
  %a = nn.constant dense<[[1.5, -2.0, 4.0]]> : tensor<1x3xf32>
  %b = nn.constant dense<[[2.0], [-0.5]]> : tensor<2x1xf32>
  %y = nn.min %a, %b : (tensor<1x3xf32>, tensor<2x1xf32>) -> tensor<2x3xf32>
  %y_flat = nn.reshape %y : (tensor<2x3xf32>) -> tensor<6xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<6xf32>, tensor<f32>) -> tensor<6xf32>
  %y_round = nn.round %y_scaled : tensor<6xf32>
  %y_int = nn.cast %y_round : (tensor<6xf32>) -> tensor<6xi32>
  return %y_int : tensor<6xi32>
}

// CHECK-LABEL: func @pow()
// CHECK: nn.constant dense<[8000, 3000, 4000]> : tensor<3xi32>
func.func @pow() -> tensor<3xi32> {
  %a = nn.constant dense<[2.0, 9.0, -2.0]> : tensor<3xf32>
  %b = nn.constant dense<[3.0, 0.5, 2.0]> : tensor<3xf32>
  %y = nn.pow %a, %b : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  %y_round = nn.round %y_scaled : tensor<3xf32>
  %y_int = nn.cast %y_round : (tensor<3xf32>) -> tensor<3xi32>
  return %y_int : tensor<3xi32>
}

// The sign is the divisor's, or with fmod the dividend's.

// CHECK-LABEL: func @mod()
// CHECK: nn.constant dense<[1500, 500, -500]> : tensor<3xi32>
func.func @mod() -> tensor<3xi32> {
  %a = nn.constant dense<[5.5, -5.5, 5.5]> : tensor<3xf32>
  %b = nn.constant dense<[2.0, 2.0, -2.0]> : tensor<3xf32>
  %y = nn.mod %a, %b : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  %y_round = nn.round %y_scaled : tensor<3xf32>
  %y_int = nn.cast %y_round : (tensor<3xf32>) -> tensor<3xi32>
  return %y_int : tensor<3xi32>
}

// CHECK-LABEL: func @fmod()
// CHECK: nn.constant dense<[1500, -1500, 1500]> : tensor<3xi32>
func.func @fmod() -> tensor<3xi32> {
  %a = nn.constant dense<[5.5, -5.5, 5.5]> : tensor<3xf32>
  %b = nn.constant dense<[2.0, 2.0, -2.0]> : tensor<3xf32>
  %y = nn.mod %a, %b fmod : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  %y_round = nn.round %y_scaled : tensor<3xf32>
  %y_int = nn.cast %y_round : (tensor<3xf32>) -> tensor<3xi32>
  return %y_int : tensor<3xi32>
}

// Integers wrap.

// CHECK-LABEL: func @add_wraps()
// CHECK: nn.constant dense<[200, 44]> : tensor<2xui8>
func.func @add_wraps() -> tensor<2xui8> {
  %a = nn.constant dense<[100, 200]> : tensor<2xui8>
  %b = nn.constant dense<100> : tensor<2xui8>
  %y = nn.add %a, %b : (tensor<2xui8>, tensor<2xui8>) -> tensor<2xui8>
  return %y : tensor<2xui8>
}

// CHECK-LABEL: func @mul_wraps()
// CHECK: nn.constant dense<[-56, -128]> : tensor<2xi8>
func.func @mul_wraps() -> tensor<2xi8> {
  %a = nn.constant dense<[100, -128]> : tensor<2xi8>
  %b = nn.constant dense<[2, -1]> : tensor<2xi8>
  %y = nn.mul %a, %b : (tensor<2xi8>, tensor<2xi8>) -> tensor<2xi8>
  return %y : tensor<2xi8>
}

// Towards zero; by zero gives 0, and the least integer by -1 wraps.

// CHECK-LABEL: func @div_integer()
// CHECK: nn.constant dense<[3, -3, -3, -128, 0]> : tensor<5xi8>
func.func @div_integer() -> tensor<5xi8> {
  %a = nn.constant dense<[7, -7, 7, -128, 5]> : tensor<5xi8>
  %b = nn.constant dense<[2, 2, -2, -1, 0]> : tensor<5xi8>
  %y = nn.div %a, %b : (tensor<5xi8>, tensor<5xi8>) -> tensor<5xi8>
  return %y : tensor<5xi8>
}

// CHECK-LABEL: func @div_unsigned()
// CHECK: nn.constant dense<[66, 127]> : tensor<2xui8>
func.func @div_unsigned() -> tensor<2xui8> {
  %a = nn.constant dense<[200, 255]> : tensor<2xui8>
  %b = nn.constant dense<[3, 2]> : tensor<2xui8>
  %y = nn.div %a, %b : (tensor<2xui8>, tensor<2xui8>) -> tensor<2xui8>
  return %y : tensor<2xui8>
}

// CHECK-LABEL: func @mod_integer()
// CHECK: nn.constant dense<[1, 2, -2, -1, 0]> : tensor<5xi32>
func.func @mod_integer() -> tensor<5xi32> {
  %a = nn.constant dense<[7, -7, 7, -7, 5]> : tensor<5xi32>
  %b = nn.constant dense<[3, 3, -3, -3, 0]> : tensor<5xi32>
  %y = nn.mod %a, %b : (tensor<5xi32>, tensor<5xi32>) -> tensor<5xi32>
  return %y : tensor<5xi32>
}

// CHECK-LABEL: func @fmod_integer()
// CHECK: nn.constant dense<[1, -1, 1, -1, 0]> : tensor<5xi32>
func.func @fmod_integer() -> tensor<5xi32> {
  %a = nn.constant dense<[7, -7, 7, -7, 5]> : tensor<5xi32>
  %b = nn.constant dense<[3, 3, -3, -3, 0]> : tensor<5xi32>
  %y = nn.mod %a, %b fmod : (tensor<5xi32>, tensor<5xi32>) -> tensor<5xi32>
  return %y : tensor<5xi32>
}

// CHECK-LABEL: func @pow_integer()
// CHECK: nn.constant dense<[1024, -27, 0, -1, 1]> : tensor<5xi32>
func.func @pow_integer() -> tensor<5xi32> {
  %a = nn.constant dense<[2, -3, 2, -1, 7]> : tensor<5xi32>
  %b = nn.constant dense<[10, 3, -1, -3, 0]> : tensor<5xi32>
  %y = nn.pow %a, %b : (tensor<5xi32>, tensor<5xi32>) -> tensor<5xi32>
  return %y : tensor<5xi32>
}

// CHECK-LABEL: func @max_unsigned()
// CHECK: nn.constant dense<[200, 4]> : tensor<2xui8>
func.func @max_unsigned() -> tensor<2xui8> {
  %a = nn.constant dense<[200, 3]> : tensor<2xui8>
  %b = nn.constant dense<[100, 4]> : tensor<2xui8>
  %y = nn.max %a, %b : (tensor<2xui8>, tensor<2xui8>) -> tensor<2xui8>
  return %y : tensor<2xui8>
}

// CHECK-LABEL: func @and()
// CHECK: nn.constant dense<[true, false, false]> : tensor<3xi1>
func.func @and() -> tensor<3xi1> {
  %a = nn.constant dense<[true, true, false]> : tensor<3xi1>
  %b = nn.constant dense<[true, false, false]> : tensor<3xi1>
  %y = nn.and %a, %b : (tensor<3xi1>, tensor<3xi1>) -> tensor<3xi1>
  return %y : tensor<3xi1>
}

// CHECK-LABEL: func @or()
// CHECK: nn.constant dense<[true, true, false]> : tensor<3xi1>
func.func @or() -> tensor<3xi1> {
  %a = nn.constant dense<[true, true, false]> : tensor<3xi1>
  %b = nn.constant dense<[true, false, false]> : tensor<3xi1>
  %y = nn.or %a, %b : (tensor<3xi1>, tensor<3xi1>) -> tensor<3xi1>
  return %y : tensor<3xi1>
}

// CHECK-LABEL: func @xor()
// CHECK: nn.constant dense<[false, true, false]> : tensor<3xi1>
func.func @xor() -> tensor<3xi1> {
  %a = nn.constant dense<[true, true, false]> : tensor<3xi1>
  %b = nn.constant dense<[true, false, false]> : tensor<3xi1>
  %y = nn.xor %a, %b : (tensor<3xi1>, tensor<3xi1>) -> tensor<3xi1>
  return %y : tensor<3xi1>
}

// CHECK-LABEL: func @bitwise_and()
// CHECK: nn.constant dense<[8, 15]> : tensor<2xui8>
func.func @bitwise_and() -> tensor<2xui8> {
  %a = nn.constant dense<[12, 255]> : tensor<2xui8>
  %b = nn.constant dense<[10, 15]> : tensor<2xui8>
  %y = nn.bitwise_and %a, %b : (tensor<2xui8>, tensor<2xui8>) -> tensor<2xui8>
  return %y : tensor<2xui8>
}

// CHECK-LABEL: func @bitwise_or()
// CHECK: nn.constant dense<[14, 255]> : tensor<2xui8>
func.func @bitwise_or() -> tensor<2xui8> {
  %a = nn.constant dense<[12, 240]> : tensor<2xui8>
  %b = nn.constant dense<[10, 15]> : tensor<2xui8>
  %y = nn.bitwise_or %a, %b : (tensor<2xui8>, tensor<2xui8>) -> tensor<2xui8>
  return %y : tensor<2xui8>
}

// CHECK-LABEL: func @bitwise_xor()
// CHECK: nn.constant dense<[6, 240]> : tensor<2xui8>
func.func @bitwise_xor() -> tensor<2xui8> {
  %a = nn.constant dense<[12, 255]> : tensor<2xui8>
  %b = nn.constant dense<[10, 15]> : tensor<2xui8>
  %y = nn.bitwise_xor %a, %b : (tensor<2xui8>, tensor<2xui8>) -> tensor<2xui8>
  return %y : tensor<2xui8>
}

// A shift by the width or more leaves nothing.

// CHECK-LABEL: func @shift_left()
// CHECK: nn.constant dense<[8, 144, 0]> : tensor<3xui8>
func.func @shift_left() -> tensor<3xui8> {
  %a = nn.constant dense<[1, 200, 3]> : tensor<3xui8>
  %b = nn.constant dense<[3, 1, 8]> : tensor<3xui8>
  %y = nn.shift_left %a, %b : (tensor<3xui8>, tensor<3xui8>) -> tensor<3xui8>
  return %y : tensor<3xui8>
}

// CHECK-LABEL: func @shift_right()
// CHECK: nn.constant dense<[1, 100, 0]> : tensor<3xui8>
func.func @shift_right() -> tensor<3xui8> {
  %a = nn.constant dense<[8, 200, 255]> : tensor<3xui8>
  %b = nn.constant dense<[3, 1, 8]> : tensor<3xui8>
  %y = nn.shift_right %a, %b : (tensor<3xui8>, tensor<3xui8>) -> tensor<3xui8>
  return %y : tensor<3xui8>
}

// CHECK-LABEL: func @equal()
// CHECK: nn.constant dense<[true, false]> : tensor<2xi1>
func.func @equal() -> tensor<2xi1> {
  %a = nn.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %b = nn.constant dense<[1.0, 3.0]> : tensor<2xf32>
  %y = nn.equal %a, %b : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xi1>
  return %y : tensor<2xi1>
}

// CHECK-LABEL: func @less()
// CHECK: nn.constant dense<[false, true, false]> : tensor<3xi1>
func.func @less() -> tensor<3xi1> {
  %a = nn.constant dense<[1.0, 2.0, 4.0]> : tensor<3xf32>
  %b = nn.constant dense<[1.0, 3.0, 3.0]> : tensor<3xf32>
  %y = nn.less %a, %b : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xi1>
  return %y : tensor<3xi1>
}

// CHECK-LABEL: func @less_equal()
// CHECK: nn.constant dense<[true, true, false]> : tensor<3xi1>
func.func @less_equal() -> tensor<3xi1> {
  %a = nn.constant dense<[1.0, 2.0, 4.0]> : tensor<3xf32>
  %b = nn.constant dense<[1.0, 3.0, 3.0]> : tensor<3xf32>
  %y = nn.less_equal %a, %b : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xi1>
  return %y : tensor<3xi1>
}

// CHECK-LABEL: func @less_unsigned()
// CHECK: nn.constant dense<[false, true]> : tensor<2xi1>
func.func @less_unsigned() -> tensor<2xi1> {
  %a = nn.constant dense<[200, 1]> : tensor<2xui8>
  %b = nn.constant dense<[100, 2]> : tensor<2xui8>
  %y = nn.less %a, %b : (tensor<2xui8>, tensor<2xui8>) -> tensor<2xi1>
  return %y : tensor<2xi1>
}

// CHECK-LABEL: func @prelu()
// CHECK: nn.constant dense<[1000, -500, 3000, -1000]> : tensor<4xi32>
func.func @prelu() -> tensor<4xi32> {
  %a = nn.constant dense<[[1.0, -2.0], [3.0, -4.0]]> : tensor<2x2xf32>
  %b = nn.constant dense<[0.5, 0.25]> : tensor<2xf32>
  %y = nn.prelu %a, %b : (tensor<2x2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  %y_flat = nn.reshape %y : (tensor<2x2xf32>) -> tensor<4xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %y_round = nn.round %y_scaled : tensor<4xf32>
  %y_int = nn.cast %y_round : (tensor<4xf32>) -> tensor<4xi32>
  return %y_int : tensor<4xi32>
}

// CHECK-LABEL: func @where()
// CHECK: nn.constant dense<[1, 9, 3]> : tensor<3xi32>
func.func @where() -> tensor<3xi32> {
  %c = nn.constant dense<[true, false, true]> : tensor<3xi1>
  %a = nn.constant dense<[1, 2, 3]> : tensor<3xi32>
  %b = nn.constant dense<9> : tensor<i32>
  %y = nn.where %c, %a, %b : (tensor<3xi1>, tensor<3xi32>, tensor<i32>) -> tensor<3xi32>
  return %y : tensor<3xi32>
}
