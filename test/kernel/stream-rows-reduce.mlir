// RUN: megcc-opt %s --split-input-file --stream-rows | FileCheck %s --check-prefixes=CHECK,SCALAR
// RUN: megcc-opt %s --split-input-file --stream-rows=target=x86-64-v3 | FileCheck %s --check-prefixes=CHECK,VECTOR
// RUN: megcc-opt %s --split-input-file --stream-rows --plan-arena --verify-arena -o /dev/null

#id = affine_map<(n, c, h, w) -> (n, c, h, w)>
#in = affine_map<(n, c, h, w) -> (n, c, h, w)>
#out = affine_map<(n, c, h, w) -> (n, c)>
#bias = affine_map<(n, c, h, w) -> (c)>
#window = affine_map<(n, c, h, w, i) -> (n, c, h + i, w)>
#wout = affine_map<(n, c, h, w, i) -> (n, c, h, w)>

// A mean over rows and columns takes a row at a time, on top of what it has so
// far; the division follows the last row. Where vectors lie along the columns
// the order is another one, and it runs whole.

// CHECK-LABEL: func.func @main
// SCALAR: kernel.nest "fill" extents [1, 2] ins() outs(%arg2 :
// SCALAR: kernel.stream ticks 15
// SCALAR: kernel.nest "max_pool"
// SCALAR: kernel.nest "mean" extents [15, 1, 2, 16] at %{{.*}} ins(%{{.*}}, %arg2 : {{.*}}) outs(%arg2 : {{.*}}reduction_rank = 1 : i64, resumes}
// SCALAR: kernel.nest "mean" extents [1, 2] ins(%arg2, %arg1 : {{.*}}) outs(%arg2 :
// SCALAR: arith.mulf
// VECTOR: kernel.nest "mean" extents [1, 2, 15, 16] ins
func.func @main(%x: memref<1x2x16x16xf32>, %b: memref<2xf32>, %y: memref<1x2xf32>) attributes {kernel.inputs = 2 : i64} {
  %a = memref.alloc() : memref<1x2x15x16xf32>
  kernel.nest "max_pool" extents [1, 2, 15, 16, 2] ins(%x : memref<1x2x16x16xf32>) outs(%a : memref<1x2x15x16xf32>)
    {body_inputs = 1, init = 0xFF800000 : f32, maps = [#window, #wout], reduction_rank = 1}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.maximumf %acc, %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "mean" extents [1, 2, 15, 16] ins(%a, %b : memref<1x2x15x16xf32>, memref<2xf32>) outs(%y : memref<1x2xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#in, #bias, #out], reduction_rank = 2}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.addf %acc, %0 : f32 kernel.yield %1 : f32 }
    finish { ^bb0(%acc: f32, %0: f32): %1 = arith.mulf %acc, %0 : f32 kernel.yield %1 : f32 }
  return
}

// -----

#in = affine_map<(n, c, h, w) -> (n, c, h, w)>
#out = affine_map<(n, c, h, w) -> (n, c)>
#window = affine_map<(n, c, h, w, i) -> (n, c, h + i, w)>
#wout = affine_map<(n, c, h, w, i) -> (n, c, h, w)>

// Sums of another type than the result have a buffer of their own.

// CHECK-LABEL: func.func @main
// SCALAR: %[[SUM:[a-z_0-9]+]] = memref.alloc() : memref<1x2xi32>
// SCALAR: kernel.nest "fill" extents [1, 2] ins() outs(%[[SUM]] :
// SCALAR: kernel.nest "sum" extents [15, 1, 2, 16] at {{.*}} outs(%[[SUM]] :
// SCALAR: kernel.nest "sum" extents [1, 2] ins(%[[SUM]] : {{.*}}) outs(%arg1 : memref<1x2xi8>)
func.func @main(%x: memref<1x2x16x16xi8>, %y: memref<1x2xi8>) attributes {kernel.inputs = 1 : i64} {
  %a = memref.alloc() : memref<1x2x15x16xi8>
  kernel.nest "max_pool" extents [1, 2, 15, 16, 2] ins(%x : memref<1x2x16x16xi8>) outs(%a : memref<1x2x15x16xi8>)
    {body_inputs = 1, init = -128 : i8, maps = [#window, #wout], reduction_rank = 1}
    body { ^bb0(%acc: i8, %0: i8): %1 = arith.maxsi %acc, %0 : i8 kernel.yield %1 : i8 } finish { ^bb0(%acc: i8): kernel.yield %acc : i8 }
  kernel.nest "sum" extents [1, 2, 15, 16] ins(%a : memref<1x2x15x16xi8>) outs(%y : memref<1x2xi8>)
    {body_inputs = 1, init = 0 : i32, maps = [#in, #out], reduction_rank = 2}
    body { ^bb0(%acc: i32, %0: i8): %1 = arith.extsi %0 : i8 to i32 %2 = arith.addi %acc, %1 : i32 kernel.yield %2 : i32 }
    finish { ^bb0(%acc: i32): %0 = arith.trunci %acc : i32 to i8 kernel.yield %0 : i8 }
  return
}

// -----

#in = affine_map<(n, c, h, w) -> (n, c, h, w)>
#out = affine_map<(n, c, h, w) -> (n, c)>
#bias = affine_map<(n, c, h, w) -> (c)>
#window = affine_map<(n, c, h, w, i) -> (n, c, h + i, w)>
#wout = affine_map<(n, c, h, w, i) -> (n, c, h, w)>

// A product that the end of a reduction may add in one step stays there.

// CHECK-LABEL: func.func @main
// CHECK: kernel.nest "mean" extents [1, 2, 15, 16] ins
func.func @main(%x: memref<1x2x16x16xf32>, %b: memref<2xf32>, %y: memref<1x2xf32>) attributes {kernel.inputs = 2 : i64} {
  %a = memref.alloc() : memref<1x2x15x16xf32>
  kernel.nest "max_pool" extents [1, 2, 15, 16, 2] ins(%x : memref<1x2x16x16xf32>) outs(%a : memref<1x2x15x16xf32>)
    {body_inputs = 1, init = 0xFF800000 : f32, maps = [#window, #wout], reduction_rank = 1}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.maximumf %acc, %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "mean" extents [1, 2, 15, 16] ins(%a, %b : memref<1x2x15x16xf32>, memref<2xf32>) outs(%y : memref<1x2xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#in, #bias, #out], reduction_rank = 2}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.addf %acc, %0 : f32 kernel.yield %1 : f32 }
    finish { ^bb0(%acc: f32, %0: f32): %1 = arith.mulf %0, %0 : f32 %2 = arith.addf %acc, %1 : f32 kernel.yield %2 : f32 }
  return
}
