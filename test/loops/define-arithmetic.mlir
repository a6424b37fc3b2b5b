// RUN: megcc-opt --define-arithmetic=target=generic %s | FileCheck %s
// RUN: megcc-opt --define-arithmetic=target=armv8-a %s | FileCheck %s --check-prefix=ARM

// CHECK-LABEL: func.func @saturate
// CHECK-SAME:      %[[X:.*]]: f32
// CHECK-DAG:     %[[LOW:.*]] = arith.constant -1.280000e+02 : f32
// CHECK-DAG:     %[[HIGH:.*]] = arith.constant 1.270000e+02 : f32
// CHECK:         %[[A:.*]] = arith.cmpf ogt, %[[X]], %[[LOW]]
// CHECK:         %[[B:.*]] = arith.select %[[A]], %[[X]], %[[LOW]]
// CHECK:         %[[C:.*]] = arith.cmpf olt, %[[B]], %[[HIGH]]
// CHECK:         %[[D:.*]] = arith.select %[[C]], %[[B]], %[[HIGH]]
// CHECK:         %[[E:.*]] = arith.fptosi %[[D]] {defined} : f32 to i8
// CHECK:         %[[NAN:.*]] = arith.cmpf une, %[[X]], %[[X]]
// CHECK:         arith.select %[[NAN]], %{{.*}}, %[[E]]
func.func @saturate(%x: f32) -> i8 {
  %0 = arith.fptosi %x : f32 to i8
  return %0 : i8
}

// CHECK-LABEL: func.func @divide
// CHECK:         arith.divsi %{{.*}}, %{{.*}} {defined} : i32
// CHECK-LABEL: func.func @divide_by_constant
// CHECK-NOT:     arith.select
// CHECK:         arith.divsi %{{.*}}, %{{.*}} : i32
func.func @divide(%a: i32, %b: i32) -> i32 {
  %0 = arith.divsi %a, %b : i32
  return %0 : i32
}
func.func @divide_by_constant(%a: i32) -> i32 {
  %c3 = arith.constant 3 : i32
  %0 = arith.divsi %a, %c3 : i32
  return %0 : i32
}

// CHECK-LABEL: func.func @shift
// CHECK-DAG:     %[[MOST:.*]] = arith.constant 31 : i32
// CHECK-DAG:     %[[ZERO:.*]] = arith.constant 0 : i32
// CHECK:         %[[FITS:.*]] = arith.cmpi ule, %[[BY:.*]], %[[MOST]] : i32
// CHECK:         %[[KEPT:.*]] = arith.select %[[FITS]], %[[BY]], %[[MOST]]
// CHECK:         %[[S:.*]] = arith.shli %{{.*}}, %[[KEPT]] {defined}
// CHECK:         arith.select %[[FITS]], %[[S]], %[[ZERO]]
func.func @shift(%a: i32, %b: i32) -> i32 {
  %0 = arith.shli %a, %b : i32
  return %0 : i32
}

// With one operand a number, one comparison keeps NaNs, or drops them.
// CHECK-LABEL: func.func @relu
// CHECK-SAME:      %[[X:.*]]: f32
// CHECK:         %[[ZERO:.*]] = arith.constant 0
// CHECK:         %[[C:.*]] = arith.cmpf ogt, %[[ZERO]], %[[X]]
// CHECK:         arith.select %[[C]], %[[ZERO]], %[[X]]
// CHECK-LABEL: func.func @drop_nan
// CHECK-SAME:      %[[X:.*]]: f32
// CHECK:         %[[ZERO:.*]] = arith.constant 0
// CHECK:         %[[C:.*]] = arith.cmpf ogt, %[[X]], %[[ZERO]]
// CHECK:         arith.select %[[C]], %[[X]], %[[ZERO]]
func.func @relu(%x: f32) -> f32 {
  %zero = arith.constant 0.0 : f32
  %0 = arith.maximumf %x, %zero : f32
  return %0 : f32
}
func.func @drop_nan(%x: f32) -> f32 {
  %zero = arith.constant 0.0 : f32
  %0 = arith.maxnumf %x, %zero : f32
  return %0 : f32
}

// CHECK-LABEL: func.func @both
// CHECK:         arith.cmpf olt
// CHECK:         arith.cmpf une
// ARM-LABEL:   func.func @both
// ARM:           arith.minimumf
func.func @both(%x: vector<4xf32>, %y: vector<4xf32>) -> vector<4xf32> {
  %0 = arith.minimumf %x, %y : vector<4xf32>
  return %0 : vector<4xf32>
}
