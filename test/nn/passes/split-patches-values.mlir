// RUN: megcc-opt %s --fold-constants --canonicalize | grep -o "0x[0-9A-F]*" > %t.plain
// RUN: megcc-opt %s --split-patches="first=4 last=16 grid=3,2" --fold-constants --canonicalize | grep -o "0x[0-9A-F]*" > %t.patches
// RUN: diff %t.plain %t.patches
// RUN: megcc-opt %s --split-patches="first=4 last=16 grid=11,13" --fold-constants --canonicalize | grep -o "0x[0-9A-F]*" > %t.pixels
// RUN: diff %t.plain %t.pixels
// RUN: FileCheck %s < %t.plain
// CHECK: 0x01000000
// CHECK-NOT: 0x

// Whatever the grid, the same values come out: prime extents, strides, uneven
// padding, means that count padding, edges, channels as softmax, LRN and matrix
// products read them.
func.func @main() -> tensor<1x4x11x13xf32> {
  %c = nn.constant dense<0.37> : tensor<1x2x23x29xf32>
  %r = nn.cumsum %c axis = 2 : (tensor<1x2x23x29xf32>) -> tensor<1x2x23x29xf32>
  %s = nn.cumsum %r axis = 3 : (tensor<1x2x23x29xf32>) -> tensor<1x2x23x29xf32>
  %t = nn.cumsum %s axis = 1 : (tensor<1x2x23x29xf32>) -> tensor<1x2x23x29xf32>
  %x = nn.sin %t : tensor<1x2x23x29xf32>
  %w = nn.constant dense<[[[[0.1, -0.2, 0.3], [0.4, 0.5, -0.6], [0.7, 0.8, 0.9]], [[1.1, 1.2, 1.3], [-1.4, 1.5, 1.6], [1.7, -1.8, 1.9]]],
                          [[[2.1, 2.2, -2.3], [2.4, 2.5, 2.6], [2.7, -2.8, 2.9]], [[3.1, -3.2, 3.3], [3.4, 3.5, 3.6], [3.7, -3.8, 3.9]]],
                          [[[-4.1, 4.2, 4.3], [4.4, -4.5, 4.6], [4.7, 4.8, 4.9]], [[5.1, 5.2, 5.3], [5.4, -5.5, 5.6], [5.7, 5.8, -5.9]]]]> : tensor<3x2x3x3xf32>
  %0 = nn.conv %x, %w strides = [2, 2] pads = [1, 0, 1, 2] dilations = [1, 1] : (tensor<1x2x23x29xf32>, tensor<3x2x3x3xf32>) -> tensor<1x3x12x15xf32>
  %1 = nn.max_pool %0 kernel = [2, 3] strides = [1, 1] pads = [0, 1, 0, 0] dilations = [1, 1] : (tensor<1x3x12x15xf32>) -> tensor<1x3x11x14xf32>
  %2 = nn.average_pool %1 kernel = [3, 3] strides = [1, 1] pads = [1, 1, 1, 1] dilations = [1, 1] counted_pads = [1, 0, 0, 1] : (tensor<1x3x11x14xf32>) -> tensor<1x3x11x14xf32>
  %3 = nn.softmax %2 axis = 1 : (tensor<1x3x11x14xf32>) -> tensor<1x3x11x14xf32>
  %4 = nn.lrn %3 size = 3 alpha = 0.5 beta = 0.75 bias = 1.0 : (tensor<1x3x11x14xf32>) -> tensor<1x3x11x14xf32>
  %5 = nn.pad %4 low = [0, 0, 2, 1] high = [0, 0, 1, 0] interior = [0, 0, 0, 0] mode = edge : (tensor<1x3x11x14xf32>) -> tensor<1x3x14x15xf32>
  %6 = nn.slice %5 offsets = [0, 0, 13, 1] sizes = [1, 3, 11, 13] strides = [1, 1, -1, 1] : (tensor<1x3x14x15xf32>) -> tensor<1x3x11x13xf32>
  %bias = nn.constant dense<[[[0.5]], [[-0.25]], [[2.0]]]> : tensor<3x1x1xf32>
  %7 = nn.add %6, %bias : (tensor<1x3x11x13xf32>, tensor<3x1x1xf32>) -> tensor<1x3x11x13xf32>
  %8 = nn.concat %7, %6 axis = 1 : (tensor<1x3x11x13xf32>, tensor<1x3x11x13xf32>) -> tensor<1x6x11x13xf32>
  %9 = nn.transpose %8 perm = [0, 3, 2, 1] : (tensor<1x6x11x13xf32>) -> tensor<1x13x11x6xf32>
  %m = nn.constant dense<[[1.0, 2.0, 3.0, -1.0], [0.5, 0.25, 1.5, 0.0], [1.0, 0.0, 0.0, 1.0], [0.0, 1.0, -2.0, 1.0], [0.1, 0.2, 0.3, 0.4], [1.0, 1.0, 1.0, 1.0]]> : tensor<6x4xf32>
  %10 = nn.matmul %9, %m : (tensor<1x13x11x6xf32>, tensor<6x4xf32>) -> tensor<1x13x11x4xf32>
  %11 = nn.transpose %10 perm = [0, 3, 2, 1] : (tensor<1x13x11x4xf32>) -> tensor<1x4x11x13xf32>
  return %11 : tensor<1x4x11x13xf32>
}
