// RUN: megcc-translate --mlir-to-c --target=x86-64-v3 --split-input-file --verify-diagnostics %s

func.func @not_lowered(%x: f32) -> f32 {
  // expected-error @below {{'math.exp' op has no C form; a pass should have lowered it}}
  %0 = math.exp %x : f32
  return %0 : f32
}

// -----

func.func @storage_type(%x: f16) -> f32 {
  // expected-error @below {{'arith.extf' op computes in a storage type}}
  %0 = arith.extf %x : f16 to f32
  return %0 : f32
}

// -----

// expected-error @below {{returns several values; C returns one}}
func.func @two_results(%x: f32) -> (f32, f32) {
  return %x, %x : f32, f32
}

// -----

func.func @two_dimensions(%x: vector<2x4xf32>) -> vector<4xf32> {
  // expected-error @below {{extracts no single lane}}
  %0 = vector.extract %x[0, 1] : f32 from vector<2x4xf32>
  %1 = vector.broadcast %0 : f32 to vector<4xf32>
  return %1 : vector<4xf32>
}
