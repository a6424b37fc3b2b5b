// RUN: megcc-opt %s --fold-constants=max-growth=1000000 | FileCheck %s
//
// Activations. Expected values: numpy and torch, times 1000.

// CHECK-LABEL: func @relu()
// CHECK: nn.constant dense<[0, 0, 0, 750, 3000]> : tensor<5xi32>
func.func @relu() -> tensor<5xi32> {
  %x = nn.constant dense<[-2.5, -0.5, 0.0, 0.75, 3.0]> : tensor<5xf32>
  %y = nn.relu %x : tensor<5xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  %y_round = nn.round %y_scaled : tensor<5xf32>
  %y_int = nn.cast %y_round : (tensor<5xf32>) -> tensor<5xi32>
  return %y_int : tensor<5xi32>
}

// CHECK-LABEL: func @sigmoid()
// CHECK: nn.constant dense<[76, 378, 500, 679, 953]> : tensor<5xi32>
func.func @sigmoid() -> tensor<5xi32> {
  %x = nn.constant dense<[-2.5, -0.5, 0.0, 0.75, 3.0]> : tensor<5xf32>
  %y = nn.sigmoid %x : tensor<5xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  %y_round = nn.round %y_scaled : tensor<5xf32>
  %y_int = nn.cast %y_round : (tensor<5xf32>) -> tensor<5xi32>
  return %y_int : tensor<5xi32>
}

// CHECK-LABEL: func @tanh()
// CHECK: nn.constant dense<[-987, -462, 0, 635, 995]> : tensor<5xi32>
func.func @tanh() -> tensor<5xi32> {
  %x = nn.constant dense<[-2.5, -0.5, 0.0, 0.75, 3.0]> : tensor<5xf32>
  %y = nn.tanh %x : tensor<5xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  %y_round = nn.round %y_scaled : tensor<5xf32>
  %y_int = nn.cast %y_round : (tensor<5xf32>) -> tensor<5xi32>
  return %y_int : tensor<5xi32>
}

// CHECK-LABEL: func @softplus()
// CHECK: nn.constant dense<[79, 474, 693, 1137, 3049]> : tensor<5xi32>
func.func @softplus() -> tensor<5xi32> {
  %x = nn.constant dense<[-2.5, -0.5, 0.0, 0.75, 3.0]> : tensor<5xf32>
  %y = nn.softplus %x : tensor<5xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  %y_round = nn.round %y_scaled : tensor<5xf32>
  %y_int = nn.cast %y_round : (tensor<5xf32>) -> tensor<5xi32>
  return %y_int : tensor<5xi32>
}

// CHECK-LABEL: func @softsign()
// CHECK: nn.constant dense<[-714, -333, 0, 429, 750]> : tensor<5xi32>
func.func @softsign() -> tensor<5xi32> {
  %x = nn.constant dense<[-2.5, -0.5, 0.0, 0.75, 3.0]> : tensor<5xf32>
  %y = nn.softsign %x : tensor<5xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  %y_round = nn.round %y_scaled : tensor<5xf32>
  %y_int = nn.cast %y_round : (tensor<5xf32>) -> tensor<5xi32>
  return %y_int : tensor<5xi32>
}

// CHECK-LABEL: func @hard_swish()
// CHECK: nn.constant dense<[-208, -208, 0, 469, 3000]> : tensor<5xi32>
func.func @hard_swish() -> tensor<5xi32> {
  %x = nn.constant dense<[-2.5, -0.5, 0.0, 0.75, 3.0]> : tensor<5xf32>
  %y = nn.hard_swish %x : tensor<5xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  %y_round = nn.round %y_scaled : tensor<5xf32>
  %y_int = nn.cast %y_round : (tensor<5xf32>) -> tensor<5xi32>
  return %y_int : tensor<5xi32>
}

// CHECK-LABEL: func @mish()
// CHECK: nn.constant dense<[-197, -221, 0, 610, 2987]> : tensor<5xi32>
func.func @mish() -> tensor<5xi32> {
  %x = nn.constant dense<[-2.5, -0.5, 0.0, 0.75, 3.0]> : tensor<5xf32>
  %y = nn.mish %x : tensor<5xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  %y_round = nn.round %y_scaled : tensor<5xf32>
  %y_int = nn.cast %y_round : (tensor<5xf32>) -> tensor<5xi32>
  return %y_int : tensor<5xi32>
}

// CHECK-LABEL: func @gelu()
// CHECK: nn.constant dense<[-16, -154, 0, 580, 2996]> : tensor<5xi32>
func.func @gelu() -> tensor<5xi32> {
  %x = nn.constant dense<[-2.5, -0.5, 0.0, 0.75, 3.0]> : tensor<5xf32>
  %y = nn.gelu %x : tensor<5xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  %y_round = nn.round %y_scaled : tensor<5xf32>
  %y_int = nn.cast %y_round : (tensor<5xf32>) -> tensor<5xi32>
  return %y_int : tensor<5xi32>
}

// CHECK-LABEL: func @gelu_tanh()
// CHECK: nn.constant dense<[-15, -154, 0, 580, 2996]> : tensor<5xi32>
func.func @gelu_tanh() -> tensor<5xi32> {
  %x = nn.constant dense<[-2.5, -0.5, 0.0, 0.75, 3.0]> : tensor<5xf32>
  %y = nn.gelu %x approximate tanh : tensor<5xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  %y_round = nn.round %y_scaled : tensor<5xf32>
  %y_int = nn.cast %y_round : (tensor<5xf32>) -> tensor<5xi32>
  return %y_int : tensor<5xi32>
}

// CHECK-LABEL: func @leaky_relu()
// CHECK: nn.constant dense<[-250, -50, 0, 750, 3000]> : tensor<5xi32>
func.func @leaky_relu() -> tensor<5xi32> {
  %x = nn.constant dense<[-2.5, -0.5, 0.0, 0.75, 3.0]> : tensor<5xf32>
  %y = nn.leaky_relu %x alpha = 0.1 : tensor<5xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  %y_round = nn.round %y_scaled : tensor<5xf32>
  %y_int = nn.cast %y_round : (tensor<5xf32>) -> tensor<5xi32>
  return %y_int : tensor<5xi32>
}

// CHECK-LABEL: func @elu()
// CHECK: nn.constant dense<[-459, -197, 0, 750, 3000]> : tensor<5xi32>
func.func @elu() -> tensor<5xi32> {
  %x = nn.constant dense<[-2.5, -0.5, 0.0, 0.75, 3.0]> : tensor<5xf32>
  %y = nn.elu %x alpha = 0.5 : tensor<5xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  %y_round = nn.round %y_scaled : tensor<5xf32>
  %y_int = nn.cast %y_round : (tensor<5xf32>) -> tensor<5xi32>
  return %y_int : tensor<5xi32>
}

// CHECK-LABEL: func @selu()
// CHECK: nn.constant dense<[-1614, -692, 0, 788, 3152]> : tensor<5xi32>
func.func @selu() -> tensor<5xi32> {
  %x = nn.constant dense<[-2.5, -0.5, 0.0, 0.75, 3.0]> : tensor<5xf32>
  %y = nn.selu %x alpha = 1.6732632423543772 gamma = 1.0507009873554805 : tensor<5xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  %y_round = nn.round %y_scaled : tensor<5xf32>
  %y_int = nn.cast %y_round : (tensor<5xf32>) -> tensor<5xi32>
  return %y_int : tensor<5xi32>
}

// CHECK-LABEL: func @hard_sigmoid()
// CHECK: nn.constant dense<[0, 400, 500, 650, 1000]> : tensor<5xi32>
func.func @hard_sigmoid() -> tensor<5xi32> {
  %x = nn.constant dense<[-2.5, -0.5, 0.0, 0.75, 3.0]> : tensor<5xf32>
  %y = nn.hard_sigmoid %x alpha = 0.2 beta = 0.5 : tensor<5xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  %y_round = nn.round %y_scaled : tensor<5xf32>
  %y_int = nn.cast %y_round : (tensor<5xf32>) -> tensor<5xi32>
  return %y_int : tensor<5xi32>
}

// CHECK-LABEL: func @thresholded_relu()
// CHECK: nn.constant dense<[0, 0, 0, 0, 3000]> : tensor<5xi32>
func.func @thresholded_relu() -> tensor<5xi32> {
  %x = nn.constant dense<[-2.5, -0.5, 0.0, 0.75, 3.0]> : tensor<5xf32>
  %y = nn.thresholded_relu %x alpha = 0.8 : tensor<5xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  %y_round = nn.round %y_scaled : tensor<5xf32>
  %y_int = nn.cast %y_round : (tensor<5xf32>) -> tensor<5xi32>
  return %y_int : tensor<5xi32>
}

// CHECK-LABEL: func @shrink()
// CHECK: nn.constant dense<[-2250, 0, 0, 500, 2750]> : tensor<5xi32>
func.func @shrink() -> tensor<5xi32> {
  %x = nn.constant dense<[-2.5, -0.5, 0.0, 0.75, 3.0]> : tensor<5xf32>
  %y = nn.shrink %x lambd = 0.5 bias = 0.25 : tensor<5xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  %y_round = nn.round %y_scaled : tensor<5xf32>
  %y_int = nn.cast %y_round : (tensor<5xf32>) -> tensor<5xi32>
  return %y_int : tensor<5xi32>
}

// CHECK-LABEL: func @clamp()
// CHECK: nn.constant dense<[-1000, -500, 0, 750, 2000]> : tensor<5xi32>
func.func @clamp() -> tensor<5xi32> {
  %x = nn.constant dense<[-2.5, -0.5, 0.0, 0.75, 3.0]> : tensor<5xf32>
  %y = nn.clamp %x min = -1.0 max = 2.0 : tensor<5xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y, %scale : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  %y_round = nn.round %y_scaled : tensor<5xf32>
  %y_int = nn.cast %y_round : (tensor<5xf32>) -> tensor<5xi32>
  return %y_int : tensor<5xi32>
}

// CHECK-LABEL: func @clamp_integer()
// CHECK: nn.constant dense<[-1, 0, 2]> : tensor<3xi32>
func.func @clamp_integer() -> tensor<3xi32> {
  %x = nn.constant dense<[-7, 0, 9]> : tensor<3xi32>
  %y = nn.clamp %x min = -1.0 max = 2.0 : tensor<3xi32>
  return %y : tensor<3xi32>
}
