// RUN: megcc-opt --split-input-file --verify-diagnostics %s

func.func @arg_reduce(%x: memref<2x9x3xf32>, %y: memref<2x9xi64>) {
  // expected-error @+1 {{'kernel.arg_reduce' op result is [2, 9], expected [2, 3]}}
  kernel.arg_reduce ins(%x : memref<2x9x3xf32>) outs(%y : memref<2x9xi64>)
  return
}

// -----

func.func @scan(%x: memref<2x9xf32>, %y: memref<2x9xf32>) {
  // expected-error @+1 {{'kernel.scan' op first input has 2 dimensions, expected 3}}
  kernel.scan ins(%x : memref<2x9xf32>) outs(%y : memref<2x9xf32>)
  return
}

// -----

func.func @top_k(%x: memref<1x4x1xf32>, %v: memref<1x5x1xf32>, %i: memref<1x5x1xi64>) {
  // expected-error @+1 {{'kernel.top_k' op gives 5 of 4 elements}}
  kernel.top_k ins(%x : memref<1x4x1xf32>) outs(%v, %i : memref<1x5x1xf32>, memref<1x5x1xi64>)
  return
}

// -----

func.func @scatter_elements(%x: memref<4xf32>, %i: memref<2xi64>, %u: memref<3xf32>) {
  // expected-error @+1 {{'kernel.scatter_elements' op indices and updates differ in shape}}
  kernel.scatter_elements add ins(%x, %i, %u : memref<4xf32>, memref<2xi64>, memref<3xf32>)
    outs(%x : memref<4xf32>) {axis = 0}
  return
}

// -----

func.func @scatter_nd(%x: memref<4x8xf32>, %i: memref<2x2xi64>, %u: memref<2x8xf32>) {
  // expected-error @+1 {{'kernel.scatter_nd' op indices is [2, 2], expected [2, 1]}}
  kernel.scatter_nd add ins(%x, %i, %u : memref<4x8xf32>, memref<2x2xi64>, memref<2x8xf32>)
    outs(%x : memref<4x8xf32>)
  return
}

// -----

func.func @reverse_sequence(%x: memref<4x8xf32>, %n: memref<4xi64>, %y: memref<4x8xf32>) {
  // expected-error @+1 {{'kernel.reverse_sequence' op needs two different axes of x}}
  kernel.reverse_sequence ins(%x, %n : memref<4x8xf32>, memref<4xi64>)
    outs(%y : memref<4x8xf32>) {batch_axis = 1, time_axis = 1}
  return
}

// -----

func.func @max_pool(%x: memref<1x6x6xf32>, %y: memref<1x3x3xf32>, %i: memref<1x3x3xi64>) {
  // expected-error @+1 {{'kernel.max_pool' op needs one entry per spatial dimension}}
  kernel.max_pool ins(%x : memref<1x6x6xf32>) outs(%y, %i : memref<1x3x3xf32>, memref<1x3x3xi64>)
    {kernel = array<i64: 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0>,
     dilations = array<i64: 1, 1>}
  return
}

// -----

func.func @non_max_suppression(%b: memref<1x9x4xf32>, %s: memref<1x2x9xf32>,
    %i: memref<4x3xi64>, %n: memref<i64>, %a: memref<9xi8>) {
  // expected-error @+1 {{'kernel.non_max_suppression' op has 4 rows for up to 6 choices}}
  kernel.non_max_suppression ins(%b, %s : memref<1x9x4xf32>, memref<1x2x9xf32>)
    outs(%i, %n, %a : memref<4x3xi64>, memref<i64>, memref<9xi8>)
    {max_boxes = 3, iou_threshold = 0.5}
  return
}

// -----

func.func @grid_sample(%x: memref<1x2x5x6xf32>, %g: memref<1x4x4x3xf32>, %y: memref<1x2x4x4xf32>) {
  // expected-error @+1 {{'kernel.grid_sample' op grid is [1, 4, 4, 3], expected [1, ?, ?, 2]}}
  kernel.grid_sample linear zeros ins(%x, %g : memref<1x2x5x6xf32>, memref<1x4x4x3xf32>)
    outs(%y : memref<1x2x4x4xf32>)
  return
}

// -----

func.func @recurrent(%x: memref<5x1x3xf32>, %w: memref<1x4x3xf32>, %r: memref<1x4x4xf32>,
    %y: memref<5x1x1x4xf32>, %h: memref<1x1x4xf32>, %g: memref<2x4xf32>) {
  // expected-error @+1 {{'kernel.recurrent' op has 2 activations, expected 1}}
  kernel.recurrent rnn forward ins(%x, %w, %r : memref<5x1x3xf32>, memref<1x4x3xf32>,
    memref<1x4x4xf32>) outs(%y, %h, %g : memref<5x1x1x4xf32>, memref<1x1x4xf32>, memref<2x4xf32>)
    activations {
  ^bb0(%0: f32):
    kernel.yield %0 : f32
  }, {
  ^bb0(%0: f32):
    kernel.yield %0 : f32
  }
  return
}

// -----

func.func @det(%x: memref<5x3x4xf32>, %y: memref<5xf32>, %s: memref<4x4xf32>) {
  // expected-error @+1 {{'kernel.det' op x is [5, 3, 4], expected [?, 4, ?]}}
  kernel.det ins(%x : memref<5x3x4xf32>) outs(%y, %s : memref<5xf32>, memref<4x4xf32>)
  return
}
