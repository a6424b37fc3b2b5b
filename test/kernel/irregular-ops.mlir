// RUN: megcc-opt %s | megcc-opt | FileCheck %s

// CHECK: kernel.arg_reduce ins(%{{.*}} : memref<2x9x3xf32>) outs(%{{.*}} : memref<2x3xi64>) {least, select_last}
func.func @arg_reduce(%x: memref<2x9x3xf32>, %y: memref<2x3xi64>) {
  kernel.arg_reduce ins(%x : memref<2x9x3xf32>) outs(%y : memref<2x3xi64>) {least, select_last}
  return
}

// CHECK: kernel.scan ins({{.*}}) outs({{.*}}) {exclusive, reverse}
func.func @scan(%x: memref<2x9x3xf32>, %y: memref<2x9x3xf32>) {
  kernel.scan ins(%x : memref<2x9x3xf32>) outs(%y : memref<2x9x3xf32>) {exclusive, reverse}
  return
}

// CHECK: kernel.top_k ins({{.*}}) outs({{.*}}) {is_unsigned}
func.func @top_k(%x: memref<1x9x1xi8>, %v: memref<1x5x1xi8>, %i: memref<1x5x1xi64>) {
  kernel.top_k ins(%x : memref<1x9x1xi8>) outs(%v, %i : memref<1x5x1xi8>, memref<1x5x1xi64>) {is_unsigned}
  return
}

// CHECK: kernel.scatter_elements add ins({{.*}}) outs({{.*}}) {axis = 1 : i64}
// CHECK: kernel.scatter_nd max ins({{.*}}) outs({{.*}})
func.func @scatter(%x: memref<4x8xf32>, %e: memref<4x2xi64>, %u: memref<4x2xf32>,
                   %t: memref<2x1xi64>, %s: memref<2x8xf32>, %y: memref<4x8xf32>) {
  kernel.scatter_elements add ins(%x, %e, %u : memref<4x8xf32>, memref<4x2xi64>, memref<4x2xf32>)
    outs(%y : memref<4x8xf32>) {axis = 1}
  kernel.scatter_nd max ins(%x, %t, %s : memref<4x8xf32>, memref<2x1xi64>, memref<2x8xf32>)
    outs(%y : memref<4x8xf32>)
  return
}

// CHECK: kernel.grid_sample cubic reflection ins({{.*}}) outs({{.*}}) {align_corners}
func.func @grid_sample(%x: memref<1x2x5x6xf32>, %g: memref<1x4x4x2xf32>, %y: memref<1x2x4x4xf32>) {
  kernel.grid_sample cubic reflection ins(%x, %g : memref<1x2x5x6xf32>, memref<1x4x4x2xf32>)
    outs(%y : memref<1x2x4x4xf32>) {align_corners}
  return
}

// CHECK: kernel.recurrent rnn bidirectional ins({{.*}}) outs({{.*}}) activations {
// CHECK: }, {
func.func @recurrent(%x: memref<5x1x3xf32>, %w: memref<2x4x3xf32>, %r: memref<2x4x4xf32>,
    %y: memref<5x2x1x4xf32>, %h: memref<2x1x4xf32>, %g: memref<2x4xf32>) {
  kernel.recurrent rnn bidirectional ins(%x, %w, %r : memref<5x1x3xf32>, memref<2x4x3xf32>,
    memref<2x4x4xf32>) outs(%y, %h, %g : memref<5x2x1x4xf32>, memref<2x1x4xf32>, memref<2x4xf32>)
    activations {
  ^bb0(%0: f32):
    kernel.yield %0 : f32
  }, {
  ^bb0(%0: f32):
    kernel.yield %0 : f32
  }
  return
}
