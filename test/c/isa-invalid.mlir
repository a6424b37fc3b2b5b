// RUN: megcc-opt %s --split-input-file --verify-diagnostics

func.func @repeat(%x: vector<4xbf16>) -> vector<32xbf16> {
  // expected-error @+1 {{expected 32 bits, and a vector of several of them, found 'vector<4xbf16>' and 'vector<32xbf16>'}}
  %0 = isa.repeat %x : vector<4xbf16> to vector<32xbf16>
  return %0 : vector<32xbf16>
}

// -----

func.func @dot(%x: vector<32xi8>, %y: vector<16xi32>) -> vector<16xi32> {
  // expected-error @+1 {{expected vectors of the same size, found 'vector<32xi8>' and 'vector<16xi32>'}}
  %0 = isa.dot %x, %x, %y : vector<32xi8> into vector<16xi32>
  return %0 : vector<16xi32>
}

// -----

func.func @lane_fma(%x: vector<4xf16>, %w: vector<8xf16>, %y: vector<4xf32>) -> vector<4xf32> {
  // expected-error @+1 {{expected a lane of its lhs and 4 elements of its rhs, found lane 4 of 'vector<4xf16>' and part 0 of 'vector<8xf16>'}}
  %0 = isa.lane_fma %x[4], %w[0], %y : vector<4xf16>, vector<8xf16> into vector<4xf32>
  return %0 : vector<4xf32>
}

// -----

func.func @tile_sums_shape(%y: memref<40x32xf32>) {
  %c0 = arith.constant 0 : index
  // expected-error @+1 {{expected one or two tiles of 1 to 16 rows, 1 or 2 vectors, and a depth of 2 to 32}}
  isa.tile_sums %y[%c0, %c0] rows [20, 20] vectors 2 depth 32 {
  } : memref<40x32xf32>
  return
}

// -----

func.func @tile_sums_buffer(%y: memref<1024xf32>) {
  %c0 = arith.constant 0 : index
  // expected-error @+1 {{expected a matrix of f32 and two indices, found 'memref<1024xf32>' and 1}}
  isa.tile_sums %y[%c0] rows [16, 16] vectors 2 depth 32 {
  } : memref<1024xf32>
  return
}

// -----

func.func @tile_load(%x: memref<16x32xbf16>) {
  %c0 = arith.constant 0 : index
  // expected-error @+1 {{expected 2 indices, and 1 to 16 rows along a dimension before the last of 'memref<16x32xbf16>'}}
  isa.tile_load 4 %x[%c0, %c0] rows 16 along 1 by 1 columns 32 : memref<16x32xbf16>
  return
}
