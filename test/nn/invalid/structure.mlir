// RUN: megcc-opt %s -split-input-file -verify-diagnostics

func.func @constant_type() {
  // expected-error @+2 {{'nn.constant' op expected the value to be a ranked tensor, found 'vector<2xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = "nn.constant"() {value = dense<1.0> : vector<2xf32>} : () -> tensor<2xf32>
  return
}

// -----

func.func @relayout_type(%x: tensor<8xf32>) {
  // expected-error @+1 {{'nn.relayout' op expected a result that differs from 'tensor<8xf32>' in its encoding only, found 'tensor<8xf16>'}}
  %0 = nn.relayout %x : (tensor<8xf32>) -> tensor<8xf16>
  return
}

// -----

func.func @custom_call_callee(%x: tensor<8xf32>) {
  // expected-error @+1 {{'nn.custom_call' op expected the name of a C function as callee, found "my op"}}
  %0 = nn.custom_call "my op"(%x) : (tensor<8xf32>) -> tensor<8xf32>
  return
}

// -----

func.func @fused_arguments(%x: tensor<8xf32>) {
  // expected-error @+1 {{'nn.fused' op expected a body with arguments of types 'tensor<8xf32>', found 'tensor<4xf32>'}}
  %0 = "nn.fused"(%x) ({
  ^bb0(%a: tensor<4xf32>):
    nn.yield %a : tensor<4xf32>
  }) : (tensor<8xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @fused_yield(%x: tensor<8xf32>) {
  // expected-error @+1 {{'nn.fused' op expected the body to yield 'tensor<4xf32>', found 'tensor<8xf32>'}}
  %0 = nn.fused (%a = %x : tensor<8xf32>) -> tensor<4xf32> {
    nn.yield %a : tensor<8xf32>
  }
  return
}

// -----

func.func @fused_dialect(%x: tensor<8xf32>) {
  // expected-error @+1 {{'nn.fused' op expected simple nn operators in the body, found arith.addf}}
  %0 = nn.fused (%a = %x : tensor<8xf32>) -> tensor<8xf32> {
    // expected-note @+1 {{this one}}
    %1 = arith.addf %a, %a : tensor<8xf32>
    nn.yield %1 : tensor<8xf32>
  }
  return
}

// -----

func.func @fused_root(%x: tensor<8x8xf32>) {
  // expected-error @+1 {{'nn.fused' op expected one operator that is not elementwise, found nn.softmax and nn.matmul}}
  %0 = nn.fused (%a = %x : tensor<8x8xf32>) -> tensor<8x8xf32> {
    %1 = nn.softmax %a axis = 1 : (tensor<8x8xf32>) -> tensor<8x8xf32>
    // expected-note @+1 {{the second one}}
    %2 = nn.matmul %a, %1 : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
    nn.yield %2 : tensor<8x8xf32>
  }
  return
}

// -----

func.func @fused_prologue(%x: tensor<8x8xf32>) {
  // expected-error @+1 {{'nn.fused' op expected what precedes nn.matmul to lead to its first operand only}}
  %0 = nn.fused (%a = %x : tensor<8x8xf32>) -> tensor<8x8xf32> {
    // expected-note @+1 {{this does not}}
    %1 = nn.relu %a : tensor<8x8xf32>
    %2 = nn.matmul %a, %1 : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
    nn.yield %2 : tensor<8x8xf32>
  }
  return
}

// -----

// model_attribute
// expected-error @+1 {{'func.func' op expected nn.model to be a string on a module}}
func.func @model_attribute() attributes {nn.model = "example"} {
  return
}

// -----

// model_attribute
// expected-error @+1 {{'func.func' op has unknown attribute "nn.modell"}}
func.func @model_attribute_unknown() attributes {nn.modell = "example"} {
  return
}

// -----

// expected-error @+1 {{'func.func' op expected a string nn.name and a type nn.type to be the only nn attributes of argument 0}}
func.func @name_attribute(%x: tensor<8xf32> {nn.name = 1}) {
  return
}

// -----

// expected-error @+1 {{expected #nn.info to have a layout or bounds}}
func.func private @info_empty(tensor<8xf32, #nn.info<bounds = []>>)

// -----

// expected-error @+1 {{expected blocks of 2 or more elements of a dimension, found blocked<1 x 1>}}
func.func private @info_block(tensor<8x8xf32, #nn.info<layout = blocked<1 x 1>>>)

// -----

// expected-error @+1 {{expected bounds that are not negative, found [-1]}}
func.func private @info_negative_bound(tensor<?xf32, #nn.info<bounds = [-1]>>)

// -----

// expected-error @+1 {{layout splits dimension 1 of a tensor of rank 1}}
func.func private @info_dim(tensor<8xf32, #nn.info<layout = blocked<1 x 4>>>)

// -----

// expected-error @+1 {{expected 2 bounds, found 1}}
func.func private @info_bounds_rank(tensor<?x8xf32, #nn.info<bounds = [4]>>)

// -----

// expected-error @+1 {{expected a bound for each dynamic dimension and 0 for the others, found [4, 8]}}
func.func private @info_bounds_dynamic(tensor<?x8xf32, #nn.info<bounds = [4, 8]>>)
