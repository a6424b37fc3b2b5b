// RUN: megcc-opt --widen-half %s | FileCheck %s
// RUN: megcc-opt --widen-half=target=armv8-a %s | FileCheck %s --check-prefix=ARM

// CHECK-DAG: func.func private @f16_to_f32(%{{.*}}: f16) -> f32
// CHECK-DAG: func.func private @f32_to_f16(%{{.*}}: f32) -> f16
// CHECK-DAG: func.func private @bf16x8_to_f32x8(%{{.*}}: vector<8xbf16>) -> vector<8xf32>

// One instruction where the target has it.
// ARM: func.func private @f16_to_f32(%[[X:.*]]: f16) -> f32
// ARM-NEXT: arith.extf %[[X]] : f16 to f32

// CHECK-LABEL: func.func @add
// CHECK:         %[[ONE:.*]] = arith.constant 1.000000e+00 : f32
// CHECK:         arith.addf %{{.*}}, %[[ONE]] : f32
// CHECK:         call @f32_to_f16
func.func @add(%a: f16) -> f16 {
  %one = arith.constant 1.0 : f16
  %0 = arith.addf %a, %one : f16
  return %0 : f16
}

// CHECK-LABEL: func.func @extend
// CHECK-NOT:     arith.extf
// CHECK:         call @bf16x8_to_f32x8
func.func @extend(%a: vector<8xbf16>) -> vector<8xf32> {
  %0 = arith.extf %a : vector<8xbf16> to vector<8xf32>
  return %0 : vector<8xf32>
}

// From and to f64 through f32.
// CHECK-LABEL: func.func @double
// CHECK:         %[[X:.*]] = call @f16_to_f32
// CHECK:         %[[D:.*]] = arith.extf %[[X]] : f32 to f64
// CHECK:         %[[Y:.*]] = arith.truncf %[[D]] : f64 to f32
// CHECK:         call @f32_to_bf16(%[[Y]])
func.func @double(%a: f16) -> bf16 {
  %0 = arith.extf %a : f16 to f64
  %1 = arith.truncf %0 : f64 to bf16
  return %1 : bf16
}

// Choosing and storing need no conversion.
// CHECK-LABEL: func.func @move
// CHECK-NEXT:    arith.select %{{.*}} : f16
// CHECK-NEXT:    return
func.func @move(%c: i1, %a: f16, %b: f16) -> f16 {
  %0 = arith.select %c, %a, %b : f16
  return %0 : f16
}
