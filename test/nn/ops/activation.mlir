// RUN: megcc-opt %s | megcc-opt | FileCheck %s

// CHECK-LABEL: @relu
func.func @relu(%x: tensor<2x8xf32>) {
  // CHECK: nn.relu %{{.*}} : tensor<2x8xf32>
  %0 = nn.relu %x : tensor<2x8xf32>
  return
}

// CHECK-LABEL: @sigmoid
func.func @sigmoid(%x: tensor<2x8xf32>) {
  // CHECK: nn.sigmoid %{{.*}} : tensor<2x8xf32>
  %0 = nn.sigmoid %x : tensor<2x8xf32>
  return
}

// CHECK-LABEL: @tanh
func.func @tanh(%x: tensor<2x8xf32>) {
  // CHECK: nn.tanh %{{.*}} : tensor<2x8xf32>
  %0 = nn.tanh %x : tensor<2x8xf32>
  return
}

// CHECK-LABEL: @softplus
func.func @softplus(%x: tensor<2x8xf32>) {
  // CHECK: nn.softplus %{{.*}} : tensor<2x8xf32>
  %0 = nn.softplus %x : tensor<2x8xf32>
  return
}

// CHECK-LABEL: @softsign
func.func @softsign(%x: tensor<2x8xf32>) {
  // CHECK: nn.softsign %{{.*}} : tensor<2x8xf32>
  %0 = nn.softsign %x : tensor<2x8xf32>
  return
}

// CHECK-LABEL: @hard_swish
func.func @hard_swish(%x: tensor<2x8xf32>) {
  // CHECK: nn.hard_swish %{{.*}} : tensor<2x8xf32>
  %0 = nn.hard_swish %x : tensor<2x8xf32>
  return
}

// CHECK-LABEL: @mish
func.func @mish(%x: tensor<2x8xf32>) {
  // CHECK: nn.mish %{{.*}} : tensor<2x8xf32>
  %0 = nn.mish %x : tensor<2x8xf32>
  return
}

// CHECK-LABEL: @gelu
func.func @gelu(%x: tensor<2x8xf32>) {
  // CHECK: nn.gelu %{{.*}} : tensor<2x8xf32>
  %0 = nn.gelu %x : tensor<2x8xf32>
  return
}

// CHECK-LABEL: @leaky_relu
func.func @leaky_relu(%x: tensor<2x8xf32>) {
  // CHECK: nn.leaky_relu %{{.*}} alpha = 1.000000e-01 : tensor<2x8xf32>
  %0 = nn.leaky_relu %x alpha = 1.000000e-01 : tensor<2x8xf32>
  return
}

// CHECK-LABEL: @elu
func.func @elu(%x: tensor<2x8xf32>) {
  // CHECK: nn.elu %{{.*}} alpha = 1.000000e-01 : tensor<2x8xf32>
  %0 = nn.elu %x alpha = 1.000000e-01 : tensor<2x8xf32>
  return
}

// CHECK-LABEL: @selu
func.func @selu(%x: tensor<2x8xf32>) {
  // CHECK: nn.selu %{{.*}} alpha = 1.000000e-01 gamma = 1.000000e-01 : tensor<2x8xf32>
  %0 = nn.selu %x alpha = 1.000000e-01 gamma = 1.000000e-01 : tensor<2x8xf32>
  return
}

// CHECK-LABEL: @hard_sigmoid
func.func @hard_sigmoid(%x: tensor<2x8xf32>) {
  // CHECK: nn.hard_sigmoid %{{.*}} alpha = 1.000000e-01 beta = 1.000000e-01 : tensor<2x8xf32>
  %0 = nn.hard_sigmoid %x alpha = 1.000000e-01 beta = 1.000000e-01 : tensor<2x8xf32>
  return
}

// CHECK-LABEL: @thresholded_relu
func.func @thresholded_relu(%x: tensor<2x8xf32>) {
  // CHECK: nn.thresholded_relu %{{.*}} alpha = 1.000000e-01 : tensor<2x8xf32>
  %0 = nn.thresholded_relu %x alpha = 1.000000e-01 : tensor<2x8xf32>
  return
}

// CHECK-LABEL: @shrink
func.func @shrink(%x: tensor<2x8xf32>) {
  // CHECK: nn.shrink %{{.*}} lambd = 1.000000e-01 bias = 1.000000e-01 : tensor<2x8xf32>
  %0 = nn.shrink %x lambd = 1.000000e-01 bias = 1.000000e-01 : tensor<2x8xf32>
  return
}

// CHECK-LABEL: @gelu_tanh
func.func @gelu_tanh(%x: tensor<2x8xf32>) {
  // CHECK: nn.gelu %{{.*}} approximate tanh : tensor<2x8xf32>
  %0 = nn.gelu %x approximate tanh : tensor<2x8xf32>
  return
}

// CHECK-LABEL: @relu_i32
func.func @relu_i32(%x: tensor<8xi32>) {
  // CHECK: nn.relu %{{.*}} : tensor<8xi32>
  %0 = nn.relu %x : tensor<8xi32>
  return
}

// CHECK-LABEL: @clamp
func.func @clamp(%x: tensor<2x8xf32>) {
  // CHECK: nn.clamp %{{.*}} min = 0.000000e+00 max = 6.000000e+00 : tensor<2x8xf32>
  %0 = nn.clamp %x min = 0.000000e+00 max = 6.000000e+00 : tensor<2x8xf32>
  return
}

// An infinite bound is none.
// CHECK-LABEL: @clamp_below
func.func @clamp_below(%x: tensor<2x8xf32>) {
  // CHECK: nn.clamp %{{.*}} min = 0.000000e+00 max = 0x7FF0000000000000 : tensor<2x8xf32>
  %0 = nn.clamp %x min = 0.000000e+00 max = 0x7FF0000000000000 : tensor<2x8xf32>
  return
}
