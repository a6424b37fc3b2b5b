// RUN: megcc-opt %s | megcc-opt | FileCheck %s

// CHECK-LABEL: @gather
func.func @gather(%x: tensor<4x8x3xf32>, %i: tensor<2x5xi64>) {
  // CHECK: nn.gather %{{.*}}, %{{.*}} axis = 1 : (tensor<4x8x3xf32>, tensor<2x5xi64>) -> tensor<4x2x5x3xf32>
  %0 = nn.gather %x, %i axis = 1 : (tensor<4x8x3xf32>, tensor<2x5xi64>) -> tensor<4x2x5x3xf32>
  return
}

// A scalar index drops the axis.
// CHECK-LABEL: @gather_scalar
func.func @gather_scalar(%x: tensor<4x8xf32>, %i: tensor<i32>) {
  // CHECK: nn.gather %{{.*}}, %{{.*}} axis = 0 : (tensor<4x8xf32>, tensor<i32>) -> tensor<8xf32>
  %0 = nn.gather %x, %i axis = 0 : (tensor<4x8xf32>, tensor<i32>) -> tensor<8xf32>
  return
}

// CHECK-LABEL: @gather_elements
func.func @gather_elements(%x: tensor<4x8xf32>, %i: tensor<3x2xi64>) {
  // CHECK: nn.gather_elements %{{.*}}, %{{.*}} axis = 1 : (tensor<4x8xf32>, tensor<3x2xi64>) -> tensor<3x2xf32>
  %0 = nn.gather_elements %x, %i axis = 1 : (tensor<4x8xf32>, tensor<3x2xi64>) -> tensor<3x2xf32>
  return
}

// CHECK-LABEL: @gather_nd
func.func @gather_nd(%x: tensor<4x8x3xf32>, %i: tensor<5x2xi64>) {
  // CHECK: nn.gather_nd %{{.*}}, %{{.*}} : (tensor<4x8x3xf32>, tensor<5x2xi64>) -> tensor<5x3xf32>
  %0 = nn.gather_nd %x, %i : (tensor<4x8x3xf32>, tensor<5x2xi64>) -> tensor<5x3xf32>
  return
}

// CHECK-LABEL: @gather_nd_batch
func.func @gather_nd_batch(%x: tensor<4x8x3xf32>, %i: tensor<4x1xi64>) {
  // CHECK: nn.gather_nd %{{.*}}, %{{.*}} batch_dims = 1 : (tensor<4x8x3xf32>, tensor<4x1xi64>) -> tensor<4x3xf32>
  %0 = nn.gather_nd %x, %i batch_dims = 1 : (tensor<4x8x3xf32>, tensor<4x1xi64>) -> tensor<4x3xf32>
  return
}

// CHECK-LABEL: @scatter_elements
func.func @scatter_elements(%x: tensor<4x8xf32>, %i: tensor<4x2xi64>, %u: tensor<4x2xf32>) {
  // CHECK: nn.scatter_elements %{{.*}}, %{{.*}}, %{{.*}} axis = 1 : (tensor<4x8xf32>, tensor<4x2xi64>, tensor<4x2xf32>) -> tensor<4x8xf32>
  %0 = nn.scatter_elements %x, %i, %u axis = 1 : (tensor<4x8xf32>, tensor<4x2xi64>, tensor<4x2xf32>) -> tensor<4x8xf32>
  return
}

// CHECK-LABEL: @scatter_elements_add
func.func @scatter_elements_add(%x: tensor<4x8xf32>, %i: tensor<4x2xi64>, %u: tensor<4x2xf32>) {
  // CHECK: nn.scatter_elements %{{.*}}, %{{.*}}, %{{.*}} axis = 1 reduction = add : (tensor<4x8xf32>, tensor<4x2xi64>, tensor<4x2xf32>) -> tensor<4x8xf32>
  %0 = nn.scatter_elements %x, %i, %u axis = 1 reduction = add : (tensor<4x8xf32>, tensor<4x2xi64>, tensor<4x2xf32>) -> tensor<4x8xf32>
  return
}

// CHECK-LABEL: @scatter_nd
func.func @scatter_nd(%x: tensor<4x8xf32>, %i: tensor<2x1xi64>, %u: tensor<2x8xf32>) {
  // CHECK: nn.scatter_nd %{{.*}}, %{{.*}}, %{{.*}} reduction = max : (tensor<4x8xf32>, tensor<2x1xi64>, tensor<2x8xf32>) -> tensor<4x8xf32>
  %0 = nn.scatter_nd %x, %i, %u reduction = max : (tensor<4x8xf32>, tensor<2x1xi64>, tensor<2x8xf32>) -> tensor<4x8xf32>
  return
}

// CHECK-LABEL: @dynamic_slice
func.func @dynamic_slice(%x: tensor<2x8xf32>, %s: tensor<1xi64>) {
  // CHECK: nn.dynamic_slice %{{.*}}, %{{.*}} axes = [1] sizes = [4] strides = [-2] : (tensor<2x8xf32>, tensor<1xi64>) -> tensor<2x4xf32>
  %0 = nn.dynamic_slice %x, %s axes = [1] sizes = [4] strides = [-2] : (tensor<2x8xf32>, tensor<1xi64>) -> tensor<2x4xf32>
  return
}

// CHECK-LABEL: @reverse_sequence
func.func @reverse_sequence(%x: tensor<4x8xf32>, %l: tensor<4xi64>) {
  // CHECK: nn.reverse_sequence %{{.*}}, %{{.*}} batch_axis = 0 time_axis = 1 : (tensor<4x8xf32>, tensor<4xi64>) -> tensor<4x8xf32>
  %0 = nn.reverse_sequence %x, %l batch_axis = 0 time_axis = 1 : (tensor<4x8xf32>, tensor<4xi64>) -> tensor<4x8xf32>
  return
}

// CHECK-LABEL: @one_hot
func.func @one_hot(%i: tensor<8xi64>, %v: tensor<2xf32>) {
  // CHECK: nn.one_hot %{{.*}}, %{{.*}} depth = 10 axis = 0 : (tensor<8xi64>, tensor<2xf32>) -> tensor<10x8xf32>
  %0 = nn.one_hot %i, %v depth = 10 axis = 0 : (tensor<8xi64>, tensor<2xf32>) -> tensor<10x8xf32>
  return
}

// CHECK-LABEL: @trilu
func.func @trilu(%x: tensor<4x8xf32>, %k: tensor<i64>) {
  // CHECK: nn.trilu %{{.*}}, %{{.*}} upper : (tensor<4x8xf32>, tensor<i64>) -> tensor<4x8xf32>
  %0 = nn.trilu %x, %k upper : (tensor<4x8xf32>, tensor<i64>) -> tensor<4x8xf32>
  return
}
