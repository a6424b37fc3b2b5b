// RUN: megcc-opt %s --split-input-file --stream-rows=split-windows=false | FileCheck %s
// RUN: megcc-opt %s --split-input-file --stream-rows=split-windows=false --plan-arena --verify-arena --outline-kernels --verify-arena | FileCheck %s --check-prefix=CALL

#id = affine_map<(n, c, h, w) -> (n, c, h, w)>
#window = affine_map<(n, c, h, w, i, j) -> (n, c, h + i, w + j)>
#out = affine_map<(n, c, h, w, i, j) -> (n, c, h, w)>

// A streamed input is a ring of as many rows as its readers need, and a kernel
// that fills it, once for each row. Budgets do not matter: it is nowhere whole.

// CHECK-LABEL: func.func @main
// CHECK: memref.alloc() : memref<3x32xf32>
// CHECK: kernel.stream ticks 16 {
// CHECK-NEXT: %[[ROW:.*]] = kernel.firing start 0 period 1 count 16
// CHECK-NEXT: kernel.nest "copy" extents [16, 1, 2, 16] at %[[ROW]] ins(%arg0 : {{.*}}) outs(%{{.*}} : memref<1x2x3x16xf32, strided<[32, 16, 32, 1]>>) {{.*}}kernel.input_rows = 0

// CALL: func.func private @input_row(memref<1x2x3x16xf32, strided<[32, 16, 32, 1]>> {kernel.access = "write"}, index) attributes {kernel.input_rows = 0 : i64}
// CALL: kernel.stream ticks
// CALL-NEXT: %[[ROW:.*]] = kernel.firing start 0 period 1 count 16
// CALL-NEXT: call @input_row(%{{.*}}, %[[ROW]]) {kernel.input_rows = 0 : i64
func.func @main(%x: memref<1x2x16x16xf32> {kernel.streamed, nn.name = "x"}, %y: memref<1x2x14x14xf32>) attributes {kernel.inputs = 1 : i64} {
  kernel.nest "max_pool" extents [1, 2, 14, 14, 3, 3] ins(%x : memref<1x2x16x16xf32>) outs(%y : memref<1x2x14x14xf32>)
    {body_inputs = 1, init = 0xFF800000 : f32, maps = [#window, #out], reduction_rank = 2}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.maximumf %acc, %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}

// -----

#id = affine_map<(c, h) -> (c, h)>

// Where no window tells rows, the first dimension does.

// CHECK-LABEL: func.func @main
// CHECK: kernel.stream ticks 4 {
// CHECK: kernel.nest "copy" extents [4, 6] at
// CALL: call @input_row
func.func @main(%x: memref<4x6xf32> {kernel.streamed, nn.name = "x"}, %y: memref<4x6xf32>) attributes {kernel.inputs = 1 : i64} {
  kernel.nest "exp" extents [4, 6] ins(%x : memref<4x6xf32>) outs(%y : memref<4x6xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}
