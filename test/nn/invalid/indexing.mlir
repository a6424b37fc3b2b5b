// RUN: megcc-opt %s -split-input-file -verify-diagnostics

func.func @gather_axis(%x: tensor<4x8xf32>, %i: tensor<2xi64>) {
  // expected-error @+2 {{'nn.gather' op expected axis in [0, 2), found 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.gather %x, %i axis = 2 : (tensor<4x8xf32>, tensor<2xi64>) -> tensor<4x8x2xf32>
  return
}

// -----

func.func @gather_empty(%x: tensor<4x0xf32>, %i: tensor<2xi64>) {
  // expected-error @+2 {{'nn.gather' op expected elements along axis 1, found 'tensor<4x0xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.gather %x, %i axis = 1 : (tensor<4x0xf32>, tensor<2xi64>) -> tensor<4x2xf32>
  return
}

// -----

func.func @gather_elements_axis(%x: tensor<4x8xf32>, %i: tensor<2xi64>) {
  // expected-error @+2 {{'nn.gather_elements' op expected indices of rank 2, found 'tensor<2xi64>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.gather_elements %x, %i axis = 1 : (tensor<4x8xf32>, tensor<2xi64>) -> tensor<2xf32>
  return
}

// -----

func.func @gather_elements_shape(%x: tensor<4x8xf32>, %i: tensor<5x2xi64>) {
  // expected-error @+2 {{'nn.gather_elements' op expected indices within 4 elements of dimension 0, found 'tensor<5x2xi64>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.gather_elements %x, %i axis = 1 : (tensor<4x8xf32>, tensor<5x2xi64>) -> tensor<5x2xf32>
  return
}

// -----

func.func @tuples_rank(%x: tensor<4x8xf32>, %i: tensor<i64>) {
  // expected-error @+2 {{'nn.gather_nd' op expected indices of rank 1 or more, found 'tensor<i64>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.gather_nd %x, %i : (tensor<4x8xf32>, tensor<i64>) -> tensor<8xf32>
  return
}

// -----

func.func @tuples_batch(%x: tensor<4x8xf32>, %i: tensor<4x1xi64>) {
  // expected-error @+2 {{'nn.gather_nd' op expected batch_dims in [0, 1], found 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.gather_nd %x, %i batch_dims = 2 : (tensor<4x8xf32>, tensor<4x1xi64>) -> tensor<4xf32>
  return
}

// -----

func.func @tuples_batch_extents(%x: tensor<4x8xf32>, %i: tensor<3x1xi64>) {
  // expected-error @+2 {{'nn.gather_nd' op expected the same 1 leading extents, found 'tensor<4x8xf32>' and 'tensor<3x1xi64>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.gather_nd %x, %i batch_dims = 1 : (tensor<4x8xf32>, tensor<3x1xi64>) -> tensor<3xf32>
  return
}

// -----

func.func @tuples_length(%x: tensor<4x8xf32>, %i: tensor<2x3xi64>) {
  // expected-error @+2 {{'nn.gather_nd' op expected tuples of at most 2 indices, found 3}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.gather_nd %x, %i : (tensor<4x8xf32>, tensor<2x3xi64>) -> tensor<2xf32>
  return
}

// -----

func.func @tuples_empty(%x: tensor<4x0xf32>, %i: tensor<2x2xi64>) {
  // expected-error @+2 {{'nn.gather_nd' op expected elements to select, found 'tensor<4x0xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.gather_nd %x, %i : (tensor<4x0xf32>, tensor<2x2xi64>) -> tensor<2xf32>
  return
}

// -----

func.func @scatter_nd_updates(%x: tensor<4x8xf32>, %i: tensor<2x1xi64>) {
  // expected-error @+2 {{'nn.scatter_nd' op expected updates of shape 2x8, found 4x8}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.scatter_nd %x, %i, %x : (tensor<4x8xf32>, tensor<2x1xi64>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return
}

// -----

func.func @scatter_elements_axis(%x: tensor<4x8xf32>, %i: tensor<4x2xi64>, %u: tensor<4x2xf32>) {
  // expected-error @+2 {{'nn.scatter_elements' op expected axis in [0, 2), found 3}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.scatter_elements %x, %i, %u axis = 3 : (tensor<4x8xf32>, tensor<4x2xi64>, tensor<4x2xf32>) -> tensor<4x8xf32>
  return
}

// -----

func.func @scatter_elements_updates(%x: tensor<4x8xf32>, %i: tensor<4x2xi64>, %u: tensor<4x3xf32>) {
  // expected-error @+2 {{'nn.scatter_elements' op expected updates of shape 4x2, found 4x3}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.scatter_elements %x, %i, %u axis = 1 : (tensor<4x8xf32>, tensor<4x2xi64>, tensor<4x3xf32>) -> tensor<4x8xf32>
  return
}

// -----

func.func @scatter_elements_shape(%x: tensor<4x8xf32>, %i: tensor<5x2xi64>, %u: tensor<5x2xf32>) {
  // expected-error @+2 {{'nn.scatter_elements' op expected indices within 4 elements of dimension 0, found 'tensor<5x2xi64>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.scatter_elements %x, %i, %u axis = 1 : (tensor<4x8xf32>, tensor<5x2xi64>, tensor<5x2xf32>) -> tensor<4x8xf32>
  return
}

// -----

func.func @dynamic_slice_axes(%x: tensor<4x8xf32>, %s: tensor<1xi64>) {
  // expected-error @+2 {{'nn.dynamic_slice' op expected axes in [0, 2), found 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.dynamic_slice %x, %s axes = [2] sizes = [1] strides = [1] : (tensor<4x8xf32>, tensor<1xi64>) -> tensor<4x8xf32>
  return
}

// -----

func.func @dynamic_slice_count(%x: tensor<4x8xf32>, %s: tensor<2xi64>) {
  // expected-error @+2 {{'nn.dynamic_slice' op expected starts of shape 1, found 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.dynamic_slice %x, %s axes = [1] sizes = [1] strides = [1] : (tensor<4x8xf32>, tensor<2xi64>) -> tensor<4x1xf32>
  return
}

// -----

func.func @dynamic_slice_bounds(%x: tensor<4x8xf32>, %s: tensor<1xi64>) {
  // expected-error @+2 {{'nn.dynamic_slice' op does not fit into dimension 1 of extent 8 with size 5, stride -2}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.dynamic_slice %x, %s axes = [1] sizes = [5] strides = [-2] : (tensor<4x8xf32>, tensor<1xi64>) -> tensor<4x5xf32>
  return
}

// -----

func.func @reverse_sequence_axes(%x: tensor<4x8xf32>, %l: tensor<4xi64>) {
  // expected-error @+2 {{'nn.reverse_sequence' op expected different axes, found 0 twice}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.reverse_sequence %x, %l batch_axis = 0 time_axis = 0 : (tensor<4x8xf32>, tensor<4xi64>) -> tensor<4x8xf32>
  return
}

// -----

func.func @reverse_sequence_lengths(%x: tensor<4x8xf32>, %l: tensor<8xi64>) {
  // expected-error @+2 {{'nn.reverse_sequence' op expected lengths of shape 4, found 8}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.reverse_sequence %x, %l batch_axis = 0 time_axis = 1 : (tensor<4x8xf32>, tensor<8xi64>) -> tensor<4x8xf32>
  return
}

// -----

func.func @one_hot_axis(%i: tensor<4xi64>, %v: tensor<2xf32>) {
  // expected-error @+2 {{'nn.one_hot' op expected axis in [0, 2), found 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.one_hot %i, %v depth = 8 axis = 2 : (tensor<4xi64>, tensor<2xf32>) -> tensor<4x8xf32>
  return
}

// -----

func.func @one_hot_values(%i: tensor<4xi64>, %v: tensor<3xf32>) {
  // expected-error @+2 {{'nn.one_hot' op expected values of shape 2, found 3}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.one_hot %i, %v depth = 8 axis = 1 : (tensor<4xi64>, tensor<3xf32>) -> tensor<4x8xf32>
  return
}

// -----

func.func @one_hot_depth(%i: tensor<4xi64>, %v: tensor<2xf32>) {
  // expected-error @+2 {{'nn.one_hot' op expected depth in [0, 2147483647], found -1}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.one_hot %i, %v depth = -1 axis = 1 : (tensor<4xi64>, tensor<2xf32>) -> tensor<4x8xf32>
  return
}

// -----

func.func @trilu_rank(%x: tensor<8xf32>) {
  // expected-error @+2 {{'nn.trilu' op expected x of rank 2 or more, found 'tensor<8xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.trilu %x : (tensor<8xf32>) -> tensor<8xf32>
  return
}

// -----

func.func @trilu_k(%x: tensor<4x8xf32>, %k: tensor<1xi64>) {
  // expected-error @+2 {{'nn.trilu' op expected k of rank 0, found 'tensor<1xi64>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = nn.trilu %x, %k : (tensor<4x8xf32>, tensor<1xi64>) -> tensor<4x8xf32>
  return
}
