// RUN: megcc-opt %s | megcc-opt | FileCheck %s

// CHECK-LABEL: @rnn
func.func @rnn(%x: tensor<5x1x3xf32>, %w: tensor<1x4x3xf32>, %r: tensor<1x4x4xf32>) {
  // CHECK: nn.rnn forward %{{.*}}, %{{.*}}, %{{.*}} activations = [#nn<activation tanh>] alpha = [0.000000e+00] beta = [0.000000e+00] : (tensor<5x1x3xf32>, tensor<1x4x3xf32>, tensor<1x4x4xf32>) -> (tensor<5x1x1x4xf32>, tensor<1x1x4xf32>)
  %0:2 = nn.rnn forward %x, %w, %r activations = [#nn<activation tanh>] alpha = [0.000000e+00] beta = [0.000000e+00] : (tensor<5x1x3xf32>, tensor<1x4x3xf32>, tensor<1x4x4xf32>) -> (tensor<5x1x1x4xf32>, tensor<1x1x4xf32>)
  return
}

// CHECK-LABEL: @rnn_reverse
func.func @rnn_reverse(%x: tensor<5x1x3xf32>, %w: tensor<1x4x3xf32>, %r: tensor<1x4x4xf32>, %b: tensor<1x8xf32>, %l: tensor<1xi32>) {
  // CHECK: nn.rnn reverse %{{.*}}, %{{.*}}, %{{.*}} bias %{{.*}} lengths %{{.*}} activations = [#nn<activation leaky_relu>] alpha = [0.000000e+00] beta = [0.000000e+00] clip = 3.000000e+00 : (tensor<5x1x3xf32>, tensor<1x4x3xf32>, tensor<1x4x4xf32>, tensor<1x8xf32>, tensor<1xi32>) -> (tensor<5x1x1x4xf32>, tensor<1x1x4xf32>)
  %0:2 = nn.rnn reverse %x, %w, %r bias %b lengths %l activations = [#nn<activation leaky_relu>] alpha = [0.000000e+00] beta = [0.000000e+00] clip = 3.000000e+00 : (tensor<5x1x3xf32>, tensor<1x4x3xf32>, tensor<1x4x4xf32>, tensor<1x8xf32>, tensor<1xi32>) -> (tensor<5x1x1x4xf32>, tensor<1x1x4xf32>)
  return
}

// CHECK-LABEL: @gru
func.func @gru(%x: tensor<5x1x3xf32>, %w: tensor<2x12x3xf32>, %r: tensor<2x12x4xf32>) {
  // CHECK: nn.gru bidirectional %{{.*}}, %{{.*}}, %{{.*}} activations = [#nn<activation sigmoid>, #nn<activation tanh>, #nn<activation sigmoid>, #nn<activation tanh>] alpha = [0.000000e+00, 0.000000e+00, 0.000000e+00, 0.000000e+00] beta = [0.000000e+00, 0.000000e+00, 0.000000e+00, 0.000000e+00] linear_before_reset : (tensor<5x1x3xf32>, tensor<2x12x3xf32>, tensor<2x12x4xf32>) -> (tensor<5x2x1x4xf32>, tensor<2x1x4xf32>)
  %0:2 = nn.gru bidirectional %x, %w, %r activations = [#nn<activation sigmoid>, #nn<activation tanh>, #nn<activation sigmoid>, #nn<activation tanh>] alpha = [0.000000e+00, 0.000000e+00, 0.000000e+00, 0.000000e+00] beta = [0.000000e+00, 0.000000e+00, 0.000000e+00, 0.000000e+00] linear_before_reset : (tensor<5x1x3xf32>, tensor<2x12x3xf32>, tensor<2x12x4xf32>) -> (tensor<5x2x1x4xf32>, tensor<2x1x4xf32>)
  return
}

// CHECK-LABEL: @lstm
func.func @lstm(%x: tensor<5x1x3xf32>, %w: tensor<1x16x3xf32>, %r: tensor<1x16x4xf32>) {
  // CHECK: nn.lstm forward %{{.*}}, %{{.*}}, %{{.*}} activations = [#nn<activation sigmoid>, #nn<activation tanh>, #nn<activation tanh>] alpha = [0.000000e+00, 0.000000e+00, 0.000000e+00] beta = [0.000000e+00, 0.000000e+00, 0.000000e+00] : (tensor<5x1x3xf32>, tensor<1x16x3xf32>, tensor<1x16x4xf32>) -> (tensor<5x1x1x4xf32>, tensor<1x1x4xf32>, tensor<1x1x4xf32>)
  %0:3 = nn.lstm forward %x, %w, %r activations = [#nn<activation sigmoid>, #nn<activation tanh>, #nn<activation tanh>] alpha = [0.000000e+00, 0.000000e+00, 0.000000e+00] beta = [0.000000e+00, 0.000000e+00, 0.000000e+00] : (tensor<5x1x3xf32>, tensor<1x16x3xf32>, tensor<1x16x4xf32>) -> (tensor<5x1x1x4xf32>, tensor<1x1x4xf32>, tensor<1x1x4xf32>)
  return
}

// CHECK-LABEL: @lstm_states
func.func @lstm_states(%x: tensor<5x1x3xf32>, %w: tensor<1x16x3xf32>, %r: tensor<1x16x4xf32>, %h: tensor<1x1x4xf32>, %p: tensor<1x12xf32>) {
  // CHECK: nn.lstm forward %{{.*}}, %{{.*}}, %{{.*}} initial_h %{{.*}} initial_c %{{.*}} peepholes %{{.*}} activations = [#nn<activation sigmoid>, #nn<activation tanh>, #nn<activation tanh>] alpha = [0.000000e+00, 0.000000e+00, 0.000000e+00] beta = [0.000000e+00, 0.000000e+00, 0.000000e+00] input_forget : (tensor<5x1x3xf32>, tensor<1x16x3xf32>, tensor<1x16x4xf32>, tensor<1x1x4xf32>, tensor<1x1x4xf32>, tensor<1x12xf32>) -> (tensor<5x1x1x4xf32>, tensor<1x1x4xf32>, tensor<1x1x4xf32>)
  %0:3 = nn.lstm forward %x, %w, %r initial_h %h initial_c %h peepholes %p activations = [#nn<activation sigmoid>, #nn<activation tanh>, #nn<activation tanh>] alpha = [0.000000e+00, 0.000000e+00, 0.000000e+00] beta = [0.000000e+00, 0.000000e+00, 0.000000e+00] input_forget : (tensor<5x1x3xf32>, tensor<1x16x3xf32>, tensor<1x16x4xf32>, tensor<1x1x4xf32>, tensor<1x1x4xf32>, tensor<1x12xf32>) -> (tensor<5x1x1x4xf32>, tensor<1x1x4xf32>, tensor<1x1x4xf32>)
  return
}
