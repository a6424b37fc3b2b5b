// RUN: megcc-opt %s --split-patches="first=1 last=2 grid=2,2" -split-input-file -verify-diagnostics

// Nothing of this has parts: a layer without a spatial prefix.

func.func @main(%x: tensor<16xf32>) -> tensor<16xf32> {
  %a = nn.cumsum %x axis = 0 : (tensor<16xf32>) -> tensor<16xf32>
  // expected-error @+1 {{split-patches: layers 1 to 2 can't be cut: each must be able to compute a part of its result, and only the last one's may be used by others}}
  %y = nn.relu %a : tensor<16xf32>
  return %y : tensor<16xf32>
}

// -----

// The first result is used behind the second.

func.func @main(%x: tensor<1x4x8x8xf32>) -> (tensor<1x4x8x8xf32>, tensor<1x4x8x8xf32>) {
  %a = nn.relu %x : tensor<1x4x8x8xf32>
  // expected-error @+1 {{split-patches: layers 1 to 2 can't be cut}}
  %y = nn.exp %a : tensor<1x4x8x8xf32>
  return %a, %y : tensor<1x4x8x8xf32>, tensor<1x4x8x8xf32>
}

// -----

func.func @main(%x: tensor<1x4x8x1xf32>) -> tensor<1x4x8x1xf32> {
  %a = nn.relu %x : tensor<1x4x8x1xf32>
  // expected-error @+1 {{split-patches: a grid that 'tensor<1x4x8x1xf32>' doesn't have}}
  %y = nn.exp %a : tensor<1x4x8x1xf32>
  return %y : tensor<1x4x8x1xf32>
}

// -----

// The first row would be made of padding alone.

func.func @main(%x: tensor<1x4x2x8xf32>, %w: tensor<4x4x3x3xf32>) -> tensor<1x4x2x8xf32> {
  %a = nn.relu %x : tensor<1x4x2x8xf32>
  // expected-error @+1 {{split-patches: patches of a grid of 2x2 can't be computed each by itself: one would need nothing but padding, or parts of others}}
  %y = nn.conv %a, %w strides = [4, 1] pads = [4, 1, 4, 1] dilations = [1, 1] : (tensor<1x4x2x8xf32>, tensor<4x4x3x3xf32>) -> tensor<1x4x2x8xf32>
  return %y : tensor<1x4x2x8xf32>
}

// -----

// expected-error @+1 {{split-patches: expected layers from 1 to 1, found 1 to 2}}
func.func @main(%x: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %y = nn.relu %x : tensor<8x8xf32>
  return %y : tensor<8x8xf32>
}
