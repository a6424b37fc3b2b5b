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
