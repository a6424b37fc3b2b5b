// RUN: megcc-opt %s --fold-constants=max-growth=1000000 | FileCheck %s
//
// Changes of the element type. Expected values: by hand.

// Towards zero, saturated; NaN gives 0.

// CHECK-LABEL: func @float_to_integer()
// CHECK: nn.constant dense<[-1, 2, 127, -128, 0]> : tensor<5xi8>
func.func @float_to_integer() -> tensor<5xi8> {
  %x = nn.constant dense<[-1.75, 2.5, 300.0, -300.0, 0x7FC00000]> : tensor<5xf32>
  %y = nn.cast %x : (tensor<5xf32>) -> tensor<5xi8>
  return %y : tensor<5xi8>
}

// CHECK-LABEL: func @float_to_unsigned()
// CHECK: nn.constant dense<[0, 2, 255]> : tensor<3xui8>
func.func @float_to_unsigned() -> tensor<3xui8> {
  %x = nn.constant dense<[-1.75, 2.5, 300.0]> : tensor<3xf32>
  %y = nn.cast %x : (tensor<3xf32>) -> tensor<3xui8>
  return %y : tensor<3xui8>
}

// Between integers the lower bits are kept.

// CHECK-LABEL: func @integer_wraps()
// CHECK: nn.constant dense<[44, 255, 127]> : tensor<3xui8>
func.func @integer_wraps() -> tensor<3xui8> {
  %x = nn.constant dense<[300, -1, 127]> : tensor<3xi32>
  %y = nn.cast %x : (tensor<3xi32>) -> tensor<3xui8>
  return %y : tensor<3xui8>
}

// CHECK-LABEL: func @sign_extends()
// CHECK: nn.constant dense<[-1, 5]> : tensor<2xi32>
func.func @sign_extends() -> tensor<2xi32> {
  %x = nn.constant dense<[-1, 5]> : tensor<2xi8>
  %y = nn.cast %x : (tensor<2xi8>) -> tensor<2xi32>
  return %y : tensor<2xi32>
}

// CHECK-LABEL: func @zero_extends()
// CHECK: nn.constant dense<[255, 5]> : tensor<2xi32>
func.func @zero_extends() -> tensor<2xi32> {
  %x = nn.constant dense<[255, 5]> : tensor<2xui8>
  %y = nn.cast %x : (tensor<2xui8>) -> tensor<2xi32>
  return %y : tensor<2xi32>
}

// CHECK-LABEL: func @to_bool()
// CHECK: nn.constant dense<[false, true, true]> : tensor<3xi1>
func.func @to_bool() -> tensor<3xi1> {
  %x = nn.constant dense<[0.0, 0.5, -2.0]> : tensor<3xf32>
  %y = nn.cast %x : (tensor<3xf32>) -> tensor<3xi1>
  return %y : tensor<3xi1>
}

// CHECK-LABEL: func @from_bool()
// CHECK: nn.constant dense<[1, 0]> : tensor<2xi32>
func.func @from_bool() -> tensor<2xi32> {
  %x = nn.constant dense<[true, false]> : tensor<2xi1>
  %y = nn.cast %x : (tensor<2xi1>) -> tensor<2xi32>
  return %y : tensor<2xi32>
}

// CHECK-LABEL: func @unsigned_to_float()
// CHECK: nn.constant dense<[255000, 0]> : tensor<2xi32>
func.func @unsigned_to_float() -> tensor<2xi32> {
  %x = nn.constant dense<[255, 0]> : tensor<2xui8>
  %y = nn.cast %x : (tensor<2xui8>) -> tensor<2xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
  %y_round = nn.round %y_scaled : tensor<2xf32>
  %y_int = nn.cast %y_round : (tensor<2xf32>) -> tensor<2xi32>
  return %y_int : tensor<2xi32>
}

// Nearest, ties to even; what is too large becomes infinity.

// CHECK-LABEL: func @to_f16()
// CHECK: nn.constant dense<[2048, 2052, 2147483647]> : tensor<3xi32>
func.func @to_f16() -> tensor<3xi32> {
  %x = nn.constant dense<[2049.0, 2051.0, 100000.0]> : tensor<3xf32>
  %h = nn.cast %x : (tensor<3xf32>) -> tensor<3xf16>
  %y = nn.cast %h : (tensor<3xf16>) -> tensor<3xi32>
  return %y : tensor<3xi32>
}

// CHECK-LABEL: func @to_bf16()
// CHECK: nn.constant dense<[256, 260]> : tensor<2xi32>
func.func @to_bf16() -> tensor<2xi32> {
  %x = nn.constant dense<[257.0, 259.0]> : tensor<2xf32>
  %h = nn.cast %x : (tensor<2xf32>) -> tensor<2xbf16>
  %y = nn.cast %h : (tensor<2xbf16>) -> tensor<2xi32>
  return %y : tensor<2xi32>
}

// 2048 + 1 is 2048 in f16.

// CHECK-LABEL: func @f16_rounds_each_step()
// CHECK: nn.constant dense<0> : tensor<1xi32>
func.func @f16_rounds_each_step() -> tensor<1xi32> {
  %a = nn.constant dense<[2048.0]> : tensor<1xf16>
  %b = nn.constant dense<[1.0]> : tensor<1xf16>
  %s = nn.add %a, %b : (tensor<1xf16>, tensor<1xf16>) -> tensor<1xf16>
  %d = nn.sub %s, %a : (tensor<1xf16>, tensor<1xf16>) -> tensor<1xf16>
  %y = nn.cast %d : (tensor<1xf16>) -> tensor<1xi32>
  return %y : tensor<1xi32>
}

// round(x / scale) + zero point, halves to even, saturated.

// CHECK-LABEL: func @quantize()
// CHECK: nn.constant dense<[4, 10, 12, 255]> : tensor<4xui8>
func.func @quantize() -> tensor<4xui8> {
  %x = nn.constant dense<[[-3.0, 0.25, 0.75, 500.0]]> : tensor<1x4xf32>
  %s = nn.constant dense<0.5> : tensor<f32>
  %z = nn.constant dense<10> : tensor<ui8>
  %y = nn.quantize %x, %s, %z : (tensor<1x4xf32>, tensor<f32>, tensor<ui8>) -> tensor<1x4xui8>
  %y_flat = nn.reshape %y : (tensor<1x4xui8>) -> tensor<4xui8>
  return %y_flat : tensor<4xui8>
}

// A scale for each channel.

// CHECK-LABEL: func @dequantize()
// CHECK: nn.constant dense<[-3000, 0, 0, 486000]> : tensor<4xi32>
func.func @dequantize() -> tensor<4xi32> {
  %x = nn.constant dense<[[4, 10], [12, 255]]> : tensor<2x2xui8>
  %s = nn.constant dense<[[0.5], [2.0]]> : tensor<2x1xf32>
  %z = nn.constant dense<[[10], [12]]> : tensor<2x1xui8>
  %y = nn.dequantize %x, %s, %z : (tensor<2x2xui8>, tensor<2x1xf32>, tensor<2x1xui8>) -> tensor<2x2xf32>
  %y_flat = nn.reshape %y : (tensor<2x2xf32>) -> tensor<4xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %y_round = nn.round %y_scaled : tensor<4xf32>
  %y_int = nn.cast %y_round : (tensor<4xf32>) -> tensor<4xi32>
  return %y_int : tensor<4xi32>
}
