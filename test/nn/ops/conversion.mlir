// RUN: megcc-opt %s | megcc-opt | FileCheck %s

// CHECK-LABEL: @cast
func.func @cast(%x: tensor<2x8xf32>) {
  // CHECK: nn.cast %{{.*}} : (tensor<2x8xf32>) -> tensor<2x8xui8>
  %0 = nn.cast %x : (tensor<2x8xf32>) -> tensor<2x8xui8>
  return
}

// CHECK-LABEL: @cast_layout
func.func @cast_layout(%x: tensor<1x32x4xf32, #nn.info<layout = blocked<1 x 16>>>) {
  // CHECK: nn.cast %{{.*}} : (tensor<1x32x4xf32, #nn.info<layout = blocked<1 x 16>>>) -> tensor<1x32x4xf16, #nn.info<layout = blocked<1 x 16>>>
  %0 = nn.cast %x : (tensor<1x32x4xf32, #nn.info<layout = blocked<1 x 16>>>) -> tensor<1x32x4xf16, #nn.info<layout = blocked<1 x 16>>>
  return
}

// CHECK-LABEL: @quantize
func.func @quantize(%x: tensor<1x8x4xf32>, %s: tensor<f32>, %z: tensor<ui8>) {
  // CHECK: nn.quantize %{{.*}}, %{{.*}}, %{{.*}} : (tensor<1x8x4xf32>, tensor<f32>, tensor<ui8>) -> tensor<1x8x4xui8>
  %0 = nn.quantize %x, %s, %z : (tensor<1x8x4xf32>, tensor<f32>, tensor<ui8>) -> tensor<1x8x4xui8>
  return
}

// One scale per channel.
// CHECK-LABEL: @quantize_channels
func.func @quantize_channels(%x: tensor<1x8x4xf32>, %s: tensor<8x1xf32>, %z: tensor<8x1xi8>) {
  // CHECK: nn.quantize %{{.*}}, %{{.*}}, %{{.*}} : (tensor<1x8x4xf32>, tensor<8x1xf32>, tensor<8x1xi8>) -> tensor<1x8x4xi8>
  %0 = nn.quantize %x, %s, %z : (tensor<1x8x4xf32>, tensor<8x1xf32>, tensor<8x1xi8>) -> tensor<1x8x4xi8>
  return
}

// CHECK-LABEL: @dequantize
func.func @dequantize(%x: tensor<1x8x4xi32>, %s: tensor<8x1xf32>, %z: tensor<i32>) {
  // CHECK: nn.dequantize %{{.*}}, %{{.*}}, %{{.*}} : (tensor<1x8x4xi32>, tensor<8x1xf32>, tensor<i32>) -> tensor<1x8x4xf32>
  %0 = nn.dequantize %x, %s, %z : (tensor<1x8x4xi32>, tensor<8x1xf32>, tensor<i32>) -> tensor<1x8x4xf32>
  return
}
