// RUN: megcc-opt %s --split-input-file --stream-rows | FileCheck %s
// RUN: megcc-opt %s --split-input-file --stream-rows --plan-arena --verify-arena -o /dev/null

#id = affine_map<(h, w) -> (h, w)>
#window = affine_map<(h, w, i, j) -> (2 * h + i, 2 * w + j)>
#out = affine_map<(h, w, i, j) -> (h, w)>

// Windows of three rows that move by two, over rows of odd length: of what they
// read one row is left, and the sums are where the result will be.

// CHECK-LABEL: func.func @main
// CHECK-DAG: memref.alloc() : memref<1x31xf32>
// CHECK: kernel.stream ticks 31
// CHECK: kernel.firing start 0 period 1 count 31
// CHECK: kernel.nest "exp"
// CHECK: kernel.firing start 0 period 2 count 15
// CHECK: kernel.nest "max_pool" extents [15, 15, 3]
// CHECK-SAME: outs(%arg1
// CHECK-NOT: resumes
// CHECK: kernel.firing start 1 period 2 count 15
// CHECK: kernel.nest "max_pool" extents [15, 15, 3]
// CHECK-SAME: ins(%{{.*}}, %arg1 : {{.*}} outs(%arg1
// CHECK-SAME: resumes
// CHECK: kernel.firing start 2 period 2 count 15
// CHECK: kernel.nest "max_pool" extents [15, 15, 3]
// CHECK-SAME: ins(%{{.*}}, %arg1 : {{.*}} outs(%arg1
// CHECK-SAME: resumes
// CHECK: math.absf
// CHECK: kernel.nest "neg"
func.func @main(%x: memref<31x31xf32>, %y: memref<15x15xf32>) attributes {kernel.inputs = 1 : i64} {
  %a = memref.alloc() : memref<31x31xf32>
  %b = memref.alloc() : memref<15x15xf32>
  kernel.nest "exp" extents [31, 31] ins(%x : memref<31x31xf32>) outs(%a : memref<31x31xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "max_pool" extents [15, 15, 3, 3] ins(%a : memref<31x31xf32>) outs(%b : memref<15x15xf32>)
    {body_inputs = 1, init = 0xFF800000 : f32, maps = [#window, #out], reduction_rank = 2}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.maximumf %acc, %0 : f32 kernel.yield %1 : f32 }
    finish { ^bb0(%acc: f32): %1 = math.absf %acc : f32 kernel.yield %1 : f32 }
  kernel.nest "neg" extents [15, 15] ins(%b : memref<15x15xf32>) outs(%y : memref<15x15xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.negf %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}
// -----

#id = affine_map<(h, w) -> (h, w)>
#window = affine_map<(h, w, i, j) -> (2 * h + i - 1, w + 2 * j - 2)>
#out = affine_map<(h, w, i, j) -> (h, w)>

// With padding the first sums begin before there is a row, and columns may be
// any: here two apart.

// CHECK-LABEL: func.func @main
// CHECK-DAG: memref.alloc() : memref<1x32xf32>
// CHECK: kernel.stream ticks 33
// CHECK: kernel.firing start 1 period 1 count 32
// CHECK: kernel.nest "exp"
// CHECK: kernel.firing start 0 period 2 count 16
// CHECK: kernel.nest "max_pool" extents [16, 32, 3] {{.*}} guard_extents = array<i64: 32, 32>
// CHECK: kernel.firing start 1 period 2 count 16
// CHECK: kernel.firing start 2 period 2 count 16
// CHECK: kernel.nest "neg"
func.func @main(%x: memref<32x32xf32>, %y: memref<16x32xf32>) attributes {kernel.inputs = 1 : i64} {
  %a = memref.alloc() : memref<32x32xf32>
  %b = memref.alloc() : memref<16x32xf32>
  kernel.nest "exp" extents [32, 32] ins(%x : memref<32x32xf32>) outs(%a : memref<32x32xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "max_pool" extents [16, 32, 3, 3] ins(%a : memref<32x32xf32>) outs(%b : memref<16x32xf32>)
    {body_inputs = 1, init = 0xFF800000 : f32, maps = [#window, #out], reduction_rank = 2,
     guards = affine_map<(h, w, i, j) -> (2 * h + i - 1, w + 2 * j - 2)>, guard_extents = array<i64: 32, 32>}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.maximumf %acc, %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "neg" extents [16, 32] ins(%b : memref<16x32xf32>) outs(%y : memref<16x32xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.negf %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}

// -----

#id = affine_map<(h, w) -> (h, w)>
#window = affine_map<(h, w, i, j) -> (h + i, w)>
#out = affine_map<(h, w, i, j) -> (h, w)>

// Windows that move by one have as many sums as rows.

// CHECK-LABEL: func.func @main
// CHECK: kernel.nest "max_pool" extents [30, 32, 3, 3]
// CHECK-NOT: resumes
func.func @main(%x: memref<32x32xf32>, %y: memref<30x32xf32>) attributes {kernel.inputs = 1 : i64} {
  %a = memref.alloc() : memref<32x32xf32>
  kernel.nest "exp" extents [32, 32] ins(%x : memref<32x32xf32>) outs(%a : memref<32x32xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "max_pool" extents [30, 32, 3, 3] ins(%a : memref<32x32xf32>) outs(%y : memref<30x32xf32>)
    {body_inputs = 1, init = 0xFF800000 : f32, maps = [#window, #out], reduction_rank = 2}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.maximumf %acc, %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}

// -----

#id = affine_map<(h, w) -> (h, w)>
#window = affine_map<(h, w, i, j) -> (2 * h + i, 2 * w + j)>
#out = affine_map<(h, w, i, j) -> (h, w)>

// The result has no room for sums.

// CHECK-LABEL: func.func @main
// CHECK: kernel.nest "sum" extents [15, 15, 3, 3]
// CHECK-NOT: resumes
func.func @main(%x: memref<31x31xf16>, %y: memref<15x15xf16>) attributes {kernel.inputs = 1 : i64} {
  %a = memref.alloc() : memref<31x31xf16>
  kernel.nest "neg" extents [31, 31] ins(%x : memref<31x31xf16>) outs(%a : memref<31x31xf16>)
    {body_inputs = 1, init = 0.0 : f16, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f16, %0: f16): %1 = arith.negf %0 : f16 kernel.yield %1 : f16 } finish { ^bb0(%acc: f16): kernel.yield %acc : f16 }
  kernel.nest "sum" extents [15, 15, 3, 3] ins(%a : memref<31x31xf16>) outs(%y : memref<15x15xf16>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#window, #out], reduction_rank = 2}
    body { ^bb0(%acc: f32, %0: f16): %1 = arith.extf %0 : f16 to f32 %2 = arith.addf %acc, %1 : f32 kernel.yield %2 : f32 }
    finish { ^bb0(%acc: f32): %1 = arith.truncf %acc : f32 to f16 kernel.yield %1 : f16 }
  return
}
