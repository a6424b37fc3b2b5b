// RUN: megcc-opt --legalize-for-c %s | FileCheck %s

// Nobody calls it.
// CHECK-NOT: @unused
func.func private @unused(%x: f32) -> f32 {
  return %x : f32
}

// CHECK-LABEL: func.func private @double_
func.func private @double(%x: f32) -> f32 {
  %0 = arith.addf %x, %x : f32
  return %0 : f32
}

// The second carried value is for nobody.
// CHECK-LABEL: func.func @main
// CHECK:         scf.for {{.*}} iter_args(%{{.*}} = %{{.*}}) -> (f32)
// CHECK:           func.call @double_
func.func @main(%x: f32) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %0:2 = scf.for %i = %c0 to %c4 step %c1 iter_args(%a = %x, %b = %x)
      -> (f32, f32) {
    %1 = func.call @double(%a) : (f32) -> f32
    scf.yield %1, %b : f32, f32
  }
  return %0#0 : f32
}
