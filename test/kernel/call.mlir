// RUN: megcc-opt %s | megcc-opt | FileCheck %s --check-prefix=ROUND
// RUN: megcc-opt %s --outline-kernels | FileCheck %s

#id = affine_map<(i) -> (i)>

// A user's function keeps its name; a kernel that would have it gets another.
// All operands are arguments, even if they are the same buffer.

// CHECK: func.func private @exp_f32_8(memref<8xf32> {kernel.access = "read"}, memref<8xf32> {kernel.access = "read"}, memref<8xf32> {kernel.access = "write"})
// CHECK: func.func private @exp_f32_8_0(
// CHECK-LABEL: func.func @main(
// CHECK-SAME: %[[X:[^:]*]]: memref<8xf32>, %[[Y:[^:]*]]: memref<8xf32>, %[[Z:[^:]*]]: memref<8xf32>)
// ROUND-LABEL: func.func @main
func.func @main(%x: memref<8xf32>, %y: memref<8xf32>, %z: memref<8xf32>) {
  // CHECK: call @exp_f32_8_0(%[[X]], %[[Y]])
  kernel.nest "exp" extents [8] ins(%x : memref<8xf32>) outs(%y : memref<8xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  // CHECK: call @exp_f32_8(%[[X]], %[[X]], %[[Z]]) {kernel.layer = "user's function"}
  // ROUND: kernel.call "exp_f32_8" ins(%{{.*}}, %{{.*}} : memref<8xf32>, memref<8xf32>) outs(%{{.*}} : memref<8xf32>)
  kernel.call "exp_f32_8" ins(%x, %x : memref<8xf32>, memref<8xf32>) outs(%z : memref<8xf32>)
  return
}
