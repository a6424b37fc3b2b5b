// RUN: megcc-opt %s --split-input-file --recompute-tensors=budget=65800 | FileCheck %s
// RUN: megcc-opt %s --split-input-file --recompute-tensors | FileCheck %s --check-prefix=NONE

#id = affine_map<(i) -> (i)>
#all = affine_map<(i) -> (0)>
#eighth = affine_map<(i) -> (i floordiv 8)>
#back = affine_map<(i) -> (8191 - i)>

// %a waits while %b and %c take nearly all there is: it is made again.

// NONE-LABEL: func.func @main(
// NONE-NOT: kernel.repeated
// CHECK: kernel.decisions = ["1 tensor recomputed"]
// CHECK-LABEL: func.func @main(
// CHECK-SAME: %[[X:.*]]: memref<1xf32>, %[[Y:.*]]: memref<1xf32>)
// CHECK: kernel.nest "widen" {{.*}} ins(%[[X]] : {{.*}}) outs(%[[A:.*]] : memref<1024xf32>)
// CHECK: kernel.nest "wide" {{.*}} ins(%[[A]] : {{.*}}) outs(%[[B:.*]] : memref<8192xf32>)
// CHECK: kernel.nest "reverse" {{.*}} ins(%[[B]] : {{.*}}) outs(%[[C:.*]] : memref<8192xf32>)
// CHECK: kernel.nest "sum" {{.*}} ins(%[[C]] : {{.*}}) outs(%[[S:.*]] : memref<1xf32>)
// CHECK: %[[AGAIN:.*]] = memref.alloc() : memref<1024xf32>
// CHECK: kernel.nest "widen" {{.*}} ins(%[[X]] : {{.*}}) outs(%[[AGAIN]] : memref<1024xf32>) {{.*}}kernel.repeated
// CHECK: kernel.nest "add" {{.*}} ins(%[[AGAIN]], %[[S]] : {{.*}}) outs(%[[Y]] :
func.func @main(%x: memref<1xf32>, %y: memref<1xf32>) {
  %a = memref.alloc() : memref<1024xf32>
  %b = memref.alloc() : memref<8192xf32>
  %c = memref.alloc() : memref<8192xf32>
  %s = memref.alloc() : memref<1xf32>
  kernel.nest "widen" extents [1024] ins(%x : memref<1xf32>) outs(%a : memref<1024xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#all, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "wide" extents [8192] ins(%a : memref<1024xf32>) outs(%b : memref<8192xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#eighth, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.negf %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "reverse" extents [8192] ins(%b : memref<8192xf32>) outs(%c : memref<8192xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#back, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "sum" extents [8192] ins(%c : memref<8192xf32>) outs(%s : memref<1xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #all], reduction_rank = 1}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.addf %acc, %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "add" extents [1024] ins(%a, %s : memref<1024xf32>, memref<1xf32>) outs(%y : memref<1xf32>)
    {body_inputs = 2, init = 0.0 : f32, maps = [#id, #all, #all], reduction_rank = 1}
    body { ^bb0(%acc: f32, %0: f32, %1: f32): %2 = arith.addf %0, %1 : f32
      %3 = arith.addf %acc, %2 : f32
      kernel.yield %3 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}

// -----

#id = affine_map<(i) -> (i)>
#all = affine_map<(i) -> (0)>
#back = affine_map<(i) -> (8191 - i)>

// A function of the user's runs once, whatever it would save.

// CHECK-LABEL: func.func @main(
// CHECK-COUNT-1: kernel.call "widen"
// CHECK-NOT: kernel.call
func.func @main(%x: memref<1xf32>, %y: memref<1xf32>) {
  %a = memref.alloc() : memref<1024xf32>
  %b = memref.alloc() : memref<8192xf32>
  %c = memref.alloc() : memref<8192xf32>
  %s = memref.alloc() : memref<1xf32>
  kernel.call "widen" ins(%x : memref<1xf32>) outs(%a : memref<1024xf32>)
  kernel.nest "wide" extents [8192] ins(%x : memref<1xf32>) outs(%b : memref<8192xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#all, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "reverse" extents [8192] ins(%b : memref<8192xf32>) outs(%c : memref<8192xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#back, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "sum" extents [8192] ins(%c : memref<8192xf32>) outs(%s : memref<1xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #all], reduction_rank = 1}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.addf %acc, %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "add" extents [1024] ins(%a, %s : memref<1024xf32>, memref<1xf32>) outs(%y : memref<1xf32>)
    {body_inputs = 2, init = 0.0 : f32, maps = [#id, #all, #all], reduction_rank = 1}
    body { ^bb0(%acc: f32, %0: f32, %1: f32): %2 = arith.addf %0, %1 : f32
      %3 = arith.addf %acc, %2 : f32
      kernel.yield %3 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}
