// RUN: megcc-opt %s --fold-constants=max-growth=1000000 | FileCheck %s
//
// Detection, sampling, linear algebra. Expected values: torch, numpy, or a direct
// transcription of the formulas.

// Boxes 3 and 1 suppress their neighbours.

// CHECK-LABEL: func @non_max_suppression()
// CHECK-DAG: nn.constant dense<[0, 0, 3, 0, 0, 1, -1, -1, -1]> : tensor<9xi64>
// CHECK-DAG: nn.constant dense<2> : tensor<1xi64>
func.func @non_max_suppression() -> (tensor<9xi64>, tensor<1xi64>) {
  %b = nn.constant dense<[[[0.0, 0.0, 1.0, 1.0], [0.0, 0.1, 1.0, 1.1], [0.0, 10.0, 1.0, 11.0], [0.0, 10.1, 1.0, 11.1]]]> : tensor<1x4x4xf32>
  %s = nn.constant dense<[[[0.5, 0.75, 0.6, 0.9]]]> : tensor<1x1x4xf32>
  %y0, %y1 = nn.non_max_suppression %b, %s max_boxes = 3 iou_threshold = 0.5 : (tensor<1x4x4xf32>, tensor<1x1x4xf32>) -> (tensor<3x3xi64>, tensor<i64>)
  %y0_flat = nn.reshape %y0 : (tensor<3x3xi64>) -> tensor<9xi64>
  %y1_flat = nn.reshape %y1 : (tensor<i64>) -> tensor<1xi64>
  return %y0_flat, %y1_flat : tensor<9xi64>, tensor<1xi64>
}

// CHECK-LABEL: func @non_max_suppression_score()
// CHECK-DAG: nn.constant dense<[0, 0, 3, -1, -1, -1]> : tensor<6xi64>
// CHECK-DAG: nn.constant dense<1> : tensor<1xi64>
func.func @non_max_suppression_score() -> (tensor<6xi64>, tensor<1xi64>) {
  %b = nn.constant dense<[[[0.0, 0.0, 1.0, 1.0], [0.0, 0.1, 1.0, 1.1], [0.0, 10.0, 1.0, 11.0], [0.0, 10.1, 1.0, 11.1]]]> : tensor<1x4x4xf32>
  %s = nn.constant dense<[[[0.5, 0.75, 0.6, 0.9]]]> : tensor<1x1x4xf32>
  %y0, %y1 = nn.non_max_suppression %b, %s max_boxes = 2 iou_threshold = 1.0 score_threshold = 0.8  : (tensor<1x4x4xf32>, tensor<1x1x4xf32>) -> (tensor<2x3xi64>, tensor<i64>)
  %y0_flat = nn.reshape %y0 : (tensor<2x3xi64>) -> tensor<6xi64>
  %y1_flat = nn.reshape %y1 : (tensor<i64>) -> tensor<1xi64>
  return %y0_flat, %y1_flat : tensor<6xi64>, tensor<1xi64>
}

// CHECK-LABEL: func @non_max_suppression_center()
// CHECK-DAG: nn.constant dense<[0, 0, 1, 0, 0, 2, -1, -1, -1]> : tensor<9xi64>
// CHECK-DAG: nn.constant dense<2> : tensor<1xi64>
func.func @non_max_suppression_center() -> (tensor<9xi64>, tensor<1xi64>) {
  %b = nn.constant dense<[[[0.5, 0.5, 1.0, 1.0], [0.5, 0.6, 1.0, 1.0], [0.5, 2.0, 1.0, 1.0]]]> : tensor<1x3x4xf32>
  %s = nn.constant dense<[[[0.5, 0.75, 0.6]]]> : tensor<1x1x3xf32>
  %y0, %y1 = nn.non_max_suppression %b, %s max_boxes = 3 iou_threshold = 0.5 center_point : (tensor<1x3x4xf32>, tensor<1x1x3xf32>) -> (tensor<3x3xi64>, tensor<i64>)
  %y0_flat = nn.reshape %y0 : (tensor<3x3xi64>) -> tensor<9xi64>
  %y1_flat = nn.reshape %y1 : (tensor<i64>) -> tensor<1xi64>
  return %y0_flat, %y1_flat : tensor<9xi64>, tensor<1xi64>
}

// CHECK-LABEL: func @roi_align()
// CHECK: nn.constant dense<[5047, 4125, 4531, 2281]> : tensor<4xi32>
func.func @roi_align() -> tensor<4xi32> {
  %x = nn.constant dense<[[[[5.0, 5.0, 0.0, 5.0], [6.0, 1.0, 7.0, 5.0], [-1.0, -1.0, 4.0, 6.0], [11.0, 1.0, 17.0, 14.0]]]]> : tensor<1x1x4x4xf32>
  %r = nn.constant dense<[[0.0, 0.0, 2.0, 2.0]]> : tensor<1x4xf32>
  %b = nn.constant dense<[0]> : tensor<1xi64>
  %y = nn.roi_align avg %x, %r, %b height = 2 width = 2 sampling_ratio = 2 spatial_scale = 1.0 half_pixel : (tensor<1x1x4x4xf32>, tensor<1x4xf32>, tensor<1xi64>) -> tensor<1x1x2x2xf32>
  %y_flat = nn.reshape %y : (tensor<1x1x2x2xf32>) -> tensor<4xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %y_round = nn.round %y_scaled : tensor<4xf32>
  %y_int = nn.cast %y_round : (tensor<4xf32>) -> tensor<4xi32>
  return %y_int : tensor<4xi32>
}

// CHECK-LABEL: func @roi_align_not_aligned()
// CHECK: nn.constant dense<[4514, 4986]> : tensor<2xi32>
func.func @roi_align_not_aligned() -> tensor<2xi32> {
  %x = nn.constant dense<[[[[5.0, 5.0, 0.0, 5.0], [6.0, 1.0, 7.0, 5.0], [-1.0, -1.0, 4.0, 6.0], [11.0, 1.0, 17.0, 14.0]]]]> : tensor<1x1x4x4xf32>
  %r = nn.constant dense<[[2.0, 2.0, 6.0, 5.0]]> : tensor<1x4xf32>
  %b = nn.constant dense<[0]> : tensor<1xi64>
  %y = nn.roi_align avg %x, %r, %b height = 2 width = 1 sampling_ratio = 3 spatial_scale = 0.5 : (tensor<1x1x4x4xf32>, tensor<1x4xf32>, tensor<1xi64>) -> tensor<1x1x2x1xf32>
  %y_flat = nn.reshape %y : (tensor<1x1x2x1xf32>) -> tensor<2xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
  %y_round = nn.round %y_scaled : tensor<2xf32>
  %y_int = nn.cast %y_round : (tensor<2xf32>) -> tensor<2xi32>
  return %y_int : tensor<2xi32>
}

// Samples at 0.25 and 0.75.

// CHECK-LABEL: func @roi_align_max()
// CHECK: nn.constant dense<2250> : tensor<1xi32>
func.func @roi_align_max() -> tensor<1xi32> {
  %x = nn.constant dense<[[[[1.0, 2.0], [3.0, 4.0]]]]> : tensor<1x1x2x2xf32>
  %r = nn.constant dense<[[0.0, 0.0, 1.0, 1.0]]> : tensor<1x4xf32>
  %b = nn.constant dense<[0]> : tensor<1xi64>
  %y = nn.roi_align max %x, %r, %b height = 1 width = 1 sampling_ratio = 2 spatial_scale = 1.0 : (tensor<1x1x2x2xf32>, tensor<1x4xf32>, tensor<1xi64>) -> tensor<1x1x1x1xf32>
  %y_flat = nn.reshape %y : (tensor<1x1x1x1xf32>) -> tensor<1xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<1xf32>, tensor<f32>) -> tensor<1xf32>
  %y_round = nn.round %y_scaled : tensor<1xf32>
  %y_int = nn.cast %y_round : (tensor<1xf32>) -> tensor<1xi32>
  return %y_int : tensor<1xi32>
}

// CHECK-LABEL: func @grid_sample_linear_zeros()
// CHECK: nn.constant dense<[719, 250, 1375, 203, -31, -500, 2188, 2375, 1438, 1906, 2406, 2250]> : tensor<12xi32>
func.func @grid_sample_linear_zeros() -> tensor<12xi32> {
  %x = nn.constant dense<[[[[0.0, 1.0, -1.0, -1.0], [4.0, 1.0, 1.0, -2.0], [-1.0, -1.0, 3.0, 1.0]], [[-3.0, 0.0, 0.0, -2.0], [2.0, 3.0, 2.0, 3.0], [-1.0, 2.0, 3.0, 1.0]]]]> : tensor<1x2x3x4xf32>
  %g = nn.constant dense<[[[[-0.375, 0.25], [-0.125, 0.5], [-0.375, -0.25]], [[-0.375, 0.375], [0.5, 0.125], [-0.25, 0.5]]]]> : tensor<1x2x3x2xf32>
  %y = nn.grid_sample linear %x, %g : (tensor<1x2x3x4xf32>, tensor<1x2x3x2xf32>) -> tensor<1x2x2x3xf32>
  %y_flat = nn.reshape %y : (tensor<1x2x2x3xf32>) -> tensor<12xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<12xf32>, tensor<f32>) -> tensor<12xf32>
  %y_round = nn.round %y_scaled : tensor<12xf32>
  %y_int = nn.cast %y_round : (tensor<12xf32>) -> tensor<12xi32>
  return %y_int : tensor<12xi32>
}

// CHECK-LABEL: func @grid_sample_linear_zeros_aligned()
// CHECK: nn.constant dense<[641, 625, 1125, 367, 531, 250, 2656, 2500, 2156, 2516, 2281, 2500]> : tensor<12xi32>
func.func @grid_sample_linear_zeros_aligned() -> tensor<12xi32> {
  %x = nn.constant dense<[[[[0.0, 1.0, -1.0, -1.0], [4.0, 1.0, 1.0, -2.0], [-1.0, -1.0, 3.0, 1.0]], [[-3.0, 0.0, 0.0, -2.0], [2.0, 3.0, 2.0, 3.0], [-1.0, 2.0, 3.0, 1.0]]]]> : tensor<1x2x3x4xf32>
  %g = nn.constant dense<[[[[-0.375, 0.25], [-0.125, 0.5], [-0.375, -0.25]], [[-0.375, 0.375], [0.5, 0.125], [-0.25, 0.5]]]]> : tensor<1x2x3x2xf32>
  %y = nn.grid_sample linear %x, %g align_corners : (tensor<1x2x3x4xf32>, tensor<1x2x3x2xf32>) -> tensor<1x2x2x3xf32>
  %y_flat = nn.reshape %y : (tensor<1x2x2x3xf32>) -> tensor<12xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<12xf32>, tensor<f32>) -> tensor<12xf32>
  %y_round = nn.round %y_scaled : tensor<12xf32>
  %y_int = nn.cast %y_round : (tensor<12xf32>) -> tensor<12xi32>
  return %y_int : tensor<12xi32>
}

// CHECK-LABEL: func @grid_sample_linear_border()
// CHECK: nn.constant dense<[719, 250, 1375, 203, -31, -500, 2188, 2375, 1438, 1906, 2406, 2250]> : tensor<12xi32>
func.func @grid_sample_linear_border() -> tensor<12xi32> {
  %x = nn.constant dense<[[[[0.0, 1.0, -1.0, -1.0], [4.0, 1.0, 1.0, -2.0], [-1.0, -1.0, 3.0, 1.0]], [[-3.0, 0.0, 0.0, -2.0], [2.0, 3.0, 2.0, 3.0], [-1.0, 2.0, 3.0, 1.0]]]]> : tensor<1x2x3x4xf32>
  %g = nn.constant dense<[[[[-0.375, 0.25], [-0.125, 0.5], [-0.375, -0.25]], [[-0.375, 0.375], [0.5, 0.125], [-0.25, 0.5]]]]> : tensor<1x2x3x2xf32>
  %y = nn.grid_sample linear %x, %g padding = border : (tensor<1x2x3x4xf32>, tensor<1x2x3x2xf32>) -> tensor<1x2x2x3xf32>
  %y_flat = nn.reshape %y : (tensor<1x2x2x3xf32>) -> tensor<12xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<12xf32>, tensor<f32>) -> tensor<12xf32>
  %y_round = nn.round %y_scaled : tensor<12xf32>
  %y_int = nn.cast %y_round : (tensor<12xf32>) -> tensor<12xi32>
  return %y_int : tensor<12xi32>
}

// CHECK-LABEL: func @grid_sample_linear_border_aligned()
// CHECK: nn.constant dense<[641, 625, 1125, 367, 531, 250, 2656, 2500, 2156, 2516, 2281, 2500]> : tensor<12xi32>
func.func @grid_sample_linear_border_aligned() -> tensor<12xi32> {
  %x = nn.constant dense<[[[[0.0, 1.0, -1.0, -1.0], [4.0, 1.0, 1.0, -2.0], [-1.0, -1.0, 3.0, 1.0]], [[-3.0, 0.0, 0.0, -2.0], [2.0, 3.0, 2.0, 3.0], [-1.0, 2.0, 3.0, 1.0]]]]> : tensor<1x2x3x4xf32>
  %g = nn.constant dense<[[[[-0.375, 0.25], [-0.125, 0.5], [-0.375, -0.25]], [[-0.375, 0.375], [0.5, 0.125], [-0.25, 0.5]]]]> : tensor<1x2x3x2xf32>
  %y = nn.grid_sample linear %x, %g padding = border align_corners : (tensor<1x2x3x4xf32>, tensor<1x2x3x2xf32>) -> tensor<1x2x2x3xf32>
  %y_flat = nn.reshape %y : (tensor<1x2x2x3xf32>) -> tensor<12xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<12xf32>, tensor<f32>) -> tensor<12xf32>
  %y_round = nn.round %y_scaled : tensor<12xf32>
  %y_int = nn.cast %y_round : (tensor<12xf32>) -> tensor<12xi32>
  return %y_int : tensor<12xi32>
}

// CHECK-LABEL: func @grid_sample_linear_reflection()
// CHECK: nn.constant dense<[719, 250, 1375, 203, -31, -500, 2188, 2375, 1438, 1906, 2406, 2250]> : tensor<12xi32>
func.func @grid_sample_linear_reflection() -> tensor<12xi32> {
  %x = nn.constant dense<[[[[0.0, 1.0, -1.0, -1.0], [4.0, 1.0, 1.0, -2.0], [-1.0, -1.0, 3.0, 1.0]], [[-3.0, 0.0, 0.0, -2.0], [2.0, 3.0, 2.0, 3.0], [-1.0, 2.0, 3.0, 1.0]]]]> : tensor<1x2x3x4xf32>
  %g = nn.constant dense<[[[[-0.375, 0.25], [-0.125, 0.5], [-0.375, -0.25]], [[-0.375, 0.375], [0.5, 0.125], [-0.25, 0.5]]]]> : tensor<1x2x3x2xf32>
  %y = nn.grid_sample linear %x, %g padding = reflection : (tensor<1x2x3x4xf32>, tensor<1x2x3x2xf32>) -> tensor<1x2x2x3xf32>
  %y_flat = nn.reshape %y : (tensor<1x2x2x3xf32>) -> tensor<12xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<12xf32>, tensor<f32>) -> tensor<12xf32>
  %y_round = nn.round %y_scaled : tensor<12xf32>
  %y_int = nn.cast %y_round : (tensor<12xf32>) -> tensor<12xi32>
  return %y_int : tensor<12xi32>
}

// CHECK-LABEL: func @grid_sample_linear_reflection_aligned()
// CHECK: nn.constant dense<[641, 625, 1125, 367, 531, 250, 2656, 2500, 2156, 2516, 2281, 2500]> : tensor<12xi32>
func.func @grid_sample_linear_reflection_aligned() -> tensor<12xi32> {
  %x = nn.constant dense<[[[[0.0, 1.0, -1.0, -1.0], [4.0, 1.0, 1.0, -2.0], [-1.0, -1.0, 3.0, 1.0]], [[-3.0, 0.0, 0.0, -2.0], [2.0, 3.0, 2.0, 3.0], [-1.0, 2.0, 3.0, 1.0]]]]> : tensor<1x2x3x4xf32>
  %g = nn.constant dense<[[[[-0.375, 0.25], [-0.125, 0.5], [-0.375, -0.25]], [[-0.375, 0.375], [0.5, 0.125], [-0.25, 0.5]]]]> : tensor<1x2x3x2xf32>
  %y = nn.grid_sample linear %x, %g padding = reflection align_corners : (tensor<1x2x3x4xf32>, tensor<1x2x3x2xf32>) -> tensor<1x2x2x3xf32>
  %y_flat = nn.reshape %y : (tensor<1x2x2x3xf32>) -> tensor<12xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<12xf32>, tensor<f32>) -> tensor<12xf32>
  %y_round = nn.round %y_scaled : tensor<12xf32>
  %y_int = nn.cast %y_round : (tensor<12xf32>) -> tensor<12xi32>
  return %y_int : tensor<12xi32>
}

// CHECK-LABEL: func @grid_sample_nearest_zeros()
// CHECK: nn.constant dense<[1000, -1000, 1000, -1000, 1000, -1000, 3000, 2000, 3000, 2000, 2000, 2000]> : tensor<12xi32>
func.func @grid_sample_nearest_zeros() -> tensor<12xi32> {
  %x = nn.constant dense<[[[[0.0, 1.0, -1.0, -1.0], [4.0, 1.0, 1.0, -2.0], [-1.0, -1.0, 3.0, 1.0]], [[-3.0, 0.0, 0.0, -2.0], [2.0, 3.0, 2.0, 3.0], [-1.0, 2.0, 3.0, 1.0]]]]> : tensor<1x2x3x4xf32>
  %g = nn.constant dense<[[[[-0.375, 0.25], [-0.125, 0.5], [-0.375, -0.25]], [[-0.375, 0.375], [0.5, 0.125], [-0.25, 0.5]]]]> : tensor<1x2x3x2xf32>
  %y = nn.grid_sample nearest %x, %g : (tensor<1x2x3x4xf32>, tensor<1x2x3x2xf32>) -> tensor<1x2x2x3xf32>
  %y_flat = nn.reshape %y : (tensor<1x2x2x3xf32>) -> tensor<12xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<12xf32>, tensor<f32>) -> tensor<12xf32>
  %y_round = nn.round %y_scaled : tensor<12xf32>
  %y_int = nn.cast %y_round : (tensor<12xf32>) -> tensor<12xi32>
  return %y_int : tensor<12xi32>
}

// CHECK-LABEL: func @grid_sample_nearest_reflection_aligned()
// CHECK: nn.constant dense<[1000, -1000, 1000, 1000, 1000, -1000, 3000, 2000, 3000, 3000, 2000, 2000]> : tensor<12xi32>
func.func @grid_sample_nearest_reflection_aligned() -> tensor<12xi32> {
  %x = nn.constant dense<[[[[0.0, 1.0, -1.0, -1.0], [4.0, 1.0, 1.0, -2.0], [-1.0, -1.0, 3.0, 1.0]], [[-3.0, 0.0, 0.0, -2.0], [2.0, 3.0, 2.0, 3.0], [-1.0, 2.0, 3.0, 1.0]]]]> : tensor<1x2x3x4xf32>
  %g = nn.constant dense<[[[[-0.375, 0.25], [-0.125, 0.5], [-0.375, -0.25]], [[-0.375, 0.375], [0.5, 0.125], [-0.25, 0.5]]]]> : tensor<1x2x3x2xf32>
  %y = nn.grid_sample nearest %x, %g padding = reflection align_corners : (tensor<1x2x3x4xf32>, tensor<1x2x3x2xf32>) -> tensor<1x2x2x3xf32>
  %y_flat = nn.reshape %y : (tensor<1x2x2x3xf32>) -> tensor<12xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<12xf32>, tensor<f32>) -> tensor<12xf32>
  %y_round = nn.round %y_scaled : tensor<12xf32>
  %y_int = nn.cast %y_round : (tensor<12xf32>) -> tensor<12xi32>
  return %y_int : tensor<12xi32>
}

// CHECK-LABEL: func @grid_sample_cubic_zeros()
// CHECK: nn.constant dense<[635, 163, 1944, -132, -63, -652, 2800, 3027, 1746, 2364, 3012, 2543]> : tensor<12xi32>
func.func @grid_sample_cubic_zeros() -> tensor<12xi32> {
  %x = nn.constant dense<[[[[0.0, 1.0, -1.0, -1.0], [4.0, 1.0, 1.0, -2.0], [-1.0, -1.0, 3.0, 1.0]], [[-3.0, 0.0, 0.0, -2.0], [2.0, 3.0, 2.0, 3.0], [-1.0, 2.0, 3.0, 1.0]]]]> : tensor<1x2x3x4xf32>
  %g = nn.constant dense<[[[[-0.375, 0.25], [-0.125, 0.5], [-0.375, -0.25]], [[-0.375, 0.375], [0.5, 0.125], [-0.25, 0.5]]]]> : tensor<1x2x3x2xf32>
  %y = nn.grid_sample cubic %x, %g : (tensor<1x2x3x4xf32>, tensor<1x2x3x2xf32>) -> tensor<1x2x2x3xf32>
  %y_flat = nn.reshape %y : (tensor<1x2x2x3xf32>) -> tensor<12xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<12xf32>, tensor<f32>) -> tensor<12xf32>
  %y_round = nn.round %y_scaled : tensor<12xf32>
  %y_int = nn.cast %y_round : (tensor<12xf32>) -> tensor<12xi32>
  return %y_int : tensor<12xi32>
}

// CHECK-LABEL: func @grid_sample_cubic_reflection_aligned()
// CHECK: nn.constant dense<[563, 520, 1369, 181, 625, -7, 3010, 2962, 2291, 2828, 2397, 2846]> : tensor<12xi32>
func.func @grid_sample_cubic_reflection_aligned() -> tensor<12xi32> {
  %x = nn.constant dense<[[[[0.0, 1.0, -1.0, -1.0], [4.0, 1.0, 1.0, -2.0], [-1.0, -1.0, 3.0, 1.0]], [[-3.0, 0.0, 0.0, -2.0], [2.0, 3.0, 2.0, 3.0], [-1.0, 2.0, 3.0, 1.0]]]]> : tensor<1x2x3x4xf32>
  %g = nn.constant dense<[[[[-0.375, 0.25], [-0.125, 0.5], [-0.375, -0.25]], [[-0.375, 0.375], [0.5, 0.125], [-0.25, 0.5]]]]> : tensor<1x2x3x2xf32>
  %y = nn.grid_sample cubic %x, %g padding = reflection align_corners : (tensor<1x2x3x4xf32>, tensor<1x2x3x2xf32>) -> tensor<1x2x2x3xf32>
  %y_flat = nn.reshape %y : (tensor<1x2x2x3xf32>) -> tensor<12xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y_scaled = nn.mul %y_flat, %scale : (tensor<12xf32>, tensor<f32>) -> tensor<12xf32>
  %y_round = nn.round %y_scaled : tensor<12xf32>
  %y_int = nn.cast %y_round : (tensor<12xf32>) -> tensor<12xi32>
  return %y_int : tensor<12xi32>
}

// Positions outside are ignored.

// CHECK-LABEL: func @max_unpool()
// CHECK: nn.constant dense<[0, 0, 2, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3]> : tensor<16xi32>
func.func @max_unpool() -> tensor<16xi32> {
  %x = nn.constant dense<[[[1.0, 2.0], [3.0, 4.0]]]> : tensor<1x2x2xf32>
  %i = nn.constant dense<[[[5, 2], [15, 99]]]> : tensor<1x2x2xi64>
  %y = nn.max_unpool %x, %i : (tensor<1x2x2xf32>, tensor<1x2x2xi64>) -> tensor<1x4x4xf32>
  %y_flat = nn.reshape %y : (tensor<1x4x4xf32>) -> tensor<16xf32>
  %y_int = nn.cast %y_flat : (tensor<16xf32>) -> tensor<16xi32>
  return %y_int : tensor<16xi32>
}

// CHECK-LABEL: func @det()
// CHECK: nn.constant dense<[-97, 14]> : tensor<2xi32>
func.func @det() -> tensor<2xi32> {
  %x = nn.constant dense<[[[-3.0, 3.0, 1.0], [-4.0, -1.0, -4.0], [-1.0, 3.0, -4.0]], [[0.0, 1.0, -2.0], [2.0, -3.0, 2.0], [-2.0, 0.0, -3.0]]]> : tensor<2x3x3xf32>
  %y = nn.det %x : (tensor<2x3x3xf32>) -> tensor<2xf32>
  %y_int = nn.cast %y : (tensor<2xf32>) -> tensor<2xi32>
  return %y_int : tensor<2xi32>
}
