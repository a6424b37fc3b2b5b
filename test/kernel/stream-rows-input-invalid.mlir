// RUN: megcc-opt %s --split-input-file --stream-rows --verify-diagnostics

// expected-error @+1 {{--input x=streamed: nothing reads it}}
func.func @main(%x: memref<4x6xf32> {kernel.streamed, nn.name = "x"}, %y: memref<4x6xf32>) attributes {kernel.inputs = 1 : i64} {
  return
}

// -----

#flip = affine_map<(h, w) -> (3 - h, w)>
#id = affine_map<(h, w) -> (h, w)>

// The last row is needed first.

func.func @main(%x: memref<4x6xf32> {kernel.streamed, nn.name = "x"}, %y: memref<4x6xf32>) attributes {kernel.inputs = 1 : i64} {
  // expected-error @+1 {{--input x=streamed: needs all of the input at once}}
  kernel.nest "reverse" extents [4, 6] ins(%x : memref<4x6xf32>) outs(%y : memref<4x6xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#flip, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}
