// RUN: megcc-opt %s --recognize-ops | FileCheck %s

// CHECK-LABEL: func @layer_norm
// CHECK-SAME: (%[[X:.*]]: tensor<1x3x8xf32>)
// CHECK-DAG: %[[S:.*]] = nn.constant dense<3.000000e+00> : tensor<8xf32>
// CHECK-DAG: %[[B:.*]] = nn.constant dense<4.000000e+00> : tensor<8xf32>
// CHECK: %[[Y:.*]] = nn.layer_norm %[[X]] scale %[[S]] bias %[[B]] axis = 2 epsilon = 2.5{{0*}}e-01
// CHECK: return %[[Y]]
func.func @layer_norm(%x: tensor<1x3x8xf32>) -> tensor<1x3x8xf32> {
  %two = nn.constant dense<2.0> : tensor<f32>
  %epsilon = nn.constant dense<0.25> : tensor<f32>
  %scale = nn.constant dense<3.0> : tensor<8xf32>
  %bias = nn.constant dense<4.0> : tensor<8xf32>
  %m = nn.reduce mean %x axes = [2] keepdims : (tensor<1x3x8xf32>) -> tensor<1x3x1xf32>
  %c = nn.sub %x, %m : (tensor<1x3x8xf32>, tensor<1x3x1xf32>) -> tensor<1x3x8xf32>
  %q = nn.pow %c, %two : (tensor<1x3x8xf32>, tensor<f32>) -> tensor<1x3x8xf32>
  %v = nn.reduce mean %q axes = [2] keepdims : (tensor<1x3x8xf32>) -> tensor<1x3x1xf32>
  %e = nn.add %v, %epsilon : (tensor<1x3x1xf32>, tensor<f32>) -> tensor<1x3x1xf32>
  %d = nn.sqrt %e : tensor<1x3x1xf32>
  %n = nn.div %c, %d : (tensor<1x3x8xf32>, tensor<1x3x1xf32>) -> tensor<1x3x8xf32>
  %s = nn.mul %n, %scale : (tensor<1x3x8xf32>, tensor<8xf32>) -> tensor<1x3x8xf32>
  %y = nn.add %s, %bias : (tensor<1x3x8xf32>, tensor<8xf32>) -> tensor<1x3x8xf32>
  return %y : tensor<1x3x8xf32>
}

// Two differences, a product for the square, a reciprocal; the result's factor
// is given at run time.

// CHECK-LABEL: func @reciprocal
// CHECK: %[[N:.*]] = nn.layer_norm %arg0 axis = 1 epsilon = 2.5{{0*}}e-01
// CHECK: nn.mul %[[N]], %arg1
func.func @reciprocal(%x: tensor<3x2x8xf32>, %scale: tensor<8xf32>) -> tensor<3x2x8xf32> {
  %epsilon = nn.constant dense<0.25> : tensor<1x1x1xf32>
  %m = nn.reduce mean %x axes = [1, 2] keepdims : (tensor<3x2x8xf32>) -> tensor<3x1x1xf32>
  %c = nn.sub %x, %m : (tensor<3x2x8xf32>, tensor<3x1x1xf32>) -> tensor<3x2x8xf32>
  %c2 = nn.sub %x, %m : (tensor<3x2x8xf32>, tensor<3x1x1xf32>) -> tensor<3x2x8xf32>
  %q = nn.mul %c2, %c2 : (tensor<3x2x8xf32>, tensor<3x2x8xf32>) -> tensor<3x2x8xf32>
  %v = nn.reduce mean %q axes = [1, 2] keepdims : (tensor<3x2x8xf32>) -> tensor<3x1x1xf32>
  %e = nn.add %epsilon, %v : (tensor<1x1x1xf32>, tensor<3x1x1xf32>) -> tensor<3x1x1xf32>
  %d = nn.sqrt %e : tensor<3x1x1xf32>
  %r = nn.reciprocal %d : tensor<3x1x1xf32>
  %n = nn.mul %r, %c : (tensor<3x1x1xf32>, tensor<3x2x8xf32>) -> tensor<3x2x8xf32>
  %y = nn.mul %n, %scale : (tensor<3x2x8xf32>, tensor<8xf32>) -> tensor<3x2x8xf32>
  return %y : tensor<3x2x8xf32>
}

// A mean over a dimension that is not the last is another normalisation, and
// parameters along others are no scale.

// CHECK-LABEL: func @other_axis
// CHECK-NOT: nn.layer_norm
// CHECK: return
func.func @other_axis(%x: tensor<1x3x8xf32>) -> tensor<1x3x8xf32> {
  %epsilon = nn.constant dense<0.25> : tensor<f32>
  %m = nn.reduce mean %x axes = [1] keepdims : (tensor<1x3x8xf32>) -> tensor<1x1x8xf32>
  %c = nn.sub %x, %m : (tensor<1x3x8xf32>, tensor<1x1x8xf32>) -> tensor<1x3x8xf32>
  %q = nn.mul %c, %c : (tensor<1x3x8xf32>, tensor<1x3x8xf32>) -> tensor<1x3x8xf32>
  %v = nn.reduce mean %q axes = [1] keepdims : (tensor<1x3x8xf32>) -> tensor<1x1x8xf32>
  %e = nn.add %v, %epsilon : (tensor<1x1x8xf32>, tensor<f32>) -> tensor<1x1x8xf32>
  %d = nn.sqrt %e : tensor<1x1x8xf32>
  %y = nn.div %c, %d : (tensor<1x3x8xf32>, tensor<1x1x8xf32>) -> tensor<1x3x8xf32>
  return %y : tensor<1x3x8xf32>
}

// CHECK-LABEL: func @parameters
// CHECK: %[[N:.*]] = nn.layer_norm %arg0 scale
// CHECK-SAME: tensor<1x3x8xf32>, tensor<8xf32>
// CHECK: nn.add %[[N]]
func.func @parameters(%x: tensor<1x3x8xf32>) -> tensor<1x3x8xf32> {
  %scale = nn.constant dense<3.0> : tensor<1x1x8xf32>
  %bias = nn.constant dense<4.0> : tensor<3x1xf32>
  %n = nn.layer_norm %x axis = 2 epsilon = 0.25 : (tensor<1x3x8xf32>) -> tensor<1x3x8xf32>
  %s = nn.mul %n, %scale : (tensor<1x3x8xf32>, tensor<1x1x8xf32>) -> tensor<1x3x8xf32>
  %y = nn.add %s, %bias : (tensor<1x3x8xf32>, tensor<3x1xf32>) -> tensor<1x3x8xf32>
  return %y : tensor<1x3x8xf32>
}

// CHECK-LABEL: func @gelu
// CHECK-NEXT: %[[Y:.*]] = nn.gelu %arg0 : tensor<2x8xf32>
// CHECK-NEXT: return %[[Y]]
func.func @gelu(%x: tensor<2x8xf32>) -> tensor<2x8xf32> {
  %root = nn.constant dense<1.41421354> : tensor<f32>
  %one = nn.constant dense<1.0> : tensor<f32>
  %half = nn.constant dense<0.5> : tensor<f32>
  %0 = nn.div %x, %root : (tensor<2x8xf32>, tensor<f32>) -> tensor<2x8xf32>
  %1 = nn.erf %0 : tensor<2x8xf32>
  %2 = nn.add %1, %one : (tensor<2x8xf32>, tensor<f32>) -> tensor<2x8xf32>
  %3 = nn.mul %x, %2 : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  %4 = nn.mul %3, %half : (tensor<2x8xf32>, tensor<f32>) -> tensor<2x8xf32>
  return %4 : tensor<2x8xf32>
}

// Of another value.

// CHECK-LABEL: func @no_gelu
// CHECK-NOT: nn.gelu
// CHECK: return
func.func @no_gelu(%x: tensor<2x8xf32>, %z: tensor<2x8xf32>) -> tensor<2x8xf32> {
  %root = nn.constant dense<0.707106769> : tensor<f32>
  %one = nn.constant dense<1.0> : tensor<f32>
  %half = nn.constant dense<0.5> : tensor<f32>
  %0 = nn.mul %x, %root : (tensor<2x8xf32>, tensor<f32>) -> tensor<2x8xf32>
  %1 = nn.erf %0 : tensor<2x8xf32>
  %2 = nn.add %1, %one : (tensor<2x8xf32>, tensor<f32>) -> tensor<2x8xf32>
  %3 = nn.mul %z, %half : (tensor<2x8xf32>, tensor<f32>) -> tensor<2x8xf32>
  %4 = nn.mul %3, %2 : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  return %4 : tensor<2x8xf32>
}
