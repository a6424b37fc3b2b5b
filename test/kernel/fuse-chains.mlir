// RUN: megcc-opt %s --split-input-file --fuse-chains=target=x86-64-v4 | FileCheck %s
// RUN: megcc-opt %s --split-input-file "--fuse-chains=target=x86-64-v4 stack=true" | FileCheck %s --check-prefix=STACK

#ij = affine_map<(i, j) -> (i, j)>
#i = affine_map<(i, j) -> (i)>

// A softmax goes row by row: of %e a row is left, of %m and %s a number. The
// last kernel writes to the caller's buffer. What a kernel was chosen among stands
// at the chain.

// CHECK-LABEL: func.func @main(
// CHECK-SAME: %[[X:.*]]: memref<64x40xf32>, %[[Y:.*]]: memref<64x40xf32>)
// CHECK-DAG: %[[M:.*]] = memref.alloc() : memref<1xf32>
// CHECK-DAG: %[[E:.*]] = memref.alloc() : memref<40xf32>
// CHECK-NOT: memref<64x40xf32>
// CHECK: kernel.chain "scale" count 64
// CHECK-SAME: ins(%[[X]] : memref<64x40xf32>)
// CHECK-SAME: outs(%[[Y]], {{.*}} : memref<64x40xf32>, memref<1xf32>, memref<40xf32>, memref<1xf32>)
// CHECK-SAME: kernel.choices = [{{.*}}, ["a", "b"]], kernel.reason = "why"
// CHECK-NEXT: ^bb0(%[[I:.*]]: index, %[[IX:.*]]: memref<64x40xf32>, %[[IY:.*]]: memref<64x40xf32>, %[[IM:.*]]: memref<1xf32>, %[[IE:.*]]: memref<40xf32>, %[[IS:.*]]: memref<1xf32>):
// CHECK: kernel.nest "max" extents [64, 40] at %[[I]] ins(%[[IX]] : {{.*}}) outs(%[[IM]] :
// CHECK: kernel.nest "exp" extents [64, 40] at %[[I]] ins(%[[IX]], %[[IM]] : {{.*}}) outs(%[[IE]] :
// CHECK: kernel.nest "sum" extents [64, 40] at %[[I]] ins(%[[IE]] : {{.*}}) outs(%[[IS]] :
// CHECK: kernel.nest "scale" extents [64, 40] at %[[I]] ins(%[[IE]], %[[IS]] : {{.*}}) outs(%[[IY]] :

// With threads each has a row of its own.
// STACK-LABEL: func.func @main(
// STACK-NOT: memref.alloc()
// STACK: kernel.chain "scale" count 64 {{.*}} outs(%{{[a-z0-9]*}} : memref<64x40xf32>)
// STACK: memref.alloca() : memref<40xf32>
func.func @main(%x: memref<64x40xf32>, %y: memref<64x40xf32>) {
  %m = memref.alloc() : memref<64xf32>
  %e = memref.alloc() : memref<64x40xf32>
  %s = memref.alloc() : memref<64xf32>
  kernel.nest "max" extents [64, 40] ins(%x : memref<64x40xf32>) outs(%m : memref<64xf32>)
    {body_inputs = 1, init = 0xFF800000 : f32, kernel.choices = [loc("root"), ["a", "b"]], kernel.reason = "why",
     maps = [#ij, #i], reduction_rank = 1}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.maximumf %acc, %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "exp" extents [64, 40] ins(%x, %m : memref<64x40xf32>, memref<64xf32>) outs(%e : memref<64x40xf32>)
    {body_inputs = 2, init = 0.0 : f32, maps = [#ij, #i, #ij], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32, %1: f32): %2 = arith.subf %0, %1 : f32
      %3 = math.exp %2 : f32
      kernel.yield %3 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "sum" extents [64, 40] ins(%e : memref<64x40xf32>) outs(%s : memref<64xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#ij, #i], reduction_rank = 1}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.addf %acc, %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "scale" extents [64, 40] ins(%e, %s : memref<64x40xf32>, memref<64xf32>) outs(%y : memref<64x40xf32>)
    {body_inputs = 2, init = 0.0 : f32, maps = [#ij, #i, #ij], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32, %1: f32): %2 = arith.divf %0, %1 : f32
      kernel.yield %2 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}

// -----

#ij = affine_map<(i, j) -> (i, j)>
#ji = affine_map<(i, j) -> (j, i)>
#i = affine_map<(i, j) -> (i)>

// The sum goes along what the exponential has as its rows and the other way
// round: what is read of a slice another one writes.

// CHECK-LABEL: func.func @main(
// CHECK-NOT: kernel.chain
func.func @main(%x: memref<64x48xf32>, %y: memref<48xf32>) {
  %e = memref.alloc() : memref<64x48xf32>
  kernel.nest "exp" extents [64, 48] ins(%x : memref<64x48xf32>) outs(%e : memref<64x48xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#ij, affine_map<(i, j) -> (63 - i, j)>], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "sum" extents [1, 64, 48] ins(%e : memref<64x48xf32>) outs(%y : memref<48xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [affine_map<(k, i, j) -> (i, j)>, affine_map<(k, i, j) -> (k)>], reduction_rank = 2}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.addf %acc, %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}

// -----

#ij = affine_map<(i, j) -> (i, j)>
#i = affine_map<(i, j) -> (i)>

// A tensor that others read stays as a whole, and is reduced while it is near.
// What only has elementwise operators is no chain.

// CHECK-LABEL: func.func @main(
// CHECK: kernel.chain "mean" count 64
// CHECK-SAME: outs(%{{.*}}, %[[KEPT:.*]] : memref<64xf32>, memref<64x64xf32>)
// CHECK: kernel.nest "neg"
// CHECK-NOT: kernel.chain
func.func @main(%x: memref<64x64xf32>, %y: memref<64xf32>, %z: memref<64x64xf32>) {
  %e = memref.alloc() : memref<64x64xf32>
  kernel.nest "exp" extents [64, 64] ins(%x : memref<64x64xf32>) outs(%e : memref<64x64xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#ij, #ij], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "mean" extents [64, 64] ins(%e : memref<64x64xf32>) outs(%y : memref<64xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#ij, #i], reduction_rank = 1}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.addf %acc, %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  %n = memref.alloc() : memref<64x64xf32>
  kernel.nest "neg" extents [64, 64] ins(%e : memref<64x64xf32>) outs(%n : memref<64x64xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#ij, affine_map<(i, j) -> (j, i)>], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.negf %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "neg" extents [64, 64] ins(%n : memref<64x64xf32>) outs(%z : memref<64x64xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#ij, #ij], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.negf %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}
