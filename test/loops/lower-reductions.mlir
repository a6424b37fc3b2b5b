// RUN: megcc-opt --lower-reductions %s | FileCheck %s

// CHECK-LABEL: func.func private @reduce_add_f32x4(
// CHECK-SAME:      %[[V:.*]]: vector<4xf32>) -> f32
// CHECK:         %[[LOW:.*]] = vector.extract_strided_slice %[[V]] {offsets = [0], sizes = [2], strides = [1]}
// CHECK:         %[[HIGH:.*]] = vector.extract_strided_slice %[[V]] {offsets = [2], sizes = [2], strides = [1]}
// CHECK:         arith.addf %[[LOW]], %[[HIGH]] : vector<2xf32>
// CHECK:         arith.addf %{{.*}}, %{{.*}} : vector<1xf32>
// CHECK:         %[[R:.*]] = vector.extract %{{.*}}[0] : f32 from vector<1xf32>
// CHECK:         return %[[R]]

// CHECK-LABEL: func.func @sum
// CHECK:         %[[S:.*]] = call @reduce_add_f32x4
// CHECK:         arith.addf %[[S]]
func.func @sum(%v: vector<4xf32>, %a: f32) -> f32 {
  %0 = vector.reduction <add>, %v, %a : vector<4xf32> into f32
  return %0 : f32
}

// CHECK-LABEL: func.func @largest
// CHECK:         call @reduce_maxsi_i32x3
func.func @largest(%v: vector<3xi32>) -> i32 {
  %0 = vector.reduction <maxsi>, %v : vector<3xi32> into i32
  return %0 : i32
}
