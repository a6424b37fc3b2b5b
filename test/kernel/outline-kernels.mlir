// RUN: megcc-opt %s --outline-kernels --verify-arena | FileCheck %s

#id = affine_map<(i) -> (i)>

// Equal kernels share a function.
// CHECK-LABEL: func.func private @exp_f32_64(
// CHECK-SAME: %[[X:.*]]: memref<64xf32> {kernel.access = "read"}, %[[Y:.*]]: memref<64xf32> {kernel.access = "write"}) {
// CHECK-NEXT: kernel.nest "exp" extents [64] ins(%[[X]] : memref<64xf32>) outs(%[[Y]] : memref<64xf32>)
// CHECK-NOT: kernel.live_bytes
// CHECK: return

// In place is another kernel, with one argument for both.
// CHECK-LABEL: func.func private @exp_f32_64_0(
// CHECK-SAME: %[[X:.*]]: memref<64xf32> {kernel.access = "readwrite"}) {
// CHECK-NEXT: kernel.nest "exp" extents [64] ins(%[[X]] : memref<64xf32>) outs(%[[X]] : memref<64xf32>)

// The same buffer read twice, through two values, is one argument.
// CHECK-LABEL: func.func private @add_f32_64(
// CHECK-SAME: %[[X:.*]]: memref<64xf32> {kernel.access = "read"}, %[[Y:.*]]: memref<64xf32> {kernel.access = "write"}) {
// CHECK-NEXT: kernel.nest "add" extents [64] ins(%[[X]], %[[X]] :

// CHECK-LABEL: func.func @main(
// CHECK-SAME: %[[IN:[^:]*]]: memref<64xf32>, %[[OUT:[^:]*]]: memref<64xf32>
func.func @main(%x: memref<64xf32>, %y: memref<64xf32>, %arena: memref<512xi8> {kernel.arena}) {
  // CHECK: %[[A:.*]] = kernel.view %{{.*}}[0]
  %a = kernel.view %arena[0] : memref<512xi8> to memref<64xf32>
  // CHECK: %[[B:.*]] = kernel.view %{{.*}}[256]
  %b = kernel.view %arena[256] : memref<512xi8> to memref<64xf32>
  %again = kernel.alias %b[0] : memref<64xf32> to memref<64xf32>
  // CHECK: call @exp_f32_64(%[[IN]], %[[A]]) {kernel.layer = "loops over 64", kernel.live_bytes = 1 : i64, kernel.macs = 0 : i64}
  kernel.nest "exp" extents [64] ins(%x : memref<64xf32>) outs(%a : memref<64xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0, kernel.live_bytes = 1 : i64}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  // CHECK: call @exp_f32_64(%[[A]], %[[B]]) {{.*}}kernel.live_bytes = 2 : i64
  kernel.nest "exp" extents [64] ins(%a : memref<64xf32>) outs(%b : memref<64xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0, kernel.live_bytes = 2 : i64}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  // CHECK: call @exp_f32_64_0(%[[B]])
  kernel.nest "exp" extents [64] ins(%b : memref<64xf32>) outs(%b : memref<64xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  // CHECK: call @add_f32_64(%[[B]], %[[OUT]])
  kernel.nest "add" extents [64] ins(%b, %again : memref<64xf32>, memref<64xf32>) outs(%y : memref<64xf32>)
    {body_inputs = 2, init = 0.0 : f32, maps = [#id, #id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32, %1: f32): %2 = arith.addf %0, %1 : f32
      kernel.yield %2 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}
