// RUN: megcc-opt %s --split-input-file --verify-diagnostics

func.func @main(%x: memref<8xf32>, %y: memref<8xf32>) {
  // expected-error @+1 {{runs for 0 slices, expected some}}
  kernel.chain "none" count 0 ins(%x : memref<8xf32>) outs(%y : memref<8xf32>) {
  ^bb0(%i: index, %0: memref<8xf32>, %1: memref<8xf32>):
  }
  return
}

// -----

func.func @main(%x: memref<8xf32>, %y: memref<8xf32>) {
  // expected-error @+1 {{expected an index and an argument for each of the 2 operands}}
  kernel.chain "few" count 8 ins(%x : memref<8xf32>) outs(%y : memref<8xf32>) {
  ^bb0(%i: index, %0: memref<8xf32>):
  }
  return
}

// -----

func.func @main(%x: memref<8xf32>, %y: memref<8xf32>) {
  // expected-error @+1 {{argument 2 is 'memref<4xf32>', expected 'memref<8xf32>'}}
  kernel.chain "type" count 8 ins(%x : memref<8xf32>) outs(%y : memref<8xf32>) {
  ^bb0(%i: index, %0: memref<8xf32>, %1: memref<4xf32>):
  }
  return
}

// -----

#id = affine_map<(i) -> (i)>

func.func @main(%x: memref<8xf32>, %y: memref<8xf32>) {
  kernel.chain "whole" count 8 ins(%x : memref<8xf32>) outs(%y : memref<8xf32>) {
  ^bb0(%i: index, %0: memref<8xf32>, %1: memref<8xf32>):
    // expected-error @+1 {{in a chain is no kernel of its slices}}
    kernel.nest "neg" extents [8] ins(%0 : memref<8xf32>) outs(%1 : memref<8xf32>)
      {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
      body { ^bb0(%acc: f32, %2: f32): %3 = arith.negf %2 : f32
        kernel.yield %3 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  }
  return
}

// -----

#id = affine_map<(i) -> (i)>

func.func @main(%x: memref<8xf32>, %y: memref<8xf32>) {
  kernel.chain "extent" count 4 ins(%x : memref<8xf32>) outs(%y : memref<8xf32>) {
  ^bb0(%i: index, %0: memref<8xf32>, %1: memref<8xf32>):
    // expected-error @+1 {{has 8 slices, expected the chain's 4}}
    kernel.nest "neg" extents [8] at %i ins(%0 : memref<8xf32>) outs(%1 : memref<8xf32>)
      {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
      body { ^bb0(%acc: f32, %2: f32): %3 = arith.negf %2 : f32
        kernel.yield %3 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  }
  return
}
