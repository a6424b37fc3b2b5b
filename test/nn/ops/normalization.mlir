// RUN: megcc-opt %s | megcc-opt | FileCheck %s

// CHECK-LABEL: @softmax
func.func @softmax(%x: tensor<2x8xf32>) {
  // CHECK: nn.softmax %{{.*}} axis = 1 : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %0 = nn.softmax %x axis = 1 : (tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// CHECK-LABEL: @log_softmax
func.func @log_softmax(%x: tensor<2x8xf32>) {
  // CHECK: nn.log_softmax %{{.*}} axis = 0 : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %0 = nn.log_softmax %x axis = 0 : (tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// CHECK-LABEL: @layer_norm
func.func @layer_norm(%x: tensor<1x8x6x6xf32>) {
  // CHECK: nn.layer_norm %{{.*}} axis = 3 epsilon = 1.000000e-05 : (tensor<1x8x6x6xf32>) -> tensor<1x8x6x6xf32>
  %0 = nn.layer_norm %x axis = 3 epsilon = 1.000000e-05 : (tensor<1x8x6x6xf32>) -> tensor<1x8x6x6xf32>
  return
}

// CHECK-LABEL: @layer_norm_parameters
func.func @layer_norm_parameters(%x: tensor<1x8x6x6xf32>, %s: tensor<6xf32>, %b: tensor<1x6xf32>) {
  // CHECK: nn.layer_norm %{{.*}} scale %{{.*}} bias %{{.*}} axis = 2 epsilon = 1.000000e-05 : (tensor<1x8x6x6xf32>, tensor<6xf32>, tensor<1x6xf32>) -> tensor<1x8x6x6xf32>
  %0 = nn.layer_norm %x scale %s bias %b axis = 2 epsilon = 1.000000e-05 : (tensor<1x8x6x6xf32>, tensor<6xf32>, tensor<1x6xf32>) -> tensor<1x8x6x6xf32>
  return
}

// CHECK-LABEL: @group_norm
func.func @group_norm(%x: tensor<1x8x6x6xf32>, %s: tensor<8xf32>) {
  // CHECK: nn.group_norm %{{.*}} scale %{{.*}} groups = 2 epsilon = 1.000000e-05 : (tensor<1x8x6x6xf32>, tensor<8xf32>) -> tensor<1x8x6x6xf32>
  %0 = nn.group_norm %x scale %s groups = 2 epsilon = 1.000000e-05 : (tensor<1x8x6x6xf32>, tensor<8xf32>) -> tensor<1x8x6x6xf32>
  return
}

// CHECK-LABEL: @batch_norm
func.func @batch_norm(%x: tensor<1x8x6x6xf32>, %s: tensor<8xf32>) {
  // CHECK: nn.batch_norm %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} epsilon = 1.000000e-05 : (tensor<1x8x6x6xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<1x8x6x6xf32>
  %0 = nn.batch_norm %x, %s, %s, %s, %s epsilon = 1.000000e-05 : (tensor<1x8x6x6xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<1x8x6x6xf32>
  return
}

// CHECK-LABEL: @lrn
func.func @lrn(%x: tensor<1x8x6x6xf32>) {
  // CHECK: nn.lrn %{{.*}} size = 5 alpha = 1.000000e-04 beta = 7.500000e-01 bias = 1.000000e+00 : (tensor<1x8x6x6xf32>) -> tensor<1x8x6x6xf32>
  %0 = nn.lrn %x size = 5 alpha = 1.000000e-04 beta = 7.500000e-01 bias = 1.000000e+00 : (tensor<1x8x6x6xf32>) -> tensor<1x8x6x6xf32>
  return
}
