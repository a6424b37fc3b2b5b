// RUN: megcc-opt %s --fold-constants=max-growth=1000000 | FileCheck %s
//
// Recurrent networks. Expected values: the equations in numpy, step by step.

// Two directions, sequences of 2 and 3 steps.

// CHECK-LABEL: func @rnn_bidirectional()
// CHECK-DAG: nn.constant dense<[-462, -789, -149, -159, 132, 578, 19, 677, 243, 232, 178, -510, 149, 592, 410, 539, 0, 0, 276, -388, 0, 0, -100, 430]> : tensor<24xi32>
// CHECK-DAG: nn.constant dense<[243, 232, 276, -388, 132, 578, 19, 677]> : tensor<8xi32>
func.func @rnn_bidirectional() -> (tensor<24xi32>, tensor<8xi32>) {
  %x = nn.constant dense<[[[-0.4, 0.2], [0.3, -0.1]], [[0.0, 0.2], [-0.4, 0.6]], [[-0.9, 0.7], [-0.8, 0.3]]]> : tensor<3x2x2xf32>
  %w = nn.constant dense<[[[-0.1, 0.6], [0.4, -0.1]], [[0.2, 0.9], [0.2, -0.1]]]> : tensor<2x2x2xf32>
  %r = nn.constant dense<[[[0.1, -0.6], [-0.1, -0.9]], [[0.1, 0.2], [0.0, 0.1]]]> : tensor<2x2x2xf32>
  %b = nn.constant dense<[[0.5, -0.4, -0.8, -0.1], [-0.1, 0.9, 0.0, -0.2]]> : tensor<2x4xf32>
  %l = nn.constant dense<[2, 3]> : tensor<2xi64>
  %h = nn.constant dense<[[[-0.6, 0.5], [0.6, -0.3]], [[0.7, 0.0], [-0.1, -0.5]]]> : tensor<2x2x2xf32>
  %y0, %y1 = nn.rnn bidirectional %x, %w, %r bias %b lengths %l initial_h %h activations = [#nn<activation tanh>, #nn<activation tanh>] alpha = [0.0, 0.0] beta = [0.0, 0.0] : (tensor<3x2x2xf32>, tensor<2x2x2xf32>, tensor<2x2x2xf32>, tensor<2x4xf32>, tensor<2xi64>, tensor<2x2x2xf32>) -> (tensor<3x2x2x2xf32>, tensor<2x2x2xf32>)
  %y0_flat = nn.reshape %y0 : (tensor<3x2x2x2xf32>) -> tensor<24xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y0_scaled = nn.mul %y0_flat, %scale : (tensor<24xf32>, tensor<f32>) -> tensor<24xf32>
  %y0_round = nn.round %y0_scaled : tensor<24xf32>
  %y0_int = nn.cast %y0_round : (tensor<24xf32>) -> tensor<24xi32>
  %y1_flat = nn.reshape %y1 : (tensor<2x2x2xf32>) -> tensor<8xf32>
  %y1_scaled = nn.mul %y1_flat, %scale : (tensor<8xf32>, tensor<f32>) -> tensor<8xf32>
  %y1_round = nn.round %y1_scaled : tensor<8xf32>
  %y1_int = nn.cast %y1_round : (tensor<8xf32>) -> tensor<8xi32>
  return %y0_int, %y1_int : tensor<24xi32>, tensor<8xi32>
}

// CHECK-LABEL: func @gru()
// CHECK-DAG: nn.constant dense<[246, 48, -28, 92, 232, 123, 266, 157, 491, 146, 472, 141]> : tensor<12xi32>
// CHECK-DAG: nn.constant dense<[491, 146, 472, 141]> : tensor<4xi32>
func.func @gru() -> (tensor<12xi32>, tensor<4xi32>) {
  %x = nn.constant dense<[[[-0.4, 0.2], [0.3, -0.1]], [[0.0, 0.2], [-0.4, 0.6]], [[-0.9, 0.7], [-0.8, 0.3]]]> : tensor<3x2x2xf32>
  %w = nn.constant dense<[[[0.1, 0.0], [-0.6, 0.1], [0.4, 0.6], [0.1, 0.7], [-0.8, 0.2], [0.4, 0.6]]]> : tensor<1x6x2xf32>
  %r = nn.constant dense<[[[0.6, -0.5], [-0.6, -0.2], [0.5, -0.1], [0.5, 0.1], [-0.1, -0.2], [-0.3, -0.5]]]> : tensor<1x6x2xf32>
  %b = nn.constant dense<[[-0.6, 0.8, 0.0, -0.4, -0.1, -0.1, 0.7, 0.4, 0.8, 0.1, 0.3, 0.4]]> : tensor<1x12xf32>
  %y0, %y1 = nn.gru forward %x, %w, %r bias %b activations = [#nn<activation sigmoid>, #nn<activation tanh>] alpha = [0.0, 0.0] beta = [0.0, 0.0] : (tensor<3x2x2xf32>, tensor<1x6x2xf32>, tensor<1x6x2xf32>, tensor<1x12xf32>) -> (tensor<3x1x2x2xf32>, tensor<1x2x2xf32>)
  %y0_flat = nn.reshape %y0 : (tensor<3x1x2x2xf32>) -> tensor<12xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y0_scaled = nn.mul %y0_flat, %scale : (tensor<12xf32>, tensor<f32>) -> tensor<12xf32>
  %y0_round = nn.round %y0_scaled : tensor<12xf32>
  %y0_int = nn.cast %y0_round : (tensor<12xf32>) -> tensor<12xi32>
  %y1_flat = nn.reshape %y1 : (tensor<1x2x2xf32>) -> tensor<4xf32>
  %y1_scaled = nn.mul %y1_flat, %scale : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %y1_round = nn.round %y1_scaled : tensor<4xf32>
  %y1_int = nn.cast %y1_round : (tensor<4xf32>) -> tensor<4xi32>
  return %y0_int, %y1_int : tensor<12xi32>, tensor<4xi32>
}

// CHECK-LABEL: func @gru_linear_before_reset()
// CHECK-DAG: nn.constant dense<[210, 8, -69, 34, 180, 51, 218, 80, 448, 64, 423, 50]> : tensor<12xi32>
// CHECK-DAG: nn.constant dense<[448, 64, 423, 50]> : tensor<4xi32>
func.func @gru_linear_before_reset() -> (tensor<12xi32>, tensor<4xi32>) {
  %x = nn.constant dense<[[[-0.4, 0.2], [0.3, -0.1]], [[0.0, 0.2], [-0.4, 0.6]], [[-0.9, 0.7], [-0.8, 0.3]]]> : tensor<3x2x2xf32>
  %w = nn.constant dense<[[[0.1, 0.0], [-0.6, 0.1], [0.4, 0.6], [0.1, 0.7], [-0.8, 0.2], [0.4, 0.6]]]> : tensor<1x6x2xf32>
  %r = nn.constant dense<[[[0.6, -0.5], [-0.6, -0.2], [0.5, -0.1], [0.5, 0.1], [-0.1, -0.2], [-0.3, -0.5]]]> : tensor<1x6x2xf32>
  %b = nn.constant dense<[[-0.6, 0.8, 0.0, -0.4, -0.1, -0.1, 0.7, 0.4, 0.8, 0.1, 0.3, 0.4]]> : tensor<1x12xf32>
  %y0, %y1 = nn.gru forward %x, %w, %r bias %b activations = [#nn<activation sigmoid>, #nn<activation tanh>] alpha = [0.0, 0.0] beta = [0.0, 0.0] linear_before_reset : (tensor<3x2x2xf32>, tensor<1x6x2xf32>, tensor<1x6x2xf32>, tensor<1x12xf32>) -> (tensor<3x1x2x2xf32>, tensor<1x2x2xf32>)
  %y0_flat = nn.reshape %y0 : (tensor<3x1x2x2xf32>) -> tensor<12xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y0_scaled = nn.mul %y0_flat, %scale : (tensor<12xf32>, tensor<f32>) -> tensor<12xf32>
  %y0_round = nn.round %y0_scaled : tensor<12xf32>
  %y0_int = nn.cast %y0_round : (tensor<12xf32>) -> tensor<12xi32>
  %y1_flat = nn.reshape %y1 : (tensor<1x2x2xf32>) -> tensor<4xf32>
  %y1_scaled = nn.mul %y1_flat, %scale : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %y1_round = nn.round %y1_scaled : tensor<4xf32>
  %y1_int = nn.cast %y1_round : (tensor<4xf32>) -> tensor<4xi32>
  return %y0_int, %y1_int : tensor<12xi32>, tensor<4xi32>
}

// CHECK-LABEL: func @lstm()
// CHECK-DAG: nn.constant dense<[449, -63, 356, -160, 478, -230, 486, -181, 436, -183, 476, -198]> : tensor<12xi32>
// CHECK-DAG: nn.constant dense<[436, -183, 476, -198]> : tensor<4xi32>
// CHECK-DAG: nn.constant dense<[529, -257, 611, -281]> : tensor<4xi32>
func.func @lstm() -> (tensor<12xi32>, tensor<4xi32>, tensor<4xi32>) {
  %x = nn.constant dense<[[[-0.4, 0.2], [0.3, -0.1]], [[0.0, 0.2], [-0.4, 0.6]], [[-0.9, 0.7], [-0.8, 0.3]]]> : tensor<3x2x2xf32>
  %w = nn.constant dense<[[[-0.8, -0.1], [0.8, -0.8], [-0.9, 0.5], [0.1, 0.1], [0.3, 0.9], [-0.8, -0.6], [0.2, -0.4], [-0.3, 0.0]]]> : tensor<1x8x2xf32>
  %r = nn.constant dense<[[[0.0, -0.5], [0.6, -0.9], [0.8, 0.7], [0.8, -0.1], [0.0, -0.9], [0.1, -0.1], [-0.5, 0.7], [-0.5, 0.6]]]> : tensor<1x8x2xf32>
  %b = nn.constant dense<[[0.7, 0.8, 0.4, 0.3, -0.8, -0.2, 0.9, 0.4, 0.7, -0.9, 0.4, 0.3, -0.5, -0.7, 0.3, -0.8]]> : tensor<1x16xf32>
  %y0, %y1, %y2 = nn.lstm forward %x, %w, %r bias %b activations = [#nn<activation sigmoid>, #nn<activation tanh>, #nn<activation tanh>] alpha = [0.0, 0.0, 0.0] beta = [0.0, 0.0, 0.0] : (tensor<3x2x2xf32>, tensor<1x8x2xf32>, tensor<1x8x2xf32>, tensor<1x16xf32>) -> (tensor<3x1x2x2xf32>, tensor<1x2x2xf32>, tensor<1x2x2xf32>)
  %y0_flat = nn.reshape %y0 : (tensor<3x1x2x2xf32>) -> tensor<12xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y0_scaled = nn.mul %y0_flat, %scale : (tensor<12xf32>, tensor<f32>) -> tensor<12xf32>
  %y0_round = nn.round %y0_scaled : tensor<12xf32>
  %y0_int = nn.cast %y0_round : (tensor<12xf32>) -> tensor<12xi32>
  %y1_flat = nn.reshape %y1 : (tensor<1x2x2xf32>) -> tensor<4xf32>
  %y1_scaled = nn.mul %y1_flat, %scale : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %y1_round = nn.round %y1_scaled : tensor<4xf32>
  %y1_int = nn.cast %y1_round : (tensor<4xf32>) -> tensor<4xi32>
  %y2_flat = nn.reshape %y2 : (tensor<1x2x2xf32>) -> tensor<4xf32>
  %y2_scaled = nn.mul %y2_flat, %scale : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %y2_round = nn.round %y2_scaled : tensor<4xf32>
  %y2_int = nn.cast %y2_round : (tensor<4xf32>) -> tensor<4xi32>
  return %y0_int, %y1_int, %y2_int : tensor<12xi32>, tensor<4xi32>, tensor<4xi32>
}

// Values before an activation are clipped.

// CHECK-LABEL: func @lstm_peepholes()
// CHECK-DAG: nn.constant dense<[217, 0, 130, -102, 250, -132, 219, -128, 262, -127, 250, -132]> : tensor<12xi32>
// CHECK-DAG: nn.constant dense<[262, -127, 250, -132]> : tensor<4xi32>
// CHECK-DAG: nn.constant dense<[448, -207, 426, -215]> : tensor<4xi32>
func.func @lstm_peepholes() -> (tensor<12xi32>, tensor<4xi32>, tensor<4xi32>) {
  %x = nn.constant dense<[[[-0.4, 0.2], [0.3, -0.1]], [[0.0, 0.2], [-0.4, 0.6]], [[-0.9, 0.7], [-0.8, 0.3]]]> : tensor<3x2x2xf32>
  %w = nn.constant dense<[[[-0.8, -0.1], [0.8, -0.8], [-0.9, 0.5], [0.1, 0.1], [0.3, 0.9], [-0.8, -0.6], [0.2, -0.4], [-0.3, 0.0]]]> : tensor<1x8x2xf32>
  %r = nn.constant dense<[[[0.0, -0.5], [0.6, -0.9], [0.8, 0.7], [0.8, -0.1], [0.0, -0.9], [0.1, -0.1], [-0.5, 0.7], [-0.5, 0.6]]]> : tensor<1x8x2xf32>
  %b = nn.constant dense<[[0.7, 0.8, 0.4, 0.3, -0.8, -0.2, 0.9, 0.4, 0.7, -0.9, 0.4, 0.3, -0.5, -0.7, 0.3, -0.8]]> : tensor<1x16xf32>
  %h = nn.constant dense<[[[0.9, 0.7], [0.1, 0.7]]]> : tensor<1x2x2xf32>
  %c = nn.constant dense<[[[0.2, 0.3], [-0.2, -0.3]]]> : tensor<1x2x2xf32>
  %p = nn.constant dense<[[0.2, -0.3, 0.8, -0.7, -0.6, -0.6]]> : tensor<1x6xf32>
  %y0, %y1, %y2 = nn.lstm forward %x, %w, %r bias %b initial_h %h initial_c %c peepholes %p activations = [#nn<activation sigmoid>, #nn<activation tanh>, #nn<activation tanh>] alpha = [0.0, 0.0, 0.0] beta = [0.0, 0.0, 0.0] clip = 0.5 : (tensor<3x2x2xf32>, tensor<1x8x2xf32>, tensor<1x8x2xf32>, tensor<1x16xf32>, tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1x6xf32>) -> (tensor<3x1x2x2xf32>, tensor<1x2x2xf32>, tensor<1x2x2xf32>)
  %y0_flat = nn.reshape %y0 : (tensor<3x1x2x2xf32>) -> tensor<12xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y0_scaled = nn.mul %y0_flat, %scale : (tensor<12xf32>, tensor<f32>) -> tensor<12xf32>
  %y0_round = nn.round %y0_scaled : tensor<12xf32>
  %y0_int = nn.cast %y0_round : (tensor<12xf32>) -> tensor<12xi32>
  %y1_flat = nn.reshape %y1 : (tensor<1x2x2xf32>) -> tensor<4xf32>
  %y1_scaled = nn.mul %y1_flat, %scale : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %y1_round = nn.round %y1_scaled : tensor<4xf32>
  %y1_int = nn.cast %y1_round : (tensor<4xf32>) -> tensor<4xi32>
  %y2_flat = nn.reshape %y2 : (tensor<1x2x2xf32>) -> tensor<4xf32>
  %y2_scaled = nn.mul %y2_flat, %scale : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %y2_round = nn.round %y2_scaled : tensor<4xf32>
  %y2_int = nn.cast %y2_round : (tensor<4xf32>) -> tensor<4xi32>
  return %y0_int, %y1_int, %y2_int : tensor<12xi32>, tensor<4xi32>, tensor<4xi32>
}

// CHECK-LABEL: func @lstm_input_forget()
// CHECK-DAG: nn.constant dense<[-56, 23, 19, -26, -33, 22, -111, -3, -212, 47, -138, 35]> : tensor<12xi32>
// CHECK-DAG: nn.constant dense<[-212, 47, -138, 35]> : tensor<4xi32>
// CHECK-DAG: nn.constant dense<[-287, 96, -204, 76]> : tensor<4xi32>
func.func @lstm_input_forget() -> (tensor<12xi32>, tensor<4xi32>, tensor<4xi32>) {
  %x = nn.constant dense<[[[-0.4, 0.2], [0.3, -0.1]], [[0.0, 0.2], [-0.4, 0.6]], [[-0.9, 0.7], [-0.8, 0.3]]]> : tensor<3x2x2xf32>
  %w = nn.constant dense<[[[-0.8, -0.1], [0.8, -0.8], [-0.9, 0.5], [0.1, 0.1], [0.3, 0.9], [-0.8, -0.6], [0.2, -0.4], [-0.3, 0.0]]]> : tensor<1x8x2xf32>
  %r = nn.constant dense<[[[0.0, -0.5], [0.6, -0.9], [0.8, 0.7], [0.8, -0.1], [0.0, -0.9], [0.1, -0.1], [-0.5, 0.7], [-0.5, 0.6]]]> : tensor<1x8x2xf32>
  %y0, %y1, %y2 = nn.lstm forward %x, %w, %r activations = [#nn<activation sigmoid>, #nn<activation tanh>, #nn<activation tanh>] alpha = [0.0, 0.0, 0.0] beta = [0.0, 0.0, 0.0] input_forget : (tensor<3x2x2xf32>, tensor<1x8x2xf32>, tensor<1x8x2xf32>) -> (tensor<3x1x2x2xf32>, tensor<1x2x2xf32>, tensor<1x2x2xf32>)
  %y0_flat = nn.reshape %y0 : (tensor<3x1x2x2xf32>) -> tensor<12xf32>
  %scale = nn.constant dense<1000.0> : tensor<f32>
  %y0_scaled = nn.mul %y0_flat, %scale : (tensor<12xf32>, tensor<f32>) -> tensor<12xf32>
  %y0_round = nn.round %y0_scaled : tensor<12xf32>
  %y0_int = nn.cast %y0_round : (tensor<12xf32>) -> tensor<12xi32>
  %y1_flat = nn.reshape %y1 : (tensor<1x2x2xf32>) -> tensor<4xf32>
  %y1_scaled = nn.mul %y1_flat, %scale : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %y1_round = nn.round %y1_scaled : tensor<4xf32>
  %y1_int = nn.cast %y1_round : (tensor<4xf32>) -> tensor<4xi32>
  %y2_flat = nn.reshape %y2 : (tensor<1x2x2xf32>) -> tensor<4xf32>
  %y2_scaled = nn.mul %y2_flat, %scale : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %y2_round = nn.round %y2_scaled : tensor<4xf32>
  %y2_int = nn.cast %y2_round : (tensor<4xf32>) -> tensor<4xi32>
  return %y0_int, %y1_int, %y2_int : tensor<12xi32>, tensor<4xi32>, tensor<4xi32>
}
