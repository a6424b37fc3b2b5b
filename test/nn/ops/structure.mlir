// RUN: megcc-opt %s | megcc-opt | FileCheck %s

// CHECK: module attributes {nn.model = "example"}
module attributes {nn.model = "example"} {

// CHECK-LABEL: @main
// CHECK-SAME: {nn.name = "image"}
// CHECK-SAME: {nn.name = "scores"}
func.func @main(%x: tensor<1x8x4x4xf32> {nn.name = "image"}) -> (tensor<1x8x4x4xf32> {nn.name = "scores"}) {
  return %x : tensor<1x8x4x4xf32>
}

// CHECK-LABEL: @constant
func.func @constant() {
  // CHECK: nn.constant dense<1.000000e+00> : tensor<8xf32>
  %0 = nn.constant dense<1.0> : tensor<8xf32>
  // CHECK: nn.constant dense<[1, 255]> : tensor<2xui8>
  %1 = nn.constant dense<[1, 255]> : tensor<2xui8>
  return
}

// CHECK-LABEL: @relayout
func.func @relayout(%x: tensor<1x32x8x8xf32>) {
  // CHECK: nn.relayout %{{.*}} : (tensor<1x32x8x8xf32>) -> tensor<1x32x8x8xf32, #nn.info<layout = blocked<1 x 16>>>
  %0 = nn.relayout %x : (tensor<1x32x8x8xf32>) -> tensor<1x32x8x8xf32, #nn.info<layout = blocked<1 x 16>>>
  return
}

// Bounds stand beside a layout, for dynamic dimensions.
// CHECK-LABEL: @bounds
// CHECK-SAME: tensor<?x32xf32, #nn.info<layout = blocked<1 x 16>, bounds = [8, 0]>>
// CHECK-SAME: tensor<?xf32, #nn.info<bounds = [8]>>
func.func private @bounds(tensor<?x32xf32, #nn.info<layout = blocked<1 x 16>, bounds = [8, 0]>>, tensor<?xf32, #nn.info<bounds = [8]>>)

// CHECK-LABEL: @fused
func.func @fused(%x: tensor<1x8x4x4xf32>, %w: tensor<8x8x1x1xf32>) -> (tensor<1x8x4x4xf32>, tensor<1x8x4x4xi1>) {
  // CHECK: %{{.*}}:2 = nn.fused (%[[X:.*]] = %{{.*}} : tensor<1x8x4x4xf32>, %[[W:.*]] = %{{.*}} : tensor<8x8x1x1xf32>) -> (tensor<1x8x4x4xf32>, tensor<1x8x4x4xi1>) {
  // CHECK-NEXT: %[[CONV:.*]] = nn.conv %[[X]], %[[W]]
  // CHECK-NEXT: %[[SUM:.*]] = nn.add %[[CONV]], %[[X]]
  // CHECK-NEXT: %[[NAN:.*]] = nn.is_nan %[[SUM]]
  // CHECK-NEXT: nn.yield %[[SUM]], %[[NAN]] : tensor<1x8x4x4xf32>, tensor<1x8x4x4xi1>
  %0:2 = nn.fused (%a = %x : tensor<1x8x4x4xf32>, %b = %w : tensor<8x8x1x1xf32>) -> (tensor<1x8x4x4xf32>, tensor<1x8x4x4xi1>) {
    %1 = nn.conv %a, %b strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (tensor<1x8x4x4xf32>, tensor<8x8x1x1xf32>) -> tensor<1x8x4x4xf32>
    %2 = nn.add %1, %a : (tensor<1x8x4x4xf32>, tensor<1x8x4x4xf32>) -> tensor<1x8x4x4xf32>
    %3 = nn.is_nan %2 : (tensor<1x8x4x4xf32>) -> tensor<1x8x4x4xi1>
    nn.yield %2, %3 : tensor<1x8x4x4xf32>, tensor<1x8x4x4xi1>
  }
  return %0#0, %0#1 : tensor<1x8x4x4xf32>, tensor<1x8x4x4xi1>
}

// CHECK-LABEL: @custom_call
func.func @custom_call(%x: tensor<8xf32>) {
  // CHECK: nn.custom_call "my_op"(%{{.*}}, %{{.*}}) parameters = {mode = "fast"} : (tensor<8xf32>, tensor<8xf32>) -> (tensor<8xf32>, tensor<i64>)
  %0:2 = nn.custom_call "my_op"(%x, %x) parameters = {mode = "fast"} : (tensor<8xf32>, tensor<8xf32>) -> (tensor<8xf32>, tensor<i64>)
  return
}

}
