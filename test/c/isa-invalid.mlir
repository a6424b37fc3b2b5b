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
