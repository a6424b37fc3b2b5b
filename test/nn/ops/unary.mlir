// RUN: megcc-opt %s | megcc-opt | FileCheck %s

// CHECK-LABEL: @abs
func.func @abs(%x: tensor<2x8xf32>) {
  // CHECK: nn.abs %{{.*}} : tensor<2x8xf32>
  %0 = nn.abs %x : tensor<2x8xf32>
  return
}

// CHECK-LABEL: @neg
func.func @neg(%x: tensor<2x8xf32>) {
  // CHECK: nn.neg %{{.*}} : tensor<2x8xf32>
  %0 = nn.neg %x : tensor<2x8xf32>
  return
}

// CHECK-LABEL: @sign
func.func @sign(%x: tensor<2x8xf32>) {
  // CHECK: nn.sign %{{.*}} : tensor<2x8xf32>
  %0 = nn.sign %x : tensor<2x8xf32>
  return
}

// CHECK-LABEL: @exp
func.func @exp(%x: tensor<2x8xf32>) {
  // CHECK: nn.exp %{{.*}} : tensor<2x8xf32>
  %0 = nn.exp %x : tensor<2x8xf32>
  return
}

// CHECK-LABEL: @log
func.func @log(%x: tensor<2x8xf32>) {
  // CHECK: nn.log %{{.*}} : tensor<2x8xf32>
  %0 = nn.log %x : tensor<2x8xf32>
  return
}

// CHECK-LABEL: @sqrt
func.func @sqrt(%x: tensor<2x8xf32>) {
  // CHECK: nn.sqrt %{{.*}} : tensor<2x8xf32>
  %0 = nn.sqrt %x : tensor<2x8xf32>
  return
}

// CHECK-LABEL: @reciprocal
func.func @reciprocal(%x: tensor<2x8xf32>) {
  // CHECK: nn.reciprocal %{{.*}} : tensor<2x8xf32>
  %0 = nn.reciprocal %x : tensor<2x8xf32>
  return
}

// CHECK-LABEL: @ceil
func.func @ceil(%x: tensor<2x8xf32>) {
  // CHECK: nn.ceil %{{.*}} : tensor<2x8xf32>
  %0 = nn.ceil %x : tensor<2x8xf32>
  return
}

// CHECK-LABEL: @floor
func.func @floor(%x: tensor<2x8xf32>) {
  // CHECK: nn.floor %{{.*}} : tensor<2x8xf32>
  %0 = nn.floor %x : tensor<2x8xf32>
  return
}

// CHECK-LABEL: @round
func.func @round(%x: tensor<2x8xf32>) {
  // CHECK: nn.round %{{.*}} : tensor<2x8xf32>
  %0 = nn.round %x : tensor<2x8xf32>
  return
}

// CHECK-LABEL: @sin
func.func @sin(%x: tensor<2x8xf32>) {
  // CHECK: nn.sin %{{.*}} : tensor<2x8xf32>
  %0 = nn.sin %x : tensor<2x8xf32>
  return
}

// CHECK-LABEL: @cos
func.func @cos(%x: tensor<2x8xf32>) {
  // CHECK: nn.cos %{{.*}} : tensor<2x8xf32>
  %0 = nn.cos %x : tensor<2x8xf32>
  return
}

// CHECK-LABEL: @tan
func.func @tan(%x: tensor<2x8xf32>) {
  // CHECK: nn.tan %{{.*}} : tensor<2x8xf32>
  %0 = nn.tan %x : tensor<2x8xf32>
  return
}

// CHECK-LABEL: @asin
func.func @asin(%x: tensor<2x8xf32>) {
  // CHECK: nn.asin %{{.*}} : tensor<2x8xf32>
  %0 = nn.asin %x : tensor<2x8xf32>
  return
}

// CHECK-LABEL: @acos
func.func @acos(%x: tensor<2x8xf32>) {
  // CHECK: nn.acos %{{.*}} : tensor<2x8xf32>
  %0 = nn.acos %x : tensor<2x8xf32>
  return
}

// CHECK-LABEL: @atan
func.func @atan(%x: tensor<2x8xf32>) {
  // CHECK: nn.atan %{{.*}} : tensor<2x8xf32>
  %0 = nn.atan %x : tensor<2x8xf32>
  return
}

// CHECK-LABEL: @sinh
func.func @sinh(%x: tensor<2x8xf32>) {
  // CHECK: nn.sinh %{{.*}} : tensor<2x8xf32>
  %0 = nn.sinh %x : tensor<2x8xf32>
  return
}

// CHECK-LABEL: @cosh
func.func @cosh(%x: tensor<2x8xf32>) {
  // CHECK: nn.cosh %{{.*}} : tensor<2x8xf32>
  %0 = nn.cosh %x : tensor<2x8xf32>
  return
}

// CHECK-LABEL: @asinh
func.func @asinh(%x: tensor<2x8xf32>) {
  // CHECK: nn.asinh %{{.*}} : tensor<2x8xf32>
  %0 = nn.asinh %x : tensor<2x8xf32>
  return
}

// CHECK-LABEL: @acosh
func.func @acosh(%x: tensor<2x8xf32>) {
  // CHECK: nn.acosh %{{.*}} : tensor<2x8xf32>
  %0 = nn.acosh %x : tensor<2x8xf32>
  return
}

// CHECK-LABEL: @atanh
func.func @atanh(%x: tensor<2x8xf32>) {
  // CHECK: nn.atanh %{{.*}} : tensor<2x8xf32>
  %0 = nn.atanh %x : tensor<2x8xf32>
  return
}

// CHECK-LABEL: @erf
func.func @erf(%x: tensor<2x8xf32>) {
  // CHECK: nn.erf %{{.*}} : tensor<2x8xf32>
  %0 = nn.erf %x : tensor<2x8xf32>
  return
}

// CHECK-LABEL: @abs_ui8
func.func @abs_ui8(%x: tensor<8xui8>) {
  // CHECK: nn.abs %{{.*}} : tensor<8xui8>
  %0 = nn.abs %x : tensor<8xui8>
  return
}

// CHECK-LABEL: @neg_layout
func.func @neg_layout(%x: tensor<1x32x4xf16, #nn.info<layout = blocked<1 x 16>>>) {
  // CHECK: nn.neg %{{.*}} : tensor<1x32x4xf16, #nn.info<layout = blocked<1 x 16>>>
  %0 = nn.neg %x : tensor<1x32x4xf16, #nn.info<layout = blocked<1 x 16>>>
  return
}

// CHECK-LABEL: @not
func.func @not(%x: tensor<8xi1>) {
  // CHECK: nn.not %{{.*}} : tensor<8xi1>
  %0 = nn.not %x : tensor<8xi1>
  return
}

// CHECK-LABEL: @bitwise_not
func.func @bitwise_not(%x: tensor<8xui8>) {
  // CHECK: nn.bitwise_not %{{.*}} : tensor<8xui8>
  %0 = nn.bitwise_not %x : tensor<8xui8>
  return
}

// CHECK-LABEL: @is_nan
func.func @is_nan(%x: tensor<2x8xf32>) {
  // CHECK: nn.is_nan %{{.*}} : (tensor<2x8xf32>) -> tensor<2x8xi1>
  %0 = nn.is_nan %x : (tensor<2x8xf32>) -> tensor<2x8xi1>
  return
}

// CHECK-LABEL: @is_inf
func.func @is_inf(%x: tensor<2x8xf32>) {
  // CHECK: nn.is_inf %{{.*}} detect_negative detect_positive : (tensor<2x8xf32>) -> tensor<2x8xi1>
  %0 = nn.is_inf %x detect_negative detect_positive : (tensor<2x8xf32>) -> tensor<2x8xi1>
  return
}

// CHECK-LABEL: @is_inf_positive
func.func @is_inf_positive(%x: tensor<2x8xf32>) {
  // CHECK: nn.is_inf %{{.*}} detect_positive : (tensor<2x8xf32>) -> tensor<2x8xi1>
  %0 = nn.is_inf %x detect_positive : (tensor<2x8xf32>) -> tensor<2x8xi1>
  return
}
