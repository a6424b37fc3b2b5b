// RUN: megcc-opt %s --outline-kernels --verify-diagnostics

// Shifting within a buffer cannot be a C function with `restrict` arguments.

#id = affine_map<(i) -> (i)>

func.func @main(%arena: memref<512xi8> {kernel.arena}) {
  %a = kernel.view %arena[0] : memref<512xi8> to memref<64xf32>
  %b = kernel.view %arena[4] : memref<512xi8> to memref<64xf32>
  // expected-error @below {{internal error: buffers overlap in part}}
  kernel.nest "copy" extents [64] ins(%b : memref<64xf32>) outs(%a : memref<64xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}
