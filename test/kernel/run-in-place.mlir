// RUN: megcc-opt %s --split-input-file --run-in-place | FileCheck %s

#id = affine_map<(i) -> (i)>

// The result takes the buffer of the operand that dies; the last one lives in
// the caller's buffer from the start. The caller's input stays as it is.

// CHECK-LABEL: func.func @main(
// CHECK-SAME: %[[X:.*]]: memref<8xf32>, %[[Y:.*]]: memref<8xf32>)
func.func @main(%x: memref<8xf32>, %y: memref<8xf32>) {
  // CHECK-NOT: alloc
  %a = memref.alloc() : memref<8xf32>
  %b = memref.alloc() : memref<8xf32>
  // CHECK: ins(%[[X]] : {{.*}}) outs(%[[Y]] :
  kernel.nest "neg" extents [8] ins(%x : memref<8xf32>) outs(%a : memref<8xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.negf %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  // CHECK: ins(%[[Y]] : {{.*}}) outs(%[[Y]] :
  kernel.nest "neg" extents [8] ins(%a : memref<8xf32>) outs(%b : memref<8xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.negf %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  // CHECK: ins(%[[Y]], %[[X]], %[[Y]] : {{.*}}) outs(%[[Y]] :
  kernel.nest "add" extents [8] ins(%b, %x, %b : memref<8xf32>, memref<8xf32>, memref<8xf32>) outs(%y : memref<8xf32>)
    {body_inputs = 3, init = 0.0 : f32, maps = [#id, #id, #id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32, %1: f32, %2: f32): %3 = arith.addf %0, %1 : f32
      kernel.yield %3 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}

// -----

#id = affine_map<(i) -> (i)>

// The operand is read again later.

// CHECK-LABEL: func.func @main(
// CHECK-SAME: %[[X:.*]]: memref<8xf32>, %[[Y:.*]]: memref<8xf32>)
func.func @main(%x: memref<8xf32>, %y: memref<8xf32>) {
  // CHECK: %[[B:.*]] = memref.alloc()
  %a = memref.alloc() : memref<8xf32>
  %b = memref.alloc() : memref<8xf32>
  kernel.nest "neg" extents [8] ins(%x : memref<8xf32>) outs(%a : memref<8xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.negf %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  // CHECK: ins(%[[Y]] : {{.*}}) outs(%[[B]] :
  kernel.nest "neg" extents [8] ins(%a : memref<8xf32>) outs(%b : memref<8xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.negf %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  // CHECK: ins(%[[Y]], %[[B]] : {{.*}}) outs(%[[Y]] :
  kernel.nest "add" extents [8] ins(%a, %b : memref<8xf32>, memref<8xf32>) outs(%y : memref<8xf32>)
    {body_inputs = 2, init = 0.0 : f32, maps = [#id, #id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32, %1: f32): %3 = arith.addf %0, %1 : f32
      kernel.yield %3 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}

// -----

#id = affine_map<(i) -> (i)>
#reverse = affine_map<(i) -> (7 - i)>
#rows = affine_map<(i, r) -> (i, r)>
#row = affine_map<(i, r) -> (i)>

// Elements that are read elsewhere than written; operands of a reduction. What
// is added after the reduction may be overwritten.

// CHECK-LABEL: func.func @main(
// CHECK-SAME: %[[X:.*]]: memref<8x1xf32>, %[[Y:.*]]: memref<8xf32>)
func.func @main(%x: memref<8x1xf32>, %y: memref<8xf32>) {
  // CHECK: %[[A:.*]] = memref.alloc() : memref<8xf32>
  %a = memref.alloc() : memref<8xf32>
  %b = memref.alloc() : memref<8xf32>
  kernel.nest "fill" extents [8] ins() outs(%a : memref<8xf32>)
    {body_inputs = 0, init = 1.0 : f32, maps = [#id], reduction_rank = 0}
    body { ^bb0(%acc: f32): kernel.yield %acc : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  // CHECK: kernel.nest "reverse" {{.*}} ins(%[[A]] : {{.*}}) outs(%[[Y]] :
  kernel.nest "reverse" extents [8] ins(%a : memref<8xf32>) outs(%b : memref<8xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#reverse, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  // CHECK: kernel.nest "sum" {{.*}} ins(%[[X]], %[[Y]] : {{.*}}) outs(%[[Y]] :
  kernel.nest "sum" extents [8, 1] ins(%x, %b : memref<8x1xf32>, memref<8xf32>) outs(%y : memref<8xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#rows, #row, #row], reduction_rank = 1}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.addf %acc, %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32, %0: f32): %1 = arith.addf %acc, %0 : f32
      kernel.yield %1 : f32 }
  return
}

// -----

#id = affine_map<(i) -> (i)>

// An output that lies in the arena is read in the end, by the caller.

// CHECK-LABEL: func.func @main(
// CHECK-SAME: %[[X:[a-z0-9]+]]: memref<8xf32> {{.*}}, %[[Y:[a-z0-9]+]]: memref<8xf32> {{.*}}, %[[Z:[a-z0-9]+]]: memref<8xf32> {{.*}})
func.func @main(%x: memref<8xf32> {kernel.in_arena}, %y: memref<8xf32> {kernel.in_arena}, %z: memref<8xf32> {kernel.in_arena})
    attributes {kernel.inputs = 1 : i64} {
  // CHECK: %[[A:.*]] = memref.alloc
  %a = memref.alloc() : memref<8xf32>
  // CHECK: ins(%[[X]] : {{.*}}) outs(%[[Y]] :
  kernel.nest "neg" extents [8] ins(%x : memref<8xf32>) outs(%y : memref<8xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.negf %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  // CHECK: ins(%[[Y]] : {{.*}}) outs(%[[A]] :
  kernel.nest "neg" extents [8] ins(%y : memref<8xf32>) outs(%a : memref<8xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.negf %0 : f32
      kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  // CHECK: ins(%[[A]], %[[A]] : {{.*}}) outs(%[[Z]] :
  kernel.nest "add" extents [8] ins(%a, %a : memref<8xf32>, memref<8xf32>) outs(%z : memref<8xf32>)
    {body_inputs = 2, init = 0.0 : f32, maps = [affine_map<(i) -> (7 - i)>, #id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32, %1: f32): %2 = arith.addf %0, %1 : f32
      kernel.yield %2 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}
