// RUN: megcc-opt %s -test-scalar-bodies | FileCheck %s

// CHECK-LABEL: @add(
// CHECK-SAME: %[[X:.*]]: f32, %[[Y:.*]]: f32) -> f32
// CHECK-NEXT: %[[R:.*]] = arith.addf %[[X]], %[[Y]] : f32
// CHECK-NEXT: return %[[R]]
func.func @add(%x: tensor<8xf32>, %y: tensor<f32>) {
  %0 = nn.add %x, %y : (tensor<8xf32>, tensor<f32>) -> tensor<8xf32>
  return
}

// Signedness is in the operator, not in the types.
// CHECK-LABEL: @max_ui8(
// CHECK-SAME: %[[X:.*]]: i8, %[[Y:.*]]: i8) -> i8
// CHECK-NEXT: arith.maxui %[[X]], %[[Y]] : i8
func.func @max_ui8(%x: tensor<8xui8>) {
  %0 = nn.max %x, %x : (tensor<8xui8>, tensor<8xui8>) -> tensor<8xui8>
  return
}

// NaN stays.
// CHECK-LABEL: @relu(
// CHECK-SAME: %[[X:.*]]: f32) -> f32
// CHECK: %[[ZERO:.*]] = arith.constant 0.000000e+00 : f32
// CHECK: arith.maximumf %[[X]], %[[ZERO]] : f32
func.func @relu(%x: tensor<8xf32>) {
  %0 = nn.relu %x : tensor<8xf32>
  return
}

// Halves are computed in f32 and rounded once.
// CHECK-LABEL: @exp_f16(
// CHECK-SAME: %[[X:.*]]: f16) -> f16
// CHECK-NEXT: %[[WIDE:.*]] = arith.extf %[[X]] : f16 to f32
// CHECK-NEXT: %[[EXP:.*]] = math.exp %[[WIDE]] : f32
// CHECK-NEXT: arith.truncf %[[EXP]] : f32 to f16
func.func @exp_f16(%x: tensor<8xf16>) {
  %0 = nn.exp %x : tensor<8xf16>
  return
}

// Neither 0 nor -1 reaches the division.
// CHECK-LABEL: @div_i32(
// CHECK-SAME: %[[X:.*]]: i32, %[[Y:.*]]: i32) -> i32
// CHECK-DAG: %[[ZERO:.*]] = arith.constant 0 : i32
// CHECK-DAG: %[[ONE:.*]] = arith.constant 1 : i32
// CHECK-DAG: %[[MINUS:.*]] = arith.constant -1 : i32
// CHECK-DAG: %[[ISZERO:.*]] = arith.cmpi eq, %[[Y]], %[[ZERO]] : i32
// CHECK-DAG: %[[NONZERO:.*]] = arith.select %[[ISZERO]], %[[ONE]], %[[Y]] : i32
// CHECK-DAG: %[[ISMINUS:.*]] = arith.cmpi eq, %[[Y]], %[[MINUS]] : i32
// CHECK-DAG: %[[SAFE:.*]] = arith.select %[[ISMINUS]], %[[ONE]], %[[NONZERO]] : i32
// CHECK: %[[Q:.*]] = arith.divsi %[[X]], %[[SAFE]] : i32
// CHECK: %[[NEGATED:.*]] = arith.subi %[[ZERO]], %[[X]] : i32
// CHECK: %[[Q1:.*]] = arith.select %[[ISMINUS]], %[[NEGATED]], %[[Q]] : i32
// CHECK: %[[Q2:.*]] = arith.select %[[ISZERO]], %[[ZERO]], %[[Q1]] : i32
// CHECK: return %[[Q2]]
func.func @div_i32(%x: tensor<8xi32>, %y: tensor<8xi32>) {
  %0 = nn.div %x, %y : (tensor<8xi32>, tensor<8xi32>) -> tensor<8xi32>
  return
}

// CHECK-LABEL: @mod_ui8(
// CHECK: %[[SAFE:.*]] = arith.select
// CHECK-NEXT: arith.remui %{{.*}}, %[[SAFE]] : i8
// CHECK-NEXT: return
func.func @mod_ui8(%x: tensor<8xui8>, %y: tensor<8xui8>) {
  %0 = nn.mod %x, %y : (tensor<8xui8>, tensor<8xui8>) -> tensor<8xui8>
  return
}

// With fmod the remainder is C's.
// CHECK-LABEL: @mod_fmod(
// CHECK-SAME: %[[X:.*]]: f32, %[[Y:.*]]: f32) -> f32
// CHECK-NEXT: %[[R:.*]] = arith.remf %[[X]], %[[Y]] : f32
// CHECK-NEXT: return %[[R]]
func.func @mod_fmod(%x: tensor<8xf32>, %y: tensor<8xf32>) {
  %0 = nn.mod %x, %y fmod : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return
}

// An amount of the width or more shifts everything out.
// CHECK-LABEL: @shift_left(
// CHECK-SAME: %[[X:.*]]: i8, %[[Y:.*]]: i8) -> i8
// CHECK-DAG: %[[ZERO:.*]] = arith.constant 0 : i8
// CHECK-DAG: %[[WIDTH:.*]] = arith.constant 8 : i8
// CHECK: %[[FITS:.*]] = arith.cmpi ult, %[[Y]], %[[WIDTH]] : i8
// CHECK: %[[AMOUNT:.*]] = arith.select %[[FITS]], %[[Y]], %[[ZERO]] : i8
// CHECK: %[[SHIFTED:.*]] = arith.shli %[[X]], %[[AMOUNT]] : i8
// CHECK: arith.select %[[FITS]], %[[SHIFTED]], %[[ZERO]] : i8
func.func @shift_left(%x: tensor<8xui8>, %y: tensor<8xui8>) {
  %0 = nn.shift_left %x, %y : (tensor<8xui8>, tensor<8xui8>) -> tensor<8xui8>
  return
}

// CHECK-LABEL: @shift_right_i8(
// CHECK: %[[AMOUNT:.*]] = arith.minui %{{.*}}, %c7_i8 : i8
// CHECK: arith.shrsi %{{.*}}, %[[AMOUNT]] : i8
func.func @shift_right_i8(%x: tensor<8xi8>, %y: tensor<8xi8>) {
  %0 = nn.shift_right %x, %y : (tensor<8xi8>, tensor<8xi8>) -> tensor<8xi8>
  return
}

// Bounds of integers are rounded inwards, and none is needed at the type's ends.
// CHECK-LABEL: @clamp_ui8(
// CHECK-SAME: %[[X:[^:]*]]: i8
// CHECK: %[[LOW:.*]] = arith.constant 3 : i8
// CHECK: %[[RAISED:.*]] = arith.maxui %[[X]], %[[LOW]] : i8
// CHECK-NEXT: return %[[RAISED]]
func.func @clamp_ui8(%x: tensor<8xui8>) {
  %0 = nn.clamp %x min = 2.5 max = 0x7FF0000000000000 : tensor<8xui8>
  return
}

// Out of range saturates, NaN is 0; only numbers inside are converted.
// CHECK-LABEL: @cast_f32_ui8(
// CHECK-SAME: %[[X:.*]]: f32) -> i8
// CHECK-DAG: %[[LOW:.*]] = arith.constant 0.000000e+00 : f32
// CHECK-DAG: %[[HIGH:.*]] = arith.constant 2.560000e+02 : f32
// CHECK-DAG: %[[ABOVE:.*]] = arith.cmpf ole, %[[HIGH]], %[[X]] : f32
// CHECK-DAG: %[[INSIDE:.*]] = arith.andi
// CHECK: %[[SAFE:.*]] = arith.select %[[INSIDE]], %[[X]], %{{.*}} : f32
// CHECK: %[[INT:.*]] = arith.fptoui %[[SAFE]] : f32 to i8
// CHECK: arith.select %[[ABOVE]], %c-1_i8, %[[INT]] : i8
func.func @cast_f32_ui8(%x: tensor<8xf32>) {
  %0 = nn.cast %x : (tensor<8xf32>) -> tensor<8xui8>
  return
}

// CHECK-LABEL: @cast_ui8_i32(
// CHECK: arith.extui %{{.*}} : i8 to i32
func.func @cast_ui8_i32(%x: tensor<8xui8>) {
  %0 = nn.cast %x : (tensor<8xui8>) -> tensor<8xi32>
  return
}

// CHECK-LABEL: @cast_i16_bool(
// CHECK: arith.cmpi ne, %{{.*}}, %c0_i16 : i16
func.func @cast_i16_bool(%x: tensor<8xi16>) {
  %0 = nn.cast %x : (tensor<8xi16>) -> tensor<8xi1>
  return
}

// CHECK-LABEL: @cast_f16_bf16(
// CHECK: %[[WIDE:.*]] = arith.extf %{{.*}} : f16 to f32
// CHECK: arith.truncf %[[WIDE]] : f32 to bf16
func.func @cast_f16_bf16(%x: tensor<8xf16>) {
  %0 = nn.cast %x : (tensor<8xf16>) -> tensor<8xbf16>
  return
}

// CHECK-LABEL: @quantize(
// CHECK-SAME: %[[X:.*]]: f32, %[[S:.*]]: f32, %[[Z:.*]]: i8) -> i8
// CHECK-DAG: %[[ZERO:.*]] = arith.uitofp %[[Z]] : i8 to f32
// CHECK-DAG: %[[STEPS:.*]] = arith.divf %[[X]], %[[S]] : f32
// CHECK: %[[ROUND:.*]] = math.roundeven %[[STEPS]] : f32
// CHECK: %[[SHIFTED:.*]] = arith.addf %[[ROUND]], %[[ZERO]] : f32
// CHECK: %[[LOW:.*]] = arith.maxnumf %[[SHIFTED]], %{{.*}} : f32
// CHECK: %[[HIGH:.*]] = arith.minnumf %[[LOW]], %{{.*}} : f32
// CHECK: %[[INT:.*]] = arith.fptosi %[[HIGH]] : f32 to i32
// CHECK: arith.trunci %[[INT]] : i32 to i8
func.func @quantize(%x: tensor<8xf32>, %s: tensor<f32>, %z: tensor<ui8>) {
  %0 = nn.quantize %x, %s, %z : (tensor<8xf32>, tensor<f32>, tensor<ui8>) -> tensor<8xui8>
  return
}

// CHECK-LABEL: @dequantize(
// CHECK-SAME: %[[X:.*]]: i8, %[[S:.*]]: f32, %[[Z:.*]]: i8) -> f32
// CHECK-DAG: %[[WIDE:.*]] = arith.extsi %[[X]] : i8 to i32
// CHECK-DAG: %[[ZERO:.*]] = arith.extsi %[[Z]] : i8 to i32
// CHECK: %[[STEPS:.*]] = arith.subi %[[WIDE]], %[[ZERO]] : i32
// CHECK: %[[FLOAT:.*]] = arith.sitofp %[[STEPS]] : i32 to f32
// CHECK: arith.mulf %[[FLOAT]], %[[S]] : f32
func.func @dequantize(%x: tensor<8xi8>, %s: tensor<f32>, %z: tensor<i8>) {
  %0 = nn.dequantize %x, %s, %z : (tensor<8xi8>, tensor<f32>, tensor<i8>) -> tensor<8xf32>
  return
}

// CHECK-LABEL: @less_ui8(
// CHECK: arith.cmpi ult
func.func @less_ui8(%x: tensor<8xui8>) {
  %0 = nn.less %x, %x : (tensor<8xui8>, tensor<8xui8>) -> tensor<8xi1>
  return
}

// CHECK-LABEL: @where(
// CHECK-SAME: %[[C:.*]]: i1, %[[X:.*]]: f32, %[[Y:.*]]: f32) -> f32
// CHECK-NEXT: arith.select %[[C]], %[[X]], %[[Y]] : f32
func.func @where(%c: tensor<8xi1>, %x: tensor<8xf32>, %y: tensor<8xf32>) {
  %0 = nn.where %c, %x, %y : (tensor<8xi1>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return
}
