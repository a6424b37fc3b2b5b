// RUN: megcc-opt %s -split-input-file -verify-diagnostics

func.func @broadcast_shapes(%x: tensor<2x8xf32>, %y: tensor<3xf32>) {
  // expected-error @+2 {{'nn.add' op expected shapes that broadcast, found 2x8, 3}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.add %x, %y : (tensor<2x8xf32>, tensor<3xf32>) -> tensor<2x8xf32>
  return
}

// -----

func.func @broadcast_element(%x: tensor<8xf32>, %y: tensor<8xi32>) {
  // expected-error @+2 {{'nn.mul' op expected operands of one element type, found 'f32' and 'i32'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.mul %x, %y : (tensor<8xf32>, tensor<8xi32>) -> tensor<8xf32>
  return
}

// -----

func.func @broadcast_layout(%x: tensor<1x32xf32, #nn.info<layout = blocked<1 x 16>>>, %y: tensor<1x32xf32>) {
  // expected-error @+2 {{'nn.add' op expected operands of one layout, found 'tensor<1x32xf32, #nn.info<layout = blocked<1 x 16>>>' and 'tensor<1x32xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.add %x, %y : (tensor<1x32xf32, #nn.info<layout = blocked<1 x 16>>>, tensor<1x32xf32>) -> tensor<1x32xf32, #nn.info<layout = blocked<1 x 16>>>
  return
}

// -----

func.func @broadcast_stretched_layout(%x: tensor<2x32xf32>, %y: tensor<1x32xf32, #nn.info<layout = blocked<1 x 16>>>) {
  // expected-error @+2 {{'nn.add' op expected a stretched operand to be row-major or of the result's rank and layout, found 'tensor<1x32xf32, #nn.info<layout = blocked<1 x 16>>>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.add %x, %y : (tensor<2x32xf32>, tensor<1x32xf32, #nn.info<layout = blocked<1 x 16>>>) -> tensor<2x32xf32>
  return
}

// -----

func.func @inferred_result(%x: tensor<2x8xf32>) {
  // expected-error @+2 {{'nn.add' op inferred type(s) 'tensor<2x8xf32>' are incompatible with return type(s) of operation 'tensor<2x4xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.add %x, %x : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @operand_element(%x: tensor<8xi32>) {
  // expected-error @+1 {{'nn.exp' op operand #0 must be statically shaped tensor of floats, but got 'tensor<8xi32>'}}
  %0 = nn.exp %x : tensor<8xi32>
  return
}

// -----

func.func @operand_dynamic(%x: tensor<?xf32>) {
  // expected-error @+1 {{'nn.exp' op operand #0 must be statically shaped tensor}}
  %0 = nn.exp %x : tensor<?xf32>
  return
}

// -----

func.func @where_element(%c: tensor<8xi1>, %x: tensor<8xf32>, %y: tensor<8xf16>) {
  // expected-error @+2 {{'nn.where' op expected rhs of element type 'f32', found 'f16'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.where %c, %x, %y : (tensor<8xi1>, tensor<8xf32>, tensor<8xf16>) -> tensor<8xf32>
  return
}

// -----

func.func @clamp_nan(%x: tensor<8xf32>) {
  // expected-error @+1 {{'nn.clamp' op expected bounds that are numbers, found 0.000000e+00 : f64 and 0x7FF8000000000000 : f64}}
  %0 = nn.clamp %x min = 0.0 max = 0x7FF8000000000000 : tensor<8xf32>
  return
}

// -----

func.func @cast_shape(%x: tensor<8xf32>) {
  // expected-error @+1 {{'nn.cast' op expected a result that differs from 'tensor<8xf32>' in its element type only, found 'tensor<4xi32>'}}
  %0 = nn.cast %x : (tensor<8xf32>) -> tensor<4xi32>
  return
}

// -----

func.func @quantize_shape(%x: tensor<8xf32>, %s: tensor<2x8xf32>, %z: tensor<i8>) {
  // expected-error @+2 {{'nn.quantize' op expected x of shape 2x8, found 8}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.quantize %x, %s, %z : (tensor<8xf32>, tensor<2x8xf32>, tensor<i8>) -> tensor<2x8xi8>
  return
}

// -----

func.func @quantize_scale(%x: tensor<8xf32>, %s: tensor<f16>, %z: tensor<i8>) {
  // expected-error @+2 {{'nn.quantize' op expected scale of element type 'f32', found 'f16'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.quantize %x, %s, %z : (tensor<8xf32>, tensor<f16>, tensor<i8>) -> tensor<8xi8>
  return
}

// -----

func.func @dequantize_zero_point(%x: tensor<8xui8>, %s: tensor<f32>, %z: tensor<i8>) {
  // expected-error @+2 {{'nn.dequantize' op expected zero_point of element type 'ui8', found 'i8'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.dequantize %x, %s, %z : (tensor<8xui8>, tensor<f32>, tensor<i8>) -> tensor<8xf32>
  return
}
