// RUN: megcc-opt %s --split-input-file --verify-arena --verify-diagnostics

#id = affine_map<(i) -> (i)>

// A buffer that overlaps another which is still to be read.

func.func @main(%x: memref<64xf32>, %y: memref<64xf32>, %arena: memref<512xi8> {kernel.arena}) {
  %a = kernel.view %arena[0] : memref<512xi8> to memref<64xf32>
  %b = kernel.view %arena[128] : memref<512xi8> to memref<64xf32>
  kernel.nest "exp" extents [64] ins(%x : memref<64xf32>) outs(%a : memref<64xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  // expected-note @below {{overwritten here}}
  kernel.nest "exp" extents [64] ins(%x : memref<64xf32>) outs(%b : memref<64xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  // expected-error @below {{internal error: reads bytes 0 to 256 of the arena, which were overwritten}}
  kernel.nest "add" extents [64] ins(%a, %b : memref<64xf32>, memref<64xf32>) outs(%y : memref<64xf32>)
    {body_inputs = 2, init = 0.0 : f32, maps = [#id, #id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32, %1: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}

// -----

#id = affine_map<(i) -> (i)>

// The same after outlining, where only the callee says what is written.

func.func private @copy(%0: memref<64xf32> {kernel.access = "read"}, %1: memref<64xf32> {kernel.access = "write"})
func.func @main(%x: memref<64xf32>, %y: memref<64xf32>, %arena: memref<512xi8> {kernel.arena}) {
  %a = kernel.view %arena[0] : memref<512xi8> to memref<64xf32>
  %b = kernel.view %arena[252] : memref<512xi8> to memref<64xf32>
  call @copy(%x, %a) : (memref<64xf32>, memref<64xf32>) -> ()
  // expected-note @below {{overwritten here}}
  call @copy(%x, %b) : (memref<64xf32>, memref<64xf32>) -> ()
  // expected-error @below {{internal error: reads bytes 0 to 256 of the arena, which were overwritten}}
  call @copy(%a, %y) : (memref<64xf32>, memref<64xf32>) -> ()
  return
}

// -----

// Bytes that nobody wrote: only half of the buffer is.

func.func private @half(%0: memref<32xf32> {kernel.access = "write"})
func.func private @copy(%0: memref<64xf32> {kernel.access = "read"}, %1: memref<64xf32> {kernel.access = "write"})
func.func @main(%y: memref<64xf32>, %arena: memref<256xi8> {kernel.arena}) {
  %a = kernel.view %arena[0] : memref<256xi8> to memref<64xf32>
  %half = kernel.alias %a[0] : memref<64xf32> to memref<32xf32>
  call @half(%half) : (memref<32xf32>) -> ()
  // expected-error @below {{internal error: reads bytes 0 to 256 of the arena, not all of which were written}}
  call @copy(%a, %y) : (memref<64xf32>, memref<64xf32>) -> ()
  return
}

// -----

// Two halves make a whole.

func.func private @half(%0: memref<32xf32> {kernel.access = "write"})
func.func private @copy(%0: memref<64xf32> {kernel.access = "read"}, %1: memref<64xf32> {kernel.access = "write"})
func.func @main(%y: memref<64xf32>, %arena: memref<256xi8> {kernel.arena}) {
  %a = kernel.view %arena[0] : memref<256xi8> to memref<64xf32>
  %first = kernel.alias %a[0] : memref<64xf32> to memref<32xf32>
  %second = kernel.alias %a[32] : memref<64xf32> to memref<32xf32>
  call @half(%first) : (memref<32xf32>) -> ()
  call @half(%second) : (memref<32xf32>) -> ()
  call @copy(%a, %y) : (memref<64xf32>, memref<64xf32>) -> ()
  return
}

// -----

#id = affine_map<(i) -> (i)>
#reverse = affine_map<(i) -> (63 - i)>

// A kernel that reads elements after it wrote over them.

func.func @main(%x: memref<64xf32>, %arena: memref<256xi8> {kernel.arena}) {
  %a = kernel.view %arena[0] : memref<256xi8> to memref<64xf32>
  kernel.nest "exp" extents [64] ins(%x : memref<64xf32>) outs(%a : memref<64xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#id, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  // expected-error @below {{internal error: may not run in place}}
  kernel.nest "reverse" extents [64] ins(%a : memref<64xf32>) outs(%a : memref<64xf32>)
    {body_inputs = 1, init = 0.0 : f32, maps = [#reverse, #id], reduction_rank = 0}
    body { ^bb0(%acc: f32, %0: f32): kernel.yield %0 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  return
}

// -----

func.func private @fill(%0: memref<64xf32> {kernel.access = "write"})
func.func @main(%weights: memref<256xi8> {kernel.weights}) {
  %w = kernel.view %weights[0] @w : memref<256xi8> to memref<64xf32>
  // expected-error @below {{internal error: writes the weights}}
  call @fill(%w) : (memref<64xf32>) -> ()
  return
}
kernel.weight @w dense<0.0> : tensor<64xf32> at 0 : memref<64xf32>

// -----

#rows = affine_map<(i, j) -> (i, j)>

// Interleaved parts of a buffer are disjoint; reading one while writing the
// other is sound.

func.func private @fill(%0: memref<4x8xf32> {kernel.access = "write"})
func.func private @copy(%0: memref<4x4xf32, strided<[8, 1]>> {kernel.access = "read"}, %1: memref<4x4xf32, strided<[8, 1]>> {kernel.access = "write"})
func.func @main(%arena: memref<128xi8> {kernel.arena}) {
  %a = kernel.view %arena[0] : memref<128xi8> to memref<4x8xf32>
  %left = kernel.alias %a[0] : memref<4x8xf32> to memref<4x4xf32, strided<[8, 1]>>
  %right = kernel.alias %a[4] : memref<4x8xf32> to memref<4x4xf32, strided<[8, 1]>>
  %middle = kernel.alias %a[2] : memref<4x8xf32> to memref<4x4xf32, strided<[8, 1]>>
  call @fill(%a) : (memref<4x8xf32>) -> ()
  call @copy(%left, %right) : (memref<4x4xf32, strided<[8, 1]>>, memref<4x4xf32, strided<[8, 1]>>) -> ()
  // expected-error @below {{internal error: reads and writes buffers that overlap in part}}
  call @copy(%left, %middle) : (memref<4x4xf32, strided<[8, 1]>>, memref<4x4xf32, strided<[8, 1]>>) -> ()
  return
}

// -----

#in = affine_map<(r, i) -> (r, i)>
#ring = affine_map<(r, i) -> (r mod 2, i)>
#ring_row = affine_map<(r, i) -> (r, 2, 0)>
#window = affine_map<(r, i, k) -> ((r + k) mod 2, i)>
#window_row = affine_map<(r, i, k) -> (r + k, 2, 0)>
#out = affine_map<(r, i, k) -> (r, i)>

// A ring of two rows for a window of three: every byte was written, but by
// another row.

func.func @main(%x: memref<8x16xf32>, %y: memref<6x16xf32>, %arena: memref<128xi8> {kernel.arena}) {
  %a = kernel.view %arena[0] : memref<128xi8> to memref<2x16xf32>
  kernel.stream ticks 8 {
    %0 = kernel.firing start 0 period 1 count 8
    // expected-note @below {{overwritten here}}
    kernel.nest "exp" extents [8, 16] at %0 ins(%x : memref<8x16xf32>) outs(%a : memref<2x16xf32>)
      {body_inputs = 1, init = 0.0 : f32, maps = [#in, #ring], reduction_rank = 0,
       kernel.ring_rows = [unit, #ring_row]}
      body { ^bb0(%acc: f32, %1: f32): kernel.yield %1 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
    %2 = kernel.firing start 2 period 1 count 6
    // expected-error @below {{internal error: reads bytes 0 to 64 of the arena, which were overwritten}}
    kernel.nest "max_pool" extents [6, 16, 3] at %2 ins(%a : memref<2x16xf32>) outs(%y : memref<6x16xf32>)
      {body_inputs = 1, init = 0.0 : f32, maps = [#window, #out], reduction_rank = 1,
       kernel.ring_rows = [#window_row, unit]}
      body { ^bb0(%acc: f32, %1: f32): %3 = arith.maximumf %acc, %1 : f32 kernel.yield %3 : f32 } finish { ^bb0(%acc: f32): kernel.yield %acc : f32 }
  }
  return
}
