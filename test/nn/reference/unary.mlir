// RUN: megcc-opt %s --fold-constants=max-growth=1000000 | FileCheck %s
//
// Functions of one operand. Expected values: numpy, times 1000 where they are
// floats.

// CHECK-LABEL: func @abs()
// CHECK: nn.constant dense<[2500, 500, 0, 750, 3000]> : tensor<5xi32>
func.func @abs() -> tensor<5xi32> {
  %x = nn.constant dense<[-2.5, -0.5, 0.0, 0.75, 3.0]> : tensor<5xf32>
  %y = nn.abs %x : tensor<5xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  %y_round = nn.round %y_scaled : tensor<5xf32>
  %y_int = nn.cast %y_round : (tensor<5xf32>) -> tensor<5xi32>
  return %y_int : tensor<5xi32>
}

// CHECK-LABEL: func @neg()
// CHECK: nn.constant dense<[2500, 500, 0, -750, -3000]> : tensor<5xi32>
func.func @neg() -> tensor<5xi32> {
  %x = nn.constant dense<[-2.5, -0.5, 0.0, 0.75, 3.0]> : tensor<5xf32>
  %y = nn.neg %x : tensor<5xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  %y_round = nn.round %y_scaled : tensor<5xf32>
  %y_int = nn.cast %y_round : (tensor<5xf32>) -> tensor<5xi32>
  return %y_int : tensor<5xi32>
}

// CHECK-LABEL: func @sign()
// CHECK: nn.constant dense<[-1000, -1000, 0, 1000, 1000]> : tensor<5xi32>
func.func @sign() -> tensor<5xi32> {
  %x = nn.constant dense<[-2.5, -0.5, 0.0, 0.75, 3.0]> : tensor<5xf32>
  %y = nn.sign %x : tensor<5xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  %y_round = nn.round %y_scaled : tensor<5xf32>
  %y_int = nn.cast %y_round : (tensor<5xf32>) -> tensor<5xi32>
  return %y_int : tensor<5xi32>
}

// CHECK-LABEL: func @exp()
// CHECK: nn.constant dense<[82, 607, 1000, 2117, 20086]> : tensor<5xi32>
func.func @exp() -> tensor<5xi32> {
  %x = nn.constant dense<[-2.5, -0.5, 0.0, 0.75, 3.0]> : tensor<5xf32>
  %y = nn.exp %x : tensor<5xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  %y_round = nn.round %y_scaled : tensor<5xf32>
  %y_int = nn.cast %y_round : (tensor<5xf32>) -> tensor<5xi32>
  return %y_int : tensor<5xi32>
}

// CHECK-LABEL: func @log()
// CHECK: nn.constant dense<[-1386, 0, 2303]> : tensor<3xi32>
func.func @log() -> tensor<3xi32> {
  %x = nn.constant dense<[0.25, 1.0, 10.0]> : tensor<3xf32>
  %y = nn.log %x : tensor<3xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  %y_round = nn.round %y_scaled : tensor<3xf32>
  %y_int = nn.cast %y_round : (tensor<3xf32>) -> tensor<3xi32>
  return %y_int : tensor<3xi32>
}

// CHECK-LABEL: func @sqrt()
// CHECK: nn.constant dense<[500, 1414, 12000]> : tensor<3xi32>
func.func @sqrt() -> tensor<3xi32> {
  %x = nn.constant dense<[0.25, 2.0, 144.0]> : tensor<3xf32>
  %y = nn.sqrt %x : tensor<3xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  %y_round = nn.round %y_scaled : tensor<3xf32>
  %y_int = nn.cast %y_round : (tensor<3xf32>) -> tensor<3xi32>
  return %y_int : tensor<3xi32>
}

// CHECK-LABEL: func @reciprocal()
// CHECK: nn.constant dense<[4000, -333, 125]> : tensor<3xi32>
func.func @reciprocal() -> tensor<3xi32> {
  %x = nn.constant dense<[0.25, -3.0, 8.0]> : tensor<3xf32>
  %y = nn.reciprocal %x : tensor<3xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  %y_round = nn.round %y_scaled : tensor<3xf32>
  %y_int = nn.cast %y_round : (tensor<3xf32>) -> tensor<3xi32>
  return %y_int : tensor<3xi32>
}

// CHECK-LABEL: func @ceil()
// CHECK: nn.constant dense<[-1000, 0, 1000, 2000]> : tensor<4xi32>
func.func @ceil() -> tensor<4xi32> {
  %x = nn.constant dense<[-1.5, -0.5, 0.25, 2.0]> : tensor<4xf32>
  %y = nn.ceil %x : tensor<4xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %y_round = nn.round %y_scaled : tensor<4xf32>
  %y_int = nn.cast %y_round : (tensor<4xf32>) -> tensor<4xi32>
  return %y_int : tensor<4xi32>
}

// CHECK-LABEL: func @floor()
// CHECK: nn.constant dense<[-2000, -1000, 0, 2000]> : tensor<4xi32>
func.func @floor() -> tensor<4xi32> {
  %x = nn.constant dense<[-1.5, -0.5, 0.25, 2.0]> : tensor<4xf32>
  %y = nn.floor %x : tensor<4xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %y_round = nn.round %y_scaled : tensor<4xf32>
  %y_int = nn.cast %y_round : (tensor<4xf32>) -> tensor<4xi32>
  return %y_int : tensor<4xi32>
}

// Halves go to the even neighbour.

// CHECK-LABEL: func @round()
// CHECK: nn.constant dense<[-2000, 0, 0, 2000, 2000, 3000]> : tensor<6xi32>
func.func @round() -> tensor<6xi32> {
  %x = nn.constant dense<[-1.5, -0.5, 0.5, 1.5, 2.5, 2.75]> : tensor<6xf32>
  %y = nn.round %x : tensor<6xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<6xf32>, tensor<f32>) -> tensor<6xf32>
  %y_round = nn.round %y_scaled : tensor<6xf32>
  %y_int = nn.cast %y_round : (tensor<6xf32>) -> tensor<6xi32>
  return %y_int : tensor<6xi32>
}

// CHECK-LABEL: func @sin()
// CHECK: nn.constant dense<[-598, -479, 0, 682, 141]> : tensor<5xi32>
func.func @sin() -> tensor<5xi32> {
  %x = nn.constant dense<[-2.5, -0.5, 0.0, 0.75, 3.0]> : tensor<5xf32>
  %y = nn.sin %x : tensor<5xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  %y_round = nn.round %y_scaled : tensor<5xf32>
  %y_int = nn.cast %y_round : (tensor<5xf32>) -> tensor<5xi32>
  return %y_int : tensor<5xi32>
}

// CHECK-LABEL: func @cos()
// CHECK: nn.constant dense<[-801, 878, 1000, 732, -990]> : tensor<5xi32>
func.func @cos() -> tensor<5xi32> {
  %x = nn.constant dense<[-2.5, -0.5, 0.0, 0.75, 3.0]> : tensor<5xf32>
  %y = nn.cos %x : tensor<5xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  %y_round = nn.round %y_scaled : tensor<5xf32>
  %y_int = nn.cast %y_round : (tensor<5xf32>) -> tensor<5xi32>
  return %y_int : tensor<5xi32>
}

// CHECK-LABEL: func @tan()
// CHECK: nn.constant dense<[747, -546, 0, 932, -143]> : tensor<5xi32>
func.func @tan() -> tensor<5xi32> {
  %x = nn.constant dense<[-2.5, -0.5, 0.0, 0.75, 3.0]> : tensor<5xf32>
  %y = nn.tan %x : tensor<5xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  %y_round = nn.round %y_scaled : tensor<5xf32>
  %y_int = nn.cast %y_round : (tensor<5xf32>) -> tensor<5xi32>
  return %y_int : tensor<5xi32>
}

// CHECK-LABEL: func @asin()
// CHECK: nn.constant dense<[-1571, -524, 253]> : tensor<3xi32>
func.func @asin() -> tensor<3xi32> {
  %x = nn.constant dense<[-1.0, -0.5, 0.25]> : tensor<3xf32>
  %y = nn.asin %x : tensor<3xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  %y_round = nn.round %y_scaled : tensor<3xf32>
  %y_int = nn.cast %y_round : (tensor<3xf32>) -> tensor<3xi32>
  return %y_int : tensor<3xi32>
}

// CHECK-LABEL: func @acos()
// CHECK: nn.constant dense<[3142, 2094, 1318]> : tensor<3xi32>
func.func @acos() -> tensor<3xi32> {
  %x = nn.constant dense<[-1.0, -0.5, 0.25]> : tensor<3xf32>
  %y = nn.acos %x : tensor<3xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  %y_round = nn.round %y_scaled : tensor<3xf32>
  %y_int = nn.cast %y_round : (tensor<3xf32>) -> tensor<3xi32>
  return %y_int : tensor<3xi32>
}

// CHECK-LABEL: func @atan()
// CHECK: nn.constant dense<[-1190, -464, 0, 644, 1249]> : tensor<5xi32>
func.func @atan() -> tensor<5xi32> {
  %x = nn.constant dense<[-2.5, -0.5, 0.0, 0.75, 3.0]> : tensor<5xf32>
  %y = nn.atan %x : tensor<5xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  %y_round = nn.round %y_scaled : tensor<5xf32>
  %y_int = nn.cast %y_round : (tensor<5xf32>) -> tensor<5xi32>
  return %y_int : tensor<5xi32>
}

// CHECK-LABEL: func @sinh()
// CHECK: nn.constant dense<[-6050, -521, 0, 822, 10018]> : tensor<5xi32>
func.func @sinh() -> tensor<5xi32> {
  %x = nn.constant dense<[-2.5, -0.5, 0.0, 0.75, 3.0]> : tensor<5xf32>
  %y = nn.sinh %x : tensor<5xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  %y_round = nn.round %y_scaled : tensor<5xf32>
  %y_int = nn.cast %y_round : (tensor<5xf32>) -> tensor<5xi32>
  return %y_int : tensor<5xi32>
}

// CHECK-LABEL: func @cosh()
// CHECK: nn.constant dense<[6132, 1128, 1000, 1295, 10068]> : tensor<5xi32>
func.func @cosh() -> tensor<5xi32> {
  %x = nn.constant dense<[-2.5, -0.5, 0.0, 0.75, 3.0]> : tensor<5xf32>
  %y = nn.cosh %x : tensor<5xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  %y_round = nn.round %y_scaled : tensor<5xf32>
  %y_int = nn.cast %y_round : (tensor<5xf32>) -> tensor<5xi32>
  return %y_int : tensor<5xi32>
}

// CHECK-LABEL: func @asinh()
// CHECK: nn.constant dense<[-1647, -481, 0, 693, 1818]> : tensor<5xi32>
func.func @asinh() -> tensor<5xi32> {
  %x = nn.constant dense<[-2.5, -0.5, 0.0, 0.75, 3.0]> : tensor<5xf32>
  %y = nn.asinh %x : tensor<5xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  %y_round = nn.round %y_scaled : tensor<5xf32>
  %y_int = nn.cast %y_round : (tensor<5xf32>) -> tensor<5xi32>
  return %y_int : tensor<5xi32>
}

// CHECK-LABEL: func @acosh()
// CHECK: nn.constant dense<[0, 1317, 4094]> : tensor<3xi32>
func.func @acosh() -> tensor<3xi32> {
  %x = nn.constant dense<[1.0, 2.0, 30.0]> : tensor<3xf32>
  %y = nn.acosh %x : tensor<3xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  %y_round = nn.round %y_scaled : tensor<3xf32>
  %y_int = nn.cast %y_round : (tensor<3xf32>) -> tensor<3xi32>
  return %y_int : tensor<3xi32>
}

// CHECK-LABEL: func @atanh()
// CHECK: nn.constant dense<[-549, 255, 1472]> : tensor<3xi32>
func.func @atanh() -> tensor<3xi32> {
  %x = nn.constant dense<[-0.5, 0.25, 0.9]> : tensor<3xf32>
  %y = nn.atanh %x : tensor<3xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  %y_round = nn.round %y_scaled : tensor<3xf32>
  %y_int = nn.cast %y_round : (tensor<3xf32>) -> tensor<3xi32>
  return %y_int : tensor<3xi32>
}

// CHECK-LABEL: func @erf()
// CHECK: nn.constant dense<[-1000, -520, 0, 711, 1000]> : tensor<5xi32>
func.func @erf() -> tensor<5xi32> {
  %x = nn.constant dense<[-2.5, -0.5, 0.0, 0.75, 3.0]> : tensor<5xf32>
  %y = nn.erf %x : tensor<5xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  %y_round = nn.round %y_scaled : tensor<5xf32>
  %y_int = nn.cast %y_round : (tensor<5xf32>) -> tensor<5xi32>
  return %y_int : tensor<5xi32>
}

// CHECK-LABEL: func @not()
// CHECK: nn.constant dense<[false, true]> : tensor<2xi1>
func.func @not() -> tensor<2xi1> {
  %x = nn.constant dense<[true, false]> : tensor<2xi1>
  %y = nn.not %x : tensor<2xi1>
  return %y : tensor<2xi1>
}

// CHECK-LABEL: func @bitwise_not()
// CHECK: nn.constant dense<[255, 250, 0]> : tensor<3xui8>
func.func @bitwise_not() -> tensor<3xui8> {
  %x = nn.constant dense<[0, 5, 255]> : tensor<3xui8>
  %y = nn.bitwise_not %x : tensor<3xui8>
  return %y : tensor<3xui8>
}

// The least integer has no counterpart.

// CHECK-LABEL: func @abs_integer()
// CHECK: nn.constant dense<[-128, 3, 4]> : tensor<3xi8>
func.func @abs_integer() -> tensor<3xi8> {
  %x = nn.constant dense<[-128, -3, 4]> : tensor<3xi8>
  %y = nn.abs %x : tensor<3xi8>
  return %y : tensor<3xi8>
}

// CHECK-LABEL: func @is_nan()
// CHECK: nn.constant dense<[false, true, false]> : tensor<3xi1>
func.func @is_nan() -> tensor<3xi1> {
  %x = nn.constant dense<[1.0, 0x7FC00000, 0x7F800000]> : tensor<3xf32>
  %y = nn.is_nan %x : (tensor<3xf32>) -> tensor<3xi1>
  return %y : tensor<3xi1>
}

// CHECK-LABEL: func @is_inf()
// CHECK: nn.constant dense<[false, false, true, false]> : tensor<4xi1>
func.func @is_inf() -> tensor<4xi1> {
  %x = nn.constant dense<[1.0, 0x7FC00000, 0x7F800000, 0xFF800000]> : tensor<4xf32>
  %y = nn.is_inf %x detect_positive : (tensor<4xf32>) -> tensor<4xi1>
  return %y : tensor<4xi1>
}
