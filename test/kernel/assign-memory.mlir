// RUN: megcc-opt %s --assign-memory=io-in-arena | FileCheck %s --check-prefix=ARENA
// RUN: megcc-opt %s --assign-memory=stack-numbers | FileCheck %s --check-prefix=STACK
// RUN: megcc-opt %s --assign-memory | FileCheck %s

// Inputs and outputs are the planner's to place, single numbers go to the stack,
// or nothing is said.

// ARENA-LABEL: func.func @main(
// ARENA-SAME: memref<256xf32> {kernel.in_arena}, %{{.*}}: memref<256xf32> {kernel.in_arena})
// ARENA-NOT: kernel.stack_numbers
// STACK-LABEL: func.func @main(
// STACK-NOT: kernel.in_arena
// STACK-SAME: attributes {kernel.inputs = 1 : i64, kernel.stack_numbers}
// CHECK-LABEL: func.func @main(
// CHECK-NOT: kernel.in_arena
// CHECK-NOT: kernel.stack_numbers
// CHECK: return
func.func @main(%x: memref<256xf32>, %y: memref<256xf32>) attributes {kernel.inputs = 1 : i64} {
  return
}
