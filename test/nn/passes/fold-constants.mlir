// RUN: megcc-opt %s --fold-constants | FileCheck %s
// RUN: megcc-opt %s --fold-constants=max-growth=1000000 | FileCheck %s --check-prefix=GROW

// A tree of operators on constants becomes one constant, and those that nothing
// else needs disappear.

// CHECK-LABEL: func @tree
// CHECK-NEXT: %[[R:.*]] = nn.constant dense<[4.000000e+00, 9.000000e+00]> : tensor<2xf32>
// CHECK-NEXT: return %[[R]]
func.func @tree() -> tensor<2xf32> {
  %a = nn.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %b = nn.constant dense<[0.0, -1.0]> : tensor<2xf32>
  %0 = nn.add %a, %b : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %1 = nn.mul %0, %0 : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %1 : tensor<2xf32>
}

// An operand that isn't constant keeps an operator.

// CHECK-LABEL: func @run_time
// CHECK: nn.constant
// CHECK-NEXT: nn.add
func.func @run_time(%x: tensor<2xf32>) -> tensor<2xf32> {
  %a = nn.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %0 = nn.add %x, %a : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// What is cheap to compute isn't stored where it would take much more memory.

// CHECK-LABEL: func @growth
// CHECK: nn.expand
// GROW-LABEL: func @growth
// GROW-NOT: nn.expand
func.func @growth() -> tensor<200x200xf32> {
  %a = nn.constant dense<[[1.0], [2.0]]> : tensor<2x1xf32>
  %0 = nn.expand %a : (tensor<2x1xf32>) -> tensor<2x40000xf32>
  %1 = nn.slice %0 offsets = [0, 0] sizes = [1, 40000] strides = [1, 1] : (tensor<2x40000xf32>) -> tensor<1x40000xf32>
  %2 = nn.reshape %1 : (tensor<1x40000xf32>) -> tensor<200x200xf32>
  return %2 : tensor<200x200xf32>
}

// A reshape shares the bytes outside the IR.

// CHECK-LABEL: func @shared_bytes
// CHECK: nn.constant dense_resource<weights> : tensor<2x2xf32>
func.func @shared_bytes() -> tensor<2x2xf32> {
  %a = nn.constant dense_resource<weights> : tensor<4xf32>
  %0 = nn.reshape %a : (tensor<4xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// An operator that only the user knows stays.

// CHECK-LABEL: func @custom
// CHECK: nn.custom_call
func.func @custom() -> tensor<2xf32> {
  %a = nn.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %0 = nn.custom_call "mine"(%a) : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      weights: "0x040000000000803f000000400000404000008040"
    }
  }
#-}
