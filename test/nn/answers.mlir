// RUN: megcc-opt %s -test-nn-answers -verify-diagnostics

// What operators answer for the box `test.box` (offsets, then sizes) of their
// first result. Boxes print as begin:end per dimension.

func.func @elementwise(%x: tensor<2x8x4xf32>, %y: tensor<8x1xf32>, %s: tensor<f32>, %z: tensor<ui8>) {
  // expected-remark @+1 {{needs [0:1, 2:5, 1:3] [2:5, 0:1]; costs 0 macs, 64 operations, reads 288, writes 256; may overwrite 0}}
  %0 = nn.add %x, %y {test.box = array<i64: 0, 2, 1, 1, 3, 2>} : (tensor<2x8x4xf32>, tensor<8x1xf32>) -> tensor<2x8x4xf32>
  // A narrower element does not fill the buffer's elements one by one.
  // expected-remark @+1 {{needs [0:1, 0:1, 0:1] [] []; costs 0 macs, 64 operations, reads 261, writes 64; may overwrite}}
  %1 = nn.quantize %x, %s, %z {test.box = array<i64: 0, 0, 0, 1, 1, 1>} : (tensor<2x8x4xf32>, tensor<f32>, tensor<ui8>) -> tensor<2x8x4xui8>
  // Nothing is needed for nothing.
  // expected-remark @+1 {{needs [0:0, 0:0, 0:0]; costs 0 macs, 64 operations, reads 256, writes 256; may overwrite 0}}
  %2 = nn.relu %x {test.box = array<i64: 0, 0, 0, 1, 0, 1>} : tensor<2x8x4xf32>
  return
}

func.func @conv(%x: tensor<1x4x16x16xf32>, %w: tensor<8x2x3x3xf32>, %b: tensor<8xf32>) {
  // Channels 4 and 5 belong to the second of two groups.
  // expected-remark @+1 {{needs [0:1, 2:4, 3:8, 0:6] [4:6, 0:2, 0:3, 0:3] [4:6]; costs 9216 macs, 0 operations, reads 4704, writes 2048; may overwrite}}
  %0 = nn.conv %x, %w, %b strides = [2, 2] pads = [1, 1, 1, 1] dilations = [1, 1] groups = 2 {test.box = array<i64: 0, 4, 2, 0, 1, 2, 2, 3>}
    : (tensor<1x4x16x16xf32>, tensor<8x2x3x3xf32>, tensor<8xf32>) -> tensor<1x8x8x8xf32>
  return
}

func.func @conv_transpose(%x: tensor<1x4x4xf32>, %w: tensor<4x2x3xf32>) {
  // expected-remark @+1 {{needs [0:1, 0:4, 1:3] [0:4, 0:2, 0:3]; costs 96 macs, 0 operations, reads 160, writes 56; may overwrite}}
  %0 = nn.conv_transpose %x, %w strides = [2] pads = [1, 1] dilations = [1] output_padding = [0] {test.box = array<i64: 0, 0, 2, 1, 2, 2>}
    : (tensor<1x4x4xf32>, tensor<4x2x3xf32>) -> tensor<1x2x7xf32>
  return
}

func.func @matmul(%a: tensor<2x1x5x8xf32>, %b: tensor<3x8x7xf32>, %v: tensor<8xf32>) {
  // expected-remark @+1 {{needs [1:2, 0:1, 0:2, 0:8] [2:3, 0:8, 3:7]; costs 1680 macs, 0 operations, reads 992, writes 840; may overwrite}}
  %0 = nn.matmul %a, %b {test.box = array<i64: 1, 2, 0, 3, 1, 1, 2, 4>} : (tensor<2x1x5x8xf32>, tensor<3x8x7xf32>) -> tensor<2x3x5x7xf32>
  // expected-remark @+1 {{needs [0:8] [1:3, 0:8, 2:5]; costs 168 macs}}
  %1 = nn.matmul %v, %b {test.box = array<i64: 1, 2, 2, 3>} : (tensor<8xf32>, tensor<3x8x7xf32>) -> tensor<3x7xf32>
  return
}

func.func @windows(%x: tensor<1x8x8xf32>) {
  // expected-remark @+1 {{needs [0:1, 2:3, 3:8]; costs 0 macs, 96 operations, reads 256, writes 128; may overwrite}}
  %0 = nn.max_pool %x kernel = [3] strides = [2] pads = [1, 1] dilations = [1] {test.box = array<i64: 0, 2, 2, 1, 1, 2>}
    : (tensor<1x8x8xf32>) -> tensor<1x8x4xf32>
  return
}

func.func @reductions(%x: tensor<2x8x4xf32>, %v: tensor<8xf32>) {
  // expected-remark @+1 {{needs [0:2, 0:8, 1:3]; costs 0 macs, 64 operations, reads 256, writes 32; may overwrite}}
  %0 = nn.reduce sum %x axes = [1] {test.box = array<i64: 0, 1, 2, 2>} : (tensor<2x8x4xf32>) -> tensor<2x4xf32>
  // expected-remark @+1 {{needs [0:4]; costs 0 macs, 8 operations, reads 32, writes 32; may overwrite 0}}
  %1 = nn.cumsum %v axis = 0 exclusive {test.box = array<i64: 2, 3>} : (tensor<8xf32>) -> tensor<8xf32>
  // expected-remark @+1 {{needs [2:8]}}
  %2 = nn.cumsum %v axis = 0 reverse {test.box = array<i64: 2, 3>} : (tensor<8xf32>) -> tensor<8xf32>
  return
}

func.func @normalisations(%x: tensor<2x8x4xf32>, %s: tensor<4xf32>, %c: tensor<8xf32>) {
  // expected-remark @+1 {{needs [0:1, 1:3, 0:4]; costs 0 macs, 320 operations, reads 256, writes 256; may overwrite 0}}
  %0 = nn.softmax %x axis = 2 {test.box = array<i64: 0, 1, 2, 1, 2, 1>} : (tensor<2x8x4xf32>) -> tensor<2x8x4xf32>
  // expected-remark @+1 {{needs [0:1, 1:3, 0:4] [2:3]; costs 0 macs, 448 operations, reads 272, writes 256; may overwrite 0}}
  %1 = nn.layer_norm %x scale %s axis = 2 epsilon = 1.0e-5 {test.box = array<i64: 0, 1, 2, 1, 2, 1>} : (tensor<2x8x4xf32>, tensor<4xf32>) -> tensor<2x8x4xf32>
  // Channels 3 and 4 lie in the groups of 2:4 and 4:6.
  // expected-remark @+1 {{needs [0:1, 2:6, 0:4] [3:5]; costs 0 macs, 448 operations, reads 288, writes 256; may overwrite 0}}
  %2 = nn.group_norm %x scale %c groups = 4 epsilon = 1.0e-5 {test.box = array<i64: 0, 3, 0, 1, 2, 1>} : (tensor<2x8x4xf32>, tensor<8xf32>) -> tensor<2x8x4xf32>
  // expected-remark @+1 {{needs [0:1, 1:7, 0:1]}}
  %3 = nn.lrn %x size = 5 alpha = 1.0e-4 beta = 0.75 bias = 1.0 {test.box = array<i64: 0, 3, 0, 1, 2, 1>} : (tensor<2x8x4xf32>) -> tensor<2x8x4xf32>
  return
}

func.func @movement(%x: tensor<2x3x4xf32>, %a: tensor<2xf32>, %b: tensor<3xf32>, %v: tensor<16xf32>, %w: tensor<4xf32>) {
  // expected-remark @+1 {{needs [1:2, 0:2, 0:4]; costs 0 macs, 0 operations, reads 96, writes 96; may overwrite 0}}
  %0 = nn.reshape %x {test.box = array<i64: 1, 3, 1, 2>} : (tensor<2x3x4xf32>) -> tensor<2x12xf32>
  // expected-remark @+1 {{needs [0:1, 2:3, 1:3]}}
  %1 = nn.transpose %x perm = [2, 0, 1] {test.box = array<i64: 1, 0, 2, 2, 1, 1>} : (tensor<2x3x4xf32>) -> tensor<4x2x3xf32>
  // expected-remark @+1 {{needs [1:2] [0:2]}}
  %2 = nn.concat %a, %b axis = 0 {test.box = array<i64: 1, 3>} : (tensor<2xf32>, tensor<3xf32>) -> tensor<5xf32>
  // expected-remark @+1 {{needs [0:2] [0:0]}}
  %3 = nn.concat %a, %b axis = 0 {test.box = array<i64: 0, 2>} : (tensor<2xf32>, tensor<3xf32>) -> tensor<5xf32>
  // expected-remark @+1 {{needs [11:14]; costs 0 macs, 0 operations, reads 32, writes 32; may overwrite}}
  %4 = nn.slice %v offsets = [15] sizes = [8] strides = [-2] {test.box = array<i64: 1, 2>} : (tensor<16xf32>) -> tensor<8xf32>
  // expected-remark @+1 {{needs [0:2, 0:3, 1:2]}}
  %5 = nn.expand %x {test.box = array<i64: 4, 0, 0, 1, 1, 2, 3, 1>} : (tensor<2x3x4xf32>) -> tensor<5x2x3x4xf32>
  // expected-remark @+1 {{needs [1:3]}}
  %6 = nn.tile %w repeats = [3] {test.box = array<i64: 5, 2>} : (tensor<4xf32>) -> tensor<12xf32>
  // expected-remark @+1 {{needs [0:4]}}
  %7 = nn.tile %w repeats = [3] {test.box = array<i64: 3, 2>} : (tensor<4xf32>) -> tensor<12xf32>
  // expected-remark @+1 {{needs [1:3]}}
  %8 = nn.reverse %w axes = [0] {test.box = array<i64: 1, 2>} : (tensor<4xf32>) -> tensor<4xf32>
  return
}

func.func @pad(%x: tensor<4xf32>) {
  // Element j stands at 1 + 2 * j.
  // expected-remark @+1 {{needs [1:3]}}
  %0 = nn.pad %x low = [1] high = [0] interior = [1] {test.box = array<i64: 2, 4>} : (tensor<4xf32>) -> tensor<8xf32>
  // Only padding.
  // expected-remark @+1 {{needs [0:0]}}
  %1 = nn.pad %x low = [1] high = [0] interior = [1] {test.box = array<i64: 0, 1>} : (tensor<4xf32>) -> tensor<8xf32>
  // expected-remark @+1 {{needs [0:1]}}
  %2 = nn.pad %x low = [2] high = [0] interior = [0] mode = edge {test.box = array<i64: 0, 1>} : (tensor<4xf32>) -> tensor<6xf32>
  // expected-remark @+1 {{needs [0:4]}}
  %3 = nn.pad %x low = [2] high = [0] interior = [0] mode = reflect {test.box = array<i64: 0, 3>} : (tensor<4xf32>) -> tensor<6xf32>
  return
}

// The reach of the interpolation, and one element for rounding.
func.func @resize(%x: tensor<2x16xf32>) {
  // Element 8 is at position 3.75, element 11 at 5.25.
  // expected-remark @+1 {{needs [1:2, 1:9]; costs 0 macs, 256 operations, reads 128, writes 256; may overwrite}}
  %0 = nn.resize linear %x scales = [1.0, 2.0] coordinates = half_pixel {test.box = array<i64: 1, 8, 1, 4>} : (tensor<2x16xf32>) -> tensor<2x32xf32>
  // expected-remark @+1 {{needs [0:2, 0:3]}}
  %1 = nn.resize nearest %x scales = [1.0, 0.5] coordinates = asymmetric {test.box = array<i64: 0, 0, 2, 1>} : (tensor<2x16xf32>) -> tensor<2x8xf32>
  return
}

func.func @gather(%x: tensor<4x8x3xf32>, %i: tensor<2x5xi64>) {
  // expected-remark @+1 {{needs [1:3, 0:8, 1:3] [0:2, 2:3]; costs 0 macs, 0 operations, reads 560, writes 480; may overwrite}}
  %0 = nn.gather %x, %i axis = 1 {test.box = array<i64: 1, 0, 2, 1, 2, 2, 1, 2>} : (tensor<4x8x3xf32>, tensor<2x5xi64>) -> tensor<4x2x5x3xf32>
  return
}

// Through the region: the residual is needed where the result is, x also where
// the convolution looks. The residual's buffer may become the result's.
func.func @fused(%x: tensor<1x8x8xf32>, %w: tensor<8x8x3xf32>, %r: tensor<1x8x8xf32>) {
  // expected-remark @+1 {{needs [0:1, 0:8, 1:5] [4:6, 0:8, 0:3] [0:1, 4:6, 2:4]; costs 1536 macs, 64 operations, reads 1280, writes 256; may overwrite 2}}
  %0 = nn.fused (%a = %x : tensor<1x8x8xf32>, %b = %w : tensor<8x8x3xf32>, %c = %r : tensor<1x8x8xf32>)
      attributes {test.box = array<i64: 0, 4, 2, 1, 2, 2>} -> tensor<1x8x8xf32> {
    %1 = nn.conv %a, %b strides = [1] pads = [1, 1] dilations = [1] : (tensor<1x8x8xf32>, tensor<8x8x3xf32>) -> tensor<1x8x8xf32>
    %2 = nn.add %1, %c : (tensor<1x8x8xf32>, tensor<1x8x8xf32>) -> tensor<1x8x8xf32>
    nn.yield %2 : tensor<1x8x8xf32>
  }
  return
}
