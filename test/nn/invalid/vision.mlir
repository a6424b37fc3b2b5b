// RUN: megcc-opt %s -split-input-file -verify-diagnostics

func.func @nms_rank(%b: tensor<9x4xf32>, %s: tensor<1x3x9xf32>) {
  // expected-error @+2 {{'nn.non_max_suppression' op expected boxes of rank 3, found 'tensor<9x4xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0:2 = nn.non_max_suppression %b, %s max_boxes = 2 iou_threshold = 0.5 : (tensor<9x4xf32>, tensor<1x3x9xf32>) -> (tensor<6x3xi64>, tensor<i64>)
  return
}

// -----

func.func @nms_boxes(%b: tensor<1x8x4xf32>, %s: tensor<1x3x9xf32>) {
  // expected-error @+2 {{'nn.non_max_suppression' op expected boxes of shape 1x9x4, found 1x8x4}}
  // expected-error @+1 {{failed to infer returned types}}
  %0:2 = nn.non_max_suppression %b, %s max_boxes = 2 iou_threshold = 0.5 : (tensor<1x8x4xf32>, tensor<1x3x9xf32>) -> (tensor<6x3xi64>, tensor<i64>)
  return
}

// -----

func.func @nms_max_boxes(%b: tensor<1x9x4xf32>, %s: tensor<1x3x9xf32>) {
  // expected-error @+2 {{'nn.non_max_suppression' op expected max_boxes in [0, 2147483647], found -1}}
  // expected-error @+1 {{failed to infer returned types}}
  %0:2 = nn.non_max_suppression %b, %s max_boxes = -1 iou_threshold = 0.5 : (tensor<1x9x4xf32>, tensor<1x3x9xf32>) -> (tensor<6x3xi64>, tensor<i64>)
  return
}

// -----

func.func @roi_align_x(%x: tensor<2x8x8xf32>, %r: tensor<5x4xf32>, %b: tensor<5xi64>) {
  // expected-error @+2 {{'nn.roi_align' op expected x of rank 4, found 'tensor<2x8x8xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.roi_align max %x, %r, %b height = 7 width = 7 sampling_ratio = 0 spatial_scale = 1.0 : (tensor<2x8x8xf32>, tensor<5x4xf32>, tensor<5xi64>) -> tensor<5x2x7x7xf32>
  return
}

// -----

func.func @roi_align_rois(%x: tensor<1x2x8x8xf32>, %r: tensor<5x5xf32>, %b: tensor<5xi64>) {
  // expected-error @+2 {{'nn.roi_align' op expected rois of shape 5x4, found 5x5}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.roi_align max %x, %r, %b height = 7 width = 7 sampling_ratio = 0 spatial_scale = 1.0 : (tensor<1x2x8x8xf32>, tensor<5x5xf32>, tensor<5xi64>) -> tensor<5x2x7x7xf32>
  return
}

// -----

func.func @roi_align_batch(%x: tensor<1x2x8x8xf32>, %r: tensor<5x4xf32>, %b: tensor<4xi64>) {
  // expected-error @+2 {{'nn.roi_align' op expected batch_indices of shape 5, found 4}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.roi_align max %x, %r, %b height = 7 width = 7 sampling_ratio = 0 spatial_scale = 1.0 : (tensor<1x2x8x8xf32>, tensor<5x4xf32>, tensor<4xi64>) -> tensor<5x2x7x7xf32>
  return
}

// -----

func.func @roi_align_range(%x: tensor<1x2x8x8xf32>, %r: tensor<5x4xf32>, %b: tensor<5xi64>) {
  // expected-error @+2 {{'nn.roi_align' op expected height in [1, 2147483647], found 0}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.roi_align max %x, %r, %b height = 0 width = 7 sampling_ratio = 0 spatial_scale = 1.0 : (tensor<1x2x8x8xf32>, tensor<5x4xf32>, tensor<5xi64>) -> tensor<5x2x7x7xf32>
  return
}

// -----

func.func @grid_sample_x(%x: tensor<1x2xf32>, %g: tensor<1x0xf32>) {
  // expected-error @+2 {{'nn.grid_sample' op expected x of rank 3 or more, found 'tensor<1x2xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.grid_sample linear %x, %g : (tensor<1x2xf32>, tensor<1x0xf32>) -> tensor<1x2xf32>
  return
}

// -----

func.func @grid_sample_grid(%x: tensor<1x2x8x8xf32>, %g: tensor<1x8x8x3xf32>) {
  // expected-error @+2 {{'nn.grid_sample' op expected grid of shape 1x8x8x2, found 1x8x8x3}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.grid_sample linear %x, %g : (tensor<1x2x8x8xf32>, tensor<1x8x8x3xf32>) -> tensor<1x2x8x8xf32>
  return
}

// -----

func.func @grid_sample_cubic(%x: tensor<1x2x8xf32>, %g: tensor<1x8x1xf32>) {
  // expected-error @+2 {{'nn.grid_sample' op expected 2 spatial dimensions in mode cubic, found 1}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.grid_sample cubic %x, %g : (tensor<1x2x8xf32>, tensor<1x8x1xf32>) -> tensor<1x2x8xf32>
  return
}

// -----

func.func @max_unpool_indices(%x: tensor<1x2x2xf32>, %i: tensor<1x2x3xi64>) {
  // expected-error @+1 {{'nn.max_unpool' op expected indices of shape 1x2x2, found 1x2x3}}
  %0 = nn.max_unpool %x, %i : (tensor<1x2x2xf32>, tensor<1x2x3xi64>) -> tensor<1x2x4xf32>
  return
}

// -----

func.func @max_unpool_result(%x: tensor<1x2x2xf32>, %i: tensor<1x2x2xi64>) {
  // expected-error @+1 {{'nn.max_unpool' op expected result of element type 'f32', found 'f16'}}
  %0 = nn.max_unpool %x, %i : (tensor<1x2x2xf32>, tensor<1x2x2xi64>) -> tensor<1x2x4xf16>
  return
}

// -----

func.func @det_rank(%x: tensor<3xf32>) {
  // expected-error @+2 {{'nn.det' op expected x of rank 2 or more, found 'tensor<3xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.det %x : (tensor<3xf32>) -> tensor<f32>
  return
}

// -----

func.func @det_square(%x: tensor<3x4xf32>) {
  // expected-error @+2 {{'nn.det' op expected square matrices, found 3x4}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.det %x : (tensor<3x4xf32>) -> tensor<f32>
  return
}
