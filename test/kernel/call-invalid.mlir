// RUN: megcc-opt %s --split-input-file --outline-kernels --verify-diagnostics

func.func @main(%x: memref<8xf32>, %y: memref<4x2xf32, strided<[4, 1]>>) {
  // expected-error @below {{'kernel.call' op passes 'memref<4x2xf32, strided<[4, 1]>>' to a C function, expected plain strides}}
  kernel.call "f" ins(%x : memref<8xf32>) outs(%y : memref<4x2xf32, strided<[4, 1]>>)
  return
}

// -----

// One C function has one type.

func.func @main(%x: memref<8xf32>, %y: memref<8xf32>, %z: memref<4xf32>) {
  // expected-note @below {{here}}
  kernel.call "f" ins(%x : memref<8xf32>) outs(%y : memref<8xf32>)
  // expected-error @below {{calls f as '(memref<8xf32>, memref<4xf32>) -> ()', but that name stands for something else already}}
  kernel.call "f" ins(%x : memref<8xf32>) outs(%z : memref<4xf32>)
  return
}

// -----

// expected-note @below {{here}}
func.func @main(%x: memref<8xf32>) {
  // expected-error @below {{calls main as '(memref<8xf32>) -> ()', but that name stands for something else already}}
  kernel.call "main" ins() outs(%x : memref<8xf32>)
  return
}

// -----

// Its arguments behind the buffers are of one kind, too, whatever their values.

func.func @main(%x: memref<8xf32>, %y: memref<8xf32>, %z: memref<8xf32>, %u: memref<8xf32>) {
  // expected-note @below {{here}}
  kernel.call "f" ins(%x : memref<8xf32>) outs(%y : memref<8xf32>) parameters = {size = array<i64: 1, 2>}
  kernel.call "f" ins(%x : memref<8xf32>) outs(%z : memref<8xf32>) parameters = {size = array<i64: 3, 4>}
  // expected-error @below {{calls f as '(memref<8xf32>, memref<8xf32>) -> ()', but that name stands for something else already}}
  kernel.call "f" ins(%x : memref<8xf32>) outs(%u : memref<8xf32>) parameters = {size = array<i64: 1, 2, 3>}
  return
}

// -----

func.func @main(%x: memref<8xi8>, %y: memref<8xi8>) {
  // expected-error @below {{'kernel.call' op has 1 element types, expected 2, one for each operand}}
  kernel.call "f" ins(%x : memref<8xi8>) outs(%y : memref<8xi8>) elements = [ui8]
  return
}
