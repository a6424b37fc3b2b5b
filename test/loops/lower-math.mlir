// RUN: megcc-opt --lower-math=target=x86-64-v4 %s | FileCheck %s
// RUN: megcc-opt --lower-math=target=generic %s | FileCheck %s --check-prefix=GENERIC

// One function for all calls on one type. It is arithmetic alone.
// CHECK-LABEL: func.func private @exp_f32x16(%{{.*}}: vector<16xf32>) -> vector<16xf32>
// CHECK:         math.fma
// CHECK-NOT:     math.exp
// CHECK-LABEL: func.func @twice
// CHECK:         call @exp_f32x16
// CHECK:         call @exp_f32x16
// GENERIC-LABEL: func.func private @exp_f32x16
// GENERIC-NOT:     math.fma
// GENERIC-LABEL: func.func @twice
func.func @twice(%x: vector<16xf32>) -> vector<16xf32> {
  %0 = math.exp %x : vector<16xf32>
  %1 = math.exp %0 : vector<16xf32>
  return %1 : vector<16xf32>
}

// What the target has an instruction for stays.
// CHECK-LABEL: func.func @root
// CHECK:         math.sqrt %{{.*}} : f32
// CHECK:         arith.divf
// GENERIC-LABEL: func.func @root
// GENERIC:         call @sqrt_f32
func.func @root(%x: f32) -> f32 {
  %0 = math.rsqrt %x : f32
  return %0 : f32
}

// Vectors of other widths than the target's have no fused instruction.
// CHECK-LABEL: func.func @fma
// CHECK:         math.fma %{{.*}} : vector<8xf32>
// CHECK:         arith.mulf %{{.*}} : vector<2xf32>
// CHECK:         arith.addf %{{.*}} : vector<2xf32>
// GENERIC-LABEL: func.func @fma
// GENERIC:         arith.mulf %{{.*}} : vector<8xf32>
// GENERIC:         arith.addf %{{.*}} : vector<8xf32>
func.func @fma(%a: vector<8xf32>, %b: vector<2xf32>)
    -> (vector<8xf32>, vector<2xf32>) {
  %0 = math.fma %a, %a, %a : vector<8xf32>
  %1 = vector.fma %b, %b, %b : vector<2xf32>
  return %0, %1 : vector<8xf32>, vector<2xf32>
}

// Powers that networks use need no logarithm.
// CHECK-LABEL: func.func @powers
// CHECK-SAME:      %[[X:.*]]: f32, %[[Y:.*]]: f32
// CHECK:         arith.mulf %[[X]], %[[X]] : f32
// CHECK:         call @pow_f32(%[[X]], %[[Y]])
func.func @powers(%x: f32, %y: f32) -> (f32, f32) {
  %two = arith.constant 2.0 : f32
  %0 = math.powf %x, %two : f32
  %1 = math.powf %x, %y : f32
  return %0, %1 : f32, f32
}

// Half precision is computed in f32; so is what has no form in f64.
// CHECK-LABEL: func.func @half
// CHECK:         arith.extf %{{.*}} : f16 to f32
// CHECK:         call @tanh_f32
// CHECK:         arith.truncf %{{.*}} : f32 to f16
// CHECK:         call @exp_f64
// CHECK:         arith.truncf %{{.*}} : f64 to f32
// CHECK:         call @erf_f32
func.func @half(%x: f16, %y: f64) -> (f16, f64, f64) {
  %0 = math.tanh %x : f16
  %1 = math.exp %y : f64
  %2 = math.erf %y : f64
  return %0, %1, %2 : f16, f64, f64
}

// A remainder takes as many steps as its operands say: lane by lane.
// CHECK-LABEL: func.func @remainder
// CHECK-COUNT-4: call @fmod_f32
func.func @remainder(%x: vector<4xf32>) -> vector<4xf32> {
  %0 = arith.remf %x, %x : vector<4xf32>
  return %0 : vector<4xf32>
}

// CHECK-LABEL: func.func @integers
// CHECK:         arith.maxsi
// CHECK:         call @ipow_i32
func.func @integers(%x: i32) -> i32 {
  %0 = math.absi %x : i32
  %1 = math.ipowi %0, %x : i32
  return %1 : i32
}
