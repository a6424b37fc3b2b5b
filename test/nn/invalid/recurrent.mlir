// RUN: megcc-opt %s -split-input-file -verify-diagnostics

func.func @recurrent_rank(%x: tensor<5x3xf32>, %w: tensor<1x4x3xf32>, %r: tensor<1x4x4xf32>) {
  // expected-error @+2 {{'nn.rnn' op expected x of rank 3, found 'tensor<5x3xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0:2 = nn.rnn forward %x, %w, %r activations = [#nn<activation tanh>] alpha = [0.0] beta = [0.0] : (tensor<5x3xf32>, tensor<1x4x3xf32>, tensor<1x4x4xf32>) -> (tensor<5x1x1x4xf32>, tensor<1x1x4xf32>)
  return
}

// -----

func.func @recurrent_element(%x: tensor<5x1x3xf32>, %w: tensor<1x4x3xf16>, %r: tensor<1x4x4xf32>) {
  // expected-error @+2 {{'nn.rnn' op expected floating-point operands of element type 'f32', found 'f16'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0:2 = nn.rnn forward %x, %w, %r activations = [#nn<activation tanh>] alpha = [0.0] beta = [0.0] : (tensor<5x1x3xf32>, tensor<1x4x3xf16>, tensor<1x4x4xf32>) -> (tensor<5x1x1x4xf32>, tensor<1x1x4xf32>)
  return
}

// -----

func.func @recurrent_weights(%x: tensor<5x1x3xf32>, %w: tensor<1x4x2xf32>, %r: tensor<1x4x4xf32>) {
  // expected-error @+2 {{'nn.rnn' op expected w of shape 1x4x3, found 1x4x2}}
  // expected-error @+1 {{failed to infer returned types}}
  %0:2 = nn.rnn forward %x, %w, %r activations = [#nn<activation tanh>] alpha = [0.0] beta = [0.0] : (tensor<5x1x3xf32>, tensor<1x4x2xf32>, tensor<1x4x4xf32>) -> (tensor<5x1x1x4xf32>, tensor<1x1x4xf32>)
  return
}

// -----

func.func @recurrent_bias(%x: tensor<5x1x3xf32>, %w: tensor<1x4x3xf32>, %r: tensor<1x4x4xf32>, %b: tensor<1x4xf32>) {
  // expected-error @+2 {{'nn.rnn' op expected bias of shape 1x8, found 1x4}}
  // expected-error @+1 {{failed to infer returned types}}
  %0:2 = nn.rnn forward %x, %w, %r bias %b activations = [#nn<activation tanh>] alpha = [0.0] beta = [0.0] : (tensor<5x1x3xf32>, tensor<1x4x3xf32>, tensor<1x4x4xf32>, tensor<1x4xf32>) -> (tensor<5x1x1x4xf32>, tensor<1x1x4xf32>)
  return
}

// -----

func.func @recurrent_lengths(%x: tensor<5x1x3xf32>, %w: tensor<1x4x3xf32>, %r: tensor<1x4x4xf32>, %l: tensor<2xi32>) {
  // expected-error @+2 {{'nn.rnn' op expected lengths of shape 1, found 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %0:2 = nn.rnn forward %x, %w, %r lengths %l activations = [#nn<activation tanh>] alpha = [0.0] beta = [0.0] : (tensor<5x1x3xf32>, tensor<1x4x3xf32>, tensor<1x4x4xf32>, tensor<2xi32>) -> (tensor<5x1x1x4xf32>, tensor<1x1x4xf32>)
  return
}

// -----

func.func @recurrent_state(%x: tensor<5x1x3xf32>, %w: tensor<1x4x3xf32>, %r: tensor<1x4x4xf32>, %h: tensor<1x4xf32>) {
  // expected-error @+2 {{'nn.rnn' op expected initial_h of shape 1x1x4, found 1x4}}
  // expected-error @+1 {{failed to infer returned types}}
  %0:2 = nn.rnn forward %x, %w, %r initial_h %h activations = [#nn<activation tanh>] alpha = [0.0] beta = [0.0] : (tensor<5x1x3xf32>, tensor<1x4x3xf32>, tensor<1x4x4xf32>, tensor<1x4xf32>) -> (tensor<5x1x1x4xf32>, tensor<1x1x4xf32>)
  return
}

// -----

func.func @recurrent_activations(%x: tensor<5x1x3xf32>, %w: tensor<1x12x3xf32>, %r: tensor<1x12x4xf32>) {
  // expected-error @+2 {{'nn.gru' op expected 2 activations with alpha and beta, found 1, 1, 1}}
  // expected-error @+1 {{failed to infer returned types}}
  %0:2 = nn.gru forward %x, %w, %r activations = [#nn<activation tanh>] alpha = [0.0] beta = [0.0] : (tensor<5x1x3xf32>, tensor<1x12x3xf32>, tensor<1x12x4xf32>) -> (tensor<5x1x1x4xf32>, tensor<1x1x4xf32>)
  return
}

// -----

func.func @lstm_state(%x: tensor<5x1x3xf32>, %w: tensor<1x16x3xf32>, %r: tensor<1x16x4xf32>, %h: tensor<1x4xf32>) {
  // expected-error @+2 {{'nn.lstm' op expected initial_c of shape 1x1x4, found 1x4}}
  // expected-error @+1 {{failed to infer returned types}}
  %0:3 = nn.lstm forward %x, %w, %r initial_c %h activations = [#nn<activation tanh>, #nn<activation tanh>, #nn<activation tanh>] alpha = [0.0, 0.0, 0.0] beta = [0.0, 0.0, 0.0] : (tensor<5x1x3xf32>, tensor<1x16x3xf32>, tensor<1x16x4xf32>, tensor<1x4xf32>) -> (tensor<5x1x1x4xf32>, tensor<1x1x4xf32>, tensor<1x1x4xf32>)
  return
}

// -----

func.func @lstm_peepholes(%x: tensor<5x1x3xf32>, %w: tensor<1x16x3xf32>, %r: tensor<1x16x4xf32>, %h: tensor<1x4xf32>) {
  // expected-error @+2 {{'nn.lstm' op expected peepholes of shape 1x12, found 1x4}}
  // expected-error @+1 {{failed to infer returned types}}
  %0:3 = nn.lstm forward %x, %w, %r peepholes %h activations = [#nn<activation tanh>, #nn<activation tanh>, #nn<activation tanh>] alpha = [0.0, 0.0, 0.0] beta = [0.0, 0.0, 0.0] : (tensor<5x1x3xf32>, tensor<1x16x3xf32>, tensor<1x16x4xf32>, tensor<1x4xf32>) -> (tensor<5x1x1x4xf32>, tensor<1x1x4xf32>, tensor<1x1x4xf32>)
  return
}
