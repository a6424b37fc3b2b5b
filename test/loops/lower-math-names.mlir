// RUN: megcc-opt --lower-math=target=generic %s | FileCheck %s

// A kernel that has a function's name keeps it; the function takes another.
//       CHECK: func.func private @exp_f32_0(%{{.*}}: f32) -> f32
// CHECK-LABEL: func.func private @exp_f32(%{{.*}}: memref<f32>)
//       CHECK: call @exp_f32_0(
func.func private @exp_f32(%x: memref<f32>) {
  %0 = memref.load %x[] : memref<f32>
  %1 = math.exp %0 : f32
  memref.store %1, %x[] : memref<f32>
  return
}
