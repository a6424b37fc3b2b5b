// RUN: megcc-opt %s --place-weights | FileCheck %s

#id = affine_map<(i) -> (i)>
#swap = affine_map<(i, j) -> (j, i)>
#ji = affine_map<(i) -> (0, i)>

// Weights lie in the order of their first use, each at a multiple of 64 bytes.
// CHECK: module attributes {kernel.weight_bytes = 148 : i64}
// CHECK: kernel.weight @w dense_resource<w> : tensor<5xf32> at 0 : memref<5xf32>
// CHECK: kernel.weight @v dense_resource<v> : tensor<5x1xf32> packed #{{.*}} at 64 : memref<1x5xf32>
// CHECK: kernel.weight @scale_1 dense<2.000000e+00> : tensor<5xf32> at 128 : memref<5xf32>
// CHECK-NOT: kernel.weight @
// CHECK-LABEL: func.func @main
// CHECK-SAME: %[[WEIGHTS:[^:]*]]: memref<148xi8> {kernel.weights})
func.func @main(%y: memref<5xf32>) {
  // CHECK: %[[V:.*]] = kernel.view %[[WEIGHTS]][64] @v : memref<148xi8> to memref<1x5xf32>
  %v = kernel.constant dense_resource<v> : tensor<5x1xf32> packed #swap : memref<1x5xf32>
  // CHECK: %[[W:.*]] = kernel.view %[[WEIGHTS]][0] @w
  %w = kernel.constant dense_resource<w> : tensor<5xf32> : memref<5xf32>
  // Equal bytes under another name.
  // CHECK: %[[SAME:.*]] = kernel.view %[[WEIGHTS]][0] @w
  %same = kernel.constant dense_resource<same> : tensor<5xf32> : memref<5xf32>
  // CHECK: %[[S:.*]] = kernel.view %[[WEIGHTS]][128] @scale_1
  %s = kernel.constant dense<2.0> : tensor<5xf32> : memref<5xf32> loc("scale/1")
  // CHECK-NOT: dense_resource<unused>
  %unused = kernel.constant dense_resource<unused> : tensor<5xf32> : memref<5xf32>
  // CHECK: ins(%[[W]], %[[V]], %[[SAME]], %[[S]] :
  kernel.nest "sum" extents [5] ins(%w, %v, %same, %s : memref<5xf32>, memref<1x5xf32>, memref<5xf32>, memref<5xf32>) outs(%y : memref<5xf32>)
    {body_inputs = 4, init = 0.0 : f32, maps = [#id, #ji, #id, #id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32, %1: f32, %2: f32, %3: f32): %4 = arith.addf %0, %1 : f32
      kernel.yield %4 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}

{-#
  dialect_resources: {
    builtin: {
      w: "0x040000000000803F0000004000004040000080400000A040",
      same: "0x040000000000803F0000004000004040000080400000A040",
      v: "0x040000000000803F0000004000004040000080400000A040",
      unused: "0x040000000000803F0000004000004040000080400000A040"
    }
  }
#-}
