//===- NNElementwise.td - Bases of elementwise operators ---*- tablegen -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Typing of operators that broadcast as numpy does (the last dimensions are
// aligned, extents of 1 stretch). Full-shape operands share one encoding, which
// is the result's; a broadcast operand is row-major or has that encoding too.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_NN_ELEMENTWISE
#define MEGCC_NN_ELEMENTWISE

include "dialects/NN/NNBase.td"

class NN_Elementwise<string mnemonic, list<Trait> traits = []>
    : NN_Op<mnemonic, [],
        !listconcat([DeclareOpInterfaceMethods<ElementwiseOpInterface>], traits)>;

/// Operands of one element type, which is the result's; shapes broadcast.
def NN_BroadcastsToSame : TraitList<[
  InferTypeOpInterface, NN_CppTrait<"BroadcastsToSame">]>;

/// Operands of one element type; the result holds truth values.
def NN_BroadcastsToBool : TraitList<[
  InferTypeOpInterface, NN_CppTrait<"BroadcastsToBool">]>;

/// One operand; the result has its type.
class NN_Unary<string mnemonic, Type type, string parameters = "">
    : NN_Elementwise<mnemonic, [SameOperandsAndResultType]> {
  let arguments = (ins type:$x);
  let results = (outs type:$result);
  let assemblyFormat = "$x " # parameters # " attr-dict `:` type($x)";
}

/// One operand; the result has its shape and holds truth values.
class NN_Predicate<string mnemonic, Type type, string parameters = "">
    : NN_Elementwise<mnemonic, [NN_BroadcastsToBool]> {
  let arguments = (ins type:$x);
  let results = (outs NN_BoolTensor:$result);
  let assemblyFormat = "$x " # parameters # typed;
}

/// Two operands of one element type, broadcast.
class NN_Binary<string mnemonic, Type type, Trait typing = NN_BroadcastsToSame,
                Type resultType = type, list<Trait> traits = [],
                string parameters = "">
    : NN_Elementwise<mnemonic, !listconcat([typing], traits)> {
  let arguments = (ins type:$lhs, type:$rhs);
  let results = (outs resultType:$result);
  let assemblyFormat = "$lhs `,` $rhs " # parameters # typed;
}

#endif // MEGCC_NN_ELEMENTWISE
