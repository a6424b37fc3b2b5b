// RUN: megcc-opt %s | megcc-opt | FileCheck %s

// CHECK-LABEL: @non_max_suppression
func.func @non_max_suppression(%b: tensor<1x100x4xf32>, %s: tensor<1x3x100xf32>) {
  // CHECK: nn.non_max_suppression %{{.*}}, %{{.*}} max_boxes = 10 iou_threshold = 5.000000e-01 score_threshold = 1.000000e-01 center_point : (tensor<1x100x4xf32>, tensor<1x3x100xf32>) -> (tensor<30x3xi64>, tensor<i64>)
  %0:2 = nn.non_max_suppression %b, %s max_boxes = 10 iou_threshold = 5.000000e-01 score_threshold = 1.000000e-01 center_point : (tensor<1x100x4xf32>, tensor<1x3x100xf32>) -> (tensor<30x3xi64>, tensor<i64>)
  return
}

// CHECK-LABEL: @roi_align
func.func @roi_align(%x: tensor<1x8x32x32xf32>, %r: tensor<5x4xf32>, %b: tensor<5xi64>) {
  // CHECK: nn.roi_align avg %{{.*}}, %{{.*}}, %{{.*}} height = 7 width = 6 sampling_ratio = 2 spatial_scale = 6.250000e-02 half_pixel : (tensor<1x8x32x32xf32>, tensor<5x4xf32>, tensor<5xi64>) -> tensor<5x8x7x6xf32>
  %0 = nn.roi_align avg %x, %r, %b height = 7 width = 6 sampling_ratio = 2 spatial_scale = 6.250000e-02 half_pixel : (tensor<1x8x32x32xf32>, tensor<5x4xf32>, tensor<5xi64>) -> tensor<5x8x7x6xf32>
  return
}

// CHECK-LABEL: @grid_sample
func.func @grid_sample(%x: tensor<1x8x4x4xf32>, %g: tensor<1x6x7x2xf32>) {
  // CHECK: nn.grid_sample linear %{{.*}}, %{{.*}} padding = border align_corners : (tensor<1x8x4x4xf32>, tensor<1x6x7x2xf32>) -> tensor<1x8x6x7xf32>
  %0 = nn.grid_sample linear %x, %g padding = border align_corners : (tensor<1x8x4x4xf32>, tensor<1x6x7x2xf32>) -> tensor<1x8x6x7xf32>
  return
}

// CHECK-LABEL: @max_unpool
func.func @max_unpool(%x: tensor<1x8x2x2xf32>, %i: tensor<1x8x2x2xi64>) {
  // CHECK: nn.max_unpool %{{.*}}, %{{.*}} : (tensor<1x8x2x2xf32>, tensor<1x8x2x2xi64>) -> tensor<1x8x4x4xf32>
  %0 = nn.max_unpool %x, %i : (tensor<1x8x2x2xf32>, tensor<1x8x2x2xi64>) -> tensor<1x8x4x4xf32>
  return
}

// CHECK-LABEL: @det
func.func @det(%x: tensor<5x3x3xf32>) {
  // CHECK: nn.det %{{.*}} : (tensor<5x3x3xf32>) -> tensor<5xf32>
  %0 = nn.det %x : (tensor<5x3x3xf32>) -> tensor<5xf32>
  return
}
