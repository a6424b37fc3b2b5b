// RUN: megcc-opt %s --reorder-kernels | FileCheck %s
// RUN: megcc-opt %s --reorder-kernels --stream-rows --plan-arena --verify-arena -o /dev/null

#id = affine_map<(h, w) -> (h, w)>
#sum = affine_map<(w, h) -> (h, w)>
#column = affine_map<(w, h) -> (w)>

// Both that read %x come first, since each of its rows comes once; %t, which
// needs all rows of %a, waits.

// CHECK: kernel.nest "exp" {{.*}} ins(%arg0
// CHECK: kernel.nest "neg" {{.*}} ins(%arg0
// CHECK: kernel.nest "sum"
func.func @main(%x: memref<8x6xf32> {kernel.streamed, nn.name = "x"}, %y: memref<8x6xf32>, %t: memref<6xf32>) attributes {kernel.inputs = 1 : i64} {
  %a = memref.alloc() : memref<8x6xf32>
  kernel.nest "exp" extents [8, 6] ins(%x : memref<8x6xf32>) outs(%a : memref<8x6xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = math.exp %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "sum" extents [6, 8] ins(%a : memref<8x6xf32>) outs(%t : memref<6xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#sum, #column], reduction_rank = 1}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.addf %acc, %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  kernel.nest "neg" extents [8, 6] ins(%x : memref<8x6xf32>) outs(%y : memref<8x6xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): %1 = arith.negf %0 : f32 kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}
