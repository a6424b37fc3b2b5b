// RUN: megcc-opt %s --fold-constants=max-growth=1000000 | FileCheck %s
//
// Rearrangements. Expected values: numpy, or by hand where numpy has none.

// CHECK-LABEL: func @reshape()
// CHECK: nn.constant dense<[0, 1, 2, 3, 4, 5]> : tensor<6xi32>
func.func @reshape() -> tensor<6xi32> {
  %x = nn.constant dense<[[0, 1, 2], [3, 4, 5]]> : tensor<2x3xi32>
  %y = nn.reshape %x : (tensor<2x3xi32>) -> tensor<3x2xi32>
  %y_flat = nn.reshape %y : (tensor<3x2xi32>) -> tensor<6xi32>
  return %y_flat : tensor<6xi32>
}

// CHECK-LABEL: func @transpose()
// CHECK: nn.constant dense<[0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11]> : tensor<12xi32>
func.func @transpose() -> tensor<12xi32> {
  %x = nn.constant dense<[[[0, 1], [2, 3], [4, 5]], [[6, 7], [8, 9], [10, 11]]]> : tensor<2x3x2xi32>
  %y = nn.transpose %x perm = [2, 0, 1] : (tensor<2x3x2xi32>) -> tensor<2x2x3xi32>
  %y_flat = nn.reshape %y : (tensor<2x2x3xi32>) -> tensor<12xi32>
  return %y_flat : tensor<12xi32>
}

// CHECK-LABEL: func @concat()
// CHECK: nn.constant dense<[0, 10, 11, 1, 12, 13]> : tensor<6xi32>
func.func @concat() -> tensor<6xi32> {
  %a = nn.constant dense<[[0], [1]]> : tensor<2x1xi32>
  %b = nn.constant dense<[[10, 11], [12, 13]]> : tensor<2x2xi32>
  %y = nn.concat %a, %b axis = 1 : (tensor<2x1xi32>, tensor<2x2xi32>) -> tensor<2x3xi32>
  %y_flat = nn.reshape %y : (tensor<2x3xi32>) -> tensor<6xi32>
  return %y_flat : tensor<6xi32>
}

// Strides may be negative.

// CHECK-LABEL: func @slice()
// CHECK: nn.constant dense<[14, 13, 12, 4, 3, 2]> : tensor<6xi32>
func.func @slice() -> tensor<6xi32> {
  %x = nn.constant dense<[[0, 1, 2, 3, 4], [5, 6, 7, 8, 9], [10, 11, 12, 13, 14]]> : tensor<3x5xi32>
  %y = nn.slice %x offsets = [2, 4] sizes = [2, 3] strides = [-2, -1] : (tensor<3x5xi32>) -> tensor<2x3xi32>
  %y_flat = nn.reshape %y : (tensor<2x3xi32>) -> tensor<6xi32>
  return %y_flat : tensor<6xi32>
}

// Starts are moved as little as needed.

// CHECK-LABEL: func @dynamic_slice()
// CHECK: nn.constant dense<[5, 8, 10, 13]> : tensor<4xi32>
func.func @dynamic_slice() -> tensor<4xi32> {
  %x = nn.constant dense<[[0, 1, 2, 3, 4], [5, 6, 7, 8, 9], [10, 11, 12, 13, 14]]> : tensor<3x5xi32>
  %s = nn.constant dense<[9, -4]> : tensor<2xi64>
  %y = nn.dynamic_slice %x, %s axes = [0, 1] sizes = [2, 2] strides = [1, 3] : (tensor<3x5xi32>, tensor<2xi64>) -> tensor<2x2xi32>
  %y_flat = nn.reshape %y : (tensor<2x2xi32>) -> tensor<4xi32>
  return %y_flat : tensor<4xi32>
}

// CHECK-LABEL: func @dynamic_slice_backwards()
// CHECK: nn.constant dense<[2, 1, 0]> : tensor<3xi32>
func.func @dynamic_slice_backwards() -> tensor<3xi32> {
  %x = nn.constant dense<[0, 1, 2, 3, 4, 5]> : tensor<6xi32>
  %s = nn.constant dense<[1]> : tensor<1xi64>
  %y = nn.dynamic_slice %x, %s axes = [0] sizes = [3] strides = [-1] : (tensor<6xi32>, tensor<1xi64>) -> tensor<3xi32>
  return %y : tensor<3xi32>
}

// CHECK-LABEL: func @pad()
// CHECK: nn.constant dense<[9, 0, 1, 9, 2, 3, 9, 9, 9]> : tensor<9xi32>
func.func @pad() -> tensor<9xi32> {
  %x = nn.constant dense<[[0, 1], [2, 3]]> : tensor<2x2xi32>
  %v = nn.constant dense<9> : tensor<i32>
  %y = nn.pad %x, %v low = [0, 1] high = [1, 0] interior = [0, 0] : (tensor<2x2xi32>, tensor<i32>) -> tensor<3x3xi32>
  %y_flat = nn.reshape %y : (tensor<3x3xi32>) -> tensor<9xi32>
  return %y_flat : tensor<9xi32>
}

// Zeros between the elements; one is cut off at the end.

// CHECK-LABEL: func @pad_interior()
// CHECK: nn.constant dense<[0, 1, 0, 2, 0]> : tensor<5xi32>
func.func @pad_interior() -> tensor<5xi32> {
  %x = nn.constant dense<[1, 2, 3]> : tensor<3xi32>
  %y = nn.pad %x low = [1] high = [-1] interior = [1] : (tensor<3xi32>) -> tensor<5xi32>
  return %y : tensor<5xi32>
}

// CHECK-LABEL: func @pad_edge()
// CHECK: nn.constant dense<[0, 0, 0, 1, 2, 2, 0, 0, 0, 1, 2, 2]> : tensor<12xi32>
func.func @pad_edge() -> tensor<12xi32> {
  %x = nn.constant dense<[[0, 1, 2]]> : tensor<1x3xi32>
  %y = nn.pad %x low = [1, 2] high = [0, 1] interior = [0, 0] mode = edge : (tensor<1x3xi32>) -> tensor<2x6xi32>
  %y_flat = nn.reshape %y : (tensor<2x6xi32>) -> tensor<12xi32>
  return %y_flat : tensor<12xi32>
}

// CHECK-LABEL: func @pad_reflect()
// CHECK: nn.constant dense<[2, 1, 0, 1, 2, 1]> : tensor<6xi32>
func.func @pad_reflect() -> tensor<6xi32> {
  %x = nn.constant dense<[[0, 1, 2]]> : tensor<1x3xi32>
  %y = nn.pad %x low = [0, 2] high = [0, 1] interior = [0, 0] mode = reflect : (tensor<1x3xi32>) -> tensor<1x6xi32>
  %y_flat = nn.reshape %y : (tensor<1x6xi32>) -> tensor<6xi32>
  return %y_flat : tensor<6xi32>
}

// CHECK-LABEL: func @pad_wrap()
// CHECK: nn.constant dense<[1, 2, 0, 1, 2, 0, 1, 2]> : tensor<8xi32>
func.func @pad_wrap() -> tensor<8xi32> {
  %x = nn.constant dense<[[0, 1, 2]]> : tensor<1x3xi32>
  %y = nn.pad %x low = [0, 2] high = [0, 3] interior = [0, 0] mode = wrap : (tensor<1x3xi32>) -> tensor<1x8xi32>
  %y_flat = nn.reshape %y : (tensor<1x8xi32>) -> tensor<8xi32>
  return %y_flat : tensor<8xi32>
}

// CHECK-LABEL: func @expand()
// CHECK: nn.constant dense<[1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2]> : tensor<12xi32>
func.func @expand() -> tensor<12xi32> {
  %x = nn.constant dense<[[1], [2]]> : tensor<2x1xi32>
  %y = nn.expand %x : (tensor<2x1xi32>) -> tensor<2x2x3xi32>
  %y_flat = nn.reshape %y : (tensor<2x2x3xi32>) -> tensor<12xi32>
  return %y_flat : tensor<12xi32>
}

// CHECK-LABEL: func @tile()
// CHECK: nn.constant dense<[0, 1, 2, 3, 0, 1, 2, 3]> : tensor<8xi32>
func.func @tile() -> tensor<8xi32> {
  %x = nn.constant dense<[[0, 1], [2, 3]]> : tensor<2x2xi32>
  %y = nn.tile %x repeats = [2, 1] : (tensor<2x2xi32>) -> tensor<4x2xi32>
  %y_flat = nn.reshape %y : (tensor<4x2xi32>) -> tensor<8xi32>
  return %y_flat : tensor<8xi32>
}

// CHECK-LABEL: func @reverse()
// CHECK: nn.constant dense<[5, 4, 3, 2, 1, 0]> : tensor<6xi32>
func.func @reverse() -> tensor<6xi32> {
  %x = nn.constant dense<[[0, 1, 2], [3, 4, 5]]> : tensor<2x3xi32>
  %y = nn.reverse %x axes = [0, 1] : (tensor<2x3xi32>) -> tensor<2x3xi32>
  %y_flat = nn.reshape %y : (tensor<2x3xi32>) -> tensor<6xi32>
  return %y_flat : tensor<6xi32>
}

// CHECK-LABEL: func @reverse_sequence()
// CHECK: nn.constant dense<[2, 1, 0, 3, 4, 5, 6, 7]> : tensor<8xi32>
func.func @reverse_sequence() -> tensor<8xi32> {
  %x = nn.constant dense<[[0, 1, 2, 3], [4, 5, 6, 7]]> : tensor<2x4xi32>
  %l = nn.constant dense<[3, 1]> : tensor<2xi64>
  %y = nn.reverse_sequence %x, %l batch_axis = 0 time_axis = 1 : (tensor<2x4xi32>, tensor<2xi64>) -> tensor<2x4xi32>
  %y_flat = nn.reshape %y : (tensor<2x4xi32>) -> tensor<8xi32>
  return %y_flat : tensor<8xi32>
}

// CHECK-LABEL: func @tril()
// CHECK: nn.constant dense<[0, 0, 0, 3, 0, 0, 6, 7, 0]> : tensor<9xi32>
func.func @tril() -> tensor<9xi32> {
  %x = nn.constant dense<[[0, 1, 2], [3, 4, 5], [6, 7, 8]]> : tensor<3x3xi32>
  %k = nn.constant dense<-1> : tensor<i64>
  %y = nn.trilu %x, %k : (tensor<3x3xi32>, tensor<i64>) -> tensor<3x3xi32>
  %y_flat = nn.reshape %y : (tensor<3x3xi32>) -> tensor<9xi32>
  return %y_flat : tensor<9xi32>
}

// CHECK-LABEL: func @triu()
// CHECK: nn.constant dense<[0, 1, 2, 0, 4, 5]> : tensor<6xi32>
func.func @triu() -> tensor<6xi32> {
  %x = nn.constant dense<[[0, 1, 2], [3, 4, 5]]> : tensor<2x3xi32>
  %y = nn.trilu %x upper : (tensor<2x3xi32>) -> tensor<2x3xi32>
  %y_flat = nn.reshape %y : (tensor<2x3xi32>) -> tensor<6xi32>
  return %y_flat : tensor<6xi32>
}

// Elements of every size move.

// CHECK-LABEL: func @bytes()
// CHECK: nn.constant dense<[1, 3, 2, 4]> : tensor<4xui8>
func.func @bytes() -> tensor<4xui8> {
  %x = nn.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xui8>
  %y = nn.transpose %x perm = [1, 0] : (tensor<2x2xui8>) -> tensor<2x2xui8>
  %y_flat = nn.reshape %y : (tensor<2x2xui8>) -> tensor<4xui8>
  return %y_flat : tensor<4xui8>
}
